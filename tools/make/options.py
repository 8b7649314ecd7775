"""What the main job is told, and which of it does not fit together.

The options of a stage are the stage's own: classes here only give other names to what would mean
two things in one command, and hide what the job decides itself.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from tyro.conf import Suppress, arg

from stickdance.capture.options import LEAST_FOOTAGE, CaptureOptions, Mirroring, Size
from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.choreography.options import ChoreographyOptions, DanceWith, check_options
from stickdance.synth.options import (
    ROOM,
    TRANSPARENT,
    DeviceName,
    RenderOptions,
    check_crew,
)
from stickdance.synth.training.options import TrainingOptions
from stickdance.tools.frame_size import LARGEST_ROWS, at_video_size, working_size


@dataclass(frozen=True)
class FootageOptions(CaptureOptions):
    """How the footage becomes a take; its height is at least that of the video."""

    fps: Annotated[float | None, arg(name="footage-fps")] = None
    """Frames a second to take from the footage; by default those of its first video."""
    start_seconds: Annotated[float, arg(name="footage-from")] = 0.0
    """Second of every video of footage to begin at."""
    end_seconds: Annotated[float | None, arg(name="footage-to")] = None
    """Second of every video of footage to end at; by default its end."""


@dataclass(frozen=True)
class DanceOptions(ChoreographyOptions):
    """How the song is danced."""

    preview: Suppress[bool] = True
    dance_with: DanceWith = "auto"
    """What is danced: own, the person's own moves, cut from the footage; library, named actions;
    both, those named actions that the footage shows, and own moves between them; auto, the moves of
    the shot list that it was filmed by, else both where it shows any, else own (and library where
    there is no footage, or none that can be cut)."""


@dataclass(frozen=True)
class PerformerOptions(TrainingOptions):
    """How the performer is trained; size and random numbers are those of the whole job."""

    seed: Suppress[int] = 0


@dataclass(frozen=True)
class VideoOptions(RenderOptions):
    """How the dance is rendered: all of it, on the device that trains."""

    start_seconds: Suppress[float] = 0.0
    end_seconds: Suppress[float | None] = None
    mirror_filmed: Suppress[Mirroring] = "auto"
    device: Suppress[DeviceName] = "auto"
    batch: Annotated[int | None, arg(name="render-batch")] = None
    """Frames painted together at most; by default what suits the device."""


@dataclass(frozen=True)
class MakeOptions:
    """What the main job is told."""

    footage: tuple[Path, ...] = ()
    """Video of the person to dance, or a folder of pictures; several are joined."""
    performer: Path | None = None
    """Folder of a trained performer, in place of footage."""
    demo: bool = False
    """Use the built-in performer, and a composed song where none is named."""
    from_scratch: bool = False
    """With --demo: film the demo dancer and train on that footage, as for a person."""
    size: Size | None = None
    """Size of the video, any even sides up to 1920; by default the footage's own, up to 720 rows.
    In any other shape the whole person stays in the picture, and the room is continued. What the
    network paints has at most 512 rows, 256 by default, and is enlarged; room and filmed frames
    are not."""
    shotlist: Path | None = None
    """Shot list whose guide video the footage was filmed by (`stickdance shotlist`); what
    `stickdance record --shotlist` filmed knows its own."""
    preview: float | None = None
    """Dance this many seconds only."""
    follow: Path | None = None
    """Dance what somebody else dances in this video, to its own sound; a SONG named too is laid
    under it instead, from the video's first picture on."""
    follow_at: tuple[float, float] | None = None
    """With --follow: which of several people, as --target-at says it."""
    follow_consent: str = CaptureOptions.consent
    """With --follow: what the person in that video agreed to; kept with the dance."""
    capture: CaptureOptions = FootageOptions()
    """How the footage becomes a take."""
    dance: ChoreographyOptions = DanceOptions()
    """How the song is danced."""
    training: TrainingOptions = PerformerOptions()
    """How the performer is trained."""
    rendering: RenderOptions = VideoOptions()
    """How the dance is rendered."""

    @property
    def captures(self) -> bool:
        """Return whether a person is captured and trained on, be it the demo dancer."""
        return self.performer is None and (not self.demo or self.from_scratch)


