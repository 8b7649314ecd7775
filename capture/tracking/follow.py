"""Which person is the target, and staying on them.

Stages
    1. People of neighbouring frames are linked into tracks: each track foresees where its person
       will be, and the pairs that fit best together in place, pose, size and colours are joined.
    2. The target is the track that is largest, surest, most central and longest, in sum.
    3. Where that track ends, the target goes on in the track that looks most alike in size and
       colours, as one person is filmed who may leave the picture and come back.
    4. What is doubtful is said: somebody as prominent as the target, a meeting with another
       person, a return of somebody who looks different.

Conventions: those of the package; distances are in body sizes (the diagonal of the person's box).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from stickdance.capture.estimators.contract import Person
from stickdance.capture.tracking.clothing_colours import unlikeness

_NEAR = 0.75  # a person is less than this far from where they were foreseen
_DRIFT = 0.04  # and may be so much farther away with every frame that they were not seen
_MEMORY = 6  # frames over which a track's velocity is measured
_SIZES_ALIKE = 0.6  # the smaller of two people's sizes over the larger, to be the same person
_DRESSED_ALIKE = 0.75  # unlikeness of colours up to which two may be the same person
_SURELY_DRESSED_ALIKE = 0.45  # and up to which it is not worth a word
_PROMINENT = 0.8  # share of the target's weight from which somebody else might be meant
_TOUCHING = 0.35  # two people whose middles come nearer than this may be taken for one another
_OVERLAP = 0.1  # share of a track's frames in which its person may have been found twice
_GLIMPSE = 0.05  # share of the weightiest track's weight from which a person can be meant
_WAITS = 8  # times the patience after which somebody found need not be the one lost there
_FARTHEST = 1.5  # and how far away at most
_GLANCE = 0.05  # share of the target's frames up to which a stranger is a misdetection
_BRIEF = 0.02  # share of the frames below which a track is not worth a word


@dataclass
class Track:
    """One person through neighbouring frames."""

    people: dict[int, Person] = field(default_factory=dict)
    """Frame number -> the person there, in order of time."""

    @property
    def first(self) -> int:
        """Return the number of the first frame."""
        return next(iter(self.people))

    @property
    def last(self) -> int:
        """Return the number of the last frame so far."""
        return next(reversed(self.people))

    @property
    def size(self) -> float:
        """Return the median body size in pixels."""
        return float(np.median([body_size(person) for person in self.people.values()]))


@dataclass(frozen=True)
class Doubt:
    """Frames in which the target may be the wrong person, and why."""

    first: int
    last: int
    reason: str

    def told(self, fps: float, offset: int = 0) -> str:
        """Return one line with the times; `offset` frames come before this shot."""
        start, stop = (self.first + offset) / fps, (self.last + offset + 1) / fps
        return f"{start:.1f}-{stop:.1f} s: {self.reason}"


@dataclass(frozen=True)
class Followed:
    """The target in each frame, and how sure that is."""

    people: list[Person | None]
    """The target; None where they were not found."""
    doubtful: tuple[Doubt, ...] = ()
    """In order of time."""
    others: tuple[tuple[Person, ...], ...] = ()
    """Everybody else in each frame."""


def follow(
    frames: Sequence[tuple[Person, ...]],
    patience: int = 15,
    size: tuple[int, int] | None = None,
    at: tuple[float, float] | None = None,
) -> Followed:
    """Choose the target and stay on them.

    Args:
        frames: the people of each frame.
        patience: for how many frames a lost person may come back where they were.
        size: (width, height) of the frames; with it, people near the middle count more.
        at: pixels where the target's middle is when they first appear; without it they are chosen.
    """
    tracks = link(frames, patience)
    if not tracks:
        return Followed([None] * len(frames), (), tuple(tuple(people) for people in frames))
    weights = [_weight(track, size) for track in tracks]
    target = tracks[int(np.argmax(weights))] if at is None else _nearest(tracks, weights, at)
    chosen, returns = _rejoined(target, tracks, patience)
    rest = [track for track in tracks if not any(track is part for part in chosen)]
    people: dict[int, Person] = {}
    for part in chosen:
        people = part.people | people
    rivals = _rivals(chosen, rest, size) if at is None else []
    doubts = [*returns, *rivals, *_meetings(people, rest)]
    return Followed(
        [people.get(number) for number in range(len(frames))],
        tuple(sorted(doubts, key=lambda doubt: doubt.first)),
        tuple(
            tuple(person for person in everybody if person is not people.get(number))
            for number, everybody in enumerate(frames)
        ),
    )


def link(frames: Sequence[tuple[Person, ...]], patience: int = 15) -> list[Track]:
    """Return the tracks of all people; in each frame the pairs that fit best in sum are joined."""
    tracks: list[Track] = []
    open_tracks: list[Track] = []
    for number, people in enumerate(frames):
        open_tracks = [track for track in open_tracks if number - track.last <= patience]
        taken = set()
        for place, who in _pairs(open_tracks, people, number):
            open_tracks[place].people[number] = people[who]
            taken.add(who)
        begun = [Track({number: person}) for who, person in enumerate(people) if who not in taken]
        tracks += begun
        open_tracks += begun
    return tracks


def body_size(person: Person) -> float:
    """Return the diagonal in pixels of the box around the joints found, at least 1."""
    found = _found(person)
    if len(found) == 0:
        return 1.0
    return max(1.0, float(np.linalg.norm(found.max(0) - found.min(0))))


def _pairs(tracks: list[Track], people: Sequence[Person], number: int) -> list[tuple[int, int]]:
    if not tracks or not people:
        return []
    if len(tracks) == len(people) == 1 and _unfit(tracks[0], people[0], number) < np.inf:
        return [(0, 0)]
    unfit = np.array([[_unfit(track, person, number) for person in people] for track in tracks])
    rows, columns = linear_sum_assignment(np.where(np.isfinite(unfit), unfit, 1e6))
    return [
        (int(row), int(column))
        for row, column in zip(rows, columns, strict=True)
        if np.isfinite(unfit[row, column])
    ]


def _unfit(track: Track, person: Person, number: int) -> float:
    """Return how badly a person continues a track; infinite where they cannot be the same."""
    before, gap = track.people[track.last], number - track.last
    both = np.isfinite(before.points).all(-1) & np.isfinite(person.points).all(-1)
    if not both.any():
        return np.inf
    size = max(body_size(before), body_size(person))
    moved = person.points[both] - before.points[both]
    away = np.linalg.norm(moved - _velocity(track) * min(gap, _MEMORY), axis=-1)
    foreseen = float(np.median(away)) / size
    stayed = float(np.median(np.linalg.norm(moved, axis=-1))) / size
    place = min(foreseen, stayed)
    if place > _NEAR + _DRIFT * (gap - 1):
        return np.inf
    posture = float(np.median(np.linalg.norm(moved - np.median(moved, axis=0), axis=-1))) / size
    return foreseen + posture + (1 - _alike(before, person)) + unlikeness(before, person)


def _velocity(track: Track) -> np.ndarray:
    """Return the recent velocity (2,) of a track's middle in pixels a frame."""
    numbers = list(track.people)[-_MEMORY:]
    if len(numbers) < 2:
        return np.zeros(2)
    start, stop = track.people[numbers[0]], track.people[numbers[-1]]
    both = np.isfinite(start.points).all(-1) & np.isfinite(stop.points).all(-1)
    if not both.any():
        return np.zeros(2)
    return np.median((stop.points - start.points)[both], axis=0) / (numbers[-1] - numbers[0])


