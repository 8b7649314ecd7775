"""Which of the pulses of a song is its beat: the one at 60, 90, 120 or 180 BPM, say.

Every song has pulses at several speeds, and the strongest is often not what people tap to. The
pulses related to the strongest one by small ratios are followed, and each is weighed by what
listeners go by: a usual tempo; sounds in all registers on the beat, few of them in between, and
fewest at a third of the way (a beat in swing has its second sound at two thirds); and bars of three
or four beats on which chords change: on every one of them alike, else the pulse is too fast, and
not in their middle as well, else it is too slow.
"""

import numpy as np
from scipy.ndimage import maximum_filter1d

from stickdance.choreography.music.bars import METRES, standardised
from stickdance.choreography.music.beat_tracking import follow
from stickdance.choreography.music.chroma import Chroma, change_of_notes
from stickdance.choreography.music.onsets import FRAME_RATE, Onsets
from stickdance.choreography.music.tempo import FASTEST, SLOWEST, combs, levelled

RATIOS = (1 / 3, 1 / 2, 2 / 3, 3 / 4, 1, 4 / 3, 3 / 2, 2, 3)
_SECONDS = 300.0  # of the song are enough to decide
_WEIGHTS = {
    "unusual": -2.8,
    "extreme": -1.0,
    "periodic": 3.9,
    "whole": 2.4,
    "low": 1.4,
    "middle": 1.7,
    "high": 2.5,
    "between": -1.3,
    "third": -5.0,
    "chords": 4.3,
    "uneven": -1.9,
    "halfway": -2.5,
}
"""Fitted (multinomial logistic regression) on 299 composed songs and four real ones."""


def choose_level(
    onsets: Onsets, chroma: Chroma, correlations: np.ndarray, path: np.ndarray
) -> float:
    """Return the ratio of the beat's tempo to that of the strongest pulse.

    Args:
        onsets: the song's onset envelopes.
        chroma: its notes.
        correlations: (seconds, lags) `autocorrelations(levelled(onsets.whole))`.
        path: (seconds,) the strongest pulse in beats per minute, `tempo_path(correlations)`.
    """
    envelope = levelled(onsets.whole)
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
    merits = [
        _merit(_qualities(pulse, registers, correlations[seconds]))
        + _merit(_harmony(_changes(chroma, pulse + first)))
        for pulse in pulses
    ]
    return ratios[int(np.argmax(merits))]


def _merit(qualities: dict[str, float]) -> float:
    return sum(_WEIGHTS[name] * value for name, value in qualities.items())


def _qualities(
    pulse: np.ndarray, registers: dict[str, np.ndarray], correlations: np.ndarray
) -> dict[str, float]:
    """Return what onsets say for and against beats at the frames `pulse`."""
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


def _changes(chroma: Chroma, frames: np.ndarray) -> np.ndarray:
    """Return (beats,) how much the chord changes on each beat, in standard deviations."""
    edges = np.append(frames, 2 * frames[-1] - frames[-2]) / FRAME_RATE
    return standardised(change_of_notes(chroma.within(edges))[:, None])[:, 0]


def _harmony(changes: np.ndarray) -> dict[str, float]:
    """Return how well the changes of chord fall on the bars of the best metre and phase."""
    best = {"chords": 0.0, "uneven": 0.0, "halfway": 0.0}
    for metre in METRES:
        if len(changes) < 6 * metre:
            continue
        for phase in range(metre):
            first = np.arange(len(changes)) % metre == phase
            chords = float(changes[first].mean() - changes[~first].mean())
            if chords <= best["chords"]:
                continue
            odd = changes[phase + metre :: 2 * metre].mean()
            halfway = max(0.0, float(changes[phase + 2 :: 4].mean())) if metre == 4 else 0.0
            uneven = abs(float(changes[phase :: 2 * metre].mean() - odd))
            best = {"chords": chords, "uneven": uneven, "halfway": halfway}
    return best


def _near(envelope: np.ndarray) -> np.ndarray:
    """Return the strongest onset within 25 ms, as a share of the song's strong ones."""
    near = maximum_filter1d(np.clip(envelope, 0, 4), 5)
    return near / (np.percentile(near, 96) + 1e-6)


def _mean_at(envelope: np.ndarray, places: np.ndarray) -> float:
    return float(np.interp(places, np.arange(len(envelope)), envelope).mean())
