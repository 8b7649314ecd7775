"""Laying a move on a song's beats: which arrival falls on which beat, and how fast it plays.

A step of N beats must end at an arrival; in between, an arrival that can be reached at a bearable
pace is put on each beat. Between two such anchors the footage plays a little slower near the
anchors and faster in the middle, so that the dancer is seen to arrive.

Conventions: `beats` are the seconds of the beats from the one before a step's first count up to its
last count, N + 1 of them. A pace of 2 plays the footage twice as fast.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stickdance.choreography.plan.moves import FilmedMove

LIMIT = 1.45
"""Footage is played at most so many times faster or slower than it was filmed."""

_PACE = 1.0  # price of a beat at twice or half the pace filmed
_EMPTY_BEAT = 0.3  # price of a beat without an arrival
_SKIPPED = 0.6  # price of a full stop that falls between beats
_BEYOND = 4.0  # price of a pace out of the limit, beside its square
_FASTEST = 2.0  # arrivals later than at this pace are not looked at
_EVENED = (0.6, 1.3)  # between anchors the pace follows the speed filmed within these shares
_STEPS = 33
_EASE = 0.6  # share of the way between anchors that slows down at both of them


@dataclass(frozen=True)
class Laying:
    """A move laid on beats."""

    beats: np.ndarray
    """(anchors,) which of the step's beats, 0 the one before its first count, N its last."""
    footage: np.ndarray
    """(anchors,) seconds of the take at those beats."""
    price: float
    """What speaks against it, per beat; 0 is as filmed with an arrival on every beat."""
    pace: float
    """The pace farthest from 1."""
    even: bool = False
    """Whether the footage plays evenly between anchors: it was danced to a click as it is."""

    @property
    def within_limit(self) -> bool:
        """Return whether the footage is nowhere played too fast or too slow."""
        return 1 / LIMIT - 1e-6 <= self.pace <= LIMIT + 1e-6


def lay(move: FilmedMove, beats: np.ndarray) -> Laying:
    """Lay a move on beats by dynamic programming over (beat, arrival).

    Args:
        move: its arrivals beyond what the step needs are left out.
        beats: (N + 1,) rising seconds of the song.
    """
    if move.counted:
        return _laid_evenly(move, beats)
    reach = _FASTEST * (beats[-1] - beats[0])
    near = max(1, int(np.searchsorted(move.arrivals, reach)))
    times = np.array([0.0, *move.arrivals[:near]])
    strength = np.array([0.0, *move.strengths[:near]])
    passed = np.concatenate([[0.0], np.cumsum(strength)])
    count = len(beats) - 1
    price = np.full((count + 1, len(times)), np.inf)
    origin = np.zeros((count + 1, len(times), 2), int)
    price[0, 0] = 0.0
    for beat in range(1, count + 1):
        for arrival in range(1, len(times)):
            before_beat, before = np.arange(beat)[:, None], np.arange(arrival)[None]
            pace = (times[arrival] - times[before]) / (beats[beat] - beats[before_beat])
            total = price[:beat, :arrival] + _price_of_pace(pace) * (beat - before_beat)
            total = total + _EMPTY_BEAT * (beat - before_beat - 1)
            total = total + _SKIPPED * (passed[arrival] - passed[before + 1])
            best = int(total.argmin())
            price[beat, arrival] = total.flat[best]
            origin[beat, arrival] = divmod(best, arrival)
    return _traced(move, beats, times, price[count], origin)


def footage_times(
    laying: Laying, positions: np.ndarray, speed_at: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Return when the footage shows what is danced.

    Args:
        laying: of the step.
        positions: (frames,) beats counted within the step, 0 to N.
        speed_at: how fast the joints move at seconds of the take.

    Returns:
        (frames,) seconds of the take.
    """
    if laying.even:
        return np.interp(positions, laying.beats, laying.footage)
    place = np.searchsorted(laying.beats, positions, side="right") - 1
    place = np.clip(place, 0, len(laying.beats) - 2)
    out = np.empty(len(positions))
    for segment in np.unique(place):
        low, high = laying.beats[segment : segment + 2]
        here = place == segment
        share = np.clip((positions[here] - low) / (high - low), 0, 1)
        eased = share + _EASE * (share * share * (3 - 2 * share) - share)
        footage = np.linspace(laying.footage[segment], laying.footage[segment + 1], _STEPS)
        out[here] = np.interp(eased, _shares(speed_at(footage)), footage)
    return out


def _laid_evenly(move: FilmedMove, beats: np.ndarray) -> Laying:
    """Return all arrivals of a move, one after the other, spread evenly over the beats."""
    arrivals = np.array([0.0, *move.arrivals])
    at = np.linspace(0, len(beats) - 1, len(arrivals))
    seconds = np.interp(at, np.arange(len(beats)), beats)
    paces = np.diff(arrivals) / np.diff(seconds)
    price = float(_price_of_pace(paces).mean())
    pace = float(paces[np.abs(np.log(paces)).argmax()])
    return Laying(at, move.start + arrivals, price, pace, even=True)


def _shares(speed: np.ndarray) -> np.ndarray:
    """Return which share of the time has passed at evenly spaced moments between two anchors.

    Pauses between the anchors are hurried over, since they fall on no beat.
    """
    relative = speed / max(float(speed.mean()), 1e-9)
    inside = np.sin(np.pi * np.linspace(0, 1, len(speed)))
    slowness = np.clip(relative, *_EVENED) ** inside
    passed = np.concatenate([[0.0], np.cumsum((slowness[1:] + slowness[:-1]) / 2)])
    return passed / passed[-1]


def _price_of_pace(pace: np.ndarray) -> np.ndarray:
    off = np.log2(pace)
    beyond = np.maximum(np.abs(off) - np.log2(LIMIT), 0)
    return _PACE * off**2 + _BEYOND * (beyond > 1e-9) * (0.25 + beyond)


def _traced(
    move: FilmedMove, beats: np.ndarray, times: np.ndarray, last: np.ndarray, origin: np.ndarray
) -> Laying:
    place = (len(beats) - 1, int(last.argmin()))
    anchors = [place]
    while place[0] > 0:
        place = (int(origin[place][0]), int(origin[place][1]))
        anchors.append(place)
    at, which = np.array(anchors[::-1]).T
    paces = np.diff(times[which]) / np.diff(beats[at])
    return Laying(
        beats=at.astype(float),
        footage=move.start + times[which],
        price=float(last.min()) / (len(beats) - 1),
        pace=float(paces[np.abs(np.log(paces)).argmax()]),
    )
