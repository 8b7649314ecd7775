"""The form of a composed song: which sections, how many bars each.

Conventions: a beat is a quarter note, a bar `metre` beats.
"""

from dataclasses import dataclass

import numpy as np

_UNITS = (1, 2, 4, 8)  # bars of a verse; music moves in powers of two
_MOST_ROUNDS = 60


@dataclass(frozen=True)
class FormPart:
    """A section of the form."""

    label: str
    """"intro", "verse", "chorus", "bridge" or "outro"; the same label is the same music."""
    bars: int


@dataclass(frozen=True)
class _Shape:
    rounds: int
    """Times that verse and chorus are heard in turn."""
    framed: bool
    """Whether an intro and an outro stand around them."""
    bridge: bool
    """Whether a bridge leads to one more chorus."""

    def parts(self, unit: int) -> tuple[FormPart, ...]:
        half = max(1, unit // 2)
        middle = [FormPart("verse", unit), FormPart("chorus", unit)] * self.rounds
        if self.bridge:
            middle += [FormPart("bridge", half), FormPart("chorus", unit)]
        if self.framed:
            middle = [FormPart("intro", half), *middle, FormPart("outro", half)]
        return tuple(middle)


def choose_form(
    random: np.random.Generator, seconds: float, bar_seconds: float, bridge: bool | None = None
) -> tuple[FormPart, ...]:
    """Choose sections that together last about `seconds`.

    Verses and choruses of four or eight bars, an intro, a bridge and an outro are preferred to an
    exact length; `bridge` asks for one or for none.
    """
    candidates = [
        (_cost(shape, unit, seconds, bar_seconds) + 0.3 * random.random(), shape.parts(unit))
        for shape in _shapes()
        for unit in _UNITS
        if bridge in (None, shape.bridge)
    ]
    return min(candidates, key=lambda candidate: candidate[0])[1]


def _shapes() -> list[_Shape]:
    return [
        _Shape(rounds, framed, bridge)
        for rounds in range(1, _MOST_ROUNDS)
        for framed in (True, False)
        for bridge in (True, False)
    ]


def _cost(shape: _Shape, unit: int, seconds: float, bar_seconds: float) -> float:
    """Return how far a form is from what is wanted; 1 is a tenth too long or too short."""
    length = sum(part.bars for part in shape.parts(unit)) * bar_seconds
    verse = unit * bar_seconds
    return (
        10 * abs(length / seconds - 1)
        + (0.0 if shape.framed else 1.0)
        + (0.0 if shape.bridge else 0.5)
        + (0.0 if shape.rounds >= 2 else 1.5)
        + 0.3 * max(0, shape.rounds - 3)
        + 3.0 * max(0.0, 9 / verse - 1)  # a verse of a few seconds is no verse
        + 0.5 * max(0.0, verse / 20 - 1)
    )
