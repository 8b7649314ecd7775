"""A video of a person who moves -> a motion clip: their cleaned poses, hands and face with them.

It is the first half of `video_to_take`, for movement that another body shall dance or that is
learnt from: no mattes, no room, no likeness, and a camera that moves is no fault, only said.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from stickdance.capture.estimators.catalog import create, keep_people
from stickdance.capture.estimators.hands_and_face import Networks
from stickdance.capture.first_pass import Shot, frames_of, watch
from stickdance.capture.kept_answers import KeptWork, kept_work
from stickdance.capture.media.consent_metadata import consent_or_recorded
from stickdance.capture.motion_clip import KIND, POSES, MotionClip
from stickdance.capture.opening import frame_rate, open_shots
from stickdance.capture.options import CaptureOptions
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.stabilisation.corrections import (
    Corrections,
    Tolerance,
    Unrest,
    corrections_for,
    unrest_of,
)
from stickdance.capture.tracking.follow import middle
from stickdance.capture.tracking.parts import PartWatch, networks_for
from stickdance.capture.tracking.target import Target, find_target, hold_people
from stickdance.capture.video_to_take import playback_of, working_size
from stickdance.checkpoints.manifest import result_folder
from stickdance.checkpoints.progress import tracked

_MANY = 0.1  # share of frames without the person from which it is worth a word
_COMPANY = 0.5  # and of frames with somebody else


@dataclass(frozen=True)
class _Seen:
    """What is known of a video that was watched."""

    shot: Shot
    size: tuple[int, int]
    fps: float
    target: Target
    corrections: Corrections | None
    unrest: Unrest


def video_to_motion(
    video: Path, to: Path, options: CaptureOptions, at_flag: str = "--target-at"
) -> MotionClip:
    """Capture how one person moves in a video.

    Args:
        video: of the person.
        to: the folder to be.
        options: which part, who of several people, estimator, consent. Nothing is held out, and
            what a take would be refused for is only said.
        at_flag: what lines that ask who of several people is meant call `options.target_at`.

    Raises:
        BadInput: the video cannot be read, is shorter than 2 s or shows no person; a bad option.
        MissingDependency: the estimator is not installed.
        OutputFailed: no space or no permission; nothing is left behind.
    """
    options = replace(options, conditions="warn")
    networks, unseen = networks_for(options.hands_and_face)
    shots, _ = open_shots([video], options)
    told = {"digest": shots[0].digest, "options": asdict(replace(options, poses=None))}
    about: dict[str, Any] = {}  # written when the block ends
    with result_folder(Path(to), KIND, about) as folder, kept_work(Path(to), told) as work:
        seen = _watched(shots, options, work)
        networks = networks and networks.keeping(work)
        poses = _with_parts(seen, networks, options.end_seconds)
        poses.save(folder / POSES)
        about |= {
            "video": Path(video).name,
            "sha256": seen.shot.digest,
            "start_seconds": seen.shot.first / seen.fps,
            "consent": consent_or_recorded(options.consent, [Path(video)]),
            "warnings": [*_warnings(seen, options, at_flag), *unseen],
        }
    return MotionClip.load(Path(to))


def _watched(shots: Sequence[Shot], options: CaptureOptions, work: KeptWork) -> _Seen:
    fps = frame_rate(shots[0].info, options)
    size = working_size(shots[0].info.size, options.height)
    estimator = create(options.estimator, options.poses, playback_of(shots, fps))
    keep_people(estimator, work)
    path = watch(shots, estimator, size, fps, options.end_seconds)
    corrections = corrections_for(path, size, len(path)) if options.correct else None
    if corrections is not None:
        hold_people(shots, corrections)
    target = find_target(shots, estimator.skeleton, size, fps, options.target_at)
    return _Seen(shots[0], size, fps, target, corrections, unrest_of(path, size))


def _with_parts(seen: _Seen, networks: Networks | None, end_seconds: float | None) -> PoseSequence:
    """Return the poses with hands and face, which are looked for in the video's frames again."""
    poses = seen.target.poses
    if networks is None:
        return poses
    parts = PartWatch(networks, poses)
    frames = frames_of(seen.shot, seen.size, seen.fps, end_seconds)
    for number, picture in enumerate(tracked(frames, "hands and face", len(poses))):
        held = seen.corrections
        parts.look(number, picture if held is None else held.picture(picture, number)[0])
    return parts.poses()


def _warnings(seen: _Seen, options: CaptureOptions, at_flag: str) -> Sequence[str]:
    lines = [line.replace("--target-at", at_flag) for line in seen.target.doubtful]
    if options.target_at is None and not any(at_flag in line for line in lines):
        lines += _company(seen, at_flag)
    lost = len(seen.target.missing) / len(seen.target.poses)
    if lost > _MANY:
        lines.append(f"the person is not found in {lost:.0%} of the frames; there nobody dances")
    if seen.corrections is None and Tolerance().moves(seen.unrest):
        lines.append(
            f"the camera moves (by {seen.unrest.movement_share:.0%} of the picture's height): "
            "where it follows or nears the person, their travel is not known"
        )
    return [f"{seen.shot.info.path.name}: {line}" for line in lines]


def _company(seen: _Seen, at_flag: str) -> list[str]:
    """Return a line about who is followed, where others are there most of the time."""
    share = sum(map(bool, seen.target.others)) / len(seen.target.others)
    first = next(person for person in seen.target.people if person is not None)
    if share < _COMPANY:
        return []
    x, y = middle(first) / seen.size
    return [
        f"others are seen in {share:.0%} of the frames; followed is the largest and most central, "
        f"at {x:.2f} {y:.2f} of the picture when first seen; {at_flag} X Y says who is meant"
    ]
