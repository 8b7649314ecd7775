"""The steps of one section: in phrases with their answers, or beat by beat as published."""

from collections.abc import Sequence

import numpy as np

from stickdance.choreography.actions.action import Action
from stickdance.choreography.music.beat_features import BeatFeatures
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan.styles import Style
from stickdance.choreography.rules.action_choice import Chooser

_FORMS = {1: "ABCDabcd", 2: "ABab", 4: "Aa", 8: "A"}
"""Pattern of a phrase by beats per step; a small letter is the mirror image of the large one."""


def in_phrases(
    label: str,
    places: Sequence[tuple[int, int]],
    features: BeatFeatures,
    energy: float,
    metre: int,
    build: float,
    chooser: Chooser,
    after: Sequence[str],
) -> list[Step]:
    """Return the steps of a label, counted from its first beat, for its longest occurrence.

    Args:
        label: of the section.
        places: first beat, and first one after it, of each occurrence.
        features: of the song's beats.
        energy: 0..1 that the label is to be danced with.
        metre: beats in a bar; in 3 a phrase has twelve beats.
        build: how much the energy grows up to its last phrase.
        chooser: of the actions.
        after: actions that follow the label and should not end it.
    """
    length = max(stop - start for start, stop in places)
    phrase = 12 if metre == 3 else 8
    steps: list[Step] = []
    for start in range(0, length, phrase):
        heard = [np.arange(a + start, min(a + start + phrase, b)) for a, b in places]
        sounding = np.concatenate(heard)
        shares = features.shares[sounding].mean(axis=0)
        loudness = float(features.amplitude[sounding].mean())
        wanted = energy + 0.12 * (loudness - 0.5) + build * start / max(length, 1)
        beats = min(phrase, length - start)
        if start + phrase >= length:
            chooser.avoid(after)
        steps += _phrase(label, start, beats, float(np.clip(wanted, 0, 1)), shares, chooser)
    return steps


def beat_by_beat(
    label: str,
    places: Sequence[tuple[int, int]],
    features: BeatFeatures,
    style: Style,
    chooser: Chooser,
) -> list[Step]:
    """Return the steps of a label as they were published: each by the sound of its own beats.

    Amplitude chooses the energy, the interval how fast an action may be, frequency what leads it.

    Args:
        label: of the section.
        places: first beat, and first one after it, of each occurrence.
        features: of the song's beats.
        style: as it is asked for.
        chooser: of the actions.
    """
    steps: list[Step] = []
    length = max(stop - start for start, stop in places)
    for start in range(0, length, chooser.beats_per_step):
        until = min(start + chooser.beats_per_step, length)
        heard = [np.arange(a + start, min(a + until, b)) for a, b in places]
        sounding = np.concatenate(heard)
        loudness = float(features.amplitude[sounding].mean())
        energy = 0.5 + style.contrast * (loudness - 0.5) + 0.6 * (style.energy - 0.5)
        energy = float(np.clip(energy, 0, 1))
        tempo = 60 / float(features.interval[sounding].mean())
        shares = features.shares[sounding].mean(axis=0)
        action = chooser.choose(energy, shares, until - start, tempo)
        steps.append(_step(action, start, until - start, False, energy, label, chooser))
    return steps


def _phrase(
    label: str, start: int, beats: int, energy: float, shares: np.ndarray, chooser: Chooser
) -> list[Step]:
    """Return the steps of one phrase: actions stated, then answered by their mirror images."""
    form = _FORMS[chooser.beats_per_step]
    chosen: dict[str, Action] = {}
    steps: list[Step] = []
    done = 0
    while done < beats:
        letter = form[len(steps) % len(form)]
        if steps and letter == form[0]:  # the third step of a waltz's twelve beats is a new one
            chosen = {}
        name = letter.upper()
        if name not in chosen:
            chosen[name] = chooser.choose(energy, shares, beats - done)
        action = chosen[name]
        length = min(chooser.length(action), beats - done)
        step = _step(action, start + done, length, letter.islower(), energy, label, chooser)
        steps.append(step)
        done = step.end_beat - start
    return steps


def _step(
    action: Action,
    start: int,
    beats: int,
    mirrored: bool,
    energy: float,
    label: str,
    chooser: Chooser,
) -> Step:
    """Return a step; one too short for its action ends with the count that is its accent."""
    pace = chooser.pace(action)
    counts = -(-beats // pace)
    first = max(0, action.accent + 1 - counts) if counts < action.counts else 0
    strength = round(float(np.clip(0.2 + 0.8 * energy, 0, 1)), 2)
    return Step(action.name, start, beats, mirrored, pace, strength, label, first)
