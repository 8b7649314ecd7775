"""Processor time and memory of each stage against length, and what many machines would do and cost.

    python -m stickdance.tools.benchmarks.scaling [--to FOLDER] [--stages render] [--minutes 1 4 16]

Each length of each stage (`scaling_stages`) is worked in a process of its own. Processor time,
unlike time on the clock, hardly depends on what else the machine does. Memory is the largest sum of
the proportional shares of a process and all that it started, looked at twice a second. What was
measured is kept in the folder and not measured again.

`exponent` is the slope between the two greatest lengths, both as logarithms: 1 is as long as its
input, and memory that does not grow has 0. From the growth between these two follows, on paper,
what an hour of song or footage takes (`core_hours`), and what machines would do in an hour that
share nothing but a store of files (`per_hour`), at a price for each core and hour (`price`).
"""

import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Literal, get_args

from stickdance.checkpoints.files import write_json
from stickdance.tools.benchmarks import scaling_stages
from stickdance.tools.benchmarks.harness import call, machine, processor_seconds, run_benchmark
from stickdance.tools.benchmarks.memory import watched

Stage = Literal[
    "choreograph", "render", "plan", "edit", "songs", "capture", "train", "judge", "evaluate"
]
STAGES: tuple[Stage, ...] = get_args(Stage)
UNITS: dict[str, str] = {
    "choreograph": "minutes", "render": "minutes", "plan": "steps", "edit": "steps",
    "songs": "songs", "capture": "frames", "train": "frames", "judge": "frames",
    "evaluate": "pairs",
}  # fmt: skip
_ROWS = "rows.json"


def measure(
    to: Path | None = None,
    stages: Sequence[Stage] = STAGES,
    minutes: Sequence[float] = (1, 4, 16),
    frames: Sequence[int] = (375, 1500),
    steps: Sequence[int] = (500, 1500, 5000),
    songs: Sequence[int] = (2, 8),
    pairs: Sequence[int] = (500, 2000, 8000),
    machines: int = 1000,
    cores: int = 2,
    price: float = 0.04,
) -> dict[str, Any]:
    """Measure processor time and memory of each stage against length.

    Args:
        to: folder that keeps songs, dances, films and what was measured; by default a temporary
            one. render needs what choreograph left there, edit what plan did, train what capture,
            judge what train.
        stages: those to measure.
        minutes: of song, danced and rendered; ascending.
        frames: of footage, captured, trained on and judged; ascending.
        steps: of a plan, danced and edited; ascending.
        songs: of a batch; ascending.
        pairs: of frames, scored; ascending.
        machines: that are reckoned with.
        cores: of each of them.
        price: of a core for an hour, in any currency.
    """
    lengths: dict[str, Sequence[float]] = {
        "minutes": minutes, "frames": frames, "steps": steps, "songs": songs, "pairs": pairs,
    }  # fmt: skip
    about = machine(["torch", "numpy", "librosa"])
    with nullcontext(to) if to else tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        for stage in stages:
            for length in lengths[UNITS[stage]]:
                _measured(folder, stage, length)
        rows = _kept(folder)
    found = {stage: {"unit": UNITS[stage], **growth(rows[stage])} for stage in rows}
    return {"machine": about, "stages": found, "on_paper": on_paper(found, machines, cores, price)}


def staged(stage: str, folder: str, length: float) -> dict[str, float]:
    """Work a length of a stage in this process; return what it took."""
    began = time.perf_counter()
    with watched(os.getpid()) as memory:
        getattr(scaling_stages, stage)(Path(folder), length)
    return {
        "length": length,
        "processor_seconds": round(processor_seconds(), 2),
        "seconds": round(time.perf_counter() - began, 2),
        "megabytes": round(max(memory, default=0.0), 1),
    }


def growth(rows: Sequence[dict[str, float]]) -> dict[str, Any]:
    """Return rows with the exponents of their growth and the cost of one more unit, in seconds."""
    result: dict[str, Any] = {"rows": list(rows)}
    if len(rows) > 1:
        before, last = rows[-2:]
        over = math.log(last["length"] / before["length"])
        for name in ("processor_seconds", "megabytes"):
            if before[name] > 0 and last[name] > 0:
                slope = math.log(last[name] / before[name]) / over
                result[f"exponent_of_{name}"] = round(slope, 2)
        more = last["processor_seconds"] - before["processor_seconds"]
        result["seconds_a_unit"] = max(0.0, more / (last["length"] - before["length"]))
    return result


def on_paper(
    stages: dict[str, dict[str, Any]], machines: int, cores: int, price: float
) -> dict[str, dict[str, float]]:
    """Return by stage what machines would do in an hour, and what an hour of material costs.

    Args:
        stages: what `growth` made of each, with its unit.
        machines: that share nothing but a store of files.
        cores: of each, all at work all the time.
        price: of a core for an hour.

    Returns:
        "core_hours" for an hour of song or footage (25 frames a second), a thousand steps or songs,
        by the growth between the two greatest lengths; "price" of that; "per_hour": how many
        of these the machines would do.
    """
    count = {
        "minutes": 60.0, "frames": 3600 * scaling_stages.RATE, "pairs": 3600 * scaling_stages.RATE,
        "steps": 1000.0, "songs": 1000.0,
    }  # fmt: skip
    found = {}
    for name, stage in stages.items():
        if "seconds_a_unit" not in stage:
            continue
        last = stage["rows"][-1]
        ahead = (count[stage["unit"]] - last["length"]) * stage["seconds_a_unit"]
        hours = (last["processor_seconds"] + ahead) / 3600
        if hours > 0:
            found[name] = {
                "core_hours": round(hours, 4),
                "price": round(hours * price, 4),
                "per_hour": round(machines * cores / hours),
            }
    return found


def _measured(folder: Path, stage: str, length: float) -> None:
    if any(row["length"] == length for row in _kept(folder).get(stage, ())):
        return
    getattr(scaling_stages, f"{stage}_material", lambda *_: None)(folder, length)
    row = call(staged, stage, folder, length).answer
    rows = _kept(folder)  # others may have measured meanwhile
    rows[stage] = sorted([*rows.get(stage, ()), row], key=lambda one: one["length"])
    write_json(folder / _ROWS, rows)
    print(f"{stage}: {row}", file=sys.stderr, flush=True)


def _kept(folder: Path) -> dict[str, list[dict[str, float]]]:
    file = folder / _ROWS
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


if __name__ == "__main__":
    run_benchmark(measure)
