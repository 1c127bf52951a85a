"""Everything that learners ask, typed as they type it, leads to its answer among the first three results."""

import posixpath
import re

import pytest
from built import found_places
from pages import SITE

from page.questions import questions

LISTED = SITE / "reference/questions.html"
FIRST = 3
TYPED = {
    "transpose": "08-matrices.html#q-transpose",
    "vanishing": "11-vanishing.html",
    "Xavier": "13-initialization.html#q-spread",
    "dead ReLU": "reference/activations.html#relu-and-leaky-relu",
    "softmax": "reference/costs.html#q-no-slope",
    "δ": "05-errors-flow-back.html#q-sign",
    "0.00046": "07-worked-example.html#q-rounding",
    "zero_grad": "19-what-backward-does.html#q-zero-grad",
    "chain rule": "03-node-backward.html#back-through-the-curve",
    "bias": "06-weight-gradients.html#q-bias",
    "transposed": "08-matrices.html#q-transpose",
    "∇": "reference/glossary.html#term-gradient-check",
    "⊙": "reference/glossary.html#term-entry-by-entry-product",
    "∂": "reference/glossary.html#term-slope",
    "Σ": "08-matrices.html#q-mean-or-sum",
    "∑": "08-matrices.html#q-mean-or-sum",
    "Wᵀ": "reference/glossary.html#term-transpose",
    "⊤": "reference/glossary.html#term-transpose",
    "≤": "11-vanishing.html#when-the-bound-is-reached",
    "check_gradient": "reference/api/modules/oracle.html#literate_bp.oracle.check_gradient",
    "momentum": "20-steps-that-learn.html#q-velocity",
    "Adam bias correction": "20-steps-that-learn.html#q-bias-correction",
    "dropout scaling": "20-steps-that-learn.html#q-dropout",
    "all-reduce": "22-more-than-one-machine.html#q-bytes-sent",
    "pipeline bubbles": "22-more-than-one-machine.html#q-pipeline",
    "sum for mean": "08-matrices.html#q-mean-or-sum",
    "softmax Jacobian": "21-gallery-of-bugs.html#bug-m",
    "`retain_grad`": "19-what-backward-does.html#q-leaf",
    "`optimizer.zero_grad()`": "19-what-backward-does.html#q-zero-grad",
    "loss.backward()": "19-what-backward-does.html#q-second-backward",
    "$\\delta$": "05-errors-flow-back.html#q-sign",
    "**dropout**": "20-steps-that-learn.html#q-dropout",
    "p.grad": "19-what-backward-does.html#q-zero-grad",
}
INDICES, UPDATES = "06-weight-gradients.html#q-index-order", "06-weight-gradients.html#q-update-order"
STARTS, MEMORY = "10-train.html#q-initialization", "14-memory.html#q-inference-memory"
ASKED = {
    "Where does the transpose come from, and why not the inverse?": "08-matrices.html#q-transpose",
    "Which index of a weight comes first, and what changes if it is the other way round?": INDICES,
    "Is it y − ŷ or ŷ − y? What is the sign of δ?": "05-errors-flow-back.html#q-sign",
    "Why is σ′ in δ, and at which value is it taken?": "03-node-backward.html#q-slope-where",
    "How does sum over k w_jk delta_k become delta_j": "05-errors-flow-back.html#q-recursion-step",
    "Why must gradients be added up, not assigned, and why in topological order?": "05-errors-flow-back.html#q-add-up",
    "Mean or sum over the batch?": "08-matrices.html#q-mean-or-sum",
    "Why has the cross-entropy error no σ′?": "reference/costs.html#q-no-slope",
    "May the output weights be updated before the hidden errors are computed?": UPDATES,
    "What does the initialization do to training, seen side by side, and can I rewind to the same start?": STARTS,
    "Show me the formula with the numbers in it": "07-worked-example.html#q-numbers",
    "How is a bias updated when no input stands in front of it?": "06-weight-gradients.html#q-bias",
    "What is stored for the backward pass, and why does training take so much more memory than inference?": MEMORY,
    "Why do the notes say 0.00045 when my calculator says 0.00046?": "07-worked-example.html#q-rounding",
    "What does the ½ in the cost change?": "04-network-and-cost.html#q-half",
    "What is ReLU's derivative at 0, and does it matter?": "reference/activations.html#relu-and-leaky-relu",
    "Is the error always reduced by 75 % per sigmoid layer? When not?": "11-vanishing.html#q-75",
    "Why does PyTorch want zero_grad, and what is a leaf?": "19-what-backward-does.html#q-zero-grad",
    "Which h for finite differences, which tolerance, and why does a smaller h get worse?": "09-check.html#q-push-size",
    "Why the compromise 2/(n_in + n_out)?": "13-initialization.html#q-spread",
    "Why does loss scaling work, which factor, and what happens at infinity?": "17-loss-scaling.html#q-loss-scaling",
    "In which order do the Jacobians multiply?": "19-what-backward-does.html#q-jacobian-order",
    "The softmax Jacobian: why does only p − y remain?": "reference/costs.html#q-no-slope",
    "Why can't all weights start equal, or at zero?": "13-initialization.html#q-equal-weights",
}
"""What learners ask, in their own words; `docs/questions.toml` has more."""
ALSO = {
    "What does backward do?": "19-what-backward-does.html",
    "backward()": "19-what-backward-does.html",
    "worked example": "07-worked-example.html",
    "gradient check": "09-check.html",
    "vanishing gradient": "11-vanishing.html",
    "rounding": "16-sixteen-bits.html#where-the-rounding-happens",
    "which layers to checkpoint": "reference/glossary.html#term-checkpointing",
}
"""Where a whole chapter or a term is called what is typed, it may stand before the section that answers a question."""
FORMULA = re.compile(r"\$[^$]*\$")
BYTES_OF_A_QUERY = 60_000


