"""Subcommands of models that learn: dances, movements and footage in, models and what they make."""

from pathlib import Path
from typing import Any

from tyro.conf import Positional

from stickdance.choreography.learned.genre.options import GenreOptions
from stickdance.choreography.learned.music_to_dance.options import MusicToDanceOptions
from stickdance.choreography.learned.next_frame.options import (
    ContinueVideoOptions,
    NextFrameOptions,
)
from stickdance.choreography.learned.next_pose.options import (
    ContinueMovementOptions,
    NextPoseOptions,
)
from stickdance.choreography.learned.options import LearningOptions
from stickdance.choreography.learned.silhouettes.options import (
    SilhouetteDanceOptions,
    SilhouetteOptions,
)
from stickdance.tools.options import Output


def learn_music_to_dance(
    data: Positional[Path],
    output: Output,
    model: MusicToDanceOptions = MusicToDanceOptions(),
    learning: LearningOptions = LearningOptions(),
) -> dict[str, Any]:
    """Learn a choreographer from dances and their songs; run again, it carries on.

    Example:
        stickdance learn music-to-dance dances -o checkpoints/choreographer

    Args:
        data: dances (as of `stickdance corpus`), films of people dancing with their own sound, or
            movements of any kind and songs of the same names.
        output: folder of the model, for `stickdance choreograph SONG --choreographer`.
        model: what is learned.
        learning: for how long.
    """
    from stickdance.choreography.learned.music_to_dance.program import learn_music_to_dance

    return learn_music_to_dance(data, output, model, learning)


def learn_genre(
    data: Positional[Path],
    output: Output,
    model: GenreOptions = GenreOptions(),
    learning: LearningOptions = LearningOptions(),
) -> dict[str, Any]:
    """Learn to tell genres of dances; run again, it carries on.

    Example:
        stickdance learn genre dances -o checkpoints/genre

    Args:
        data: dances (by their styles), or a folder for each genre with dances, takes, keypoint
            files or videos; folders train and test in it split it, else songs do.
        output: folder of the model.
        model: what genres are told by, and how large the network is.
        learning: for how long.
    """
    from stickdance.choreography.learned.genre.learn import learn_genre

    return learn_genre(data, output, model, learning)


def genre_of(dance: Positional[Path], model: Path, expect: str = "") -> dict[str, Any]:
    """Tell the genre of a dance.

    Example:
        stickdance genre-of out/dance --model checkpoints/genre --expect groove

    Args:
        dance: a dance, take, keypoint file or video.
        model: folder of a model that `stickdance learn genre` made.
        expect: genre that it should look like; the command ends with status 6 where it does not.
    """
    from stickdance.choreography.learned.genre.recognise import recognise

    return recognise(dance, model, expect)


def learn_next_frame(
    footage: Positional[tuple[Path, ...]],
    output: Output,
    model: NextFrameOptions = NextFrameOptions(),
    learning: LearningOptions = LearningOptions(),
) -> dict[str, Any]:
    """Learn the next frame of footage (ConvLSTM on small pictures); run again, it carries on.

    Example:
        stickdance learn next-frame anna.mp4 -o checkpoints/next_frame

    Args:
        footage: videos, folders of pictures, or takes.
        output: folder of the model.
        model: the network and its learning.
        learning: for how long.
    """
    from stickdance.choreography.learned.next_frame.learn import learn_next_frame

    return learn_next_frame(footage, output, model, learning)


def continue_video(
    footage: Positional[Path],
    model: Path,
    output: Output,
    continuation: ContinueVideoOptions = ContinueVideoOptions(),
) -> dict[str, Any]:
    """Continue footage by a model that is fed its own frames, beside what really followed.

    Example:
        stickdance continue-video anna.mp4 --model checkpoints/next_frame -o continued.mp4

    Args:
        footage: a video, a folder of pictures, or a take.
        model: folder of a model that `stickdance learn next-frame` made.
        output: .mp4 or .gif to write.
        continuation: from where, and how far.
    """
    from stickdance.choreography.learned.next_frame.sample import continue_video

    return continue_video(footage, model, output, continuation)


def learn_next_pose(
    data: Positional[tuple[Path, ...]],
    output: Output,
    model: NextPoseOptions = NextPoseOptions(),
    learning: LearningOptions = LearningOptions(),
) -> dict[str, Any]:
    """Learn how movements go on; run again, it carries on.

    Example:
        stickdance learn next-pose prepared walk.bvh -o checkpoints/next_pose

    Args:
        data: tables of `stickdance movement prepare`, folders of movements (BVH, AIST++ .npz,
            keypoint files, takes, dances), or single movements; folders train and test in one of
            them split it, else the end of every movement is held out.
        output: folder of the model.
        model: the network and its learning.
        learning: for how long.
    """
    from stickdance.choreography.learned.next_pose.learn import learn_next_pose

    return learn_next_pose(data, output, model, learning)


def continue_movement(
    movement: Positional[Path],
    model: Path,
    output: Output,
    continuation: ContinueMovementOptions = ContinueMovementOptions(),
) -> dict[str, Any]:
    """Continue a movement by a model that is fed its own poses.

    Example:
        stickdance continue-movement walk.bvh --model checkpoints/next_pose -o on.mp4

    Args:
        movement: BVH, a keypoint file or folder, a take, or a dance.
        model: folder of a model that `stickdance learn next-pose` made.
        output: NAME.npz, NAME.bvh, NAME.mp4, NAME.json (COCO), or a folder for OpenPose JSON.
        continuation: from where, and how far.
    """
    from stickdance.choreography.learned.next_pose.sample import continue_movement

    return continue_movement(movement, model, output, continuation)


def learn_silhouettes(
    takes: Positional[tuple[Path, ...]],
    output: Output,
    model: SilhouetteOptions = SilhouetteOptions(),
    learning: LearningOptions = LearningOptions(),
) -> dict[str, Any]:
    """Learn silhouettes that dance (auto-encoder and LSTM); run again, it carries on.

    Example:
        stickdance learn silhouettes takes/anna -o checkpoints/silhouettes

    Args:
        takes: folders of takes, or videos of silhouettes (grey: dark on light, or light on dark);
            minutes of them, of one person.
        output: folder of the model.
        model: the networks and their learning.
        learning: for how long.
    """
    from stickdance.choreography.learned.silhouettes.learn import learn_silhouettes

    return learn_silhouettes(takes, output, model, learning)


def silhouette_dance(
    model: Positional[Path],
    output: Output,
    dance: SilhouetteDanceOptions = SilhouetteDanceOptions(),
) -> dict[str, Any]:
    """Let silhouettes dance by themselves.

    Example:
        stickdance silhouette-dance checkpoints/silhouettes -o shadow.mp4 --seconds 30

    Args:
        model: folder of a model that `stickdance learn silhouettes` made.
        output: video (.mp4) to write.
        dance: how long, from where, how large.
    """
    from stickdance.choreography.learned.silhouettes.sample import silhouette_dance

    return silhouette_dance(model, output, dance)
