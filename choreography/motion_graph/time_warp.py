"""Laying a move on a song's beats: which accent falls on which beat, and how fast it plays.

A step of N beats ends at an accent; in between, accents that can be reached at a bearable pace are
put on beats, in slow music on half beats too, footfalls above all. Between two such anchors the
footage plays on, and only hurries a little over pauses: it never slows down to arrive on a beat.

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
_USUAL = 1.1  # the pace that costs nothing: a little faster than filmed rather than slower
_EMPTY_BEAT = 0.1  # price of a beat without an accent
_SKIPPED = 3.0  # price of a footfall beside the beats
_HALF = 0.2, 2.6  # price of an accent on a half beat, and what a footfall adds to it
_SHORTEST_HALF = 0.3  # seconds: half beats that are shorter are left empty
_BEYOND = 4.0  # price of a pace out of the limit, beside its square
_FASTEST = 2.0  # accents later than at this pace are not looked at
_EVENED = (0.6, 1.3)  # between anchors the pace follows the speed filmed within these shares
_STEPS = 33


@dataclass(frozen=True)
class Laying:
    """A move laid on beats."""

    beats: np.ndarray
    """(anchors,) which of the step's beats, 0 the one before its first count, N its last."""
    footage: np.ndarray
    """(anchors,) seconds of the take at those beats."""
    price: float
    """What speaks against it, per beat; 0 is nearly as filmed with an accent on every beat."""
    pace: float
    """The pace farthest from 1."""
    even: bool = False
    """Whether the footage plays evenly between anchors: it was danced to a click as it is."""

    @property
    def within_limit(self) -> bool:
        """Return whether the footage is nowhere played too fast or too slow."""
        return 1 / LIMIT - 1e-6 <= self.pace <= LIMIT + 1e-6


def lay(move: FilmedMove, beats: np.ndarray) -> Laying:
    """Lay a move on beats by dynamic programming over (beat, accent).

    Args:
        move: its accents beyond what the step needs are left out.
        beats: (N + 1,) rising seconds of the song.
    """
    if move.counted:
        return _laid_evenly(move, beats)
    reach = _FASTEST * (beats[-1] - beats[0])
    near = max(1, int(np.searchsorted(move.arrivals, reach)))
    times = np.array([0.0, *move.arrivals[:near]])
    strength = np.array([0.0, *move.strengths[:near]])
    at, seconds, halves = _places(beats)
    passed = np.concatenate([[0.0], np.cumsum(strength)])
    price = np.full((len(at), len(times)), np.inf)
    origin = np.zeros((len(at), len(times), 2), int)
    price[0, 0] = 0.0
    for place in range(1, len(at)):
        passed_beats = (at[place] - at[:place])[:, None]
        empty = _EMPTY_BEAT * np.maximum(np.ceil(passed_beats) - 1, 0)
        for arrival in range(1, len(times)):
            before = np.arange(arrival)[None]
            pace = (times[arrival] - times[before]) / (seconds[place] - seconds[:place])[:, None]
            total = price[:place, :arrival] + _price_of_pace(pace) * passed_beats + empty
            total = total + _SKIPPED * (passed[arrival] - passed[before + 1])
            best = int(total.argmin())
            beside = _HALF[0] + _HALF[1] * strength[arrival]
            price[place, arrival] = total.flat[best] + halves[place] * beside
            origin[place, arrival] = divmod(best, arrival)
    return _traced(move, at, seconds, times, price[-1], origin)


def _places(beats: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return beats that accents may fall on, their seconds, and which of them are half beats."""
    count = len(beats) - 1
    whole = (beats[-1] - beats[0]) / count < 2 * _SHORTEST_HALF
    at = np.arange(count + 1.0) if whole else np.arange(2 * count + 1) / 2
    return at, np.interp(at, np.arange(count + 1), beats), at % 1 > 0


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
        footage = np.linspace(laying.footage[segment], laying.footage[segment + 1], _STEPS)
        out[here] = np.interp(share, _shares(speed_at(footage)), footage)
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
    beyond = np.maximum(np.abs(np.log2(pace)) - np.log2(LIMIT), 0)
    return _PACE * np.log2(pace / _USUAL) ** 2 + _BEYOND * (beyond > 1e-9) * (0.25 + beyond)


def _traced(
    move: FilmedMove,
    at: np.ndarray,
    seconds: np.ndarray,
    times: np.ndarray,
    last: np.ndarray,
    origin: np.ndarray,
) -> Laying:
    place = (len(at) - 1, int(last.argmin()))
    anchors = [place]
    while place[0] > 0:
        place = (int(origin[place][0]), int(origin[place][1]))
        anchors.append(place)
    places, which = np.array(anchors[::-1]).T
    paces = np.diff(times[which]) / np.diff(seconds[places])
    return Laying(
        beats=at[places],
        footage=move.start + times[which],
        price=float(last.min()) / at[-1],
        pace=float(paces[np.abs(np.log(paces)).argmax()]),
    )
