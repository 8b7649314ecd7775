"""All scores of a dance: against its music, against itself, and against other dances.

Conventions: rates and agreement are shares; distances and slides are body heights.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.keypoint_files.reading import read_keypoints
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.dance.folder import Dance
from stickdance.choreography.evaluation.flow import chorus_over_rest, measure_flow
from stickdance.choreography.evaluation.metrics import (
    bone_drift,
    evaluate,
    foot_slide,
    slide_in_picture,
)
from stickdance.choreography.evaluation.motion_features import (
    diversity,
    frame_features,
    frechet_distance,
    without_gaps,
)
from stickdance.choreography.evaluation.other_ears import beats_of
from stickdance.choreography.evaluation.published_measures import (
    music_onsets,
    published_fid,
    published_measures,
    window_features,
)
from stickdance.choreography.evaluation.repetition import repetitions
from stickdance.choreography.plan_to_poses.joints_3d import dance_in_space

_USUAL_FPS = 30.0  # of keypoint files that do not say
_USUAL_SIZE = (1920, 1080)


def score_dance(
    dance: Dance, references: Sequence[Path] = (), beats: str | Path | None = None
) -> dict[str, Any]:
    """Return all scores of a dance, as JSON values.

    Args:
        dance: what to score.
        references: other dances, takes or keypoint files: the real dances it is compared with.
        beats: the song's beats from a file, or who hears them (`other_ears.TRACKERS`), instead of
            those that the plan was made on.

    Returns:
        "speed_minima": see `metrics.evaluate`; "as_ban": the same names by Ban's definitions, see
        `published_measures`, and fid where there are references; "repetition": agreement and what
        it rests on, or None; "body": foot_slide, and bone_drift where the dance is known in space;
        "variety": diversity, and frechet_distance where there are references; "movement": see
        `flow.Flow`, and chorus_over_rest, the joints' speed in the choruses over that elsewhere,
        and different_steps_in_6_s.

    Raises:
        BadInput: a reference or the beats cannot be read.
    """
    times = dance.beat_times
    if beats is not None:
        times = beats_of(dance, beats)
    return {
        "dance": str(dance.path),
        "beats_from": "plan" if beats is None else str(beats),
        "speed_minima": evaluate(dance.poses, times),
        "as_ban": _as_ban(dance, references),
        "repetition": _repetition(dance),
        "body": _body(dance),
        "variety": _variety(dance, references),
        "movement": _movement(dance, times),
    }


def _movement(dance: Dance, beats: np.ndarray) -> dict[str, Any]:
    """Return how a dance moves: in space where it is known there, else in the picture."""
    plan = dance.choreography
    if dance.of_actions:
        joints = dance_in_space(dance).joints
    else:
        points = without_gaps(dance.poses.points.astype(float))
        joints = points * [1, -1] / dance.body.height
    fps, start = dance.poses.fps, dance.start_seconds
    steps = {step.action for step in plan.steps}
    return {
        **asdict(measure_flow(joints, fps, beats, plan.metre)),
        "chorus_over_rest": chorus_over_rest(joints, fps, plan.sections, start),
        "different_steps_in_6_s": 6 * len(steps) / dance.poses.seconds if steps else None,
    }


def _as_ban(dance: Dance, references: Sequence[Path]) -> dict[str, Any]:
    scores = published_measures(dance.poses, music_onsets(dance.sound))
    if not references:
        return scores
    real = [window_features(_poses_of(path)) for path in references]
    return scores | {"fid": published_fid([window_features(dance.poses)], real)}


def _repetition(dance: Dance) -> dict[str, Any] | None:
    plan = dance.choreography
    found = repetitions(dance.poses, np.array(plan.beats), plan.sections, dance.start_seconds)
    if found is None:
        return None
    return {
        "agreement": found.agreement,
        "same_music": found.same,
        "other_music": found.different,
        "pairs": found.pairs,
    }


def _body(dance: Dance) -> dict[str, Any]:
    if dance.of_actions:
        joints = dance_in_space(dance).joints
        return {"foot_slide": foot_slide(joints), "bone_drift": bone_drift(joints)}
    slide = slide_in_picture(dance.poses, dance.body.height)
    return {"foot_slide": slide, "bone_drift": None}


def _variety(dance: Dance, references: Sequence[Path]) -> dict[str, Any]:
    ours = frame_features(dance.poses)
    if not references:
        return {"diversity": diversity([ours], [ours])}
    real = [frame_features(_poses_of(path)) for path in references]
    return {
        "diversity": diversity([ours], real),
        "diversity_of_references": diversity(real, real),
        "frechet_distance": frechet_distance([ours], real),
        "references": len(real),
    }


def _poses_of(path: Path) -> PoseSequence:
    keypoints = read_keypoints(Path(path))
    size, fps = keypoints.size or _USUAL_SIZE, keypoints.fps or _USUAL_FPS
    return keypoints.poses(size, fps).converted(OPENPOSE_18)
