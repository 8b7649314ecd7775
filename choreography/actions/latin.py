"""Steps that hips lead: the weight goes over, the hip settles, the arms follow."""

import numpy as np

from stickdance.choreography.actions.action import action
from stickdance.choreography.actions.shapes import (
    BEHIND_HEAD,
    CURVED_LOW,
    CURVED_SIDE,
    CURVED_UP,
    HIGH_WIDE,
    ON_HIP,
    TRAILING,
    WIDE_LOW,
)
from stickdance.choreography.actions.timing import sweep_arms, through
from stickdance.choreography.body.pose_channels import Arm, pose

_BENT: Arm = ((0.55, -0.75, 0.2), (-0.3, 0.3, 0.85))
_OPEN: Arm = ((0.8, -0.45, 0.15), (0.7, 0.15, 0.6))


@action(counts=8, energy=0.48, source="hips", tempo=(75, 190), moves_feet=True, accent=3)
def bachata(phase: np.ndarray) -> np.ndarray:
    """Side, together, side, and the hip pops; the same three steps and a pop back."""
    r = 0.13
    out = through(
        phase,
        pose(right_foot=(r, 0, 0), weight=-0.6, hip_roll=8, lower=0.02, lean=4),
        pose(right_foot=(r, 0, 0), left_foot=(-r, 0, 0), weight=0.6, hip_roll=-8, lower=0.02),
        pose(right_foot=(2 * r, 0, 0), left_foot=(-r, 0, 0), weight=-0.7, hip_roll=9, lower=0.025),
        pose(right_foot=(2 * r, 0, 0), left_foot=(-1.7 * r, 0.02, 0.03), weight=-0.8, hip_roll=-14,
             sway_x=0.03, lean=-5, twist=8, lower=0.03),
        pose(right_foot=(2 * r, 0, 0), left_foot=(-r, 0, 0), weight=0.6, hip_roll=-8, lean=-4),
        pose(right_foot=(r, 0, 0), left_foot=(-r, 0, 0), weight=-0.6, hip_roll=8, lower=0.02),
        pose(right_foot=(r, 0, 0), weight=0.7, hip_roll=-9, lower=0.025),
        pose(weight=0.5, hip_roll=14, sway_x=-0.03, lean=5, twist=-8, lower=0.03),
        groove=0.008,
    )  # fmt: skip
    return sweep_arms(
        out, phase, (_BENT, _OPEN), (CURVED_SIDE, _BENT), (_OPEN, _BENT), (_BENT, CURVED_SIDE),
        late=0.2,
    )  # fmt: skip


@action(counts=8, energy=0.47, source="legs", tempo=(90, 210), moves_feet=True)
def salsa(phase: np.ndarray) -> np.ndarray:
    """Forward, back in place, together, wait; back, forward in place, together, wait."""
    out = through(
        phase,
        pose(left_foot=(0.0, 0, 0.17), weight=0.65, hip_roll=-9, turn=-12, lower=0.03, twist=6),
        pose(left_foot=(0.0, 0, 0.17), weight=-0.65, hip_roll=9, turn=-4, lower=0.02),
        pose(weight=0.6, hip_roll=-9, turn=4, lower=0.02, lean=-3),
        pose(weight=0.15, hip_roll=6, hip_twist=14, lower=0.035),
        pose(right_foot=(0.0, 0, -0.17), weight=-0.65, hip_roll=9, turn=14, lower=0.03, twist=-6),
        pose(right_foot=(0.0, 0, -0.17), weight=0.65, hip_roll=-9, turn=4, lower=0.02),
        pose(weight=-0.6, hip_roll=9, turn=-4, lower=0.02, lean=3),
        pose(weight=-0.15, hip_roll=-6, hip_twist=-14, lower=0.035),
        groove=0.006,
    )  # fmt: skip
    return sweep_arms(out, phase, (_BENT, _OPEN), (_OPEN, _BENT), (_OPEN, WIDE_LOW), late=0.1)


@action(counts=4, energy=0.42, source="hips", tempo=(90, 200), moves_feet=True)
def merengue(phase: np.ndarray) -> np.ndarray:
    """March on the spot with bent knees, each hip settling, the body turning aside and back."""
    out = through(
        phase,
        pose(right_foot=(0.03, 0, 0.05), weight=-0.7, hip_roll=12, turn=14, lower=0.03, lean=5),
        pose(right_foot=(0.03, 0, 0.05), left_foot=(0.03, 0, 0.05), weight=0.7, hip_roll=-12,
             turn=22, lower=0.03, lean=-5),
        pose(left_foot=(0.03, 0, 0.05), weight=-0.7, hip_roll=12, turn=10, lower=0.03, lean=5),
        pose(weight=0.7, hip_roll=-12, turn=-4, lower=0.03, lean=-5),
        groove=0.006,
    )  # fmt: skip
    return sweep_arms(out, phase, (_BENT, CURVED_SIDE), (CURVED_SIDE, _BENT), late=0.3)


