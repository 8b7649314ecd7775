"""The card of a performer: where it comes from and how good it is, for people to read."""

import json
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from stickdance.capture.conditions.judgement import verdict_line
from stickdance.capture.take.take import Take
from stickdance.checkpoints.folder import CARD, amend_model, load_model
from stickdance.synth.performer.performer import KIND, SCORES

SAMPLES = "samples.png"
_INTRODUCTION = """
A renderer of one person, trained on footage of them. What it paints is synthetic; say so where you
show it."""
_SCORES_TITLE = "## Held-out scores"
_SAMPLES_TITLE = "## Samples"
_SAMPLES_TEXT = f"""Real frames above, the same poses painted below:

![real frames above painted ones]({SAMPLES})"""
_SHOWN = (
    "frames", "ssim_skimage", "ssim_gaussian", "psnr", "ms_ssim", "sharpness", "face.sharpness",
    "hands.sharpness", "lpips",
)  # fmt: skip


def write_card(name: str, take: Take, training: Mapping[str, Any]) -> str:
    """Return the Markdown card of a performer.

    Args:
        name: of the performer, its folder's name.
        take: what it was trained on.
        training: the performer's `training` values.
    """
    options = [f"- {key}: {_short(value)}" for key, value in training["options"].items()]
    notes = [f"- {line}" for line in training["warnings"]] or ["- nothing to say"]
    parts = {
        f"# {name}": [_INTRODUCTION],
        "## Footage": _footage(take),
        "## Conditions of the footage": _conditions(take.report),
        "## Training": [*_course(training), *options],
        "## Notes": notes,
    }
    return "\n".join(f"{title}\n{_text(lines)}" for title, lines in parts.items() if lines)


def showing_samples(card: str) -> str:
    """Return a card that shows the sample pictures, which lie beside it as `SAMPLES`."""
    return f"{card.rstrip()}\n\n{_SAMPLES_TITLE}\n{_SAMPLES_TEXT}\n"


def add_scores(folder: Path, scores: Mapping[str, Any]) -> Path:
    """Put held-out scores into a performer's folder: a table in the card, all in scores.json.

    Args:
        folder: a performer.
        scores: what `quality.held_out` returns.

    Raises:
        BadInput: not a performer.
        OutputFailed: no space or no permission.
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


def _footage(take: Take) -> list[str]:
    files = [
        f"- {Path(source.path).name}: {source.frames} frames, SHA-256 {source.sha256}"
        for source in take.sources
    ]
    return [
        *files,
        f"- {take.frame_count} frames at {take.fps:g} a second "
        f"({take.frame_count / take.fps:.1f} s), of\n  which the first {take.training_frames} "
        f"trained it; {take.size[0]}x{take.size[1]} pixels",
        f"- consent of the person: {take.consent}",
    ]


def _conditions(report: Mapping[str, Any]) -> list[str]:
    """Return what was measured about the footage, as its take tells; [] where it tells nothing."""
    found = [each for each in report.get("conditions", ()) if isinstance(each, Mapping)]
    if not found:
        return []
    good = [str(each["name"]) for each in found if each["verdict"] == "good"]
    poor = [
        f"- {each['name']}: {each['verdict']}; {each['reason']}"
        for each in found
        if each["verdict"] != "good"
    ]
    return [f"- {verdict_line(report)}", f"- good: {', '.join(good) or 'nothing'}", *poor]


def _course(training: Mapping[str, Any]) -> list[str]:
    lines = [
        f"- generator: {training['generator']}, {training['parameters'] / 1e6:.2f} million "
        "parameters",
        f"- steps: {training['steps']:,} in {training['seconds'] / 60:.1f} minutes",
    ]
    if training.get("best_step") is not None:
        lines.append(
            f"- kept: the weights of step {training['best_step']:,}, the best on frames that were "
            "only looked at"
        )
    return [*lines, *_losses(training), f"- machine: {training['machine']}"]


def _losses(training: Mapping[str, Any]) -> list[str]:
    weights = {name: value for name, value in training["recipe"]["weights"].items() if value}
    absent = {
        name
        for name in weights
        if any(f"without the {name} loss" in line for line in training["warnings"])
    }
    used = [f"{name} x {value:g}" for name, value in weights.items() if name not in absent]
    missing = [f"- losses absent: {', '.join(sorted(absent))} (see the notes)"] if absent else []
    return [f"- losses: {', '.join(used)}", *missing]


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"


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
