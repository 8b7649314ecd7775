"""What single commands are told; little is imported, so that help comes at once.

The options of a stage stand in its own package, those of the main job in `tools.make.options`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import arg

from stickdance.capture.options import From, Rotation, Size, To
from stickdance.choreography.learned.options import TableOptions
from stickdance.choreography.plan.styles import StyleName

Output = Annotated[Path, arg(aliases=("-o",))]
"""What a command writes; every command calls it -o or --output."""
MaybeOutput = Annotated[Path | None, arg(aliases=("-o",))]
Limits = Annotated[tuple[str, ...], arg(metavar="NAME=NUMBER")]


@dataclass(frozen=True)
class CheckOptions:
    """How closely footage is looked at."""

    fps: float = 10.0
    """Frames a second to look at, at most."""
    height: int = 384
    """Height in pixels to look at them in."""
    start_seconds: From = 0.0
    """Second to begin at, in every video."""
    end_seconds: To = None
    """Second to end at, in every video; by default its end."""
    rotate: Rotation = "auto"
    """Degrees clockwise to turn the picture by; auto turns footage that surely lies on its side or
    its head."""


@dataclass(frozen=True)
class RetargetOptions:
    """How a movement is given to another person."""

    method: Literal["limbs", "global"] = "limbs"
    """limbs: the other person's proportions, bone by bone; global: the dancer's own proportions, at
    the other person's place and size."""
    preview: bool = False
    """Write a video and a strip of pictures beside the result, before and after side by side."""


@dataclass(frozen=True)
class ConversionOptions:
    """What a file of poses does not say, and what to change."""

    video: Path | None = None
    """Footage that the poses were made from; they get its frame size and rate."""
    size: Size | None = None
    """Frame size of the poses; those of frames of another size are scaled to it."""
    fps: float | None = None
    """Frames a second of the poses; those of another rate are resampled to it."""
    skeleton: str | None = None
    """Joints to write, e.g. openpose_18; by default those of the file, as far as the format has
    them."""


@dataclass(frozen=True)
class RecordOptions:
    """How a recording is guided."""

    moves: Annotated[tuple[str, ...], arg(name="ask")] = ()
    """Movement to ask for, by name, in the order given; by default all."""
    script: Path | None = None
    """Movements from a file instead: lines such as `10 Both arms high`, or JSON."""
    shotlist: Path | None = None
    """Film the moves of a `stickdance shotlist` instead, each to its click until it is well
    filmed; the notes beside the video say which is where, for `capture` and `make`."""
    seconds: float | None = None
    """Length of every movement; by default each has its own."""
    countdown: float = 8.0
    """Seconds before the first movement, to walk into the picture."""
    voice: Annotated[bool, arg(help="Show the movements without speaking them.")] = True
    """Speak the movements, where the system has a voice."""
    view: Annotated[
        bool, arg(help="Do not look on: no hints about the picture, and no window.")
    ] = True
    """Look on: say when the person is not wholly in the picture, show the skeleton in a window."""
    realtime: Annotated[
        bool, arg(help="Read a file that stands in for a camera as fast as it can be read.")
    ] = True
    """Read a file that stands in for a camera as slowly as a camera would give it."""
    consent: str = "not stated"
    """What the person agrees to, kept in the video; by default it is asked for on a terminal."""
    recover: bool = False
    """Make the video of a recording that was broken off, and record nothing."""


@dataclass(frozen=True)
class CorpusOptions:
    """How much a corpus holds, and of what."""

    minutes: float = 60.0
    """Minutes of dances at least, and at least two songs of every style."""
    seed: int = 0
    """Choice among songs; another number gives other songs."""
    styles: Annotated[tuple[StyleName, ...], arg(name="style")] = ()
    """Style to dance in; by default all."""
    test_share: float = 0.15
    """Share of each style's songs, or of the films, that is kept for tests, about."""
    fps: float = 25.0
    """Frames a second of composed songs' dances; films keep their own."""


@dataclass(frozen=True)
class DanceComparisonOptions(TableOptions):
    """How ways of dancing are compared."""

    seed: int = 0
    """Start of the random numbers of choreographers: the first song's, one more for each song."""


@dataclass(frozen=True)
class AbPageOptions:
    """What people are asked to look at."""

    pairs: int = 6
    """Songs to show at most, drawn at random."""
    seconds: float = 20.0
    """Seconds to show of each song, from its middle."""
    performer: Path | None = None
    """Folder of the performer who dances; by default stick figures. Videos stay as they are."""
    names: tuple[str, str] | None = None
    """What key and tally call the two ways; by default their folders' names."""
    seed: int | None = None
    """Choice of songs and sides, to repeat one; by default they are drawn anew each time."""


@dataclass(frozen=True)
class EvaluateOptions:
    """Where results go, and what they must keep to."""

    manifest: Path | None = None
    """Many comparisons: a CSV or JSONL with the columns reference, rendered and, if wanted, name;
    its paths are relative to it. Two folders of videos are compared by their names without one."""
    output: MaybeOutput = None
    """Folder for frames.csv, frames.parquet, summary.json and report.html; many comparisons need
    one, and go on there where they were stopped."""
    fail_under: Limits = ()
    """End with status 6 if a score is less; several may be joined by commas: ssim=0.85,psnr=24
    (means over the frames), ssim:percentile_5=0.7."""
    fail_over: Limits = ()
    """End with status 6 if a score of which less is better is more: lpips=0.2,flicker=30."""
    allow_missing: bool = False
    """Let either side lack frames or names of the other, which else ends with status 6."""
    skip_existing: bool = False
    """Take pairs that were finished before as they are, without looking whether files changed."""
    dry_run: bool = False
    """Only tell what would be scored."""
    ray: str | None = None
    """Score many pairs on Ray: local (also where nothing follows) for this machine's processors,
    auto or the address of a cluster."""
