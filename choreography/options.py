"""What the choreography stage is told."""

import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from tyro.conf import arg

from stickdance.capture.options import CaptureOptions, From, Mirroring, To
from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.choreography.music.beat_hints import BeatHints
from stickdance.choreography.plan.styles import TRANSITIONS, Taste

ListenerName = Literal["own", "beat_this"]
DanceWith = Literal["auto", "own", "library", "both"]


@dataclass(frozen=True)
class ListeningOptions(BeatHints):
    """How a song is listened to."""

    listener: ListenerName | None = None
    """What finds beats and bars: own, or the network beat_this (to be installed besides), which is
    taken where it is at hand."""
    beats: Path | None = None
    """Beats from a file, in place of those heard: .beats, Audacity labels (.txt), JAMS, or the
    .json of `stickdance listen`."""
    sections: Path | None = None
    """Sections from a file, in place of those heard: Audacity labels (.txt), JAMS, or the .json of
    `stickdance listen`."""


@dataclass(frozen=True)
class ChoreographyOptions(ListeningOptions, Taste):
    """How a song is danced."""

    fps: float = 25.0
    """Frames a second."""
    start_seconds: From = 0.0
    """Second of the song to begin at."""
    end_seconds: To = None
    """Second of the song to end at; by default its end."""
    moves: Path | None = None
    """Dance with moves cut from this take or video, anybody's, in place of named actions that it
    does not show."""
    moves_consent: str = CaptureOptions.consent
    """With --moves VIDEO: what the person in it agreed to; kept with the dance."""
    dance_with: DanceWith = "auto"
    """What is danced where there is a take: own, moves cut from it; library, named actions; both,
    those named actions that were filmed, and its moves between them; auto, the moves of the shot
    list that it was filmed by, else both where any named action was filmed, else own."""
    mirror_filmed: Mirroring = "auto"
    """Dance moves of a take in the mirror too; auto does so only where the person looks alike on
    both sides, for a print or a parting would change sides."""
    prefer_seen: float = 0.7
    """How much actions are preferred whose poses were filmed of the person, 0 to 1."""
    plan: Path | None = None
    """Dance this edited choreography.json exactly, in place of choosing steps."""
    choreographer: Path | None = None
    """Dance as a model of `stickdance learn music-to-dance` learned to (its folder), or as the
    published network of Ren et al. (its generator's .pth file), in place of the rules; style and
    steps are its own then."""
    actions: tuple[Path, ...] = ()
    """Your own actions besides the built-in ones: a file of poses, a folder of them, or a Python
    file, which is run."""
    preview: Annotated[bool, arg(help="Write no stick-figure video.")] = True
    """Write the stick-figure video with the song's sound."""


@dataclass(frozen=True)
class PracticeOptions:
    """How a practice video is made."""

    speed: float = 1.0
    """0.75 plays at three quarters of the speed, at the song's own pitch."""
    mirror: Annotated[bool, arg(help="Show the dancer as the audience sees them.")] = True
    """Show the dancer as a mirror would, to be followed side by side."""
    video: Path | None = None
    """Show this rendered video of the dance in place of the stick figure."""


def check_options(options: ChoreographyOptions) -> None:
    """Refuse options that are out of range, or do not fit together.

    Raises:
        BadInput, UsageError: the message names the flag.
    """
    if not (math.isfinite(options.fps) and 1 <= options.fps <= 240):
        raise BadInput(f"--fps: expected 1 to 240, found {options.fps}")
    options.check()
    style = options.chosen_style
    if not 0 <= style.energy <= 1:
        raise BadInput(f"--energy: expected 0 to 1, found {style.energy}")
    if options.moves is None and options.dance_with in ("own", "both"):
        raise UsageError(
            f"--dance-with {options.dance_with}: needs moves of a take or video; name --moves"
        )
    if options.moves is not None and options.dance_with == "library":
        raise UsageError("--dance-with library: dances no moves; leave --moves out")
    if options.moves is None and options.moves_consent != CaptureOptions.consent:
        raise UsageError("--moves-consent: goes with --moves VIDEO")
    if options.hint:
        from stickdance.choreography.rules.hints import read_hint  # loads numpy

        if options.choreographer is not None:
            raise UsageError("--hint: a learned choreographer takes none; leave one of them out")
        if options.plan is not None:
            raise UsageError("--hint, --plan: an edited plan is danced as it is; see edit-dance")
        for text in options.hint:
            read_hint(text)
    if not 0 <= options.prefer_seen <= 1:
        raise BadInput(f"--prefer-seen: expected 0 to 1, found {options.prefer_seen}")
    if style.beats_per_step not in (1, 2, 4, 8):
        raise BadInput(f"--beats-per-step: expected 1, 2, 4 or 8, found {style.beats_per_step}")
    if style.transitions not in TRANSITIONS:
        raise BadInput(f"--transitions: expected smooth or linear, found {style.transitions!r}")
    if not (math.isfinite(options.start_seconds) and options.start_seconds >= 0):
        raise BadInput(f"--from: expected 0 s or more, found {options.start_seconds}")


def options_as_json(options: ChoreographyOptions) -> dict[str, Any]:
    """Return the options as JSON values, for the record."""
    values = asdict(options) | {"actions": [str(path) for path in options.actions]}
    return {k: str(v) if isinstance(v, Path) else v for k, v in values.items()}
