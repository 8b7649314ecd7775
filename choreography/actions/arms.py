"""Actions that the arms lead."""

import numpy as np

from stickdance.choreography.actions.action import action
from stickdance.choreography.actions.shapes import (
    ACROSS_LOW,
    AT_SHOULDER,
    BEHIND_HEAD,
    CROSSED,
    GOALPOST,
    GUARD,
    HIGH,
    HIGH_WIDE,
    ON_CHEST,
    ON_HIP,
    SCARECROW,
    WIDE,
)
from stickdance.choreography.actions.timing import bounce, held, pulse, through
from stickdance.choreography.body.pose_channels import DIRECTIONS, INDEX, Parts, pose


@action(counts=4, energy=0.57, source="arms", tempo=(70, 160))
def raise_the_roof(phase: np.ndarray) -> np.ndarray:
    """Both palms push the ceiling up, twice, the chest tilting from side to side."""
    ready: Parts = {"left": AT_SHOULDER, "right": AT_SHOULDER}
    up: Parts = {"left": HIGH, "right": HIGH}
    return through(
        phase,
        pose(**up, weight=-0.5, lean=-8, head_nod=-10),
        pose(**ready, weight=-0.3, lower=0.035, bend=6, head_nod=6),
        pose(**up, weight=0.5, lean=8, head_nod=-10),
        pose(**ready, weight=0.0, lower=0.035, bend=6, head_nod=6),
        groove=0.02,
    )


@action(counts=4, energy=0.35, source="arms", tempo=(55, 125), accent=1)
def arm_wave(phase: np.ndarray) -> np.ndarray:
    """A wave runs from the right fingertips through the shoulders to the left ones and back."""
    out = held(phase, pose(left=WIDE, right=WIDE))
    there_and_back = 1 - np.abs(1 - 2 * pulse(phase, 4, 1.5))
    crest = 6.4 * there_and_back - 0.7
    lifts = {joint: _crest_at(crest - place) for place, joint in enumerate(_WAVE)}
    for side in ("left", "right"):
        wrist, elbow, shoulder = (lifts[side, j] for j in ("wrist", "elbow", "shoulder"))
        for limb, slope in (("upper", elbow - shoulder), ("fore", wrist - elbow)):
            slope = 0.8 * slope - 0.12
            out[:, DIRECTIONS[side, limb]] = np.stack(
                [np.cos(slope), np.sin(slope), 0.12 + 0 * slope], axis=-1
            )
    out[:, INDEX["shoulder_roll"]] = 11 * (lifts["right", "shoulder"] - lifts["left", "shoulder"])
    follow = np.tanh((crest - 2.5) / 1.6)
    out[:, INDEX["weight"]] = 0.45 * follow
    out[:, INDEX["rib_x"]] = 6 * follow
    out[:, INDEX["head_turn"]] = 20 * follow
    out[:, INDEX["lower"]] = 0.03 * lifts["right", "shoulder"] + 0.03 * lifts["left", "shoulder"]
    return out + bounce(phase * 4, 0.015)


_WAVE = tuple(
    (side, joint)
    for side, joints in (("right", ("wrist", "elbow", "shoulder")),
                         ("left", ("shoulder", "elbow", "wrist")))
    for joint in joints
)  # fmt: skip
"""The joints that a wave lifts one after the other."""


def _crest_at(distance: np.ndarray) -> np.ndarray:
    """Return how high (0..1) a wave lifts what lies this many joints from its crest."""
    return np.cos(0.5 * np.pi * np.clip(distance / 1.25, -1, 1)) ** 2