def capture_options(options: MakeOptions) -> CaptureOptions:
    """Return the options of the capture: frames are stored no lower than the video is high."""
    rows = options.size[1] if options.size else LARGEST_ROWS
    return replace(options.capture, height=max(options.capture.height, rows))


def may_dance_own(options: MakeOptions) -> bool:
    """Return whether the person's own moves are danced, where the footage has some."""
    asked, dance = options.dance.dance_with, options.dance
    named = dance.moves or dance.plan or dance.choreographer or dance.actions
    return options.captures and (asked in ("own", "both") or (asked == "auto" and not named))


def dance_options(options: MakeOptions, moves: Path | None = None) -> ChoreographyOptions:
    """Return the options of the choreography: a preview ends early, own moves are of a take."""
    start, end = options.dance.start_seconds, options.dance.end_seconds
    if options.preview is not None:
        end = min(start + options.preview, float("inf") if end is None else end)
    moves = moves or options.dance.moves
    asked = options.dance.dance_with
    dance_with = "auto" if moves is None or asked == "library" else asked
    return replace(options.dance, end_seconds=end, moves=moves, dance_with=dance_with)


def follow_options(options: MakeOptions) -> CaptureOptions:
    """Return the options of capturing whom the dance follows: the part that is danced."""
    start, end = options.dance.start_seconds, dance_options(options).end_seconds
    if end is not None:
        end = max(end, start + LEAST_FOOTAGE)
    return CaptureOptions(
        start_seconds=start,
        end_seconds=end,
        target_at=options.follow_at,
        held_out=0.0,
        conditions="warn",
        consent=options.follow_consent,
    )


def training_options(options: MakeOptions, footage: tuple[int, int]) -> TrainingOptions:
    """Return the options of the training, for footage of this (width, height)."""
    seeded = replace(options.training, seed=options.dance.seed)
    return at_video_size(seeded, options.size, footage)


def render_options(options: MakeOptions) -> RenderOptions:
    """Return the options of the rendering, on the device that trains, mirrored as the dance is."""
    mirrored = options.dance.mirror_filmed
    return replace(options.rendering, device=options.training.device, mirror_filmed=mirrored)


def check_crew_fits(dance: Path, options: MakeOptions) -> None:
    """Refuse a crew that does not fit into the picture, before anything is trained for it.

    Raises:
        BadInput: as said.
    """
    if options.rendering.crew == 1:
        return
    from stickdance.choreography.dance.folder import Dance  # loads numpy
    from stickdance.synth.rendering.formation import formation_of

    danced = Dance.load(dance)
    formation_of(danced.poses, danced.body, options.rendering, danced.choreography.tempo)


def check_words(song: Path | None, to: Path, options: MakeOptions) -> None:
    """Refuse what cannot be done before anything is begun.

    Raises:
        UsageError: options that do not fit together, or a value out of range.
        BadInput: the song, the footage or the background is not there.
    """
    sources = [bool(options.footage), options.performer is not None, options.demo]
    if sum(sources) != 1:
        raise UsageError(
            "name one of --footage VIDEO, --performer FOLDER or --demo (see stickdance make --help)"
        )
    if song is None and not options.demo and options.follow is None:
        raise UsageError("name a SONG (only --demo composes one; see stickdance make --help)")
    _check_follow(options)
    if options.from_scratch and not options.demo:
        raise UsageError("--from-scratch: goes with --demo; with --footage everything is made anew")
    _check_dance_with(options)
    if options.dance.choreographer is not None:
        _check_choreographer(options.dance.choreographer, options)
    if to.suffix.lower() != ".mp4":
        raise UsageError(f"--output {to}: expected a name that ends in .mp4")
    _check_numbers(options)
    if options.size and not options.captures:
        whose = "a" if options.performer else "the built-in"
        raise UsageError(f"--size: {whose} performer has its own size; leave the flag out")
    _check_rendering(options, to)
    if song is not None and not song.is_file():
        found = "a folder" if song.is_dir() else "no such file"
        raise BadInput(f"{song}: {found}; expected a song, e.g. MP3, M4A, OGG, FLAC or WAV")
    if options.shotlist is not None and not options.footage:
        raise UsageError("--shotlist: goes with --footage that was filmed by it")
    for video in options.footage:
        if not video.exists():
            raise BadInput(f"{video}: no such file; expected a video of the person")
    if options.follow is not None and not options.follow.is_file():
        found = "a folder" if options.follow.is_dir() else "no such file"
        raise BadInput(f"--follow {options.follow}: {found}; expected a video of somebody dancing")


