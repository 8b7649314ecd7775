"""The main job: a song and footage of a person in, a video of that person dancing out.

Stages, each finished one reused when its inputs and options are unchanged
(`stickdance.tools.make.stages`):
    compose      no song -> one               stickdance.tools.demo.song.compose (--demo)
    film         demo dancer -> footage       stickdance.tools.demo.performer (--from-scratch)
    capture      footage -> take              stickdance.capture.video_to_take
    watch        a leader's video -> motion   stickdance.capture.video_to_motion (--follow)
    choreograph  song + body -> dance         stickdance.choreography.music_to_poses, or
                                              stickdance.choreography.following (--follow)
    train        take -> performer            stickdance.synth.training.trainer
    score        take + performer -> scores   stickdance.synth.quality.held_out
    render       dance + performer -> video   stickdance.synth.poses_to_video
    report       all of it -> one page        stickdance.tools.pages.report

The song is danced before the performer is trained, so that a bad song is found out in seconds.
Everything but the video and its report lies in a folder beside them, `NAME.stages`.
What a stage needs is imported when it begins: torch takes seconds, a reused result needs none.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stickdance.checkpoints.errors import UnusableFootage
from stickdance.checkpoints.files import sha256, whole_file
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.manifest import MANIFEST
from stickdance.checkpoints.progress import listener, note, reported_to
from stickdance.checkpoints.stopping import resumable
from stickdance.synth.training.options import MoreMinutes, TrainingOptions
from stickdance.tools.make.earlier import check_size
from stickdance.tools.make.options import (
    MakeOptions,
    capture_options,
    check_crew_fits,
    check_words,
    dance_options,
    follow_options,
    may_dance_own,
    render_options,
    training_options,
)
from stickdance.tools.make.stages import RECORD, Stages, fingerprint, options_as_json
from stickdance.tools.make.time_left import TimeLeft
from stickdance.tools.make.working_folder import is_begun, working_folder

if TYPE_CHECKING:
    from stickdance.capture.motion_clip import MotionClip
    from stickdance.capture.pose.body_profile import BodyProfile
    from stickdance.capture.take.take import Take
    from stickdance.choreography.options import ChoreographyOptions
    from stickdance.tools.make.result import Made

DEMO_SECONDS = 48.0
_DEMO_TEMPO = 118.0
_TAKE, _MOTION = "take", "motion"


def song_to_video(song: Path | None, to: Path, options: MakeOptions) -> "Made":
    """Do the whole main job and return where everything lies.

    Args:
        song: any sound that ffmpeg reads; None takes that of the video that is followed, or, with
            `options.demo`, composes one.
        to: the MP4 to write; the report is written beside it as HTML.
        options: what to do.

    Raises:
        UsageError: options that do not fit together.
        InUse: another process makes the same video.
        BadInput, MissingDependency, OutputFailed and the packages' own errors, one line each.
    """
    check_words(song, to, options)
    note("looking at song and footage" if options.footage else "looking at the song")
    from stickdance.tools.make.inputs import check_inputs, check_place_of
    from stickdance.tools.make.usual_times import usual_times

    song, to = song or options.follow, to.absolute()
    check_place_of(to)
    with working_folder(to) as folder, resumable(lambda: is_begun(folder)):
        check_size(folder, to, options)
        if options.captures and not (folder / _TAKE / MANIFEST).is_file():
            check_inputs(song, options, folder)
        names = stage_names(song, options)
        usual = usual_times(song, DEMO_SECONDS, options)
        made = [name for name in names if (folder / f"{name}{RECORD}").exists()]
        left = TimeLeft({name: usual[name] for name in names}, listener(), made)
        with reported_to(left):
            return Job(song, to, options, Stages(folder, names, left)).done()


def demo_performer() -> Path:
    """Return the folder of the performer that comes with stickdance."""
    return Path(str(resources.files("stickdance.checkpoints") / "demo"))


def stage_names(song: Path | None, options: MakeOptions) -> list[str]:
    """Return the stages of a job in their order."""
    captures = options.captures
    wanted = {
        "compose": song is None,
        "film": captures and not options.footage,
        "capture": captures,
        "watch": options.follow is not None,
        "choreograph": True,
        "train": captures,
        "score": captures,
        "render": True,
        "report": True,
    }
    return [name for name, is_one in wanted.items() if is_one]


class Job:
    """The stages of one song's video; each method is one of them and returns what it made."""

    def __init__(self, song: Path | None, to: Path, options: MakeOptions, stages: Stages) -> None:
        """Know everything, do nothing yet."""
        self.song, self.to, self.options, self.stages = song, to, options, stages
        self.folder = stages.folder

    def done(self) -> "Made":
        """Go through all stages."""
        song = self.song or self.compose()
        take = self.capture() if self.options.captures else None
        leader = None if self.options.follow is None else self.watch(self.options.follow)
        dance = self.choreograph(song, take) if leader is None else self.follow(leader, song, take)
        check_crew_fits(dance, self.options)
        performer, scores = self.options.performer or demo_performer(), None
        if take is not None:
            performer = self.train(take)
            scores = self.score(take, performer)
        rendered = self.render(dance, performer)
        return self.report(take, dance, performer, scores, rendered)

    def compose(self) -> Path:
        """Return a composed song."""
        song, seed = self.folder / "song.wav", self.options.dance.seed
        inputs = {"seed": seed, "seconds": DEMO_SECONDS, "tempo": _DEMO_TEMPO}

        def write() -> None:
            from stickdance.tools.demo.song.compose import compose, write_song

            write_song(compose(seed, seconds=DEMO_SECONDS, tempo=_DEMO_TEMPO), song)

        self.stages.run("compose", inputs, song, write)
        return song

    def film(self) -> Path:
        """Return footage of the demo dancer."""
        footage = self.folder / "footage.mp4"

        def write() -> None:
            from stickdance.tools.demo.performer import film_demo

            film_demo(footage)

        self.stages.run("film", {"seed": self.options.dance.seed}, footage, write)
        return footage

    def capture(self) -> "Take":
        """Return the take of the footage, judged unusable or not.

        Raises:
            UnusableFootage: it is, and that is refused.
        """
        from stickdance.capture.media.probing import footage_digest
        from stickdance.capture.take.take import Take
        from stickdance.tools.shotlist.marking import mark_shots, shot_inputs

        options, folder = capture_options(self.options), self.folder / _TAKE
        footage = self.options.footage or (self.film(),)
        # Refused or not, the take is the same, and one made already is not made again.
        told = replace(options, conditions="ignore" if options.conditions == "ignore" else "warn")
        inputs = {"footage": [footage_digest(v) for v in footage], "options": options_as_json(told)}
        inputs |= shot_inputs(footage, self.options.shotlist)

        def make() -> None:
            from stickdance.capture.video_to_take import video_to_take

            with suppress(UnusableFootage):  # known by the take itself, now and when it is reused
                video_to_take(footage, folder, options)
            mark_shots(Take.load(folder), self.options.shotlist)

        self.stages.run("capture", inputs, folder, make)
        take = Take.load(folder)
        if options.conditions == "refuse":
            from stickdance.capture.video_to_take import refuse_unusable

            refuse_unusable(take)
        return take

    def watch(self, video: Path) -> "MotionClip":
        """Return how the person moves whom the dance follows."""
        from stickdance.capture.motion_clip import MotionClip

        options, folder = follow_options(self.options), self.folder / _MOTION
        inputs = {"video": sha256(video), "options": options_as_json(options)}

        def make() -> None:
            from stickdance.capture.video_to_motion import video_to_motion

            video_to_motion(video, folder, options, "--follow-at")

        self.stages.run("watch", inputs, folder, make)
        return MotionClip.load(folder)

    def follow(self, leader: "MotionClip", song: Path, take: "Take | None") -> Path:
        """Return the folder of the dance that follows a leader, to a song or their own sound."""
        size, body = self._size_and_body(take)
        options, folder = dance_options(self.options), self.folder / "dance"
        inputs = {
            "song": sha256(song),
            "motion": fingerprint(leader.path),
            "body": sha256(body.save(self.folder / "body.json")),
            "size": size,
            "options": options_as_json(options),
        }

        def make() -> None:
            from stickdance.choreography.following.video_to_dance import video_to_dance

            video_to_dance(leader, song, folder, body, options)

        self.stages.run("choreograph", inputs, folder, make)
        return folder

    def choreograph(self, song: Path, take: "Take | None") -> Path:
        """Return the folder of the dance: of the person filmed, or of the performer's."""
        from stickdance.choreography.dance.folder import Dance
        from stickdance.tools.pages.dance_words import danced_with
        from stickdance.tools.shotlist.marking import danced_from

        moves = self._own_moves(take)
        size, body = self._size_and_body(take)
        options = dance_options(self.options, moves)
        folder, profile = self.folder / "dance", body.save(self.folder / "body.json")
        inputs = {
            "song": sha256(song),
            "body": sha256(profile),
            "size": size,
            "moves": None if moves is None else danced_from(moves),
            "options": options_as_json(options),
            "choreographer": options.choreographer and fingerprint(options.choreographer),
            "actions": _origins(options),
        }

        def make() -> None:
            from stickdance.choreography.music_to_poses import music_to_poses

            music_to_poses(song, folder, options, body=body, size=size)

        self.stages.run("choreograph", inputs, folder, make)
        if take is not None:
            note(danced_with(Dance.load(folder)))
        return folder

    def _own_moves(self, take: "Take | None") -> Path | None:
        """Return the take whose moves are danced, if any are."""
        from stickdance.choreography.motion_graph.segmentation import TooFewMoves, cut_take

        if take is None or not may_dance_own(self.options):
            return None
        try:
            cut_take(take.path)
        except TooFewMoves as error:
            if self.options.dance.dance_with != "auto":
                raise
            note(f"own moves are not danced: {error}")
            return None
        return take.path

    def train(self, take: "Take") -> Path:
        """Return the folder of the performer."""
        folder = self.folder / "performer"
        options = self._in_total(training_options(self.options, take.size), folder)
        if options.afresh:
            self.stages.forget("train")
        told = options_as_json(replace(options, afresh=False))
        inputs = {"take": fingerprint(take.path), "options": told}

        def make() -> None:
            from stickdance.synth.training.trainer import train

            train(take, folder, options)

        self.stages.run("train", inputs, folder, make)
        return folder

    def _in_total(self, options: TrainingOptions, folder: Path) -> TrainingOptions:
        if not isinstance(options.minutes, MoreMinutes):
            return options
        from stickdance.synth.training.trainer import in_total  # loads torch

        return in_total(options, folder)

    def score(self, take: "Take", performer: Path) -> Mapping[str, Any]:
        """Return the performer's scores on frames that it never saw."""
        path = self.folder / "held_out.json"
        inputs = {"take": fingerprint(take.path), "performer": fingerprint(performer)}

        def make() -> None:
            from stickdance.synth.performer.card import add_scores
            from stickdance.synth.performer.performer import Performer
            from stickdance.synth.quality.held_out import held_out

            scores = held_out(take, Performer.load(performer))
            with whole_file(path) as temporary:
                temporary.write_text(json.dumps(scores, indent=2) + "\n", encoding="utf-8")
            add_scores(performer, scores)

        self.stages.run("score", inputs, path, make)
        return read_json_object(path, "held-out scores", nan=True)

    def render(self, dance: Path, performer: Path) -> Mapping[str, Any]:
        """Show the dance, and return how."""
        options, told = render_options(self.options), self.folder / "rendered.json"
        inputs = {
            "dance": fingerprint(dance),
            "performer": fingerprint(performer),
            "options": options_as_json(options),
        }
        if Path(options.background).is_file():
            inputs["background"] = fingerprint(Path(options.background))

        def make() -> None:
            from stickdance.synth.poses_to_video import poses_to_video

            rendered = poses_to_video(dance, performer, self.to, options)
            with whole_file(told) as temporary:
                temporary.write_text(json.dumps(rendered.as_json()) + "\n", encoding="utf-8")

        if not told.is_file():
            self.stages.forget("render")
        self.stages.run("render", inputs, self.to, make)
        return read_json_object(told, "how the dance was rendered", nan=True)

    def report(
        self,
        take: "Take | None",
        dance: Path,
        performer: Path,
        scores: Mapping[str, Any] | None,
        rendered: Mapping[str, Any],
    ) -> "Made":
        """Write the page about all of it; it tells of this run, so it is always written anew."""
        from stickdance.tools.make.result import gathered
        from stickdance.tools.pages.report import write_report

        def make() -> None:
            parts = (take, dance, performer, scores, rendered)
            made.append(gathered(self.to, self.options, *parts, self.stages))
            write_report(made[0])

        made: list[Made] = []
        self.stages.always("report", make)
        return made[0]

    def _size_and_body(self, take: "Take | None") -> tuple[tuple[int, int], "BodyProfile"]:
        if take is None:
            from stickdance.synth.performer.performer import Performer

            performer = Performer.load(self.options.performer or demo_performer()).in_video
            return performer.size, performer.body
        from stickdance.synth.training.preparation import framing_of

        training = training_options(self.options, take.size)
        size = training.video_size or training.size
        assert size is not None
        return size, take.body.framed(framing_of(take, size))


def _origins(options: "ChoreographyOptions") -> dict[str, str]:
    """Return which file each action of the user's own comes from, by its SHA-256."""
    from stickdance.choreography.actions.own import repertoire_with

    return {name: each.sha256 for name, each in repertoire_with(options.actions).origins.items()}
