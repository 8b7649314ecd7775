"""Fits what each mark of a beat tells of its place in the bar (`choreography/music/bars.py`).

    python -m stickdance.tools.benchmarks.fit_bars -o bar_weights.json [--songs 400]

The songs are those of `fit_readings`, composed in all grooves; drums alone, an eighth as many; and
metronomes of three and four; one whose beats are heard wrongly, or that is refused, is left out.
Candidates are the beats that may be the first of a bar of the true metre; the weights maximise the
probability of the right one (conditional logit, ridge of 30) given the mean of every mark on every
beat of a bar. What the melody's register does is left out.

The weights in the package were fitted so while that was written, on what was composed by then: a
new run gives weights of the same kind, not the same.
"""

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import mir_eval
import numpy as np
import tyro
from numpy.typing import NDArray
from scipy.optimize import minimize
from tyro.conf import arg

from stickdance.capture.media.audio import read_wav
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import whole_file
from stickdance.checkpoints.progress import tracked
from stickdance.choreography.music.analysis import hear
from stickdance.choreography.music.bar_evidence import bar_evidence, mark_names
from stickdance.choreography.music.bars import METRES
from stickdance.choreography.music.beats import find_beats
from stickdance.tools.benchmarks.fit_readings import composed
from stickdance.tools.demo.song.compose import ComposedSong, compose, write_song
from stickdance.tools.demo.song.grooves import GROOVES
from stickdance.tools.demo.song.mix import Sounding, record
from stickdance.tools.demo.song.voices import RATE

_RIGHT = 0.9  # F-measure of beats that are heard rightly, and of downbeats
_RIDGE = 30.0
_SECONDS = 32.0
_DRUMS = 60_000
"""Seed of the first song of drums alone."""
_CLICKS = ("woodblock", "hat", "rim", "tambourine", "snare")
_WITHOUT_DRUMS = ("rubato",)


@dataclass(frozen=True)
class Bar:
    """The beats of one song that may be the first of a bar."""

    rows: NDArray[np.float64]
    """(metre, marks * metre)"""
    right: NDArray[np.bool_]

    @property
    def metre(self) -> int:
        """Return the beats in a bar."""
        return len(self.rows)


def fit_bars(output: Annotated[Path, arg(aliases=["-o"])], songs: int = 400) -> None:
    """Compose songs, weigh what marks the beats of their bars and write the weights.

    Args:
        output: JSON to write.
        songs: how many are composed.
    """
    names: tuple[str, ...] = ()
    bars: list[Bar] = []
    with tempfile.TemporaryDirectory() as folder:
        for make in tracked(_material(songs), "composing and listening", unit="song"):
            song = make()
            sound = read_wav(write_song(song, Path(folder) / "song.wav"))
            hearing = hear(sound)
            try:
                times = find_beats(sound, hearing).times if song.groove else song.beats
            except BadInput:  # drums alone without a regular beat: refused as noise is
                continue
            names = mark_names(hearing, times)
            bars += candidates_of(song, times, bar_evidence(hearing, times))
    weights = {metre: fitted([one for one in bars if one.metre == metre]) for metre in METRES}
    values = {
        metre: {name: row.round(3).tolist() for name, row in zip(names, weight, strict=True)}
        for metre, weight in weights.items()
    }
    about = (
        f"conditional logit, fitted on {len(bars)} composed songs by tools/benchmarks/fit_bars.py"
    )
    with whole_file(output) as temporary:
        temporary.write_text(json.dumps({"about": about, "weights": values}, indent=1) + "\n")


def metronome(metre: int, tempo: float, click: str) -> ComposedSong:
    """Return sixteen bars of a bass drum, hard on the first beat, and clicks on the others."""
    beats = 0.4 + np.arange(16 * metre) * 60 / tempo
    kicks = [
        Sounding("kick", float(time), 0.3, 50, 0.25 if number % metre else 1.0)
        for number, time in enumerate(beats)
    ]
    clicks = [Sounding(click, k.start, 0.1, 50, 0.6) for k in kicks if k.velocity < 1]
    samples = record([*kicks, *clicks], float(beats[-1]) + 1)
    return ComposedSong(
        samples, RATE, beats, beats[::metre], (), tempo, metre, 0.5, 0.0, "", 0
    )  # fmt: skip


def _material(songs: int) -> list[Callable[[], ComposedSong]]:
    out: list[Callable[[], ComposedSong]] = [
        partial(composed, number, _SECONDS) for number in range(songs)
    ]
    names = [name for name in GROOVES if name not in _WITHOUT_DRUMS]
    out += [
        partial(compose, _DRUMS + n, seconds=26, groove=names[n % len(names)], players="drums")
        for n in range(songs // 8)
    ]
    out += [
        partial(metronome, metre, tempo, click)
        for metre in (3, 4)
        for click in _CLICKS
        for tempo in range(70, 160, 24)
    ]
    return out


def candidates_of(
    song: ComposedSong, times: NDArray[np.float64], evidence: NDArray[np.float64]
) -> list[Bar]:
    """Return the candidates of a song, none where its beats are heard wrongly."""
    counts = np.arange(len(times)) % song.metre
    scores = np.array([
        mir_eval.beat.f_measure(song.downbeats, times[counts == first])
        for first in range(song.metre)
    ])  # fmt: skip
    if mir_eval.beat.f_measure(song.beats, times) < _RIGHT or scores.max() < _RIGHT:
        return []
    means = np.stack([evidence[counts == count].mean(axis=0) for count in range(song.metre)])
    rows = [np.roll(means, -first, axis=0).T.ravel() for first in range(song.metre)]
    return [Bar(np.stack(rows), scores >= _RIGHT)]


def fitted(bars: Sequence[Bar]) -> NDArray[np.float64]:
    """Return the weights (marks, metre) under which the right candidates are most probable."""

    def loss(weight: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = 0.5 * _RIDGE * float(weight @ weight), _RIDGE * weight
        for one in bars:
            merits = one.rows @ weight
            odds = np.exp(merits - merits.max())
            chance, of_right = odds / odds.sum(), odds * one.right / (odds @ one.right)
            total -= float(np.log(max(chance @ one.right, 1e-300)))
            slope = slope - (of_right - chance) @ one.rows
        return total, slope

    found = minimize(loss, np.zeros(bars[0].rows.shape[1]), jac=True, method="L-BFGS-B").x
    return np.asarray(found).reshape(-1, bars[0].metre)


if __name__ == "__main__":
    tyro.cli(fit_bars)
