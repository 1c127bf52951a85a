"""HTML for several notations: one element for each way of writing, of which the style sheet shows the chosen one."""

from literate_bp.formula.choice import spans, variants

WRITTEN = {"book": "δ", "nielsen": "δ", "udacity": "−δ", "mazur": "−δ"}


def test_what_all_notations_write_alike_has_no_attributes():
    assert variants({"book": "z", "nielsen": "z"}, "book") == [("z", "")]
    assert spans({"book": "z", "nielsen": "z"}, "book") == "z"


def test_each_way_of_writing_names_its_notations_and_only_that_of_the_shown_one_is_visible_without_a_style_sheet():
    seen = ' class="n" data-n="book nielsen"'
    unseen = ' class="n" data-n="udacity mazur" style="display:var(--bp-n-udacity,none)"'
    assert variants(WRITTEN, "nielsen") == [("δ", seen), ("−δ", unseen)]
    assert spans(WRITTEN, "book") == f"<span{seen}>δ</span><span{unseen}>−δ</span>"
