"""How long a song takes from the command line to the dance with every cache empty.

    python -m stickdance.tools.benchmarks.cold_start SONG [--goal 10] [--warm] [--json]

`stickdance choreograph SONG` runs in a process whose compiled Python (`PYTHONPYCACHEPREFIX`) and
compiled numba (`NUMBA_CACHE_DIR`) begin in empty folders, as after installation: all that is used
of numpy, scipy and librosa is compiled to bytecode anew, and nothing may wait for numba. Files of
the packages may still be in the memory of the system. `--warm` tells how long the next run takes.
"""

import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import tyro

from stickdance.tools.benchmarks.harness import call, cold_caches, machine, run_benchmark


def choreographed(*words: str) -> None:
    """Run `stickdance choreograph` in this process."""
    from stickdance.tools.cli import main

    with redirect_stdout(sys.stderr):  # what is printed here is the answer to the caller
        main(["choreograph", *words])


def measure(
    song: tyro.conf.Positional[Path], goal: float = 10.0, warm: bool = False
) -> dict[str, Any]:
    """Time choreographing with cold caches.

    Args:
        song: a song.
        goal: seconds that are aimed at, without the preview video; slower leaves with status 1.
        warm: also time the run after it, whose caches are filled.
    """
    result: dict[str, Any] = {"song": song.name, "goal_seconds": goal}
    plain = ("--no-preview",)
    runs = [("cold", "cold", plain), ("cold_with_preview", "previewed", ())]
    with tempfile.TemporaryDirectory() as folder:
        for name, caches, flags in [*runs, ("warm", "cold", plain)][: 2 + warm]:
            words = (song, "-o", Path(folder) / "dance", *flags)
            environment = cold_caches(Path(folder) / caches)
            result[name] = round(call(choreographed, *words, environment=environment).seconds, 2)
    return result | {"machine": machine(("librosa", "numba"))}


if __name__ == "__main__":
    run_benchmark(measure, failed=lambda result: result["cold"] > result["goal_seconds"])
