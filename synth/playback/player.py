"""Playing a dance: filmed frames where they show its poses, painted ones elsewhere.

    1. cut the dance into stretches, filmed or painted                       (`stretches`)
    2. of a filmed stretch show the moments of the film, between frames too  (`retiming`)
    3. where one stretch follows another, morph for a quarter of a second    (`morphing`)

Each frame comes from one filmed or one painted frame. Frames are made side by side, a thread each,
and only those that are on show are read and held.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from stickdance.capture.conditions.symmetry import may_mirror
from stickdance.capture.media.prefetch import abreast
from stickdance.capture.options import Mirroring
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.synth.appearance.body_parts import torso_length
from stickdance.synth.compute.array_types import Floats
from stickdance.synth.compute.threads import one_thread_each
from stickdance.synth.playback.choosing import PlaybackCosts
from stickdance.synth.playback.filmed_frames import FilmedFrames
from stickdance.synth.playback.layers import Layer
from stickdance.synth.playback.morphing import Morph, Posed
from stickdance.synth.playback.shares import FILMED, JOINED, PAINTED, How
from stickdance.synth.playback.stretches import Casting, Stretch, posed_at
from stickdance.synth.rendering.renderer import PaintedFrames, Poses

_HALF = 0.12  # seconds of a change on each side of it
_EXACT = 0.06  # of a frame: moments so near to a filmed frame are that frame
_WHOLE = 0.05  # of a pixel: offsets so near to whole ones need no new sampling
_NEAR_PLACE, _FAR_PLACE = 1.0, 5.0  # pixels of offset from which, to which the room is left out
_THREADS = 2
_COSTS = PlaybackCosts()

Paint = Callable[[Poses], Iterator[PaintedFrames]]
"""Paints poses that follow one another."""


class Played(NamedTuple):
    """One frame of a dance."""

    painted: PaintedFrames
    """Of one frame."""
    how: How


@dataclass(frozen=True)
class _Plan:
    """What one frame is made of."""

    how: How
    one: Callable[[], Posed]
    other: Callable[[], Posed] | None = None
    share: float = 0.0
    """How far the one has become the other."""


class Player:
    """Shows dances by the frames of a film."""

    def __init__(
        self,
        film: FilmedFrames,
        body: BodyProfile,
        paint: Paint | None,
        costs: PlaybackCosts = _COSTS,
        mirroring: Mirroring = "auto",
    ) -> None:
        """Prepare to play.

        Args:
            film: what was filmed.
            body: of the person, in pixels of the film.
            paint: paints what no filmed frame shows; None: the nearest frame shows it.
            costs: what decides which frame is shown.
            mirroring: whether frames are shown mirrored too.
        """
        self.film, self.costs, self._paint = film, costs, paint
        mirrors = may_mirror(mirroring, film.left_right_difference)
        self._casting = Casting(film, body.skeleton, body.height, mirrors)
        self._morph = Morph(torso_length(film.points, body.skeleton), body.skeleton)

    def stretches(self, poses: PoseSequence) -> list[Stretch]:
        """Return how a dance, in pixels of the film, is shown."""
        return self._casting.stretches(poses, self.costs.at(poses.fps), self._paint is not None)

    def hows(self, poses: PoseSequence) -> list[How]:
        """Return how each frame of a dance would be made, and make none."""
        shown = _shown_by(self.stretches(poses), _half_change(poses.fps))
        return [how for _, how, _, _, _ in shown]

    def play(self, poses: PoseSequence) -> Iterator[Played]:
        """Yield the frames of a dance in pixels of the film."""
        plans = self._plans(poses, self.stretches(poses))
        with (
            one_thread_each(),
            ThreadPoolExecutor(_THREADS) as pool,
            closing(abreast(self._shown, plans, pool, 2 * _THREADS)) as shown,
        ):
            yield from shown

    def _shown(self, plan: _Plan) -> Played:
        one = plan.one()
        layer = one.layer
        if plan.other is not None:
            layer = self._morph.between(one, plan.other(), plan.share)
        return Played(layer.painted(self.film.plate), plan.how)

    def _plans(self, poses: PoseSequence, stretches: list[Stretch]) -> Iterator[_Plan]:
        half = _half_change(poses.fps)
        sides = [self._sides(stretch, poses, half) for stretch in stretches]
        for pose, how, number, other, share in _shown_by(stretches, half):
            if other is None:
                yield _Plan(how, sides[number](pose))
            else:
                yield _Plan(how, sides[number](pose), sides[other](pose), share)

    def _sides(
        self, stretch: Stretch, poses: PoseSequence, half: int
    ) -> Callable[[int], Callable[[], Posed]]:
        """Return what shows a pose of a stretch, or one a little before or after it."""
        if stretch.filmed:
            return lambda pose: lambda: self._filmed(stretch, pose)
        painted = self._painted(stretch, poses, half)

        def next_painted(pose: int) -> Callable[[], Posed]:
            layer = next(painted)  # each pose is asked for once, in order
            return lambda: Posed(layer, poses.points[pose])

        return next_painted

    def _painted(self, stretch: Stretch, poses: PoseSequence, half: int) -> Iterator[Layer]:
        """Yield the painted layers of a stretch and of the changes to and from it."""
        assert self._paint is not None
        part = slice(max(0, stretch.first - half), stretch.stop + half)
        for frames in self._paint(Poses.of(poses)[part]):
            room = self.film.plate[frames.window.place]
            for picture, matte in zip(frames.pictures, frames.mattes, strict=True):
                yield Layer.of(picture, matte, room, frames.window.left, frames.window.top)

    def _filmed(self, stretch: Stretch, pose: int) -> Posed:
        time, offset = stretch.time_at(pose), np.array(stretch.offset_at(pose))
        whole = np.rint(offset)
        rest = offset - whole
        rest = np.where(np.abs(rest) < _WHOLE, 0.0, rest)
        if stretch.mirrored:
            rest[0] = -rest[0]
        far = (float(np.hypot(*offset)) - _NEAR_PLACE) / (_FAR_PLACE - _NEAR_PLACE)
        elsewhere = 1.0 if stretch.mirrored else min(max(far, 0.0), 1.0)
        layer = self._at(time, (float(rest[0]), float(rest[1])), elsewhere)
        points = posed_at(self._points(stretch.mirrored), np.array([time]))[0]
        if stretch.mirrored:
            layer = layer.mirrored(self.film.pool.size[0])
        moved = Layer(layer.pixels, layer.left + int(whole[0]), layer.top + int(whole[1]))
        return Posed(moved, points + offset.astype(np.float32))

    def _points(self, mirrored: bool) -> Floats:
        points, count = self._casting.points, len(self.film)
        return points[count:] if mirrored else points[:count]

    def _at(self, time: float, offset: tuple[float, float], elsewhere: float) -> Layer:
        """Return a moment of the film."""
        near = round(time)
        share = time - near
        if abs(share) < _EXACT and offset == (0.0, 0.0):
            return self.film.layer(near, elsewhere)
        beside = near if abs(share) < _EXACT else near + (1 if share > 0 else -1)
        one, other = (
            Posed(self.film.layer(k, elsewhere), self.film.points[k]) for k in (near, beside)
        )
        return self._morph.towards(one, other, abs(share), offset)


def _half_change(fps: float) -> int:
    return max(1, round(_HALF * fps))


def _shown_by(
    stretches: Sequence[Stretch], half: int
) -> Iterator[tuple[int, How, int, int | None, float]]:
    """Yield each pose, how it is made, and of which stretch.

    Where one stretch changes into another, that other, and how far the one has become it.
    """
    last = len(stretches) - 1
    for number, stretch in enumerate(stretches):
        for pose in range(stretch.first, stretch.stop):
            begun, left = pose - stretch.first, stretch.stop - pose
            if number and begun < half:
                yield pose, JOINED, number - 1, number, 0.5 + (begun + 0.5) / (2 * half)
            elif number < last and left <= half:
                yield pose, JOINED, number, number + 1, 0.5 - (left - 0.5) / (2 * half)
            else:
                yield pose, FILMED if stretch.filmed else PAINTED, number, None, 0.0
