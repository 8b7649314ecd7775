"""Styles: named ways of choosing steps, from calm to wild, and the paper's own.

A style is where every option starts from; what a person asks for besides it counts. Its leanings
are added to how well an action suits the music, where a difference of 1 in an action's energy
counts 2.2 and one share of the sound's register more or less 0.9.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from tyro.conf import Suppress

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.suggestions import did_you_mean
from stickdance.choreography.plan.grooves import GrooveName

BeatsPerStep = Literal[1, 2, 4, 8]
Transitions = Literal["smooth", "linear"]
TRANSITIONS: tuple[Transitions, ...] = ("smooth", "linear")
StyleName = Literal["pop", "calm", "energetic", "groove", "steps", "arms", "sharp", "paper"]


@dataclass(frozen=True)
class Style:
    """A way of choosing steps."""

    about: str
    """In one line."""
    beats_per_step: BeatsPerStep = 4
    energy: float = 0.5
    """0 calm, 1 wild."""
    transitions: Transitions = "smooth"
    contrast: float = 0.45
    """How much more energy the loudest music gets than the softest."""
    build: float = 0.1
    """How much energy grows from a section's first phrase to its last."""
    leanings: Mapping[str, float] = field(default_factory=dict)
    """Added for actions that arms, hips, legs or the whole body lead."""
    travel: float = 0.0
    """Added for actions that step."""
    level: float = 0.0
    """Added for actions that turn the body or change its level."""
    room: float = 0.9
    """Share of its room that the dance goes to."""
    aside: float = 30.0
    """Degrees by which combinations face aside."""
    chance: float = 0.45
    """How much chance the seed brings in."""
    groove: GrooveName = "bounce"
    """What the body does under every step."""
    hits: float = 0.25
    """Share of the steps whose accent is struck and held."""
    half_time: float = 0.3
    """Share of the combinations that are one step in half time, where one is comfortable so."""
    each_beat: bool = False
    """Every beat's own sound chooses its step, instead of the phrase's."""
    notes: Literal["chroma", "one-hot"] = "chroma"
    """What repetitions are found in: notes as loud as they sound, or the loudest one per 0.2 s."""

    def describe(self) -> str:
        """Return the options and leanings that this style stands for, in one line."""
        parts = [f"--beats-per-step {self.beats_per_step}", f"--energy {self.energy:g}",
                 f"--transitions {self.transitions}"]  # fmt: skip
        likes = {**self.leanings, "steps": self.travel, "turns and levels": self.level}
        parts += [f"{name} {value:+g}" for name, value in likes.items() if value]
        parts += [
            f"groove {self.groove}",
            f"room {self.room:g}",
            f"aside {self.aside:g}",
            f"contrast {self.contrast:g}",
            f"build-up {self.build:g}",
        ]
        if self.each_beat:
            parts.append("every beat's own sound chooses")
        if self.notes == "one-hot":
            parts.append("repetitions by one-hot notes every 0.2 s")
        return ", ".join(parts)


STYLES: dict[StyleName, Style] = {
    "pop": Style("combinations of eight counts with a bounce, a hook for the chorus"),
    "calm": Style(
        "slow phrases, soft arms and hips, feet mostly in place",
        beats_per_step=8, energy=0.2, contrast=0.25, build=0.05, travel=-0.3, level=-0.3,
        room=0.6, aside=24, groove="sway", hits=0.0, half_time=0.3,
        leanings={"arms": 0.4, "hips": 0.4, "legs": -0.2, "whole": -0.3},
    ),
    "energetic": Style(
        "jumps, kicks and drops, more of them the louder it gets",
        energy=0.85, contrast=0.6, build=0.2, travel=0.5, level=0.6, hits=0.4, half_time=0.2,
        room=1.0, aside=34,
        leanings={"legs": 0.3, "whole": 0.4, "arms": -0.4, "hips": -0.3},
    ),
    "groove": Style(
        "low and from the hips, with the beat in the knees",
        energy=0.45, contrast=0.3, level=0.2, groove="hips", hits=0.1, room=0.6, aside=36,
        leanings={"hips": 1.0, "legs": 0.3, "arms": -0.7},
    ),
    "steps": Style(
        "footwork: it travels to the sides, forward and back",
        energy=0.55, travel=1.0, groove="walk", half_time=0.3, room=1.0, aside=26,
        leanings={"legs": 0.9, "arms": -0.6, "hips": -0.4},
    ),
    "arms": Style(
        "danced with the arms, in place: for small rooms",
        travel=-1.2, groove="wave", half_time=0.5, room=0.0, aside=20,
        leanings={"arms": 1.2, "hips": 0.1, "legs": -0.8, "whole": -0.2},
    ),
    "sharp": Style(
        "quick changes, two beats each, strong contrasts",
        beats_per_step=2, energy=0.65, contrast=0.7, build=0.15, chance=0.8, groove="rock",
        hits=0.5, half_time=0.1, room=0.8, aside=42,
        leanings={"arms": 0.3, "whole": 0.2},
    ),
    "paper": Style(
        "as published: one action a beat, chosen by its amplitude, interval and frequency",
        beats_per_step=1, transitions="linear", contrast=0.75, build=0.0, chance=0.2,
        groove="none", hits=0.0, half_time=0.0, room=0.0, aside=0.0,
        each_beat=True, notes="one-hot",
    ),
}  # fmt: skip
"""By name; `paper` is sections IV and V-D of paper 004."""


def find_style(name: str) -> Style:
    """Return a style by its name.

    Raises:
        BadInput: there is none of that name.
    """
    for known, style in STYLES.items():
        if known == name:
            return style
    near = did_you_mean(name, STYLES)
    raise BadInput(f"--style: expected one of {', '.join(STYLES)}, found {name!r:.40}{near}")


@dataclass(frozen=True)
class Taste:
    """How a person wants a song danced, beyond what the music tells."""

    style: StyleName = "pop"
    """Way of dancing to start from; paper is the published method."""
    beats_per_step: BeatsPerStep | None = None
    """Beats that each step takes: 1 changes the action on every beat, 8 once a phrase; with 4, long
    or slow actions take 8. By default the style's."""
    energy: float | None = None
    """0 dances calmly, 1 wildly; the music varies it. By default the style's."""
    transitions: Transitions | None = None
    """From step to step: smooth in the body's angles, or linear in its joints as in the paper. By
    default the style's, or those of --plan."""
    mirror_repeats: bool = False
    """Dance every second return of a section as in a mirror."""
    full_turns: bool = False
    """Allow actions that show the back; the footage should hold such views."""
    seed: int = 0
    """Choice among equally good steps; another number gives another dance."""
    hint: tuple[str, ...] = ()
    """What a section is to be danced with, in words: "arms high in the chorus"."""
    tired_of: Suppress[tuple[str, ...]] = ()
    """Actions that others are to take the place of."""

    @property
    def chosen_style(self) -> Style:
        """Return the style, with what is asked for besides it.

        Raises:
            BadInput: there is none of that name.
        """
        asked = {
            "beats_per_step": self.beats_per_step,
            "energy": self.energy,
            "transitions": self.transitions,
        }
        found = {name: value for name, value in asked.items() if value is not None}
        return replace(find_style(self.style), **found)  # type: ignore[arg-type]
