"""Structure analysis beside pychorus: time and memory of whole processes on the same song.

    python -m stickdance.tools.benchmarks.structure [SONG ...] [--minutes 10] [--repeats 3]
        [--cold] [--json]

Each program runs in a fresh interpreter, in turn with the other, after one run of each that only
warms the disk; the median counts. Without a song, one of `--minutes` is composed. Goals: at least
three times as fast; on ten minutes less than a third of the memory.

Conventions: seconds from start to end of the process; memory is the largest resident size of the
process or of a program that it called, in MB.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import tyro

from stickdance.tools.benchmarks.machine import machine
from stickdance.tools.benchmarks.structure_peers import CLIP_SECONDS, PEERS
from stickdance.tools.program import run_program

_ROOT = Path(__file__).resolve().parents[2]
_COMPOSE = (
    "import sys; from pathlib import Path; from stickdance.tools.demo.song.compose import "
    "compose, write_song; "
    "write_song(compose(41, seconds=float(sys.argv[1]), tempo=112.0), Path(sys.argv[2]))"
)


@dataclass(frozen=True)
class Run:
    """One program on one song, once."""

    seconds: float
    megabytes: float
    answer: dict[str, Any]


def composed(minutes: float, to: Path) -> Path:
    """Compose a song in a process of its own, whose memory the measured ones would inherit."""
    subprocess.run(
        [sys.executable, "-c", _COMPOSE, str(60 * minutes), str(to)], cwd=_ROOT, check=True
    )
    return to


def run(peer: str, song: Path, caches: Path | None = None) -> Run:
    """Analyse a song in a process of its own, with its caches in a folder of their own if given."""
    command = [
        sys.executable,
        "-m",
        "stickdance.tools.benchmarks.structure_peers",
        peer,
        str(song.resolve()),
    ]
    environment = dict(os.environ)
    if caches is not None:
        environment["PYTHONPYCACHEPREFIX"] = str(caches / "bytecode")
        environment["NUMBA_CACHE_DIR"] = str(caches / "numba")
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=_ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{peer} failed on {song} with exit status {process.returncode}")
    return Run(seconds, usage.ru_maxrss / 1024, json.loads(printed.strip().splitlines()[-1]))


def compare(song: Path, repeats: int, cold: bool) -> dict[str, Any]:
    """Return both programs' times, memories and answers, and the ratios of the first two."""
    runs: dict[str, list[Run]] = {peer: [] for peer in PEERS}
    for _ in range(repeats + 1):
        for peer, done in runs.items():
            with tempfile.TemporaryDirectory() as caches:
                done.append(run(peer, song, Path(caches) if cold else None))
    result: dict[str, Any] = {}
    for peer, done in runs.items():
        result[peer] = {
            "seconds": round(float(np.median([one.seconds for one in done[1:]])), 2),
            "megabytes": round(float(np.median([one.megabytes for one in done[1:]])), 1),
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
        "choruses": [[round(start, 1), round(end, 1)] for start, end in answer["choruses"]],
        "repetitions": [[round(time, 1) for time in one] for one in answer["repetitions"]],
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


def main(
    songs: tyro.conf.Positional[tuple[Path, ...]] = (),
    minutes: float = 10.0,
    repeats: int = 3,
    cold: bool = False,
    as_json: Annotated[bool, tyro.conf.arg(name="json")] = False,
) -> None:
    """Time structure analysis beside pychorus.

    Args:
        songs: songs to analyse; without any, one is composed.
        minutes: length of the composed song, at most 30.
        repeats: how often each program runs after one that does not count.
        cold: every run begins with empty caches of bytecode and of numba, as after installation.
        as_json: print one JSON object.
    """
    with tempfile.TemporaryDirectory() as folder:
        if not songs:
            songs = (composed(minutes, Path(folder) / "composed.wav"),)
        results = [compare(song, repeats, cold) for song in songs]
    report = {"cold": cold, "machine": machine(("pychorus", "librosa", "numpy")), "songs": results}
    print(json.dumps(report) if as_json else json.dumps(report, indent=1))


if __name__ == "__main__":
    run_program(main)
