"""Long lines that arms and spine draw over slow feet: sweeps, spirals, offers."""

import numpy as np

from stickdance.choreography.actions.action import action
from stickdance.choreography.actions.shapes import (
    ACROSS_HIGH,
    CROSSED,
    CURVED_LOW,
    CURVED_SIDE,
    CURVED_UP,
    FORWARD,
    HIGH,
    HIGH_WIDE,
    LOOSE,
    ON_CHEST,
    ON_HIP,
    TRAILING,
    WIDE,
    WIDE_LOW,
)
from stickdance.choreography.actions.timing import sweep_arms, through
from stickdance.choreography.body.pose_channels import Arm, pose


@action(counts=8, energy=0.29, source="arms", tempo=(60, 150), accent=4)
def willow(phase: np.ndarray) -> np.ndarray:
    """Like a tree in the wind: an arm bends over the head to one side, falls, the other rises."""
    out = through(
        phase,
        pose(weight=-0.4, lean=-6, lower=0.03, hip_roll=6),
        pose(weight=-0.7, lean=-16, lower=0.04, hip_roll=10, head_tilt=-6),
        pose(weight=-0.3, lean=-8, lower=0.06, bend=8),
        pose(weight=0.2, lean=2, lower=0.08, bend=16, head_nod=10),
        pose(weight=0.5, lean=9, lower=0.04, bend=4, hip_roll=-7),
        pose(weight=0.7, lean=16, hip_roll=-10, head_tilt=6),
        pose(weight=0.3, lean=8, bend=-8, head_nod=-12),
        pose(weight=-0.1, bend=-3, lower=0.02),
        groove=0.006,
    )
    return sweep_arms(
        out, phase, (CURVED_UP, WIDE_LOW), (WIDE, CURVED_LOW), (WIDE_LOW, CURVED_UP),
        (CURVED_LOW, HIGH_WIDE), late=0.1,
    )  # fmt: skip


@action(counts=4, energy=0.49, source="arms", tempo=(60, 140), accent=1)
def ribbons(phase: np.ndarray) -> np.ndarray:
    """Each hand draws an eight in the air, one high while the other is low, the chest turning."""
    out = through(
        phase,
        pose(weight=-0.6, twist=-18, lean=-6, lower=0.03, hip_roll=7, head_turn=-10),
        pose(weight=-0.2, twist=-4, lower=0.06, bend=7),
        pose(weight=0.6, twist=18, lean=6, lower=0.03, hip_roll=-7, head_turn=10),
        pose(weight=0.2, twist=4, lower=0.06, bend=-3),
        groove=0.012,
    )
    return sweep_arms(
        out, phase, (CURVED_LOW, HIGH_WIDE), (ACROSS_HIGH, WIDE_LOW), (HIGH_WIDE, CURVED_LOW),
        (WIDE_LOW, ACROSS_HIGH), late=0.3,
    )  # fmt: skip


@action(counts=4, energy=0.32, source="arms", tempo=(55, 130), accent=2)
def offer(phase: np.ndarray) -> np.ndarray:
    """The hands gather at the heart, are offered ahead, open wide, and float down."""
    out = through(
        phase,
        pose(bend=10, lower=0.05, head_nod=12, weight=-0.3, twist=-6),
        pose(bend=-2, lower=0.03, weight=-0.6, twist=10, rib_z=8, turn=-10, hip_roll=6),
        pose(bend=-9, weight=0.3, head_nod=-12, rib_z=-4, turn=4),
        pose(bend=2, lower=0.03, weight=0.6, lean=6, hip_roll=-7, turn=8),
        groove=0.008,
    )
    return sweep_arms(
        out, phase, (ON_CHEST, ON_CHEST), (CURVED_SIDE, FORWARD), (WIDE, HIGH_WIDE),
        (WIDE_LOW, WIDE_LOW), late=0.15,
    )  # fmt: skip


@action(counts=8, energy=0.56, source="whole", tempo=(60, 150), moves_feet=True, changes=True,
        accent=2)  # fmt: skip
def spiral(phase: np.ndarray) -> np.ndarray:
    """Wind up low to one side, unwind high over a step, wind to the other side, and settle."""
    wide: Arm = ((0.95, 0.15, 0.15), (0.9, 0.3, 0.2))
    out = through(
        phase,
        pose(turn=-24, twist=-20, lower=0.08, bend=12, weight=-0.6, knees=(22, 22)),
        pose(right_foot=(0.2, 0, 0.04), turn=-4, twist=-4, weight=-0.5, lower=0.03),
        pose(right_foot=(0.2, 0, 0.04), turn=24, twist=14, weight=-0.8, bend=-8, head_nod=-10,
             hip_roll=8),
        pose(right_foot=(0.2, 0, 0.04), turn=34, twist=18, weight=0.5, lower=0.05, lean=8),
        pose(right_foot=(0.2, 0, 0.04), turn=20, twist=18, weight=0.7, lower=0.1, bend=16,
             knees=(28, 22)),
        pose(turn=0, twist=4, weight=0.6, lower=0.03),
        pose(turn=-20, twist=-12, weight=0.2, bend=-8, head_nod=-8),
        pose(turn=-14, twist=-10, weight=-0.3, lower=0.03),
        groove=0.006,
    )  # fmt: skip
    return sweep_arms(
        out, phase, (CROSSED, CURVED_LOW), (HIGH_WIDE, wide), (wide, TRAILING),
        (CURVED_LOW, CROSSED), (wide, CURVED_UP), late=0.1,
    )  # fmt: skip


