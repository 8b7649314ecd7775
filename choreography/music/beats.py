"""Beats, tempo, metre and downbeats of a song.

Stages: onset envelopes (`onsets`) -> tempo path (`tempo`) -> pulses by dynamic programming
(`beat_tracking`) and which of them is the beat (`readings`), moved onto the onsets' own peaks ->
bars (`bars`).

librosa's `onset.onset_strength`, `beat.beat_track` and even `filters.chroma` load `librosa.util`,
which numba compiles for ten seconds in a fresh process, so what they do is written in numpy here:
with changing tempi, which a dance needs and they lack.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import maximum_filter1d

from stickdance.capture.media.audio import SHORTEST, Sound
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.music.analysis import Hearing, hear
from stickdance.choreography.music.bar_evidence import bar_evidence, bar_weights
from stickdance.choreography.music.bars import find_bars
from stickdance.choreography.music.beat_hints import NO_HINTS, BeatHints, BeatShift
from stickdance.choreography.music.chroma import change_of_notes, steadiness
from stickdance.choreography.music.onsets import DELAY, FRAME_RATE, Onsets
from stickdance.choreography.music.readings import Reading, find_readings
from stickdance.choreography.music.tempo import TempoPath, find_tempo, levelled

FEWEST = 4
"""Beats that a song must have."""
_DOUBTFUL = 0.16
"""Regularity below which a beat is doubtful: noise has 0.1, the freest rubato tried 0.21."""
_NEAR = 0.2
"""Probability from which another reading of the beat is named."""
_LEAST_STEADY = 0.15
"""Steadiness of the notes from which a song without a regular beat is one: noise has 0.03."""
_LEAST_RISE = 0.1  # of the 98th percentile frame: held tones have 0.01, soft strings 0.3
_ACCENTS = np.array([2.0, 0.5, 1.5, 0.7])  # of low and all onsets, changes of chord and of bass
_NAMED = 6  # pulses that a refused tempo is told of
_OTHER_TEMPO, _OFF = 0.1, 0.3  # octaves, and beats, from which a reading is another one
_FAINT = 0.15  # of the usual strength: no beat before the first and after the last stronger one


@dataclass(frozen=True)
class OtherReading:
    """Another way in which a song's beat can be heard."""

    times: np.ndarray
    """(beats,) seconds, rising."""
    tempo: float
    """Beats a minute."""
    probability: float
    """0..1"""
    flag: str
    """The option that dances it."""

    def __str__(self) -> str:
        """Return it in words."""
        what = "half a beat later" if "offbeat" in self.flag else f"{self.tempo:.0f} BPM"
        return f"{what} ({self.flag}; {self.probability:.0%})"


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
    """Beats in a bar: 3, 4, 5 or 7 where it was found here, any number where it was given."""
    strength: np.ndarray
    """(beats,) float32, 0..1: how clearly a sound starts at the beat, against the song's own."""
    confidence: float
    """0..1: how periodic the song is."""
    others: tuple[OtherReading, ...] = ()
    """Other readings that are near, the most probable first."""
    counted: OtherReading | None = None
    """The same beat counted half or twice as fast, however improbable; None where it is one of the
    others, or nothing was heard there. Music alone does not always tell 50 BPM from 100."""

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
    def doubts(self) -> tuple[str, ...]:
        """Return what is doubtful about the beats, a sentence each."""
        out = [f"the beat is near another one: {self.tempo:.0f} BPM is taken, it could also be "
               f"{other}" for other in self.others]  # fmt: skip
        if self.confidence < _DOUBTFUL:
            out.insert(0, f"the beat is doubtful (regularity {self.confidence:.2f}): free rhythm?")
        return tuple(out)

    @property
    def positions(self) -> np.ndarray:
        """Return (beats,) int64: the count of each beat in its bar, 1 on the downbeat."""
        beats = np.arange(len(self.times))
        bar = np.searchsorted(self.downbeats, beats, side="right") - 1
        after = beats - self.downbeats[np.maximum(bar, 0)]
        return np.where(bar >= 0, after, after % self.metre) + 1


