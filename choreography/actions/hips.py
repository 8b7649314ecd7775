"""Actions that the hips and the torso lead."""

import numpy as np

from stickdance.choreography.actions.action import action
from stickdance.choreography.actions.shapes import (
    AT_SHOULDER,
    BEHIND_HEAD,
    GOALPOST,
    GUARD,
    ON_CHEST,
    ON_HIP,
    WIDE_LOW,
)
from stickdance.choreography.actions.timing import bounce, held, pulse, through
from stickdance.choreography.body.pose_channels import INDEX, pose


@action(counts=4, energy=0.4, source="hips", tempo=(65, 150))
def hip_bump(phase: np.ndarray) -> np.ndarray:
    """Hips bump twice to the right, the second deeper, then swing over to the left."""
    right = ((0.5, -0.85, 0.1), (0.75, -0.5, 0.4))
    bent = ((0.6, -0.75, 0.2), (-0.1, 0.95, 0.3))
    return through(
        phase,
        pose(left=bent, right=right, sway_x=-0.05, weight=-0.6, hip_roll=11, lean=8, head_tilt=-6),
        pose(left=bent, right=right, sway_x=-0.07, weight=-0.8, hip_roll=15, lean=12, lower=0.05,
             head_turn=-20),
        pose(left=right, right=bent, sway_x=0.06, weight=0.8, hip_roll=-14, lean=-10, head_turn=16),
        pose(left=ON_HIP, right=ON_HIP, weight=0.0, lower=0.02),
        groove=0.014,
    )  # fmt: skip


@action(counts=4, energy=0.28, source="hips", tempo=(50, 125))
def hip_circle(phase: np.ndarray) -> np.ndarray:
    """Hands behind the head, elbows wide: the hips draw a full circle, the chest stays behind."""
    clock = 2 * np.pi * pulse(phase, 4, 1.6)
    out = held(phase, pose(left=BEHIND_HEAD, right=BEHIND_HEAD, knees=(20.0, 20.0)))
    out[:, INDEX["sway_x"]] = -0.08 * np.sin(clock)
    out[:, INDEX["sway_z"]] = 0.05 * (1 - np.cos(clock))
    out[:, INDEX["weight"]] = -0.4 * np.sin(clock)
    out[:, INDEX["hip_roll"]] = 11 * np.sin(clock)
    out[:, INDEX["lean"]] = 14 * np.sin(clock)
    out[:, INDEX["shoulder_roll"]] = 6 * np.sin(clock - 0.1)
    out[:, INDEX["bend"]] = 7 * np.cos(clock)
    out[:, INDEX["head_tilt"]] = -9 * np.sin(clock - 0.1)
    out[:, INDEX["lower"]] = 0.03 - 0.02 * np.cos(clock)
    return out + bounce(phase * 4, 0.01)


@action(counts=4, energy=0.35, source="hips", tempo=(55, 130), accent=2)
def figure_eight(phase: np.ndarray) -> np.ndarray:
    """Hips draw an eight; the hands stroke down the thigh, cross, and one rises over the head."""
    stroke = ((0.3, -0.95, 0.05), (-0.1, -0.9, 0.4))
    rise = ((0.5, 0.85, 0.15), (-0.45, 0.85, 0.15))
    across = ((-0.05, -0.85, 0.55), (-0.55, -0.65, 0.5))
    out = through(
        phase,
        pose(left=ON_HIP, right=stroke, head_tilt=8, head_nod=10),
        pose(left=across, right=across, head_nod=4),
        pose(left=rise, right=ON_HIP, head_tilt=-9, head_turn=14, head_nod=-8),
        pose(left=ON_CHEST, right=ON_CHEST),
        groove=0.012,
    )
    clock = 2 * np.pi * pulse(phase, 4, 1.5)
    side = -np.sin(clock)
    out[:, INDEX["sway_x"]] = 0.06 * side
    out[:, INDEX["weight"]] = 0.55 * side
    out[:, INDEX["hip_twist"]] = 22 * np.sin(2 * clock)
    out[:, INDEX["hip_roll"]] = -12 * side
    out[:, INDEX["lean"]] = -9 * side
    for name in ("left_knee", "right_knee"):
        out[:, INDEX[name]] = 18
    return out


@action(counts=4, energy=0.39, source="hips", tempo=(50, 120), changes=True, accent=2)
def body_roll(phase: np.ndarray) -> np.ndarray:
    """Turned half away, a wave rolls from the head through chest and hips into the knees."""
    low = ((0.35, -0.9, 0.15), (0.2, -0.6, 0.75))
    up = ((0.4, -0.85, -0.2), (0.2, -0.75, 0.55))
    return through(
        phase,
        pose(left=low, right=low, turn=38, head_turn=-14, head_nod=-16, rib_z=14, bend=-6,
             hip_bend=10, sway_z=-0.03),
        pose(left=up, right=up, turn=38, head_turn=-14, head_nod=14, rib_z=4, bend=14, hip_bend=-12,
             sway_z=0.05, lower=0.04),
        pose(left=low, right=low, turn=34, head_turn=-14, head_nod=20, rib_z=-10, bend=26,
             hip_bend=-16, sway_z=0.02, lower=0.12),
        pose(left=ON_HIP, right=ON_HIP, turn=6, head_turn=-4, lower=0.01),
        groove=0.008,
    )  # fmt: skip