@action(counts=4, energy=0.65, source="arms", tempo=(60, 140), moves_feet=True, accent=1)
def pull_the_rope(phase: np.ndarray) -> np.ndarray:
    """Reach out along a rope, lean away to pull it in hand over hand, and let it run."""
    far: Arm = ((0.9, 0.25, 0.3), (0.9, 0.35, 0.3))
    across: Arm = ((-0.2, 0.1, 0.97), (-0.85, 0.25, 0.45))
    out = through(
        phase,
        pose(right_foot=(0.18, 0, 0), weight=-0.8, lean=-13, twist=-16, lower=0.05, head_turn=-16),
        pose(right_foot=(0.18, 0, 0), weight=0.5, lean=8, twist=8, lower=0.08, hip_roll=-6),
        pose(right_foot=(0.18, 0, 0), weight=-0.5, lean=-7, twist=-10, lower=0.04, head_turn=-12),
        pose(weight=0.6, lean=8, twist=10, lower=0.05, hip_roll=-7),
        groove=0.01,
    )  # fmt: skip
    return sweep_arms(
        out, phase, (across, far), (ON_CHEST, CURVED_SIDE), (FORWARD, far), (ON_HIP, ON_CHEST),
        late=0.1,
    )  # fmt: skip


@action(counts=4, energy=0.55, source="whole", tempo=(55, 130), accent=3)
def rising_sun(phase: np.ndarray) -> np.ndarray:
    """From a deep bow the spine unrolls, arms rising at the sides until they meet overhead."""
    out = through(
        phase,
        pose(bend=30, lower=0.12, head_nod=16, weight=-0.3, knees=(28, 28)),
        pose(bend=14, lower=0.08, weight=-0.6, lean=-8, hip_roll=6, knees=(22, 22)),
        pose(bend=-3, lower=0.02, weight=0.4, lean=5, rib_z=6),
        pose(bend=-9, weight=0.6, lean=6, head_nod=-16, hip_roll=-8),
        groove=0.006,
    )
    return sweep_arms(
        out, phase, (CURVED_LOW, CURVED_LOW), (WIDE_LOW, LOOSE), (HIGH_WIDE, WIDE), (HIGH, HIGH),
        late=0.2,
    )  # fmt: skip


@action(counts=8, energy=0.56, source="legs", tempo=(60, 150), moves_feet=True, accent=3)
def drifting(phase: np.ndarray) -> np.ndarray:
    """Two long steps drift aside, arms trailing like cloth, a leg extends; and back again."""
    r = 0.15
    out = through(
        phase,
        pose(right_foot=(r, 0, 0.02), weight=-0.7, lean=-8, lower=0.06, twist=-10, hip_roll=7),
        pose(right_foot=(r, 0, 0.02), left_foot=(-r - 0.1, 0, -0.07), weight=0.5, lower=0.03,
             twist=10),
        pose(right_foot=(2 * r, 0, 0.02), left_foot=(-r - 0.1, 0, -0.07), weight=-0.7, lean=-9,
             lower=0.06, hip_roll=7),
        pose(right_foot=(2 * r, 0, 0.02), left_foot=(-0.05, 0.1, -0.05), weight=-1, lean=-14,
             head_tilt=-6),
        pose(right_foot=(2 * r, 0, 0.02), left_foot=(-r, 0, 0), weight=0.7, lean=8, lower=0.06,
             twist=10, hip_roll=-7),
        pose(right_foot=(0.0, 0, -0.08), left_foot=(-r, 0, 0), weight=-0.5, lower=0.03, twist=-10),
        pose(right_foot=(0.0, 0, -0.08), weight=0.7, lean=9, lower=0.06, hip_roll=-7),
        pose(weight=-0.3, lean=-2, lower=0.01),
        groove=0.004,
    )  # fmt: skip
    return sweep_arms(
        out, phase, (CURVED_LOW, WIDE), (TRAILING, CURVED_UP), (WIDE, CURVED_LOW),
        (CURVED_UP, TRAILING), late=0.25,
    )  # fmt: skip


@action(counts=4, energy=0.39, source="hips", tempo=(55, 130), accent=2)
def pour(phase: np.ndarray) -> np.ndarray:
    """The weight pours from leg to leg through a deep plie, the arms pouring after it."""
    out = through(
        phase,
        pose(weight=-0.95, lean=9, hip_roll=12, sway_x=-0.02, head_tilt=-8),
        pose(weight=-0.1, lower=0.13, bend=10, twist=-12, knees=(34, 34)),
        pose(weight=0.95, lean=-9, hip_roll=-12, sway_x=0.02, head_tilt=8),
        pose(weight=0.1, lower=0.1, bend=-2, twist=12, knees=(30, 30)),
        groove=0.004,
    )
    return sweep_arms(
        out, phase, (CURVED_SIDE, ON_HIP), (LOOSE, CURVED_SIDE), (ON_HIP, CURVED_UP), late=0.3
    )
