"""Actions of three and of six counts, for bars of three."""

import numpy as np

from stickdance.choreography.actions.action import action
from stickdance.choreography.actions.shapes import (
    CURVED_LOW,
    CURVED_SIDE,
    CURVED_UP,
    ON_CHEST,
    ON_HIP,
    TRAILING,
    WIDE,
    WIDE_LOW,
)
from stickdance.choreography.actions.timing import sweep_arms, through
from stickdance.choreography.body.pose_channels import Arm, pose


@action(counts=6, energy=0.56, source="legs", tempo=(60, 190), moves_feet=True)
def waltz_box(phase: np.ndarray) -> np.ndarray:
    """Forward, side, close; back, side, close: the feet draw a box, low on one and high on two."""
    out = through(
        phase,
        pose(left_foot=(0, 0, 0.17), weight=0.75, lower=0.055, bend=4, turn=-8, hip_roll=-5),
        pose(left_foot=(0, 0, 0.17), right_foot=(0.13, 0, 0.17), weight=-0.6, lean=-6, hip_roll=5),
        pose(left_foot=(-0.13, 0, 0.17), right_foot=(0.13, 0, 0.17), weight=0.4, lower=0.01),
        pose(left_foot=(-0.13, 0, 0.17), right_foot=(0.13, 0, 0), weight=-0.75, lower=0.055,
             turn=8, bend=-3, hip_roll=5),
        pose(right_foot=(0.13, 0, 0), weight=0.6, lean=6, hip_roll=-5),
        pose(weight=-0.4, lower=0.01),
        groove=0.0,
    )  # fmt: skip
    return sweep_arms(
        out, phase, (CURVED_SIDE, CURVED_LOW), (CURVED_UP, WIDE), (CURVED_SIDE, WIDE_LOW),
        (CURVED_LOW, CURVED_SIDE), late=0.3,
    )  # fmt: skip


@action(counts=6, energy=0.44, source="hips", tempo=(60, 190), moves_feet=True)
def waltz_balance(phase: np.ndarray) -> np.ndarray:
    """Side, behind, replace; side, behind, replace: the body swings like a bell."""
    out = through(
        phase,
        pose(right_foot=(0.16, 0, 0), weight=-0.8, lower=0.05, lean=-9, hip_roll=8),
        pose(right_foot=(0.16, 0, 0), left_foot=(-0.19, 0, -0.08), weight=0.3, lean=-3, twist=-10),
        pose(right_foot=(0.16, 0, 0), left_foot=(-0.19, 0, -0.08), weight=-0.7, lean=4,
             hip_roll=4, head_tilt=6),
        pose(right_foot=(0.16, 0, 0), weight=0.8, lower=0.05, lean=9, hip_roll=-8),
        pose(right_foot=(-0.07, 0, -0.08), weight=-0.3, lean=3, twist=10),
        pose(weight=0.55, lean=-4, hip_roll=-4, head_tilt=-6),
        groove=0.0,
    )  # fmt: skip
    return sweep_arms(out, phase, (CURVED_LOW, WIDE), (WIDE, CURVED_LOW), late=0.12)


@action(counts=6, energy=0.65, source="legs", tempo=(60, 185), moves_feet=True, accent=3)
def twinkle(phase: np.ndarray) -> np.ndarray:
    """Cross, side, close to one side, cross, side, close back: the body opens into each cross."""
    out = through(
        phase,
        pose(left_foot=(-0.24, 0, 0.1), weight=0.7, turn=-26, twist=-8, lower=0.05, head_turn=14),
        pose(left_foot=(-0.24, 0, 0.1), right_foot=(0.17, 0, 0), weight=-0.6, turn=-6, lean=-6),
        pose(left_foot=(-0.16, 0, 0), right_foot=(0.17, 0, 0), weight=0.4, turn=10, lower=0.01),
        pose(left_foot=(-0.16, 0, 0), right_foot=(-0.13, 0, 0.1), weight=-0.7, turn=26, twist=8,
             lower=0.05, head_turn=-14),
        pose(right_foot=(-0.13, 0, 0.1), weight=0.6, turn=6, lean=6),
        pose(weight=-0.4, turn=-10, lower=0.01),
        groove=0.0,
    )  # fmt: skip
    return sweep_arms(
        out, phase, (CURVED_SIDE, TRAILING), (WIDE, CURVED_UP), (TRAILING, CURVED_SIDE),
        (CURVED_UP, WIDE), late=0.2,
    )  # fmt: skip


