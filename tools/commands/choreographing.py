"""Subcommands of the choreography stage: songs in, dances out."""

from pathlib import Path
from typing import Annotated, Any

from stickdance.tools.commands.command import Command, Commands


def choreograph() -> Command:
    """A song -> a dance: plan, poses, sound and a stick-figure preview."""
    import tyro

    from stickdance.choreography.options import ChoreographyOptions
    from stickdance.tools.fitting import dance_for

    def command(
        song: tyro.conf.Positional[Path],
        /,
        *,
        output: Annotated[Path, tyro.conf.arg(aliases=["-o"])],
        target: Annotated[Path | None, tyro.conf.arg(name="for")] = None,
        size: str = "",
        options: tyro.conf.OmitArgPrefixes[ChoreographyOptions] = ChoreographyOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Turn a song into a dance.

        Args:
            song: the song: WAV, FLAC, OGG, MP3, M4A or a video with sound.
            output: the folder of the dance.
            target: a take or performer whose proportions and place the dancer gets.
            size: WIDTHxHEIGHT of the frame, e.g. 256x256; with --for, the target's by default.
            options: how to dance.
        """
        return dance_for(song, output, target, size, options)

    return command


def actions() -> Command:
    """The actions that dances are made of: listed, drawn, shown; with your own."""
    import tyro

    from stickdance.tools.commands.show_actions import ActionsOptions, show_actions

    def command(
        names: tyro.conf.Positional[tuple[str, ...]] = (),
        /,
        *,
        options: tyro.conf.OmitArgPrefixes[ActionsOptions] = ActionsOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """List actions by the part of the body that leads them.

        Each with its counts, the count of its accent (from 0), energy (0..1), comfortable tempo in
        counts a minute, traits, and what a dancer does.

        Args:
            names: which actions; by default all.
            options: what else to do.
        """
        return show_actions(names, options)

    return command


def listen() -> Command:
    """A song -> its beats, bars, sections and chorus, as files to correct."""
    import tyro

    from stickdance.choreography.listening import ListeningOptions
    from stickdance.choreography.listening_files import song_to_listening

    def command(
        song: tyro.conf.Positional[Path],
        /,
        *,
        output: Annotated[Path, tyro.conf.arg(aliases=["-o"])],
        frames: float | None = None,
        options: tyro.conf.OmitArgPrefixes[ListeningOptions] = ListeningOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Write what is heard in a song: .beats, Audacity labels, JAMS, JSON, a picture.

        Args:
            song: the song: WAV, FLAC, OGG, MP3, M4A or a video with sound.
            output: the folder to write.
            frames: also write what every video frame sounds like, at this many a second (NPZ).
            options: who listens, and what is given by hand.
        """
        return song_to_listening(song, output, options, frames).described()

    return command


def export_dance() -> Command:
    """A dance for other programs: NPZ, OpenPose, COCO, BVH, stick-figure video."""
    import tyro

    from stickdance.choreography.dance.folder import Dance
    from stickdance.choreography.export import exports

    def command(
        dance: tyro.conf.Positional[Path], /, *, to: Path, height: float = 170.0
    ) -> dict[str, Any]:
        """Write a dance in the format that a name asks for.

        Args:
            dance: the folder of the dance.
            to: NAME.npz, NAME.json (COCO), NAME.bvh, NAME.mp4, or a folder for OpenPose JSON.
            height: of the person in centimetres, for BVH.
        """
        return exports.export_dance(Dance.load(dance), to, height)

    return command


def score_dance() -> Command:
    """A dance -> scores: on the beat, the same to the same music, feet, variety."""
    import tyro

    from stickdance.choreography.dance.folder import Dance
    from stickdance.choreography.evaluation import score_dance as dance_scores

    def command(
        dance: tyro.conf.Positional[Path],
        /,
        *,
        reference: tyro.conf.UseAppendAction[tuple[Path, ...]] = (),
        beats: Path | None = None,
    ) -> dict[str, Any]:
        """Score a dance.

        Args:
            dance: the folder of the dance.
            reference: a real dance to compare with: a dance, take or keypoint file; may be
                repeated.
            beats: beats from a file (.beats, labels, JAMS, JSON) instead of the plan's own.
        """
        return dance_scores.score_dance(Dance.load(dance), reference, beats)

    return command


def practice() -> Command:
    """A dance -> a mirrored practice video with counts and names of the steps."""
    import tyro

    from stickdance.choreography.dance.folder import Dance
    from stickdance.choreography.practice.practice_video import PracticeOptions, practice_video

    def command(
        dance: tyro.conf.Positional[Path],
        /,
        *,
        output: Annotated[Path, tyro.conf.arg(aliases=["-o"])],
        options: tyro.conf.OmitArgPrefixes[PracticeOptions] = PracticeOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Make a video to learn a dance from.

        Args:
            dance: the folder of the dance.
            output: the .mp4 to write.
            options: how.
        """
        return practice_video(Dance.load(dance), output, options)

    return command


def prepare_movement() -> Command:
    """A folder of movements and songs -> one table to train models of movement on."""
    import tyro

    from stickdance.choreography.movement.prepare import PrepareOptions, prepare_movements

    def command(
        folder: tyro.conf.Positional[Path],
        /,
        *,
        output: Annotated[Path, tyro.conf.arg(aliases=["-o"])],
        options: tyro.conf.OmitArgPrefixes[PrepareOptions] = PrepareOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Prepare movements: filled, taken apart into intra- and inter-movement, with their sound.

        Args:
            folder: BVH, AIST++ .npz, keypoint files, takes and dances, and songs of the same names.
            output: the folder to write: movement.parquet and report.json.
            options: how.
        """
        return prepare_movements(folder, output, options)

    return command


COMMANDS: Commands = {
    "actions": actions,
    "choreograph": choreograph,
    "listen": listen,
    "export-dance": export_dance,
    "score-dance": score_dance,
    "practice": practice,
    "movement prepare": prepare_movement,
}
