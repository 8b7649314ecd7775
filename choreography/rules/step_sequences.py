"""The steps of one section: in combinations and phrases, or beat by beat as published.

A phrase has eight counts (twelve beats in 3/4, two bars of 5 or 7) and holds one combination of
steps; outside choruses some are one step in half time. Phrases come in fours: a verse states a
combination, answers with its mirror image, brings another one and goes back to the first (A a B A);
a chorus goes back to its hook every second time (A B A C), and sections of two phrases have two
combinations. The last phrase of four, and of a section, ends in a fill: a step of half its length
that is struck.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from stickdance.choreography.actions.action import Action
from stickdance.choreography.music.beat_features import BeatFeatures
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan.styles import Style
from stickdance.choreography.rules.action_choice import Chooser
from stickdance.choreography.rules.stage_paths import along_path

_VERSE, _CHORUS = "AaBA", "ABAC"
_ASIDE = ((1.0, 0.6), (-0.6, -1.0), (0.8, 0.0))
"""How far aside the steps of a section's first, second and third combination face, in turn."""
_LOUDER = 0.2  # by which a beat must stand out of its phrase for an accent to be struck on it
_FILL_ENERGY = 0.1
_LIVELY, _LEAST_COUNTS = 0.5, 63.0  # energy; counts a minute that half time has from it on
_SLOWEST = 0.7  # of an action's slowest comfortable pace that it is danced at in half time


@dataclass(frozen=True)
class Part:
    """A label of a song's structure, as it is to be danced."""

    label: str
    places: Sequence[tuple[int, int]]
    """First beat, and first one after it, of each occurrence."""
    energy: float
    """0..1 that it is to be danced with."""
    build: float = 0.0
    """How much the energy grows up to its last phrase."""
    chorus: bool = False
    after: Sequence[str] = ()
    """Actions that follow it and should not end it."""

    @property
    def length(self) -> int:
        """Return the beats of the longest occurrence."""
        return max(stop - start for start, stop in self.places)

    def sounding(self, start: int, stop: int) -> np.ndarray:
        """Return the beats of the song in which its beats from `start` to `stop` sound."""
        heard = [np.arange(a + start, min(a + stop, b)) for a, b in self.places]
        return np.concatenate(heard)


def phrase_beats(metre: int) -> int:
    """Return the beats of a phrase."""
    return {2: 8, 3: 12, 4: 8, 6: 12}.get(metre, 2 * metre)


def units(metre: int, beats_per_step: int) -> tuple[int, ...]:
    """Return how many beats the steps of a phrase take in turn.

    In bars of three they take whole bars, in bars of five and seven three and two, four and three.
    """
    if metre in (3, 6):
        return {1: (1,), 2: (3,), 4: (6,), 8: (12,)}[beats_per_step]
    if beats_per_step >= 2 and metre in (5, 7):
        return (3, 2) if metre == 5 else (4, 3)
    return (beats_per_step,)


def in_phrases(
    part: Part, features: BeatFeatures, metre: int, style: Style, chooser: Chooser
) -> list[Step]:
    """Return the steps of a label, counted from its first beat, for its longest occurrence.

    Args:
        part: the label.
        features: of the song's beats.
        metre: beats in a bar.
        style: as it is asked for.
        chooser: of the actions.
    """
    length, phrase = part.length, phrase_beats(metre)
    short = length <= 2 * phrase
    form = _CHORUS if part.chorus or short else _VERSE
    known: dict[str, list[Step]] = {}
    phrases: list[list[Step]] = []
    for number, start in enumerate(range(0, length, phrase)):
        stop = min(start + phrase, length)
        letter, cycle = form[number % 4], number // 4
        name = letter.upper() + ("" if part.chorus and letter == "A" else str(cycle))
        loud = features.amplitude[part.sounding(start, stop)]
        energy = part.energy + 0.12 * (float(loud.mean()) - 0.5) + part.build * start / length
        phrase_of = _Phrase(part, features, start, stop, float(np.clip(energy, 0, 1)), style)
        last = stop == length
        if last:
            chooser.avoid(part.after)
        if name not in known or known[name][-1].end_beat < stop - start:
            aside = [style.aside * share for share in _ASIDE[len(known) % len(_ASIDE)]]
            own_units = units(metre, chooser.beats_per_step)
            known[name] = phrase_of.combination(own_units, aside, chooser)
        own = phrase_of.danced(known[name], mirror=letter.islower())
        if (number % 4 == 3 or last) and stop - start == phrase:
            own = phrase_of.with_fill(own, chooser)
        phrases.append(own)
    side = 1.0 if chooser.chance() < 0.5 else -1.0
    return along_path(phrases, chooser.actions, style.room, part.chorus, side)


