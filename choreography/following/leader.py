"""The leader's movement at the moments of a dance, on the body that follows."""

from dataclasses import dataclass

import numpy as np

from stickdance.capture.motion_clip import MotionClip
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.capture.pose.stick_figure import StickStyle
from stickdance.capture.retargeting.body_from_poses import measure_figure
from stickdance.choreography.following.one_size import at_one_size
from stickdance.choreography.following.place import FILLED_TRUST, at_ease, inside_frame, on_ground
from stickdance.choreography.motion_graph.clip import movement_on
from stickdance.choreography.motion_graph.danced_parts import Origin, with_filmed_parts

_SELDOM = 0.5  # share of the frames that show a joint, below which its filling is worth a word
_NARROWED = 0.95  # share of the way to either side that may be left without a word
_BODY = [n for n, name in enumerate(OPENPOSE_18.joints) if not name.endswith(("eye", "ear"))]


@dataclass(frozen=True)
class Followed:
    """A movement on the body that follows."""

    poses: PoseSequence
    """Of the follower, in their frame; without joints where nobody is seen."""
    warnings: tuple[str, ...]


def followed(clip: MotionClip, body: BodyProfile, times: np.ndarray, fps: float) -> Followed:
    """Return the leader's movement as the follower dances it.

    Args:
        clip: of the leader.
        body: the follower, and their place.
        times: (frames,) seconds of the leader's video.
        fps: frames a second.

    Raises:
        BadInput: the leader shows too little of a body.
    """
    clip = at_one_size(clip)
    figure = measure_figure(clip.poses, clip.video)
    movement = movement_on(clip.poses, figure, body)
    seconds = times - clip.start_seconds
    frames = movement.frames_at(seconds)
    confidence = clip.poses.confidence[frames].astype(float)
    seen = confidence >= StickStyle().least_confidence
    there = seen.any(axis=1)
    whole = at_ease(movement.joints_at(seconds), ~seen, body, fps)
    whole = on_ground(whole, ~seen, body, fps)
    joints, way = inside_frame(np.where(there[:, None, None], whole, np.nan), body)
    poses = PoseSequence(
        joints[..., :2],
        np.where(there[:, None], np.where(seen, confidence, FILLED_TRUST), 0),
        fps,
        body.size,
        OPENPOSE_18,
        joints[..., 2] if movement.has_depth else None,
    )
    origin = Origin(np.where(there, frames, -1), np.zeros(len(frames), bool))
    lines = [*clip.warnings, *figure.warnings, *_warnings(clip.video, confidence, way)]
    parts = with_filmed_parts(poses, movement.poses, origin)
    return Followed(parts, tuple(lines))


def seldom_seen(confidence: np.ndarray) -> list[str]:
    """Return the joints of the body, in words, that less than half of the frames show.

    Args:
        confidence: (frames, 18) of `OPENPOSE_18`.
    """
    shares = (confidence >= StickStyle().least_confidence).mean(axis=0)
    return [OPENPOSE_18.joints[n].replace("_", " ") for n in _BODY if shares[n] < _SELDOM]


def _warnings(video: str, confidence: np.ndarray, way: float) -> list[str]:
    lines = []
    if seldom := seldom_seen(confidence):
        lines.append(
            f"{video}: seldom or never shows {', '.join(seldom)}; there the dancer stands at ease"
        )
    if way < _NARROWED:
        lines.append(
            f"{video}: its dancer travels farther than the frame is wide; of the way to either "
            f"side {way:.0%} is danced"
        )
    return lines
