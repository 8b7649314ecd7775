"""Actions that the legs lead: steps that leave the place and come back to it."""

import numpy as np

from stickdance.choreography.actions.action import action
from stickdance.choreography.actions.shapes import (
    CLAPPING,
    CROSSED,
    GUARD,
    HIGH_WIDE,
    ON_CHEST,
    ON_HIP,
    PUMPED,
    WIDE,
    WIDE_LOW,
)
from stickdance.choreography.actions.timing import through
from stickdance.choreography.body.pose_channels import Parts, pose

_SWUNG_FORWARD = ((0.15, -0.75, 0.6), (-0.1, -0.2, 0.95))
_SWUNG_BACK = ((0.4, -0.85, -0.4), (0.35, -0.9, 0.0))


@action(counts=4, energy=0.53, source="legs", tempo=(70, 150), moves_feet=True)
def step_touch(phase: np.ndarray) -> np.ndarray:
    """Step to the right, close with a clap, step back to the left, close."""
    return through(
        phase,
        pose(left=WIDE_LOW, right=WIDE_LOW, right_foot=(0.22, 0, 0), weight=-0.5, lean=-4),
        pose(left=CLAPPING, right=CLAPPING, right_foot=(0.22, 0, 0), left_foot=(-0.17, 0, 0.03),
             weight=-0.7, lower=0.035, lean=3, head_turn=-12),
        pose(left=WIDE_LOW, right=WIDE_LOW, right_foot=(0.22, 0, 0), weight=0.45, lean=4),
        pose(left=CLAPPING, right=CLAPPING, weight=0.2, lower=0.03, head_turn=10),
    )  # fmt: skip


@action(counts=8, energy=0.57, source="legs", tempo=(80, 160), moves_feet=True, accent=3)
def grapevine(phase: np.ndarray) -> np.ndarray:
    """Side, behind, side, kick to the right; side, behind, side, together to the left."""
    r, soft = 0.16, ((0.35, -0.8, 0.4), (-0.5, 0.4, 0.7))
    open_: Parts = {"left": WIDE_LOW, "right": WIDE_LOW}
    return through(
        phase,
        pose(**open_, right_foot=(r, 0, 0), weight=-0.5, head_turn=-16),
        pose(left=soft, right=soft, right_foot=(r, 0, 0), left_foot=(-r - 0.13, 0, -0.07),
             weight=0.4, twist=-12, lower=0.02),
        pose(**open_, right_foot=(1.6 * r, 0, 0), left_foot=(-r - 0.13, 0, -0.07), weight=-0.6),
        pose(left=HIGH_WIDE, right=HIGH_WIDE, right_foot=(1.6 * r, 0, 0),
             left_foot=(-0.2, 0.12, 0.16), weight=-1, lean=-6, head_turn=8),
        pose(**open_, right_foot=(1.6 * r, 0, 0), left_foot=(-r, 0, 0), weight=0.5, head_turn=16),
        pose(left=soft, right=soft, right_foot=(-0.02, 0, -0.07), left_foot=(-r, 0, 0), weight=-0.4,
             twist=12, lower=0.02),
        pose(**open_, right_foot=(-0.02, 0, -0.07), weight=0.6),
        pose(left=CLAPPING, right=CLAPPING, lower=0.03, head_nod=6),
    )  # fmt: skip


@action(counts=4, energy=0.71, source="legs", tempo=(70, 150), moves_feet=True)
def side_kick(phase: np.ndarray) -> np.ndarray:
    """Low kicks out to the side, the arms thrown the other way."""
    away = ((0.95, 0.35, 0.1), (0.9, 0.45, 0.1))
    near = ((0.1, -0.7, 0.6), (-0.7, 0.25, 0.6))
    return through(
        phase,
        pose(left=away, right=near, right_foot=(0.26, 0.2, 0.1), weight=1, lean=11, head_turn=-10),
        pose(left=GUARD, right=GUARD, lower=0.055, weight=0.0),
        pose(right=away, left=near, left_foot=(0.26, 0.2, 0.1), weight=-1, lean=-11, head_turn=10),
        pose(left=GUARD, right=GUARD, lower=0.055),
        groove=0.012,
    )


