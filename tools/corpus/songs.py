"""Which songs a corpus holds, and how each is danced.

Entry n depends on the seed and n alone, so a corpus that is asked to be longer keeps what it has.
Songs go through the styles in turn; within a round tempos are spread evenly, and from round to
round the tempos of a style are (by the golden ratio), so that neither tells the other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from stickdance.choreography.plan.styles import StyleName

Part = Literal["train", "test"]
SLOWEST, FASTEST = 70.0, 170.0
"""Beats a minute of a corpus' songs."""

_SHORTEST, _LONGEST = 40.0, 70.0  # seconds of a song, about
_GOLDEN = (5**0.5 - 1) / 2
_WALTZES = 0.2
_SWAYING = 0.25
_MOST_SWAY = 0.06  # a tempo that comes and goes by this share, as bands without a click play
_SONGS_OF_SEED = 1_000_000


@dataclass(frozen=True)
class CorpusEntry:
    """One song of a corpus and the way in which it is danced."""

    number: int
    part: Part
    style: StyleName
    seed: int
    """Of the song, and of the rules' chance; no two entries share one."""
    seconds: float
    """About how long."""
    tempo: float
    """Beats a minute."""
    metre: int
    sway: float
    bridge: bool

    @property
    def name(self) -> str:
        """Return the name of its folder, e.g. "0007_groove_112bpm"."""
        return f"{self.number:04d}_{self.style}_{self.tempo:.0f}bpm"


def entries(seed: int, styles: Sequence[StyleName], test_share: float) -> Iterator[CorpusEntry]:
    """Yield entries without end.

    Args:
        seed: chooses the songs.
        styles: danced in turn.
        test_share: about this share of each style's songs is held out: one of every
            round(1 / test_share), and the second of each style first.
    """
    number = 0
    while True:
        turn, place = divmod(number, len(styles))
        part = part_of_turn(turn, test_share)
        yield _entry(seed, number, part, styles[place], place / len(styles) + turn * _GOLDEN)
        number += 1


def part_of_turn(turn: int, test_share: float) -> Part:
    """Return the part that the `turn`-th song (from 0) belongs to: the second one is held out."""
    return "test" if turn % max(2, round(1 / test_share)) == 1 else "train"


def _entry(seed: int, number: int, part: Part, style: StyleName, spread: float) -> CorpusEntry:
    random = np.random.default_rng([seed, number, 1733])
    start = float(np.random.default_rng([seed, 1733]).random())
    tempo = SLOWEST + (start + spread) % 1 * (FASTEST - SLOWEST)
    return CorpusEntry(
        number=number,
        part=part,
        style=style,
        seed=seed * _SONGS_OF_SEED + number,
        seconds=round(float(random.uniform(_SHORTEST, _LONGEST)), 1),
        tempo=round(tempo, 1),
        metre=3 if random.random() < _WALTZES else 4,
        sway=round(float(random.uniform(0, _MOST_SWAY)), 3) if random.random() < _SWAYING else 0.0,
        bridge=bool(random.random() < 0.5),
    )
