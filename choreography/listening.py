"""Listening to a song: its beats, bars and sections, heard here, by another tracker, or given.

The listeners are named in LISTENERS; files of beats and sections, as people correct them, come
before what any listener hears.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from stickdance.capture.media.audio import Sound
from stickdance.choreography.annotations.corrections import corrected_beats, corrected_structure
from stickdance.choreography.annotations.files import read_beats, read_sections
from stickdance.choreography.music.analysis import Hearing, hear
from stickdance.choreography.music.beats import Beats, find_beats
from stickdance.choreography.music.structure import Structure, find_structure
from stickdance.choreography.options import ListenerName, ListeningOptions


@dataclass(frozen=True)
class Heard:
    """What was heard in a song."""

    hearing: Hearing
    beats: Beats
    structure: Structure


def listen(sound: Sound, options: ListeningOptions | None = None) -> Heard:
    """Find a song's beats, bars and sections, or take those that are given.

    Raises:
        BadInput: the song has no beat; a file of beats or sections is wrong.
        MissingDependency: the listener is not installed, or its weights are absent.
    """
    options = options or ListeningOptions()
    # Files are checked before anything that takes time.
    marked = None if options.beats is None else read_beats(options.beats)
    sections = None if options.sections is None else read_sections(options.sections)
    hearing = hear(sound)
    if marked is None or options.beats is None:
        beats = LISTENERS[options.listener](sound, hearing)
    else:
        beats = corrected_beats(sound, hearing, marked, options.beats)
    if sections is None or options.sections is None:
        return Heard(hearing, beats, find_structure(sound, beats, hearing))
    structure = corrected_structure(sound, hearing, beats, sections, options.sections)
    return Heard(hearing, beats, structure)


def _by_beat_this(sound: Sound, hearing: Hearing) -> Beats:
    from stickdance.choreography.music.beat_this_listener import find_beats_by_beat_this

    return find_beats_by_beat_this(sound, hearing)


LISTENERS: Mapping[ListenerName, Callable[[Sound, Hearing], Beats]] = {
    "own": find_beats,
    "beat_this": _by_beat_this,
}
