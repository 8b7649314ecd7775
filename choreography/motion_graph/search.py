"""Which moves of a take are danced to a song: a search through its motion graph.

1. Every label of the structure gets one sequence of moves, as with the rules: the same music gets
   the same moves, wherever it returns. The chorus chooses first, so that no verse takes its
   liveliest and largest footage, and all else is kept below it.
2. A sequence is found by beam search from left to right. A move speaks against itself by the pace
   it would have to play at, the cut to it from the move before, footage danced not long ago, and
   an energy other than the music's; a little chance from the seed decides between equals.
3. Silent beats and what follows the last step are left to standing at ease.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from stickdance.choreography.motion_graph.candidates import Candidate, CandidateMaker
from stickdance.choreography.motion_graph.graph import Instant, MoveGraph
from stickdance.choreography.motion_graph.segmentation import LONGEST, MoveLibrary
from stickdance.choreography.music.beat_features import BeatFeatures, long_runs
from stickdance.choreography.music.beats import Beats
from stickdance.choreography.music.structure import Structure
from stickdance.choreography.plan.steps import Step, placed
from stickdance.choreography.plan.styles import Style, Taste

_BEAM = 16
_CUT = 6.0  # price of a cut, for each body height of mean joint distance
_SWITCH = 0.4  # and of each cut, however near: long stretches are what was really danced
_GOES_ON = 0.02  # body heights below which a cut is none
_RECENT, _EVER = 1.2, 0.6  # price of footage danced within the memory, and of each time before
_MEMORY = 16  # beats
_ENERGY = 1.2
_LEAST_ENERGY = 0.4  # what the softest music gets: the liveliest footage is still a dance's
_CHANCE = 0.12
_CHORUS = 0.35  # how much more energy a chorus gets
_STRICT = 2.5  # times as much its energy counts there: rather the same large moves again
_MOST_BESIDE = 0.6  # energy that all else gets at most
_LEAST_SILENCE = 4
_SHORTEST = 1.5  # seconds that a move lasts at least, but for steps of a beat


@dataclass(frozen=True)
class _Path:
    """A sequence of candidates so far."""

    chosen: tuple[Candidate, ...]
    beats: int
    price: float


def choose_moves(
    beats: Beats,
    structure: Structure,
    features: BeatFeatures,
    taste: Taste,
    library: MoveLibrary,
) -> tuple[Step, ...]:
    """Choose the moves of a song.

    Args:
        beats: the song's beats.
        structure: its sections.
        features: what each beat sounds like.
        taste: options of the person who asks.
        library: the take's moves.

    Returns:
        Steps in order, not overlapping, within the song's beats.
    """
    search = _Search(library, float(np.median(beats.intervals)), beats.metre, taste)
    places = structure.places(beats)
    energies = _wanted_energies(structure, places, features, taste.chosen_style)
    labels = [section.label for section in structure.sections]
    first = [structure.chorus] if structure.chorus in labels else []
    sequences: dict[str, list[Step]] = {}
    for label in dict.fromkeys([*first, *labels]):
        own = [b - a for name, (a, b) in zip(labels, places, strict=True) if name == label]
        search.strictness = _STRICT if label == structure.chorus else 1.0
        sequences[label] = search.sequence(label, max(own), energies[label])
    returns: dict[str, int] = {}
    steps: list[Step] = []
    for label, (start, stop) in zip(labels, places, strict=True):
        flip = taste.mirror_repeats and returns.get(label, 0) % 2 == 1
        returns[label] = returns.get(label, 0) + 1
        steps += placed(
            search.in_mirror(sequences[label]) if flip else sequences[label], start, stop
        )
    return tuple(_without_silence(steps, features.silent))


class _Search:
    """Finds one sequence after another and remembers which footage was danced."""

    def __init__(self, library: MoveLibrary, interval: float, metre: int, taste: Taste) -> None:
        self._graph = MoveGraph(library.footage)
        self._candidates = CandidateMaker(library, self._graph, interval)
        self._lengths = _lengths(taste.chosen_style.beats_per_step, metre, interval)
        self._random = np.random.default_rng(taste.seed)
        self._used = np.zeros(self._candidates.cells)
        self._ends: list[Instant] = []
        self.strictness = 1.0
        """How much more than usual the music's energy counts."""

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
            fitting = self._candidates.of((step.beats,)).each
            other = (step.action, not step.mirrored)
            allowed = any((one.move.name, one.mirrored) == other for one in fitting)
            out.append(replace(step, mirrored=step.mirrored != allowed))
        return out

    def _grown(self, path: _Path, length: int, energies: np.ndarray) -> list[_Path]:
        """Return the paths that are one move longer, the best of them."""
        left = length - path.beats
        found = self._candidates.of(tuple(n for n in self._lengths if n <= left) or (left,))
        ends = [path.chosen[-1].end] if path.chosen else self._ends
        cuts = [self._graph.prices(end, found.starts) for end in ends]
        lively = _LEAST_ENERGY + (1 - _LEAST_ENERGY) * energies
        wanted = np.concatenate([[0.0], np.cumsum(lively)])
        mean = (wanted[path.beats + found.beats] - wanted[path.beats]) / found.beats
        again = _RECENT * found.mean_of(self._recent(path)) + _EVER * found.mean_of(self._used)
        off = found.price + self.strictness * _ENERGY * np.abs(found.energy - mean) + again
        prices = found.beats * (off + _CHANCE * self._random.random(len(found.each)))
        for cut in cuts:
            prices += (_CUT * cut + _SWITCH * (cut > _GOES_ON)) / len(cuts)
        return [
            _Path(
                (*path.chosen, found.each[n]),
                path.beats + found.each[n].beats,
                path.price + float(prices[n]),
            )
            for n in np.argsort(prices, kind="stable")[:_BEAM]
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


def _lengths(beats_per_step: int, metre: int, interval: float) -> tuple[int, ...]:
    """Return the beats that moves may take: whole bars in threes, twice as many in fast music."""
    if metre == 3:
        beats_per_step = 3 if beats_per_step < 8 else 6
    elif beats_per_step == 1:
        return (1,)
    while beats_per_step * interval < _SHORTEST:
        beats_per_step *= 2
    longer = 2 * beats_per_step
    return (beats_per_step, longer) if longer * interval <= LONGEST else (beats_per_step,)


def _steps(path: _Path, label: str, energies: np.ndarray) -> list[Step]:
    steps, start = [], 0
    for chosen in path.chosen:
        energy = round(float(np.clip(energies[start : start + chosen.beats].mean(), 0, 1)), 2)
        steps.append(Step(chosen.move.name, start, chosen.beats, chosen.mirrored, 1, energy, label))
        start += chosen.beats
    return steps


def _wanted_energies(
    structure: Structure,
    places: Sequence[tuple[int, int]],
    features: BeatFeatures,
    style: Style,
) -> dict[str, np.ndarray]:
    """Return the energy (beats of its longest occurrence,) of each label, from its mean sound."""
    out = {}
    for label in {section.label for section in structure.sections}:
        same = [p for s, p in zip(structure.sections, places, strict=True) if s.label == label]
        length = max(stop - start for start, stop in same)
        rows = np.full((len(same), length), np.nan)
        for row, (start, stop) in zip(rows, same, strict=True):
            row[: stop - start] = features.amplitude[start:stop]
        boost = style.energy - 0.5 + (_CHORUS if label == structure.chorus else 0.0)
        most = 1.0 if structure.chorus in (label, None) else _MOST_BESIDE
        out[label] = np.clip(np.nanmean(rows, axis=0) + boost, 0, most) if length else np.zeros(0)
    return out


def _without_silence(steps: Sequence[Step], silent: np.ndarray) -> list[Step]:
    """Cut steps at the first of several silent beats, so that the dancer stands at ease there."""
    quiet = long_runs(silent, _LEAST_SILENCE)
    out = []
    for step in steps:
        begin = int(step.start_beat)
        loud = np.flatnonzero(~quiet[begin : begin + step.beats])
        if len(loud):
            start, stop = begin + int(loud[0]), begin + int(loud[-1]) + 1
            out.append(replace(step, start_beat=start, beats=stop - start))
    return out
