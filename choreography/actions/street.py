"""Low, loose actions of the street: rocks, slides, waves, and feet that stay under the body."""

import numpy as np

from stickdance.choreography.actions.action import action
from stickdance.choreography.actions.shapes import (
    ACROSS_HIGH,
    AT_SHOULDER,
    BEHIND_HEAD,
    CROSSED,
    FORWARD,
    GOALPOST,
    GUARD,
    HIGH_WIDE,
    LOOSE,
    ON_CHEST,
    TRAILING,
    WIDE,
    WIDE_LOW,
)
from stickdance.choreography.actions.timing import sweep_arms, through
from stickdance.choreography.body.pose_channels import INDEX, Arm, pose

_HOOK: Arm = ((0.8, -0.3, 0.35), (-0.3, -0.2, 0.9))
_PULLED: Arm = ((0.6, -0.6, -0.45), (0.1, -0.1, 0.95))
_SWUNG: Arm = ((0.3, -0.7, 0.6), (0.0, 0.1, 0.98))


@action(counts=4, energy=0.72, source="whole", tempo=(70, 150), accent=1)
def chest_rock(phase: np.ndarray) -> np.ndarray:
    """Rock back with open elbows and forward over the knees, twice, the second time lower."""
    out = through(
        phase,
        pose(bend=-12, sway_z=-0.02, rib_z=-8, lower=0.02, weight=-0.4, twist=10, head_nod=-10),
        pose(
            bend=20,
            sway_z=0.01,
            rib_z=8,
            lower=0.085,
            weight=-0.6,
            twist=-10,
            head_nod=10,
            knees=(24, 24),
        ),
        pose(bend=-10, rib_z=-8, lower=0.03, weight=0.4, twist=-12, head_nod=-10),
        pose(bend=24, rib_z=10, lower=0.12, weight=0.5, twist=10, head_nod=12, knees=(30, 30)),
        groove=0.01,
    )
    return sweep_arms(out, phase, (_PULLED, _HOOK), (_SWUNG, LOOSE), (_HOOK, _PULLED),
                      (LOOSE, _SWUNG), late=0.25)  # fmt: skip


@action(counts=4, energy=0.62, source="legs", tempo=(75, 150), moves_feet=True)
def two_step(phase: np.ndarray) -> np.ndarray:
    """A low step aside with the shoulder first, the other foot slid up behind it, and back."""
    out = through(
        phase,
        pose(right_foot=(0.2, 0, 0), weight=-0.6, lower=0.07, lean=-10, twist=-14, turn=-10,
             shoulder_roll=-7),
        pose(right_foot=(0.2, 0, 0), left_foot=(-0.15, 0, -0.05), weight=-0.6, lower=0.03, lean=4,
             twist=6, shoulder_roll=5),
        pose(right_foot=(0.2, 0, 0), weight=0.6, lower=0.07, lean=10, twist=14, turn=10,
             shoulder_roll=7),
        pose(weight=0.5, lower=0.03, lean=-4, twist=-6, shoulder_roll=-5),
        groove=0.014,
    )  # fmt: skip
    return sweep_arms(out, phase, (LOOSE, _HOOK), (_HOOK, LOOSE), late=0.35)


@action(counts=4, energy=0.67, source="arms", tempo=(70, 145))
def cabbage_patch(phase: np.ndarray) -> np.ndarray:
    """The fists stir a great pot before the chest, the ribs and knees going round with them."""
    out = through(
        phase,
        pose(weight=-0.7, rib_x=-13, lean=-6, lower=0.05, turn=-12, hip_roll=6),
        pose(weight=-0.2, rib_z=12, bend=10, lower=0.09, turn=-2, knees=(22, 22)),
        pose(weight=0.7, rib_x=13, lean=6, lower=0.05, turn=12, hip_roll=-6),
        pose(weight=0.2, rib_z=-11, bend=-5, lower=0.01, turn=2, head_nod=-6),
        groove=0.012,
    )
    right: Arm = ((0.75, -0.25, 0.55), (0.4, 0.1, 0.9))
    left: Arm = ((0.0, -0.45, 0.88), (-0.5, 0.05, 0.86))
    ahead: Arm = ((0.35, -0.25, 0.9), (0.05, 0.1, 0.98))
    near: Arm = ((0.6, -0.75, 0.1), (-0.15, -0.05, 0.98))
    return sweep_arms(
        out, phase, (left, right), (ahead, ahead), (right, left), (near, near), late=0.3
    )


