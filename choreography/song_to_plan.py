"""A song -> a plan: listen, then choose steps for what was heard."""

from collections.abc import Callable
from dataclasses import replace

from stickdance.choreography.choreographer import Song
from stickdance.choreography.listening import Heard, listen, listening_only
from stickdance.choreography.music.beat_features import BeatFeatures, beat_features
from stickdance.choreography.music.beats import Beats
from stickdance.choreography.music.published_structure import one_hot_structure
from stickdance.choreography.music.structure import Structure
from stickdance.choreography.options import ChoreographyOptions
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.grooves import groove_of
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan.styles import Taste

Choose = Callable[[Beats, Structure, BeatFeatures, Taste], tuple[Step, ...]]
"""What was heard in a song, and what is asked for -> its steps."""


def plan_song(song: Song, options: ChoreographyOptions, choose: Choose) -> Choreography:
    """Listen to a song and choose its steps.

    Args:
        song: decoded.
        options: who listens, seed and taste.
        choose: e.g. `rules.choose_steps.choose_steps`.

    Raises:
        BadInput: the song has no beat.
    """
    heard = heard_in(song, options)
    style = options.chosen_style
    structure = heard.structure
    if style.notes == "one-hot" and options.sections is None:
        structure = one_hot_structure(song.sound)
    features = beat_features(song.sound, heard.beats)
    return replace(
        plan_without_steps(song, heard, options.seed),
        sections=structure.sections,
        steps=choose(heard.beats, structure, features, options),
        transitions=style.transitions,
        groove=groove_of(style.groove, heard.beats.metre),
    )


def heard_in(song: Song, options: ChoreographyOptions) -> Heard:
    """Return what is heard in a song by whom the options name.

    Raises:
        BadInput: the song has no beat, or a file of beats or sections is wrong.
    """
    return listen(song.sound, listening_only(options))


def plan_without_steps(song: Song, heard: Heard, seed: int) -> Choreography:
    """Return a plan of what was heard in a song: beats and sections, and no steps yet.

    Its numbers are rounded as its file is, so that a plan read again gives the very same poses.
    """
    beats = heard.beats
    return Choreography(
        song=song.name,
        sha256=song.sha256,
        seconds=song.sound.seconds,
        tempo=round(beats.tempo, 3),
        metre=beats.metre,
        beats=tuple(round(float(time), 4) for time in beats.times),
        downbeats=tuple(int(beat) for beat in beats.downbeats),
        sections=heard.structure.sections,
        steps=(),
        seed=seed,
        doubts=heard.warnings,
    )
