"""A motion clip and the sound of its video -> a dance of another body.

The dance has the beats and sections of the sound and no steps; where no beat is heard it has none.
Its manifest tells under "followed" whose movement it is.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from stickdance.capture.media.audio import cancelling_warning
from stickdance.capture.motion_clip import MotionClip
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import sha256
from stickdance.checkpoints.manifest import result_folder
from stickdance.choreography.choreographer import Danced, Song
from stickdance.choreography.dance.folder import FOLLOWED, KIND, SILENT, SONG, Dance
from stickdance.choreography.dance.writing import write_dance
from stickdance.choreography.following.leader import followed
from stickdance.choreography.following.sound_of_video import sound_of_video
from stickdance.choreography.listening import listening_only
from stickdance.choreography.options import (
    ChoreographyOptions,
    ListeningOptions,
    check_options,
    options_as_json,
)
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.song_part import cut, end_of, frames_of_part
from stickdance.choreography.song_to_plan import heard_in, plan_without_steps

_USUAL = ChoreographyOptions()


def video_to_dance(
    clip: MotionClip,
    song: Path,
    to: Path,
    body: BodyProfile,
    options: ChoreographyOptions = _USUAL,
) -> Dance:
    """Let a body dance what a leader dances in a video.

    Args:
        clip: the leader's movement.
        song: the video itself for its own sound, or a song that begins with the video's first
            picture.
        to: the dance folder to write; an older dance there is replaced.
        body: whose body and place in the frame.
        options: which part, frames a second, who listens; what chooses steps has no say.

    Raises:
        BadInput: the sound cannot be read, or the leader shows too little of a body.
        OutputFailed: `to` cannot be written.
    """
    check_options(options)
    about: dict[str, Any] = {
        "options": options_as_json(options),
        "seed": options.seed,
        "start_seconds": options.start_seconds,
        "song": song.name,
        "style": f"follows {clip.video}",
        FOLLOWED: clip.about,
    }
    with result_folder(to, KIND, about) as folder:
        sound, silent = sound_of_video(song, folder / SONG, clip.end_seconds)
        about[SILENT] = bool(silent)
        options = replace(options, end_seconds=_end(options, clip))
        end = end_of(options, sound, song)
        frames = frames_of_part(sound, options.start_seconds, end, options.fps)
        plan, unheard = _plan(Song(song.name, sha256(song), sound), options, silent)
        moved = followed(clip, body, frames.seconds, options.fps)
        lines = [*cancelling_warning(sound), *unheard, *plan.doubts, *moved.warnings]
        part = cut(sound, options.start_seconds, end)
        shown = part.path if options.preview else None
        about |= write_dance(folder, Danced(plan, moved.poses), body, shown)
        about["warnings"] = list(dict.fromkeys(lines))
    return Dance.load(to)


def _end(options: ChoreographyOptions, clip: MotionClip) -> float:
    end = clip.end_seconds if options.end_seconds is None else options.end_seconds
    return min(end, clip.end_seconds)


def _plan(
    song: Song, options: ChoreographyOptions, silent: str
) -> tuple[Choreography, tuple[str, ...]]:
    """Return what is heard in the sound as a plan, and a line where that is no beat.

    Raises:
        BadInput: what is told of the beat, or a file of beats or sections, is wrong.
    """
    if silent:
        why = "is silent: the dance follows the video without a sound (name a SONG to lay under it)"
        return _unheard(song, options.seed), (f"{song.name}: {why}",)
    asked = listening_only(options)
    try:
        return plan_without_steps(song, heard_in(song, options), options.seed), ()
    except BadInput:
        if replace(asked, listener=None) != ListeningOptions():
            raise
        why = "no beat is heard in its sound; the dance follows the video all the same"
        return _unheard(song, options.seed), (f"{song.name}: {why}",)


def _unheard(song: Song, seed: int) -> Choreography:
    seconds = song.sound.seconds
    return Choreography(song.name, song.sha256, seconds, 0.0, 4, (), (), (), (), seed)
