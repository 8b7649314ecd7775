"""Beats and sections given from outside, in place of those that are heard.

Beats are taken as they are; what is missing (bars, where only beats were marked) is heard. Sections
are laid on the nearest beats; what they leave free becomes sections of its own, each with another
label, because nobody said that they were the same music.
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from stickdance.capture.media.audio import Sound
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.annotations.marks import BeatMarks, SectionMark, refuse_beyond
from stickdance.choreography.music.analysis import Hearing
from stickdance.choreography.music.beats import Beats, beats_at
from stickdance.choreography.music.lag_matrix import lag_matrix
from stickdance.choreography.music.structure import Section, Structure, find_chorus, repetitions_in

_FREE = "free"
"""Label of what no mark covers; numbered."""


def corrected_beats(sound: Sound, hearing: Hearing, marks: BeatMarks, path: Path) -> Beats:
    """Return a song's beats as they were marked.

    Args:
        sound: the decoded song.
        hearing: what `hear` found in it.
        marks: its beats, and where bars begin or not.
        path: where they were read, for messages.

    Raises:
        BadInput: they reach beyond the song.
    """
    refuse_beyond(path, float(marks.times[-1]), sound.seconds)
    inside = marks.times <= sound.seconds
    positions = None if marks.positions is None else marks.positions[inside]
    return beats_at(hearing, marks.times[inside], positions)


def corrected_structure(
    sound: Sound, hearing: Hearing, beats: Beats, marks: Sequence[SectionMark], path: Path
) -> Structure:
    """Return a song's structure with its sections as they were marked; what repeats is heard.

    Args:
        sound: the decoded song.
        hearing: what `hear` found in it.
        beats: its beats, which sections are laid on.
        marks: sections in order, without overlap.
        path: where they were read, for messages.

    Raises:
        BadInput: they reach beyond the song, or one is shorter than a beat.
    """
    refuse_beyond(path, marks[-1].end, sound.seconds)
    spans = _without_gaps(_on_beats(marks, beats, sound.seconds, path), sound.seconds)
    chorus = _chorus(hearing, spans)
    sections = tuple(
        Section(one.label, one.start, one.end, one.chorus or one.label == chorus) for one in spans
    )
    matrix = lag_matrix(hearing.chroma, beats, sound.seconds)
    return Structure(sections, repetitions_in(matrix), chorus)


def _on_beats(
    marks: Sequence[SectionMark], beats: Beats, seconds: float, path: Path
) -> list[SectionMark]:
    grid = np.array([0.0, *beats.times[beats.times > 0], seconds])
    snapped = []
    for number, one in enumerate(marks, 1):
        start, end = (float(grid[np.abs(grid - time).argmin()]) for time in (one.start, one.end))
        if end <= start:
            raise BadInput(
                f"{path}: section {number} ({one.label}) at {one.start:.2f} s is shorter than a "
                "beat; make it longer or take it away"
            )
        snapped.append(SectionMark(start, end, one.label, one.chorus))
    return snapped


def _without_gaps(spans: Sequence[SectionMark], seconds: float) -> list[SectionMark]:
    """Return the sections with what lies between them, so that they cover the song."""
    covered: list[SectionMark] = []
    end = 0.0
    for one in [*spans, SectionMark(seconds, seconds, "", False)]:
        if one.start > end:
            number = 1 + sum(other.label.startswith(_FREE) for other in covered)
            covered.append(SectionMark(end, one.start, f"{_FREE} {number}", False))
        if one.end > one.start:
            covered.append(one)
        end = one.end
    return covered


def _chorus(hearing: Hearing, spans: Sequence[SectionMark]) -> str | None:
    """Return the label marked as the chorus, else what returns most."""
    marked = [one.label for one in spans if one.chorus]
    if marked:
        return max(marked, key=marked.count)
    edges = np.array([0.0, *(one.end for one in spans)])
    power = 10 * np.log10(np.sum(10 ** (hearing.timbre.within(edges) / 10), axis=1))
    lengths = [end - start for start, end in pairwise(edges.tolist())]
    return find_chorus([one.label for one in spans], lengths, power.tolist())
