"""A person whom the network lost, or found elsewhere at once, is looked at again in other ways.

The ways are other crops: larger ones, and the picture turned, for a network that has mostly seen
people upright fails those who bow or whirl; and another network, where there is one. What comes
nearest to the person as they were just before is taken, if it is near enough. Somebody who is at
once on their head is not near: networks take head for feet where hair or a skirt flies.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from stickdance.capture.estimators.people import Found, Region, distance

Look = Callable[[np.ndarray, Region], Found | None]
"""Returns the person in a region of a picture, or None."""

_MOMENT = 0.04  # seconds, after which the two that follow hold; after others, by their square root
_JUMP = 0.2  # body sizes from one frame to the next; who moves farther is doubted
_FARTHEST = 0.35  # body sizes from when they were last seen; whoever is farther is no one we knew
_NEAR = 0.1  # body sizes; nobody nearer is looked for
_ON_THE_HEAD = 0.5  # body sizes: what half a turn counts for
_LEAST_SEEN = 0.5  # mean confidence; below it a network guesses
_WIDER = 1.3  # sides
_TURNS = (0.0, 0.5, -0.5, math.pi / 2, -math.pi / 2, math.pi)  # radians


class SecondLook:
    """Looks again, by one network or several."""

    def __init__(self, looks: Sequence[Look], fps: float = 1 / _MOMENT) -> None:
        """Settle with what to look.

        Args:
            looks: the networks, the best first.
            fps: frames a second of what will be shown.
        """
        self._looks = looks
        self._moments = 1 / (fps * _MOMENT)  # a frame lasts

    def at_lost(
        self, picture: np.ndarray, known: Found, regions: Iterable[Region], frames: int = 1
    ) -> Found | None:
        """Return somebody who was not seen where they were going to be, or None.

        Args:
            picture: RGB (height, width, 3).
            known: the person when last seen.
            regions: where a detector sees people.
            frames: how many frames ago they were last seen.
        """
        if not _mostly_inside(known, picture):
            return None  # they walked out of the picture
        best = self._nearest(picture, known, chain(regions, _about(known.following)))
        if best is None or apart(known, best) > _FARTHEST * math.sqrt(frames * self._moments):
            return None
        return best

    def confirmed(self, picture: np.ndarray, known: Found, found: Found) -> Found | None:
        """Return `found`, or what other looks see where it jumped; None where none is likely.

        Args:
            picture: RGB (height, width, 3).
            known: the person in the frame before.
            found: as the first look has them.
        """
        if apart(known, found) <= _JUMP * math.sqrt(self._moments):
            return found
        following = known.following
        wider = replace(following, side=following.side * _WIDER)
        other = self._nearest(picture, known, (following, wider))
        if other is not None and apart(known, other) < apart(known, found):
            found = other
        turned = apart(known, found) - distance(known.person, found.person)
        return found if turned < _ON_THE_HEAD / 2 else None

    def _nearest(
        self, picture: np.ndarray, known: Found, regions: Iterable[Region]
    ) -> Found | None:
        best: Found | None = None
        for region in regions:
            for look in self._looks:
                seen = look(picture, region)
                if seen is None or seen.person.confidence.mean() < _LEAST_SEEN:
                    continue
                if best is None or apart(known, seen) < apart(known, best):
                    best = seen
            if best is not None and apart(known, best) < _NEAR:
                break
        return best


def _about(following: Region) -> Iterator[Region]:
    """Yield other crops about the same place, the likeliest first."""
    for turn in _TURNS:
        for scale in (_WIDER, 1.0):
            yield replace(
                following, side=following.side * scale, rotation=following.rotation + turn
            )


def apart(one: Found, other: Found) -> float:
    """Return how far two sights of a person are apart, in body sizes, half a turn counting 0.5."""
    turn = abs(math.remainder(one.following.rotation - other.following.rotation, 2 * math.pi))
    return distance(one.person, other.person) + _ON_THE_HEAD * turn / math.pi


def _mostly_inside(known: Found, picture: np.ndarray) -> bool:
    size = np.array([picture.shape[1], picture.shape[0]])
    points = known.person.points
    return bool(((points >= 0) & (points < size)).all(axis=-1).mean() > 0.5)
