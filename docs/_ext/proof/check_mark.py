"""Adds the mark ✓ beside an equation, which opens what was verified of it, and how."""

import html

from literate_bp.formula.letters import superscript
from literate_bp.proof.check import Check


def check_mark(checks: tuple[Check, ...], source: str) -> str:
    """Write the mark of an equation: its checks, and the rule or the lines of Python that it comes from."""
    items = "".join(map(item, checks))
    return (
        '<details class="check"><summary><span aria-hidden="true">✓</span>'
        '<span class="visually-hidden">How this equation was checked</span></summary>'
        f"<div><ul>{items}</ul>{source_html(source)}</div></details>"
    )


def item(check: Check) -> str:
    """Write one check: the method, what was verified, and the worst error."""
    method, worst = f"<span class='how'>{check.how}:</span>", worst_error(check)
    error = "Exact" if worst == "exact" else f"Worst error: {worst}"
    return f"<li>{method} {html.escape(check.what)} <span class='how'>{error}.</span></li>"


def source_html(source: str) -> str:
    """Write where an equation comes from: the name of a rule, or lines of Python."""
    return f"<pre>{html.escape(source)}</pre>"


def worst_error(check: Check) -> str:
    """Write the worst error with one digit; a proof has none."""
    if check.worst == 0:
        return "exact"
    digit, _, power = f"{check.worst:.0e}".partition("e")
    return f"{digit}·10{superscript(str(int(power)))}"
