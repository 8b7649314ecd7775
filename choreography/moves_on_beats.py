"""Laying a move on a song's beats: which arrival falls on which beat, and how fast it plays.

A step of N beats must end at an arrival; in between, an arrival that can be reached at a bearable
pace is put on each beat. Between two such anchors the footage plays a little slower near the
anchors and faster in the middle, so that the dancer is seen to arrive.

Conventions: `beats` are the seconds of the beats from the one before a step's first count up to its
last count, N + 1 of them. A pace of 2 plays the footage twice as fast.
"""

from dataclasses import dataclass

import numpy as np

from choreography.moves import Move

LIMIT = 1.45
"""Footage is played at most so many times faster or slower than it was filmed."""

_PACE = 1.0  # price of a beat at twice or half the pace filmed
_EMPTY_BEAT = 0.12  # price of a beat without an arrival
_SKIPPED = 0.1  # price of a full stop that falls between beats
_BEYOND = 4.0  # price of a pace out of the limit, beside its square
_FASTEST = 2.0  # arrivals later than at this pace are not looked at
_EASE = 0.4  # share of the way between anchors that slows down at both of them


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

    @property
    def within_limit(self) -> bool:
        """Return whether the footage is nowhere played too fast or too slow."""
        return 1 / LIMIT - 1e-6 <= self.pace <= LIMIT + 1e-6


def lay(move: Move, beats: np.ndarray) -> Laying:
    """Lay a move on beats by dynamic programming over (beat, arrival).

    Args:
        move: its arrivals beyond what the step needs are left out.
        beats: (N + 1,) rising seconds of the song.
    """
    reach = _FASTEST * (beats[-1] - beats[0])
    near = [at for at in move.arrivals if at[0] <= reach] or [move.arrivals[0]]
    times = np.array([0.0, *(time for time, _ in near)])
    strength = np.array([0.0, *(strong for _, strong in near)])
    passed = np.concatenate([[0.0], np.cumsum(strength)])
    count = len(beats) - 1
    price = np.full((count + 1, len(times)), np.inf)
    origin = np.zeros((count + 1, len(times), 2), int)
    price[0, 0] = 0.0
    for beat in range(1, count + 1):
        for arrival in range(1, len(times)):
            before_beat, before = np.meshgrid(np.arange(beat), np.arange(arrival), indexing="ij")
            pace = (times[arrival] - times[before]) / (beats[beat] - beats[before_beat])
            total = price[:beat, :arrival] + _price_of_pace(pace) * (beat - before_beat)
            total = total + _EMPTY_BEAT * (beat - before_beat - 1)
            total = total + _SKIPPED * (passed[arrival] - passed[before + 1])
            best = int(total.argmin())
            price[beat, arrival] = total.flat[best]
            origin[beat, arrival] = divmod(best, arrival)
    return _traced(move, beats, times, price[count], origin)


def footage_times(laying: Laying, positions: np.ndarray) -> np.ndarray:
    """Return seconds of the take (frames,) at beats counted within the step (frames,), 0 to N."""
    place = np.searchsorted(laying.beats, positions, side="right") - 1
    place = np.clip(place, 0, len(laying.beats) - 2)
    low, high = laying.beats[place], laying.beats[place + 1]
    share = np.clip((positions - low) / (high - low), 0, 1)
    eased = share + _EASE * (share * share * (3 - 2 * share) - share)
    start, stop = laying.footage[place], laying.footage[place + 1]
    return start + (stop - start) * eased


def _price_of_pace(pace: np.ndarray) -> np.ndarray:
    off = np.log2(pace)
    beyond = np.maximum(np.abs(off) - np.log2(LIMIT), 0)
    return _PACE * off**2 + _BEYOND * (beyond > 1e-9) * (0.25 + beyond)


def _traced(
    move: Move, beats: np.ndarray, times: np.ndarray, last: np.ndarray, origin: np.ndarray
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