@action(counts=4, energy=0.77, source="legs", tempo=(80, 170), moves_feet=True, accent=2)
def samba_whisk(phase: np.ndarray) -> np.ndarray:
    """A step to the side, the other foot whisked behind, the body swung open; the other side."""
    out = through(
        phase,
        pose(right_foot=(0.19, 0, 0), weight=-0.8, lower=0.06, lean=-8, hip_roll=8, hip_twist=-10),
        pose(right_foot=(0.19, 0, 0), left_foot=(-0.26, 0, -0.1), weight=0.5, lower=0.03, twist=20,
             turn=-12, hip_roll=-6, lean=4),
        pose(right_foot=(0.19, 0, 0), weight=0.8, lower=0.06, lean=8, hip_roll=-8, hip_twist=10),
        pose(weight=-0.3, lower=0.03, twist=-20, turn=10, hip_roll=6, lean=-4),
        groove=0.012,
    )  # fmt: skip
    return sweep_arms(out, phase, (CURVED_UP, TRAILING), (TRAILING, CURVED_UP), late=0.35)


@action(counts=4, energy=0.48, source="hips", tempo=(60, 150), moves_feet=True)
def cucaracha(phase: np.ndarray) -> np.ndarray:
    """Press to one side, roll the hip over it, back; press to the other side, and back."""
    out = through(
        phase,
        pose(right_foot=(0.15, 0, 0.02), weight=-0.6, hip_roll=12, lean=9, lower=0.045, twist=-8),
        pose(weight=0.55, hip_roll=-10, lean=-6, lower=0.02, hip_twist=14),
        pose(left_foot=(0.15, 0, 0.02), weight=0.6, hip_roll=-12, lean=-9, lower=0.045, twist=8),
        pose(weight=-0.55, hip_roll=10, lean=6, lower=0.02, hip_twist=-14),
        groove=0.008,
    )
    return sweep_arms(
        out, phase, (CURVED_UP, CURVED_LOW), (CURVED_SIDE, _BENT), (ON_HIP, CURVED_UP), late=0.1,
    )  # fmt: skip


@action(counts=8, energy=0.31, source="hips", tempo=(60, 150), moves_feet=True, accent=4)
def rumba_walk(phase: np.ndarray) -> np.ndarray:
    """Slow walks forward and back on a line, every hip rolled out before the next step."""
    out = through(
        phase,
        pose(right_foot=(-0.03, 0, 0.15), weight=-0.6, hip_roll=6, hip_twist=12, turn=10),
        pose(right_foot=(-0.03, 0, 0.15), weight=-0.9, hip_roll=13, hip_twist=-6, lower=0.02,
             lean=6),
        pose(right_foot=(-0.03, 0, 0.15), left_foot=(-0.03, 0, 0.28), weight=0.6, hip_roll=-6,
             hip_twist=-12, turn=-6),
        pose(right_foot=(-0.03, 0, 0.15), left_foot=(-0.03, 0, 0.28), weight=0.9, hip_roll=-13,
             hip_twist=6, lower=0.02, lean=-6),
        pose(right_foot=(-0.03, 0, 0.15), left_foot=(0.06, 0, 0.0), weight=0.6, hip_roll=-6,
             turn=-14, twist=-8),
        pose(right_foot=(-0.03, 0, 0.15), weight=0.7, hip_roll=-12, lower=0.02, lean=-6),
        pose(weight=-0.5, hip_roll=6, turn=6, twist=8),
        pose(weight=-0.6, hip_roll=12, lower=0.02, lean=6),
        groove=0.004,
    )  # fmt: skip
    return sweep_arms(
        out, phase, (CURVED_SIDE, TRAILING), (CURVED_UP, CURVED_LOW), (TRAILING, CURVED_SIDE),
        (_OPEN, ON_HIP), late=0.3,
    )  # fmt: skip


@action(counts=4, energy=0.39, source="hips", tempo=(60, 140), accent=3)
def hips_and_halo(phase: np.ndarray) -> np.ndarray:
    """Hips sway twice, deeper, and once around, while the hands rise over the head and down."""
    out = through(
        phase,
        pose(weight=-0.7, hip_roll=12, sway_x=-0.03, lean=8, lower=0.03, knees=(18, 18)),
        pose(weight=0.7, hip_roll=-14, sway_x=0.035, lean=-10, lower=0.055, knees=(20, 20)),
        pose(weight=-0.5, hip_roll=9, hip_bend=-8, sway_z=0.04, bend=-6, lower=0.03,
             knees=(18, 18)),
        pose(weight=0.4, hip_roll=-8, hip_bend=8, sway_z=-0.03, bend=8, lower=0.04,
             knees=(18, 18)),
        groove=0.006,
    )  # fmt: skip
    return sweep_arms(
        out, phase, (CURVED_SIDE, CURVED_SIDE), (BEHIND_HEAD, HIGH_WIDE), (CURVED_LOW, _OPEN),
        late=0.2,
    )  # fmt: skip


@action(counts=4, energy=0.71, source="legs", tempo=(80, 175), moves_feet=True, accent=1)
def flick_and_cross(phase: np.ndarray) -> np.ndarray:
    """Flick a foot out low, cross it in front, step out of it, and sit into the other hip."""
    out = through(
        phase,
        pose(right_foot=(0.2, 0.09, 0.1), weight=0.95, turn=14, lean=7, lower=0.03),
        pose(right_foot=(-0.2, 0, 0.1), weight=-0.6, turn=22, twist=-14, lower=0.055, hip_roll=8),
        pose(weight=-0.75, turn=-8, lean=-7, hip_roll=9, lower=0.02, twist=6),
        pose(weight=0.6, turn=-16, twist=12, lower=0.05, hip_roll=-10, lean=5),
        groove=0.01,
    )  # fmt: skip
    return sweep_arms(out, phase, (_OPEN, CURVED_UP), (CURVED_SIDE, TRAILING), late=0.3)
