"""Footwork: steps that travel a little, land on every count and come home."""

import numpy as np

from stickdance.choreography.actions.action import action
from stickdance.choreography.actions.shapes import (
    CROSSED,
    CURVED_SIDE,
    FORWARD,
    GUARD,
    HIGH_WIDE,
    LOOSE,
    ON_CHEST,
    ON_HIP,
    PUMPED,
    TRAILING,
    WIDE,
    WIDE_LOW,
)
from stickdance.choreography.actions.timing import sweep_arms, through
from stickdance.choreography.body.pose_channels import Arm, pose

_SWUNG: Arm = ((0.25, -0.7, 0.65), (-0.1, 0.0, 0.98))
_BACK: Arm = ((0.5, -0.75, -0.4), (0.4, -0.5, 0.5))


@action(counts=4, energy=0.76, source="legs", tempo=(80, 175), moves_feet=True, accent=1)
def v_step(phase: np.ndarray) -> np.ndarray:
    """Out, out, in, in: the feet draw a V, the hips and shoulders in every step."""
    out = through(
        phase,
        pose(right_foot=(0.15, 0, 0.13), weight=-0.7, turn=-10, twist=-8, lower=0.04, hip_roll=7),
        pose(right_foot=(0.15, 0, 0.13), left_foot=(0.15, 0, 0.13), weight=0.7, turn=10, twist=8,
             lower=0.07, hip_roll=-8),
        pose(left_foot=(0.15, 0, 0.13), weight=-0.65, turn=4, lean=-5, lower=0.03, hip_roll=6),
        pose(weight=0.5, turn=-2, lean=4, lower=0.02, hip_roll=-5),
        groove=0.014,
    )  # fmt: skip
    return sweep_arms(out, phase, (LOOSE, WIDE), (HIGH_WIDE, HIGH_WIDE), (ON_CHEST, LOOSE),
                      late=0.2)  # fmt: skip


@action(counts=8, energy=0.64, source="legs", tempo=(85, 180), moves_feet=True, accent=4)
def shuffle_eight(phase: np.ndarray) -> np.ndarray:
    """A heel ahead, a toe behind, a cross, a step out, and the same with the other foot."""
    out = through(
        phase,
        pose(right_foot=(0.06, 0, 0.2), weight=0.9, lower=0.05, turn=10, lean=3),
        pose(right_foot=(0.04, 0, -0.16), weight=0.9, lower=0.06, bend=10, turn=-12),
        pose(right_foot=(-0.18, 0, 0.1), weight=-0.5, lower=0.045, turn=20, twist=-10),
        pose(weight=-0.8, lower=0.03, turn=0, hip_roll=9, lean=4),
        pose(left_foot=(0.06, 0, 0.2), weight=-0.9, lower=0.05, turn=-10, lean=-3),
        pose(left_foot=(0.04, 0, -0.16), weight=-0.9, lower=0.06, bend=10, turn=12),
        pose(left_foot=(-0.18, 0, 0.1), weight=0.5, lower=0.045, turn=-20, twist=10),
        pose(weight=0.8, lower=0.03, turn=0, hip_roll=-9, lean=-4),
        groove=0.016,
    )  # fmt: skip
    return sweep_arms(
        out, phase, (_SWUNG, _BACK), (WIDE_LOW, CROSSED), (LOOSE, WIDE), (_BACK, _SWUNG),
        (CROSSED, WIDE_LOW), (WIDE, LOOSE), late=0.2,
    )  # fmt: skip


@action(counts=8, energy=0.62, source="legs", tempo=(80, 175), moves_feet=True, accent=3)
def stroll(phase: np.ndarray) -> np.ndarray:
    """Stroll aside: step, cross in front, step, turn the body and point; stroll back."""
    r = 0.15
    point: Arm = ((0.9, 0.3, 0.25), (0.92, 0.3, 0.2))
    out = through(
        phase,
        pose(right_foot=(r, 0, 0), weight=-0.6, turn=-14, twist=8, lower=0.03),
        pose(right_foot=(r, 0, 0), left_foot=(-r - 0.14, 0, 0.1), weight=0.6, turn=-24, twist=-10,
             lower=0.04),
        pose(right_foot=(2 * r, 0, 0), left_foot=(-r - 0.14, 0, 0.1), weight=-0.7, turn=-10,
             lean=-6, lower=0.03),
        pose(right_foot=(2 * r, 0, 0), left_foot=(-0.05, 0, 0.07), weight=-0.95, turn=26, twist=10,
             lower=0.06, hip_roll=8),
        pose(right_foot=(2 * r, 0, 0), left_foot=(-r, 0, 0), weight=0.6, turn=16, twist=-8,
             lower=0.03),
        pose(right_foot=(-0.1, 0, 0.1), left_foot=(-r, 0, 0), weight=-0.6, turn=24, twist=10,
             lower=0.04),
        pose(right_foot=(-0.1, 0, 0.1), weight=0.7, turn=8, lean=6, lower=0.03),
        pose(weight=0.4, turn=-6, lower=0.04, hip_roll=-7),
        groove=0.014,
    )  # fmt: skip
    return sweep_arms(
        out, phase, (_SWUNG, _BACK), (point, TRAILING), (_BACK, _SWUNG), (ON_HIP, CURVED_SIDE),
        late=0.1,
    )  # fmt: skip