@action(counts=4, energy=0.61, source="arms", tempo=(75, 150))
def disco_point(phase: np.ndarray) -> np.ndarray:
    """One hand on the hip, the other points to the sky and down across the body."""
    point = ((0.6, 0.8, 0.1), (0.62, 0.8, 0.1))
    return through(
        phase,
        pose(left=ON_HIP, right=point, weight=-0.7, lean=-6, hip_roll=8, head_turn=-24,
             head_nod=-12),
        pose(left=ON_HIP, right=ACROSS_LOW, weight=0.6, lower=0.05, lean=7, twist=18, head_turn=14,
             head_nod=12),
        pose(left=ON_HIP, right=HIGH, weight=-0.5, lean=-3, head_nod=-14, twist=-8),
        pose(left=ON_HIP, right=ON_HIP, weight=0.1, lower=0.025),
    )  # fmt: skip


@action(counts=4, energy=0.38, source="arms", tempo=(60, 140), accent=2)
def vogue(phase: np.ndarray) -> np.ndarray:
    """The forearms frame the face: over the head, beside it, below it, then strike a pose."""
    over = ((0.75, 0.7, 0.05), (-0.8, 0.6, 0.1))
    chin = ((0.75, -0.45, 0.4), (-0.95, 0.2, 0.3))
    side = ((0.8, 0.0, 0.3), (-0.25, 0.95, 0.15))
    return through(
        phase,
        pose(left=over, right=chin, head_tilt=8, weight=0.4, hip_roll=-7),
        pose(left=side, right=side, head_turn=-20, weight=-0.3, lean=-4, lower=0.02),
        pose(left=chin, right=over, head_tilt=-8, weight=-0.5, hip_roll=7),
        pose(left=ON_HIP, right=((1.0, 0.1, 0.1), (0.7, -0.7, 0.2)), head_turn=16, lower=0.02),
        groove=0.01,
    )


@action(counts=4, energy=0.34, source="arms", tempo=(70, 140))
def robot(phase: np.ndarray) -> np.ndarray:
    """Forearms hang and stand like a puppet's and change places, the head clicking along."""
    return through(
        phase,
        pose(left=SCARECROW, right=GOALPOST, head_tilt=-10, lean=-4),
        pose(left=SCARECROW, right=SCARECROW, head_turn=26, twist=16, lower=0.03),
        pose(left=GOALPOST, right=SCARECROW, head_tilt=10, lean=4),
        pose(left=((0.3, -0.95, 0.1), (0.1, 0.1, 1.0)), right=((0.3, -0.95, 0.1), (0.6, 0.5, 0.6)),
             lower=0.02),
        groove=0.006,
    )  # fmt: skip


@action(counts=4, energy=0.73, source="arms", tempo=(80, 165))
def punches(phase: np.ndarray) -> np.ndarray:
    """Guard up, a long punch to either side, an uppercut, a duck; the shoulders behind each."""
    straight = ((0.82, 0.12, 0.5), (0.85, 0.16, 0.45))
    return through(
        phase,
        pose(left=GUARD, right=straight, twist=-14, turn=-10, weight=-0.75, lower=0.05, lean=-7,
             head_turn=-14, shoulder_roll=5),
        pose(left=straight, right=GUARD, twist=14, turn=10, weight=0.75, lower=0.05, lean=7,
             head_turn=14, shoulder_roll=-5),
        pose(left=GUARD, right=((0.3, 0.45, 0.8), (-0.1, 1.0, 0.15)), twist=20, turn=8, weight=0.4,
             lean=4, bend=-5, head_nod=-14),
        pose(left=GUARD, right=GUARD, lower=0.12, bend=14, weight=-0.2, head_nod=-6,
             knees=(22, 22)),
        groove=0.014,
    )  # fmt: skip


