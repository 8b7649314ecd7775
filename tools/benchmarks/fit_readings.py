"""Fits what each piece of evidence for a song's beat counts (`choreography/music/readings.py`).

    python -m stickdance.tools.benchmarks.fit_readings -o reading_weights.json [--songs 300]

Songs are composed in all grooves, parts of several grooves mixed, and every candidate reading of
each is scored against the exact beats: right is an F-measure (70 ms) of 0.9 and within 0.04 of the
best. The weights maximise the probability of the right ones (conditional logit, ridge of 2). Songs
are weighed so that their tempi spread as tapped tempi do, about 112 BPM, 0.35 octaves (after van
Noorden and Moelants 1999). What high sounds do on the beat is left out: they lie off it as often.

The weights in the package were fitted so on 300 composed songs of half a minute and 26 metronomes
while the grooves were written, so that a new run gives weights of the same kind, not the same.
"""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import mir_eval
import numpy as np
import tyro
from numpy.typing import NDArray
from scipy.optimize import minimize
from tyro.conf import arg

from stickdance.capture.media.audio import read_wav
from stickdance.checkpoints.files import whole_file
from stickdance.checkpoints.progress import tracked
from stickdance.choreography.music.analysis import hear
from stickdance.choreography.music.onsets import DELAY, FRAME_RATE
from stickdance.choreography.music.reading_evidence import evidence, sounds_of
from stickdance.choreography.music.readings import candidates
from stickdance.choreography.music.tempo import find_tempo, levelled
from stickdance.tools.demo.song.compose import ComposedSong, compose, write_song
from stickdance.tools.demo.song.groove_notes import Players
from stickdance.tools.demo.song.grooves import GROOVES

_LEFT_OUT = ("high on", "high off", "high caught by beats", "whole on", "snare on", "snare off")
"""Beginnings of names."""
_RIGHT, _BEST = 0.9, 0.04
_RIDGE = 2.0
_MIDDLE, _SPREAD = 112.0, 0.35
_SEEDS = 20_000


@dataclass(frozen=True)
class Examples:
    """The candidates of one song."""

    rows: NDArray[np.float64]
    """(candidates, pieces of evidence)"""
    right: NDArray[np.bool_]
    tempo: float


def fit_readings(output: Annotated[Path, arg(aliases=["-o"])], songs: int = 300) -> None:
    """Compose songs, weigh the evidence for their beats and write the weights.

    Args:
        output: JSON to write.
        songs: how many are composed.
    """
    names: list[str] = []
    examples = []
    with tempfile.TemporaryDirectory() as folder:
        for number in tracked(range(songs), "composing and listening", unit="song"):
            one = _examples(number, Path(folder), names)
            if one.right.any():
                examples.append(one)
    rows = np.concatenate([one.rows for one in examples])
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    weight = fitted(examples, mean, spread)
    values = {
        name: {
            "mean": round(float(m), 4),
            "spread": round(float(s), 4),
            "weight": round(float(w), 4),
        }
        for name, m, s, w in zip(names, mean, spread, weight, strict=True)
    }
    about = f"conditional logit, fitted on {len(examples)} composed songs"
    with whole_file(output) as temporary:
        temporary.write_text(json.dumps({"about": about, "evidence": values}, indent=1) + "\n")


def fitted(
    examples: Sequence[Examples], mean: NDArray[np.float64], spread: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the weights under which the right candidates are most probable."""
    share = song_weights([one.tempo for one in examples])
    data = [((one.rows - mean) / spread, one.right) for one in examples]

    def loss(weight: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total = 0.5 * _RIDGE * float(weight @ weight)
        slope = _RIDGE * weight
        for (rows, right), much in zip(data, share, strict=True):
            merits = rows @ weight
            odds = np.exp(merits - merits.max())
            chance, of_right = odds / odds.sum(), odds * right / (odds * right).sum()
            total -= much * float(np.log(max(chance @ right, 1e-300)))
            slope = slope - much * ((of_right - chance) @ rows)
        return total, slope

    start = np.zeros(len(mean))
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)


def song_weights(tempi: Sequence[float]) -> NDArray[np.float64]:
    """Return how much each song counts, 1 in the mean, so that tempi spread as people tap them."""
    octaves = np.log2(np.array(tempi) / _MIDDLE)
    there = np.exp(-0.5 * np.square((octaves[:, None] - octaves) / 0.15)).mean(axis=1)
    wanted = np.exp(-0.5 * np.square(octaves / _SPREAD))
    share = np.clip(wanted / there, 0.1, 4)
    return np.asarray(share / share.mean())


def composed(number: int, seconds: float) -> ComposedSong:
    """Return one of the songs that weights are fitted on."""
    grooves = [*GROOVES, None, None]
    groove = grooves[number % len(grooves)]
    players: Players = "mixed" if number // len(grooves) % 3 else "usual"
    return compose(_SEEDS + number, seconds=seconds, groove=groove, players=players)


def _examples(number: int, folder: Path, names: list[str]) -> Examples:
    song = composed(number, 27)
    sound = read_wav(write_song(song, folder / "song.wav"))
    hearing = hear(sound)
    tempo = find_tempo(levelled(hearing.onsets.whole))
    sounds = sounds_of(hearing.onsets, hearing.chroma, tempo.correlations)
    pulses = [one.pulse for one in candidates(hearing.onsets, tempo.tempi)]
    values = [evidence(pulse, sounds) for pulse in pulses]
    names[:] = [name for name in values[0] if not name.startswith(_LEFT_OUT)]
    scores = np.array([_f_measure(song.beats, pulse) for pulse in pulses])
    rows = np.array([[one[name] for name in names] for one in values])
    return Examples(rows, scores >= max(_RIGHT, scores.max() - _BEST), song.tempo)


def _f_measure(beats: NDArray[np.float64], pulse: NDArray[np.float64]) -> float:
    times = pulse / FRAME_RATE + DELAY
    inside = times[(times > beats[0] - 0.2) & (times < beats[-1] + 0.2)]
    return float(mir_eval.beat.f_measure(beats, inside))


if __name__ == "__main__":
    tyro.cli(fit_readings)