def _check_follow(options: MakeOptions) -> None:
    if options.follow is None:
        for flag, given in (
            ("--follow-at", options.follow_at is not None),
            ("--follow-consent", options.follow_consent != CaptureOptions.consent),
        ):
            if given:
                raise UsageError(f"{flag}: goes with --follow VIDEO")
        return
    if options.follow_at and not all(0 <= share <= 1 for share in options.follow_at):
        found = " ".join(f"{share:g}" for share in options.follow_at)
        raise UsageError(f"--follow-at {found}: expected two shares from 0 to 1")
    dance = options.dance
    asked = dance.dance_with != "auto"
    if any((asked, dance.moves, dance.plan, dance.actions, dance.choreographer)):
        raise UsageError(
            "--follow: dances what the video shows; leave --dance-with, --moves, --plan, --actions "
            "and --choreographer out"
        )


def _check_dance_with(options: MakeOptions) -> None:
    asked, dance = options.dance.dance_with, options.dance
    if asked in ("own", "both") and not options.captures:
        raise UsageError(
            f"--dance-with {asked}: needs --footage to cut moves from; a performer has none"
        )
    if asked != "auto" and dance.moves is not None:
        raise UsageError(f"--dance-with {asked}, --moves: name one of them")
    if asked != "auto" and dance.plan is not None:
        raise UsageError(f"--dance-with {asked}, --plan: an edited plan is danced as it is")


def _check_choreographer(folder: Path, options: MakeOptions) -> None:
    asked = options.dance.dance_with != "auto"
    if any((asked, options.dance.moves, options.dance.plan, options.dance.actions)):
        raise UsageError(
            "--choreographer: dances by itself; leave --dance-with, --moves, --plan and --actions "
            "out"
        )
    from stickdance.checkpoints.manifest import MANIFEST  # loads numpy

    if not (folder / MANIFEST).is_file():
        raise BadInput(
            f"--choreographer {folder}: is no trained model; `stickdance learn music-to-dance` "
            "makes one"
        )


def _check_rendering(options: MakeOptions, to: Path) -> None:
    # Networks load torch.
    from stickdance.synth.compute.device import choose_device
    from stickdance.synth.credentials.of_rendering import signing_of
    from stickdance.synth.engines.engine import chosen_engine
    from stickdance.synth.rendering.backgrounds import background_frames
    from stickdance.synth.rendering.label import check_label, words_for

    rendering = options.rendering
    check_crew(rendering)
    if rendering.background == TRANSPARENT:
        raise UsageError(
            f"--background {TRANSPARENT}: a video with its report is an MP4, which has none; use "
            "stickdance render with a name that ends in .mov or .webm"
        )
    if rendering.background != ROOM:
        background_frames(rendering.background, (16, 16), options.dance.fps)
    check_label(words_for(rendering, False, (1, 1)), options.size)
    signing_of(rendering, to)
    chosen_engine(rendering.engine, choose_device(options.training.device))


def _check_numbers(options: MakeOptions) -> None:
    start, end = options.dance.start_seconds, options.dance.end_seconds
    if not options.training.minutes >= 0:
        raise UsageError(f"--minutes {options.training.minutes:g}: must be 0 or more")
    if not options.dance.fps > 0:
        raise UsageError(f"--fps {options.dance.fps:g}: must be above 0")
    if options.preview is not None and not options.preview > 0:
        raise UsageError(f"--preview {options.preview:g}: must be above 0 seconds")
    if end is not None and not end > start:
        raise UsageError(f"--to {end:g}: must be later than --from {start:g}")
    if options.size is not None:
        working_size(options.size, (1, 1))
    check_options(dance_options(options))