@pytest.fixture(scope="module")
def page(browser, address):
    """The page of the search, open."""
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.goto(f"{address}search.html")
    yield page
    context.close()


def ask(page, words):
    """Type words, and return the addresses of what is found, within the site."""
    page.fill(".search-on-page input", "")
    page.press(".search-on-page input", "Enter")
    page.wait_for_selector(".search-said:empty", state="attached")
    page.fill(".search-on-page input", words)
    page.press(".search-on-page input", "Enter")
    page.wait_for_selector(".search-said:not(:empty)")
    found = page.locator(".search-found > li > a").evaluate_all("(all) => all.map((each) => each.getAttribute('href'))")
    return [address.removeprefix("./") for address in found]


@pytest.fixture(scope="module")
def answers():
    """The addresses of the answers to all questions, by their labels; a label within a section stands for its page."""
    found = found_places(SITE)
    links = re.findall(r'href="([^"#]*#(q-[^"]+))"', LISTED.read_text(encoding="utf-8"))
    addresses = {label: posixpath.normpath(posixpath.join("reference", link)) for link, label in links}
    return {label: at if at in found else at.partition("#")[0] for label, at in addresses.items()}


@pytest.mark.parametrize(("words", "wanted"), (TYPED | ASKED).items())
def test_a_word_or_a_question_finds_its_answer(page, words, wanted):
    assert wanted in ask(page, words)[:FIRST]


@pytest.mark.parametrize("question", [*questions()], ids=lambda question: question.target)
def test_each_question_of_the_book_finds_its_answer_by_its_words_and_by_what_is_typed(page, answers, question):
    for words in (FORMULA.sub("", question.words), *question.typed):
        found = ask(page, words)[:FIRST]
        wanted = tuple(filter(None, (answers[question.target], ALSO.get(words))))
        assert any(address.startswith(wanted) for address in found), (words, found)


def test_what_is_found_is_said_and_shown_in_sentences_with_the_words_marked(page):
    ask(page, "chain rule")
    assert re.fullmatch(r"\d+ results for “chain rule”", page.inner_text(".search-said"))
    assert page.get_attribute(".search-said", "role") == "status"
    shown = page.locator(".search-found > li", has_text="3. One node, backward").first
    assert "called the chain rule." in shown.locator("p").inner_text()
    assert {"chain", "rule."} <= {*shown.locator("mark").all_inner_texts()}
    assert ask(page, "??") == []
    assert page.inner_text(".search-said") == "Nothing was found for “??”"