@action(counts=4, energy=0.73, source="hips", tempo=(70, 150), accent=2)
def shimmy(phase: np.ndarray) -> np.ndarray:
    """The shoulders shake twice as fast as the beat, sinking forward, then thrown open and back."""
    ahead = ((0.5, -0.75, 0.45), (0.35, -0.3, 0.9))
    low = ((0.75, -0.65, 0.1), (0.6, -0.6, 0.5))
    open_ = ((0.95, 0.12, -0.05), (0.75, 0.55, 0.3))
    out = through(
        phase,
        pose(left=ahead, right=ahead, bend=17, lower=0.06, lean=-8, weight=-0.5, head_nod=-8),
        pose(left=low, right=low, bend=24, lower=0.12, lean=8, weight=0.5, head_nod=-10,
             knees=(24, 24)),
        pose(left=open_, right=open_, bend=-11, lower=0.0, lean=-4, weight=-0.4, head_nod=10),
        pose(left=AT_SHOULDER, right=AT_SHOULDER, bend=3, lower=0.03, weight=0.2),
        groove=0.014,
    )  # fmt: skip
    shake = np.cos(16 * np.pi * phase)  # at rest on the counts
    out[:, INDEX["shoulder_twist"]] += 20 * shake
    out[:, INDEX["shoulder_roll"]] += 7 * shake
    return out


@action(counts=4, energy=0.35, source="hips", tempo=(60, 130))
def rib_box(phase: np.ndarray) -> np.ndarray:
    """The rib cage slides right, forward, left and back as along a box, the arms led by it."""
    curved = ((0.9, -0.35, 0.25), (0.2, -0.65, 0.7))
    long_ = ((1.0, -0.05, 0.1), (0.95, 0.1, 0.2))
    ahead = ((0.45, -0.3, 0.85), (-0.25, 0.1, 0.95))
    drawn = ((0.8, -0.45, -0.25), (-0.3, 0.8, 0.5))
    return through(
        phase,
        pose(left=curved, right=long_, rib_x=-20, shoulder_roll=-6, head_tilt=6, weight=0.25,
             lower=0.02),
        pose(left=ahead, right=ahead, rib_z=16, head_nod=-8, lower=0.035, hip_bend=8),
        pose(left=long_, right=curved, rib_x=20, shoulder_roll=6, head_tilt=-6, weight=-0.25,
             lower=0.02),
        pose(left=drawn, right=drawn, rib_z=-13, bend=7, head_nod=10, lower=0.04),
        groove=0.012,
    )  # fmt: skip


@action(counts=4, energy=0.65, source="hips", tempo=(80, 165), changes=True, accent=2)
def the_twist(phase: np.ndarray) -> np.ndarray:
    """Hips and knees twist against the shoulders, lower with every count, and come up again."""
    front = ((0.3, -0.85, 0.35), (-0.5, 0.2, 0.8))
    back = ((0.75, -0.65, -0.2), (0.55, 0.1, 0.75))
    return through(
        phase,
        pose(left=front, right=back, hip_twist=34, twist=-22, lower=0.05, knees=(40.0, -22.0),
             weight=-0.3),
        pose(left=back, right=front, hip_twist=-34, twist=22, lower=0.1, knees=(-22.0, 40.0),
             weight=0.3, lean=-4),
        pose(left=front, right=back, hip_twist=34, twist=-24, lower=0.16, knees=(40.0, -22.0),
             weight=-0.3, bend=8),
        pose(left=back, right=front, hip_twist=-20, twist=16, lower=0.03, knees=(-4.0, 28.0)),
        groove=0.012,
    )  # fmt: skip


@action(counts=4, energy=0.48, source="hips", tempo=(70, 145), accent=1)
def bounce_and_look(phase: np.ndarray) -> np.ndarray:
    """Sit into one hip, bounce there with the hand at the ear, then into the other."""
    ear = ((0.85, 0.2, 0.2), (-0.6, 0.8, 0.0))
    return through(
        phase,
        pose(right=ear, left=WIDE_LOW, weight=-0.9, sway_x=-0.035, hip_roll=12, lean=6, lower=0.04,
             head_tilt=-12),
        pose(right=ear, left=GOALPOST, weight=-0.9, sway_x=-0.055, hip_roll=16, lean=10,
             lower=0.085, head_tilt=-16),
        pose(left=ear, right=WIDE_LOW, weight=0.9, sway_x=0.045, hip_roll=-14, lean=-8, lower=0.06,
             head_tilt=14),
        pose(left=GUARD, right=AT_SHOULDER, lower=0.01),
        groove=0.02,
    )  # fmt: skip
