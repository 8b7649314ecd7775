"""Listening to a song: its beats, bars and sections, heard here, by another tracker, or given.

The listeners are named in LISTENERS; files of beats and sections, as people correct them, come
before what any listener hears.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from capture.audio import Sound
from choreography.annotations.corrections import corrected_beats, corrected_structure
from choreography.annotations.files import read_beats, read_sections
from choreography.beats import Beats, find_beats
from choreography.structure import Structure, find_structure

ListenerName = Literal["own", "beat_this"]


@dataclass(frozen=True)
class ListeningOptions:
    """How a song is listened to."""

    listener: ListenerName = "own"
    """Who finds beats and bars: stickdance itself, or the network beat_this (an extra)."""
    beats: Path | None = None
    """Beats by hand: .beats, Audacity labels (.txt), JAMS, or a listening's own .json."""
    sections: Path | None = None
    """Sections by hand: Audacity labels (.txt), JAMS, or a listening's own .json."""


@dataclass(frozen=True)
class Heard:
    """What was heard in a song."""

    beats: Beats
    structure: Structure


def listen(sound: Sound, options: ListeningOptions | None = None) -> Heard:
    """Find a song's beats, bars and sections, or take those that are given.

    Raises:
        BadInput: the song has no beat; a file of beats or sections is wrong.
        MissingDependency: the listener is not installed, or its weights are absent.
    """
    options = options or ListeningOptions()
    beats = _beats(sound, options)
    if options.sections is None:
        return Heard(beats, find_structure(sound, beats))
    marks = read_sections(options.sections)
    return Heard(beats, corrected_structure(sound, beats, marks, options.sections))


def _beats(sound: Sound, options: ListeningOptions) -> Beats:
    if options.beats is not None:
        return corrected_beats(sound, read_beats(options.beats), options.beats)
    return LISTENERS[options.listener](sound)


def _by_beat_this(sound: Sound) -> Beats:
    from choreography.beat_this_listener import find_beats_by_beat_this

    return find_beats_by_beat_this(sound)


LISTENERS: Mapping[ListenerName, Callable[[Sound], Beats]] = {
    "own": find_beats,
    "beat_this": _by_beat_this,
}
