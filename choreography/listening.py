"""Listening to a song: its beats, bars and sections, heard here, by another tracker, or given.

The listeners are named in LISTENERS; files of beats and sections, as people correct them, come
before what any listener hears.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from importlib.util import find_spec

from stickdance.capture.media.audio import Sound
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.public.public_weights import PUBLIC_WEIGHTS
from stickdance.choreography.annotations.corrections import corrected_beats, corrected_structure
from stickdance.choreography.annotations.files import read_beats, read_sections
from stickdance.choreography.music.analysis import Hearing, hear
from stickdance.choreography.music.beat_hints import BeatHints
from stickdance.choreography.music.beats import Beats, find_beats, shifted, with_metre
from stickdance.choreography.music.structure import Structure, find_structure
from stickdance.choreography.options import ListenerName, ListeningOptions


@dataclass(frozen=True)
class Heard:
    """What was heard in a song."""

    hearing: Hearing
    beats: Beats
    structure: Structure
    listener: str = "own"
    """Who heard the beats; "given" where a file told them."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what is doubtful about what was heard, and whose ear it was if not the own."""
        by = (f"beats by {self.listener}",) if self.listener == "beat_this" else ()
        return by + self.beats.doubts


def listen(sound: Sound, options: ListeningOptions | None = None) -> Heard:
    """Find a song's beats, bars and sections, or take those that are given.

    Raises:
        BadInput: the song has no beat; a file of beats or sections is wrong.
        MissingDependency: the listener is not installed, or its weights are absent.
    """
    options = options or ListeningOptions()
    options.check()
    # Files are checked before anything that takes time.
    marked = None if options.beats is None else read_beats(options.beats)
    sections = None if options.sections is None else read_sections(options.sections)
    if options.tempi is not None and (options.beats is not None or options.listener == "beat_this"):
        other = "--beats" if options.beats is not None else "--listener beat_this"
        raise BadInput(f"{options.asked}: {other} says where the beats are; leave one of them out")
    listener = listener_for(options)
    hearing, name = hear(sound), str(listener)
    if marked is None or options.beats is None:
        beats = LISTENERS[listener](sound, hearing, options)
    else:
        name = "given"
        beats = corrected_beats(sound, hearing, marked, options.beats)
        beats = shifted(hearing, with_metre(hearing, beats, options), options)
    if sections is None or options.sections is None:
        return Heard(hearing, beats, find_structure(sound, beats, hearing), name)
    structure = corrected_structure(sound, hearing, beats, sections, options.sections)
    return Heard(hearing, beats, structure, name)


def listening_only(options: ListeningOptions) -> ListeningOptions:
    """Return what options of a dance say about listening, and nothing else."""
    names = [one.name for one in fields(ListeningOptions)]
    return ListeningOptions(**{name: getattr(options, name) for name in names})


def listener_for(options: ListeningOptions) -> ListenerName:
    """Return who hears the beats: our own where tempi are given, else as asked, else the best."""
    return "own" if options.tempi is not None else options.listener or best_listener()


def best_listener() -> ListenerName:
    """Return beat_this where its package and weights are on this computer, else our own."""
    at_hand = find_spec("beat_this") and PUBLIC_WEIGHTS["beat_this"].path.is_file()
    return "beat_this" if at_hand else "own"


def _by_beat_this(sound: Sound, hearing: Hearing, hints: BeatHints) -> Beats:
    from stickdance.choreography.music.beat_this_listener import find_beats_by_beat_this

    beats = find_beats_by_beat_this(sound, hearing)
    return shifted(hearing, with_metre(hearing, beats, hints), hints)


LISTENERS: Mapping[str, Callable[[Sound, Hearing, BeatHints], Beats]] = {
    "own": find_beats,
    "beat_this": _by_beat_this,
}