@action(counts=4, energy=0.65, source="legs", tempo=(75, 160), moves_feet=True)
def knee_to_elbow(phase: np.ndarray) -> np.ndarray:
    """A knee rises to meet the opposite elbow, the arms reach up, and the same across."""
    down = ((0.15, -0.5, 0.85), (-0.45, 0.75, 0.45))
    up = ((0.45, 0.85, 0.1), (0.15, 1.0, 0.1))
    return through(
        phase,
        pose(left=down, right=up, right_foot=(-0.06, 0.28, 0.05), weight=0.95, twist=-24, bend=18,
             lean=-4, head_turn=8, knees=(12, 20)),
        pose(left=up, right=up, lower=0.03, head_nod=-8),
        pose(right=down, left=up, left_foot=(-0.06, 0.28, 0.05), weight=-0.95, twist=24, bend=18,
             lean=4, head_turn=-8, knees=(20, 12)),
        pose(left=up, right=up, lower=0.03, head_nod=-8),
        groove=0.012,
    )  # fmt: skip


@action(counts=4, energy=0.77, source="legs", tempo=(80, 170), moves_feet=True, accent=1)
def charleston(phase: np.ndarray) -> np.ndarray:
    """Step forward, kick forward, step back, touch behind, arms swinging against the legs."""
    return through(
        phase,
        pose(left=_SWUNG_FORWARD, right=WIDE_LOW, right_foot=(0.02, 0, 0.14), weight=-0.8, turn=12,
             twist=-12),
        pose(right=_SWUNG_FORWARD, left=WIDE_LOW, right_foot=(0.02, 0, 0.14),
             left_foot=(0.06, 0.2, 0.36), weight=-1, bend=-4, twist=14),
        pose(left=_SWUNG_FORWARD, right=WIDE, right_foot=(0.02, 0, 0.14), weight=0.8, lower=0.02),
        pose(right=_SWUNG_FORWARD, left=WIDE, lower=0.05, bend=10, weight=0.5),
        groove=0.02,
    )  # fmt: skip


@action(counts=4, energy=0.47, source="legs", tempo=(70, 150), moves_feet=True)
def heel_dig(phase: np.ndarray) -> np.ndarray:
    """A heel taps out in front while the arms open; close with crossed arms; other side."""
    return through(
        phase,
        pose(left=WIDE_LOW, right=WIDE_LOW, right_foot=(0.14, 0, 0.2), weight=0.9, lower=0.06,
             lean=5, turn=-12),
        pose(left=CROSSED, right=CROSSED, lower=0.01, bend=4),
        pose(left=WIDE_LOW, right=WIDE_LOW, left_foot=(0.14, 0, 0.2), weight=-0.9, lower=0.06,
             lean=-5, turn=12),
        pose(left=CROSSED, right=CROSSED, lower=0.01, bend=4),
        groove=0.012,
    )  # fmt: skip


@action(counts=4, energy=0.8, source="legs", tempo=(55, 135), moves_feet=True, changes=True)
def side_lunge(phase: np.ndarray) -> np.ndarray:
    """Lunge wide to the right with a long line of arms, look back, push over to the left, rise."""
    reach = ((0.9, 0.45, 0.1), (0.85, 0.5, 0.1))
    trail = ((0.85, -0.5, 0.0), (0.85, -0.55, 0.0))
    wide: Parts = {"right_foot": (0.34, 0.0, 0.0), "knees": (26.0, 30.0)}
    return through(
        phase,
        pose(left=trail, right=reach, **wide, weight=-0.8, lower=0.09, lean=-10, head_turn=-22),
        pose(left=HIGH_WIDE, right=ON_HIP, **wide, weight=-0.95, lower=0.13, lean=-2, head_turn=18),
        pose(left=reach, right=trail, **wide, weight=0.6, lower=0.08, lean=10, head_turn=22),
        pose(left=ON_HIP, right=ON_HIP),
        groove=0.01,
    )


