"""How a song is danced: the options of the choreography stage."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import tyro

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.listening import ListenerName
from stickdance.choreography.plan.styles import (
    TRANSITIONS,
    BeatsPerStep,
    Style,
    StyleName,
    Transitions,
    find_style,
)


@dataclass(frozen=True)
class ChoreographyOptions:
    """How a song is danced."""

    fps: float = 25.0
    """Frames a second."""
    seed: int = 0
    """Another number gives another choreography of the same kind; the same one gives the same."""
    style: StyleName = "pop"
    """What to start from; paper is the published method. Options given besides it count."""
    beats_per_step: BeatsPerStep | None = None
    """Beats that each step takes: 1 changes the action on every beat, 8 once a phrase; with 4, long
    or slow actions take 8. By default the style's."""
    energy: float | None = None
    """0 dances calmly, 1 wildly; the music decides around it. By default the style's."""
    transitions: Transitions | None = None
    """From step to step: smooth in the body's angles, or linear in its joints as in the paper. By
    default the style's; of an edited plan, the plan's."""
    mirror_repeats: bool = False
    """Dance every second return of a section as in a mirror."""
    full_turns: bool = False
    """Allow actions that show the back: the footage should hold such views."""
    start_seconds: Annotated[float, tyro.conf.arg(name="from")] = 0.0
    """Dance the song from this second on."""
    end_seconds: Annotated[float | None, tyro.conf.arg(name="to")] = None
    """Dance the song up to this second; by default to its end."""
    moves: Path | None = None
    """Dance with moves cut from this take, instead of named actions."""
    prefer_seen: float = 0.7
    """0..1: how much actions are preferred whose poses were seen of the target (--for)."""
    plan: Path | None = None
    """Dance this edited choreography.json exactly, instead of choosing steps."""
    choreographer: Path | None = None
    """Dance as the model in this folder (`stickdance learn music-to-dance`) learnt to, instead of
    by rules; styles and steps have no say then."""
    actions: tyro.conf.UseAppendAction[tuple[Path, ...]] = ()
    """Actions of your own too: a file of poses, a folder of them, or a Python file, which is then
    run. May be given several times."""
    listener: ListenerName = "own"
    """Who finds beats and bars: stickdance itself, or the network beat_this (an extra)."""
    beats: Path | None = None
    """Beats by hand: .beats, Audacity labels (.txt), JAMS, or the .json of `stickdance listen`."""
    sections: Path | None = None
    """Sections by hand: Audacity labels (.txt), JAMS, or the .json of `stickdance listen`."""
    preview: bool = True
    """Write the stick-figure video with the song's sound."""


def style_of(options: ChoreographyOptions) -> Style:
    """Return the style that is asked for, with the options that were given besides it.

    Raises:
        BadInput: there is none of that name.
    """
    return find_style(options.style).asked(
        options.beats_per_step, options.energy, options.transitions
    )


def check_options(options: ChoreographyOptions) -> None:
    """Refuse options that are out of range.

    Raises:
        BadInput: the message names the flag.
    """
    if not (np.isfinite(options.fps) and 1 <= options.fps <= 240):
        raise BadInput(f"--fps: expected 1 to 240, found {options.fps}")
    style = style_of(options)
    if not 0 <= style.energy <= 1:
        raise BadInput(f"--energy: expected 0 to 1, found {style.energy}")
    if not 0 <= options.prefer_seen <= 1:
        raise BadInput(f"--prefer-seen: expected 0 to 1, found {options.prefer_seen}")
    if style.beats_per_step not in (1, 2, 4, 8):
        raise BadInput(f"--beats-per-step: expected 1, 2, 4 or 8, found {style.beats_per_step}")
    if style.transitions not in TRANSITIONS:
        raise BadInput(f"--transitions: expected smooth or linear, found {style.transitions!r}")
    if not (np.isfinite(options.start_seconds) and options.start_seconds >= 0):
        raise BadInput(f"--from: expected 0 s or more, found {options.start_seconds}")


def options_as_json(options: ChoreographyOptions) -> dict[str, Any]:
    """Return the options as JSON values, for the record."""
    values = asdict(options) | {"actions": [str(path) for path in options.actions]}
    return {k: str(v) if isinstance(v, Path) else v for k, v in values.items()}
