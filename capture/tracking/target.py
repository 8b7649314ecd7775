"""The target of a take: one person followed over all shots, their poses cleaned and joined."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from stickdance.capture.cleaning.clean import Cleaned, clean
from stickdance.capture.estimators.contract import Person, sequence_of
from stickdance.capture.first_pass import Shot
from stickdance.capture.pose.sequence import PoseSequence, joined
from stickdance.capture.pose.skeleton import OPENPOSE_18, Skeleton
from stickdance.capture.stabilisation.corrections import Corrections
from stickdance.capture.tracking.follow import follow
from stickdance.capture.tracking.mirrors import mirror_images
from stickdance.checkpoints.errors import BadInput

_LEAST_FOUND = 0.5  # share of frames in which the target must be found


@dataclass(frozen=True)
class Target:
    """The target over all shots."""

    people: list[Person | None]
    """As estimated, in each frame."""
    poses: PoseSequence
    """Cleaned."""
    missing: list[int]
    """Frames without the target."""
    wrong: list[int]
    """Frames whose pose was refused."""
    exchanged: list[int]
    """Frames in which left and right were taken for each other, and put right."""
    others: list[tuple[Person, ...]]
    """Everybody else in each frame."""
    doubtful: list[str]
    """When, and why, the person followed may be somebody else, or their left the right."""


def hold_people(shots: Sequence[Shot], corrections: Corrections) -> None:
    """Move the people of every frame to where the corrections hold it."""
    frame = 0
    for shot in shots:
        for number, people in enumerate(shot.people):
            shot.people[number] = tuple(
                person.moved(partial(corrections.points, frame=frame)) for person in people
            )
            frame += 1


def find_target(
    shots: Sequence[Shot],
    skeleton: Skeleton,
    size: tuple[int, int],
    fps: float,
    target_at: tuple[float, float] | None = None,
) -> Target:
    """Follow and clean the target shot by shot, and join the shots.

    Args:
        shots: with the people found in them.
        skeleton: whose joints these people have.
        size: (width, height) of the frames.
        fps: frames a second.
        target_at: where the target is, as shares of the frame; None: whoever is most prominent.

    Raises:
        BadInput: the target is there in less than half of the frames.
    """
    at = None if target_at is None else (target_at[0] * size[0], target_at[1] * size[1])
    people: list[Person | None] = []
    parts: list[Cleaned] = []
    missing: list[int] = []
    wrong: list[int] = []
    exchanged: list[int] = []
    others: list[tuple[Person, ...]] = []
    doubtful: list[str] = []
    for shot in shots:
        patience = max(1, round(fps / 2))
        followed = follow(shot.people, patience, size, at)
        raw = sequence_of(followed.people, skeleton, size, fps)
        parts.append(clean(raw.converted(OPENPOSE_18)))
        others += followed.others
        mirrors = mirror_images(followed, skeleton, fps, patience)
        doubts = [*followed.doubtful, *mirrors]
        doubtful += [doubt.told(fps, offset=len(people)) for doubt in doubts]
        missing += [len(people) + frame for frame in parts[-1].missing_frames]
        doubtful += [_told(run, fps, len(people)) for run in parts[-1].doubtful_sides]
        wrong += [len(people) + frame for frame in parts[-1].wrong_frames]
        exchanged += [len(people) + frame for frame in parts[-1].exchanged_frames]
        people += followed.people
    _check_found(shots, len(people) - len(missing), len(people))
    poses = joined([part.poses for part in parts])
    return Target(people, poses, missing, wrong, exchanged, others, doubtful)


def _told(run: tuple[int, int], fps: float, offset: int) -> str:
    start, stop = ((frame + offset) / fps for frame in run)
    return (
        f"left and right change places at {start:.1f} s and back at {stop:.1f} s, from one frame "
        "to the next: a cut, or the estimator errs; look there, and leave that part out if it does"
    )


def _check_found(shots: Sequence[Shot], found: int, count: int) -> None:
    if found >= max(10, _LEAST_FOUND * count):
        return
    names = ", ".join(str(shot.info.path) for shot in shots)
    raise BadInput(
        f"{names}: a person was found in {found} of {count} frames, expected at least half; "
        "film one person, whole body, in good light"
    )
