"""The rule choreographer: what a song sounds like -> which action on which beats.

1. Every label of the structure gets one sequence of steps, made for its longest occurrence from the
   mean sound of all its occurrences; wherever the music returns, so do the steps.
2. A sequence is cut into phrases of eight counts (twelve beats in 3/4), each with a combination
   of steps: stated, answered by its mirror image, left for another one and gone back to, with
   fills at the ends; a chorus has a hook (`step_sequences`).
3. Actions are chosen by amplitude (energy), beat interval (the pace an action is comfortable at)
   and frequency (low sounds: legs and hips, middle: the whole body, high: arms), with a little
   chance from the seed, and not those just danced. Energy builds up within a section, and
   towards a chorus; the chorus gets the most, and more with each return, and the largest actions.
4. An intro (a first section that never returns) begins calmly and builds up. In a break of a few
   silent beats the dancer freezes, in a longer silence stands at ease; what was cut goes on where
   it would be. The last beats are the end pose.

Source: Islam, Rahman and Amin, "Beat Based Realistic Dance Video Generation using Deep Learning",
section V-D (amplitude, beat interval, frequency; same steps for same music).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from stickdance.choreography.actions.catalog import STANDARD, Repertoire
from stickdance.choreography.music.beat_features import BeatFeatures, long_runs
from stickdance.choreography.music.beats import Beats
from stickdance.choreography.music.structure import Structure
from stickdance.choreography.plan.steps import Step, placed
from stickdance.choreography.plan.styles import Style, Taste
from stickdance.choreography.rules.action_choice import Chooser
from stickdance.choreography.rules.hints import check_places, hint_for
from stickdance.choreography.rules.step_sequences import Part, beat_by_beat, in_phrases

_END_BEATS = 2
_LEAST_SILENCE = 2  # beats of silence that are worth standing still for
_PEAK = 0.2  # energy of a chorus above all else, at least
_LARGE, _SMALL = 0.5, 0.15  # gained by large actions in a chorus, and by small ones elsewhere
_BUILDS, _GROWS = 0.12, 0.07  # energy gained towards a chorus, and with each return of it
_INTRO_CALM, _INTRO_BUILD = 0.12, 0.15  # energy that an intro lacks at first, and gains on its way


def choose_steps(
    beats: Beats,
    structure: Structure,
    features: BeatFeatures,
    taste: Taste,
    familiarity: Mapping[str, float] | None = None,
    repertoire: Repertoire = STANDARD,
) -> tuple[Step, ...]:
    """Choose the steps of a song.

    Args:
        beats: the song's beats.
        structure: its sections.
        features: what each beat sounds like.
        taste: options of the person who asks.
        familiarity: 0..1 for actions by name: how well their poses were seen of the target;
            unfamiliar ones are chosen less, those not named are taken as familiar.
        repertoire: the actions to choose from.

    Returns:
        Steps in order, not overlapping, within the song's beats.
    """
    places = _from_bar_lines(structure.places(beats), beats)
    style = taste.chosen_style
    check_places(taste.hint, structure.sections)
    parts = _parts(structure, places, features, style)
    chooser = Chooser(beats.tempo, taste, familiarity, repertoire)
    sequences: dict[str, list[Step]] = {}
    steps: list[Step] = []
    returns: dict[str, int] = {}
    for section, (start, stop) in zip(structure.sections, places, strict=True):
        label = section.label
        if label not in sequences:
            before, after = _neighbours(label, structure, sequences)
            chooser.avoid(before)
            hint = chooser.hint = hint_for(label, taste.hint, structure.sections)
            if structure.chorus is not None:
                chooser.size = _LARGE if parts[label].chorus else -_SMALL
            energy = float(np.clip(parts[label].energy + hint.energy, 0, 1))
            part = replace(parts[label], after=after, energy=energy)
            sequences[label] = (
                beat_by_beat(part, features, style, chooser)
                if style.each_beat
                else in_phrases(part, features, beats.metre, style, chooser)
            )
        again = returns.get(label, 0)
        returns[label] = again + 1
        own = placed(sequences[label], start, stop, taste.mirror_repeats and again % 2 == 1)
        steps += [_grown(step, again) for step in own] if parts[label].chorus else own
    return _ended(_without_silence(steps, features.silent), len(beats))


def _grown(step: Step, returns: int) -> Step:
    """Return a step of the chorus as it is danced after so many returns: larger each time."""
    return replace(step, energy=round(min(step.energy + _GROWS * returns, 1.0), 2))


def _parts(
    structure: Structure,
    places: Sequence[tuple[int, int]],
    features: BeatFeatures,
    style: Style,
) -> dict[str, Part]:
    """Return what each label is to be danced with; before a chorus the energy builds up."""
    wanted = _wanted_energy(structure, places, features, style)
    labels = [section.label for section in structure.sections]
    before_chorus = {a for a, b in pairwise(labels) if b == structure.chorus != a}
    intro = _intro(structure)
    out = {}
    for label in wanted:
        same = [p for s, p in zip(structure.sections, places, strict=True) if s.label == label]
        energy, build = wanted[label], style.build + _BUILDS * (label in before_chorus)
        if label == intro:
            energy, build = max(energy - _INTRO_CALM, 0.0), build + _INTRO_BUILD
        out[label] = Part(label, same, energy, build, label == structure.chorus)
    return out


def _from_bar_lines(places: list[tuple[int, int]], beats: Beats) -> list[tuple[int, int]]:
    """Return the places with the song's pickup left out, so that its steps begin with a bar."""
    start, stop = places[0]
    pickup = int(beats.downbeats[0]) if len(beats.downbeats) else 0
    if start < pickup < min(stop, beats.metre):
        return [(pickup, stop), *places[1:]]
    return places


