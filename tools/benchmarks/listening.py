"""How well stickdance listens.

    python -m stickdance.tools.benchmarks.listening [--json] [--seeds ...]

Composed songs, whose beats, bars and sections are known exactly, are spread evenly over tempo (60
to 180 BPM), metre (every third a waltz), swing (none, light, triplets) and form (every second with
a bridge). SEEDS were fixed before anything was tuned and are kept for reporting: look at their
single results and they are spent, so that is what `--seeds` is for. `--sway 0.1` lets the tempo
come and go. `--varied` composes verses that return with other words and other drums, and keys that
rise (95 s each); `--grooves 100` takes songs in all grooves, from patterns and instruments that
nothing was fitted on, in place of them. Any song of a folder with a `.beats` file beside it
(`--songs`) is scored too.
"""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from itertools import cycle
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
from stickdance.tools.demo.song.compose import FASTEST, SLOWEST, ComposedSong, compose, write_song
from stickdance.tools.demo.song.grooves import GROOVES

SEEDS = tuple(range(9001, 9021))
"""Kept for reporting."""
_KEPT_SEED = 40_000
_VARIED_SECONDS = 95.0
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


def as_wanted(seeds: Iterable[int], sway: float, varied: bool) -> Iterator[partial[ComposedSong]]:
    """Yield what composes a song for each seed."""
    for one in wanted_songs(seeds):
        seconds = _VARIED_SECONDS if varied else None
        yield partial(compose, **asdict(one), sway=sway, varied=varied, seconds=seconds)


def in_grooves(count: int, varied: bool) -> Iterator[partial[ComposedSong]]:
    """Yield what composes songs in one groove after the other, from what nothing was fitted on."""
    for number, groove in zip(range(count), cycle(GROOVES)):
        seed = _KEPT_SEED + number
        yield partial(compose, seed=seed, groove=groove, players="kept", varied=varied)


def listen_to(song: ComposedSong, folder: Path) -> tuple[BeatScores, SectionScores]:
    """Listen to a composed song and score what was heard."""
    sound = read_wav(write_song(song, folder / f"{song.seed}.wav"))
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
    varied: bool = False,
    grooves: int = 0,
    songs: Path | None = None,
    details: bool = False,
) -> dict[str, Any]:
    """Score what is heard in composed songs, and in annotated ones.

    Args:
        seeds: of the composed songs.
        sway: share by which their tempo comes and goes, 0 to 0.15.
        varied: verses return with other words and other drums, and keys rise.
        grooves: how many songs in grooves are composed in place of those of the seeds.
        songs: a folder whose songs with a .beats file beside them are scored too.
        details: also print every song's scores.
    """
    made = list(in_grooves(grooves, varied) if grooves else as_wanted(seeds, sway, varied))
    with tempfile.TemporaryDirectory() as folder:
        heard = tracked(made, "listening", unit="song")
        scores = [listen_to(make(), Path(folder)) for make in heard]
    result: dict[str, Any] = {"composed": _rounded(summary(*map(list, zip(*scores, strict=True))))}
    if songs is not None:
        result["annotated"] = listen_to_annotated(songs)
    if details:
        result["songs"] = [
            _rounded({**make.keywords, **asdict(beats), **asdict(sections)})
            for make, (beats, sections) in zip(made, scores, strict=True)
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
