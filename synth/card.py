"""The card of a performer: where it comes from and how good it is, for people to read."""

import json
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from capture.take import Take
from checkpoints.folder import CARD, amend_model, load_model
from synth.performer import KIND, SCORES

_SCORES_TITLE = "## Held-out scores"
_SHOWN = ("frames", "ssim_skimage", "ssim_gaussian", "psnr", "ms_ssim", "sharpness", "lpips")


def write_card(name: str, take: Take, training: Mapping[str, Any]) -> str:
    """Return the Markdown card of a performer.

    Args:
        name: of the performer, its folder's name.
        take: what it was trained on.
        training: the performer's `training` values.
    """
    footage = "\n".join(
        f"- {Path(source.path).name}: {source.frames} frames, SHA-256 {source.sha256}"
        for source in take.sources
    )
    options = "\n".join(f"- {key}: {_short(value)}" for key, value in training["options"].items())
    weights = training["recipe"]["weights"]
    used = [f"{loss} x {weight:g}" for loss, weight in weights.items() if weight]
    notes = "\n".join(f"- {line}" for line in training["warnings"]) or "- nothing to say"
    return f"""# {name}

A renderer of one person, trained on footage of them. What it paints is synthetic; say so where you
show it.

## Footage
{footage}
- {take.frame_count} frames at {take.fps:g} a second ({take.frame_count / take.fps:.1f} s), of
  which the first {take.training_frames} trained it; {take.size[0]}x{take.size[1]} pixels
- consent of the person: {take.consent}

## Training
- generator: {training["generator"]}, {training["parameters"] / 1e6:.2f} million parameters
- steps: {training["steps"]:,} in {training["seconds"] / 60:.1f} minutes
- losses: {", ".join(used)}
- machine: {training["machine"]}
{options}

## Notes
{notes}
"""


def add_scores(folder: Path, scores: Mapping[str, Any]) -> Path:
    """Put held-out scores into a performer's folder: a table in the card, all in scores.json.

    Args:
        folder: a performer.
        scores: what `quality.held_out` returns.

    Raises:
        CheckpointError: not a performer.
        NotWritten: no space or no permission.
    """
    card = load_model(folder, KIND).card.split(_SCORES_TITLE)[0].rstrip()
    text = json.dumps(scores, indent=2) + "\n"
    return amend_model(folder, KIND, {CARD: f"{card}\n\n{_table(scores)}", SCORES: text})


def machine(device: torch.device, processes: int = 1) -> str:
    """Return one line about the computer and the versions.

    Args:
        device: that the networks were trained on.
        processes: that trained together.
    """
    if device.type == "cuda":
        processor = torch.cuda.get_device_name()
    else:
        processor = f"{platform.machine()}, {torch.get_num_threads()} threads"
    together = f", {processes} processes together" if processes > 1 else ""
    return (
        f"{platform.system()}, {processor}, Python {platform.python_version()}, "
        f"torch {torch.__version__}{together}"
    )


def _table(scores: Mapping[str, Any]) -> str:
    rows = {"this performer": scores, **scores.get("baselines", {})}
    shown = [key for key in _SHOWN if key in scores]
    lines = [
        f"| | {' | '.join(shown)} |",
        f"|---|{'---|' * len(shown)}",
        *(
            f"| {name} | {' | '.join(_short(row.get(key)) for key in shown)} |"
            for name, row in rows.items()
        ),
    ]
    heading = f"{_SCORES_TITLE}\nOn the frames of the take that trained nothing.\n"
    return heading + "\n" + "\n".join(lines) + "\n"


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | tuple):
        return " x ".join(map(str, value))
    return "-" if value is None else str(value)