@action(counts=3, energy=0.4, source="hips", tempo=(50, 180))
def waltz_sway(phase: np.ndarray) -> np.ndarray:
    """Sink into one hip on one, float up over both feet on two and three, an arm overhead."""
    out = through(
        phase,
        pose(weight=-0.85, lower=0.085, lean=-12, hip_roll=9, sway_x=-0.02, head_tilt=-7),
        pose(weight=0.15, lean=-2, rib_x=5, head_turn=-12, head_nod=-6),
        pose(weight=0.4, lower=0.01, lean=7, hip_roll=-5, head_tilt=5),
        groove=0.0,
    )
    return sweep_arms(
        out, phase, (CURVED_LOW, CURVED_SIDE), (CURVED_SIDE, CURVED_UP), (WIDE_LOW, WIDE), late=0.3
    )


@action(counts=3, energy=0.56, source="whole", tempo=(55, 175), moves_feet=True)
def hesitation(phase: np.ndarray) -> np.ndarray:
    """Step forward, rise over the foot with the arms offered, and come back."""
    out = through(
        phase,
        pose(right_foot=(0.03, 0, 0.2), weight=-0.85, lower=0.06, turn=14, hip_roll=6),
        pose(right_foot=(0.03, 0, 0.2), left_foot=(0.02, 0.03, 0.03), weight=-0.95, turn=18,
             bend=-7, head_nod=-10, twist=-8),
        pose(weight=0.6, lower=0.035, bend=6, turn=0, hip_roll=-4),
        groove=0.0,
    )  # fmt: skip
    offered = ((0.45, 0.1, 0.9), (0.3, 0.35, 0.85))
    return sweep_arms(
        out, phase, (ON_CHEST, CURVED_LOW), (offered, WIDE), (CURVED_SIDE, CURVED_LOW), late=0.25
    )


@action(counts=3, energy=0.7, source="legs", tempo=(55, 180), moves_feet=True)
def side_and_draw(phase: np.ndarray) -> np.ndarray:
    """A long step to the side, the other arm drawn over the head, and back together."""
    out = through(
        phase,
        pose(right_foot=(0.27, 0, 0), weight=-0.6, lower=0.075, lean=-12, hip_roll=7,
             knees=(20, 24)),
        pose(right_foot=(0.27, 0, 0), weight=-0.9, lower=0.04, lean=-20, hip_roll=10, twist=-12,
             head_turn=-20),
        pose(weight=0.5, lower=0.02, lean=5, twist=6),
        groove=0.0,
    )  # fmt: skip
    return sweep_arms(
        out, phase, (WIDE, WIDE_LOW), (CURVED_UP, CURVED_LOW), (WIDE_LOW, ON_HIP), late=0.25
    )


@action(counts=6, energy=0.44, source="legs", tempo=(60, 170), moves_feet=True, accent=1)
def pendulum_legs(phase: np.ndarray) -> np.ndarray:
    """A straight leg swings out to one side, higher, and home; the other one answers."""
    out = through(
        phase,
        pose(right_foot=(0.18, 0.08, 0.02), weight=0.95, lower=0.02, lean=5),
        pose(right_foot=(0.26, 0.18, 0.03), weight=1, lean=13, head_tilt=6),
        pose(weight=0.1, lower=0.06, bend=4),
        pose(left_foot=(0.18, 0.08, 0.02), weight=-0.95, lower=0.02, lean=-5),
        pose(left_foot=(0.26, 0.18, 0.03), weight=-1, lean=-13, head_tilt=-6),
        pose(weight=-0.1, lower=0.06, bend=4),
        groove=0.0,
    )
    return sweep_arms(
        out, phase, (CURVED_UP, WIDE_LOW), (WIDE, WIDE), (WIDE_LOW, CURVED_UP), (WIDE, WIDE),
        late=0.1,
    )  # fmt: skip


@action(counts=3, energy=0.48, source="whole", tempo=(50, 150), moves_feet=True, accent=1)
def long_line(phase: np.ndarray) -> np.ndarray:
    """A leg rises behind, the body tips forward into one long line, and all comes home."""
    out = through(
        phase,
        pose(left_foot=(0.02, 0.07, -0.16), weight=-1, bend=10, turn=16, lower=0.03),
        pose(left_foot=(0.03, 0.16, -0.26), weight=-1, bend=22, turn=24, head_nod=-20,
             head_turn=-12),
        pose(weight=0.3, lower=0.05, bend=4, turn=0),
        groove=0.0,
    )  # fmt: skip
    ahead = ((0.35, 0.3, 0.9), (0.3, 0.4, 0.85))
    return sweep_arms(
        out, phase, (CURVED_SIDE, CURVED_LOW), (TRAILING, ahead), (WIDE_LOW, WIDE_LOW), late=0.2
    )


