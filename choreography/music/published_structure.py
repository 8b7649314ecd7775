"""The published structure: one note every 0.2 s, and the longest passage that returns.

1. The loudest of the twelve notes in every 0.2 s is 1, the others 0 (900 x 12 for three minutes).
2. f(V1, V2) = 1 - |V1 - V2| / sqrt(12); the time-lag matrix T[x][y] = f(x, x - y) is denoised and
   smoothed, and its horizontal lines are repetitions (`lag_matrix`).
3. The longest line whose lag is no shorter than itself is the passage that repeats; wherever
   another line leads back to it, it returns too. It is section A; what lies between is danced
   anew each time.

Source: Islam, Rahman and Amin, "Beat Based Realistic Dance Video Generation using Deep Learning",
section IV-B, equations (1) to (3).
"""

from dataclasses import replace

import numpy as np

from stickdance.capture.media.audio import Sound
from stickdance.choreography.music.chroma import Chroma, find_chroma
from stickdance.choreography.music.lag_matrix import (
    MOST_COLUMNS,
    LagMatrix,
    Line,
    denoised,
    find_lines,
)
from stickdance.choreography.music.structure import Repetition, Section, Structure

COLUMN_SECONDS = 0.2
_SMOOTHING_SECONDS = 2.5
_COVERED = 0.8  # of the passage that a line must lead back to, to count as its return


def one_hot_structure(sound: Sound) -> Structure:
    """Find the passage of a song that repeats, as published.

    Args:
        sound: the decoded song; one longer than 320 s gets longer columns.
    """
    matrix = one_hot_matrix(find_chroma(sound), sound.seconds)
    lines = find_lines(matrix)
    places = sorted(_passages(lines))
    repetitions = tuple(
        Repetition(
            start=float(matrix.edges[line.start]),
            end=float(matrix.edges[line.stop]),
            of_start=float(matrix.edges[line.start - line.lag]),
            similarity=line.similarity,
        )
        for line in sorted(lines, key=lambda line: (line.start, line.lag))
    )
    sections = _sections([(matrix.edges[a], matrix.edges[b]) for a, b in places], sound.seconds)
    return Structure(sections, repetitions, "A" if places else None)


def one_hot_matrix(chroma: Chroma, seconds: float) -> LagMatrix:
    """Return the time-lag matrix of one-hot notes, one column per 0.2 s.

    Args:
        chroma: the song's notes.
        seconds: its length.
    """
    width = COLUMN_SECONDS * max(1, int(np.ceil(seconds / COLUMN_SECONDS / MOST_COLUMNS)))
    edges = np.arange(max(2, int(seconds / width)) + 1) * width
    notes = one_hot(chroma.within(edges))
    sounding = notes.sum(axis=1)
    apart = sounding[:, None] + sounding - 2 * notes @ notes.T  # squared: 0, 1 or 2
    similar = 1 - np.sqrt(apart / 12)
    lag = np.arange(len(notes))[:, None] - np.arange(len(notes))
    sheared = np.where(lag >= 0, np.take_along_axis(similar, np.maximum(lag, 0), axis=1), 0)
    sheared = sheared.astype(np.float32)
    return LagMatrix(edges, sheared, denoised(sheared, round(_SMOOTHING_SECONDS / width)))


def one_hot(notes: np.ndarray) -> np.ndarray:
    """Return notes (columns, 12) with the loudest of each column 1, the others 0; silence stays."""
    out = np.zeros_like(notes)
    out[np.arange(len(notes)), notes.argmax(axis=1)] = 1
    out[notes.max(axis=1) <= 0] = 0
    return out


def _passages(lines: list[Line]) -> list[tuple[int, int]]:
    """Return where the passage that repeats sounds: columns from and to, not overlapping."""
    apart = [line for line in lines if line.lag >= line.stop - line.start]
    if not apart:
        return []
    longest = max(apart, key=lambda line: (line.stop - line.start, line.similarity))
    first = (longest.start - longest.lag, longest.stop - longest.lag)
    places = [first, (longest.start, longest.stop)]
    for line in lines:
        for source, shift in ((line.start - line.lag, line.lag), (line.start, -line.lag)):
            common = min(first[1], source + line.stop - line.start) - max(first[0], source)
            place = (first[0] + shift, first[1] + shift)
            free = all(place[1] <= a or b <= place[0] for a, b in places)
            if common >= _COVERED * (first[1] - first[0]) and place[0] >= 0 and free:
                places.append(place)
    return places


def _sections(passages: list[tuple[float, float]], seconds: float) -> tuple[Section, ...]:
    """Return sections that cover the song: A where the passage sounds, else B, C, D ..."""
    out: list[Section] = []
    done, other = 0.0, 0
    for start, end in [*passages, (seconds, seconds)]:
        if start - done > COLUMN_SECONDS:
            other += 1
            out.append(Section(_letter(other), done, float(start), False))
        elif out:
            out[-1] = replace(out[-1], end=float(start))
        if end > start:
            begin = out[-1].end if out else 0.0
            out.append(Section("A", begin, float(min(end, seconds)), True))
            done = float(end)
    return (*out[:-1], replace(out[-1], end=seconds))


def _letter(number: int) -> str:
    return chr(ord("A") + number) if number < 26 else f"S{number}"