@action(counts=4, energy=0.65, source="legs", tempo=(80, 165), moves_feet=True)
def scissors(phase: np.ndarray) -> np.ndarray:
    """Jump the feet apart fore and aft, change them in the air twice, and jump together."""
    return through(
        phase,
        pose(left=_SWUNG, right=_BACK, right_foot=(-0.02, 0, 0.13), left_foot=(-0.02, 0, -0.11),
             hop=0.03, lower=0.05, turn=10, twist=-10),
        pose(left=_BACK, right=_SWUNG, right_foot=(-0.02, 0, -0.11), left_foot=(-0.02, 0, 0.13),
             hop=0.03, lower=0.05, turn=-10, twist=10),
        pose(left=HIGH_WIDE, right=HIGH_WIDE, right_foot=(0.1, 0, 0), left_foot=(0.1, 0, 0),
             hop=0.035, lower=0.07, knees=(24, 24)),
        pose(left=PUMPED, right=PUMPED, hop=0.025, lower=0.055, bend=6),
        groove=0.01,
    )  # fmt: skip


@action(counts=4, energy=0.77, source="legs", tempo=(75, 165), moves_feet=True, accent=2)
def rock_and_sweep(phase: np.ndarray) -> np.ndarray:
    """Rock ahead over a foot, back, sweep it round behind, and sit back into it."""
    out = through(
        phase,
        pose(right_foot=(-0.02, 0, 0.2), weight=-0.7, lower=0.045, turn=14, twist=-10, bend=5),
        pose(right_foot=(-0.02, 0, 0.2), weight=0.8, lower=0.02, turn=8, lean=6, hip_roll=-8),
        pose(right_foot=(0.1, 0, -0.15), weight=-0.5, lower=0.075, turn=-26, twist=12, bend=8),
        pose(weight=0.6, lower=0.03, turn=-6, hip_roll=-7, lean=5),
        groove=0.012,
    )
    return sweep_arms(out, phase, (FORWARD, _BACK), (CURVED_SIDE, WIDE), (TRAILING, ON_CHEST),
                      (LOOSE, LOOSE), late=0.15)  # fmt: skip


@action(counts=4, energy=0.63, source="legs", tempo=(80, 170), moves_feet=True, accent=3)
def step_knee_swing(phase: np.ndarray) -> np.ndarray:
    """Step, swing the other knee across and up, set it down wide, and swing the hips home."""
    out = through(
        phase,
        pose(right_foot=(0.1, 0, 0.03), weight=-0.8, lower=0.05, turn=-12, lean=-6),
        pose(right_foot=(0.1, 0, 0.03), left_foot=(-0.12, 0.2, 0.1), weight=-1, turn=-20, twist=16,
             bend=6, knees=(6, 14)),
        pose(right_foot=(0.1, 0, 0.03), weight=0.6, lower=0.07, turn=14, twist=-10, hip_roll=-10,
             lean=-6),
        pose(weight=-0.6, lower=0.03, turn=2, hip_roll=10, lean=5),
        groove=0.012,
    )  # fmt: skip
    return sweep_arms(out, phase, (GUARD, WIDE_LOW), (ON_CHEST, HIGH_WIDE), (WIDE, ON_HIP),
                      late=0.2)  # fmt: skip


@action(counts=4, energy=0.41, source="legs", tempo=(75, 165), moves_feet=True, accent=1)
def pivot_points(phase: np.ndarray) -> np.ndarray:
    """A toe points ahead, aside and behind around a standing leg, the hips turning with it."""
    out = through(
        phase,
        pose(right_foot=(-0.05, 0, 0.18), weight=0.9, turn=18, lower=0.03, twist=-12),
        pose(right_foot=(0.2, 0, 0.03), weight=0.85, turn=-8, lower=0.05, lean=9, hip_roll=-8),
        pose(right_foot=(-0.06, 0, -0.15), weight=0.8, turn=-24, lower=0.05, twist=14, bend=6),
        pose(weight=-0.5, turn=0, lower=0.02, hip_roll=6),
        groove=0.012,
    )
    return sweep_arms(out, phase, (CURVED_SIDE, LOOSE), (ON_HIP, WIDE), (WIDE_LOW, CURVED_SIDE),
                      late=0.15)  # fmt: skip