@action(counts=6, energy=0.29, source="arms", tempo=(50, 170), accent=3)
def circling_arms(phase: np.ndarray) -> np.ndarray:
    """The arms go all around, up one side and down the other, the spine curving after them."""
    out = through(
        phase,
        pose(weight=-0.5, lean=-8, lower=0.03, bend=8, hip_roll=5),
        pose(weight=-0.7, lean=-14, hip_roll=8, head_turn=-16),
        pose(weight=-0.2, lean=-4, bend=-7, head_nod=-14),
        pose(weight=0.5, lean=10, bend=-3, hip_roll=-6, head_turn=16),
        pose(weight=0.7, lean=13, lower=0.05, hip_roll=-8),
        pose(weight=0.1, lean=2, lower=0.07, bend=16, head_nod=12),
        groove=0.0,
    )
    return sweep_arms(
        out, phase, (ON_CHEST, WIDE), (CURVED_UP, CURVED_UP), (WIDE, ON_CHEST),
        (CURVED_LOW, CURVED_LOW), late=0.1,
    )  # fmt: skip


@action(counts=6, energy=0.67, source="legs", tempo=(80, 190), moves_feet=True)
def six_count_swing(phase: np.ndarray) -> np.ndarray:
    """Rock back and replace, a long step and a tap to one side, a step and close to the other."""
    swing = ((0.4, -0.75, 0.45), (-0.15, -0.1, 0.95))
    back = ((0.55, -0.75, -0.35), (0.4, -0.6, 0.5))
    out = through(
        phase,
        pose(left_foot=(0.03, 0, -0.17), weight=0.6, turn=-20, twist=-8, lower=0.05, hip_roll=-7),
        pose(left_foot=(0.03, 0, -0.17), weight=-0.7, turn=-6, lower=0.02, hip_roll=7),
        pose(left_foot=(0.16, 0, 0), weight=0.75, lower=0.045, lean=7, hip_roll=-8),
        pose(left_foot=(0.16, 0, 0), right_foot=(-0.12, 0, 0.02), weight=0.6, lean=10, twist=9,
             lower=0.03),
        pose(left_foot=(0.16, 0, 0), weight=-0.7, lower=0.045, lean=-7, hip_roll=8),
        pose(weight=-0.2, lower=0.02),
        groove=0.016,
    )  # fmt: skip
    return sweep_arms(out, phase, (swing, back), (WIDE_LOW, WIDE_LOW), (back, swing), late=0.1)


@action(counts=6, energy=0.71, source="legs", tempo=(80, 190), moves_feet=True, accent=3)
def landler_stamp(phase: np.ndarray) -> np.ndarray:
    """A stamp ahead with a bow of the knees, the other foot lifted and set down; and back."""
    ahead, back = (0.08, 0, 0.1), (0.0, 0, 0.0)
    return through(
        phase,
        pose(left=ON_HIP, right=WIDE_LOW, right_foot=ahead, weight=-0.7, lower=0.075,
             turn=18, twist=-10, lean=-6),
        pose(left=ON_HIP, right=WIDE, right_foot=ahead, left_foot=(0.02, 0.09, 0.06), weight=-1,
             turn=20, lean=-2, head_turn=-14),
        pose(left=ON_HIP, right=ON_HIP, right_foot=ahead, left_foot=(0.0, 0, 0.1), weight=0.5,
             turn=-4, lower=0.02, lean=4),
        pose(left=WIDE_LOW, right=ON_HIP, right_foot=back, left_foot=(0.0, 0, 0.1), weight=-0.6,
             lower=0.075, turn=-18, twist=10, lean=6),
        pose(left=WIDE, right=ON_HIP, right_foot=back, left_foot=(0.06, 0.09, 0.06), weight=-1,
             turn=-20, lean=2, head_turn=14),
        pose(left=ON_HIP, right=ON_HIP, weight=0.5, turn=4, lower=0.02, lean=-4),
        groove=0.012,
    )  # fmt: skip


@action(counts=3, energy=0.33, source="arms", tempo=(50, 180))
def cradle(phase: np.ndarray) -> np.ndarray:
    """The arms rock something small from side to side, the knees and the head going with it."""
    out = through(
        phase,
        pose(weight=-0.7, lower=0.07, lean=-5, twist=-14, bend=9, head_nod=10, knees=(22, 22)),
        pose(weight=-0.1, lower=0.015, twist=4, head_tilt=7, bend=2),
        pose(weight=0.65, lower=0.035, lean=5, twist=14, bend=5, head_tilt=-5),
        groove=0.0,
    )
    held: Arm = ((0.35, -0.75, 0.55), (-0.5, 0.05, 0.86))
    open_: Arm = ((0.75, -0.55, 0.3), (0.1, -0.1, 0.98))
    return sweep_arms(out, phase, (held, open_), (open_, held), late=0.2)


