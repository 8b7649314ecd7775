"""From notes to a finished recording: voices at their levels, room, compression of peaks.

Conventions: float32 (samples, 2), 44,100 a second.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.ndimage import maximum_filter1d, uniform_filter1d
from scipy.signal import butter, oaconvolve, sosfilt

from stickdance.tools.demo.song.voices import RATE, play

_CEILING = 0.89  # -1 dB, so that lossy encoders have room
_LOUDNESS = 0.18  # root mean square of the loudest seconds
_SUNG = ("flute", "lead")


@dataclass(frozen=True)
class Level:
    """How a voice stands in the mix."""

    gain: float
    room: float
    """Share that is sent to the room."""
    ducks: float = 0.0
    """Share by which the bass drum pushes the voice down."""


LEVELS: Mapping[str, Level] = {
    "kick": Level(0.46, 0.02),
    "snare": Level(0.7, 0.12),
    "rim": Level(0.6, 0.15),
    "clap": Level(0.6, 0.2),
    "hat": Level(0.45, 0.03),
    "open_hat": Level(0.34, 0.05),
    "crash": Level(0.42, 0.15),
    "tom": Level(0.6, 0.15),
    "bass": Level(0.36, 0.0, 0.35),
    "keys": Level(0.36, 0.2, 0.15),
    "pad": Level(0.2, 0.3, 0.45),
    "flute": Level(0.42, 0.3),
    "lead": Level(0.56, 0.25),
    "deep_kick": Level(0.5, 0.0),
    "brush": Level(0.6, 0.15),
    "shaker": Level(0.5, 0.08),
    "ride": Level(0.4, 0.1),
    "woodblock": Level(0.5, 0.2),
    "upright": Level(0.5, 0.1, 0.1),
    "guitar": Level(0.42, 0.15),
    "organ": Level(0.2, 0.2),
    "brass": Level(0.25, 0.25),
    "cajon": Level(0.5, 0.05),
    "tambourine": Level(0.5, 0.1),
    "marimba": Level(0.36, 0.15),
    "synth_bass": Level(0.36, 0.0, 0.2),
    "reed": Level(0.36, 0.25),
}


@dataclass(frozen=True)
class Sounding:
    """A note at its place in the recording."""

    voice: str
    start: float
    """Seconds."""
    seconds: float
    pitch: int
    velocity: float


def record(notes: Iterable[Sounding], seconds: float) -> np.ndarray:
    """Return the mastered recording of notes, float32 (samples, 2) within [-0.89, 0.89]."""
    length = round(seconds * RATE)
    notes = list(notes)
    duck = _duck([note.start for note in notes if note.voice == "kick"], length)
    dry, room = (np.zeros((length, 2), np.float32) for _ in range(2))
    for voice, level in LEVELS.items():
        part = [note for note in notes if note.voice == voice]
        if not part:
            continue
        sound = _played(part, length) * level.gain
        if voice in _SUNG:
            sound += _echo(sound, part)
        if level.ducks:
            sound *= (1 - level.ducks * duck)[:, None]
        dry += sound
        room += level.room * sound
    return _mastered(dry + _reverberated(room))


def _played(notes: list[Sounding], length: int) -> np.ndarray:
    track = np.zeros((length, 2), np.float32)
    known: dict[tuple[int, int], np.ndarray] = {}
    for note in notes:
        key = (note.pitch, round(note.seconds * 1000))
        if key not in known:
            known[key] = play(note.voice, note.pitch, note.seconds)
        start = max(0, round(note.start * RATE))
        sound = known[key][: length - start]
        track[start : start + len(sound)] += sound * np.float32(note.velocity)
    return track


def _echo(sound: np.ndarray, notes: list[Sounding]) -> np.ndarray:
    """Return one soft repetition of a tune, a typical note later, with the sides exchanged."""
    delay = round(float(np.median([note.seconds for note in notes])) * 0.75 * RATE)
    echo = np.zeros_like(sound)
    echo[delay:] = 0.18 * sound[: len(sound) - delay, ::-1]
    return echo


def _duck(kicks: list[float], length: int) -> np.ndarray:
    """Return 0..1 over time: 1 where the bass drum has just been struck."""
    shape = np.exp(-np.arange(round(0.3 * RATE)) / (0.09 * RATE)).astype(np.float32)
    duck = np.zeros(length, np.float32)
    for kick in kicks:
        start = max(0, round(kick * RATE))
        part = duck[start : start + len(shape)]
        np.maximum(part, shape[: len(part)], out=part)
    # a few milliseconds of slope, since a step would click
    return uniform_filter1d(duck, round(0.006 * RATE))


def _reverberated(sound: np.ndarray) -> np.ndarray:
    wet = oaconvolve(sound, _room(), axes=0)[: len(sound)]
    return wet.astype(np.float32)


@lru_cache(maxsize=1)
def _room() -> np.ndarray:
    """Return the answer of a room to a click: noise that dies away and grows darker."""
    random = np.random.default_rng(20)
    t = np.arange(round(1.1 * RATE)) / RATE
    noise = random.normal(size=(len(t), 2))
    dark = sosfilt(butter(1, 2500, "lowpass", fs=RATE, output="sos"), noise, axis=0)
    share = np.exp(-t * 6)[:, None]
    answer = (share * noise + (1 - share) * 2 * dark) * np.exp(-t * 5.5)[:, None]
    answer[: round(0.012 * RATE)] = 0
    answer = sosfilt(butter(2, 200, "highpass", fs=RATE, output="sos"), answer, axis=0)
    return answer / np.sqrt((answer**2).sum(axis=0))


def _mastered(sound: np.ndarray) -> np.ndarray:
    """Return the sound without rumble, at a settled loudness, its peaks held below the ceiling."""
    clean = sosfilt(butter(2, 28, "highpass", fs=RATE, output="sos"), sound, axis=0)
    power = uniform_filter1d((clean**2).mean(axis=1), 2 * RATE)
    loudest = np.sqrt(max(np.percentile(power, 95), 1e-12))
    clean *= _LOUDNESS / loudest
    return (clean * _limiting_gain(clean)[:, None]).astype(np.float32)


def _limiting_gain(sound: np.ndarray) -> np.ndarray:
    """Return the gain that keeps every sample below the ceiling, begun before a peak comes."""
    ahead = round(0.004 * RATE)
    peaks = maximum_filter1d(np.abs(sound).max(axis=1), 2 * ahead + 1)
    gain = np.minimum(1, _CEILING / np.maximum(peaks, 1e-9))
    # the mean over the window in which each value was the least is never above what a peak needs
    return uniform_filter1d(gain, 2 * ahead + 1)