def _wanted_energy(
    structure: Structure,
    places: Sequence[tuple[int, int]],
    features: BeatFeatures,
    style: Style,
) -> dict[str, float]:
    """Return the energy of each label: loud ones more, the chorus the most."""
    loudness: dict[str, list[float]] = {}
    for section, (start, stop) in zip(structure.sections, places, strict=True):
        loudness.setdefault(section.label, []).extend(features.amplitude[start:stop].tolist())
    shift = 0.6 * (style.energy - 0.5)
    wanted = {
        label: float(0.475 + style.contrast * (np.mean(values or [0.5]) - 0.5) + shift)
        for label, values in loudness.items()
    }
    chorus = structure.chorus
    if chorus in wanted:
        others = [value for label, value in wanted.items() if label != chorus]
        wanted[chorus] = max([wanted[chorus] + 0.1, *(value + _PEAK for value in others)])
        top = float(np.clip(wanted[chorus], _PEAK, 0.95))
        wanted = {label: min(value, top - _PEAK) for label, value in wanted.items()}
        wanted[chorus] = top
    return {label: float(np.clip(value, 0.15, 0.95)) for label, value in wanted.items()}


def _intro(structure: Structure) -> str | None:
    """Return the label of the first section if it never returns and is not all there is."""
    labels = [section.label for section in structure.sections]
    return labels[0] if len(set(labels)) > 1 and labels.count(labels[0]) == 1 else None


def _neighbours(
    label: str, structure: Structure, sequences: Mapping[str, Sequence[Step]]
) -> tuple[list[str], list[str]]:
    """Return the actions that a label's sequence comes after and goes before, as far as chosen."""
    labels = [section.label for section in structure.sections]
    before, after = [], []
    for first, second in pairwise(labels):
        if second == label and sequences.get(first):
            before.append(sequences[first][-1].action)
        if first == label and sequences.get(second):
            after.append(sequences[second][0].action)
    return before, after


def _without_silence(steps: Sequence[Step], silent: np.ndarray) -> list[Step]:
    """Cut steps where the song is silent for some beats; afterwards their counts go on."""
    quiet = long_runs(silent, _LEAST_SILENCE)
    out = []
    for step in steps:
        begin = int(step.start_beat)
        loud = np.flatnonzero(~quiet[begin : int(step.end_beat)])
        for part in np.split(loud, np.flatnonzero(np.diff(loud) > 1) + 1):
            if len(part):
                first = step.first_count + int(part[0]) // step.pace
                start = begin + int(part[0])
                out.append(replace(step, start_beat=start, beats=len(part), first_count=first))
    return out


def _ended(steps: Sequence[Step], count: int) -> tuple[Step, ...]:
    """Put the end pose on the last beats that are danced."""
    if not steps:
        return ()
    last = min(int(steps[-1].end_beat), count)
    start = max(last - _END_BEATS, 0)
    out = [
        replace(step, beats=min(step.beats, start - int(step.start_beat)))
        for step in steps
        if step.start_beat < start
    ]
    return (*out, Step("end_pose", start, last - start, section=steps[-1].section))
