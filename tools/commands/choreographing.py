"""Subcommands of the choreography stage: songs in, dances out."""

from pathlib import Path
from typing import Annotated, Any

from tyro.conf import Positional, arg

from stickdance.capture.options import Size
from stickdance.choreography.editing.options import EditOptions
from stickdance.choreography.movement.options import PrepareOptions
from stickdance.choreography.options import ChoreographyOptions, ListeningOptions, PracticeOptions
from stickdance.choreography.shotlist.options import ShotListOptions
from stickdance.tools.options import MaybeOutput, Output


def choreograph(
    song: Positional[Path],
    output: Output,
    target: Annotated[Path | None, arg(name="for")] = None,
    size: Size | None = None,
    dance: ChoreographyOptions = ChoreographyOptions(),
) -> dict[str, Any]:
    """Turn a song into a dance: plan, poses, sound and a stick-figure preview.

    Example:
        stickdance choreograph song.mp3 --for takes/anna --style groove -o out/dance

    Args:
        song: the song: WAV, FLAC, OGG, MP3, M4A or a video with sound.
        output: folder of the dance.
        target: take or performer whose proportions and place the dancer gets.
        size: frame size, any even sides up to 1920; by default that of --for, else 256x256.
        dance: how the song is danced.
    """
    from stickdance.choreography.dance.folder import Dance
    from stickdance.tools.dance_lines import dance_lines
    from stickdance.tools.fitting import dance_for

    made = dance_for(song, output, target, size, dance)
    return {**made, "table": dance_lines(Dance.load(output))}


def shotlist(
    song: Positional[Path | None] = None,
    output: Output = Path("shots"),
    filming: ShotListOptions = ShotListOptions(),
) -> dict[str, Any]:
    """Choreograph a song and list the fewest moves to film for it, with a guide to film by.

    Each move begins and ends in one of two shared poses, so that any two can be joined. What was
    filmed by the list (`stickdance record --shotlist`, or a phone and the guide video and
    `stickdance capture --shotlist`) is danced frame by frame as it was filmed.

    Example:
        stickdance shotlist song.mp3 -o out/shots

    Args:
        song: the song; without one, the list is for any song of --style at about --tempo.
        output: folder for list.json and guide.mp4, or NAME.json.
        filming: what is danced, and how much may be filmed.
    """
    from stickdance.tools.shotlist.writing import write_shot_list

    return write_shot_list(song, output, filming)


def edit_dance(
    dance: Positional[Path],
    output: MaybeOutput = None,
    edits: EditOptions = EditOptions(),
) -> dict[str, Any]:
    """Change some steps of a dance, and leave all else as it is; or list its steps.

    Example:
        stickdance edit-dance out/dance --reroll section:B --lock 5-8 -o out/other

    Args:
        dance: folder of the dance.
        output: folder of the edited dance; without changes the steps are listed, with numbers.
        edits: what is changed.
    """
    from stickdance.tools.commands.edit_dance import edited_or_listed

    return edited_or_listed(dance, output, edits)


def actions(
    names: Positional[tuple[str, ...]] = (),
    output: MaybeOutput = None,
    tempo: float | None = None,
    actions: tuple[Path, ...] = (),
) -> dict[str, Any]:
    """List the actions that dances are made of, draw them, or show one.

    Each is told with its counts, the count of its accent (from 0), energy (0..1), comfortable tempo
    in counts a minute, traits, and what a dancer does.

    Example:
        stickdance actions mambo -o mambo.mp4

    Args:
        names: which actions; by default all.
        output: NAME.png for a sheet that draws them, NAME.mp4 for a video of one of them.
        tempo: counts a minute of the video; by default a comfortable one.
        actions: your own actions besides the built-in ones: a file of poses, a folder of them, or a
            Python file, which is run.
    """
    from stickdance.tools.commands.show_actions import show_actions

    return show_actions(names, output, tempo, actions)


def listen(
    song: Positional[Path],
    output: Output,
    frames: float | None = None,
    listening: ListeningOptions = ListeningOptions(),
) -> dict[str, Any]:
    """Write what is heard in a song: .beats, Audacity labels, JAMS, JSON, a picture.

    Example:
        stickdance listen song.mp3 -o out/heard

    Args:
        song: the song: WAV, FLAC, OGG, MP3, M4A or a video with sound.
        output: folder to write.
        frames: also write what every video frame sounds like, at this many a second (NPZ).
        listening: how the song is listened to.
    """
    from stickdance.choreography.listening_files import song_to_listening

    return song_to_listening(song, output, listening, frames).described()


def export_dance(dance: Positional[Path], output: Output, height: float = 170.0) -> dict[str, Any]:
    """Write a dance for other programs: NPZ, OpenPose, COCO, BVH, stick-figure video.

    Example:
        stickdance export-dance out/dance -o dance.bvh

    Args:
        dance: folder of the dance.
        output: NAME.npz, NAME.json (COCO), NAME.bvh, NAME.mp4, or a folder for OpenPose JSON.
        height: height of the person in centimetres, for BVH.
    """
    from stickdance.choreography.dance.folder import Dance
    from stickdance.choreography.export.exports import export_dance

    return export_dance(Dance.load(dance), output, height)


def score_dance(
    dance: Positional[Path], reference: tuple[Path, ...] = (), beats: str | None = None
) -> dict[str, Any]:
    """Score a dance: on the beat, the same to the same music, feet, variety.

    Example:
        stickdance score-dance out/dance --reference takes/anna

    Args:
        dance: folder of the dance.
        reference: real dance to compare with: a dance, take or keypoint file.
        beats: in place of the plan's own beats those of a file (.beats, labels, JAMS, JSON), or
            what a tracker hears: own, librosa or beat_this.
    """
    from stickdance.choreography.dance.folder import Dance
    from stickdance.choreography.evaluation.score_dance import score_dance

    return score_dance(Dance.load(dance), reference, beats)


def practice(
    dance: Positional[Path], output: Output, video: PracticeOptions = PracticeOptions()
) -> dict[str, Any]:
    """Make a video to learn a dance from: mirrored, with counts and names of the steps.

    Example:
        stickdance practice out/dance -o practice.mp4 --speed 0.75

    Args:
        dance: folder of the dance.
        output: video (.mp4) to write.
        video: how it is made.
    """
    from stickdance.choreography.dance.folder import Dance
    from stickdance.choreography.practice.practice_video import practice_video

    return practice_video(Dance.load(dance), output, video)


def movement_prepare(
    folder: Positional[Path], output: Output, preparation: PrepareOptions = PrepareOptions()
) -> dict[str, Any]:
    """Prepare movements and songs as one table to train models of movement on.

    Movements are filled and taken apart into intra- and inter-movement, with their sound.

    Example:
        stickdance movement prepare movements/ -o prepared

    Args:
        folder: BVH, AIST++ .npz, keypoint files, takes and dances, and songs of the same names; or
            films of people dancing with their own sound.
        output: folder to write: movement.parquet and report.json.
        preparation: how movements are prepared.
    """
    from stickdance.choreography.movement.prepare import prepare_movements

    return prepare_movements(folder, output, preparation)
