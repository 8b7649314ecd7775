"""What is wrong with a rendering, in one sentence: the first thing that explains its scores.

In this order: frames that are missing, another time or rate, another framing, other colours; then
what the scores of parts tell: a region far below the rest, flicker, sharpness without likeness, and
scores, colours and sharpness that get worse from the first ten seconds on.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from stickdance.synth.quality.appearance_drift import drift_told
from stickdance.synth.quality.metrics import REGIONS, metric_of, title_of

_MISSING = 0.02  # share of the frames
_BELOW = 0.05  # of SSIM, by which a region is worse than the whole frame
_DECIBELS_BELOW = 3.0
_FLICKERS = 1.5  # times the reference
_SHARPER, _SOFTER, _UNLIKE = 1.15, 0.8, 0.9


def what_is_wrong(summary: Mapping[str, Any], judge: str) -> str:
    """Return one sentence about one comparison.

    Args:
        summary: of the comparison.
        judge: key of the score that tells better from worse.
    """
    found = list(_reasons(summary, judge))
    if not found:
        return _nothing(summary, judge)
    first = "; ".join(found[:2])
    return f"{first[0].upper()}{first[1:]}."


def _reasons(summary: Mapping[str, Any], judge: str) -> Iterator[str]:
    mismatch = summary["mismatch"]
    missing, frames = summary["missing"]["count"], summary["frames"]
    if missing > _MISSING * (frames + missing):
        yield f"{missing} of {frames + missing} frames are missing"
    if mismatch["rate"] is not None or mismatch["offset"] is not None:
        yield next(line for line in summary["warnings"] if " frame" in line or " rate" in line)
    yield from mismatch["framing"][-1:]
    if mismatch["colours"] is not None:
        yield next(line for line in summary["warnings"] if line.startswith("the rendered side "))
    yield from _worst_region(summary, judge)
    flicker, usual = summary.get("flicker"), summary.get("flicker_real")
    if flicker is not None and usual is not None and flicker > _FLICKERS * max(usual, 1):
        yield f"it flickers: {flicker:.3g} levels² from frame to frame, the reference {usual:.3g}"
    yield from _sharpness(summary, judge)
    drift = summary.get("drift", {}).get(judge)
    if drift is not None and drift["worse"]:
        yield (
            f"it gets worse with time: {title_of(judge)} {drift['first_10_s']:.4g} in the first "
            f"10 s, {drift['later']:.4g} later"
        )
    yield from drift_told(summary.get("drift", {}))


def _worst_region(summary: Mapping[str, Any], judge: str) -> Iterator[str]:
    scores = {
        region: value
        for region in REGIONS
        if (value := summary.get(f"{region}.{judge}")) is not None
    }
    whole = summary.get(judge)
    if not scores or whole is None or not metric_of(judge).higher_is_better:
        return
    worst = min(scores, key=lambda region: scores[region])
    limit = _DECIBELS_BELOW if metric_of(judge).unit == "dB" else _BELOW
    if whole - scores[worst] > limit:
        verb = "are" if worst == "hands" else "is"
        yield (
            f"the {worst} {verb} worst: {title_of(judge)} {scores[worst]:.4g}, "
            f"{whole:.4g} in the whole frame"
        )


def _sharpness(summary: Mapping[str, Any], judge: str) -> Iterator[str]:
    sharp, alike = summary.get("sharpness"), summary.get(judge)
    if sharp is None or alike is None:
        return
    if sharp > _SHARPER:
        less = ", but not more alike" if alike < _UNLIKE else ""
        yield f"it is sharper than the reference ({sharp:.2f} times){less}"
    elif sharp < _SOFTER:
        yield f"it is softer than the reference ({sharp:.2f} of its sharpness)"


def _nothing(summary: Mapping[str, Any], judge: str) -> str:
    if summary["identical"] == summary["frames"]:
        return "Both sides are identical."
    worst = summary["statistics"][judge]["worst"][0]
    return (
        f"Nothing stands out: no lag, framing or colour error was found; {title_of(judge)} is "
        f"worst at {worst['frame']} ({worst['value']:.4g})."
    )
