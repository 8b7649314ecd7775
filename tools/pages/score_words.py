"""What held-out scores mean, in sentences; and the scores themselves, as a table."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stickdance.synth.quality.metrics import METRICS, metric_of, title_of

_COMPARED = {"ssim_gaussian": "SSIM", "ms_ssim": "MS-SSIM", "psnr": "PSNR", "lpips": "LPIPS"}
"""One score of each kind, so that none counts twice."""
_RIVALS = {
    "nearest_frame": "the nearest filmed frame",
    "previous_frame": "the filmed frame before",
    "plate": "the empty room",
}
_ALIKE = 0.05  # sharpness that differs less is that of the footage
_COLUMNS = (
    "ssim_skimage", "ssim_gaussian", "ms_ssim", "psnr", "psnr_of_mean_mse", "mse", "lpips",
    "sharpness", "face.sharpness", "hands.sharpness",
)  # fmt: skip


@dataclass(frozen=True)
class ScoreTable:
    """The performer's scores and the baselines'; scores that were not taken are left out."""

    columns: Sequence[str]
    """What was measured, with its unit."""
    rows: Mapping[str, Sequence[float | None]]
    absent: Sequence[str]
    """One line for each reason why scores are absent."""


def scores_in_words(scores: Mapping[str, Any]) -> list[str]:
    """Return what held-out scores say, the comparison that matters most first.

    Args:
        scores: what `quality.held_out` returned, "baselines" among it.
    """
    baselines = scores.get("baselines", {})
    lines = [
        _against(scores, baselines[key], name) for key, name in _RIVALS.items() if key in baselines
    ]
    lines += [_way_to_ceiling(baselines, scores), _sharpness(scores.get("sharpness"))]
    lines.append(_sharpness_of_parts(scores))
    return [line for line in lines if line]


def score_table(scores: Mapping[str, Any]) -> ScoreTable:
    """Return held-out scores and their baselines."""
    rows = {"this performer": scores, **scores.get("baselines", {})}
    keys = [key for key in _COLUMNS if any(row.get(key) is not None for row in rows.values())]
    why: dict[str, list[str]] = {}
    for key, reason in scores.get("reasons", {}).items():
        known = key.rpartition(".")[2] in METRICS
        why.setdefault(str(reason), []).append(title_of(key) if known else key)
    return ScoreTable(
        [_title(key) for key in keys],
        {name.replace("_", " "): [row.get(key) for key in keys] for name, row in rows.items()},
        [f"{', '.join(names)}: not measured; {reason}" for reason, names in why.items()],
    )


def _against(scores: Mapping[str, Any], rival: Mapping[str, Any], name: str) -> str:
    """Return how a performer compares with a baseline: "Better than ... (SSIM 0.9 against 0.8)"."""
    compared = [
        key for key in _COMPARED if scores.get(key) is not None and rival.get(key) is not None
    ]
    if not compared:
        return ""
    better = sum(_better(key, scores[key], rival[key]) for key in compared)
    told = ", ".join(
        f"{_COMPARED[key]} {scores[key]:.4g} against {rival[key]:.4g} {METRICS[key].unit}".rstrip()
        for key in compared
    )
    if better in (0, len(compared)):
        return f"{'Better' if better else 'Not better'} than {name}: {told}."
    return f"Better than {name} in {better} of {len(compared)} scores: {told}."


def _better(key: str, own: float, other: float) -> bool:
    return own > other if METRICS[key].higher_is_better else own < other


def _way_to_ceiling(baselines: Mapping[str, Any], scores: Mapping[str, Any]) -> str:
    """Return how far the way is gone from a filmed frame to a perfect picture of the person."""
    rows = (baselines.get("nearest_frame", {}), scores, baselines.get("ceiling", {}))
    values = [row.get("ssim_gaussian") for row in rows]
    near, own, ceiling = (math.nan if value is None else value for value in values)
    if not near < own <= ceiling:
        return ""
    share = (own - near) / (ceiling - near)
    return (
        f"{share:.0%} of the way, in SSIM, from the nearest filmed frame to the real person cut "
        "out and put into the same room."
    )


def _sharpness(sharpness: float | None) -> str:
    if sharpness is None:
        return ""
    if abs(sharpness - 1) <= _ALIKE:
        return f"As sharp as the footage ({sharpness:.2f} of its fine detail)."
    word = "Softer" if sharpness < 1 else "Grainier"
    return f"{word} than the footage ({sharpness:.2f} of its fine detail; 1 is as filmed)."


def _sharpness_of_parts(scores: Mapping[str, Any]) -> str:
    known = {part: scores.get(f"{part}.sharpness") for part in ("face", "hands")}
    told = [f"{part} {value:.2f}" for part, value in known.items() if value is not None]
    return f"Sharpness by part, 1 as filmed: {', '.join(told)}." if told else ""


def _title(key: str) -> str:
    if key == "psnr_of_mean_mse":
        return "PSNR of the mean MSE (dB)"
    unit = metric_of(key).unit
    return f"{title_of(key)} ({unit})" if unit else title_of(key)
