"""Which moves of a take are danced to a song: a search through its motion graph.

1. Every label of the structure gets one sequence of moves, as with the rules: the same music gets
   the same moves, wherever it returns.
2. A sequence is found by beam search from left to right. A move speaks against itself by the pace
   it would have to play at, the cut to it from the move before, footage danced not long ago, and
   an energy other than the music's; a little chance from the seed decides between equals.
3. Silent beats and what follows the last step are left to standing at ease.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from choreography.beats import Beats
from choreography.chooser import Taste
from choreography.features import BeatFeatures
from choreography.move_graph import Instant, MoveGraph
from choreography.moves import Move
from choreography.moves_from_take import Material
from choreography.moves_on_beats import Laying, lay
from choreography.steps import Step
from choreography.structure import Section, Structure

_BEAM = 16
_CUT = 6.0  # price of a cut, for each body height of mean joint distance
_RECENT, _EVER = 0.9, 0.2  # price of footage danced within the memory, and of each time before
_MEMORY = 16  # beats
_ENERGY = 0.5
_CHANCE = 0.12
_CHORUS = 0.2  # how much more energy a chorus gets
_LEAST_SILENCE = 4
_CELL = 0.1  # seconds of footage that usage is counted in


@dataclass(frozen=True)
class _Candidate:
    """One move at one length, laid on beats of the song's usual length."""

    move: Move
    beats: int
    mirrored: bool
    laying: Laying
    energy: float
    """0..1: the rank of its movement among the candidates'."""
    cells: np.ndarray
    """Which cells of the footage it plays."""

    @property
    def start(self) -> Instant:
        return Instant(self.move.start, self.mirrored)

    @property
    def end(self) -> Instant:
        return Instant(float(self.laying.footage[-1]), self.mirrored)


@dataclass(frozen=True)
class _Path:
    """A sequence of candidates so far."""

    chosen: tuple[_Candidate, ...]
    beats: int
    price: float


def choose_moves(
    beats: Beats,
    structure: Structure,
    features: BeatFeatures,
    material: Material,
    taste: Taste,
) -> tuple[Step, ...]:
    """Choose the moves of a song.

    Args:
        beats: the song's beats.
        structure: its sections.
        features: what each beat sounds like.
        material: the take.
        taste: options of the person who asks.

    Returns:
        Steps in order, not overlapping, within the song's beats.
    """
    search = _Search(material, float(np.median(beats.intervals)), beats.metre, taste)
    places = [_beats_of(section, beats) for section in structure.sections]
    energies = _wanted_energies(structure, places, features, taste)
    sequences: dict[str, list[Step]] = {}
    returns: dict[str, int] = {}
    steps: list[Step] = []
    for section, (start, stop) in zip(structure.sections, places, strict=True):
        label = section.label
        if label not in sequences:
            same = [p for s, p in zip(structure.sections, places, strict=True) if s.label == label]
            length = max(b - a for a, b in same)
            sequences[label] = search.sequence(label, length, energies[label])
        flip = taste.mirror_repeats and returns.get(label, 0) % 2 == 1
        returns[label] = returns.get(label, 0) + 1
        steps += _placed(
            search.in_mirror(sequences[label]) if flip else sequences[label], start, stop
        )
    return tuple(_without_silence(steps, features.silent))