@action(counts=4, energy=0.43, source="arms", tempo=(75, 150), accent=3)
def hand_roll(phase: np.ndarray) -> np.ndarray:
    """Forearms roll around each other low on the right, rise, roll high on the left, and open."""
    low = ((0.2, -0.95, 0.35), (-0.75, -0.1, 0.65))
    middle = ((0.4, -0.65, 0.6), (-0.8, 0.3, 0.5))
    high = ((0.4, 0.35, 0.8), (-0.65, 0.7, 0.3))
    open_ = ((0.8, -0.55, 0.2), (0.75, 0.35, 0.45))
    out = through(
        phase,
        pose(left=low, right=low, weight=-0.7, lean=-10, bend=12, lower=0.07, head_turn=-14,
             head_nod=8),
        pose(left=middle, right=middle, weight=-0.1, lower=0.02),
        pose(left=high, right=high, weight=0.7, lean=8, bend=-3, head_nod=-12, head_turn=14),
        pose(left=open_, right=open_, lower=0.05, weight=0.0),
        groove=0.016,
    )  # fmt: skip
    window = np.sin(np.pi * np.clip((phase - 0.12) / 0.68, 0, 1)) ** 0.8
    for side, offset in (("left", 0.0), ("right", np.pi)):
        angle = 8 * np.pi * phase + offset
        place = DIRECTIONS[side, "fore"]
        out[:, place.start + 1] += window * 0.6 * np.sin(angle)
        out[:, place.start + 2] += window * 0.4 * np.cos(angle)
    return out


@action(counts=4, energy=0.53, source="arms", tempo=(75, 150))
def lasso(phase: np.ndarray) -> np.ndarray:
    """One hand swings a lasso above the head and throws it, the hips riding along."""
    whirl = ((0.55, 0.8, 0.1), (0.15, 1.0, 0.2))
    out = through(
        phase,
        pose(right=whirl, left=ON_HIP, weight=-0.6, hip_roll=8, lower=0.02),
        pose(right=whirl, left=ON_HIP, weight=0.5, hip_roll=-8, lower=0.02),
        pose(right=((0.5, 0.1, 0.75), (0.75, 0.25, 0.6)), left=ON_HIP, weight=-0.6, lean=-8,
             head_turn=-18, lower=0.05),
        pose(right=ON_CHEST, left=ON_HIP, weight=0.2, twist=-10),
        groove=0.024,
    )  # fmt: skip
    window = np.sin(np.pi * np.clip(phase / 0.56, 0, 1)) ** 0.7
    angle = 2 * np.pi * pulse(phase, 4) * 4
    place = DIRECTIONS["right", "fore"]
    out[:, place.start] += window * 0.8 * np.sin(angle)
    out[:, place.start + 1] += window * 0.55 * (np.cos(angle) - 1)
    out[:, place.start + 2] += window * 0.8 * (np.cos(angle) - 1) * 0.5
    return out


@action(counts=4, energy=0.47, source="arms", tempo=(60, 130), accent=2)
def draw_the_bow(phase: np.ndarray) -> np.ndarray:
    """Raise a bow to the left, draw the string, let go: the drawing arm flies open."""
    aim = ((1.0, 0.15, 0.1), (1.0, 0.2, 0.1))
    return through(
        phase,
        pose(left=aim, right=((-0.2, -0.1, 0.95), (-0.95, 0.3, 0.3)), twist=16, head_turn=30,
             weight=0.35),
        pose(left=aim, right=((0.95, 0.1, 0.0), (-0.95, 0.2, 0.2)), twist=-6, head_turn=34,
             weight=-0.5, lean=-7, lower=0.03),
        pose(left=((0.85, 0.5, 0.1), (0.8, 0.55, 0.1)), right=((0.95, -0.25, -0.05), (1, 0.0, 0)),
             weight=0.5, lean=6, head_turn=20, head_nod=-8),
        pose(left=ON_CHEST, right=ON_CHEST, lower=0.03, bend=5),
    )  # fmt: skip


