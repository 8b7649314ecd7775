"""A dance cut into stretches: each shown by filmed frames in a row, or painted."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy.ndimage import gaussian_filter1d

from stickdance.capture.pose.pose_distance import about_torso, distances, torso_middles
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import Skeleton
from stickdance.synth.compute.array_types import Floats, Integers
from stickdance.synth.playback.choosing import Film, PlaybackCosts, begins_stretch, choose_frames
from stickdance.synth.playback.filmed_frames import FilmedFrames
from stickdance.synth.playback.retiming import filmed_times

_MOST = 3600  # moments that are chosen from, mirrored ones among them where there is room
_EVERY = (0.25, 0.5, 1.0)  # frames between two of them, the finest that is not too many
_MIRRORED = 0.02  # body heights that a mirrored frame's pose counts as farther away: hair, prints
_LOOKED_AT = 4  # frames of a stretch, for whether the frame cuts the person off
_WANDERS = 0.4  # seconds over which the person follows the dance's place
_FIXED = 0.01  # body heights: places that stay within this are one place, in whole pixels


@dataclass(frozen=True)
class Stretch:
    """Poses [first, stop) of a dance, shown alike."""

    first: int
    stop: int
    times: Floats | None = None
    """float64 (poses,): moments of the film, in frames kept; None: painted."""
    offsets: Floats | None = None
    """float32 (poses, 2): pixels that the filmed person is moved right and down."""
    run: tuple[float, float] = (0, 0)
    """First and last moment of the film that it may show."""
    mirrored: bool = False

    @property
    def filmed(self) -> bool:
        """Return whether filmed frames show it."""
        return self.times is not None

    def time_at(self, pose: int) -> float:
        """Return the moment of the film at a pose; beyond the stretch it goes on at its pace."""
        assert self.times is not None
        place, count = pose - self.first, len(self.times)
        inside = min(max(place, 0), count - 1)
        time = self.times[inside]
        if place != inside and count > 1:
            near = self.times[:3] if place < 0 else self.times[-3:]
            time += (place - inside) * (near[-1] - near[0]) / (len(near) - 1)
        return float(np.clip(time, *self.run))

    def offset_at(self, pose: int) -> tuple[float, float]:
        """Return how far the person is moved at a pose, beyond the stretch as at its end."""
        assert self.offsets is not None
        x, y = self.offsets[min(max(pose - self.first, 0), len(self.offsets) - 1)]
        return float(x), float(y)


class Casting:
    """Filmed frames, and the same mirrored where they may be, to be chosen for poses."""

    def __init__(
        self, film: FilmedFrames, skeleton: Skeleton, height: float, mirrors: bool = True
    ) -> None:
        """Know the poses of a film.

        Args:
            film: whose frames are chosen.
            skeleton: of its poses.
            height: of the body in pixels.
            mirrors: whether mirrored frames may be chosen.
        """
        self.film, self.skeleton, self.height = film, skeleton, height
        other = film.points[:, list(skeleton.mirrored)].copy()
        other[..., 0] = film.pool.size[0] - other[..., 0]
        self.points = np.concatenate([film.points, other])
        """float32 (2 frames, joints, 2) pixels: the frames', then the mirrored ones'."""
        self._every, one = _moments(film.runs, 2 if mirrors else 1)
        both = mirrors and 2 * len(one) <= _MOST
        self._places = np.concatenate([one, one + len(film)]) if both else one
        self._unlike = np.where(self._places >= len(film), _MIRRORED, 0).astype(np.float32)

    def stretches(self, poses: PoseSequence, costs: PlaybackCosts, paints: bool) -> list[Stretch]:
        """Return the stretches of a dance, in pixels of the film."""
        film, danced = (
            about_torso(points, self.skeleton, self.height)
            for points in (posed_at(self.points, self._places), poses.points)
        )
        pace = self.film.fps / self.film.spacing / self._every / poses.fps
        ways = Film(self._runs, pace, distances(film, film))

        def away(part: slice) -> Floats:
            return distances(danced[part], film) + self._unlike

        chosen = choose_frames(len(danced), away, ways, costs, paints)
        starts = np.flatnonzero(begins_stretch(chosen, ways))
        parts = pairwise([*starts.tolist(), len(chosen)])
        return [
            self._filmed(part, chosen[slice(*part)], poses, danced[slice(*part)], film)
            if chosen[part[0]] >= 0
            else Stretch(*part)
            for part in parts
        ]

    @cached_property
    def _runs(self) -> Integers:
        """Return (places,) int: which follow each other."""
        runs = self.film.runs
        return np.concatenate([runs, runs + runs[-1] + 1])[self._places.astype(int)]

    def _filmed(
        self,
        part: tuple[int, int],
        chosen: Integers,
        poses: PoseSequence,
        danced: Floats,
        film: Floats,
    ) -> Stretch:
        times = filmed_times(danced, film, chosen, self._runs)
        times = np.interp(times, np.arange(len(self._places)), self._places)
        offsets = self._offsets(poses.points[slice(*part)], times, poses.fps)
        run = self._places[self._runs == self._runs[chosen[0]]]
        turned = bool(run[0] >= len(self.film))
        base = len(self.film) if turned else 0
        offsets = self._keeping_cuts_outside(offsets, times - base, turned)
        ends = float(run[0]) - base, float(run[-1]) - base
        return Stretch(*part, times - base, offsets, ends, turned)

    def _offsets(self, points: Floats, times: Floats, fps: float) -> Floats:
        """Return how far the filmed person is moved, so slowly that it does not tremble."""
        wanted = torso_middles(points, self.skeleton) - torso_middles(
            posed_at(self.points, times), self.skeleton
        )
        there = np.isfinite(wanted).all(1)
        if not there.any():
            return np.zeros_like(wanted)
        at = np.arange(len(wanted))
        filled = np.stack([np.interp(at, at[there], axis[there]) for axis in wanted.T], 1)
        slow = gaussian_filter1d(filled, _WANDERS * fps, axis=0, mode="nearest")
        if np.ptp(slow, axis=0).max() < _FIXED * self.height:
            slow = np.broadcast_to(np.rint(np.median(filled, axis=0)), slow.shape)
        return np.asarray(slow, np.float32)

    def _keeping_cuts_outside(self, offsets: Floats, times: Floats, turned: bool) -> Floats:
        """Return offsets that move nobody away from a side of the frame that cuts them off."""
        moments = np.unique(np.rint(times[:: max(1, len(times) // _LOOKED_AT)]).astype(int))
        sides = [self.film.cut_sides(place) for place in moments.tolist()]
        left, top, right, bottom = (any(each) for each in zip(*sides, strict=True))
        if turned:
            left, right = right, left
        x, y = offsets.T
        x = x.clip(0 if right else None, 0 if left else None)
        y = y.clip(0 if bottom else None, 0 if top else None)
        return np.stack([x, y], axis=1)


def _moments(runs: Integers, sides: int) -> tuple[float, Floats]:
    """Return how far the moments of a film that are chosen from are apart, in frames, and them.

    They lie between the frames too, where the film is not too long, for poses do.

    Args:
        runs: (frames,) int: frames that follow each other have the same number.
        sides: 2 where each moment may be mirrored too, else 1.
    """
    usual = float(np.ceil(len(runs) / _MOST))
    every = next((each for each in _EVERY if sides * len(runs) / each <= _MOST), usual)
    edges = np.flatnonzero(np.diff(runs, prepend=-1, append=runs[-1] + 1))
    return every, np.concatenate([np.arange(a, b - 1 + 1e-9, every) for a, b in pairwise(edges)])


def posed_at(points: Floats, times: Floats) -> Floats:
    """Return the poses (N, joints, 2) of a film at moments between its frames (N,)."""
    low = np.clip(np.floor(times).astype(int), 0, len(points) - 1)
    high = np.clip(np.ceil(times).astype(int), 0, len(points) - 1)
    share = (times - low)[:, None, None]
    return np.asarray(points[low] * (1 - share) + points[high] * share, np.float32)