class _Search:
    """Finds one sequence after another and remembers which footage was danced."""

    def __init__(self, material: Material, interval: float, metre: int, taste: Taste) -> None:
        self._material = material
        self._graph = MoveGraph(material.footage)
        self._interval = interval
        self._lengths = _lengths(taste.beats_per_step, metre)
        self._random = np.random.default_rng(taste.seed)
        self._used = np.zeros(int(material.footage.seconds / _CELL) + 2)
        self._ends: list[Instant] = []
        self._candidates: dict[int, list[_Candidate]] = {}

    def sequence(self, label: str, length: int, energies: np.ndarray) -> list[Step]:
        """Return the steps of a label, counted from its first beat."""
        paths = [_Path((), 0, 0.0)]
        finished: list[_Path] = []
        while paths:
            grown = [path for old in paths for path in self._grown(old, length, energies)]
            finished += [path for path in grown if path.beats == length]
            open_still = [path for path in grown if path.beats < length]
            paths = sorted(open_still, key=lambda path: path.price / path.beats)[:_BEAM]
        if not finished:
            return []
        best = min(finished, key=lambda path: path.price)
        for chosen in best.chosen:
            self._used[chosen.cells] += 1
        self._ends = [best.chosen[-1].end]
        return _steps(best, label, energies)

    def in_mirror(self, steps: Sequence[Step]) -> list[Step]:
        """Return steps mirrored, each as far as the take shows it mirrored too."""
        out = []
        for step in steps:
            fitting = self._of_length(step.beats)
            other = (step.action, not step.mirrored)
            allowed = any((one.move.name, one.mirrored) == other for one in fitting)
            out.append(replace(step, mirrored=step.mirrored != allowed))
        return out

    def _grown(self, path: _Path, length: int, energies: np.ndarray) -> list[_Path]:
        """Return the paths that are one move longer, the best of them."""
        left = length - path.beats
        lengths = [n for n in self._lengths if n <= left] or [left]
        found = [one for beats in lengths for one in self._of_length(beats)]
        starts = [one.start for one in found]
        ends = [path.chosen[-1].end] if path.chosen else self._ends
        cuts = np.zeros(len(found))
        for end in ends:
            cuts += self._graph.prices(end, starts) / len(ends)
        recent = self._recent(path)
        chance = self._random.random(len(found))
        prices = np.empty(len(found))
        for n, one in enumerate(found):
            wanted = float(energies[path.beats : path.beats + one.beats].mean())
            again = _RECENT * recent[one.cells].mean() + _EVER * self._used[one.cells].mean()
            off = one.laying.price + _ENERGY * abs(one.energy - wanted) + again
            prices[n] = one.beats * (off + _CHANCE * chance[n]) + _CUT * cuts[n]
        best = np.argsort(prices, kind="stable")[:_BEAM]
        return [
            _Path((*path.chosen, found[n]), path.beats + found[n].beats, path.price + prices[n])
            for n in best
        ]

    def _recent(self, path: _Path) -> np.ndarray:
        """Return how often (cells,) footage was danced within the last beats of a path."""
        out = np.zeros(len(self._used))
        since = 0
        for chosen in reversed(path.chosen):
            out[chosen.cells] += 1 - since / _MEMORY
            since += chosen.beats
            if since >= _MEMORY:
                break
        return out

    def _of_length(self, beats: int) -> list[_Candidate]:
        if beats not in self._candidates:
            self._candidates[beats] = self._laid(beats)
        return self._candidates[beats]

    def _laid(self, beats: int) -> list[_Candidate]:
        """Return the moves that can be danced in so many beats; the nearest one if none can."""
        grid = np.arange(beats + 1) * self._interval
        layings = [(cut, lay(cut, grid)) for cut in self._material.moves.cuts]
        bearable = [pair for pair in layings if pair[1].within_limit]
        bearable = bearable or [min(layings, key=lambda pair: abs(np.log(pair[1].pace)))]
        ranks = _ranks([self._movement(laying, beats) for _, laying in bearable])
        return [
            _Candidate(cut, beats, mirrored, laying, rank, _cells(laying))
            for (cut, laying), rank in zip(bearable, ranks, strict=True)
            for mirrored in (False, True)
            if not mirrored or self._material.footage.allows_mirror(*laying.footage[[0, -1]])
        ]

    def _movement(self, laying: Laying, beats: int) -> float:
        """Return the mean speed of the joints when danced, in pixels a second."""
        first, last = laying.footage[0], laying.footage[-1]
        speed = self._material.footage.speed_at(np.linspace(first, last, 24))
        return float(speed.mean() * (last - first) / (beats * self._interval))


def _lengths(beats_per_step: int, metre: int) -> tuple[int, ...]:
    if metre == 3:
        return (3,) if beats_per_step < 4 else (3, 6)
    return (beats_per_step,) if beats_per_step in (1, 8) else (beats_per_step, 2 * beats_per_step)


def _ranks(values: Sequence[float]) -> list[float]:
    order = np.argsort(np.argsort(values))
    return [float(rank) / max(len(values) - 1, 1) for rank in order]


def _cells(laying: Laying) -> np.ndarray:
    first, last = (int(seconds / _CELL) for seconds in (laying.footage[0], laying.footage[-1]))
    return np.arange(first, last + 1)


def _steps(path: _Path, label: str, energies: np.ndarray) -> list[Step]:
    steps, start = [], 0
    for chosen in path.chosen:
        energy = round(float(np.clip(energies[start : start + chosen.beats].mean(), 0, 1)), 2)
        steps.append(Step(chosen.move.name, start, chosen.beats, chosen.mirrored, 1, energy, label))
        start += chosen.beats
    return steps


def _beats_of(section: Section, beats: Beats) -> tuple[int, int]:
    """Return the first beat of a section and the first one after it."""
    slack = 0.5 * float(np.median(beats.intervals))
    low, high = np.searchsorted(beats.times, [section.start - slack, section.end - slack])
    return int(low), int(high)


def _wanted_energies(
    structure: Structure,
    places: Sequence[tuple[int, int]],
    features: BeatFeatures,
    taste: Taste,
) -> dict[str, np.ndarray]:
    """Return the energy (beats of its longest occurrence,) of each label, from its mean sound."""
    out = {}
    for label in {section.label for section in structure.sections}:
        same = [p for s, p in zip(structure.sections, places, strict=True) if s.label == label]
        length = max(stop - start for start, stop in same)
        rows = np.full((len(same), length), np.nan)
        for row, (start, stop) in zip(rows, same, strict=True):
            row[: stop - start] = features.amplitude[start:stop]
        boost = taste.energy - 0.5 + (_CHORUS if label == structure.chorus else 0.0)
        out[label] = np.clip(np.nanmean(rows, axis=0) + boost, 0, 1) if length else np.zeros(0)
    return out


def _placed(sequence: Sequence[Step], start: int, stop: int) -> list[Step]:
    """Return a label's steps moved to one of its occurrences, cut where that ends."""
    return [
        replace(
            step,
            start_beat=start + step.start_beat,
            beats=min(step.beats, stop - start - step.start_beat),
        )
        for step in sequence
        if start + step.start_beat < stop
    ]


def _without_silence(steps: Sequence[Step], silent: np.ndarray) -> list[Step]:
    """Cut steps at the first of several silent beats, so that the dancer stands at ease there."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], silent, [False]]).astype(int)))
    quiet = np.zeros(len(silent), bool)
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        quiet[start:stop] = stop - start >= _LEAST_SILENCE
    out = []
    for step in steps:
        loud = np.flatnonzero(~quiet[step.start_beat : step.end_beat])
        if len(loud):
            start, stop = step.start_beat + int(loud[0]), step.start_beat + int(loud[-1]) + 1
            out.append(replace(step, start_beat=start, beats=stop - start))
    return out
