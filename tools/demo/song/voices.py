"""The instruments of a composed song: each a function of pitch and length -> samples.

Conventions: float32 (samples, 2) about within [-1, 1] at full velocity, 44,100 a second. Tones are
band-limited: no partial lies above 16 kHz.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy.signal import butter, sosfilt

from stickdance.tools.demo.song.more_voices import MORE_VOICES

RATE = 44100
_TABLE = 8192
_HIGHEST = 16000.0


def play(voice: str, pitch: int, seconds: float) -> np.ndarray:
    """Return the sound of one note, its release included: float32 (samples, 2).

    Args:
        voice: a name in `VOICES`.
        pitch: MIDI number.
        seconds: how long the key is held; drums ring as long as they do.
    """
    return VOICES[voice](440 * 2 ** ((pitch - 69) / 12), seconds)


def _kick(_frequency: float, _seconds: float) -> np.ndarray:
    t = _time(0.35)
    sweep = 2 * np.pi * np.cumsum(48 + 150 * np.exp(-t * 38)) / RATE
    body = np.sin(sweep) * np.exp(-t * 10) * np.minimum(1, t / 0.001)
    click = _band(_noise(1, len(t)), 1500, 6000) * np.exp(-t * 260) * 0.5
    return _panned(np.tanh(1.5 * (body + click)), 0)


def _snare(_frequency: float, _seconds: float) -> np.ndarray:
    t = _time(0.3)
    tone = np.sin(2 * np.pi * 190 * t) + 0.6 * np.sin(2 * np.pi * 331 * t)
    wires = _band(_noise(2, len(t)), 900, 9000)
    return _panned(0.45 * tone * np.exp(-t * 26) + 0.9 * wires * np.exp(-t * 17), 0.05)


def _rim(_frequency: float, _seconds: float) -> np.ndarray:
    t = _time(0.09)
    tone = np.sin(2 * np.pi * 810 * t) + 0.7 * np.sin(2 * np.pi * 1740 * t)
    return _panned(0.7 * tone * np.exp(-t * 75), -0.15)


def _clap(_frequency: float, _seconds: float) -> np.ndarray:
    t = _time(0.25)
    bursts = sum(np.where(t >= at, np.exp(-(t - at) * 170), 0) for at in (0, 0.010, 0.019))
    tail = np.exp(-t * 22) * 0.35
    return _panned(_band(_noise(3, len(t)), 800, 5200) * (bursts + tail) * 0.8, 0.15)


def _hat(_frequency: float, _seconds: float) -> np.ndarray:
    t = _time(0.08)
    return _panned(_band(_noise(4, len(t)), 7000, 15000) * np.exp(-t * 70) * 0.8, 0.3)


def _open_hat(_frequency: float, _seconds: float) -> np.ndarray:
    t = _time(0.35)
    return _panned(_band(_noise(5, len(t)), 6500, 15000) * np.exp(-t * 14) * 0.6, 0.3)


def _crash(_frequency: float, _seconds: float) -> np.ndarray:
    t = _time(1.8)
    sides = [_band(_noise(seed, len(t)), 3500, 14000) for seed in (6, 7)]
    return (np.stack(sides, 1) * np.exp(-t * 2.8)[:, None] * 0.6).astype(np.float32)


def _tom(frequency: float, _seconds: float) -> np.ndarray:
    t = _time(0.4)
    sweep = 2 * np.pi * np.cumsum(frequency * (0.7 + 0.5 * np.exp(-t * 18))) / RATE
    return _panned(
        np.sin(sweep) * np.exp(-t * 9) * np.minimum(1, t / 0.002), (frequency - 150) / 300
    )


def _bass(frequency: float, seconds: float) -> np.ndarray:
    shape = _envelope(seconds, attack=0.006, decay=0.25, sustain=0.7, release=0.06)
    t = np.arange(len(shape)) / RATE
    bright = np.exp(-t * 9)
    dark = _tone(frequency, len(shape), _harmonics(frequency, 3, 1.3))
    full = _tone(frequency, len(shape), _harmonics(frequency, 14, 1.0))
    return _panned(0.75 * shape * (dark + bright * (full - dark)), 0)


def _keys(frequency: float, seconds: float) -> np.ndarray:
    """Return an electric piano: a sine whose phase a second one moves, less as it dies away."""
    shape = _envelope(seconds, attack=0.004, decay=0.9, sustain=0.25, release=0.18)
    t = np.arange(len(shape)) / RATE
    index = 1.6 * np.exp(-t * 5)
    turn = 2 * np.pi * frequency * t
    tone = np.sin(turn + index * np.sin(turn))
    tine = 0.12 * np.sin(2 * np.pi * min(7 * frequency, _HIGHEST) * t) * np.exp(-t * 16)
    sway = 0.25 * np.sin(2 * np.pi * 4.6 * t)
    sound = 0.5 * shape * (tone + tine)
    return np.stack([sound * (1 - sway), sound * (1 + sway)], 1).astype(np.float32)


def _pad(frequency: float, seconds: float) -> np.ndarray:
    """Return soft strings: three detuned waves a side."""
    shape = _envelope(seconds, attack=0.09, decay=0.5, sustain=0.8, release=0.3)
    table = _harmonics(frequency, 10, 1.6)
    sides = [
        sum(
            _tone(frequency * 2 ** (cents / 1200), len(shape), table, phase)
            for cents, phase in zip(detuned, (0.0, 0.37, 0.71), strict=True)
        )
        for detuned in ((-9, 1, 6), (-6, -1, 9))
    ]
    return (0.22 * shape[:, None] * np.stack(sides, 1)).astype(np.float32)


def _flute(frequency: float, seconds: float) -> np.ndarray:
    return _sung(frequency, seconds, _harmonics(frequency, 4, 2.2), attack=0.035, depth=0.004)


def _lead(frequency: float, seconds: float) -> np.ndarray:
    table = _harmonics(frequency, 18, 1.15)
    one = _sung(frequency * 1.003, seconds, table, attack=0.012, depth=0.005)
    other = _sung(frequency * 0.997, seconds, table, attack=0.012, depth=0.005)
    return (0.5 * (one * (0.8, 1.2) + other * (1.2, 0.8))).astype(np.float32)


VOICES: dict[str, Callable[[float, float], np.ndarray]] = {
    "kick": _kick,
    "snare": _snare,
    "rim": _rim,
    "clap": _clap,
    "hat": _hat,
    "open_hat": _open_hat,
    "crash": _crash,
    "tom": _tom,
    "bass": _bass,
    "keys": _keys,
    "pad": _pad,
    "flute": _flute,
    "lead": _lead,
    **MORE_VOICES,
}


def _sung(
    frequency: float, seconds: float, table: tuple[float, ...], attack: float, depth: float
) -> np.ndarray:
    """Return a tone that begins straight and sways as it is held."""
    shape = _envelope(seconds, attack, decay=0.3, sustain=0.75, release=0.12)
    t = np.arange(len(shape)) / RATE
    sway = depth * frequency / (2 * np.pi * 5.3) * (1 - np.cos(2 * np.pi * 5.3 * t))
    late = np.clip((t - 0.15) / 0.3, 0, 1)
    return _panned(0.55 * shape * _tone(frequency, len(shape), table, sway * late), 0)


def _time(seconds: float) -> np.ndarray:
    return np.arange(round(seconds * RATE)) / RATE


def _panned(sound: np.ndarray, place: float) -> np.ndarray:
    """Return both sides of a sound at `place`, -1 the left, 1 the right, of equal power."""
    angle = (place + 1) * np.pi / 4
    sides = (np.sqrt(2) * np.cos(angle), np.sqrt(2) * np.sin(angle))
    return (sound[:, None] * sides).astype(np.float32)


def _envelope(
    seconds: float, attack: float, decay: float, sustain: float, release: float
) -> np.ndarray:
    """Return the loudness over time: up, down to `sustain` of it, and away after `seconds`."""
    t = np.arange(round((seconds + 4 * release) * RATE)) / RATE
    held = sustain + (1 - sustain) * np.exp(-t * 3 / decay)
    away = np.where(t > seconds, np.exp(-np.maximum(t - seconds, 0) / release), 1)
    shape = np.minimum(1, t / attack) * held * away
    shape[-64:] *= np.linspace(1, 0, 64)  # ends at nothing, not with a click
    return shape


@lru_cache(maxsize=64)
def _wave(strengths: tuple[float, ...]) -> np.ndarray:
    turn = 2 * np.pi * np.arange(_TABLE) / _TABLE
    wave = sum(strength * np.sin((number + 1) * turn) for number, strength in enumerate(strengths))
    return (wave / np.abs(wave).max()).astype(np.float32)


def _harmonics(frequency: float, count: int, steepness: float) -> tuple[float, ...]:
    """Return the strengths of partials, 1 / number ** steepness, as many as can be heard."""
    audible = max(1, min(count, int(_HIGHEST / frequency)))
    return tuple(1 / number**steepness for number in range(1, audible + 1))


def _tone(
    frequency: float,
    count: int,
    strengths: tuple[float, ...],
    phase: float | np.ndarray = 0.0,
) -> np.ndarray:
    turns = frequency * np.arange(count) / RATE + phase
    return _wave(strengths)[(turns * _TABLE).astype(np.int64) % _TABLE]


def _noise(seed: int, count: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, count)


def _band(sound: np.ndarray, low: float, high: float) -> np.ndarray:
    return sosfilt(butter(2, (low, high), "bandpass", fs=RATE, output="sos"), sound)