@action(counts=4, energy=0.78, source="whole", tempo=(70, 145), moves_feet=True)
def lean_and_snap(phase: np.ndarray) -> np.ndarray:
    """Lean away from a long step, snap upright over it, lean the other way, and close."""
    out = through(
        phase,
        pose(right_foot=(0.22, 0, 0.03), weight=0.5, lean=17, lower=0.06, turn=-16, head_tilt=8,
             knees=(20, 28)),
        pose(right_foot=(0.22, 0, 0.03), weight=-0.8, lean=-6, turn=-22, twist=-10, hip_roll=7),
        pose(right_foot=(0.22, 0, 0.03), weight=-0.5, lean=-19, lower=0.08, turn=6, twist=8,
             head_tilt=-8, knees=(20, 28)),
        pose(weight=0.5, lower=0.02, lean=5, turn=10),
        groove=0.01,
    )  # fmt: skip
    return sweep_arms(out, phase, (_SWUNG, TRAILING), (WIDE_LOW, GOALPOST), (TRAILING, _SWUNG),
                      (LOOSE, LOOSE), late=0.2)  # fmt: skip


@action(counts=4, energy=0.57, source="hips", tempo=(60, 135), accent=3)
def snake(phase: np.ndarray) -> np.ndarray:
    """The head slides aside and the shoulders, ribs and hips follow it one after the other."""
    out = through(phase, pose(weight=-0.5), pose(weight=-0.7), pose(weight=0.5), pose(weight=0.7),
                  groove=0.014)  # fmt: skip
    clock = 2 * np.pi * phase
    for name, size, late in (
        ("head_tilt", -12, 0.0), ("rib_x", -15, 0.7), ("shoulder_roll", -9, 0.35),
        ("lean", -9, 0.5), ("hip_roll", 11, 1.5), ("sway_x", -0.055, 1.3),
    ):  # fmt: skip
        out[:, INDEX[name]] = size * np.sin(clock - late)
    out[:, INDEX["lower"]] += 0.03 * (1 - np.cos(2 * clock - 1.5))
    return sweep_arms(out, phase, (LOOSE, _HOOK), (BEHIND_HEAD, LOOSE), (LOOSE, WIDE), late=0.3)


@action(counts=4, energy=0.82, source="legs", tempo=(75, 160), moves_feet=True, accent=0)
def stomp_and_slide(phase: np.ndarray) -> np.ndarray:
    """A stomp ahead, a slide of the body back over the other leg, and the same across."""
    out = through(
        phase,
        pose(right_foot=(0.08, 0, 0.16), weight=-0.7, lower=0.1, bend=14, turn=16, twist=-12,
             knees=(20, 26)),
        pose(weight=0.7, lower=0.03, bend=-6, turn=4, lean=6, hip_roll=-8),
        pose(left_foot=(0.08, 0, 0.16), weight=0.7, lower=0.1, bend=14, turn=-16, twist=12,
             knees=(26, 20)),
        pose(weight=-0.7, lower=0.03, bend=-6, turn=-4, lean=-6, hip_roll=8),
        groove=0.01,
    )  # fmt: skip
    return sweep_arms(out, phase, (CROSSED, _PULLED), (AT_SHOULDER, WIDE_LOW), (_PULLED, CROSSED),
                      (WIDE_LOW, AT_SHOULDER), late=0.15)  # fmt: skip


