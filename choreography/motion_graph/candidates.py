"""What might be danced next: every move of a take at every length, and what speaks against it.

All of it is kept in arrays, one row a candidate, since a search looks at all of them many times.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stickdance.choreography.motion_graph.graph import Instant, MoveGraph
from stickdance.choreography.motion_graph.segmentation import MoveLibrary
from stickdance.choreography.motion_graph.time_warp import Laying, lay
from stickdance.choreography.plan.moves import FilmedMove

_CELL = 0.1  # seconds of footage that usage is counted in


@dataclass(frozen=True)
class Candidate:
    """One move at one length, laid on beats of the song's usual length."""

    move: FilmedMove
    beats: int
    mirrored: bool
    end: Instant
    """Moment of the take that it ends at."""
    cells: slice
    """Which cells of the footage it plays."""


@dataclass(frozen=True)
class Candidates:
    """Some candidates, a row of every array for each."""

    each: tuple[Candidate, ...]
    beats: np.ndarray
    """(rows,) length."""
    price: np.ndarray
    """(rows,) what speaks against how it is laid, per beat."""
    energy: np.ndarray
    """(rows,) 0..1: its rank among those of its length, by how fast and how large it is."""
    first: np.ndarray
    """(rows,) first cell of the footage."""
    stop: np.ndarray
    """(rows,) first cell after its own."""
    starts: np.ndarray
    """(rows, ...) states of the moments that they begin at, for `MoveGraph.prices`."""

    def mean_of(self, cells: np.ndarray) -> np.ndarray:
        """Return (rows,) the mean of numbers (cells,) over each candidate's footage."""
        passed = np.concatenate([[0.0], np.cumsum(cells)])
        return (passed[self.stop] - passed[self.first]) / (self.stop - self.first)


class CandidateMaker:
    """Makes the candidates of each length once."""

    def __init__(self, library: MoveLibrary, graph: MoveGraph, interval: float) -> None:
        """Prepare.

        Args:
            library: the take.
            graph: of the same take.
            interval: usual seconds from beat to beat.
        """
        self._library = library
        self._graph = graph
        self._interval = interval
        self._known: dict[tuple[int, ...], Candidates] = {}

    @property
    def cells(self) -> int:
        """Return how many cells the footage has."""
        return int(self._library.footage.seconds / _CELL) + 2

    def of(self, lengths: tuple[int, ...]) -> Candidates:
        """Return the candidates of some lengths in beats; at least one of each length."""
        if lengths not in self._known:
            if len(lengths) == 1:
                self._known[lengths] = self._of_length(lengths[0])
            else:
                self._known[lengths] = _joined([self.of((length,)) for length in lengths])
        return self._known[lengths]

    def _of_length(self, beats: int) -> Candidates:
        grid = np.arange(beats + 1) * self._interval
        layings = [(cut, lay(cut, grid)) for cut in self._library.moves.cuts]
        bearable = [pair for pair in layings if pair[1].within_limit]
        bearable = bearable or [min(layings, key=lambda pair: abs(np.log(pair[1].pace)))]
        energies = _ranks([self._movement(laying, beats) for _, laying in bearable])
        rows = [
            (_candidate(cut, beats, mirrored, laying), laying.price, energy)
            for (cut, laying), energy in zip(bearable, energies, strict=True)
            for mirrored in (False, True)
            if not mirrored or self._library.footage.allows_mirror(*laying.footage[[0, -1]])
        ]
        each = tuple(candidate for candidate, _, _ in rows)
        return Candidates(
            each=each,
            beats=np.full(len(each), beats),
            price=np.array([price for _, price, _ in rows]),
            energy=np.array([energy for _, _, energy in rows]),
            first=np.array([candidate.cells.start for candidate in each]),
            stop=np.array([candidate.cells.stop for candidate in each]),
            starts=self._graph.states([Instant(c.move.start, c.mirrored) for c in each]),
        )

    def _movement(self, laying: Laying, beats: int) -> float:
        """Return how much is seen: the speed of the joints when danced, times the body's box."""
        first, last = laying.footage[0], laying.footage[-1]
        moments = np.linspace(first, last, 24)
        footage = self._library.footage
        seen = footage.speed_at(moments).mean() * footage.size_at(moments).mean()
        return float(seen * (last - first) / (beats * self._interval))


def _candidate(cut: FilmedMove, beats: int, mirrored: bool, laying: Laying) -> Candidate:
    first, last = (int(laying.footage[end] / _CELL) for end in (0, -1))
    end = Instant(float(laying.footage[-1]), mirrored)
    return Candidate(cut, beats, mirrored, end, slice(first, last + 1))


def _joined(parts: Sequence[Candidates]) -> Candidates:
    arrays = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("beats", "price", "energy", "first", "stop", "starts")
    }
    return Candidates(tuple(one for part in parts for one in part.each), **arrays)


def _ranks(values: Sequence[float]) -> list[float]:
    order = np.argsort(np.argsort(values))
    return [float(rank) / max(len(values) - 1, 1) for rank in order]
