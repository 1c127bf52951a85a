"""A build that fails says so of every page: the cell, the check and its numbers, at the line of the page."""

import re

import pytest

STEP = "```{derivation}\ndelta[j] = -d(C, z[j])\n```\n"
CELL = "```{code-cell}\n1 + 1\n```\n\n```{code-cell}\nrate = 2\nrate / 0\n```\n\n{glue:text}`gone`\n"
WRONG = "```{rule} literate_bp.node.sigmoid\n```\n\nIt is {formula}`sigma_prime(z) = sigma(z)`.\n"


def listed(result):
    """Return what stands in the list at the end of a build."""
    _, _, found = result.stderr.partition("What failed, page by page")
    return found.partition(":\n\n")[2]


def test_a_build_names_every_page_that_fails_and_every_failure_on_it(book):
    text = book.source.read_text(encoding="utf-8")
    book.source.write_text(text.replace("return 1 / (1 + exp(-z))", "return 2 / (1 + exp(-z))"), encoding="utf-8")
    pages = {"step": STEP, "cell": CELL, "wrong": WRONG}
    result, _ = book("All is well.\n", options=("-j", "2"), pages=pages)
    assert result.returncode != 0
    found = listed(result)
    assert re.search(r"^cell\.md:13: cell 2: ZeroDivisionError: division by zero$", found, re.MULTILINE)
    assert re.search(r"^    .*2 rate / 0$", found, re.MULTILINE)
    assert re.search(r"^cell\.md: other warnings, which may follow from the cell: \d+$", found, re.MULTILINE)
    assert re.search(r"^step\.md:9: the sides of .* differ by 2\.0e\+00", found, re.MULTILINE)
    rule = r"^wrong\.md:9: node\.sigmoid fails\n +node\.sigmoid does not give 1/\(1\+e⁻ᶻ\)"
    assert re.search(rule, found, re.MULTILINE)
    assert re.search(r"^wrong\.md:12: the sides of 'sigma_prime\(z\) = sigma\(z\)' differ", found, re.MULTILINE)
    assert "index.md" not in found


@pytest.mark.exhaustive
def test_what_failed_fails_again_until_it_is_mended(book):
    pages = {"step": STEP, "cell": CELL}
    for _ in range(2):
        result, _ = book("All is well.\n", options=(), pages=pages)
        assert result.returncode != 0
        assert "step.md:9:" in listed(result)
        assert "cell.md:13:" in listed(result)
    mended = {"renamed": STEP.replace("-d(", "d("), "cell": CELL.replace("/ 0", "/ 1").partition("{glue")[0]}
    (book.docs / "step.md").unlink()
    result, _ = book("All is well.\n", pages=mended)
    assert (result.returncode, listed(result)) == (0, "")


@pytest.mark.exhaustive
def test_a_kernel_that_dies_fails_its_page_alone(book):
    dies = "```{code-cell}\nimport os\nos._exit(3)\n```\n"
    result, index = book("All is well.\n", options=(), pages={"dies": dies})
    assert result.returncode != 0
    assert re.search(r"^dies\.md:9: cell 1: DeadKernelError", listed(result), re.MULTILINE)
    assert "All is well." in index
