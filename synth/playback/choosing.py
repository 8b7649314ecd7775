"""Which filmed frame shows each pose of a dance: the least cost, found by dynamic programming.

A dance is shown in stretches: filmed frames that follow one another, or painted ones. What costs

    showing     how far the frame's pose is from the dance's
    stepping    a step on in the film that is faster or slower than the dance's pace, or backwards
    switching   from one filmed stretch to another: the more, the farther apart the two poses are
    painting    a pose for which nothing filmed is near, and the changes to and from it

A stretch lasts at least `shortest` poses and begins at the film's own pace. Lengths are in body
heights.

Source: Viterbi (1967); playing back footage by such costs is Video Textures (Schödl, Szeliski,
Salesin and Essa, SIGGRAPH 2000).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil

import numpy as np

from stickdance.capture.pose.pose_distance import NEAR
from stickdance.synth.compute.array_types import Bools, Floats, Integers

PAINTED = -1
"""In place of a filmed frame's number: the pose is painted."""
_START, _JUMP = -2, 127  # a way's origin; in place of a step: a stretch begins
_USUAL = 25.0  # frames a second
_TOO_FAR = 2.5
_FAR = 1e3  # stands for a distance that is not known, where a frame must be shown
_TOGETHER, _KEPT = 900, 600  # poses that are chosen for at once, and how many of them are settled
_LEFT_FROM = 48  # frames, the cheapest ones, from which a switch may lead at each pose


@dataclass(frozen=True)
class PlaybackCosts:
    """Prices and limits, in body heights of joint distance."""

    near: float = NEAR
    """Beyond this, a filmed frame's distance from the pose costs more, by its square; what is more
    than `_TOO_FAR` times as far is not shown."""
    morph: float = 0.06
    """Frames whose poses are farther apart than this, and than the film moves there in the time of
    two poses besides, are not joined: limbs would jump."""
    painted: float = 0.08
    """A painted frame costs as much as a filmed one at this distance."""
    switch: float = 0.1
    """A switch costs as much as this distance in one frame."""
    change: float = 0.6
    """The same for a change from filmed frames to painted ones or back: they are seen to differ."""
    apart: float = 8.0
    """Beside it, each of them costs so many times the distance of the two poses."""
    off_pace: float = 0.004
    """For each filmed frame that a step is off the pace, beyond the rounding."""
    backwards: float = 0.008
    """A step backwards."""
    shortest: int = 8
    """Poses that a stretch shows at least."""

    def at(self, fps: float) -> "PlaybackCosts":
        """Return what holds at a frame rate; as they stand they are for 25 frames a second."""
        times = fps / _USUAL
        shortest = max(1, round(self.shortest * times))
        switch, change, apart = (times * each for each in (self.switch, self.change, self.apart))
        return replace(self, switch=switch, change=change, apart=apart, shortest=shortest)


@dataclass(frozen=True)
class Film:
    """What can be played."""

    runs: Integers
    """(frames,) int: those that follow each other in the film have the same number."""
    pace: float
    """Filmed frames that pass in the time of one pose."""
    apart: Floats
    """float32 (frames, frames): how far their poses are from one another."""

    @cached_property
    def lively(self) -> Floats:
        """Return float32 (frames,): how far the film moves about each frame in two poses' time."""
        on = max(1, round(2 * self.pace))
        places = np.arange(len(self.runs))
        before, after = np.maximum(places - on, 0), np.minimum(places + on, len(places) - 1)
        whole = (self.runs[before] == self.runs) & (self.runs[after] == self.runs)
        both = np.minimum(self.apart[places, before], self.apart[places, after])
        return np.where(whole, both, 0).astype(np.float32)

    @property
    def steps(self) -> Integers:
        """Return how many frames a step may go on, backwards too."""
        most = max(1, ceil(1.6 * self.pace))
        return np.arange(-most, most + 1)

    def price(self, step: int, costs: PlaybackCosts) -> float:
        """Return what a step costs."""
        off = max(0.0, abs(abs(step) - self.pace) - 1 + 1e-6)
        return costs.off_pace * off + costs.backwards * (step < 0)

    def ahead(self, count: int) -> Integers:
        """Return how far from its first frame a stretch is, at the film's own pace."""
        return np.floor(np.arange(count) * self.pace + 0.5).astype(int)

    def shortest(self, wanted: int) -> int:
        """Return how many poses, at most `wanted`, the longest run can show at its own pace."""
        longest = int(np.unique(self.runs, return_counts=True)[1].max())
        return max(count for count in range(1, wanted + 1) if self.ahead(count)[-1] < longest)