@action(counts=6, energy=0.44, source="arms", tempo=(50, 175), accent=3)
def open_the_fan(phase: np.ndarray) -> np.ndarray:
    """A fan opens slowly from hip to sky, is shown over the shoulder, and folds again."""
    out = through(
        phase,
        pose(weight=0.5, turn=-16, lower=0.04, hip_roll=-6, head_turn=-8),
        pose(weight=0.7, turn=-24, lean=8, hip_roll=-9, head_turn=-14),
        pose(weight=0.2, turn=-6, bend=-7, head_nod=-9),
        pose(weight=-0.7, turn=20, lean=-9, hip_roll=9, head_turn=16),
        pose(weight=-0.5, turn=14, lower=0.05, bend=9, head_nod=8),
        pose(weight=0.0, turn=-4, lower=0.02, twist=-8),
        groove=0.0,
    )
    return sweep_arms(
        out, phase, (ON_HIP, CURVED_LOW), (WIDE_LOW, WIDE), (CURVED_LOW, CURVED_UP),
        (ON_CHEST, ON_CHEST), late=0.15,
    )  # fmt: skip


@action(counts=6, energy=0.56, source="legs", tempo=(60, 185), moves_feet=True)
def mazurka(phase: np.ndarray) -> np.ndarray:
    """A slide aside, a heel that lifts across, feet together; and the same way back."""
    aside, closed = (0.2, 0, 0.05), (-0.2, 0, 0.05)
    out = through(
        phase,
        pose(right_foot=aside, weight=-0.75, lower=0.06, turn=-14, lean=-7),
        pose(right_foot=aside, left_foot=(-0.26, 0.11, 0.08), weight=-1, turn=-22, lean=5,
             twist=12, head_turn=10),
        pose(right_foot=aside, left_foot=closed, weight=-0.5, lower=0.045, turn=4, hip_roll=6,
             lean=-4),
        pose(right_foot=aside, weight=0.75, lower=0.06, turn=14, lean=7),
        pose(right_foot=(0.06, 0.11, 0.03), weight=1, turn=22, lean=-5, twist=-12,
             head_turn=-10),
        pose(weight=0.6, lower=0.045, turn=-4, hip_roll=-7, lean=4),
        groove=0.0,
    )  # fmt: skip
    return sweep_arms(
        out, phase, (ON_HIP, WIDE), (ON_HIP, CURVED_UP), (WIDE, ON_HIP), (CURVED_UP, ON_HIP),
        late=0.2,
    )  # fmt: skip


@action(counts=3, energy=0.5, source="whole", tempo=(55, 175))
def swing_through(phase: np.ndarray) -> np.ndarray:
    """Head and arms swing low from one side through the knees and hang in the air on the other."""
    out = through(
        phase,
        pose(weight=-0.35, lower=0.12, bend=26, lean=-6, head_nod=10, knees=(30, 30)),
        pose(weight=0.75, lower=0.02, lean=-11, bend=-2, hip_roll=-9, twist=16, head_turn=12),
        pose(weight=0.5, lower=0.04, lean=-5, hip_roll=-5, twist=8),
        groove=0.0,
    )
    low: Arm = ((0.3, -0.9, 0.3), (0.15, -0.85, 0.5))
    across: Arm = ((-0.2, 0.15, 0.95), (-0.75, 0.5, 0.4))
    return sweep_arms(out, phase, (low, low), (CURVED_UP, across), (WIDE, CURVED_SIDE), late=0.2)


@action(counts=6, energy=0.66, source="legs", tempo=(65, 185), moves_feet=True, accent=2)
def forward_and_flow(phase: np.ndarray) -> np.ndarray:
    """Three long walks ahead into a lift of the breast, three back into a bow."""
    out = through(
        phase,
        pose(right_foot=(-0.03, 0, 0.15), weight=-0.7, lower=0.05, turn=12, twist=-10),
        pose(right_foot=(-0.03, 0, 0.15), left_foot=(-0.03, 0, 0.27), weight=0.7, turn=-12,
             twist=10),
        pose(right_foot=(0.05, 0, 0.27), left_foot=(-0.03, 0, 0.27), weight=-0.4, bend=-10,
             head_nod=-12),
        pose(right_foot=(0.05, 0, 0.27), left_foot=(-0.02, 0, 0.12), weight=0.75, lower=0.06,
             turn=-10, bend=6),
        pose(right_foot=(0, 0, 0), left_foot=(-0.02, 0, 0.12), weight=-0.7, turn=10, bend=10),
        pose(weight=0.5, lower=0.07, bend=20, head_nod=12, knees=(22, 22)),
        groove=0.0,
    )  # fmt: skip
    return sweep_arms(
        out, phase, (CURVED_LOW, TRAILING), (WIDE, CURVED_UP), (TRAILING, WIDE_LOW), late=0.25
    )
