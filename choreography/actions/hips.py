"""Actions that the hips and the torso lead."""

import numpy as np

from choreography.actions.action import action
from choreography.actions.shapes import (
    AT_SHOULDER,
    CLAPPING_HIGH,
    GOALPOST,
    GUARD,
    ON_HIP,
    WIDE_LOW,
)
from choreography.actions.timing import bounce, held, pulse, through
from choreography.pose import DIRECTIONS, INDEX, pose


@action(counts=4, energy=0.45, source="hips", tempo=(65, 150))
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


@action(counts=4, energy=0.34, source="hips", tempo=(50, 125))
def hip_circle(phase: np.ndarray) -> np.ndarray:
    """Hands on the hips, which draw a full circle while the chest stays behind."""
    clock = 2 * np.pi * pulse(phase, 4, 1.6)
    out = held(phase, pose(left=ON_HIP, right=ON_HIP, knees=(20.0, 20.0)))
    out[:, INDEX["sway_x"]] = -0.07 * np.sin(clock)
    out[:, INDEX["sway_z"]] = 0.05 * (1 - np.cos(clock))
    out[:, INDEX["weight"]] = -0.35 * np.sin(clock)
    out[:, INDEX["hip_roll"]] = 10 * np.sin(clock)
    out[:, INDEX["lean"]] = 12 * np.sin(clock)
    out[:, INDEX["bend"]] = 7 * np.cos(clock)
    out[:, INDEX["head_tilt"]] = -7 * np.sin(clock)
    out[:, INDEX["lower"]] = 0.03
    return out + bounce(phase * 4, 0.01)


@action(counts=4, energy=0.4, source="hips", tempo=(55, 130), accent=1)
def figure_eight(phase: np.ndarray) -> np.ndarray:
    """Hips draw an eight, twisting into each side, one arm after the other floating up."""
    clock = 2 * np.pi * pulse(phase, 4, 1.5)
    out = held(phase, pose(knees=(18.0, 18.0)))
    side = np.sin(clock)
    out[:, INDEX["sway_x"]] = 0.055 * side
    out[:, INDEX["weight"]] = 0.5 * side
    out[:, INDEX["hip_twist"]] = 24 * np.sin(2 * clock)
    out[:, INDEX["hip_roll"]] = -11 * side
    out[:, INDEX["lean"]] = -8 * side
    for name, sign, start in (("left", 1.0, 0.0), ("right", -1.0, 0.0)):
        lift = 0.5 + 0.5 * np.sin(clock - start) * sign
        upper = np.stack([0.75 + 0.1 * lift, -0.75 + 1.35 * lift, 0.3 + 0 * lift], -1)
        fore = np.stack([0.5 - 0.75 * lift, -0.35 + 1.25 * lift, 0.5 + 0 * lift], -1)
        out[:, DIRECTIONS[name, "upper"]] = upper
        out[:, DIRECTIONS[name, "fore"]] = fore
    out[:, INDEX["head_tilt"]] = 7 * side
    return out + bounce(phase * 4, 0.012)


@action(counts=4, energy=0.5, source="hips", tempo=(50, 120), changes=True, accent=2)
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


@action(counts=4, energy=0.66, source="hips", tempo=(70, 150), accent=2)
def shimmy(phase: np.ndarray) -> np.ndarray:
    """The shoulders shake twice as fast as the beat, leaning forward, then leaning back."""
    arms = ((0.8, -0.6, 0.1), (0.7, 0.15, 0.6))
    out = through(
        phase,
        pose(left=arms, right=arms, bend=16, lower=0.05, lean=-6, weight=-0.3, head_nod=-8),
        pose(left=arms, right=arms, bend=20, lower=0.08, lean=6, weight=0.3, head_nod=-10),
        pose(left=arms, right=arms, bend=-10, lower=0.01, lean=-5, weight=-0.4, head_nod=10),
        pose(left=arms, right=arms, bend=0, lower=0.02, weight=0.2),
        groove=0.016,
    )
    shake = np.cos(16 * np.pi * phase)  # at rest on the counts
    out[:, INDEX["shoulder_twist"]] += 20 * shake
    out[:, INDEX["shoulder_roll"]] += 7 * shake
    return out


@action(counts=4, energy=0.38, source="hips", tempo=(60, 130))
def rib_box(phase: np.ndarray) -> np.ndarray:
    """The rib cage slides right, forward, left and back as if along the sides of a box."""
    frame = ((0.95, -0.25, 0.15), (0.3, -0.75, 0.6))
    return through(
        phase,
        pose(left=frame, right=frame, rib_x=-17, head_tilt=5, weight=0.2),
        pose(left=CLAPPING_HIGH, right=frame, rib_z=12, rib_x=-3, head_nod=-8),
        pose(left=frame, right=frame, rib_x=17, head_tilt=-5, weight=-0.2),
        pose(left=frame, right=frame, rib_z=-10, bend=6, head_nod=8, lower=0.02),
        groove=0.01,
    )


@action(counts=4, energy=0.7, source="hips", tempo=(80, 165), changes=True, accent=2)
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


@action(counts=4, energy=0.52, source="hips", tempo=(70, 145), accent=1)
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
