"""More instruments of a composed song: strings that are plucked, an organ, brass, other drums.

Conventions: those of `voices`.
"""

from collections.abc import Callable

import numpy as np
from scipy.signal import butter, lfilter, sosfilt

RATE = 44100


def _deep_kick(_frequency: float, _seconds: float) -> np.ndarray:
    """Return a long low sine without a click, as of an 808."""
    t = _time(0.6)
    sweep = 2 * np.pi * np.cumsum(44 + 60 * np.exp(-t * 30)) / RATE
    return _both(np.sin(sweep) * np.exp(-t * 6) * np.minimum(1, t / 0.003))


def _brush(_frequency: float, _seconds: float) -> np.ndarray:
    t = _time(0.22)
    shape = np.minimum(1, t / 0.008) * np.exp(-t * 20)
    return _both(_filtered(31, len(t), (1200, 7000)) * shape)


def _shaker(_frequency: float, _seconds: float) -> np.ndarray:
    t = _time(0.1)
    shape = np.minimum(1, t / 0.012) * np.exp(-t * 45)
    return _both(_filtered(32, len(t), (4500, 12000)) * shape)


def _ride(frequency: float, _seconds: float) -> np.ndarray:
    t = _time(0.9)
    ring = sum(np.sin(2 * np.pi * hz * t) for hz in (3170, 4130, 5220, 6890)) * np.exp(-t * 4)
    tick = _filtered(33, len(t), (5000, 14000)) * np.exp(-t * 60)
    return _both(0.08 * ring + 0.5 * tick)


def _woodblock(_frequency: float, _seconds: float) -> np.ndarray:
    t = _time(0.08)
    return _both(np.sin(2 * np.pi * 1150 * t) * np.exp(-t * 80))


def _guitar(frequency: float, seconds: float) -> np.ndarray:
    return _plucked(frequency, seconds, bright=0.5, ringing=0.996)


def _upright(frequency: float, seconds: float) -> np.ndarray:
    return _plucked(frequency, seconds, bright=0.15, ringing=0.998)


def _organ(frequency: float, seconds: float) -> np.ndarray:
    t = _time(seconds + 0.05)
    drawbars = {0.5: 0.5, 1: 1.0, 1.5: 0.4, 2: 0.6, 4: 0.3}
    tone = sum(part * np.sin(2 * np.pi * k * frequency * t) for k, part in drawbars.items())
    shape = np.minimum(1, t / 0.006) * np.clip((seconds + 0.05 - t) / 0.05, 0, 1)
    return _both(0.35 * tone * shape)


def _brass(frequency: float, seconds: float) -> np.ndarray:
    t = _time(seconds + 0.08)
    shape = np.minimum(1, t / 0.03) * np.clip((seconds + 0.08 - t) / 0.08, 0, 1)
    tone = sum(
        np.sin(2 * np.pi * k * frequency * t) / k for k in range(1, 12) if k * frequency < 15000
    )
    return _both(0.4 * tone * shape)


def _cajon(_frequency: float, _seconds: float) -> np.ndarray:
    t = _time(0.25)
    sweep = 2 * np.pi * np.cumsum(75 + 40 * np.exp(-t * 50)) / RATE
    slap = _filtered(35, len(t), (500, 3000)) * np.exp(-t * 90)
    return _both(np.sin(sweep) * np.exp(-t * 16) * np.minimum(1, t / 0.002) + 0.25 * slap)


def _tambourine(_frequency: float, _seconds: float) -> np.ndarray:
    t = _time(0.16)
    shape = np.minimum(1, t / 0.004) * (np.exp(-t * 30) + 0.4 * np.exp(-np.abs(t - 0.03) * 120))
    return _both(_filtered(36, len(t), (6000, 13000)) * shape * 0.7)


def _marimba(frequency: float, _seconds: float) -> np.ndarray:
    t = _time(0.6)
    tone = np.sin(2 * np.pi * frequency * t) * np.exp(-t * 7)
    return _both(0.7 * (tone + 0.3 * np.sin(8 * np.pi * frequency * t) * np.exp(-t * 30)))


def _synth_bass(frequency: float, seconds: float) -> np.ndarray:
    t = _time(seconds + 0.04)
    shape = np.minimum(1, t / 0.004) * np.clip((seconds + 0.04 - t) / 0.04, 0, 1)
    return _both(0.5 * shape * sum(np.sin(2 * np.pi * k * frequency * t) / k for k in (1, 3, 5, 7)))


def _reed(frequency: float, seconds: float) -> np.ndarray:
    t = _time(seconds + 0.06)
    shape = np.minimum(1, t / 0.04) * np.clip((seconds + 0.06 - t) / 0.06, 0, 1)
    return _both(0.4 * shape * sum(np.sin(2 * np.pi * k * frequency * t) / k for k in (1, 3, 5)))


MORE_VOICES: dict[str, Callable[[float, float], np.ndarray]] = {
    "deep_kick": _deep_kick,
    "brush": _brush,
    "shaker": _shaker,
    "ride": _ride,
    "woodblock": _woodblock,
    "guitar": _guitar,
    "upright": _upright,
    "organ": _organ,
    "brass": _brass,
    "cajon": _cajon,
    "tambourine": _tambourine,
    "marimba": _marimba,
    "synth_bass": _synth_bass,
    "reed": _reed,
}


def _plucked(frequency: float, seconds: float, bright: float, ringing: float) -> np.ndarray:
    """Return a plucked string: noise that runs round a filtered delay (Karplus and Strong 1983)."""
    t = _time(min(seconds + 0.3, 4.0))
    period = max(2, round(RATE / frequency - 0.5))
    burst = np.zeros(len(t))
    noise = np.random.default_rng(34).uniform(-1, 1, period)
    burst[:period] = lfilter([bright], [1, bright - 1], noise)[: len(t)]
    loop = np.zeros(period + 2)
    loop[0], loop[period], loop[period + 1] = 1, -0.5 * ringing, -0.5 * ringing
    tone = lfilter([1.0], loop, burst)
    away = np.where(t > seconds, np.exp(-(t - seconds) * 25), 1)
    return _both(0.6 * tone * away / max(np.abs(tone).max(), 1e-9))


def _filtered(seed: int, count: int, band: tuple[float, float]) -> np.ndarray:
    noise = np.random.default_rng(seed).uniform(-1, 1, count)
    return sosfilt(butter(2, band, "bandpass", fs=RATE, output="sos"), noise)


def _time(seconds: float) -> np.ndarray:
    return np.arange(round(seconds * RATE)) / RATE


def _both(sound: np.ndarray) -> np.ndarray:
    return np.repeat(sound[:, None], 2, axis=1).astype(np.float32)
