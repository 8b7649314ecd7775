"""Texts in CSV files that spreadsheets would run as formulas, escaped and read back.

A cell that begins with = + - @, a tab or a line break is a formula to a spreadsheet, or becomes
one. An apostrophe before it makes it a text. Numbers stay as they are.

Source: OWASP, "CSV Injection".
"""

import re

_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")  # the last four: in full width
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def escaped(text: str) -> str:
    """Return a text as it is written into a cell.

    Runnable example: `escaped("=1+1")` is `"'=1+1"`, `escaped("-0.5")` is `"-0.5"`.
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unescaped(cell: str) -> str:
    """Return the text that `escaped` wrote into a cell."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
