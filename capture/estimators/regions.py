"""Several people with a network that sees one: each has a region of the picture, and keeps it.

Stages, frame by frame
    1. Every region is looked at where its person was going to be; who is not there, or jumped, is
       looked at again in other ways (`second_look`), and given up where that fails for long.
    2. Of two regions that have come upon the same person, the one that had to jump is given up:
       its own person is hidden, and is found again when they reappear.
    3. Now and then, and whenever somebody was lost, the whole picture is searched for people whom
       no region holds; less often in tiles, where small people are larger.

One person alone costs one look a frame, and a search every `Watch.every` frames.
"""

from collections.abc import Callable

import numpy as np

from stickdance.capture.estimators.contract import FrameEstimate
from stickdance.capture.estimators.people import Found, Region, distance, size
from stickdance.capture.estimators.second_look import Look, SecondLook

_SAME = 0.15  # two people whose joints lie this near, in body sizes, are one
_HELD = 0.35  # a region about a point this near to another region's centre, in sides, is held
_TILE = 0.6  # side of the tiles in which small people are searched, in sides of the picture
_TILES_EVERY = 6  # searches of the whole picture, from one search in tiles to the next
_WHOLE = 1.1  # a person's region is at most this many sides of the tile that shows them whole
_PATIENCE = 0.48  # seconds for which somebody lost is looked for where they were
_SMALLEST = 0.08  # people smaller than this share of the picture's height are nobody's target


class Watch:
    """Finds all people of each frame; call it frame by frame."""

    def __init__(
        self,
        detect: Callable[[np.ndarray], list[Region]],
        look: Look,
        most: int = 4,
        every: int = 10,
        again: SecondLook | None = None,
        fps: float = 25.0,
    ) -> None:
        """Settle how to look.

        Args:
            detect: returns the region of each person in a picture, the surest first.
            look: returns the person in a region of a picture, or None.
            most: people followed at once; the largest ones, where there are more.
            every: frames from one search of the whole picture to the next.
            again: looks again at who was lost or jumped; by default nobody does.
            fps: frames a second of what will be shown.
        """
        self._detect, self._look, self._most, self._every = detect, look, most, every
        self._again, self._patience = again, max(2, round(_PATIENCE * fps))
        self._known: list[Found] = []
        self._lost: list[tuple[Found, int]] = []  # and how many frames ago they were seen
        self._frame = 0
        self._searching = 0

    def __call__(self, picture: np.ndarray) -> FrameEstimate:
        """Return all people in the next frame, the longest followed first, and their joint matte.

        Args:
            picture: RGB (height, width, 3).
        """
        followed = self._follow(picture)
        followed += self._found_again(picture, followed)
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
        pairs = [(known, self._followed(picture, known)) for known in self._known]
        self._lost += [(known, 0) for known, found in pairs if found is None]
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

    def _followed(self, picture: np.ndarray, known: Found) -> Found | None:
        found = self._look(picture, known.following)
        if found is None or self._again is None:
            return found
        return self._again.confirmed(picture, known, found)

    def _found_again(self, picture: np.ndarray, people: list[Found]) -> list[Found]:
        """Return those of the lost whom a second look sees; who is lost for long is forgotten."""
        again: list[Found] = []
        still: list[tuple[Found, int]] = []
        seen = self._detect(picture) if self._again and self._lost else []
        for known, frames in self._lost:
            if any(_holds(found.following, known.following) for found in people + again):
                continue
            near = [region for region in seen if _holds(known.following, region)]
            found = (
                None
                if self._again is None
                else self._again.at_lost(picture, known, near, frames + 1)
            )
            if found is None:
                still.append((known, frames + 1))
            elif not any(_same(found, other) for other in people + again):
                again.append(found)
        self._lost = [(known, frames) for known, frames in still if frames < self._patience]
        return again

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
