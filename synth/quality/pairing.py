"""Which frame belongs to which, frame by frame, nothing decoded before its turn.

by name     two folders: the pictures' names without their suffixes
by number   what has no names in common or no clock: a folder beside a video, an NPZ, single
            pictures; videos whose rates agree
by time     videos of different rates: each frame with the nearest of the other side, at most half
            a frame of the faster side away, and no frame twice
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import zip_longest
from typing import Literal

from stickdance.capture.media.ffmpeg import exact_rate
from stickdance.checkpoints.errors import BadInput
from stickdance.synth.quality.options import PairBy
from stickdance.synth.quality.sides import Frame, Side, counted

Rule = Literal["by name", "by number", "by time"]
_SAME_RATE = 1e-3  # relative; what rounding in a container's clock makes of one rate


@dataclass(frozen=True)
class Match:
    """What the two sides have in one place; one of them may have nothing."""

    reference: Frame | None
    rendered: Frame | None
    between: bool = False
    """Whether it is alone only because the other side, which is slower, still shows a frame."""

    @property
    def name(self) -> str:
        """Return what the frame is called."""
        frame = self.reference or self.rendered
        assert frame is not None
        return frame.name

    @property
    def seconds(self) -> Fraction | None:
        """Return when it is shown, by the reference's clock if it has one."""
        times = [frame.seconds for frame in (self.reference, self.rendered) if frame is not None]
        return next((time for time in times if time is not None), None)


@dataclass(frozen=True)
class Pairing:
    """How two sides are paired, before any frame is read."""

    reference: Side
    rendered: Side
    rule: Rule

    @staticmethod
    def plan(reference: Side, rendered: Side, pair_by: PairBy = "auto") -> "Pairing":
        """Return how to pair two sides.

        Raises:
            BadInput: names are asked for where one side has none.
        """
        folders = reference.kind == rendered.kind == "folder"
        if pair_by == "name" and not folders:
            other = next(side for side in (reference, rendered) if side.kind != "folder")
            raise BadInput(f"{other.path}: is no folder of pictures, so its frames have no names")
        if folders and pair_by != "number":
            return Pairing(reference, rendered, "by name")
        if reference.fps and rendered.fps and pair_by == "auto":
            same = abs(reference.fps / rendered.fps - 1) < _SAME_RATE
            return Pairing(reference, rendered, "by number" if same else "by time")
        return Pairing(reference, rendered, "by number")

    @property
    def expected(self) -> int:
        """Return about how many matches there will be."""
        return max(self.reference.count, self.rendered.count)

    def matches(self) -> Generator[Match, None, None]:
        """Yield all frames of both sides, matched, in order."""
        if self.rule == "by name":
            yield from _by_name(self.reference, self.rendered)
            return
        with closing(self.reference.frames()) as first, closing(self.rendered.frames()) as second:
            if self.rule == "by number":
                for one, other in zip_longest(first, second):
                    yield Match(one, other)
            else:
                sides = self.reference, self.rendered
                yield from _by_time(
                    first, second, [1 / exact_rate(side.fps or 0) for side in sides]
                )


def _by_name(reference: Side, rendered: Side) -> Iterator[Match]:
    first = {frame.name: frame for frame in reference.frames()}
    second = {frame.name: frame for frame in rendered.frames()}
    for name in sorted(first.keys() | second.keys(), key=counted):
        yield Match(first.get(name), second.get(name))


def _by_time(
    first: Iterator[Frame], second: Iterator[Frame], shown: Sequence[Fraction]
) -> Iterator[Match]:
    """Yield the frames of two clocks, matched; `shown`: how long each side shows a frame."""
    near = min(shown) / 2
    one, other = next(first, None), next(second, None)
    times = [-shown[0], -shown[1]]
    while one is not None and other is not None:
        times = [one.seconds or Fraction(0), other.seconds or Fraction(0)]
        if abs(times[0] - times[1]) <= near:
            yield Match(one, other)
            one, other = next(first, None), next(second, None)
        elif times[0] < times[1]:
            yield Match(one, None, between=True)
            one = next(first, None)
        else:
            yield Match(None, other, between=True)
            other = next(second, None)
    ended = 0 if one is None else 1
    end = times[ended] + shown[ended]
    while one is not None or other is not None:
        match = Match(one, other)
        yield replace(match, between=(match.seconds or Fraction(0)) < end)
        one, other = (
            None if f is None else next(s, None) for f, s in ((one, first), (other, second))
        )