def find_beats(sound: Sound, hearing: Hearing | None = None, hints: BeatHints = NO_HINTS) -> Beats:
    """Find beats, tempo, metre and bars of a song.

    Beats go on through pauses at the tempo around them; there are none before the first sound and
    after the last.

    Args:
        sound: the decoded song.
        hearing: what `hear` found in it, where that is known already.
        hints: what is known about its beat.

    Raises:
        BadInput: there is no music (noise, a sustained tone, a single click), it is too short, or
            no pulse is as the hints have it.
    """
    hints.check()
    if sound.seconds < SHORTEST:
        raise BadInput(
            f"{sound.origin}: lasts {sound.seconds:.2f} s, expected a song of at least "
            f"{SHORTEST:g} s with a beat"
        )
    hearing = hearing or hear(sound)
    onsets = hearing.onsets
    tempo = _tempo_of(sound, hearing)
    readings = _readings(sound, hearing, tempo, hints)
    times = [_timed(one.pulse, onsets) for one in readings]
    if not times or len(times[0]) < FEWEST:
        raise BadInput(
            f"{sound.origin}: {len(times[0]) if times else 'no'} beats were found, expected at "
            f"least {FEWEST}; choose a longer song"
        )
    beats = _described(times[0], hearing, tempo.periodic, hints.metre)
    different = [
        OtherReading(when, one.tempo, one.probability, _flag(readings[0], one))
        for one, when in zip(readings, times, strict=True)
        if len(when) >= FEWEST and _differ(readings[0], one)
    ]
    others = tuple(one for one in different if one.probability >= _NEAR)
    octave = next((one for one in different if _octave(readings[0], one)), None)
    counted = octave if octave is not None and octave.probability < _NEAR else None
    return shifted(hearing, replace(beats, others=others, counted=counted), hints)


def shifted(hearing: Hearing, beats: Beats, hints: BeatHints) -> Beats:
    """Return beats corrected as people ask: every other one, twice as many, half a beat later."""
    if hints.beat_shift is None:
        return beats
    times = SHIFTS[hints.beat_shift](beats)
    if len(times) < FEWEST:
        raise BadInput(f"--beat-shift {hints.beat_shift}: leaves {len(times)} beats; need {FEWEST}")
    return _described(times, hearing, beats.confidence, hints.metre)


def with_metre(hearing: Hearing, beats: Beats, hints: BeatHints) -> Beats:
    """Return beats in bars of the metre that is asked for, if one is."""
    if hints.metre in (None, beats.metre):
        return beats
    return _described(beats.times, hearing, beats.confidence, hints.metre)


def _every_other(beats: Beats) -> np.ndarray:
    """Return every other beat, bars' first ones among them."""
    even = np.mean(beats.downbeats % 2 == 0) >= 0.5 if len(beats.downbeats) else True
    return beats.times[0 if even else 1 :: 2]


SHIFTS: Mapping[BeatShift, Callable[[Beats], np.ndarray]] = {
    "half": _every_other,
    "double": lambda beats: np.sort(np.concatenate([beats.times, _between(beats)])),
    "offbeat": lambda beats: _between(beats),
}


def _between(beats: Beats) -> np.ndarray:
    return (beats.times[:-1] + beats.times[1:]) / 2


def _tempo_of(sound: Sound, hearing: Hearing) -> TempoPath:
    """Return how fast a song goes.

    Raises:
        BadInput: it is no music.
    """
    if np.percentile(hearing.onsets.whole, 98) < _LEAST_RISE:
        raise BadInput(
            f"{sound.origin}: no beat was found, hardly any sound starts in it (a held tone, or "
            "nearly silent); choose a song with a pulse"
        )
    tempo = find_tempo(levelled(hearing.onsets.whole))
    steady = steadiness(hearing.chroma)
    if tempo.periodic < _DOUBTFUL and steady < _LEAST_STEADY:
        raise BadInput(
            f"{sound.origin}: no beat was found (regularity {tempo.periodic:.2f}, expected at "
            f"least {_DOUBTFUL}) and no notes (steadiness {steady:.2f}, expected at least "
            f"{_LEAST_STEADY}): noise or speech; choose a song"
        )
    return tempo