def _weight(track: Track, size: tuple[int, int] | None) -> float:
    """Return the sum over frames of body size times confidence, halved at the picture's sides."""
    total = 0.0
    for person in track.people.values():
        central = 1.0
        if size is not None:
            aside = abs(float(middle(person)[0]) / size[0] - 0.5) * 2
            central = 1 - 0.5 * float(np.clip(aside, 0, 1))
        total += body_size(person) * float(person.confidence.mean()) * central
    return total


def _rejoined(target: Track, tracks: list[Track], patience: int) -> tuple[list[Track], list[Doubt]]:
    """Return the tracks that are the target, and the returns that are doubtful."""
    chosen, doubts = [target], []
    numbers = set(target.people)
    resemblance = {id(track): _resemblance(target, track) for track in tracks}
    for track in sorted(tracks, key=lambda track: resemblance[id(track)]):
        unlike = resemblance[id(track)]
        twice = len(numbers & track.people.keys()) / len(track.people)
        if track is target or unlike == np.inf or twice > _OVERLAP:
            continue
        stranger = unlike > _SURELY_DRESSED_ALIKE and not _carries_on(
            chosen, track, tracks, _WAITS * patience
        )
        if stranger and len(track.people) <= _GLANCE * len(target.people):
            continue
        chosen.append(track)
        numbers |= track.people.keys()
        if stranger:
            reason = "somebody comes into the picture who may not be the one followed before"
            doubts.append(Doubt(track.first, track.last, reason))
    return chosen, doubts


