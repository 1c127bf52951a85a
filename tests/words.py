"""What a page says, read from its HTML and from its Markdown: its words, and its formulas in LaTeX."""

import re
from collections import Counter
from html import unescape

LEFT_OUT = re.compile(
    r"<(?P<tag>svg|p|a|style|script|button)\b[^<>]*class=\"(?:reading|notation-note|headerlink|collapsed|expanded|viewcode-link"
    r"|[^\"]*\bnotation-note\b)[^\"]*\".*?</(?P=tag)>|<button\b.*?</button>|<svg\b.*?</svg>|<math\b.*?</math>|<style\b.*?</style>",
    re.DOTALL,
)
TEX = re.compile(r'<annotation encoding="application/x-tex">(.*?)</annotation>', re.DOTALL)
CODE = re.compile(
    r"^(?P<mark>`{3,})[^\n]*\n(?P<code>.*?)^(?P=mark)$|(?<![\\`])(?P<tick>`+)(?P<inside>.+?)(?P=tick)(?!`)",
    re.MULTILINE | re.DOTALL,
)
MATH = re.compile(r"\$\$\n(.*?)\n\$\$|(?<!\\)\$(.+?)(?<!\\)\$", re.DOTALL)
TAG = re.compile(r"\s*\\tag\{([^{}]*)\}")
ADDRESS = re.compile(r"(?<=\])\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)")
WORD = re.compile(r"\w+")


def main(html):
    """Return the part of a page that the book has written."""
    return html[html.index('<article role="main"') : html.index("</article>")]


def words_of_html(html):
    """Count the words of a page outside of formulas and pictures."""
    return Counter(WORD.findall(text_of_html(html)))


def text_of_html(html):
    """Return the text of a page outside of formulas and pictures; only what begins a block ends a word."""
    text = LEFT_OUT.sub(" ", main(html)).replace('<span class="classifier">', " ")
    text = re.sub(r"</?(?:wbr|span|a|b|i|em|strong|code|sub|sup|cite|abbr)\b[^<>]*>", "", text)
    return unescape(re.sub(r"<[^<>]*>", " ", text))


def formulas_of_html(html):
    """Return the LaTeX of the formulas of a page, in their order; to LaTeX, a line's end is a space, and so are two."""
    return [" ".join(unescape(tex).split()) for tex in TEX.findall(main(html))]


def unquoted(markdown):
    """Return lines without the marks of quotations in front of them, and without their indents."""
    return re.sub(r"^[ \t]*(?:>[ \t]*)*", "", markdown, flags=re.MULTILINE)


def in_rows(markdown):
    """Return lines in which the formulas of tables have bars: there, a bar would end a cell."""
    row = re.compile(r"^\|.*\|$", re.MULTILINE)
    return row.sub(lambda found: found[0].replace(r"\vert ", "|").replace(r"\Vert ", r"\|"), markdown)


def split(markdown):
    """Return what stands outside code and formulas, the code, and the formulas."""
    markdown, code, formulas = in_rows(unquoted(markdown)), [], []

    def take_code(found):
        code.append(found["code"] or found["inside"])
        return " \0 "

    def take_formula(found):
        tex = found[1] or found[2]
        formulas.append(" ".join(TAG.sub("", tex).split()))
        return f" \0 {' '.join(TAG.findall(tex))} "

    return MATH.sub(take_formula, CODE.sub(take_code, markdown)), code, formulas


def words_of_markdown(markdown):
    """Count the words of a page outside of formulas."""
    text, code, _ = split(markdown)
    text = re.sub(r"(?<!\\)</?su[bp]>|\*|\\(?=[\\`*_\[\]<$|])", "", ADDRESS.sub(" ", text))
    return Counter(WORD.findall("\n".join([text, *code])))


def formulas_of_markdown(markdown):
    """Return the LaTeX of the formulas of a page, in their order."""
    return split(markdown)[2]
