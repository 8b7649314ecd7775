"""Sections of a song, what repeats in it, and which of it is the chorus.

Stages: notes over time (`chroma`) -> time-lag matrix and the lines in it (`lag_matrix`) ->
boundaries (`sections`), what is one whole elsewhere told apart, and labels (`section_labels`,
`phrases`) -> the chorus: the label that returns most often, a line of a few seconds aside; among
equals the most energetic one. A closing chord that rings on after the
last beat is a section of its own.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from stickdance.capture.media.audio import Sound
from stickdance.choreography.music.analysis import Hearing, hear
from stickdance.choreography.music.beats import Beats
from stickdance.choreography.music.lag_matrix import LagMatrix, find_lines, lag_matrix
from stickdance.choreography.music.phrases import join_phrases
from stickdance.choreography.music.section_labels import divided, label_sections
from stickdance.choreography.music.sections import Grid, find_boundaries, novelty

_RINGING_BEATS = 1.5
_SHORTEST_CHORUS = 6.0  # seconds; Goto (2006) has 7.7


@dataclass(frozen=True)
class Section:
    """A part of a song with a label."""

    label: str
    """"A", "B", ...: sections with the same label are the same music."""
    start: float
    """Seconds; a beat, or 0 for the first section."""
    end: float
    """Seconds; the start of the next section, or the song's length for the last."""
    chorus: bool
    """Whether this is (a return of) the chorus."""


@dataclass(frozen=True)
class Repetition:
    """A stretch of a song that was heard before: a horizontal line in the time-lag matrix."""

    start: float
    """Seconds at which the return starts."""
    end: float
    """Seconds at which the return ends."""
    of_start: float
    """Seconds at which the stretch that it repeats starts: `start` minus the lag."""
    similarity: float
    """0..1: mean similarity of the two stretches' notes."""


@dataclass(frozen=True)
class Structure:
    """How a song is built."""

    sections: tuple[Section, ...]
    """In order; they cover the whole song from 0 to its end without a gap."""
    repetitions: tuple[Repetition, ...]
    """By start, then lag; empty where nothing repeats."""
    chorus: str | None
    """Label of the chorus; None where no section returns."""

    def at(self, seconds: float) -> Section:
        """Return the section that sounds at a time; times outside the song give the nearest."""
        for section in self.sections:
            if seconds < section.end:
                return section
        return self.sections[-1]

    def places(self, beats: Beats) -> list[tuple[int, int]]:
        """Return each section's first beat and the first one after it."""
        slack = 0.5 * float(np.median(beats.intervals))
        ends = [(section.start - slack, section.end - slack) for section in self.sections]
        return [(int(low), int(high)) for low, high in np.searchsorted(beats.times, ends)]


def find_structure(sound: Sound, beats: Beats, hearing: Hearing | None = None) -> Structure:
    """Find what repeats in a song, and cut it into labelled sections on its beats.

    Args:
        sound: the decoded song.
        beats: its beats; sections begin on them, nearly always on downbeats.
        hearing: what `hear` found in it, where that is known already.
    """
    hearing = hearing or hear(sound)
    matrix = lag_matrix(hearing.chroma, beats, sound.seconds)
    timbre = hearing.timbre.within(matrix.edges)
    grid = _grid(matrix, beats)
    news = novelty(matrix, timbre, grid)
    phrases = find_boundaries(matrix, news, grid)
    phrases = divided(matrix, timbre, phrases, grid.bar)
    alike = label_sections(matrix, timbre, phrases, grid.bar)
    bounds, numbers = join_phrases(phrases.tolist(), alike, timbre)
    return _described(matrix, bounds, numbers, timbre, sound.seconds)


def _grid(matrix: LagMatrix, beats: Beats) -> Grid:
    inside = (matrix.edges > beats.times[0]) & (matrix.edges < beats.times[-1])
    widths = np.diff(matrix.edges[inside] if inside.sum() > 2 else matrix.edges)
    bar = beats.metre * float(np.median(beats.intervals)) / float(np.median(widths))
    nearest = np.abs(matrix.edges[:, None] - beats.downbeat_times).min(axis=1)
    down = nearest < 0.25 * float(np.median(widths))
    return Grid(
        bar=max(1, round(bar)),
        beat=max(1, round(bar / beats.metre)),
        downbeats=down,
        first=int(np.abs(matrix.edges - beats.times[0]).argmin()),
        closing=_closing(matrix, beats, down),
    )


def _closing(matrix: LagMatrix, beats: Beats, down: np.ndarray) -> int:
    """Return the column of the closing chord: a last beat that opens a bar and rings on.

    Without one, the number of columns.
    """
    count = len(matrix.edges) - 1
    last = int(np.abs(matrix.edges - beats.times[-1]).argmin())
    rings = matrix.edges[-1] - matrix.edges[last] > _RINGING_BEATS * beats.intervals[-1]
    return last if down[last] and rings and last > 0 else count


def _described(
    matrix: LagMatrix, bounds: list[int], numbers: list[int], timbre: np.ndarray, seconds: float
) -> Structure:
    labels = [_letter(number) for number in numbers]
    power = 10 * np.log10(np.sum(10 ** (timbre / 10), axis=1))
    loud = [float(power[start:end].mean()) for start, end in pairwise(bounds)]
    times = [0.0, *(float(matrix.edges[bound]) for bound in bounds[1:-1]), seconds]
    chorus = find_chorus(labels, np.diff(times).tolist(), loud)
    sections = tuple(
        Section(label, start, end, label == chorus)
        for label, (start, end) in zip(labels, pairwise(times), strict=True)
    )
    return Structure(sections, repetitions_in(matrix), chorus)


def repetitions_in(matrix: LagMatrix) -> tuple[Repetition, ...]:
    """Return what repeats in a song, by start, then lag."""
    edges = matrix.edges
    found = (
        Repetition(
            float(edges[line.start]),
            float(edges[line.stop]),
            float(edges[line.start - line.lag]),
            line.similarity,
        )
        for line in find_lines(matrix)
    )
    return tuple(sorted(found, key=lambda one: (one.start, -one.of_start)))


def find_chorus(labels: list[str], lengths: list[float], loud: list[float]) -> str | None:
    """Return the label that returns most, the loudest in a tie; None where none returns.

    Args:
        labels: of the sections.
        lengths: their seconds; what lasts less than six is no chorus if something longer returns.
        loud: their mean power in decibels.
    """
    places = {
        label: [place for place, one in enumerate(labels) if one == label] for label in labels
    }
    returning = {label: where for label, where in places.items() if len(where) > 1}
    long = {
        label: where
        for label, where in returning.items()
        if np.median([lengths[place] for place in where]) >= _SHORTEST_CHORUS
    }
    candidates = long or returning
    if not candidates:
        return None
    return max(
        candidates,
        key=lambda label: (
            len(candidates[label]), float(np.mean([loud[place] for place in candidates[label]])),
        ),
    )  # fmt: skip


def _letter(number: int) -> str:
    """Return A..Z, then AA, AB, ... as in spreadsheets."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