@action(counts=4, energy=0.31, source="arms", tempo=(60, 130), accent=1)
def shoulder_brush(phase: np.ndarray) -> np.ndarray:
    """A hand brushes dust off the other shoulder and flicks it away; then the other hand."""
    brush = ((0.0, -0.55, 0.8), (-0.8, 0.6, 0.25))
    flick = ((0.75, -0.6, 0.2), (0.95, 0.25, 0.2))
    low = ((0.35, -0.95, 0.0), (0.3, -0.9, 0.25))
    return through(
        phase,
        pose(right=brush, left=low, shoulder_roll=-10, head_turn=26, head_nod=8, weight=0.3),
        pose(right=flick, left=low, shoulder_roll=9, head_turn=-14, weight=-0.5, lean=-4),
        pose(left=brush, right=low, shoulder_roll=10, head_turn=-26, head_nod=8, weight=-0.3),
        pose(left=flick, right=low, shoulder_roll=-6, head_turn=10, weight=0.3, lean=3),
        groove=0.022,
    )


@action(counts=4, energy=0.56, source="arms", tempo=(60, 135))
def big_circle(phase: np.ndarray) -> np.ndarray:
    """Both arms draw one great circle around the body, the knees and the chest following."""
    clock = 2 * np.pi * pulse(phase, 4, 1.75)
    out = held(phase, pose())
    for side, sign, lag in (("left", 1.0, 0.0), ("right", -1.0, 0.25)):
        for limb, drag in (("upper", 0.0), ("fore", 0.22)):
            angle = clock - (lag if side == "right" else 0.0) - drag - np.pi
            across, up = -np.sin(angle), np.cos(angle)
            outward = sign * across
            place = DIRECTIONS[side, limb]
            out[:, place.start] = np.where(outward < 0, 0.7, 1.0) * outward
            out[:, place.start + 1] = up
            out[:, place.start + 2] = 0.12 + 0.8 * np.maximum(-outward, 0)
    out[:, INDEX["lean"]] = 9 * np.sin(clock)
    out[:, INDEX["weight"]] = 0.6 * np.sin(clock)
    out[:, INDEX["head_turn"]] = 18 * np.sin(clock)
    out[:, INDEX["lower"]] = 0.03 + 0.03 * np.cos(clock)
    return out + bounce(phase * 4, 0.012)


@action(counts=4, energy=0.51, source="arms", tempo=(80, 160), changes=True)
def air_guitar(phase: np.ndarray) -> np.ndarray:
    """Lean back with an air guitar and strum it, twice down, once in a windmill."""
    neck = ((0.75, -0.45, 0.4), (0.55, 0.45, 0.6))
    up = ((0.35, -0.8, 0.3), (-0.75, 0.15, 0.5))
    down = ((0.45, -0.88, 0.1), (-0.15, -0.95, 0.3))
    body: Parts = {"left": neck, "knees": (22.0, 22.0)}
    return through(
        phase,
        pose(**body, right=down, turn=-18, lower=0.06, lean=-6, head_nod=14, weight=-0.4),
        pose(**body, right=up, turn=-8, lower=0.01, lean=-2, head_nod=-10, weight=0.1),
        pose(**body, right=((0.55, 0.85, 0.1), (0.3, 0.95, 0.1)), turn=-10, lower=0.01, lean=6,
             head_nod=-14, weight=0.4),
        pose(**body, right=down, turn=-8, lower=0.08, lean=-2, head_nod=18),
        groove=0.014,
    )  # fmt: skip


@action(counts=4, energy=0.42, source="arms", tempo=(60, 135), accent=3)
def curtain(phase: np.ndarray) -> np.ndarray:
    """Arms cross before the chest, sweep up and open like a curtain, a hand stays at the head."""
    swept = ((-0.1, 0.8, 0.55), (-0.35, 0.9, 0.2))
    return through(
        phase,
        pose(left=CROSSED, right=CROSSED, bend=8, head_nod=16, lower=0.035),
        pose(left=swept, right=swept, head_nod=-12),
        pose(left=HIGH_WIDE, right=HIGH_WIDE, head_nod=-14, lean=5, weight=0.4),
        pose(left=BEHIND_HEAD, right=ON_HIP, lean=-5, weight=-0.4, hip_roll=7, head_tilt=-6),
        groove=0.014,
    )  # fmt: skip