def _carries_on(chosen: list[Track], track: Track, tracks: list[Track], longest: int) -> bool:
    """Tell whether a track begins or ends where the target was lost or found, nobody else near.

    Whoever turns round or bows shows other colours, and is the same person all the same.
    """
    known = {id(part) for part in (*chosen, track)}
    others = [each for each in tracks if id(each) not in known]
    for part in chosen:
        before, after = (part, track) if part.last < track.first else (track, part)
        gap = after.first - before.last
        lost, found = before.people[before.last], after.people[after.first]
        away = float(np.linalg.norm(middle(found) - middle(lost))) / max(part.size, track.size)
        alone = not any(
            each.first < after.first
            and each.last > before.last
            and len(each.people) > _GLANCE * len(part.people)
            for each in others
        )
        if 0 < gap <= longest and away <= min(_FARTHEST, _NEAR + _DRIFT * gap) and alone:
            return True
    return False


def _resemblance(target: Track, track: Track) -> float:
    """Return how unlike two tracks are, 0 alike; infinite where they cannot be one person."""
    small, large = sorted((target.size, track.size))
    clothes = [unlikeness(one, other) for one in _samples(target) for other in _samples(track)]
    unlike = float(np.median(clothes))
    if small / large < _SIZES_ALIKE or unlike > _DRESSED_ALIKE:
        return np.inf
    return unlike + 0.1 * (1 - small / large)


def _samples(track: Track, most: int = 8) -> list[Person]:
    people = list(track.people.values())
    places = np.linspace(0, len(people) - 1, min(most, len(people))).round().astype(int)
    return [people[place] for place in places]


def _nearest(tracks: list[Track], weights: list[float], at: tuple[float, float]) -> Track:
    """Return the track that begins nearest to a place, of those that are more than a glimpse."""
    lasting = [
        track
        for track, weight in zip(tracks, weights, strict=True)
        if weight >= _GLIMPSE * max(weights)
    ]
    return min(
        lasting, key=lambda track: float(np.hypot(*(middle(track.people[track.first]) - at)))
    )


def _rivals(chosen: list[Track], rest: list[Track], size: tuple[int, int] | None) -> list[Doubt]:
    """Return a doubt for everybody who is about as prominent as the target."""
    own = sum(_weight(track, size) for track in chosen)
    doubts = []
    for track in rest:
        if _weight(track, size) < _PROMINENT * own:
            continue
        place = middle(next(iter(track.people.values())))
        reason = (
            f"somebody else, at {place[0]:.0f}, {place[1]:.0f} px in the beginning, is nearly as "
            "large, central and long in the picture as the person followed; --target-at X Y, in "
            "shares of the frame, says who is meant"
        )
        doubts.append(Doubt(track.first, track.last, reason))
    return doubts


def _meetings(people: dict[int, Person], rest: list[Track]) -> list[Doubt]:
    """Return the runs of frames in which somebody else touches the target or hides them."""
    first, own, size = _path(people)
    close: set[int] = set()
    for track in rest:
        if len(track.people) <= max(2, _BRIEF * len(people)):
            continue
        start, other, other_size = _path(track.people)
        begin, end = max(first, start), min(first + len(own), start + len(other))
        if begin >= end:
            continue
        apart = own[begin - first : end - first] - other[begin - start : end - start]
        near = np.linalg.norm(apart, axis=1) < _TOUCHING * max(size, other_size)
        close.update(int(number) for number in begin + np.flatnonzero(near))
    reason = "another person is so near that the two may be taken for one another"
    return [Doubt(start, stop, reason) for start, stop in _joined_runs(sorted(close))]


def _path(people: dict[int, Person]) -> tuple[int, np.ndarray, float]:
    """Return the first frame, the middle (frames, 2) from there on, through gaps, and the size."""
    known = sorted(people)
    frames = np.arange(known[0], known[-1] + 1)
    middles = np.array([middle(people[number]) for number in known])
    path = np.stack([np.interp(frames, known, middles[:, axis]) for axis in range(2)], axis=1)
    return known[0], path, float(np.median([body_size(person) for person in people.values()]))


def _joined_runs(numbers: list[int], bridge: int = 5) -> list[tuple[int, int]]:
    """Return (first, last) of runs of numbers, over gaps of up to `bridge`."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number - runs[-1][1] <= bridge:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def middle(person: Person) -> np.ndarray:
    """Return the median (2,) of the joints found, in pixels; NaN without any."""
    found = _found(person)
    return np.median(found, axis=0) if len(found) else np.full(2, np.nan)


def _found(person: Person) -> np.ndarray:
    sure = (person.confidence > 0) & np.isfinite(person.points).all(-1)
    return person.points[sure]


def _alike(one: Person, other: Person) -> float:
    small, large = sorted((body_size(one), body_size(other)))
    return small / large
