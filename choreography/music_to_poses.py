"""Main path 2: a song -> a dance.

1. The song's sound is decoded once into `song.wav`.
2. Beats, sections and the sound of every beat are found (unless a plan is given).
3. Rules choose steps: the plan.
4. The plan becomes poses of the target's body, in the target's place.
5. All of it, with a preview, becomes the dance folder.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import soundfile
import tyro

from capture.atomic import replacing_folder, sha256
from capture.audio import Sound, decode_sound, read_wav
from capture.body_profile import BodyProfile
from capture.sequence import PoseSequence
from choreography.actions.catalog import STANDARD, Repertoire
from choreography.actions.own import repertoire_with
from choreography.body import Body
from choreography.chooser import Taste
from choreography.dance import BODY, KIND, PLAN, POSES, PREVIEW, SONG, Dance
from choreography.errors import BadInput
from choreography.familiarity import COVERAGE, familiarity, pose_coverage
from choreography.features import beat_features
from choreography.listening import ListenerName, ListeningOptions, listen
from choreography.moves_chooser import choose_moves
from choreography.moves_from_take import Material, material_of
from choreography.moves_to_poses import check_moves, moves_to_poses, report_moves, without_moves
from choreography.one_hot import one_hot_structure
from choreography.origins import check_origins, used_origins
from choreography.plan import Choreography
from choreography.preview import write_preview
from choreography.proportions import body_from_profile, default_profile
from choreography.rules import choose_steps
from choreography.staging import staged
from choreography.styles import (
    TRANSITIONS,
    BeatsPerStep,
    Style,
    StyleName,
    Transitions,
    find_style,
)
from choreography.transitions import linear_poses, pose_values

_LEAST_SECONDS = 0.5
_BLOCK = 1 << 16


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


def music_to_poses(
    song: Path,
    to: Path,
    options: ChoreographyOptions | None = None,
    body: BodyProfile | None = None,
    size: tuple[int, int] = (256, 256),
) -> Dance:
    """Turn a song into a dance.

    Args:
        song: any sound or video file.
        to: the dance folder to write; an older dance there is replaced.
        options: how to dance.
        body: whose body and place in the frame; by default an average adult.
        size: (width, height) of the frame where no `body` is given.

    Raises:
        BadInput: the song cannot be read, is silent or without a beat; the plan or an option is
            wrong.
        OutputFailed: `to` cannot be written.
    """
    options = options or ChoreographyOptions()
    _check(options)
    material = None if options.moves is None else material_of(options.moves, body)
    profile = body or (material.footage.body if material else default_profile(size))
    dancer = body_from_profile(profile)
    song, to = Path(song), Path(to)
    repertoire = repertoire_with(options.actions)
    edited = None if options.plan is None else _edited(options.plan, repertoire)
    about: dict[str, Any] = {
        "options": _as_json(options),
        "seed": options.seed,
        "start_seconds": options.start_seconds,
        "song": song.name,
    }
    if edited is None:
        about["style"] = f"{options.style}: {_style(options).describe()}"
    with replacing_folder(to, KIND, about) as folder:
        whole = decode_sound(song, folder / SONG)
        end = _end(options, whole, song)
        familiar = familiarity(repertoire.danced, profile, dancer, options.prefer_seen)
        plan = edited or plan_song(song, whole, options, material, familiar, repertoire)
        plan = replace(
            plan,
            transitions=options.transitions or plan.transitions,
            actions=used_origins(plan.steps, repertoire),
        )
        check_moves(plan, material, options.moves)
        about["warnings"] = warnings = _warnings(plan, song, whole)
        sound = _cut(whole, options.start_seconds, end)
        frames = max(1, round(sound.seconds * options.fps))
        times = options.start_seconds + np.arange(frames) / options.fps
        poses = _danced(without_moves(plan), times, dancer, options.fps, repertoire)
        if material is not None and plan.moves is not None:
            poses = moves_to_poses(plan, material, times, options.fps, poses)
            report = report_moves(plan, material)
            about["moves"] = asdict(report)
            about["warnings"] = [*warnings, *report.warnings]
        plan.save(folder / PLAN)
        poses.save(folder / POSES)
        coverage = pose_coverage(poses, profile)
        if coverage is not None:
            coverage.save(folder / COVERAGE)
            about["pose_coverage"] = coverage.summary()
        profile.save(folder / BODY)
        if options.preview:
            write_preview(poses, sound.path, folder / PREVIEW, dancer.ground)
    return Dance.load(to)


def plan_song(
    song: Path,
    sound: Sound,
    options: ChoreographyOptions,
    material: Material | None = None,
    familiar: Mapping[str, float] | None = None,
    repertoire: Repertoire = STANDARD,
) -> Choreography:
    """Listen to a song and choose its steps.

    Args:
        song: the file, for its name and hash.
        sound: its decoded sound.
        options: seed and taste.
        material: the take whose moves to choose from, instead of actions.
        familiar: 0..1 by action: how well its poses were seen of the target.
        repertoire: the actions to choose from.

    Raises:
        BadInput: the song has no beat.
    """
    heard = listen(sound, ListeningOptions(options.listener, options.beats, options.sections))
    beats, structure = heard.beats, heard.structure
    style = _style(options)
    if style.notes == "one-hot" and options.sections is None:
        structure = one_hot_structure(sound)
    features = beat_features(sound, beats)
    taste = Taste(
        style.beats_per_step, style.energy, options.mirror_repeats, options.full_turns,
        options.seed, style,
    )  # fmt: skip
    if material is None:
        steps = choose_steps(beats, structure, features, taste, familiar, repertoire)
    else:
        steps = choose_moves(beats, structure, features, material, taste)
    return Choreography(
        song=song.name,
        sha256=sha256(song),
        seconds=sound.seconds,
        tempo=beats.tempo,
        metre=beats.metre,
        beats=tuple(round(float(time), 4) for time in beats.times),
        downbeats=tuple(int(beat) for beat in beats.downbeats),
        sections=structure.sections,
        steps=steps,
        seed=options.seed,
        moves=material.moves if material else None,
        transitions=style.transitions,
    )


def _edited(path: Path, repertoire: Repertoire) -> Choreography:
    """Return a plan whose actions are all at hand."""
    plan = Choreography.load(path, repertoire)
    try:
        check_origins(plan, repertoire)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from None
    return plan


def _danced(
    plan: Choreography, times: np.ndarray, body: Body, fps: float, repertoire: Repertoire
) -> PoseSequence:
    if plan.transitions == "linear":
        values, fade = linear_poses(plan, times, body, repertoire)
        return staged(values, body, fps, fade)
    return staged(pose_values(plan, times, body, repertoire), body, fps)


def _style(options: ChoreographyOptions) -> Style:
    """Return the style with the options that were given besides it."""
    return find_style(options.style).asked(
        options.beats_per_step, options.energy, options.transitions
    )


def _check(options: ChoreographyOptions) -> None:
    if not (np.isfinite(options.fps) and 1 <= options.fps <= 240):
        raise BadInput(f"--fps: expected 1 to 240, found {options.fps}")
    style = _style(options)
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


def _warnings(plan: Choreography, song: Path, sound: Sound) -> list[str]:
    """Return what people should know about a plan and the song it is danced to."""
    out = []
    if plan.sha256 != sha256(song):
        out.append(f"the plan was made for {plan.song!r}, another file than {song.name!r}")
    if plan.beats[-1] > sound.seconds:
        out.append(
            f"the plan's beats last until {plan.beats[-1]:.1f} s, the song only {sound.seconds:.1f}"
        )
    if not plan.steps:
        out.append("the plan has no steps: the dance is an idle sway")
    return out


def _end(options: ChoreographyOptions, sound: Sound, song: Path) -> float:
    """Return the second of the song that the dance ends at."""
    end = sound.seconds if options.end_seconds is None else options.end_seconds
    end = min(float(end), sound.seconds)
    if not end - options.start_seconds >= _LEAST_SECONDS:
        raise BadInput(
            f"--from {options.start_seconds:g} --to {end:g}: leaves less than {_LEAST_SECONDS} s "
            f"of {song}, which lasts {sound.seconds:.1f} s"
        )
    return end


def _cut(sound: Sound, start: float, end: float) -> Sound:
    """Replace the WAV by its part from `start` to `end` seconds, sample for sample."""
    first, stop = round(start * sound.rate), round(end * sound.rate)
    if first == 0 and end >= sound.seconds:
        return sound
    part = sound.path.with_name("part.wav")
    with soundfile.SoundFile(sound.path) as source:
        source.seek(first)
        with soundfile.SoundFile(
            part, "w", source.samplerate, source.channels, subtype="PCM_16"
        ) as target:
            for block in _blocks(source, stop - first):
                target.write(block)
    part.replace(sound.path)
    return read_wav(sound.path)


def _blocks(source: soundfile.SoundFile, count: int) -> Iterator[np.ndarray]:
    while count > 0:
        block = source.read(min(count, _BLOCK), dtype="int16")
        if len(block) == 0:
            return
        count -= len(block)
        yield block


def _as_json(options: ChoreographyOptions) -> dict[str, Any]:
    values = asdict(options) | {"actions": [str(path) for path in options.actions]}
    return {k: str(v) if isinstance(v, Path) else v for k, v in values.items()}
