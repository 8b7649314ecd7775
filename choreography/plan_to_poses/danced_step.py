"""One step of a plan as a function of its counts: strengthened, struck, turned, mirrored, carried.

Conventions: counts are those of the step, from 0: the first one lands at 1, the way there lies
before it. Beats are those of the song, from 0.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stickdance.choreography.actions.action import Action
from stickdance.choreography.body.kinematics import DancerBody
from stickdance.choreography.body.pose_channels import (
    DIRECTIONS,
    FEET,
    INDEX,
    TRUNK,
    blend,
    mirrored,
)
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan_to_poses.framing import narrowed, step_width
from stickdance.choreography.plan_to_poses.stage import Way, place_of, turned, way_of

_GROUNDED = [
    *(k for place in FEET.values() for k in range(place.start, place.stop)),
    *(INDEX[name] for name in ("weight", "air", "left_facing", "right_facing")),
]
"""Channels that a hit leaves alone: feet land on their counts in any case."""
_LEAST = 0.65  # of its size, that a movement has at no energy
_FINE = 16  # moments of a count that its room and the way of its feet are measured at
_MOMENT = 1e-3  # counts over which speed is measured
_IN_THE_AIR = (0.55, 0.65, 0.75)  # shares of a way at which a hop is high
_STRUCK, _HELD = 0.85, 0.4  # of the way to a hit it arrives; of the next count it is held


@dataclass(frozen=True)
class DancedStep:
    """A step on a body."""

    step: Step
    action: Action
    body: DancerBody
    hits: frozenset[int] = frozenset()
    """Counts that are struck and held instead of danced through."""
    stops: bool = False
    """Whether every count is: as published."""
    before: Step | None = None
    """The step that it follows, whose place it begins in; None where it follows none."""

    @property
    def counts(self) -> int:
        """Return how many counts land."""
        return -(-self.step.beats // self.step.pace)

    @property
    def last_beat(self) -> float:
        """Return the beat that its last count lands on."""
        return self.step.start_beat + (self.counts - 1) * self.step.pace

    def counts_at(self, beats: np.ndarray) -> np.ndarray:
        """Return how many counts are done at beats (frames,), from the beat before the first."""
        since = beats - self.step.start_beat
        return np.where(since < 0, np.maximum(since, -1) + 1, 1 + since / self.step.pace)

    def at(self, counts: np.ndarray) -> np.ndarray:
        """Return poses (frames, channels) at counts (frames,)."""
        counts = np.asarray(counts, float)
        width, way = self._measured
        own = narrowed(self._unnarrowed(counts), width)
        return way.carried(own, self._warped(counts) if self.stops else counts)

    @property
    def first(self) -> np.ndarray:
        """Return the pose (channels,) of its first count."""
        return self._marks[0]

    @property
    def last(self) -> np.ndarray:
        """Return the pose (channels,) of its last count."""
        return self._marks[3]

    @property
    def arriving(self) -> np.ndarray:
        """Return how fast (channels,) it goes on from its first count, by the beat."""
        return (self._marks[1] - self._marks[0]) / _MOMENT / self.step.pace

    @property
    def leaving(self) -> np.ndarray:
        """Return how fast (channels,) it comes to its last count, by the beat."""
        return (self._marks[3] - self._marks[2]) / _MOMENT / self.step.pace

    @property
    def hop(self) -> float:
        """Return how high its first count is hopped into, in body heights."""
        return float(self._marks[4:, INDEX["air"]].max())

    @cached_property
    def _marks(self) -> np.ndarray:
        """Return the poses around its first and its last count, and on the way to the first."""
        return self.at(np.array([1, 1 + _MOMENT, self.counts - _MOMENT, self.counts, *_IN_THE_AIR]))

    @cached_property
    def _measured(self) -> tuple[float, Way]:
        """Return the share to which it is narrowed, for its room, and how its feet carry it."""
        grid = np.linspace(0, self.counts, _FINE * self.counts + 1)
        values = self._unnarrowed(grid)
        start, stop = (place_of(one, self.body) for one in (self.before, self.step))
        around = (min(start[0], stop[0]), max(start[0], stop[0]))
        width = step_width(values, self.body, around)
        return width, way_of(narrowed(values, width), grid, start, stop)

    def _unnarrowed(self, counts: np.ndarray) -> np.ndarray:
        if self.hits and not self.stops:
            both = self._phase_poses(np.concatenate([self._warped(counts), counts]))
            danced, walked = np.split(both, 2)
            danced[:, _GROUNDED] = walked[:, _GROUNDED]
        else:
            danced = self._phase_poses(self._warped(counts))
        danced[:, TRUNK] *= _LEAST + 2 * (1 - _LEAST) * self.step.energy
        danced = _with_soft_arms(danced, self.step.energy)
        _enlarge(danced, self.step.energy)
        widest = self.body.turns
        facing = float(np.clip(self.step.facing, -widest, widest))
        danced = turned(danced, facing, self.action.shows_back)
        return mirrored(danced) if self.step.mirrored else danced

    def _phase_poses(self, counts: np.ndarray) -> np.ndarray:
        whole = self.action.counts
        done = counts + self.step.first_count
        return self.action.poses(1 - np.mod(-done, whole) / whole)  # 1 rather than 0 at its end

    def _warped(self, counts: np.ndarray) -> np.ndarray:
        """Return the counts at which the movement is: it hurries into a hit and stays there."""
        whole = np.floor(counts)
        if self.stops:
            share = counts - whole
            return whole + share - np.sin(2 * np.pi * share) / (2 * np.pi)
        out = counts.copy()
        for hit in self.hits:
            before, after = counts - (hit - 1), counts - hit
            out = np.where((before > 0) & (before <= 1), hit - 1 + _struck(before), out)
            out = np.where((after > 0) & (after < 1), hit + _released(after), out)
        return out


def _with_soft_arms(values: np.ndarray, energy: float) -> np.ndarray:
    """Return poses whose arms hang lower the calmer they are danced."""
    share = _SOFTEST * max(0.0, 1 - 2 * energy)
    if share == 0:
        return values
    low = values.copy()
    for place in DIRECTIONS.values():
        low[:, place] = _SOFT_ARM
    soft = blend(values, low, np.full(len(values), share))
    out = values.copy()
    for place in DIRECTIONS.values():
        out[:, place] = soft[:, place]
    return out


def _enlarge(values: np.ndarray, energy: float) -> None:
    """Let poses that are danced strongly grow: wider steps, and arms that reach higher and out.

    Arms that are bent to the body stay as they are: hands on hips are no smaller than others.
    """
    more = max(0.0, 2 * energy - 1)
    if more == 0:
        return
    for place in FEET.values():
        values[:, [place.start, place.start + 2]] *= 1 + _WIDER * more
    for side in ("left", "right"):
        upper, fore = (DIRECTIONS[side, limb] for limb in ("upper", "fore"))
        hand = values[:, upper] + values[:, fore]
        open_ = np.clip(hand[:, 0] - _CLOSED, 0, 1) * np.clip(
            np.linalg.norm(hand, axis=1) - 1, 0, 1
        )
        for place, share in ((upper, _REACH[0]), (fore, _REACH[1])):
            values[:, place.start + 1] += share * more * open_
            values[:, place] /= np.linalg.norm(values[:, place], axis=1, keepdims=True)


_WIDER, _REACH, _CLOSED = 0.25, (0.35, 0.5), 0.1
"""Of steps; of upper arms and forearms upwards; how far out hands are that begin to be open."""
_SOFTEST, _SOFT_ARM = 0.4, (0.3, -0.92, 0.25)  # share of the way to hanging, at no energy


def _struck(share: np.ndarray) -> np.ndarray:
    """Ease 0..1 -> 0..1 that leaves at speed 1 and is at rest a little before its end."""
    s = np.minimum(share / _STRUCK, 1)
    return s + (_STRUCK - 1) * s * (1 - s) ** 2 + s * s * (1 - s)


def _released(share: np.ndarray) -> np.ndarray:
    """Ease 0..1 -> 0..1 that stays for a while and ends at speed 1."""
    rest = 1 - _HELD
    s = np.clip((share - _HELD) / rest, 0, 1)
    return s * s * (3 - 2 * s) - rest * s * s * (1 - s)
