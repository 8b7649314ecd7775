"""A song -> a plan: listen, then let the rules choose steps, or moves of a take."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from stickdance.capture.media.audio import Sound
from stickdance.checkpoints.manifest import sha256
from stickdance.choreography.actions.catalog import STANDARD, Repertoire
from stickdance.choreography.listening import Heard, listen
from stickdance.choreography.motion_graph.search import choose_moves
from stickdance.choreography.motion_graph.segmentation import Material
from stickdance.choreography.music.beat_features import beat_features
from stickdance.choreography.music.published_structure import one_hot_structure
from stickdance.choreography.options import ChoreographyOptions
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.rules.choose_steps import choose_steps


def plan_song(
    song: Path,
    sound: Sound,
    options: ChoreographyOptions,
    material: Material | None = None,
    familiar: Mapping[str, float] | None = None,
    repertoire: Repertoire = STANDARD,
) -> Choreography:
    """Listen to a song and choose its steps.

    Args:
        song: the file, for its name and hash.
        sound: its decoded sound.
        options: seed and taste.
        material: the take whose moves to choose from, instead of actions.
        familiar: 0..1 by action: how well its poses were seen of the target.
        repertoire: the actions to choose from.

    Raises:
        BadInput: the song has no beat.
    """
    heard = listen(sound, options)
    beats, structure = heard.beats, heard.structure
    style = options.chosen_style
    if style.notes == "one-hot" and options.sections is None:
        structure = one_hot_structure(sound)
    features = beat_features(sound, beats)
    if material is None:
        steps = choose_steps(beats, structure, features, options, familiar, repertoire)
    else:
        steps = choose_moves(beats, structure, features, material, options)
    return replace(
        plan_without_steps(song, sound, heard, options.seed),
        sections=structure.sections,
        steps=steps,
        moves=material.moves if material else None,
        transitions=style.transitions,
    )


def plan_without_steps(song: Path, sound: Sound, heard: Heard, seed: int) -> Choreography:
    """Return a plan of what was heard in a song: beats and sections, and no steps yet.

    Args:
        song: the file, for its name and hash.
        sound: its decoded sound.
        heard: in it.
        seed: of the dance.
    """
    beats = heard.beats
    return Choreography(
        song=song.name,
        sha256=sha256(song),
        seconds=sound.seconds,
        tempo=beats.tempo,
        metre=beats.metre,
        beats=tuple(round(float(time), 4) for time in beats.times),
        downbeats=tuple(int(beat) for beat in beats.downbeats),
        sections=heard.structure.sections,
        steps=(),
        seed=seed,
    )
