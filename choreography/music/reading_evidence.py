"""What speaks for a reading of a song's beat: sounds on, between and around its beats, and bars.

The same song can be read at several tempi and half a beat earlier or later. High sounds do not tell
which: in house, reggae or country they lie between the beats as often as on them. What listeners go
by is weighed together (`readings`): bass and bass drum on the beat, chords and bass notes that
change on it, a snare on every other one, bars on whose first beat much changes, a usual tempo.

Conventions: a pulse is (beats,) rising frames of the onset envelopes; the values here are plain
numbers whose weights were fitted.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import maximum_filter1d
from scipy.signal import find_peaks

from stickdance.choreography.music.bars import standardised
from stickdance.choreography.music.chroma import Chroma, change_of_notes
from stickdance.choreography.music.onsets import FRAME_RATE, Onsets
from stickdance.choreography.music.tempo import combs, levelled

REGISTERS = ("low", "middle", "high", "whole")
_NEAR = 3.0  # frames: 35 ms
_METRES = (3, 4)
"""In which bars are looked for here: those of nearly all songs."""
_LEAST_BARS = 4


@dataclass(frozen=True)
class Sounds:
    """A song, prepared for many pulses to be asked about."""

    registers: dict[str, np.ndarray]
    """(frames,) by name: the strongest onset near each frame, about 0..1."""
    starts: dict[str, tuple[np.ndarray, np.ndarray]]
    """By register: the frames at which something starts, and how loud."""
    chroma: Chroma
    correlations: np.ndarray
    """(seconds, lags): `tempo.autocorrelations`."""


def sounds_of(onsets: Onsets, chroma: Chroma, correlations: np.ndarray) -> Sounds:
    """Prepare what is known of a song."""
    level = {name: levelled(getattr(onsets, name)) for name in REGISTERS}
    registers = {name: _near(values) for name, values in level.items()}
    registers["snare"] = np.sqrt(registers["middle"].clip(0) * registers["high"].clip(0))
    starts = {name: _starts(level[name]) for name in ("low", "middle", "high")}
    return Sounds(registers, starts, chroma, correlations)


def evidence(pulse: np.ndarray, sounds: Sounds) -> dict[str, float]:
    """Return what speaks for and against beats at the frames `pulse`, at least eight."""
    steps = np.diff(pulse)
    tempo = 60 * FRAME_RATE / float(np.median(steps))
    octaves = float(np.log2(tempo / 110))
    values = {
        "fast": max(octaves, 0.0) ** 2,
        "slow": max(-octaves, 0.0) ** 2,
        "very fast": max(0.0, float(np.log2(tempo / 185))),
        "very slow": max(0.0, float(np.log2(58 / tempo))),
        "periodic": float(combs(sounds.correlations, np.array([tempo])).mean()),
        "uneven steps": float(np.std(np.diff(np.log(steps)))),
    }
    values |= _profile(pulse, steps, sounds)
    values |= _caught(pulse, steps, sounds)
    values |= _changes(pulse, sounds)
    return values


def _profile(pulse: np.ndarray, steps: np.ndarray, sounds: Sounds) -> dict[str, float]:
    """Return how much starts on the beat and between beats, by register."""

    def at(name: str, phase: float) -> float:
        return _mean_at(sounds.registers[name], pulse[:-1] + phase * steps)

    values: dict[str, float] = {}
    for name in sounds.registers:
        on, off = at(name, 0), at(name, 0.5)
        values |= {f"{name} on": on, f"{name} off": off}
        values[f"{name} on/off"] = float(np.log((on + 0.08) / (off + 0.08)))
    half = values["whole off"]
    first, second = at("whole", 1 / 3), at("whole", 2 / 3)
    values["both divisions"] = min(half, max(first, second))
    values["first third alone"] = max(0.0, first - second)
    values["thirds"] = min(first, second)
    for name in ("low", "middle"):
        values[f"{name} quarters"] = max(at(name, 0.25), at(name, 0.75))
        values[f"{name} early"] = at(name, 0.25) - at(name, 0.75)
    return values


def _caught(pulse: np.ndarray, steps: np.ndarray, sounds: Sounds) -> dict[str, float]:
    """Return the share of all that starts, by register, that a pulse or its halves explain."""
    halves = np.sort(np.concatenate([pulse, pulse[:-1] + steps / 2]))
    values = {}
    for name, (places, loud) in sounds.starts.items():
        inside = (places >= pulse[0] - _NEAR) & (places <= pulse[-1] + _NEAR)
        total = max(float(loud[inside].sum()), 1e-6)
        for what, grid in (("beats", pulse), ("halves", halves)):
            near = _distance(places[inside], grid) <= _NEAR
            values[f"{name} caught by {what}"] = float(loud[inside][near].sum()) / total
    return values


def _changes(pulse: np.ndarray, sounds: Sounds) -> dict[str, float]:
    """Return whether chords and bass change on the beat rather than off it, and on bars."""
    halves = np.empty(2 * len(pulse) - 1)
    halves[::2], halves[1::2] = pulse, (pulse[:-1] + pulse[1:]) / 2
    edges = np.append(halves, 2 * halves[-1] - halves[-2]) / FRAME_RATE
    chord = standardised(change_of_notes(sounds.chroma.within(edges))[:, None])[:, 0]
    bass = standardised(sounds.chroma.bass_rise(edges)[:, None])[:, 0]
    low, snare, high = (
        standardised(_at(sounds.registers[name], halves)[:, None])[:, 0]
        for name in ("low", "snare", "high")
    )
    values = {
        f"{name} on the beat": float(row[::2].mean() - row[1::2].mean())
        for name, row in (("chord", chord), ("bass", bass), ("snare", snare))
    }
    beats = np.stack([row[::2] for row in (chord, bass, low, snare, high)])
    return values | _pairs(beats) | _bars(beats[:4])


def _pairs(beats: np.ndarray) -> dict[str, float]:
    """Return by how much every other beat differs, that with more chord and bass taken first.

    Args:
        beats: (5, beats) chord, bass, low, snare and high of each beat, standardised.
    """
    apart = beats[:, ::2].mean(axis=1) - beats[:, 1::2].mean(axis=1)
    apart = apart if apart[:3].sum() > 0 else -apart
    names = ("chord", "bass", "low", "snare", "high")
    return {f"pair {name}": float(value) for name, value in zip(names, apart, strict=True)}


def _bars(beats: np.ndarray) -> dict[str, float]:
    """Return how clear the bars are in which a pulse falls best.

    Args:
        beats: (4, beats) chord, bass, low and snare of each beat, standardised.
    """
    best = dict.fromkeys(("bar", "bar chord", "bar bass", "bar low", "backbeat", "low steps"), 0.0)
    count = beats.shape[1]
    for metre in _METRES:
        if count < _LEAST_BARS * metre:
            continue
        for phase in range(metre):
            first = np.arange(count) % metre == phase
            contrast = beats[:, first].mean(axis=1) - beats[:, ~first].mean(axis=1)
            clear = float(contrast[:3].mean())
            if clear > best["bar"]:
                best = _of_bars(beats, metre, phase, contrast)
    return best


def _of_bars(beats: np.ndarray, metre: int, phase: int, contrast: np.ndarray) -> dict[str, float]:
    low, snare = beats[2:]
    counts = (np.arange(len(low)) - phase) % metre
    four = metre == 4
    return {
        "bar": float(contrast[:3].mean()),
        "bar chord": float(contrast[0]),
        "bar bass": float(contrast[1]),
        "bar low": float(contrast[2]),
        "backbeat": float(snare[counts % 2 == 1].mean() - snare[counts % 2 == 0].mean()) * four,
        "low steps": float(low[counts % 2 == 0].mean() - low[counts % 2 == 1].mean()) * four,
    }


def _near(envelope: np.ndarray) -> np.ndarray:
    """Return the strongest onset within 25 ms, as a share of the song's strong ones."""
    near = maximum_filter1d(np.clip(envelope, 0, 4), 5)
    return near / (np.percentile(near, 96) + 1e-6)


def _starts(envelope: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the frames of an envelope's clear peaks, and their heights up to 4."""
    places, found = find_peaks(envelope, height=0.7, distance=4)
    return places, np.minimum(found["peak_heights"], 4)


def _distance(places: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Return how far each place is from the nearest of a rising grid."""
    after = np.clip(np.searchsorted(grid, places), 1, len(grid) - 1)
    return np.minimum(np.abs(grid[after] - places), np.abs(places - grid[after - 1]))


def _at(envelope: np.ndarray, places: np.ndarray) -> np.ndarray:
    return np.interp(places, np.arange(len(envelope)), envelope)


def _mean_at(envelope: np.ndarray, places: np.ndarray) -> float:
    return float(_at(envelope, places).mean())
