"""What has no letter in the formulas gets a name of its own."""

from itertools import islice

from literate_bp.compiled.naming import alternatives


def test_names_are_tried_from_short_to_long():
    assert [*islice(alternatives("t", [1, 2]), 3)] == [["t1", "t2"], ["tb1", "tb2"], ["tc1", "tc2"]]
    found = [name for (name,) in alternatives("t", [7])]
    assert len({*found}) == 26 + 25 * 25  # no letter, one or two, none of them an a
    assert {len(name) for name in found[:26]} == {2, 3}
    assert all(name.startswith("t") and name.endswith("7") and name.isidentifier() for name in found)
