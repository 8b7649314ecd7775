"""The poses of a training's samples, varied and drawn as stick figures."""

from dataclasses import dataclass

import numpy as np

from stickdance.capture.pose.hanging_parts import anchor_joint
from stickdance.capture.pose.parts import MIRRORED, PARTS
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import Skeleton
from stickdance.capture.pose.stick_figure import StickStyle, draw_part, draw_pose
from stickdance.synth.compute.array_types import Bytes, Floats
from stickdance.synth.training.augmentation import Variation


@dataclass(frozen=True)
class VariedPoses:
    """Poses of frames, as samples show them."""

    poses: PoseSequence
    """In pixels of the samples' whole pictures."""
    style: StickStyle

    def pose(self, frame: int, how: Variation, movement: Floats | None) -> tuple[Floats, Floats]:
        """Return points (joints, 2) and confidence (joints,) of a frame, mirrored and moved.

        Args:
            frame: its number.
            how: the sample is varied.
            movement: (2, 3) map of pixels, if it is moved.
        """
        return self._varied(self.poses, frame, how, movement)

    def stick(self, frame: int, how: Variation, movement: Floats | None) -> Bytes:
        """Return the stick figure, uint8 RGB (height, width, 3); arguments as `pose`.

        Hands and face are drawn where they are known, beside the joint that they hang on.
        """
        points, confidence = self.pose(frame, how, movement)
        skeleton, style = self.poses.skeleton, self.style
        shifts = np.array(how.joint_shifts or np.zeros((len(skeleton), 2)), np.float32)
        shifts *= self.poses.size[1]
        drawn = without(points, how.undrawn, skeleton) + shifts
        picture = draw_pose(drawn, confidence, self.poses.size, style, skeleton)
        for name in MIRRORED if how.fine else ():
            of = MIRRORED[name] if how.flipped else name
            joint = anchor_joint(name)
            if of in self.poses.parts and joint not in how.undrawn:
                points, confidence = self._varied(self.poses.parts[of], frame, how, movement)
                beside = points + shifts[skeleton.index[joint]]
                draw_part(picture, beside, confidence, style, PARTS[name])
        return picture

    def _varied(
        self, poses: PoseSequence, frame: int, how: Variation, movement: Floats | None
    ) -> tuple[Floats, Floats]:
        points, confidence = poses.points[frame], poses.confidence[frame]
        if how.flipped:
            order = list(poses.skeleton.mirrored)
            points, confidence = points[order].copy(), confidence[order]
            points[:, 0] = poses.size[0] - points[:, 0]
        if movement is not None:
            points = (points @ movement[:, :2].T + movement[:, 2]).astype(np.float32)
        return points, confidence


def without(points: Floats, joints: tuple[str, ...], skeleton: Skeleton) -> Floats:
    """Return points (joints, 2) that lack the joints of these names."""
    out = points.copy()
    out[[skeleton.index[name] for name in joints]] = np.nan
    return out