def choose_frames(
    count: int,
    away: Callable[[slice], Floats],
    film: Film,
    costs: PlaybackCosts,
    paints: bool = True,
) -> Integers:
    """Return (poses,) int: the filmed frame that shows each pose, or `PAINTED`.

    Args:
        count: poses.
        away: gives (poses, frames) for some of the poses: how far each is from each filmed frame.
        film: what may follow what.
        costs: prices and limits.
        paints: whether poses may be painted; otherwise the limits do not hold.
    """
    out = np.empty(count, np.int64)
    first, last = 0, _START
    while first < count:
        block = away(slice(first, first + _TOGETHER))
        chosen = _Ways(block, film, costs, paints, last).best()
        kept = len(block) if first + len(block) == count else _KEPT
        out[first : first + kept] = chosen[:kept]
        first, last = first + kept, int(chosen[kept - 1])
    return out


class _Ways:
    """The cheapest way to each frame at each pose, of one block of poses."""

    def __init__(
        self, away: Floats, film: Film, costs: PlaybackCosts, paints: bool, last: int
    ) -> None:
        count, frames = away.shape
        self.film, self.costs, self.last = film, costs, last
        self.limits = (_TOO_FAR * costs.near, costs.morph) if paints else (np.inf, np.inf)
        self.paint = costs.painted if paints else np.inf
        self.short = film.shortest(min(costs.shortest, count))
        self.steps, self.ahead = film.steps, film.ahead(self.short)
        self.shown = self._price(away)
        self.least = np.full(frames, np.inf)  # of the pose that was looked at last
        self.how = np.full((count, frames), _JUMP, np.int8)
        self.painted = np.full(count, np.inf)
        self.paint_begins = np.zeros(count, bool)
        # What a stretch that begins at a pose has cost before, filmed and painted, and from where.
        self.enter = np.full((count + 1, frames), np.inf, np.float32)
        self.enter_from = np.full((count + 1, frames), _START, np.int32)
        self.enter_paint = np.full(count + 1, np.inf)
        self.paint_from = np.full(count + 1, _START)

    def best(self) -> Integers:
        """Return the way of least cost."""
        self._begin()
        for pose in range(len(self.shown)):
            self._step(pose)
            self._jump(pose)
            self._paint(pose)
            self._leave(pose)
        return self._traced()

    def _price(self, away: Floats) -> Floats:
        """Return what showing each frame costs at each pose."""
        known = np.minimum(away, _FAR)
        price = known * np.maximum(1, known / self.costs.near)
        return np.where(away <= self.limits[0], price, np.inf).astype(np.float32)

    def _begin(self) -> None:
        """Come from what the block before ended in; before the first block, from anywhere."""
        if self.last == _START:
            self.enter[0], self.enter_paint[0] = 0.0, 0.0
            return
        self.enter_from[0], self.paint_from[0] = self.last, self.last
        if self.last == PAINTED:
            self.enter[0] = self.costs.change + self.costs.apart * self.shown[0]
            return
        self.least[self.last] = 0.0
        self.enter[0] = self._switched(np.array([self.last]))[0]
        self.enter_paint[0] = self.costs.change

    def _step(self, pose: int) -> None:
        before, self.least = self.least, np.full_like(self.least, np.inf)
        for number, step in enumerate(self.steps.tolist()):
            to, since = _moved(step)
            going = before[since] + self.film.price(step, self.costs)
            going = np.where(self.film.runs[to] == self.film.runs[since], going, np.inf)
            self._improve(pose, to, going, number)
        self.least += self.shown[pose]

    def _jump(self, pose: int) -> None:
        """Begin a stretch `short` poses ago, which is here by now."""
        begins = pose + 1 - self.short
        if begins < 0:
            return
        count = len(self.least) - int(self.ahead[-1])
        total = self.enter[begins, :count].astype(np.float64)
        for passed, on in enumerate(self.ahead.tolist()):
            total += self.shown[begins + passed, on : on + count]
        runs = self.film.runs
        total[runs[:count] != runs[self.ahead[-1] :]] = np.inf
        self._improve(pose, slice(int(self.ahead[-1]), None), total, _JUMP)

    def _improve(self, pose: int, places: slice, total: Floats, how: int) -> None:
        better = total < self.least[places]
        self.least[places] = np.where(better, total, self.least[places])
        self.how[pose, places] = np.where(better, how, self.how[pose, places])

    def _paint(self, pose: int) -> None:
        goes_on = pose == 0 and self.last == PAINTED
        before = 0.0 if goes_on else (np.inf if pose == 0 else self.painted[pose - 1])
        begins = pose + 1 - self.short
        fresh = self.enter_paint[begins] + (self.short - 1) * self.paint if begins >= 0 else np.inf
        self.paint_begins[pose] = fresh < before
        self.painted[pose] = min(before, fresh) + self.paint

    def _leave(self, pose: int) -> None:
        """Say what it costs to begin another stretch after this pose."""
        nearby = self.least + self.costs.apart * np.minimum(self.shown[pose], _FAR)
        best = int(nearby.argmin())
        self.enter_paint[pose + 1] = nearby[best] + self.costs.change
        self.paint_from[pose + 1] = best
        if pose + 1 == len(self.shown):
            return
        cheap = np.argpartition(self.least, min(_LEFT_FROM, len(self.least)) - 1)[:_LEFT_FROM]
        ways = self.least[cheap, None] + self._switched(cheap)
        first = ways.argmin(0)
        filmed = np.take_along_axis(ways, first[None], 0)[0]
        painted = self.costs.change + self.costs.apart * self.shown[pose + 1] + self.painted[pose]
        self.enter[pose + 1] = np.minimum(filmed, painted)
        self.enter_from[pose + 1] = np.where(painted < filmed, PAINTED, cheap[first])

    def _switched(self, frames: Integers) -> Floats:
        """Return (given frames, frames): what a switch from one to another costs."""
        apart = self.film.apart[frames]
        costs = self.costs.switch + self.costs.apart * np.minimum(apart, _FAR)
        lively = np.minimum(self.film.lively[frames, None], self.film.lively[None])
        return np.where(apart <= self.limits[1] + lively, costs, np.inf)

    def _traced(self) -> Integers:
        out = np.empty(len(self.shown), np.int64)
        pose = len(self.shown) - 1
        at = int(self.least.argmin())
        if self.painted[pose] <= self.least[at]:
            at = PAINTED
        while pose >= 0:
            pose, at = self._back(out, pose, at)
        return out

    def _back(self, out: Integers, pose: int, at: int) -> tuple[int, int]:
        """Write down how a place was come to, and return the place before."""
        begins = pose + 1 - self.short
        if at == PAINTED:
            if not self.paint_begins[pose]:
                out[pose] = PAINTED
                return pose - 1, PAINTED
            out[begins : pose + 1] = PAINTED
            return begins - 1, int(self.paint_from[begins])
        if self.how[pose, at] != _JUMP:
            out[pose] = at
            return pose - 1, at - int(self.steps[self.how[pose, at]])
        start = at - int(self.ahead[-1])
        out[begins : pose + 1] = start + self.ahead
        return begins - 1, int(self.enter_from[begins, start])


def _moved(step: int) -> tuple[slice, slice]:
    """Return the places that a step leads to, and those that it comes from."""
    if step >= 0:
        return slice(step, None), slice(None, -step or None)
    return slice(None, step), slice(-step, None)


def begins_stretch(chosen: Integers, film: Film) -> Bools:
    """Return (poses,) bool: another stretch begins there, filmed or painted."""
    out = np.ones(len(chosen), bool)
    one, other = chosen[:-1], chosen[1:]
    both = (one >= 0) & (other >= 0)
    on = np.isin(other - one, film.steps) & (film.runs[one] == film.runs[other])
    out[1:] = ~np.where(both, on, one == other)
    return out
