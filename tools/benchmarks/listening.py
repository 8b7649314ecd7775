"""How well stickdance listens.

    python -m stickdance.tools.benchmarks.listening [--json] [--seeds ...]

Composed songs, whose beats, bars and sections are known exactly, are spread evenly over tempo (60
to 180 BPM), metre (every third a waltz), swing (none, light, triplets) and form (every second with
a bridge). SEEDS were fixed before anything was tuned and are kept for reporting: look at their
single results and they are spent, so that is what `--seeds` is for. `--sway 0.1` lets the tempo
come and go. Any song of a folder with a `.beats` file beside it (`--songs`) is scored too.
"""

import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.media.audio import decode_sound, read_wav
from stickdance.checkpoints.progress import tracked
from stickdance.choreography.annotations.beats_file import read_beats_file
from stickdance.choreography.music.beats import find_beats
from stickdance.choreography.music.structure import find_structure
from stickdance.tools.benchmarks.harness import run_benchmark
from stickdance.tools.benchmarks.listening_scores import (
    BeatScores,
    SectionScores,
    score_beats,
    score_sections,
    summary,
)
from stickdance.tools.demo.song.compose import FASTEST, SLOWEST, compose, write_song

SEEDS = tuple(range(9001, 9021))
"""Kept for reporting."""
_SWINGS = (0.5, 0.5, 0.6, 0.667)
_SOUNDS = (".wav", ".flac", ".ogg", ".mp3", ".m4a")


@dataclass(frozen=True)
class Wanted:
    """What a composed song is asked to be."""

    seed: int
    tempo: float
    metre: int
    swing: float
    bridge: bool


def wanted_songs(seeds: Iterable[int]) -> list[Wanted]:
    """Return a song for each seed, together spread evenly over tempo, metre, swing and form."""
    seeds = list(seeds)
    step = (FASTEST - SLOWEST) / len(seeds)
    return [
        Wanted(
            seed=seed,
            tempo=round(SLOWEST + (place + 0.5) * step, 1),
            metre=3 if place % 3 == 1 else 4,
            swing=_SWINGS[place % 4],
            bridge=(place // 2) % 2 == 0,
        )
        for place, seed in enumerate(seeds)
    ]


def listen_to(wanted: Wanted, folder: Path, sway: float) -> tuple[BeatScores, SectionScores]:
    """Compose a song, listen to it and score what was heard."""
    asked = asdict(wanted)
    song = compose(asked.pop("seed"), sway=sway, **asked)
    sound = read_wav(write_song(song, folder / f"{wanted.seed}.wav"))
    beats = find_beats(sound)
    structure = find_structure(sound, beats)
    sound.path.unlink()
    heard = score_beats(song.beats, song.downbeats, song.metre, beats)
    return heard, score_sections(song, structure)


def listen_to_annotated(folder: Path) -> dict[str, dict[str, Any]]:
    """Score beats and bars of every song of a folder that has NAME.beats beside it."""
    out = {}
    for song in sorted(path for path in folder.iterdir() if path.suffix in _SOUNDS):
        annotated = song.with_suffix(".beats")
        if not annotated.is_file():
            continue
        truth = read_beats_file(annotated)
        with tempfile.TemporaryDirectory() as scratch:
            beats = find_beats(decode_sound(song, Path(scratch) / "song.wav"))
        scores = score_beats(truth.times, truth.downbeat_times, truth.metre, beats)
        out[song.name] = _rounded(asdict(scores))
    return out


def measure(
    seeds: tuple[int, ...] = SEEDS,
    sway: float = 0.0,
    songs: Path | None = None,
    details: bool = False,
) -> dict[str, Any]:
    """Score what is heard in composed songs, and in annotated ones.

    Args:
        seeds: of the composed songs.
        sway: share by which their tempo comes and goes, 0 to 0.15.
        songs: a folder whose songs with a .beats file beside them are scored too.
        details: also print every song's scores.
    """
    wanted = wanted_songs(seeds)
    with tempfile.TemporaryDirectory() as folder:
        heard = tracked(wanted, "listening", unit="song")
        scores = [listen_to(one, Path(folder), sway) for one in heard]
    result: dict[str, Any] = {"composed": _rounded(summary(*map(list, zip(*scores, strict=True))))}
    if songs is not None:
        result["annotated"] = listen_to_annotated(songs)
    if details:
        result["songs"] = [
            _rounded({**asdict(one), **asdict(beats), **asdict(sections)})
            for one, (beats, sections) in zip(wanted, scores, strict=True)
        ]
    return result


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: round(float(value), 4) if isinstance(value, float | np.floating) else value
        for name, value in values.items()
    }


def _text(result: dict[str, Any]) -> str:
    lines = [f"{name:<20} {value}" for name, value in result["composed"].items()]
    lines += [f"{name}: {scores}" for name, scores in result.get("annotated", {}).items()]
    return "\n".join([*lines, *map(str, result.get("songs", []))])


if __name__ == "__main__":
    run_benchmark(measure, _text)
