"""Main path 2: a song -> a dance.

1. A choreographer is chosen: rules, moves of a take, or a learned network (`choreographer`).
2. The song's sound is decoded once into `song.wav`.
3. The choreographer dances it: a plan, and poses of the target's body in the target's place.
4. All of it, with a preview, becomes the dance folder.
"""

from pathlib import Path
from typing import Any

from stickdance.capture.media.audio import cancelling_warning, decode_sound
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.checkpoints.files import sha256
from stickdance.checkpoints.manifest import result_folder
from stickdance.choreography.body.proportions import default_profile
from stickdance.choreography.choreographer import Choreographer, Song
from stickdance.choreography.dance.folder import KIND, SONG, Dance
from stickdance.choreography.dance.writing import write_dance
from stickdance.choreography.motion_graph.move_choreographer import move_choreographer
from stickdance.choreography.options import ChoreographyOptions, check_options, options_as_json
from stickdance.choreography.rules.rule_choreographer import rule_choreographer
from stickdance.choreography.song_part import cut, end_of, frames_of_part


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
        BadInput: the song cannot be read, is silent or without a beat; the plan, the take, the
            learned choreographer or an option is wrong.
        OutputFailed: `to` cannot be written.
    """
    options = options or ChoreographyOptions()
    check_options(options)
    choreographer = choreographer_for(options, body, size)
    song, to = Path(song), Path(to)
    about: dict[str, Any] = {
        "options": options_as_json(options),
        "seed": options.seed,
        "start_seconds": options.start_seconds,
        "song": song.name,
        **choreographer.about,
    }
    with result_folder(to, KIND, about) as folder:
        sound = decode_sound(song, folder / SONG)
        end = end_of(options, sound, song)
        frames = frames_of_part(sound, options.start_seconds, end, options.fps)
        danced = choreographer.dance(Song(song.name, sha256(song), sound), frames)
        part = cut(sound, options.start_seconds, end)
        shown = part.path if options.preview else None
        about |= write_dance(folder, danced, choreographer.body, shown)
        about["warnings"] = [*cancelling_warning(sound), *danced.warnings]
    return Dance.load(to)


def choreographer_for(
    options: ChoreographyOptions, body: BodyProfile | None, size: tuple[int, int]
) -> Choreographer:
    """Return who dances as the options ask: a learned network, moves of a take, or rules.

    Raises:
        BadInput: options that do not go together, or a file of theirs is wrong.
    """
    if options.choreographer is not None:
        # Networks load torch, which a dance by rules does without.
        from stickdance.choreography.learned.music_to_dance.learned_choreographer import (
            learned_choreographer,
        )

        return learned_choreographer(options.choreographer, options, body or default_profile(size))
    if options.moves is not None:
        return move_choreographer(options.moves, options, body)
    return rule_choreographer(options, body or default_profile(size))
