"""Which person is the target, and staying on them.

Stages: people of neighbouring frames are linked into tracks by the place of the torso; the target
is the track that is largest, surest and longest in sum; after a gap the target goes on in the track
nearest in size, as one person is filmed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from capture.estimators.contract import Person

_NEAR = 0.75  # a torso moves less than this many body sizes from frame to frame
_SIZES_ALIKE = 0.6  # the smaller of two people's sizes over the larger, to be the same person


@dataclass
class Track:
    """One person through neighbouring frames."""

    people: dict[int, Person] = field(default_factory=dict)
    """Frame number -> the person there."""

    @property
    def last(self) -> int:
        """Return the number of the last frame so far."""
        return next(reversed(self.people))

    @property
    def size(self) -> float:
        """Return the median body size in pixels."""
        return float(np.median([body_size(person) for person in self.people.values()]))

    @property
    def weight(self) -> float:
        """Return the sum over frames of body size times confidence."""
        return float(sum(body_size(p) * float(p.confidence.mean()) for p in self.people.values()))


def follow(frames: Sequence[tuple[Person, ...]], patience: int = 15) -> list[Person | None]:
    """Return the target in each frame, None where it was not found.

    Args:
        frames: the people of each frame.
        patience: for how many frames a lost person may come back where they were.
    """
    tracks = link(frames, patience)
    if not tracks:
        return [None] * len(frames)
    target = max(tracks, key=lambda track: track.weight)
    chosen = dict(target.people)
    for track in sorted(tracks, key=lambda track: -track.weight):
        if track is target or _alike(track.size, target.size) < _SIZES_ALIKE:
            continue
        if chosen.keys().isdisjoint(track.people):
            chosen |= track.people
    return [chosen.get(number) for number in range(len(frames))]


def link(frames: Sequence[tuple[Person, ...]], patience: int = 15) -> list[Track]:
    """Return the tracks of all people, nearest pairs joined first."""
    tracks: list[Track] = []
    open_tracks: list[Track] = []
    for number, people in enumerate(frames):
        open_tracks = [track for track in open_tracks if number - track.last <= patience]
        pairs = sorted(
            (_distance(track.people[track.last], person), place, who)
            for place, track in enumerate(open_tracks)
            for who, person in enumerate(people)
        )
        taken_tracks: set[int] = set()
        taken_people: set[int] = set()
        for distance, place, who in pairs:
            if distance > _NEAR or place in taken_tracks or who in taken_people:
                continue
            open_tracks[place].people[number] = people[who]
            taken_tracks.add(place)
            taken_people.add(who)
        begun = [
            Track({number: person}) for who, person in enumerate(people) if who not in taken_people
        ]
        tracks += begun
        open_tracks += begun
    return tracks


def body_size(person: Person) -> float:
    """Return the diagonal in pixels of the box around the joints found, at least 1."""
    found = person.points[person.confidence > 0]
    found = found[np.isfinite(found).all(-1)]
    if len(found) == 0:
        return 1.0
    return max(1.0, float(np.linalg.norm(found.max(0) - found.min(0))))


def _distance(before: Person, now: Person) -> float:
    both = np.isfinite(before.points).all(-1) & np.isfinite(now.points).all(-1)
    if not both.any():
        return float("inf")
    moved = np.linalg.norm(now.points[both] - before.points[both], axis=-1)
    return float(np.median(moved)) / max(body_size(before), body_size(now))


def _alike(a: float, b: float) -> float:
    return min(a, b) / max(a, b)
