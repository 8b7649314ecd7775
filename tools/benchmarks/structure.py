"""Structure analysis beside pychorus: time and memory of whole processes on the same song.

    python -m stickdance.tools.benchmarks.structure [SONG ...] [--minutes 10] [--repeats 3]
        [--cold] [--json]

Each program runs in a fresh interpreter, in turn with the other, after one run of each that only
warms the disk; the median counts. Without a song, one of `--minutes` is composed. Goals: at least
three times as fast; on ten minutes less than a third of the memory.

pychorus (MIT) is the known implementation of Goto's method; it imports `scipy.ndimage.filters`, a
name that scipy has dropped, so that it is given back before pychorus is imported.

Conventions: seconds from start to end of the process; memory is the largest resident size of the
process or of a program that it called, in MB.
"""

import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tyro

from stickdance.tools.benchmarks.harness import Called, call, cold_caches, machine, run_benchmark

CLIP_SECONDS = 15
"""The least length of a chorus that pychorus is asked for: its own default."""


def by_stickdance(song: str | Path) -> dict[str, Any]:
    """Return sections, choruses and repetitions, each with start and end in seconds."""
    from stickdance.capture.media.audio import decode_sound
    from stickdance.choreography.listening import listen

    with tempfile.TemporaryDirectory() as folder:
        structure = listen(decode_sound(Path(song), Path(folder) / "song.wav")).structure
    return {
        "sections": [[one.label, one.start, one.end] for one in structure.sections],
        "choruses": [[one.start, one.end] for one in structure.sections if one.chorus],
        "repetitions": [[one.start, one.end, one.of_start] for one in structure.repetitions],
    }


def by_pychorus(song: str | Path) -> dict[str, Any]:
    """Return the one start of a chorus that it finds; None where it finds none."""
    import scipy.ndimage

    sys.modules["scipy.ndimage.filters"] = scipy.ndimage
    from pychorus.helpers import create_chroma, find_chorus

    chroma, _, rate, seconds = create_chroma(str(song))
    return {"start": find_chorus(chroma, rate, seconds, CLIP_SECONDS)}


PEERS: Mapping[str, Callable[[str | Path], dict[str, Any]]] = {
    "stickdance": by_stickdance,
    "pychorus": by_pychorus,
}


def composed(seconds: float, to: str) -> None:
    """Compose a song; in a process of its own, whose memory the measured ones would inherit."""
    from stickdance.tools.demo.song.compose import compose, write_song

    write_song(compose(41, seconds=seconds, tempo=112.0), Path(to))


def compare(song: Path, repeats: int, cold: bool) -> dict[str, Any]:
    """Return both programs' times, memories and answers, and the ratios of the first two."""
    runs: dict[str, list[Called]] = {peer: [] for peer in PEERS}
    for _ in range(repeats + 1):
        for peer, done in runs.items():
            with tempfile.TemporaryDirectory() as caches:
                environment = cold_caches(Path(caches)) if cold else None
                done.append(call(PEERS[peer], song.resolve(), environment=environment))
    result = {
        peer: {
            "seconds": round(float(np.median([one.seconds for one in done[1:]])), 2),
            "megabytes": round(float(np.median([one.megabytes or 0 for one in done[1:]])), 1),
        }
        for peer, done in runs.items()
    }
    ours, theirs = result["stickdance"], result["pychorus"]
    start = runs["pychorus"][-1].answer["start"]
    answer = runs["stickdance"][-1].answer
    return {
        "song": song.name,
        **result,
        "times_as_fast": round(theirs["seconds"] / ours["seconds"], 2),
        "share_of_memory": round(ours["megabytes"] / theirs["megabytes"], 3),
        "chorus_by_pychorus": None if start is None else round(start, 1),
        "covered_by_ours": None if start is None else covering(answer["repetitions"], start),
        "sections": " ".join(f"{label} {start:.1f}" for label, start, _ in answer["sections"]),
        "choruses": np.round(answer["choruses"], 1).tolist(),
        "repetitions": np.round(answer["repetitions"], 1).tolist(),
    }


def covering(repetitions: Sequence[Sequence[float]], start: float) -> list[list[float]]:
    """Return [start, end] of the repeated stretches that most of the chorus from `start` lies in.

    Both sides of a repetition count: the return, and what it returns to.
    """
    stretches = [[a, b] for a, b, _ in repetitions]
    stretches += [[of, of + b - a] for a, b, of in repetitions]
    held = [
        [round(a, 1), round(b, 1)]
        for a, b in stretches
        if a <= start + 1 and min(b, start + CLIP_SECONDS) - max(a, start) > CLIP_SECONDS / 2
    ]
    return sorted(held)


def measure(
    songs: tyro.conf.Positional[tuple[Path, ...]] = (),
    minutes: float = 10.0,
    repeats: int = 3,
    cold: bool = False,
) -> dict[str, Any]:
    """Time structure analysis beside pychorus.

    Args:
        songs: songs to analyse; without any, one is composed.
        minutes: length of the composed song, at most 30.
        repeats: how often each program runs after one that does not count.
        cold: every run begins with empty caches of bytecode and of numba, as after installation.
    """
    with tempfile.TemporaryDirectory() as folder:
        if not songs:
            songs = (Path(folder) / "composed.wav",)
            call(composed, 60 * minutes, songs[0])
        results = [compare(song, repeats, cold) for song in songs]
    return {"cold": cold, "machine": machine(("pychorus", "librosa", "numpy")), "songs": results}


if __name__ == "__main__":
    run_benchmark(measure)
