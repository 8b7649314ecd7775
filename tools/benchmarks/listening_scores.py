"""What was heard in a song, against the truth about it: beats, bars, sections, choruses.

Beats and downbeats are scored by mir_eval with its tolerance of 70 ms, from the first second on
(mir_eval's own scripts leave out five). A boundary between sections is found when one lies within
one beat of it; a return of verse or chorus, when most of it has the label that most of the first
one has, and no section of the other kind; the choruses of a song are found when every one of them
begins and ends within one beat of a section that is called chorus, and no other section is.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import mir_eval
import numpy as np
from numpy.typing import NDArray

from stickdance.choreography.music.beats import Beats
from stickdance.choreography.music.structure import Structure
from stickdance.tools.demo.song.compose import ComposedSong

_OCTAVE = 0.3  # in octaves: farther from the true tempo, another pulse was taken for the beat
_ROUNDING = 1e-3  # seconds


@dataclass(frozen=True)
class BeatScores:
    """Beats and bars of one song."""

    f_measure: float
    """0..1, like the next three."""
    cmlt: float
    """Share of beats at the right metrical level, interruptions allowed."""
    amlt: float
    """The same with double, half and off-beat allowed."""
    downbeat_f: float
    tempo: float
    """Found, in beats a minute."""
    true_tempo: float
    metre: int
    """Found."""
    true_metre: int

    @property
    def octave_off(self) -> bool:
        """Return whether another pulse than the beat was followed."""
        return bool(abs(np.log2(self.tempo / self.true_tempo)) > _OCTAVE)


@dataclass(frozen=True)
class SectionScores:
    """Sections of one song."""

    boundaries: int
    """True boundaries between sections, the song's ends not counted."""
    found: int
    """How many of them lie within one beat of a boundary found."""
    claimed: int
    """Boundaries found."""
    right: int
    """How many of those lie within one beat of a true one."""
    returns: int
    """Verses and choruses that are not the first of their name."""
    returns_found: int
    """How many of them are heard under the label of the first, one that the other kind has not."""
    choruses: bool
    """Whether every chorus was found from start to end, and nothing else was called one."""


def score_beats(
    times: NDArray[np.float64], downbeats: NDArray[np.float64], metre: int, beats: Beats
) -> BeatScores:
    """Score beats against true ones.

    Args:
        times: (beats,) true seconds.
        downbeats: (bars,) those of them that begin bars.
        metre: true beats in a bar.
        beats: what was heard.
    """
    _, cmlt, _, amlt = mir_eval.beat.continuity(times, beats.times)
    return BeatScores(
        f_measure=float(mir_eval.beat.f_measure(times, beats.times)),
        cmlt=float(cmlt),
        amlt=float(amlt),
        downbeat_f=float(mir_eval.beat.f_measure(downbeats, beats.downbeat_times)),
        tempo=beats.tempo,
        true_tempo=60 / float(np.median(np.diff(times))),
        metre=beats.metre,
        true_metre=metre,
    )


def score_sections(song: ComposedSong, structure: Structure) -> SectionScores:
    """Score sections and choruses against those that a song was composed of."""
    beat = float(np.max(np.diff(song.beats))) + _ROUNDING
    true = np.array([section.start for section in song.sections[1:]])
    heard = np.array([section.start for section in structure.sections[1:]])
    if structure.sections[-1].start >= song.sections[-1].end - beat:
        heard = heard[:-1]  # the closing chord by itself: after the last true section
    returns = _returns(song, structure)
    apart = np.abs(true[:, None] - heard) if len(true) and len(heard) else np.full((1, 1), np.inf)
    return SectionScores(
        boundaries=len(true),
        found=int((apart.min(axis=1) <= beat).sum()),
        claimed=len(heard),
        right=int((apart.min(axis=0) <= beat).sum()),
        returns=sum(not first for first, _ in returns),
        returns_found=sum(found for first, found in returns if not first),
        choruses=_choruses_found(song, structure, beat),
    )


def _returns(song: ComposedSong, structure: Structure) -> list[tuple[bool, bool]]:
    """Return for each verse and chorus whether it is the first, and whether it is found as such."""
    named = [
        (one.label, _label_of_most(structure, one.start, one.end))
        for one in song.sections
        if one.label in ("verse", "chorus")
    ]
    first = dict(reversed(named))
    others = {name: {heard for other, heard in named if other != name} for name in first}
    seen: set[str] = set()
    out = []
    for name, heard in named:
        out.append((name not in seen, heard == first[name] and heard not in others[name]))
        seen.add(name)
    return out


def _label_of_most(structure: Structure, start: float, end: float) -> str:
    """Return the label that was heard for most of a stretch."""
    shares: defaultdict[str, float] = defaultdict(float)
    for one in structure.sections:
        shares[one.label] += max(0.0, min(end, one.end) - max(start, one.start))
    return max(shares, key=shares.__getitem__)


def _choruses_found(song: ComposedSong, structure: Structure, beat: float) -> bool:
    true = [(one.start, one.end) for one in song.sections if one.label == "chorus"]
    heard = [(one.start, one.end) for one in structure.sections if one.chorus]
    # A chorus that is the song's last section may end with the ringing of the closing chord.
    ending = song.sections[-1].end
    return len(true) == len(heard) and all(
        abs(a - c) <= beat and (abs(b - d) <= beat or (b == ending and d >= ending))
        for (a, b), (c, d) in zip(true, heard, strict=True)
    )


def summary(beats: Sequence[BeatScores], sections: Sequence[SectionScores]) -> dict[str, float]:
    """Return the figures over all songs: medians, means, counts and shares."""
    boundaries = max(1, sum(one.boundaries for one in sections))
    claimed = max(1, sum(one.claimed for one in sections))
    return {
        "songs": len(beats),
        "beat_f_median": float(np.median([one.f_measure for one in beats])),
        "beat_f_mean": float(np.mean([one.f_measure for one in beats])),
        "cmlt_mean": float(np.mean([one.cmlt for one in beats])),
        "amlt_mean": float(np.mean([one.amlt for one in beats])),
        "octave_off": sum(one.octave_off for one in beats),
        "metre_right": sum(one.metre == one.true_metre for one in beats),
        "downbeat_f_median": float(np.median([one.downbeat_f for one in beats])),
        "downbeat_f_mean": float(np.mean([one.downbeat_f for one in beats])),
        "boundaries_found": sum(one.found for one in sections) / boundaries,
        "boundaries_right": sum(one.right for one in sections) / claimed,
        "returns_found": sum(one.returns_found for one in sections)
        / max(1, sum(one.returns for one in sections)),
        "choruses_complete": sum(one.choruses for one in sections),
    }
