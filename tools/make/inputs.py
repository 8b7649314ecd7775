"""Every input of the main job is opened before its first long stage.

What is wrong with a song, a plan or a learned choreographer would else be found when the footage
has been captured, minutes later.
"""

from pathlib import Path

from stickdance.capture.media.audio import SHORTEST, decode_sound
from stickdance.capture.opening import probe_footage
from stickdance.checkpoints.errors import OutputFailed
from stickdance.choreography.actions.own import repertoire_with
from stickdance.choreography.annotations.files import read_beats, read_sections
from stickdance.choreography.following.sound_of_video import sound_of_video
from stickdance.choreography.listening import LISTENERS, listener_for
from stickdance.choreography.music.analysis import hear
from stickdance.choreography.options import ChoreographyOptions
from stickdance.choreography.rules.rule_choreographer import edited_plan
from stickdance.choreography.song_part import end_of
from stickdance.tools.make.options import (
    MakeOptions,
    capture_options,
    dance_options,
    follow_options,
)
from stickdance.tools.shotlist.marking import check_shots

_SCRATCH = "checked.wav"


def check_place_of(to: Path) -> None:
    """Check that the video and its report may get their names.

    Raises:
        OutputFailed: a folder has such a name already.
    """
    for file in (to, to.with_suffix(".html")):
        if file.is_dir():
            raise OutputFailed(
                f"{file}: is a folder, expected a file's name; name another --output"
            )


def check_inputs(song: Path | None, options: MakeOptions, folder: Path) -> None:
    """Open what the stages after the capture read, and the footage.

    Args:
        song: to dance to; None where one is composed.
        options: of the job.
        folder: has room for the decoded song, for a while.

    Raises:
        BadInput and the packages' own errors, one line each, as the stages would raise them.
    """
    dance = dance_options(options)
    if options.footage:  # which the capture then looks at before all else
        probe_footage(options.footage, capture_options(options))
        check_shots(options.footage, options.shotlist)
    if options.follow is not None:
        probe_footage([options.follow], follow_options(options))
        _check_sound(song or options.follow, folder / _SCRATCH)
        return
    repertoire = repertoire_with(dance.actions)
    if dance.plan is not None:
        edited_plan(dance.plan, repertoire)
    if dance.choreographer is not None:
        _check_choreographer(dance.choreographer)
    if dance.beats is not None:
        read_beats(dance.beats)
    if dance.sections is not None:
        read_sections(dance.sections)
    if song is not None:
        _check_song(song, dance, folder / _SCRATCH)


def _check_choreographer(folder: Path) -> None:
    # Networks load torch.
    from stickdance.choreography.learned.music_to_dance.dance_model import DanceModel

    DanceModel.load(folder)


def _check_sound(song: Path, scratch: Path) -> None:
    try:
        sound_of_video(song, scratch, SHORTEST)
    finally:
        scratch.unlink(missing_ok=True)


def _check_song(song: Path, options: ChoreographyOptions, scratch: Path) -> None:
    try:
        sound = decode_sound(song, scratch)
        end_of(options, sound, song)
        if options.plan is None and options.beats is None:  # which have the beats
            LISTENERS[listener_for(options)](sound, hear(sound), options)
    finally:
        scratch.unlink(missing_ok=True)
