"""Forward kinematics of a three-dimensional body: pose channels and bone lengths to joints.

Arms follow their directions, legs are solved from where the feet stand (two-bone inverse
kinematics, knees always in front of the line from hip to ankle), so that a planted foot stays
planted. The hips sink as far as both planted feet demand. The spine bends in two halves: what
other skeletons call the neck-hip bones are lines across it, not bones of this body.

Hands and feet end at wrists and ankles. A picture needs them, but the stick figures that renderers
are trained on have the 18 joints that every estimator finds: hands and shoes are painted from the
target's own pixels, as they went with forearm and shin. The dance keeps its side of that: a heel
lifts through the ankle, a standing ankle stays where it is.

Conventions
    Body heights (ground to nose); x to the picture's right, y up from the ankles' ground, z towards
    the camera; the origin is the target's place. A mild perspective projects to pixels; points in
    the plane z = 0 land exactly where an orthographic camera would put them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.body.pose_channels import DIRECTIONS, FEET, channel
from stickdance.choreography.body.rotations import (
    about_vertical,
    rotated,
    rotation,
    spine_direction,
)

BONES = (
    ("neck", "right_shoulder"), ("neck", "left_shoulder"),
    ("right_shoulder", "right_elbow"), ("right_elbow", "right_wrist"),
    ("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist"),
    ("right_hip", "left_hip"), ("right_hip", "right_knee"), ("right_knee", "right_ankle"),
    ("left_hip", "left_knee"), ("left_knee", "left_ankle"),
    ("neck", "nose"), ("nose", "right_eye"), ("right_eye", "right_ear"),
    ("nose", "left_eye"), ("left_eye", "left_ear"),
)  # fmt: skip
"""The rigid parts of this body, by joints of OPENPOSE_18: their lengths never change."""

_TIGHTEST_ELBOW = -0.8  # cosine between the arm's bones: 143 degrees of bend
CAMERA_DISTANCE = 5.0
CAMERA_HEIGHT = 0.6
SIDES = {"left": 1.0, "right": -1.0}


@dataclass(frozen=True)
class DancerBody:
    """One dancer's bone lengths, in body heights, and place in the frame, in pixels."""

    size: tuple[int, int]
    """(width, height) of the frame."""
    pixels: float
    """Pixels in one body height."""
    ground: float
    """Row of the resting ankles."""
    centre: float
    """Column of the dancer's place."""
    reach: tuple[float, float]
    """Columns between which the middle of the hips may move."""
    shoulder_width: float
    hip_width: float
    hip_height: float
    """Height of the hips above the ankles when standing."""
    torso: float
    """From the middle of the hips to the neck."""
    upper_arm: float
    forearm: float
    thigh: float
    shin: float
    face: Mapping[str, tuple[float, float, float]]
    """Offset (x, y, z) of nose, eyes and ears from the neck."""
    turns: float = 45.0
    """Degrees by which a step may face aside: a frontal performer was not filmed from elsewhere."""

    def hip_columns(self, values: np.ndarray) -> np.ndarray:
        """Return how far right (frames,) of their place the hips are, in body heights."""
        feet = {side: self._ankle(values, side) for side in SIDES}
        return self._pelvis(values, feet)[:, 0]

    @cached_property
    def stance(self) -> float:
        """Return how far each resting ankle stands from the middle."""
        return max(self.hip_width, 0.1) * 0.8

    def joints(self, values: np.ndarray) -> np.ndarray:
        """Return (frames, 18, 3) joints of OPENPOSE_18 for poses (frames, channels)."""
        feet = {side: self._ankle(values, side) for side in SIDES}
        pelvis = self._pelvis(values, feet)
        out = np.empty((len(values), len(OPENPOSE_18), 3))
        place = OPENPOSE_18.index
        for side in SIDES:
            hip = pelvis + self._hip_offset(values, side)
            knee, ankle = self._leg(values, side, hip, feet[side])
            for name, joint in (("hip", hip), ("knee", knee), ("ankle", ankle)):
                out[:, place[f"{side}_{name}"]] = joint
        neck = pelvis + self._spine(values)
        out[:, place["neck"]] = neck
        self._put_arms(values, neck, out)
        self._put_face(values, neck, out)
        return out

    def project(self, joints: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return pixels (frames, joints, 2) and depth (frames, joints) of joints in space.

        Depth is in pixels towards the camera from the middle of the hips.
        """
        scale = CAMERA_DISTANCE / (CAMERA_DISTANCE - joints[..., 2])
        points = np.empty((*joints.shape[:-1], 2))
        points[..., 0] = self.centre + joints[..., 0] * scale * self.pixels
        rows = CAMERA_HEIGHT + (joints[..., 1] - CAMERA_HEIGHT) * scale
        points[..., 1] = self.ground - rows * self.pixels
        hips = [OPENPOSE_18.index["left_hip"], OPENPOSE_18.index["right_hip"]]
        middle = joints[:, hips, 2].mean(axis=1, keepdims=True)
        return points, (joints[..., 2] - middle) * self.pixels

    def _ankle(self, values: np.ndarray, side: str) -> np.ndarray:
        """Return where each foot should be, (frames, 3), not yet limited by the leg."""
        offset = values[:, FEET[side]]
        other = values[:, FEET["right" if side == "left" else "left"]]
        home = np.zeros((len(values), 3))
        home[:, 0] = SIDES[side] * self.stance
        out = rotated(about_vertical(channel(values, f"{side}_facing")), home)
        out[:, 0] += SIDES[side] * offset[:, 0]
        out[:, 2] += offset[:, 2]
        lowest = np.minimum(offset[:, 1], other[:, 1])  # one foot always carries, unless airborne
        out[:, 1] = offset[:, 1] - lowest + channel(values, "air")
        return out

    def _pelvis(self, values: np.ndarray, feet: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return (frames, 3): over the feet by weight, as high as planted legs allow."""
        left, right = feet["left"], feet["right"]
        out = (left + right) / 2 + 0.46 * channel(values, "weight")[:, None] * (left - right)
        out[:, 0] += channel(values, "sway_x")
        out[:, 2] += channel(values, "sway_z")
        height = self.hip_height - channel(values, "lower") + channel(values, "air")
        for side, ankle in feet.items():
            hip = out + self._hip_offset(values, side)
            lift = self._hip_offset(values, side)[:, 1]
            across = ((hip - ankle)[:, [0, 2]] ** 2).sum(-1)
            longest = 0.995 * (self.thigh + self.shin)
            limit = ankle[:, 1] + np.sqrt(np.maximum(longest**2 - across, 0.04)) - lift
            free = ankle[:, 1] - channel(values, "air")
            limit = limit + 0.4 * _smooth(np.clip((free - 0.03) / 0.08, 0, 1))
            height = _smooth_minimum(height, limit)
        out[:, 1] = height
        return out

    def _hip_offset(self, values: np.ndarray, side: str) -> np.ndarray:
        turn = channel(values, "turn") + channel(values, "hip_twist")
        offset = np.zeros((len(values), 3))
        offset[:, 0] = SIDES[side] * self.hip_width / 2
        return rotated(
            rotation(turn, channel(values, "hip_roll"), channel(values, "hip_bend")), offset
        )

    def _leg(
        self, values: np.ndarray, side: str, hip: np.ndarray, target: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return knee and ankle (frames, 3) by two-bone inverse kinematics."""
        line = target - hip
        distance = np.linalg.norm(line, axis=-1, keepdims=True)
        shortest = abs(self.thigh - self.shin) + 0.1 * self.thigh
        reach = np.clip(distance, shortest, 0.999 * (self.thigh + self.shin))
        along = line / np.maximum(distance, 1e-9)
        ankle = hip + along * reach
        yaw = channel(values, "turn") + 0.5 * channel(values, "hip_twist")
        yaw = np.radians(yaw + SIDES[side] * channel(values, f"{side}_knee"))
        pole = np.stack([np.sin(yaw), np.zeros_like(yaw), np.cos(yaw)], axis=-1)
        pole = pole - along * (pole * along).sum(-1, keepdims=True)
        pole /= np.maximum(np.linalg.norm(pole, axis=-1, keepdims=True), 1e-6)
        share = (self.thigh**2 - self.shin**2 + reach**2) / (2 * reach)
        out = np.sqrt(np.maximum(self.thigh**2 - share**2, 0))
        return hip + along * share + pole * out, ankle

    def _spine(self, values: np.ndarray) -> np.ndarray:
        turn = about_vertical(channel(values, "turn"))
        lean, bend = channel(values, "lean"), channel(values, "bend")
        rib_x, rib_z = channel(values, "rib_x"), channel(values, "rib_z")
        lower = spine_direction(0.5 * lean + rib_x, 0.5 * bend + rib_z)
        upper = spine_direction(lean + rib_x, bend + rib_z)
        return rotated(turn, (lower + upper) * self.torso / 2)

    def _put_arms(self, values: np.ndarray, neck: np.ndarray, out: np.ndarray) -> None:
        turn = channel(values, "turn") + channel(values, "twist")
        chest = rotation(turn, channel(values, "lean"), channel(values, "bend"))
        girdle = chest @ rotation(
            channel(values, "shoulder_twist"), channel(values, "shoulder_roll"), np.zeros(1)
        )
        place = OPENPOSE_18.index
        for side, sign in SIDES.items():
            shoulder = neck + girdle[:, :, 0] * sign * self.shoulder_width / 2
            own = np.array([sign, 1.0, 1.0])
            upper = rotated(chest, _unit(values[:, DIRECTIONS[side, "upper"]]) * own)
            fore = rotated(chest, _unit(values[:, DIRECTIONS[side, "fore"]]) * own)
            elbow = shoulder + upper * self.upper_arm
            out[:, place[f"{side}_shoulder"]] = shoulder
            out[:, place[f"{side}_elbow"]] = elbow
            wrist = elbow + _bent_at_most(upper, fore, chest[:, :, 2]) * self.forearm
            out[:, place[f"{side}_wrist"]] = wrist

    def _put_face(self, values: np.ndarray, neck: np.ndarray, out: np.ndarray) -> None:
        turn = channel(values, "turn") + 0.4 * channel(values, "twist")
        head = rotation(
            turn + channel(values, "head_turn"),
            0.4 * channel(values, "lean") + channel(values, "head_tilt"),
            0.4 * channel(values, "bend") + channel(values, "head_nod"),
        )
        for name, offset in self.face.items():
            out[:, OPENPOSE_18.index[name]] = neck + head @ np.array(offset)


def _bent_at_most(upper: np.ndarray, fore: np.ndarray, front: np.ndarray) -> np.ndarray:
    """Return forearm directions that an elbow allows: none folds flat onto its upper arm."""
    along = (upper * fore).sum(-1, keepdims=True)
    aside = front - (front * upper).sum(-1, keepdims=True) * upper
    across = _unit(fore - along * upper + 1e-3 * aside)  # a flat fold opens to the front
    folded = across * np.sqrt(1 - _TIGHTEST_ELBOW**2) + upper * _TIGHTEST_ELBOW
    return np.where(along < _TIGHTEST_ELBOW, folded, fore)


def _smooth(share: np.ndarray) -> np.ndarray:
    return share * share * (3 - 2 * share)


def _smooth_minimum(a: np.ndarray, b: np.ndarray, width: float = 0.01) -> np.ndarray:
    """Return the smaller of the two, rounded where they come within `width`."""
    near = np.maximum(width - np.abs(a - b), 0) / width
    return np.minimum(a, b) - near * near * width / 4


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
