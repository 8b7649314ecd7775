"""Subcommands of models that learn: dances, movements and footage in, models and what they make."""

from pathlib import Path
from typing import Annotated, Any

from stickdance.tools.commands.command import Command, Commands


def learn_genre() -> Command:
    """A folder of dances -> a model that tells their genre."""
    import tyro

    from stickdance.choreography.learned.genre import learn
    from stickdance.choreography.learned.genre.options import GenreOptions
    from stickdance.choreography.learned.learning import LearningOptions

    def command(
        data: tyro.conf.Positional[Path],
        /,
        *,
        to: Path,
        options: tyro.conf.OmitArgPrefixes[GenreOptions] = GenreOptions(),  # noqa: B008
        learning: tyro.conf.OmitArgPrefixes[LearningOptions] = LearningOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Learn to tell genres; run again, it carries on where it was stopped.

        Args:
            data: dances (by their style presets), or a folder for each genre with dances, takes,
                keypoint files or videos; folders train and test in it split it, else songs do.
            to: the folder of the model, e.g. checkpoints/genre.
            options: what is looked at, and how large the network is.
            learning: for how long.
        """
        return learn.learn_genre(data, to, options, learning)

    return command


def genre_of() -> Command:
    """A dance -> the genre that it looks like, and whether it is the one expected."""
    import tyro

    from stickdance.choreography.learned.genre import recognise

    def command(
        dance: tyro.conf.Positional[Path], /, *, model: Path, expect: str = ""
    ) -> dict[str, Any]:
        """Tell the genre of a dance.

        Args:
            dance: a dance, take, keypoint file or video.
            model: the folder of a model that `stickdance learn genre` made.
            expect: the genre that it should look like; exit status 6 where it does not.
        """
        return recognise.recognise(dance, model, expect)

    return command


def learn_next_frame() -> Command:
    """Footage -> a model of its next frame (ConvLSTM on small grey pictures)."""
    import tyro

    from stickdance.choreography.learned.learning import LearningOptions
    from stickdance.choreography.learned.next_frame import learn
    from stickdance.choreography.learned.next_frame.learner import NextFrameOptions

    def command(
        footage: tyro.conf.Positional[tuple[Path, ...]],
        /,
        *,
        to: Path,
        options: tyro.conf.OmitArgPrefixes[NextFrameOptions] = NextFrameOptions(),  # noqa: B008
        learning: tyro.conf.OmitArgPrefixes[LearningOptions] = LearningOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Learn the next frame; run again, it carries on where it was stopped.

        Args:
            footage: videos, folders of pictures, or takes.
            to: the folder of the model, e.g. checkpoints/next_frame.
            options: of the network and its learning.
            learning: for how long.
        """
        return learn.learn_next_frame(footage, to, options, learning)

    return command


def continue_video() -> Command:
    """Footage -> its continuation by a model, beside what really followed."""
    import tyro

    from stickdance.choreography.learned.next_frame import sample

    def command(
        footage: tyro.conf.Positional[Path],
        /,
        *,
        model: Path,
        output: Annotated[Path, tyro.conf.arg(aliases=["-o"])],
        options: tyro.conf.OmitArgPrefixes[sample.ContinueOptions] = sample.ContinueOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Continue footage with a model that is fed its own frames.

        Args:
            footage: a video, a folder of pictures, or a take.
            model: the folder of a model that `stickdance learn next-frame` made.
            output: the .mp4 or .gif to write.
            options: from where, and how far.
        """
        return sample.continue_video(footage, model, output, options)

    return command


def learn_music_to_dance() -> Command:
    """A folder of dances with their songs -> a choreographer."""
    import tyro

    from stickdance.choreography.learned.learning import LearningOptions
    from stickdance.choreography.learned.music_to_dance import program
    from stickdance.choreography.learned.music_to_dance.options import MusicToDanceOptions

    def command(
        data: tyro.conf.Positional[Path],
        /,
        *,
        to: Path,
        options: tyro.conf.OmitArgPrefixes[MusicToDanceOptions] = MusicToDanceOptions(),  # noqa: B008
        learning: tyro.conf.OmitArgPrefixes[LearningOptions] = LearningOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Learn to dance to music; run again, it carries on where it was stopped.

        Args:
            data: dances (as of `stickdance corpus`), or movements of any kind and songs of the
                same names.
            to: the folder of the model, e.g. checkpoints/choreographer, for `stickdance
                choreograph SONG --choreographer`.
            options: what is learnt.
            learning: for how long.
        """
        return program.learn_music_to_dance(data, to, options, learning)

    return command


def learn_next_pose() -> Command:
    """Movements -> a model of the next pose (two GRU layers, intra-/inter-movement)."""
    import tyro

    from stickdance.choreography.learned.learning import LearningOptions
    from stickdance.choreography.learned.next_pose import learn
    from stickdance.choreography.learned.next_pose.options import NextPoseOptions

    def command(
        data: tyro.conf.Positional[tuple[Path, ...]],
        /,
        *,
        to: Path,
        options: tyro.conf.OmitArgPrefixes[NextPoseOptions] = NextPoseOptions(),  # noqa: B008
        learning: tyro.conf.OmitArgPrefixes[LearningOptions] = LearningOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Learn the next pose; run again, it carries on where it was stopped.

        Args:
            data: tables of `stickdance movement prepare`, folders of movements (BVH, AIST++ .npz,
                keypoint files, takes, dances), or single movements; folders train and test in one
                of them split it, else the end of every movement is held out.
            to: the folder of the model, e.g. checkpoints/next_pose.
            options: of the network and its learning.
            learning: for how long.
        """
        return learn.learn_next_pose(data, to, options, learning)

    return command


def continue_movement() -> Command:
    """A movement -> how it goes on by a model, as poses, BVH or video."""
    import tyro

    from stickdance.choreography.learned.next_pose import sample

    def command(
        movement: tyro.conf.Positional[Path],
        /,
        *,
        model: Path,
        output: Annotated[Path, tyro.conf.arg(aliases=["-o"])],
        options: tyro.conf.OmitArgPrefixes[sample.ContinueOptions] = sample.ContinueOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Continue a movement with a model that is fed its own poses.

        Args:
            movement: BVH, a keypoint file or folder, a take, or a dance.
            model: the folder of a model that `stickdance learn next-pose` made.
            output: NAME.npz, NAME.bvh, NAME.mp4, NAME.json (COCO), or a folder for OpenPose JSON.
            options: from where, and how far.
        """
        return sample.continue_movement(movement, model, output, options)

    return command


def learn_silhouettes() -> Command:
    """Takes -> a model whose silhouettes dance (auto-encoder and LSTM)."""
    import tyro

    from stickdance.choreography.learned.learning import LearningOptions
    from stickdance.choreography.learned.silhouettes import learn
    from stickdance.choreography.learned.silhouettes.options import SilhouetteOptions

    def command(
        takes: tyro.conf.Positional[tuple[Path, ...]],
        /,
        *,
        to: Path,
        options: tyro.conf.OmitArgPrefixes[SilhouetteOptions] = SilhouetteOptions(),  # noqa: B008
        learning: tyro.conf.OmitArgPrefixes[LearningOptions] = LearningOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Learn silhouettes and what follows them; run again, it carries on where it was stopped.

        Args:
            takes: folders of takes; minutes of them, of one person.
            to: the folder of the model, e.g. checkpoints/silhouettes.
            options: of the networks and their learning.
            learning: for how long.
        """
        return learn.learn_silhouettes(takes, to, options, learning)

    return command


def silhouette_dance() -> Command:
    """A model of silhouettes -> a video of their dance."""
    import tyro

    from stickdance.choreography.learned.silhouettes import sample

    def command(
        model: tyro.conf.Positional[Path],
        /,
        *,
        output: Annotated[Path, tyro.conf.arg(aliases=["-o"])],
        options: tyro.conf.OmitArgPrefixes[sample.DanceOptions] = sample.DanceOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Let silhouettes dance by themselves.

        Args:
            model: the folder of a model that `stickdance learn silhouettes` made.
            output: the .mp4 to write.
            options: how long, from where, how large.
        """
        return sample.silhouette_dance(model, output, options)

    return command


COMMANDS: Commands = {
    "learn music-to-dance": learn_music_to_dance,
    "learn genre": learn_genre,
    "genre-of": genre_of,
    "learn next-frame": learn_next_frame,
    "continue-video": continue_video,
    "learn next-pose": learn_next_pose,
    "continue-movement": continue_movement,
    "learn silhouettes": learn_silhouettes,
    "silhouette-dance": silhouette_dance,
}
