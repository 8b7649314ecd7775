"""Several people with a network that sees one: each has a region of the picture, and keeps it.

Stages, frame by frame
    1. Every region is looked at where its person was going to be; who is not there is given up.
    2. Of two regions that have come upon the same person, the one that had to jump is given up:
       its own person is hidden, and is found again when they reappear.
    3. Now and then, and whenever somebody was lost, the whole picture is searched for people whom
       no region holds; less often in tiles, where small people are larger.

One person alone costs one look a frame, and a search every `Watch.every` frames.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stickdance.capture.estimators.contract import FrameEstimate, Person

_SAME = 0.15  # two people whose joints lie this near, in body sizes, are one
_HELD = 0.35  # a region about a point this near to another region's centre, in sides, is held
_TILE = 0.6  # side of the tiles in which small people are searched, in sides of the picture
_TILES_EVERY = 6  # searches of the whole picture, from one search in tiles to the next
_WHOLE = 1.1  # a person's region is at most this many sides of the tile that shows them whole
_SMALLEST = 0.08  # people smaller than this share of the picture's height are nobody's target


@dataclass(frozen=True)
class Region:
    """A square of a picture."""

    x: float
    y: float
    """Centre in pixels."""
    side: float
    """Length of its sides in pixels."""
    rotation: float = 0.0
    """Turn in radians, clockwise in the picture."""


@dataclass(frozen=True)
class Found:
    """A person whom a network saw in a region."""

    person: Person
    matte: np.ndarray
    """uint8 (height, width) of the whole picture, 255 the person."""
    following: Region
    """Where to look in the next frame."""


class Watch:
    """Finds all people of each frame; call it frame by frame."""

    def __init__(
        self,
        detect: Callable[[np.ndarray], list[Region]],
        look: Callable[[np.ndarray, Region], Found | None],
        most: int = 4,
        every: int = 10,
    ) -> None:
        """Settle how to look.

        Args:
            detect: returns the region of each person in a picture, the surest first.
            look: returns the person in a region of a picture, or None.
            most: people followed at once; the largest ones, where there are more.
            every: frames from one search of the whole picture to the next.
        """
        self._detect, self._look, self._most, self._every = detect, look, most, every
        self._known: list[Found] = []
        self._frame = 0
        self._searching = 0

    def __call__(self, picture: np.ndarray) -> FrameEstimate:
        """Return all people in the next frame, the longest followed first, and their joint matte.

        Args:
            picture: RGB (height, width, 3).
        """
        followed = self._follow(picture)
        if len(followed) < len(self._known):
            self._searching = self._every
        if self._searching > 0 or self._frame % self._every == 0 or not followed:
            self._searching -= 1
            followed += self._newcomers(picture, followed)
        self._known = self._largest(followed)
        self._frame += 1
        if not self._known:
            return FrameEstimate()
        matte = self._known[0].matte
        for found in self._known[1:]:
            matte = np.maximum(matte, found.matte)
        return FrameEstimate(tuple(found.person for found in self._known), matte)

    def _follow(self, picture: np.ndarray) -> list[Found]:
        pairs = [(known, self._look(picture, known.following)) for known in self._known]
        kept: list[tuple[float, Found]] = []
        for known, found in pairs:
            if found is None:
                continue
            jump = distance(known.person, found.person)
            double = next((pair for pair in kept if _same(pair[1], found)), None)
            if double is None:
                kept.append((jump, found))
            elif jump < double[0]:
                kept[kept.index(double)] = (jump, found)
        return [found for _, found in kept]

    def _newcomers(self, picture: np.ndarray, followed: list[Found]) -> list[Found]:
        new: list[Found] = []
        for region in self._searched(picture, alone=not followed):
            if any(_holds(found.following, region) for found in followed + new):
                continue
            found = self._look(picture, region)
            if found is None or size(found.person) < _SMALLEST * len(picture):
                continue
            if not any(_same(found, other) for other in followed + new):
                new.append(found)
        return new

    def _searched(self, picture: np.ndarray, alone: bool) -> list[Region]:
        regions = self._detect(picture)
        searches = self._frame // self._every
        if self._frame % self._every == 0 and (searches % _TILES_EVERY == 0 or alone):
            for part, left, top in _tiles(picture):
                regions += [
                    Region(region.x + left, region.y + top, region.side, region.rotation)
                    for region in self._detect(part)
                    if region.side < _WHOLE * len(part)  # else only a piece of somebody is in it
                ]
        return regions

    def _largest(self, people: list[Found]) -> list[Found]:
        ranked = sorted(people, key=lambda found: -size(found.person))[: self._most]
        return [found for found in people if any(found is kept for kept in ranked)]


def distance(one: Person, other: Person) -> float:
    """Return the median distance of two people's joints, in sizes of the larger."""
    apart = np.linalg.norm(one.points - other.points, axis=-1)
    return float(np.median(apart)) / max(size(one), size(other))


def size(person: Person) -> float:
    """Return the diagonal in pixels of the box around all joints, at least 1."""
    return max(1.0, float(np.linalg.norm(np.ptp(person.points, axis=0))))


def _same(one: Found, other: Found) -> bool:
    return distance(one.person, other.person) < _SAME


def _holds(region: Region, other: Region) -> bool:
    reach = _HELD * min(region.side, other.side)
    return bool(np.hypot(region.x - other.x, region.y - other.y) < reach)


def _tiles(picture: np.ndarray) -> list[tuple[np.ndarray, int, int]]:
    """Return overlapping squares of a picture, each with its left and top."""
    height, width = picture.shape[:2]
    side = round(_TILE * min(height, width))
    return [
        (picture[top : top + side, left : left + side], left, top)
        for top in _starts(height, side)
        for left in _starts(width, side)
    ]


def _starts(length: int, side: int) -> list[int]:
    count = max(1, int(np.ceil(1.5 * length / side - 0.5)))
    return [int(start) for start in np.linspace(0, length - side, count).round()]
