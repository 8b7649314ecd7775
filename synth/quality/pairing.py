"""Which frame belongs to which, frame by frame, nothing decoded before its turn.

by name     two folders: the pictures' names without their suffixes, numbers by their value
by number   what has no names in common or no clock: a folder beside a video, an NPZ, single
            pictures; videos whose rates agree
An offset of +1 lays frame 1 of the rendered side on frame 0 of the reference, and so on: what one
side has before that is no longer looked at.

by time     videos of different rates: each frame with the nearest of the other side, at most half
            a frame of the faster side away, and no frame twice
"""

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, zip_longest
from typing import Literal

from stickdance.capture.media.ffmpeg import exact_rate
from stickdance.checkpoints.errors import BadInput
from stickdance.synth.quality.options import PairBy
from stickdance.synth.quality.sides import RGB, Frame, Reading, Side, counted

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
    offset: int = 0
    """Frames of the rendered side that come before the one that belongs to the reference's first;
    below 0: of the reference."""
    reading: Reading = RGB

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
            yield from _by_name(self.reference, self.rendered, self.offset)
            return
        with (
            closing(self.reference.frames(self.reading)) as first,
            closing(self.rendered.frames(self.reading)) as second,
        ):
            if self.rule == "by number":
                begun = islice(first, max(0, -self.offset), None)
                for one, other in zip_longest(begun, islice(second, max(0, self.offset), None)):
                    yield Match(one, other)
            else:
                sides = self.reference, self.rendered
                shown = [1 / exact_rate(side.fps or 0) for side in sides]
                yield from _by_time(first, _later(second, -self.offset * shown[1]), shown)


def _by_name(reference: Side, rendered: Side, offset: int) -> Iterator[Match]:
    sides = list(reference.frames()), list(rendered.frames())
    first, second = ({natural(frame.name): frame for frame in side} for side in sides)
    if (len(first), len(second)) != tuple(map(len, sides)):  # frame_1 and frame_01 are two
        first, second = ({frame.name: frame for frame in side} for side in sides)
    names = sorted(first.keys() | second.keys(), key=counted)
    begun, others = names[max(0, -offset) :], names[max(0, offset) :]
    if offset:
        others, begun = others[: len(begun)], begun[: len(others)]
    for name, other in zip(begun, others, strict=True):
        yield Match(first.get(name), second.get(other))


def natural(name: str) -> str:
    """Return a name with its numbers as they are counted: frame_0007 is frame_7."""
    return re.sub(r"\d+", lambda digits: str(int(digits[0])), name)


def _later(frames: Iterator[Frame], seconds: Fraction) -> Iterator[Frame]:
    """Yield frames as if they were shown so much later."""
    for frame in frames:
        yield replace(frame, seconds=(frame.seconds or Fraction(0)) + seconds)


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
