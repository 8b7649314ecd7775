"""The main job: a song and footage of a person in, a video of that person dancing out.

Stages, each finished one reused when its inputs and options are unchanged
(`stickdance.tools.make.stages`):
    capture      footage -> take                      stickdance.capture.video_to_take
    choreograph  song + body profile -> dance         stickdance.choreography.music_to_poses
    train        take -> performer                    stickdance.synth.training.trainer
    score        take + performer -> held-out scores  stickdance.synth.quality.held_out
    render       dance + performer -> video           stickdance.synth.poses_to_video
    report       all of it -> one HTML page           stickdance.tools.pages.report

The song is danced before the performer is trained, so that a bad song is found out in seconds.
Everything but the video and its report lies in a folder beside them, `NAME.stages`.
"""

import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from stickdance.capture.media.consent_metadata import NOT_STATED
from stickdance.capture.media.probing import footage_digest
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.take.take import POSES, Take
from stickdance.capture.video_to_take import refuse_unusable, video_to_take
from stickdance.checkpoints.errors import UnusableFootage
from stickdance.checkpoints.files import whole_file
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.locks import only_one
from stickdance.checkpoints.manifest import MANIFEST, sha256
from stickdance.choreography.actions.own import repertoire_with
from stickdance.choreography.dance.folder import Dance
from stickdance.choreography.music_to_poses import music_to_poses
from stickdance.synth.performer.card import add_scores
from stickdance.synth.performer.performer import Performer
from stickdance.synth.poses_to_video import poses_to_video
from stickdance.synth.rendering.pose_novelty import cut_poses, far_poses
from stickdance.synth.training.preparation import framing_of
from stickdance.synth.training.trainer import train
from stickdance.tools.frame_size import working_size
from stickdance.tools.make.inputs import check_inputs, check_place_of
from stickdance.tools.make.options import (
    MakeOptions,
    capture_options,
    check_words,
    dance_options,
    render_options,
    training_options,
)
from stickdance.tools.make.peak_memory import peak_memory_mb
from stickdance.tools.make.result import Made
from stickdance.tools.make.stages import RECORD, Stages, fingerprint, options_as_json

_TAKE = "take"
_DEMO_SECONDS = 48.0
_DEMO_TEMPO = 118.0


def song_to_video(song: Path | None, to: Path, options: MakeOptions) -> Made:
    """Do the whole main job and return where everything lies.

    Args:
        song: any sound that ffmpeg reads; None composes one, with `options.demo` only.
        to: the MP4 to write; the report is written beside it as HTML.
        options: what to do.

    Raises:
        UsageError: options that do not fit together.
        InUse: another process makes the same video.
        BadInput, MissingDependency, OutputFailed and the packages' own errors, one line each.
    """
    check_words(song, to, options)
    to = to.absolute()
    check_place_of(to)
    with _working_folder(to) as folder:
        if options.captures and not (folder / _TAKE / MANIFEST).is_file():
            print("opening song and footage", file=sys.stderr, flush=True)
            check_inputs(
                song, options.footage, capture_options(options), dance_options(options), folder
            )
        return _all_stages(song, to, options, Stages(folder))


def _all_stages(song: Path | None, to: Path, options: MakeOptions, stages: Stages) -> Made:
    song = _song(song, options, stages)
    take = _take(options, stages)
    size, body = _size_and_body(take, options)
    moves = take if options.own_moves else None
    dance = _dance(song, size, body, moves, options, stages)
    performer = _performer(take, size, options, stages)
    scores = _scores(take, performer, stages)
    _render(dance, performer, to, options, stages)
    return _report(to, take, dance, performer, scores, options, stages)


def demo_performer() -> Path:
    """Return the folder of the performer that comes with stickdance."""
    return Path(str(resources.files("stickdance.checkpoints") / "demo"))


@contextmanager
def _working_folder(to: Path) -> Iterator[Path]:
    """Give the folder of the stages, to one process; with nothing finished in it, it goes again."""
    folder = to.with_name(f"{to.stem}.stages")
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    with ExitStack() as held:
        # What cannot be written is found out now, not after ten minutes of training.
        held.enter_context(only_one(folder, to))
        try:
            yield folder
        finally:
            if not any(folder.glob(f"*{RECORD}")) and not any(folder.glob("*.training")):
                shutil.rmtree(folder, ignore_errors=True)
                for each in made[1:]:
                    with suppress(OSError):
                        each.rmdir()


def _song(song: Path | None, options: MakeOptions, stages: Stages) -> Path:
    if song is not None:
        return song
    from stickdance.tools.demo.song.compose import compose, write_song

    composed, seed = stages.folder / "song.wav", options.dance.seed
    inputs = {"seed": seed, "seconds": _DEMO_SECONDS, "tempo": _DEMO_TEMPO}

    def write() -> None:
        write_song(compose(seed, seconds=_DEMO_SECONDS, tempo=_DEMO_TEMPO), composed)

    stages.run("compose", inputs, composed, write)
    return composed