@action(counts=8, energy=0.57, source="whole", tempo=(75, 155), moves_feet=True, accent=6)
def walk_and_rock(phase: np.ndarray) -> np.ndarray:
    """Three walks forward and a lean back, three back and a drop of the shoulders."""
    out = through(
        phase,
        pose(right_foot=(-0.02, 0, 0.15), weight=-0.6, turn=10, twist=-14, lower=0.03),
        pose(right_foot=(-0.02, 0, 0.15), left_foot=(-0.02, 0, 0.25), weight=0.6, turn=-10,
             twist=14, lower=0.03),
        pose(right_foot=(0.06, 0, 0.25), left_foot=(-0.02, 0, 0.25), weight=-0.6, turn=8,
             twist=-14, lower=0.04),
        pose(right_foot=(0.06, 0, 0.25), left_foot=(-0.02, 0, 0.25), weight=0.6, bend=-10,
             head_nod=-12, lean=8, hip_roll=-8, lower=0.03),
        pose(right_foot=(0.06, 0, 0.25), left_foot=(-0.02, 0, 0.1), weight=0.7, turn=-10,
             twist=12, lower=0.03),
        pose(right_foot=(0.0, 0, 0.0), left_foot=(-0.02, 0, 0.1), weight=-0.6, turn=10, twist=-12,
             lower=0.03),
        pose(weight=0.6, turn=0, bend=22, lower=0.11, head_nod=10, shoulder_roll=8,
             knees=(26, 26)),
        pose(weight=-0.4, bend=-4, lower=0.02, shoulder_roll=-6, head_nod=-6),
        groove=0.012,
    )  # fmt: skip
    return sweep_arms(
        out, phase, (_SWUNG, _PULLED), (_PULLED, _SWUNG), (HIGH_WIDE, LOOSE), (_HOOK, LOOSE),
        (LOOSE, CROSSED), late=0.2,
    )  # fmt: skip


@action(counts=4, energy=0.37, source="arms", tempo=(65, 140), accent=2)
def elbow_wave(phase: np.ndarray) -> np.ndarray:
    """Elbows lift and drop in turn as on strings, the shoulders after them, the hips against."""
    out = through(
        phase,
        pose(weight=0.6, shoulder_roll=-10, lean=5, hip_roll=-8, lower=0.03, head_tilt=-6),
        pose(weight=-0.2, lower=0.06, bend=5, twist=-10),
        pose(weight=-0.6, shoulder_roll=10, lean=-5, hip_roll=8, lower=0.03, head_tilt=6),
        pose(weight=0.2, lower=0.06, bend=5, twist=10),
        groove=0.012,
    )
    lifted: Arm = ((0.85, 0.35, 0.2), (0.15, -0.95, 0.25))
    dropped: Arm = ((0.5, -0.85, 0.1), (0.25, -0.75, 0.6))
    return sweep_arms(out, phase, (dropped, lifted), (lifted, dropped), late=0.2)


@action(counts=4, energy=0.61, source="whole", tempo=(70, 150), accent=3)
def pump_and_open(phase: np.ndarray) -> np.ndarray:
    """Fists pumped down and up before the chest, crossed over the head, and thrown open low."""
    over: Arm = ((0.4, 0.75, 0.4), (-0.6, 0.75, 0.2))
    return through(
        phase,
        pose(left=GUARD, right=FORWARD, lower=0.08, bend=12, twist=16, weight=-0.5, turn=-14),
        pose(left=FORWARD, right=GUARD, lower=0.03, bend=2, twist=-16, weight=0.5, turn=8),
        pose(left=over, right=over, bend=-6, head_nod=-10, weight=-0.4, lean=-6, hip_roll=7),
        pose(left=WIDE_LOW, right=WIDE_LOW, lower=0.1, bend=12, weight=0.3, knees=(28, 28)),
        groove=0.012,
    )


@action(counts=4, energy=0.68, source="whole", tempo=(65, 140), changes=True, accent=1)
def quarter_groove(phase: np.ndarray) -> np.ndarray:
    """The whole body swings round over bent knees to one side and the other, an arm ahead."""
    out = through(
        phase,
        pose(turn=-40, head_turn=24, weight=-0.7, lower=0.06, lean=-6, hip_roll=8),
        pose(turn=-46, head_turn=20, weight=-0.5, lower=0.1, bend=16, twist=-10, knees=(24, 24)),
        pose(turn=36, head_turn=-22, weight=0.7, lower=0.05, lean=6, hip_roll=-8),
        pose(turn=12, head_turn=-8, weight=0.2, lower=0.08, bend=12, twist=10, knees=(24, 24)),
        groove=0.012,
    )
    return sweep_arms(out, phase, (ON_CHEST, FORWARD), (ACROSS_HIGH, LOOSE), (FORWARD, ON_CHEST),
                      (LOOSE, _HOOK), late=0.25)  # fmt: skip
