"""Beats, tempo, metre and downbeats of a song.

Stages: onset envelopes (`onsets`) -> tempo path (`tempo`) -> which pulse is the beat
(`metrical_level`) -> beats by dynamic programming (`beat_tracking`), moved onto the onsets' own
peaks -> bars (`bars`).

librosa's `onset.onset_strength`, `beat.beat_track` and even `filters.chroma` load `librosa.util`,
which numba compiles for ten seconds in a fresh process, so what they do is written in numpy here:
with changing tempi, which a dance needs and they lack.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import maximum_filter1d

from stickdance.capture.media.audio import SHORTEST, Sound
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.music.analysis import Hearing, hear
from stickdance.choreography.music.bars import find_bars
from stickdance.choreography.music.beat_tracking import follow
from stickdance.choreography.music.chroma import Chroma, change_of_notes
from stickdance.choreography.music.metrical_level import choose_level
from stickdance.choreography.music.onsets import DELAY, FRAME_RATE, Onsets
from stickdance.choreography.music.tempo import find_tempo, levelled

FEWEST = 4
"""Beats that a song must have."""
_LEAST_PERIODIC = 0.16  # noise has 0.1, the freest rubato tried 0.21
_LEAST_RISE = 0.1  # of the 98th percentile frame: held tones have 0.01, soft strings 0.3
_ACCENTS = np.array([2.0, 0.5, 1.5])  # of the bass, all onsets and the change of chord
_FAINT = 0.15  # of the usual strength: no beat before the first and after the last stronger one


@dataclass(frozen=True)
class Beats:
    """Where a song's beats and bars are."""

    times: np.ndarray
    """(beats,) float64, seconds from the first sample, rising; at least four."""
    downbeats: np.ndarray
    """(bars,) int64, rising: which of the beats are the first of a bar."""
    tempo: float
    """Beats per minute: 60 / the median interval."""
    metre: int
    """Beats in a bar: 3 or 4 where it was found here, any number where it was given."""
    strength: np.ndarray
    """(beats,) float32, 0..1: how clearly a sound starts at the beat, against the song's own."""
    confidence: float
    """0..1: how periodic the song is."""

    def __len__(self) -> int:
        """Return the number of beats."""
        return len(self.times)

    @property
    def intervals(self) -> np.ndarray:
        """Return (beats,) seconds from each beat to the next; the last one repeats."""
        steps = np.diff(self.times)
        return np.append(steps, steps[-1])

    @property
    def downbeat_times(self) -> np.ndarray:
        """Return (bars,) seconds at which bars begin."""
        return self.times[self.downbeats]

    @property
    def positions(self) -> np.ndarray:
        """Return (beats,) int64: the count of each beat in its bar, 1 on the downbeat."""
        beats = np.arange(len(self.times))
        bar = np.searchsorted(self.downbeats, beats, side="right") - 1
        after = beats - self.downbeats[np.maximum(bar, 0)]
        return np.where(bar >= 0, after, after % self.metre) + 1


def find_beats(sound: Sound, hearing: Hearing | None = None) -> Beats:
    """Find beats, tempo, metre and bars of a song.

    Beats go on through pauses at the tempo around them; there are none before the first sound and
    after the last.

    Args:
        sound: the decoded song.
        hearing: what `hear` found in it, where that is known already.

    Raises:
        BadInput: the song has no beat (noise, a sustained tone, a single click) or is too short.
    """
    if sound.seconds < SHORTEST:
        raise BadInput(
            f"{sound.origin}: lasts {sound.seconds:.2f} s, expected a song of at least "
            f"{SHORTEST:g} s with a beat"
        )
    hearing = hearing or hear(sound)
    onsets, chroma = hearing.onsets, hearing.chroma
    if np.percentile(onsets.whole, 98) < _LEAST_RISE:
        raise BadInput(
            f"{sound.origin}: no beat was found, hardly any sound starts in it (a held tone, or "
            "nearly silent); choose a song with a pulse"
        )
    envelope = levelled(onsets.whole)
    tempo = find_tempo(envelope)
    if tempo.periodic < _LEAST_PERIODIC:
        raise BadInput(
            f"{sound.origin}: no beat was found (regularity {tempo.periodic:.2f}, expected at "
            f"least {_LEAST_PERIODIC}: noise, speech or free rhythm); choose a song with a pulse"
        )
    ratio = choose_level(onsets, chroma, tempo.correlations, tempo.tempi)
    frames = _trimmed(follow(envelope, ratio * tempo.tempi[:, None])[0], onsets)
    if len(frames) < FEWEST:
        raise BadInput(
            f"{sound.origin}: {len(frames)} beats were found, expected at least {FEWEST}; "
            "choose a longer song"
        )
    times = _exact(frames, onsets.whole) / FRAME_RATE + DELAY
    return _described(times, onsets, chroma, tempo.periodic)


