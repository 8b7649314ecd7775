"""Steps chosen anew for their own beats; all others stay.

The rules (or the search through moves) are asked for a whole song again, with another seed and the
song's sections cut where the chosen steps begin and end, so that what comes fills just those
beats in whole phrases. Of their answer only those beats are taken. A section that is chosen as a
whole is one as before: all its returns get the same steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

import numpy as np

from stickdance.choreography.editing.selection import sections_of
from stickdance.choreography.music.beat_features import BeatFeatures
from stickdance.choreography.music.beats import Beats
from stickdance.choreography.music.structure import Section, Structure
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan.styles import Taste
from stickdance.choreography.rules.hints import PIECE, hint_for
from stickdance.choreography.song_to_plan import Choose

_TRIES = 12  # seeds, until all is another action than before


@dataclass(frozen=True)
class Stretch:
    """Beats whose steps are chosen anew."""

    start: int
    stop: int
    """The first beat after it."""
    section: int
    """Number of its section, from 0."""
    whole: bool
    """Whether it is all of that section."""


@dataclass(frozen=True)
class Rerolled:
    """Steps chosen anew."""

    steps: tuple[tuple[Stretch, tuple[Step, ...]], ...]
    seed: int
    """That they were chosen by."""


def stretches_of(plan: Choreography, chosen: frozenset[int]) -> tuple[Stretch, ...]:
    """Return the beats of the steps chosen, those of neighbours in one section together.

    Args:
        plan: whose steps.
        chosen: their places, from 0.
    """
    owners = sections_of(plan)
    edges = _edges(plan)
    out = []
    for section, group in groupby(range(len(owners)), key=lambda place: owners[place]):
        places = list(group)
        if chosen.issuperset(places):
            first, last = edges[section]
            out.append(Stretch(first, last, section, True))
            continue
        runs = [list(run) for is_one, run in groupby(places, key=chosen.__contains__) if is_one]
        for run in runs:
            start = int(np.ceil(plan.steps[run[0]].start_beat))
            out.append(Stretch(start, int(plan.steps[run[-1]].end_beat), section, False))
    return tuple(one for one in out if one.stop > one.start)


def reroll(
    plan: Choreography,
    stretches: Sequence[Stretch],
    choose: Choose,
    features: BeatFeatures,
    taste: Taste,
) -> Rerolled:
    """Return new steps for stretches of a plan, by the seed whose actions are new the most.

    Args:
        plan: as it is.
        stretches: in order.
        choose: what chooses steps.
        features: of the plan's beats.
        taste: how, and the seed to begin with.
    """
    beats = beats_of_plan(plan)
    structure = _cut(plan, stretches)
    old = {step.action for one in stretches for step in within(plan, one)}
    taste = replace(taste, tired_of=tuple(sorted(old)))
    best: tuple[float, Rerolled] | None = None
    for seed in range(taste.seed, taste.seed + _TRIES):
        answer = choose(beats, structure, features, replace(taste, seed=seed))
        found = tuple((one, _taken(plan, one, answer, taste)) for one in stretches)
        new = float(np.mean([_new(within(plan, one), steps) for one, steps in found]))
        if best is None or new > best[0]:
            best = new, Rerolled(found, seed)
        if new == 1:
            break
    assert best is not None
    return best[1]


def beats_of_plan(plan: Choreography) -> Beats:
    """Return a plan's beats as they were heard."""
    count = len(plan.beats)
    times, downbeats = np.array(plan.beats), np.array(plan.downbeats, int)
    return Beats(times, downbeats, plan.tempo, plan.metre, np.ones(count, np.float32), 1.0)


def within(plan: Choreography, stretch: Stretch) -> tuple[Step, ...]:
    """Return the steps of a plan that begin in a stretch."""
    return tuple(s for s in plan.steps if stretch.start <= s.start_beat < stretch.stop)


def _edges(plan: Choreography) -> list[tuple[int, int]]:
    structure = Structure(plan.sections, (), None)
    return structure.places(beats_of_plan(plan))


def _cut(plan: Choreography, stretches: Sequence[Stretch]) -> Structure:
    """Return the song's structure with sections cut where stretches begin and end."""
    sections: list[Section] = []
    for number, (section, (start, stop)) in enumerate(
        zip(plan.sections, _edges(plan), strict=True)
    ):
        inside = [one for one in stretches if one.section == number and not one.whole]
        if not inside:
            sections.append(section)
            continue
        bounds = sorted({start, stop, *(edge for one in inside for edge in (one.start, one.stop))})
        times = [section.start, *(plan.beats[bound] for bound in bounds[1:-1]), section.end]
        sections += [
            Section(f"{section.label}{PIECE}{number}.{piece}", first, last, section.chorus)
            for piece, (first, last) in enumerate(pairwise(times))
        ]
    chorus = next((section.label for section in plan.sections if section.chorus), None)
    return Structure(tuple(sections), (), chorus)


def _taken(
    plan: Choreography, stretch: Stretch, answer: Sequence[Step], taste: Taste
) -> tuple[Step, ...]:
    """Return the steps of an answer that are danced in a stretch, as strongly as those before."""
    label = plan.sections[stretch.section].label
    old = [step.energy for step in within(plan, stretch)]
    out = []
    for step in answer:
        if not stretch.start <= step.start_beat < stretch.stop:
            continue
        energy = step.energy
        if not stretch.whole and old:
            more = hint_for(label, taste.hint, plan.sections).energy
            energy = round(float(np.clip(np.mean(old) + more, 0, 1)), 2)
        beats = min(step.beats, stretch.stop - int(step.start_beat))
        out.append(replace(step, beats=beats, energy=energy, section=label))
    before = within(plan, stretch)
    if out and before:  # what comes after begins in the same place
        out[-1] = replace(out[-1], across=before[-1].across, ahead=before[-1].ahead)
    return tuple(out)


def _new(before: Sequence[Step], now: Sequence[Step]) -> float:
    """Return the share of the beats that are danced with an action that was not there before."""
    old = {step.action for step in before}
    beats = sum(step.beats for step in now)
    return sum(step.beats for step in now if step.action not in old) / max(beats, 1)