@action(counts=4, energy=0.64, source="legs", tempo=(75, 155), moves_feet=True, accent=0)
def jazz_square(phase: np.ndarray) -> np.ndarray:
    """Cross in front, step back, step to the side, close: the feet draw a square."""
    return through(
        phase,
        pose(left=WIDE_LOW, right=((0.2, -0.8, 0.5), (-0.7, 0.1, 0.7)), right_foot=(-0.2, 0, 0.13),
             weight=-0.7, turn=18, head_turn=-10),
        pose(left=ON_CHEST, right=WIDE_LOW, right_foot=(-0.2, 0, 0.13), left_foot=(0.1, 0, -0.13),
             weight=0.7, turn=-6, lower=0.02),
        pose(left=WIDE_LOW, right=WIDE, right_foot=(0.14, 0, -0.05), left_foot=(0.1, 0, -0.13),
             weight=-0.7, turn=-14, lean=-6, head_turn=8),
        pose(left=ON_CHEST, right=ON_CHEST, lower=0.03),
    )  # fmt: skip


@action(counts=4, energy=0.59, source="legs", tempo=(75, 170), moves_feet=True)
def mambo(phase: np.ndarray) -> np.ndarray:
    """Rock forward on the left, home, rock back on the right, home, hips in every step."""
    bent = ((0.6, -0.75, 0.15), (-0.35, 0.75, 0.55))
    out = ((0.8, -0.5, 0.1), (0.75, 0.3, 0.5))
    return through(
        phase,
        pose(left=bent, right=out, left_foot=(-0.06, 0, 0.19), weight=0.7, hip_roll=-12,
             sway_x=0.012, turn=-16, twist=8, lean=-6, lower=0.03),
        pose(left=out, right=out, weight=-0.8, hip_roll=13, sway_x=-0.02, lower=0.02, lean=6),
        pose(left=out, right=bent, right_foot=(0.07, 0, -0.17), weight=-0.6, hip_roll=12,
             sway_x=-0.012, turn=-24, twist=-8, bend=5, head_turn=14),
        pose(left=bent, right=bent, weight=0.7, hip_roll=-11, sway_x=0.018, lower=0.02, lean=-5),
        groove=0.012,
    )  # fmt: skip


@action(counts=4, energy=0.8, source="legs", tempo=(85, 165), moves_feet=True)
def running_man(phase: np.ndarray) -> np.ndarray:
    """Hop onto one leg with the other knee high, the fists pumping; land; other leg."""
    drive = ((0.45, -0.6, 0.55), (-0.1, 0.95, 0.4))
    back = ((0.75, -0.55, -0.3), (0.35, -0.45, 0.75))
    return through(
        phase,
        pose(left=drive, right=back, right_foot=(-0.08, 0.3, 0.02), left_foot=(0.02, 0, -0.06),
             weight=0.95, turn=18, head_turn=-10, bend=6, hop=0.03, lower=0.02, knees=(14, 26)),
        pose(left=PUMPED, right=PUMPED, lower=0.075, bend=9, hop=0.015),
        pose(right=drive, left=back, left_foot=(-0.08, 0.3, 0.02), right_foot=(0.02, 0, -0.06),
             weight=-0.95, turn=-18, head_turn=10, bend=6, hop=0.03, lower=0.02, knees=(26, 14)),
        pose(left=PUMPED, right=PUMPED, lower=0.075, bend=9, hop=0.015),
        groove=0.01,
    )  # fmt: skip


