"""What capture gives, footage by footage, as one table: room, mattes, speed and memory.

    python -m stickdance.tools.benchmarks.capture_goals FOOTAGE... --to FOLDER [--height 512]

Every footage is captured in a process of its own, whose memory is watched; a take that lies in
FOLDER is measured again without being captured, and then has neither speed nor memory.

Figures
    near, elsewhere     decibels of the room on the held-out frames as filmed, within 30 pixels of
                        the person and beyond (`stickdance.tools.benchmarks.room`)
    SSIM, dB            of those frames, the person by the matte over the room against the frame,
                        with the frame's colours; own dB: with the person's own at soft edges
    islands, holes, held, missed, flicker   see `stickdance.tools.benchmarks.mattes`, all frames
    matted              share of the frames with a pose that have a matte
    frames/s, MB        of the capture
"""

from pathlib import Path
from typing import Any

import tyro

from stickdance.capture.take.take import Take
from stickdance.tools.benchmarks.capture import captured_to
from stickdance.tools.benchmarks.harness import call, machine, run_benchmark
from stickdance.tools.benchmarks.mattes import without_truth
from stickdance.tools.benchmarks.room import measured
from stickdance.tools.text_table import aligned

_COLUMNS = {
    "near": "near", "elsewhere": "elsewhere", "ceiling": "SSIM", "ceiling_psnr": "dB",
    "own_psnr": "own dB", "islands": "islands", "holes": "holes", "held": "held",
    "missed": "missed", "flicker": "flicker", "matted": "matted",
    "frames_per_second": "frames/s", "peak_memory_mb": "MB",
}  # fmt: skip


def measure(
    footage: tyro.conf.Positional[tuple[Path, ...]], /, *, to: Path, height: int = 512
) -> dict[str, Any]:
    """Capture footage and measure what came.

    Args:
        footage: videos of one person each.
        to: folder for the takes; what lies there is measured again.
        height: rows at which takes store their frames.
    """
    to.mkdir(parents=True, exist_ok=True)
    rows = {}
    for path in footage:
        folder, speed = to / path.stem, {}
        if not folder.exists():
            speed = call(captured_to, path, height, folder).answer
        rows[path.stem] = {**_figures(Take.load(folder)), **speed}
    return {"machine": machine(), "takes": rows}


def _figures(take: Take) -> dict[str, Any]:
    lost = len(take.report.get("frames_without_matte", ()))
    posed = int((take.poses.confidence > 0).any(axis=1).sum())
    held_out = without_truth(take, take.training_frames)
    return {
        **without_truth(take),
        **{name: value for name, value in held_out.items() if name[:3] in ("cei", "own")},
        **{name: measured(take)["room"][name] for name in ("near", "elsewhere")},
        "matted": round(1 - lost / max(1, posed), 3),
    }


def _table(result: dict[str, Any]) -> str:
    rows: list[tuple[str, ...]] = [("take", *_COLUMNS.values())]
    for name, row in result["takes"].items():
        rows.append((name, *(str(row.get(column, "-")) for column in _COLUMNS)))
    return aligned(rows)


if __name__ == "__main__":
    run_benchmark(measure, _table)
