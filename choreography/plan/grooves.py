"""Grooves: what the body does under every step, beat after beat.

A groove is a bounce in the knees, hips that go from side to side and tilt, and shoulders and head
that go against them. It is no step: it lies under all of them, as large as they are strong.
"""

from dataclasses import dataclass
from typing import Literal

GrooveName = Literal["none", "bounce", "sway", "hips", "rock", "walk", "wave", "waltz"]


@dataclass(frozen=True)
class Groove:
    """How large each part of a groove is, at 120 beats a minute and a step as designed.

    Lengths in body heights, angles in degrees.
    """

    about: str
    bounce: float = 0.0
    """How deep the knees give after each beat."""
    backbeat: float = 0.0
    """Share of that which they give after every second beat of a step alone, 0 to 1."""
    rise: float = 0.0
    """How far the body falls and rises in each half of a period."""
    period: float = 2.0
    """Beats of one way to both sides and back."""
    sway: float = 0.0
    """How far the hips go to either side."""
    hip_roll: float = 0.0
    """How far they tilt."""
    hip_twist: float = 0.0
    """How far they turn."""
    shoulders: float = 0.0
    """How far the shoulders tilt against the hips."""
    twist: float = 0.0
    """How far the chest turns against the hips."""
    rock: float = 0.0
    """How far the chest bends forward and back, once a beat."""
    nod: float = 0.0
    """How far the head nods, once a beat."""
    arms: float = 0.0
    """How far the arms swing, as a share of their length."""
    weight_tilt: float = 4.0
    """How far the hips drop on the free side when the weight is on one leg."""


GROOVES: dict[GrooveName, Groove] = {
    "none": Groove("no movement of its own", weight_tilt=0.0),
    "bounce": Groove(
        "a bounce in the knees, deeper on every second beat, the hips from side to side",
        bounce=0.028, backbeat=0.7, sway=0.046, hip_roll=5, shoulders=4, twist=9, rock=2, nod=3,
        arms=0.2,
    ),
    "sway": Groove(
        "slow and wide, two beats to a side, the whole spine after the hips", bounce=0.01,
        period=4, sway=0.12, hip_roll=5, shoulders=6, twist=14, rock=2, nod=2, arms=0.3,
        weight_tilt=5,
    ),
    "hips": Groove(
        "hips that draw an eight, low in the knees", bounce=0.016, sway=0.045,
        hip_roll=6, hip_twist=14, shoulders=5, twist=5, rock=2, nod=3, arms=0.12, weight_tilt=5,
    ),
    "rock": Groove(
        "hard in the knees, chest and head forward on every beat", bounce=0.035,
        sway=0.024, hip_roll=4, shoulders=5, twist=9, rock=5, nod=7, arms=0.12,
    ),
    "walk": Groove(
        "a spring in every step, the shoulders against the hips", bounce=0.024, sway=0.034,
        hip_roll=6, hip_twist=8, shoulders=5, twist=10, rock=2, nod=2, arms=0.22,
    ),
    "wave": Groove(
        "a wave through the spine, the chest from side to side, the feet at rest", bounce=0.02,
        period=4, sway=0.09, hip_roll=6, hip_twist=6, shoulders=9, twist=16, rock=3, nod=3,
        arms=0.26,
    ),
    "waltz": Groove(
        "down on the one, up on two and three, a bar to each side", bounce=0.012, period=6,
        rise=0.065, sway=0.1, hip_roll=7, shoulders=7, twist=14, rock=2, nod=2, arms=0.28,
        weight_tilt=5,
    ),
}  # fmt: skip
"""By name."""


def groove_of(name: GrooveName, metre: int) -> GrooveName:
    """Return the groove that a style has in a metre: in bars of three it waltzes."""
    return "waltz" if metre == 3 and name != "none" else name
