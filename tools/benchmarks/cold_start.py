"""How long a song takes from the command line to the dance with every cache empty.

    python -m stickdance.tools.benchmarks.cold_start SONG [--goal 10] [--warm] [--json]

`stickdance choreograph SONG` runs in a process whose compiled Python (`PYTHONPYCACHEPREFIX`) and
compiled numba (`NUMBA_CACHE_DIR`) begin in empty folders, as after installation: all that is used
of numpy, scipy and librosa is compiled to bytecode anew, and nothing may wait for numba. Files of
the packages may still be in the memory of the system. `--warm` tells how long the next run takes.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import tyro

from stickdance.tools.benchmarks.machine import machine
from stickdance.tools.program import run_program

_COMMAND = "from stickdance.tools.cli import main; main()"


def choreographed(song: Path, to: Path, caches: Path, preview: bool) -> float:
    """Return the seconds that the command took, with its caches in the folder `caches`."""
    environment = {
        **os.environ,
        "PYTHONPYCACHEPREFIX": str(caches / "bytecode"),
        "NUMBA_CACHE_DIR": str(caches / "numba"),
    }
    command = [sys.executable, "-c", _COMMAND, "choreograph", str(song), "-o", str(to)]
    began = time.perf_counter()
    subprocess.run(
        command if preview else [*command, "--no-preview"],
        env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return time.perf_counter() - began


def main(
    song: tyro.conf.Positional[Path],
    goal: float = 10.0,
    warm: bool = False,
    as_json: Annotated[bool, tyro.conf.arg(name="json")] = False,
) -> None:
    """Time choreographing with cold caches.

    Args:
        song: a song.
        goal: seconds that are aimed at, without the preview video; slower leaves with status 1.
        warm: also time the run after it, whose caches are filled.
        as_json: print one JSON object.
    """
    result: dict[str, Any] = {"song": song.name, "goal_seconds": goal}
    with tempfile.TemporaryDirectory() as folder:
        for name, preview in (("cold", False), ("cold_with_preview", True)):
            caches = Path(folder) / name
            result[name] = round(choreographed(song, Path(folder) / "dance", caches, preview), 2)
        if warm:
            again = choreographed(song, Path(folder) / "dance", caches, preview=False)
            result["warm"] = round(again, 2)
    result["machine"] = machine(("librosa", "numba"))
    print(json.dumps(result) if as_json else json.dumps(result, indent=1))
    sys.exit(int(result["cold"] > goal))


if __name__ == "__main__":
    run_program(main)