def _take(options: MakeOptions, stages: Stages) -> Take | None:
    if not options.captures:
        return None
    footage = options.footage or (_film(stages, options),)
    folder, capture = stages.folder / _TAKE, capture_options(options)
    # Refused or not, the take is the same, and one made already is not made again.
    told = replace(capture, conditions="ignore" if capture.conditions == "ignore" else "warn")
    inputs = {"footage": [footage_digest(v) for v in footage], "options": options_as_json(told)}

    def make() -> None:
        with suppress(UnusableFootage):  # known by the take itself, now and when it is reused
            video_to_take(footage, folder, capture)

    stages.run("capture", inputs, folder, make)
    take = Take.load(folder)
    if capture.conditions == "refuse":
        refuse_unusable(take)
    return take


def _film(stages: Stages, options: MakeOptions) -> Path:
    from stickdance.tools.demo.performer import film_demo

    footage = stages.folder / "footage.mp4"
    stages.run("film", {"seed": options.dance.seed}, footage, lambda: film_demo(footage))
    return footage


def _size_and_body(take: Take | None, options: MakeOptions) -> tuple[tuple[int, int], BodyProfile]:
    if take is None:
        performer = Performer.load(options.performer or demo_performer())
        return performer.size, performer.body
    size = working_size(options.size, take.size)
    return size, take.body.framed(framing_of(take, size))


def _dance(
    song: Path,
    size: tuple[int, int],
    body: BodyProfile,
    moves: Take | None,
    options: MakeOptions,
    stages: Stages,
) -> Path:
    folder = stages.folder / "dance"
    choreography = dance_options(options, None if moves is None else moves.path)
    profile = body.save(stages.folder / "body.json")
    inputs = {
        "song": sha256(song),
        "body": sha256(profile),
        "size": size,
        "moves": None if moves is None else sha256(moves.path / POSES),
        "options": options_as_json(choreography),
        "choreographer": None
        if choreography.choreographer is None
        else sha256(choreography.choreographer / MANIFEST),
        "actions": {
            name: origin.sha256
            for name, origin in repertoire_with(choreography.actions).origins.items()
        },
    }
    stages.run(
        "choreograph",
        inputs,
        folder,
        lambda: music_to_poses(song, folder, choreography, body=body, size=size),
    )
    return folder


def _performer(
    take: Take | None, size: tuple[int, int], options: MakeOptions, stages: Stages
) -> Path:
    if take is None:
        return options.performer or demo_performer()
    folder = stages.folder / "performer"
    training = training_options(options, size)
    if training.afresh:
        (stages.folder / f"train{RECORD}").unlink(missing_ok=True)
    told = options_as_json(replace(training, afresh=False))
    inputs = {"take": fingerprint(take.path), "options": told}
    stages.run("train", inputs, folder, lambda: train(take, folder, training))
    return folder


def _scores(take: Take | None, performer: Path, stages: Stages) -> Mapping[str, Any] | None:
    if take is None:
        return Performer.load(performer).scores
    from stickdance.synth.quality.held_out import held_out

    path = stages.folder / "held_out.json"

    def score() -> None:
        scores = held_out(take, Performer.load(performer))
        with whole_file(path) as temporary:
            temporary.write_text(json.dumps(scores, indent=2) + "\n", encoding="utf-8")
        add_scores(performer, scores)

    inputs = {"take": fingerprint(take.path), "performer": fingerprint(performer)}
    stages.run("score", inputs, path, score)
    return read_json_object(path, "held-out scores", nan=True)


def _render(dance: Path, performer: Path, to: Path, options: MakeOptions, stages: Stages) -> None:
    rendering = render_options(options)
    inputs = {
        "dance": fingerprint(dance),
        "performer": fingerprint(performer),
        "options": options_as_json(rendering),
    }
    if Path(rendering.background).is_file():
        inputs["background"] = fingerprint(Path(rendering.background))
    stages.run("render", inputs, to, lambda: poses_to_video(dance, performer, to, rendering))


def _report(
    to: Path,
    take: Take | None,
    dance: Path,
    performer: Path,
    scores: Mapping[str, Any] | None,
    options: MakeOptions,
    stages: Stages,
) -> Made:
    from stickdance.tools.pages.report import write_report

    print("report: started", file=sys.stderr, flush=True)
    made = Made(
        video=to,
        report=to.with_suffix(".html"),
        performer=performer,
        dance=dance,
        take=None if take is None else take.path,
        seconds=stages.seconds(),
        reused=tuple(stages.reused()),
        peak_memory_mb=None if (peak := peak_memory_mb()) is None else round(peak, 1),
        held_out=scores,
        warnings=_warnings(take, dance, performer, options),
    )
    write_report(made)
    return made


def _warnings(
    take: Take | None, dance: Path, performer: Path, options: MakeOptions
) -> tuple[str, ...]:
    danced, actor = Dance.load(dance), Performer.load(performer)
    lines = [] if take is None else [str(line) for line in take.report.get("warnings", [])]
    if take is not None and take.consent == NOT_STATED:
        lines.append("consent of the person filmed: not stated (say it with --consent TEXT)")
    shown = danced.poses.scaled(actor.size)
    lines += [*danced.warnings, *actor.warnings]
    lines += [*far_poses(shown, actor.body), *cut_poses(shown, actor.body)]
    return tuple(dict.fromkeys(lines))
