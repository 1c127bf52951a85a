"""What a reader of a built page sees in one notation: the parts that the style sheet leaves, and the menu."""

import re
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
HIDE = re.compile(r'(?P<pages>[^{}]*) \[data-n\]:not\(\[data-n~="(?P<name>\w+)"\]\) \{ display: none !important; \}')
SHOW = re.compile(
    r'(?P<pages>[^{}]*) \[data-n~="(?P<name>\w+)"\]\[style\*="--bp-n-"\] \{ display: revert !important; \}'
)
CHOSEN = re.compile(r'html\[data-notation="(\w+)"\]|(html:not\(\[data-notation\]\))')


class Sheet:
    """The rules of notations.css: on which pages (a notation's name, or None where none is set) they hide or show."""

    def __init__(self, text):
        rules = text.strip().splitlines()
        self.hide, self.show = ([rule for line in rules if (rule := kind.fullmatch(line))] for kind in (HIDE, SHOW))
        assert len(self.hide) + len(self.show) == len(rules), "a rule that this parser does not read"

    @staticmethod
    def applies(rule, notation):
        return notation in {name or None for name, _ in CHOSEN.findall(rule["pages"])}

    def shows(self, names, notation, style=""):
        """Tell whether a part that belongs to `names` is drawn on a page in a notation."""
        if any(self.applies(rule, notation) and rule["name"] not in names for rule in self.hide):
            return False
        forced = any(self.applies(rule, notation) and rule["name"] in names for rule in self.show)
        return "--bp-n-" not in style or forced


class Variants(HTMLParser):
    """What stands on a page for some notations alone, its menus, and its scripts.

    Formulas come in groups: siblings one behind the other, of which each notation shows one. A picture puts all labels
    that the same notations share into one part; there the labels are counted.
    """

    def __init__(self, path):
        super().__init__()
        self.groups, self.pictures, self.menus, self.head = [], [], [], []
        self.open, self.runs = [], [[]]
        self.feed(path.read_text(encoding="utf-8"))
        self.close_run()

    def close_run(self):
        """End a run of siblings; it holds more than one group where a notation comes again."""
        run, self.runs[-1] = self.runs[-1], []
        if "svg" in {tag for tag, _ in self.open}:
            self.pictures[-1] += run
            return
        group, seen = [], set()
        for names, style, _ in run:
            if seen & names:
                self.groups.append(group)
                group, seen = [], set()
            group.append((names, style))
            seen |= names
        self.groups += [group] if group else []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if "data-n" in given and "notation-note" not in (given.get("class") or ""):  # this book needs no reminder
            self.runs[-1].append([set(given["data-n"].split()), given.get("style") or "", 0])
        else:
            self.close_run()
        if tag == "svg":
            self.pictures.append([])
        if tag == "text" and len(self.runs) > 1 and self.runs[-2]:
            self.runs[-2][-1][2] += 1
        if tag in {"script", "link"}:
            self.head.append((tag, given.get("rel", ""), ""))
        if tag == "select" and "notation-menu" in (self.open[-1][1] if self.open else ""):
            self.menus.append([])
        if tag == "option" and self.menus:
            self.menus[-1].append([given.get("value"), ""])
        if tag not in VOID:
            self.open.append((tag, given.get("class") or ""))
            self.runs.append([])

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        while self.open and tag in {name for name, _ in self.open}:
            self.close_run()
            self.runs.pop()
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data):
        if self.open and self.open[-1][0] == "option" and self.menus:
            self.menus[-1][-1][1] += data
        if self.open and self.open[-1][0] == "script" and self.head:
            self.head[-1] = ("script", "", data)
        if data.strip():
            self.close_run()
