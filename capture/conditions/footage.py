"""Judging a take in the making: everything that was measured on the way, put together."""

from collections.abc import Sequence
from dataclasses import dataclass

from stickdance.capture.conditions.camera import judge_camera
from stickdance.capture.conditions.condition import Condition
from stickdance.capture.conditions.contact_sheet import Glimpses
from stickdance.capture.conditions.judgement import Judgement, judge_pictures
from stickdance.capture.conditions.movements import filmed_movements
from stickdance.capture.conditions.picture import measure_pictures
from stickdance.capture.conditions.presence import judge_frames, judge_length, judge_presence
from stickdance.capture.matting.plate import Plate
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.stabilisation.corrections import Corrections, Unrest


@dataclass(frozen=True)
class Footage:
    """What is known of the footage itself."""

    height: int
    """Rows of its frames."""
    fps: float
    unrest: Unrest
    """Of camera and light, before any correction."""
    corrections: Corrections | None
    """What was done about it."""
    looked: tuple[Condition, ...] = ()
    """What a first look at it found."""
    cut_out: tuple[Condition, ...] = ()
    """How well the person could be cut out of it, see `cutting_out`."""


def judge_footage(
    footage: Footage,
    poses: PoseSequence,
    body: BodyProfile,
    glimpses: Glimpses,
    plate: Plate,
    missing: Sequence[int],
    wrong: Sequence[int],
) -> Judgement:
    """Return the judgement on a take.

    Args:
        footage: the camera's side of it.
        poses: the target's cleaned poses.
        body: the target's measures.
        glimpses: sampled frames with their mattes.
        plate: the room without the person.
        missing: frames in which no person was found.
        wrong: frames whose pose was refused.
    """
    facts = measure_pictures(glimpses.pictures, glimpses.mattes, plate)
    conditions = [
        *footage.looked,
        *judge_camera(footage.unrest, poses.size[1], footage.corrections),
        *judge_pictures(facts),
        *footage.cut_out,
        *judge_presence(poses, missing, wrong, body_height=body.height),
        *judge_frames(footage.height, footage.fps),
        judge_length(poses.seconds),
    ]
    return Judgement(tuple(conditions), filmed_movements(poses, body))
