"""Which frame belongs to which, frame by frame, nothing decoded before its turn.

by name     two folders: the pictures' names without their suffixes
by number   what has no names in common or no clock: a folder beside a video, an NPZ, single
            pictures; videos whose rates agree
by time     videos of different rates: each frame with the nearest of the other side, at most half
            a frame of the faster side away, and no frame twice
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from typing import Literal

from capture.errors import BadInput
from capture.ffmpeg import exact_rate
from synth.quality.sides import Frame, Side, counted

Rule = Literal["by name", "by number", "by time"]
PairBy = Literal["auto", "name", "number"]
_SAME_RATE = 1e-3  # relative; what rounding in a container's clock makes of one rate


@dataclass(frozen=True)
class Match:
    """What the two sides have in one place; one of them may have nothing."""

    reference: Frame | None
    rendered: Frame | None
    between: bool = False
    """Whether it is alone only because the other side is slower."""

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
                fps = max(self.reference.fps or 0, self.rendered.fps or 0)
                yield from _by_time(first, second, 1 / (2 * exact_rate(fps)))


def _by_name(reference: Side, rendered: Side) -> Iterator[Match]:
    first = {frame.name: frame for frame in reference.frames()}
    second = {frame.name: frame for frame in rendered.frames()}
    for name in sorted(first.keys() | second.keys(), key=counted):
        yield Match(first.get(name), second.get(name))


def _by_time(first: Iterator[Frame], second: Iterator[Frame], near: Fraction) -> Iterator[Match]:
    one, other = next(first, None), next(second, None)
    while one is not None and other is not None:
        time, other_time = one.seconds or Fraction(0), other.seconds or Fraction(0)
        if abs(time - other_time) <= near:
            yield Match(one, other)
            one, other = next(first, None), next(second, None)
        elif time < other_time:
            yield Match(one, None, between=True)
            one = next(first, None)
        else:
            yield Match(None, other, between=True)
            other = next(second, None)
    while one is not None or other is not None:
        yield Match(one, other)
        one, other = (
            None if f is None else next(s, None) for f, s in ((one, first), (other, second))
        )
