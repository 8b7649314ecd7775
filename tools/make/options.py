"""What the main job is told, and which of it does not fit together."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro

from stickdance.capture.inspection.inspect import Rotation
from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.checkpoints.manifest import MANIFEST
from stickdance.choreography.plan.styles import StyleName
from stickdance.synth.compute.device import choose_device
from stickdance.synth.engines.contract import EngineName
from stickdance.synth.engines.engine import chosen_engine
from stickdance.synth.rendering.backgrounds import ROOM, TRANSPARENT, background_frames
from stickdance.synth.rendering.label import check_label
from stickdance.tools.frame_size import working_size


@dataclass(frozen=True)
class MakeOptions:
    """What the main job is told; the finer options are those of the single commands."""

    footage: tuple[Path, ...] = ()
    """Video of the person to dance; several videos of the same person are joined."""
    performer: Path | None = None
    """Folder of a trained performer, in place of footage."""
    demo: bool = False
    """Use the built-in performer (and a composed song where none is named)."""
    from_scratch: bool = False
    """With --demo: film the demo dancer and train on that footage, as for a person."""
    size: str = ""
    """WIDTHxHEIGHT of the video, e.g. 256x256. By default 256 high, in the footage's shape. In any
    other shape the whole person stays in the picture, and the room is continued where the footage
    ends."""
    fps: float = 25.0
    """Frames per second of the video."""
    minutes: float = 5.0
    """Minutes of training; 0 shows the person's own pixels, moved, without any training."""
    start: Annotated[float, tyro.conf.arg(name="from")] = 0.0
    """Second of the song to begin at."""
    end: Annotated[float | None, tyro.conf.arg(name="to")] = None
    """Second of the song to end at; its end by default."""
    preview: float | None = None
    """Dance this many seconds only."""
    own_moves: bool = False
    """Dance with the person's own moves, cut from the footage, instead of named actions: what short
    footage renders best."""
    choreographer: Path | None = None
    """Dance as this learned choreographer (`stickdance learn music-to-dance`), not by rules."""
    style: StyleName = "pop"
    """How to dance: calm, energetic, from the hips, with the arms ..., or as in the paper."""
    plan: Path | None = None
    """Dance this edited choreography.json exactly, instead of choosing steps."""
    actions: tyro.conf.UseAppendAction[tuple[Path, ...]] = ()
    """Actions of your own too: a file of poses, a folder of them, or a Python file, which is then
    run. May be given several times."""
    seed: int = 0
    """Chooses among equal actions, and starts the training's random numbers."""
    background: str = ROOM
    """What is behind the dancer: room (as filmed), a colour (black, #20c060), a picture or a
    video."""
    label: str = ""
    """Words to write at the bottom of every frame, e.g. "synthetic", in a font of this computer
    that has their letters."""
    engine: EngineName = "auto"
    """What computes the frames: torch, onnxruntime or openvino (`stickdance[engines]`); auto takes
    the fastest that is installed."""
    hold_to_known: float = 0.0
    """Moves poses far from all footage towards the nearest known pose, 0 (not) to 1."""
    rotate: Rotation = "auto"
    """Degrees clockwise to turn the footage by; auto finds out whether it lies on its side or head,
    and turns it where that is sure."""
    conditions: Literal["refuse", "warn", "ignore"] = "refuse"
    """What to do about footage that will not train well: refuse it, go on and say so, or go on
    without a word."""
    consent: str = "not stated"
    """What the filmed person agreed to; kept in the take and the performer's card."""


def check_words(song: Path | None, to: Path, options: MakeOptions) -> None:
    """Refuse what cannot be done before anything is begun.

    Raises:
        UsageError: options that do not fit together, or a value out of range.
        BadInput: the song, the footage or the background is not there.
    """
    sources = [bool(options.footage), options.performer is not None, options.demo]
    if sum(sources) != 1:
        raise UsageError("make: name one of --footage VIDEO, --performer FOLDER or --demo")
    if song is None and not options.demo:
        raise UsageError("make: name a SONG (only --demo composes one)")
    if options.from_scratch and not options.demo:
        raise UsageError("--from-scratch: goes with --demo; with --footage everything is made anew")
    if options.own_moves and not (options.footage or options.from_scratch):
        raise UsageError("--own-moves: needs --footage to cut moves from; a performer has none")
    if options.choreographer is not None:
        _check_choreographer(options.choreographer, options)
    if options.performer is not None and options.size:
        raise UsageError("--size: a performer has its own size; leave the flag out")
    if to.suffix.lower() != ".mp4":
        raise UsageError(f"--output {to}: expected a name that ends in .mp4")
    _check_numbers(options)
    _check_background(options)
    check_label(options.label, working_size(options.size, (1, 1)) if options.size else None)
    chosen_engine(options.engine, choose_device())
    if song is not None and not song.is_file():
        found = "a folder" if song.is_dir() else "no such file"
        raise BadInput(f"{song}: {found}; expected a song, e.g. MP3, M4A, OGG, FLAC or WAV")
    for video in options.footage:
        if not video.exists():
            raise BadInput(f"{video}: no such file; expected a video of the person")


def _check_choreographer(folder: Path, options: MakeOptions) -> None:
    if options.own_moves or options.plan is not None or options.actions:
        raise UsageError(
            "--choreographer: dances by itself; leave --own-moves, --plan and --actions out"
        )
    if not (folder / MANIFEST).is_file():
        raise BadInput(
            f"--choreographer {folder}: is no trained model; `stickdance learn music-to-dance` "
            "makes one"
        )


def _check_background(options: MakeOptions) -> None:
    if options.background == TRANSPARENT:
        raise UsageError(
            f"--background {TRANSPARENT}: a video with its report is an MP4, which has none; use "
            "stickdance render with a name that ends in .mov or .webm"
        )
    if options.background != ROOM:
        background_frames(options.background, (16, 16), options.fps)


def _check_numbers(options: MakeOptions) -> None:
    if not options.minutes >= 0:
        raise UsageError(f"--minutes {options.minutes:g}: must be 0 or more")
    if not options.fps > 0:
        raise UsageError(f"--fps {options.fps:g}: must be above 0")
    if options.preview is not None and not options.preview > 0:
        raise UsageError(f"--preview {options.preview:g}: must be above 0 seconds")
    if options.end is not None and not options.end > options.start:
        raise UsageError(f"--to {options.end:g}: must be later than --from {options.start:g}")
    if options.size:
        working_size(options.size, (1, 1))