def _readings(sound: Sound, hearing: Hearing, tempo: TempoPath, hints: BeatHints) -> list[Reading]:
    """Return how the beat can be read within the tempi that are asked for.

    Raises:
        BadInput: no pulse goes so fast.
    """
    within = hints.tempi
    if within is None:
        return find_readings(hearing.onsets, hearing.chroma, tempo)
    found = find_readings(hearing.onsets, hearing.chroma, tempo, within)
    if not found:
        heard = find_readings(hearing.onsets, hearing.chroma, tempo)
        pulses = sorted({round(one.tempo) for one in heard[:_NAMED]})
        raise BadInput(
            f"{hints.asked}: fits no pulse of {sound.origin}; heard are "
            f"{', '.join(map(str, pulses)) or 'none'} BPM"
        )
    return found


def _differ(best: Reading, other: Reading) -> bool:
    """Return whether another tempo is meant, or another side of the beat, and no mere wavering."""
    if abs(np.log2(other.tempo / best.tempo)) > _OTHER_TEMPO:
        return True
    after = np.clip(np.searchsorted(best.pulse, other.pulse), 1, len(best.pulse) - 1)
    into = (other.pulse - best.pulse[after - 1]) / (best.pulse[after] - best.pulse[after - 1])
    return bool(np.median(np.abs((into + 0.5) % 1 - 0.5)) > _OFF)


def _octave(best: Reading, other: OtherReading) -> bool:
    """Return whether the other reading goes half or twice as fast."""
    return abs(abs(np.log2(other.tempo / best.tempo)) - 1) < _OTHER_TEMPO


def _flag(best: Reading, other: Reading) -> str:
    """Return the option that dances the other reading."""
    if abs(np.log2(other.tempo / best.tempo)) <= _OTHER_TEMPO:
        return "--beat-shift offbeat"
    return f"--tempo {other.tempo:.0f}"


def _timed(pulse: np.ndarray, onsets: Onsets) -> np.ndarray:
    """Return the seconds of a pulse's beats, from the first sound to the last."""
    frames = _trimmed(np.round(pulse).astype(int), onsets)
    return _exact(frames, onsets.whole) / FRAME_RATE + DELAY if len(frames) else np.zeros(0)


def beats_at(
    hearing: Hearing,
    times: np.ndarray,
    positions: np.ndarray | None = None,
    metre: int | None = None,
) -> Beats:
    """Return what is known of beats that somebody else found.

    Args:
        hearing: what `hear` found in the song.
        times: (beats,) rising seconds within it; at least four.
        positions: (beats,) the count of each beat in its bar from 1; without them the bars are
            found as `find_beats` finds them.
        metre: beats in a bar, where that is known.
    """
    beats = _described(times, hearing, 1.0, metre)
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


def _described(times: np.ndarray, hearing: Hearing, periodic: float, metre: int | None) -> Beats:
    """Return beats at these times with all that is known of them."""
    onsets, chroma = hearing.onsets, hearing.chroma
    frames = np.round((times - DELAY) * FRAME_RATE).astype(int).clip(0, len(onsets) - 1)
    registers = [_strength(frames, part) for part in (onsets.low, onsets.middle, onsets.high)]
    whole = _strength(frames, onsets.whole)
    edges = np.append(times, 2 * times[-1] - times[-2])
    notes = chroma.within(edges)
    changes = [change_of_notes(notes), chroma.bass_rise(edges)]
    accents = np.stack([registers[0], whole, *changes], axis=1)
    evidence = bar_evidence(hearing, times)
    fitted = {one: evidence @ weight for one, weight in bar_weights().items()}
    patterns = np.stack([*registers, *changes], axis=1)
    bars = find_bars(accents, _ACCENTS, patterns, metre, fitted)
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
