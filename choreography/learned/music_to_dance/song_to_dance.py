"""A song -> a dance folder by a learned choreographer, on the target's body.

The folder is that of any dance, but for two things: its plan has the song's beats and sections and
no steps, since a network tells no names; and the dance is known in the picture only, not in space.
Its manifest says so under "choreographer".
"""

from pathlib import Path
from typing import Any

from stickdance.capture.media.audio import cancelling_warning, decode_sound
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.manifest import result_folder
from stickdance.choreography.dance.folder import CHOREOGRAPHER, KIND, SONG, Dance
from stickdance.choreography.dance.writing import write_dance
from stickdance.choreography.learned.music_to_dance.choreographer import Choreographer
from stickdance.choreography.learned.music_to_dance.onto_body import on_body
from stickdance.choreography.learned.music_to_dance.sample import dance
from stickdance.choreography.listening import listen
from stickdance.choreography.options import ChoreographyOptions, options_as_json
from stickdance.choreography.song_part import cut, end_of
from stickdance.choreography.song_to_plan import plan_without_steps

_NO_STEPS = "was danced by a network: its plan has beats and sections, but no steps to edit"


def song_to_dance(
    song: Path, to: Path, folder: Path, options: ChoreographyOptions, profile: BodyProfile
) -> Dance:
    """Dance a song by a learned choreographer.

    Args:
        song: any sound or video file.
        to: the dance folder to write.
        folder: of the choreographer.
        options: frame rate, seed, part of the song, who listens; what chooses steps has no say.
        profile: whose body and place.

    Raises:
        BadInput: the song cannot be read, is silent or without a beat, or options that only choose
            steps were given.
        BadInput, NewerFormat: `folder` holds no choreographer.
        OutputFailed: `to` cannot be written.
    """
    check_alone(options)
    choreographer = Choreographer.load(folder)
    about: dict[str, Any] = {
        "options": options_as_json(options),
        "seed": options.seed,
        "start_seconds": options.start_seconds,
        "song": song.name,
        CHOREOGRAPHER: {"name": Path(folder).name, "model": choreographer.name},
        "style": f"learned: {choreographer.name}",
        "warnings": [_NO_STEPS],
    }
    with result_folder(to, KIND, about) as place:
        whole = decode_sound(song, place / SONG)
        about["warnings"] += cancelling_warning(whole)
        end = end_of(options, whole, song)
        heard = listen(whole, options)
        # The whole song is danced, so that a part of it is danced as it would be within.
        danced = dance(choreographer, whole, heard.beats, options.fps, options.seed)
        sound = cut(whole, options.start_seconds, end)
        first = round(options.start_seconds * options.fps)
        frames = max(1, round(sound.seconds * options.fps))
        poses = on_body(danced.part(first, first + frames), choreographer.body, profile)
        plan = plan_without_steps(song, whole, heard, options.seed)
        about |= write_dance(place, plan, poses, profile, sound.path if options.preview else None)
    return Dance.load(to)


def check_alone(options: ChoreographyOptions) -> None:
    """Refuse options that say what a learned choreographer decides.

    Raises:
        BadInput: names the flag.
    """
    for flag in ("moves", "plan", "actions"):
        if getattr(options, flag):
            raise BadInput(
                f"--{flag}: a learned choreographer (--choreographer) dances by itself; leave one "
                "of the two out"
            )