@pytest.mark.parametrize(
    ("typed", "missing", "meant"),
    [
        ("softmx", "softmx", "softmax"),
        ("weigth", "weigth", "weight"),
        ("activation functoin", "functoin", "activation function"),
        ("excercise", "excercise", "exercise"),
        ("gradient foobarbaz", "foobarbaz", "gradient"),
    ],
)
def test_a_misspelt_word_finds_what_the_word_of_the_book_next_to_it_finds_and_that_is_said(page, typed, missing, meant):
    wanted = ask(page, meant)
    assert ask(page, typed) == wanted
    said = page.inner_text(".search-said")
    assert re.fullmatch(rf"Nothing for “{missing}”; \d+ results for “{meant}”", said)


@pytest.mark.parametrize("words", ["overfitting", "theta", "qqqq", "lstm attention"])
def test_what_the_book_has_not_finds_nothing(page, words):
    assert ask(page, words) == []
    assert page.inner_text(".search-said") == f"Nothing was found for “{words}”"


@pytest.mark.parametrize("words", ["weight", "vanish", "vanished", "networks", "transp", "initializing", "0.00046"])
def test_a_word_of_the_book_in_any_form_and_the_beginning_of_one_are_not_taken_for_misspelt(page, words):
    assert ask(page, words)
    assert page.inner_text(".search-said").endswith(f"for “{words}”")
    assert not page.inner_text(".search-said").startswith("Nothing")


def test_an_excerpt_has_signs_as_they_are(page):
    ask(page, "return output >= 0")
    shown = page.inner_text(".search-found")
    assert "output >= 0" in shown
    assert "&gt;" not in shown


def test_more_results_come_by_the_keyboard_and_the_address_can_be_copied(page):
    before = ask(page, "cost")
    page.press(".search-on-page input", "Tab")
    assert page.evaluate("document.activeElement.matches('.search-found a')")
    page.focus(".search-more")
    page.keyboard.press("Enter")
    page.wait_for_selector(f".search-found > li:nth-child({len(before) + 1}) > a:focus")
    assert page.url.endswith("search.html?q=cost")


def test_a_query_is_light_and_the_policy_is_kept(browser, address):
    context = browser.new_context(service_workers="block")
    page, sizes, said = context.new_page(), {}, []
    page.on("console", lambda message: said.append(message.text))
    page.on("response", lambda answer: sizes.update({answer.url.partition("_search/")[2]: len(answer.body())}))
    page.goto(f"{address}search.html?q=vanishing gradient bound")
    page.wait_for_selector(".search-found > li")
    sizes.pop("", None)
    engine = {name for name in sizes if name.startswith(("pagefind", "wasm"))}
    assert sum(size for name, size in sizes.items() if name not in engine) <= BYTES_OF_A_QUERY
    assert engine
    assert said == []
    context.close()


def test_from_a_disk_a_simpler_search_answers_and_says_so(browser):
    context = browser.new_context()
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{(SITE / 'search.html').as_uri()}?q=transpose")
    page.wait_for_selector("#search-results li a")
    page.wait_for_selector("#search-results .search-summary:not(:empty)")
    assert errors == []
    assert "<wbr" not in page.inner_text("#search-results")
    assert "simpler search" in page.inner_text(".search-said")
    assert "08-matrices.html" in page.content()
    context.close()


@pytest.mark.parametrize("words", ["weight", "learning rate", "gradient", "glossary"])
def test_from_a_disk_no_two_results_look_the_same(browser, words):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{(SITE / 'search.html').as_uri()}?q={words}")
    page.wait_for_selector("#search-results .search-summary:not(:empty)")
    shown = page.locator("#search-results li").all_inner_texts()
    assert len({*shown}) == len(shown) > 3
    if words == "weight":
        assert {"Glossary (weight)", "Glossary (weighted sum)"} <= {*shown}
    context.close()


def test_without_scripts_the_page_says_what_there_is(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}search.html")
    assert "needs JavaScript" in page.inner_text("noscript")
    context.close()