@action(counts=4, energy=0.86, source="legs", tempo=(65, 140), moves_feet=True, changes=True)
def skater(phase: np.ndarray) -> np.ndarray:
    """Leap to the side and cross the other leg behind, low, arms sweeping as on ice."""
    front = ((0.1, -0.7, 0.65), (-0.75, -0.25, 0.5))
    back = ((0.9, -0.2, -0.2), (0.9, 0.05, -0.1))
    return through(
        phase,
        pose(left=front, right=back, right_foot=(0.24, 0, 0), left_foot=(-0.3, 0, -0.13),
             weight=-0.85, lower=0.1, hop=0.02, lean=-9, bend=14, twist=-14, head_nod=-8),
        pose(left=WIDE_LOW, right=WIDE_LOW, lower=0.03, bend=4),
        pose(right=front, left=back, left_foot=(0.16, 0, 0), right_foot=(-0.28, 0, -0.13),
             weight=0.85, lower=0.1, hop=0.02, lean=9, bend=14, twist=14, head_nod=-8),
        pose(left=WIDE_LOW, right=WIDE_LOW, lower=0.02),
        groove=0.01,
    )  # fmt: skip


@action(counts=4, energy=0.67, source="legs", tempo=(70, 150), moves_feet=True, changes=True)
def cumbia_back_step(phase: np.ndarray) -> np.ndarray:
    """Open to one side with a step behind, come back to the front, and open to the other."""
    lifted = ((0.8, 0.35, 0.3), (0.3, 0.95, 0.1))
    return through(
        phase,
        pose(left=ON_CHEST, right=lifted, right_foot=(0.06, 0, -0.16), turn=-36, head_turn=14,
             weight=-0.6, hip_roll=8),
        pose(left=ON_CHEST, right=ON_CHEST, weight=0.3, lower=0.035),
        pose(right=ON_CHEST, left=lifted, left_foot=(0.06, 0, -0.16), turn=36, head_turn=-14,
             weight=0.6, hip_roll=-8),
        pose(left=ON_CHEST, right=ON_CHEST, weight=-0.2, lower=0.035),
    )  # fmt: skip


@action(counts=4, energy=0.41, source="legs", tempo=(65, 145), moves_feet=True, accent=2)
def knee_pops(phase: np.ndarray) -> np.ndarray:
    """Heels lift, knees pop inward with a snap of the fingers, right, left, then a small plie."""
    cool = ((0.45, -0.9, 0.05), (0.2, -0.85, 0.45))
    snap = ((0.7, -0.65, 0.25), (0.3, 0.75, 0.55))
    return through(
        phase,
        pose(left=snap, right=cool, right_foot=(0.0, 0.035, 0.03), knees=(16, -32), weight=0.8,
             sway_x=0.03, hip_roll=-10, lean=-5, lower=0.05, shoulder_roll=8, head_turn=12),
        pose(right=snap, left=cool, left_foot=(0.0, 0.035, 0.03), knees=(-32, 16), weight=-0.8,
             sway_x=-0.03, hip_roll=10, lean=5, lower=0.05, shoulder_roll=-8, head_turn=-12),
        pose(left=_SWUNG_BACK, right=_SWUNG_BACK, knees=(46, 46), lower=0.12, bend=8, head_nod=8),
        pose(left=cool, right=cool, knees=(14, 14), head_nod=-6),
        groove=0.01,
    )  # fmt: skip


@action(counts=4, energy=0.9, source="legs", tempo=(80, 170), moves_feet=True, changes=True)
def jumping_jack(phase: np.ndarray) -> np.ndarray:
    """Jump the feet apart, arms flying up; cross them with arms crossed; apart, wide; together."""
    apart: Parts = {"left_foot": (0.15, 0, 0), "right_foot": (0.15, 0, 0), "knees": (24, 24)}
    return through(
        phase,
        pose(left=HIGH_WIDE, right=HIGH_WIDE, **apart, hop=0.045, lower=0.03, head_nod=-8),
        pose(left=CROSSED, right=CROSSED, left_foot=(-0.1, 0, -0.06), right_foot=(-0.1, 0, 0.06),
             hop=0.035, lower=0.05, bend=8, twist=10, head_nod=6),
        pose(left=WIDE, right=WIDE, **apart, hop=0.045, lower=0.07, head_nod=-4),
        pose(left=GUARD, right=GUARD, hop=0.035, lower=0.06, bend=6),
        groove=0.01,
    )  # fmt: skip
