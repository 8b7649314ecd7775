"""Which of the pulses of a song is its beat: the one at 60, 90, 120 or 180 BPM, say.

Every song has pulses at several speeds, and the strongest is often not what people tap to. The
pulses related to the strongest one by small ratios are followed, and each is weighed by what
listeners go by: a usual tempo, sounds in all registers on the beat, few of them in between, and
fewest at a third of the way (a beat in swing has its second sound at two thirds).
"""

import numpy as np
from scipy.ndimage import maximum_filter1d

from choreography.onsets import FRAME_RATE, Onsets
from choreography.pulse import follow
from choreography.tempo import FASTEST, SLOWEST, combs, levelled

RATIOS = (1 / 3, 1 / 2, 2 / 3, 3 / 4, 1, 4 / 3, 3 / 2, 2, 3)
_SECONDS = 300.0  # of the song are enough to decide
_WEIGHTS = {
    "unusual": -3.6,
    "extreme": -0.8,
    "periodic": 3.3,
    "whole": 3.0,
    "low": 3.0,
    "middle": 1.2,
    "high": 3.2,
    "between": -2.7,
    "third": -6.0,
}
"""Fitted (multinomial logistic regression) on sixty composed songs and five real ones."""


def choose_level(
    onsets: Onsets, envelope: np.ndarray, correlations: np.ndarray, path: np.ndarray
) -> float:
    """Return the ratio of the beat's tempo to that of the strongest pulse.

    Args:
        onsets: the song's onset envelopes.
        envelope: (frames,) `levelled(onsets.whole)`.
        correlations: (seconds, lags) `autocorrelations(envelope)`.
        path: (seconds,) the strongest pulse in beats per minute, `tempo_path(correlations)`.
    """
    middle = float(np.median(path))
    ratios = [ratio for ratio in RATIOS if SLOWEST <= middle * ratio <= FASTEST * 0.96]
    first = max(0, (len(envelope) - round(_SECONDS * FRAME_RATE)) // 2)
    some = slice(first, first + round(_SECONDS * FRAME_RATE))
    seconds = slice(round(first / FRAME_RATE), round(first / FRAME_RATE + _SECONDS))
    pulses = follow(envelope[some], path[seconds, None] * ratios)
    registers = {
        name: _near(levelled(getattr(onsets, name)[some])) for name in ("low", "middle", "high")
    }
    registers["whole"] = _near(envelope[some])
    merits = [_merit(_qualities(pulse, registers, correlations[seconds])) for pulse in pulses]
    return ratios[int(np.argmax(merits))]


def _merit(qualities: dict[str, float]) -> float:
    return sum(_WEIGHTS[name] * value for name, value in qualities.items())


def _qualities(
    pulse: np.ndarray, registers: dict[str, np.ndarray], correlations: np.ndarray
) -> dict[str, float]:
    """Return what speaks for and against beats at the frames `pulse`, by the names of _WEIGHTS."""
    steps = np.diff(pulse)
    tempo = 60 * FRAME_RATE / float(np.median(steps))
    before = pulse[:-1]
    return {
        "unusual": float(np.square(np.log2(tempo / 115))),
        "extreme": 4 * max(0.0, tempo / 190 - 1) + 4 * max(0.0, 58 / tempo - 1),
        "periodic": float(combs(correlations, np.array([tempo])).mean()),
        "between": _mean_at(registers["middle"], before + steps / 2),
        "third": _mean_at(registers["whole"], before + steps / 3),
        **{name: _mean_at(register, pulse) for name, register in registers.items()},
    }


def _near(envelope: np.ndarray) -> np.ndarray:
    """Return the strongest onset within 25 ms, as a share of the song's strong ones."""
    near = maximum_filter1d(np.clip(envelope, 0, 4), 5)
    return near / (np.percentile(near, 96) + 1e-6)


def _mean_at(envelope: np.ndarray, places: np.ndarray) -> float:
    return float(np.interp(places, np.arange(len(envelope)), envelope).mean())