def beats_at(hearing: Hearing, times: np.ndarray, positions: np.ndarray | None = None) -> Beats:
    """Return what is known of beats that somebody else found.

    Args:
        hearing: what `hear` found in the song.
        times: (beats,) rising seconds within it; at least four.
        positions: (beats,) the count of each beat in its bar from 1; without them the bars are
            found as `find_beats` finds them.
    """
    beats = _described(times, hearing.onsets, hearing.chroma, 1.0)
    if positions is None:
        return beats
    downbeats = np.flatnonzero(positions == 1)
    lengths = np.diff(downbeats)
    metre = int(np.bincount(lengths).argmax()) if len(lengths) else int(positions.max())
    return replace(beats, downbeats=downbeats, metre=metre)


def _trimmed(frames: np.ndarray, onsets: Onsets) -> np.ndarray:
    strength = _strength(frames, onsets.whole)
    heard = np.flatnonzero(strength > _FAINT * np.median(strength))
    return frames[heard[0] : heard[-1] + 1] if len(heard) else frames[:0]


def _described(times: np.ndarray, onsets: Onsets, chroma: Chroma, periodic: float) -> Beats:
    """Return beats at these times with all that is known of them."""
    frames = np.round((times - DELAY) * FRAME_RATE).astype(int).clip(0, len(onsets) - 1)
    registers = [_strength(frames, part) for part in (onsets.low, onsets.middle, onsets.high)]
    whole = _strength(frames, onsets.whole)
    edges = np.append(times, 2 * times[-1] - times[-2])
    notes = chroma.within(edges)
    accents = np.stack([registers[0], whole, change_of_notes(notes)], axis=1)
    bars = find_bars(accents, _ACCENTS, np.stack([*registers, accents[:, 2]], axis=1))
    return Beats(
        times=times,
        downbeats=bars.downbeats,
        tempo=60 / float(np.median(np.diff(times))),
        metre=bars.metre,
        strength=np.clip(whole / max(float(np.percentile(whole, 95)), 1e-9), 0, 1),
        confidence=periodic,
    )


def _strength(frames: np.ndarray, envelope: np.ndarray) -> np.ndarray:
    """Return (beats,) the strongest onset within 25 ms of each beat."""
    return maximum_filter1d(envelope, 5)[frames].astype(np.float32)


def _exact(frames: np.ndarray, envelope: np.ndarray) -> np.ndarray:
    """Return frames moved onto the peak of the envelope beside them, between frames."""
    near = np.clip(frames[:, None] + np.arange(-2, 3), 1, len(envelope) - 2)
    peaks = near[np.arange(len(frames)), envelope[near].argmax(axis=1)]
    left, top, right = envelope[peaks - 1], envelope[peaks], envelope[peaks + 1]
    bend = left - 2 * top + right
    is_peak = (top >= left) & (top >= right) & (bend < 0)
    offset = 0.5 * (left - right) / np.where(is_peak, bend, -1)
    return np.where(is_peak, peaks + offset, frames).astype(np.float64)
