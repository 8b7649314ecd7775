"""Actions of the whole body: drops, turns, reaches, hops."""

import numpy as np

from stickdance.choreography.actions.action import action
from stickdance.choreography.actions.shapes import (
    BEHIND_HEAD,
    CLAPPING,
    CLAPPING_HIGH,
    CROSSED,
    GUARD,
    HIGH,
    HIGH_WIDE,
    ON_CHEST,
    ON_HIP,
    WIDE,
    WIDE_LOW,
)
from stickdance.choreography.actions.timing import through
from stickdance.choreography.body.pose_channels import HANGING, Parts, pose


@action(counts=4, energy=0.68, source="whole", tempo=(60, 140), changes=True)
def squat_drop(phase: np.ndarray) -> np.ndarray:
    """Jump into a wide squat, bounce deeper, come half up with the arms high, jump home."""
    apart: Parts = {
        "left_foot": (0.08, 0.0, 0.0),
        "right_foot": (0.08, 0.0, 0.0),
        "knees": (48.0, 48.0),
    }
    thighs = ((0.55, -0.75, 0.35), (-0.05, -0.7, 0.6))
    return through(
        phase,
        pose(left=thighs, right=thighs, **apart, lower=0.14, bend=12, head_nod=-12, hop=0.025),
        pose(left=CLAPPING, right=CLAPPING, **apart, lower=0.18, bend=15, head_nod=-14),
        pose(left=HIGH_WIDE, right=HIGH_WIDE, **apart, lower=0.05, head_nod=-8),
        pose(left=ON_HIP, right=ON_HIP, hop=0.02, lower=0.02),
        groove=0.008,
    )


@action(counts=4, energy=0.73, source="whole", tempo=(55, 130), moves_feet=True, changes=True)
def low_sway(phase: np.ndarray) -> np.ndarray:
    """Wide and low, the upper body swings over one leg and the other under a rainbow of arms."""
    wide: Parts = {"right_foot": (0.24, 0.0, 0.0), "knees": (36.0, 40.0)}
    over = ((0.6, 0.85, 0.1), (-0.35, 0.95, 0.1))
    under = ((0.1, -0.85, 0.45), (-0.6, -0.55, 0.5))
    return through(
        phase,
        pose(left=over, right=under, **wide, weight=-0.7, lower=0.1, lean=-20, head_tilt=8),
        pose(left=WIDE, right=WIDE, **wide, lower=0.15, bend=6, head_nod=-6),
        pose(left=under, right=over, **wide, weight=0.7, lower=0.1, lean=20, head_tilt=-8),
        pose(left=WIDE_LOW, right=WIDE_LOW, lower=0.01),
        groove=0.008,
    )


@action(counts=4, energy=0.46, source="whole", tempo=(65, 145), changes=True)
def quarter_poses(phase: np.ndarray) -> np.ndarray:
    """Swing round to one side into a pose, to the front, to the other side, and back."""
    return through(
        phase,
        pose(left=HIGH, right=ON_HIP, turn=-46, head_turn=34, weight=-0.5, hip_roll=7),
        pose(left=ON_CHEST, right=ON_CHEST, lower=0.05, bend=6, head_nod=8),
        pose(left=BEHIND_HEAD, right=WIDE_LOW, turn=46, head_turn=-34, weight=0.5, hip_roll=-9,
             lean=-5),
        pose(left=ON_HIP, right=ON_HIP, lower=0.03),
        groove=0.012,
    )  # fmt: skip


@action(
    counts=8, energy=0.6, source="whole", tempo=(75, 160), moves_feet=True, changes=True,
    shows_back=True, accent=7,
)  # fmt: skip
def paddle_turn(phase: np.ndarray) -> np.ndarray:
    """Small steps around one's own middle, a full turn to the left, and a clap overhead."""
    keys = []
    for count in range(1, 8):
        angle = 360 * count / 8
        arms: Parts = (
            {"left": WIDE, "right": WIDE_LOW} if count % 2 else {"left": WIDE_LOW, "right": WIDE}
        )
        keys.append(
            pose(**arms, turn=angle, facing=angle, head_turn=18, lower=0.035 if count % 2 else 0.0,
                 lean=5 if count % 2 else -5)
        )  # fmt: skip
    keys.append(pose(left=CLAPPING_HIGH, right=CLAPPING_HIGH, turn=360, facing=360, head_nod=-6))
    return through(phase, *keys, groove=0.012)


@action(
    counts=4, energy=0.62, source="whole", tempo=(70, 150), moves_feet=True, changes=True,
    shows_back=True, accent=3,
)  # fmt: skip
def walk_around(phase: np.ndarray) -> np.ndarray:
    """A whole turn to the left in four steps, the arms thrown open, drawn in and let go."""
    return through(
        phase,
        pose(left=WIDE, right=ON_CHEST, turn=90, facing=90, weight=-0.6, head_turn=20, lower=0.04),
        pose(left=ON_CHEST, right=ON_CHEST, turn=180, facing=180, weight=0.6, head_turn=20),
        pose(left=ON_CHEST, right=ON_CHEST, turn=270, facing=270, weight=-0.6, head_turn=20),
        pose(left=WIDE_LOW, right=WIDE, turn=360, facing=360, weight=0.6),
        groove=0.012,
    )  # fmt: skip