def beat_by_beat(part: Part, features: BeatFeatures, style: Style, chooser: Chooser) -> list[Step]:
    """Return the steps of a label as they were published: each by the sound of its own beats.

    Amplitude chooses the energy, the interval how fast an action may be, frequency what leads it.

    Args:
        part: the label.
        features: of the song's beats.
        style: as it is asked for.
        chooser: of the actions.
    """
    steps: list[Step] = []
    for start in range(0, part.length, chooser.beats_per_step):
        until = min(start + chooser.beats_per_step, part.length)
        sounding = part.sounding(start, until)
        loudness = float(features.amplitude[sounding].mean())
        energy = 0.5 + style.contrast * (loudness - 0.5) + 0.6 * (style.energy - 0.5)
        energy = float(np.clip(energy, 0, 1))
        tempo = 60 / float(features.interval[sounding].mean())
        shares = features.shares[sounding].mean(axis=0)
        action = chooser.choose(energy, shares, until - start, tempo=tempo)
        steps.append(_step(action, start, until - start, False, energy, part.label, chooser))
    return steps


@dataclass(frozen=True)
class _Phrase:
    """One phrase of a label, from its beat `start` up to `stop`."""

    part: Part
    features: BeatFeatures
    start: int
    stop: int
    energy: float
    style: Style

    def combination(
        self, units: Sequence[int], aside: Sequence[float], chooser: Chooser
    ) -> list[Step]:
        """Return new steps that fill the phrase, counted from its first beat, facing aside."""
        steps: list[Step] = []
        done, left = 0, self.stop - self.start
        half_time = 0.0 if self.part.chorus else self.style.half_time
        if chooser.chance() < half_time and chooser.beats_per_step >= 4:
            action = chooser.choose(self.energy, self._shares(), left, left)
            pace = 2 * chooser.pace(action)
            counts = chooser.tempo / pace  # a minute
            bearable = counts >= _LEAST_COUNTS or self.energy < _LIVELY
            if action.counts * pace == left and counts > _SLOWEST * action.tempo[0] and bearable:
                step = _step(action, 0, left, False, self.energy, self.part.label, chooser)
                return [replace(step, pace=pace, facing=aside[0])]
        while left:
            unit = min(units[len(steps) % len(units)], left)
            action = chooser.choose(self.energy, self._shares(), left, unit)
            beats = min(chooser.length(action, unit, left), left)
            facing = 0.0 if action.shows_back else aside[len(steps) % len(aside)]
            step = _step(action, done, beats, False, self.energy, self.part.label, chooser)
            steps += _sides(replace(step, facing=facing), action)
            done, left = done + beats, left - beats
        return steps

    def danced(self, steps: Sequence[Step], mirror: bool) -> list[Step]:
        """Return a combination as it is danced here: placed, mirrored, its accents struck."""
        out = []
        for step in steps:
            if step.start_beat >= self.stop - self.start:
                continue
            at = step.start_beat + self.start
            own = replace(
                step, start_beat=at, mirrored=step.mirrored != mirror,
                energy=_strength(self.energy), beats=min(step.beats, self.stop - int(at)),
            )  # fmt: skip
            out.append(replace(own, hit=self._stands_out(own)))
        return out

    def with_fill(self, steps: Sequence[Step], chooser: Chooser) -> list[Step]:
        """Return steps whose last one gives way to a fill, or is struck where it is too short.

        Where turns may show the back, the fill is one.
        """
        last = steps[-1]
        turn = chooser.turn_of(last.beats)
        if turn is not None:
            whole = _step(turn, int(last.start_beat), last.beats, last.mirrored, self.energy,
                          self.part.label, chooser)  # fmt: skip
            return [*steps[:-1], replace(whole, hit=True)]
        if not 3 <= last.beats // last.pace <= 6:
            return [*steps[:-1], replace(last, hit=True)]
        half = last.beats if last.beats == 3 else last.beats // 2
        energy = min(self.energy + _FILL_ENERGY, 1.0)
        action = chooser.choose(energy, self._shares(), half, half)
        fill = _step(action, int(last.end_beat) - half, half, last.mirrored, energy,
                     self.part.label, chooser)  # fmt: skip
        kept = [replace(last, beats=last.beats - half)] if last.beats > half else []
        return [*steps[:-1], *kept, replace(fill, hit=True)]

    def _shares(self) -> np.ndarray:
        shares: np.ndarray = self.features.shares[self.part.sounding(self.start, self.stop)]
        return shares.mean(axis=0)

    def _stands_out(self, step: Step) -> bool:
        """Tell whether the music is loudest where a step has its accent, for this style."""
        loud = self.features.amplitude[self.part.sounding(self.start, self.stop)].mean()
        last = int(step.end_beat) - 1
        here = self.features.amplitude[self.part.sounding(last, last + 1)].mean()
        return bool(here - loud > _LOUDER * (1 - 2 * self.style.hits))


def _sides(step: Step, action: Action) -> list[Step]:
    """Return a step of three counts in six beats as two, the second to the other side."""
    if action.counts != 3 or step.beats != 6 or step.pace != 1:
        return [step]
    half = replace(step, beats=3)
    return [half, replace(half, start_beat=step.start_beat + 3, mirrored=not step.mirrored)]


def _strength(energy: float) -> float:
    return round(float(np.clip(0.2 + 0.8 * energy, 0, 1)), 2)


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
    return Step(action.name, start, beats, mirrored, pace, _strength(energy), label, first)
