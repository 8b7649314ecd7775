"""Refusing numbers out of range, by the flags that people gave them with."""

import math
from collections.abc import Iterable

from stickdance.checkpoints.errors import BadInput


def check_ranges(wanted: Iterable[tuple[str, float, float, float]]) -> None:
    """Refuse what does not lie within its range.

    Args:
        wanted: (flag, value, least, most) each.

    Raises:
        BadInput: names the first flag whose value is out of range or no number.
    """
    for flag, value, least, most in wanted:
        if not (math.isfinite(value) and least <= value <= most):
            raise BadInput(f"{flag} {value:g}: expected {least:g} to {most:g}")