@action(counts=4, energy=0.83, source="whole", tempo=(70, 150), moves_feet=True, changes=True)
def side_hops(phase: np.ndarray) -> np.ndarray:
    """Both feet hop to the right and land deep, hop back, fists drumming overhead on the way."""
    there: Parts = {"right_foot": (0.17, 0.0, 0.0), "left_foot": (-0.17, 0.0, 0.0)}
    drum = ((0.85, 0.3, 0.2), (0.1, 0.95, 0.2))
    return through(
        phase,
        pose(left=drum, right=drum, **there, hop=0.05, lower=0.09, lean=-5, knees=(22, 22)),
        pose(left=HIGH, right=HIGH, **there, lower=0.0, head_nod=-10),
        pose(left=drum, right=drum, hop=0.05, lower=0.09, lean=5, knees=(22, 22)),
        pose(left=GUARD, right=GUARD, lower=0.02),
        groove=0.01,
    )


@action(counts=8, energy=0.54, source="whole", tempo=(60, 140), changes=True, accent=4)
def reach_and_fall(phase: np.ndarray) -> np.ndarray:
    """One hand and the other reach for the sky, hold, then all falls, curls up and rises again."""
    half = ((0.6, -0.6, 0.4), (-0.5, 0.7, 0.4))
    curl = ((0.1, -0.85, 0.5), (-0.7, -0.3, 0.6))
    return through(
        phase,
        pose(left=HANGING, right=HIGH, lean=8, weight=-0.5, head_nod=-12, head_turn=-10),
        pose(left=HIGH, right=half, lean=-8, weight=0.5, head_nod=-12, head_turn=10),
        pose(left=HIGH, right=HIGH, head_nod=-20, bend=-5),
        pose(left=CLAPPING_HIGH, right=CLAPPING_HIGH, head_nod=-12, lower=0.02),
        pose(left=curl, right=curl, lower=0.18, bend=34, head_nod=24, knees=(30, 30)),
        pose(left=WIDE_LOW, right=curl, lower=0.14, bend=24, lean=-10, head_nod=6, knees=(30, 30)),
        pose(left=WIDE, right=WIDE, lower=0.05, bend=6, head_nod=-4),
        pose(left=ON_CHEST, right=ON_CHEST),
        groove=0.008,
    )


@action(counts=4, energy=0.48, source="whole", tempo=(65, 140), changes=True, accent=2)
def sprinkler(phase: np.ndarray) -> np.ndarray:
    """One hand behind the head, the other arm sweeps round in clicks like a sprinkler's jet."""
    right = ((0.95, 0.05, 0.25), (0.95, 0.15, 0.25))
    ahead = ((0.5, 0.1, 0.85), (0.35, 0.2, 0.9))
    across = ((-0.35, -0.2, 0.9), (-0.85, -0.25, 0.45))
    return through(
        phase,
        pose(left=BEHIND_HEAD, right=right, turn=-18, twist=-10, weight=-0.6, lower=0.02, lean=-4),
        pose(left=BEHIND_HEAD, right=ahead, turn=4, twist=4, weight=0.0, lower=0.045),
        pose(left=BEHIND_HEAD, right=across, turn=30, twist=16, weight=0.7, lower=0.07, lean=6,
             head_turn=-10),
        pose(left=BEHIND_HEAD, right=ON_CHEST, turn=2, lower=0.01, head_nod=6, weight=-0.1),
        groove=0.014,
    )  # fmt: skip


@action(counts=4, energy=0.46, source="whole", tempo=(65, 140), changes=True)
def egyptian(phase: np.ndarray) -> np.ndarray:
    """In half profile, one palm to the sky ahead and one to the ground behind; turn and change."""
    ahead = ((0.75, 0.1, 0.55), (0.35, 0.95, 0.3))
    behind = ((0.9, -0.25, -0.35), (0.25, -0.95, -0.15))
    return through(
        phase,
        pose(left=behind, right=ahead, turn=-42, head_turn=-12, rib_x=-8, weight=-0.4),
        pose(left=behind, right=ahead, turn=-42, head_turn=8, rib_x=10, lower=0.05, weight=0.2),
        pose(left=ahead, right=behind, turn=42, head_turn=12, rib_x=8, weight=0.4),
        pose(left=CROSSED, right=ON_HIP, turn=4, lower=0.03),
        groove=0.012,
    )


@action(counts=4, energy=0.78, source="whole", tempo=(55, 130), moves_feet=True, changes=True)
def scoop(phase: np.ndarray) -> np.ndarray:
    """Step out, dive low and scoop the floor across to the other side, throw it up, close."""
    out: Parts = {"right_foot": (0.22, 0.0, 0.0), "knees": (34.0, 36.0)}
    low = ((0.3, -0.85, 0.4), (0.3, -0.85, 0.35))
    cross = ((-0.3, -0.85, 0.4), (-0.4, -0.75, 0.4))
    throw = ((-0.1, 0.75, 0.5), (-0.3, 0.9, 0.15))
    return through(
        phase,
        pose(left=cross, right=low, **out, weight=-0.8, lower=0.15, lean=-16, bend=24, head_nod=4),
        pose(left=low, right=cross, **out, weight=0.6, lower=0.17, lean=14, bend=26, head_nod=4),
        pose(left=HIGH_WIDE, right=throw, **out, weight=0.8, lower=0.0, lean=8, head_turn=20,
             head_nod=-14),
        pose(left=ON_CHEST, right=ON_CHEST, lower=0.02),
        groove=0.006,
    )  # fmt: skip
