"""Main path 4: two videos, folders of pictures or NPZ files -> scores."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stickdance.checkpoints.progress import tracked
from stickdance.synth.compute.accelerators import device_name
from stickdance.synth.compute.threads import one_thread_each
from stickdance.synth.quality.comparison import Comparison
from stickdance.synth.quality.ffmpeg_scores import ffmpeg_scores
from stickdance.synth.quality.frame_pair import FrameScore
from stickdance.synth.quality.guides import GuideFiles
from stickdance.synth.quality.metrics import (
    CHEAP,
    CSIM,
    FFMPEG,
    LPIPS,
    METRICS,
    OF_LUMA,
    REGIONS,
    SSIM,
    STORED_LUMA,
)
from stickdance.synth.quality.mismatch.alignment import Alignment
from stickdance.synth.quality.mismatch.findings import lag_told
from stickdance.synth.quality.options import CompareOptions
from stickdance.synth.quality.pairing import Pairing
from stickdance.synth.quality.results import PairScores
from stickdance.synth.quality.scores import Scorer
from stickdance.synth.quality.side_by_side import WORKERS
from stickdance.synth.quality.sides import Reading, Side
from stickdance.synth.quality.summary import summary_of

if TYPE_CHECKING:
    from stickdance.synth.quality.lpips import Lpips

DEFAULT = CompareOptions()
_TRIED = 240
"""Frames that are scored anew where a lag is suspected."""


def compare(reference: Path, rendered: Path, options: CompareOptions = DEFAULT) -> dict[str, Any]:
    """Score rendered frames against real ones.

    Args:
        reference: a video, a folder of pictures, a picture or an NPZ (see `sides`): real frames.
        rendered: likewise; either side may be of either kind (see `pairing`).
        options: which scores, of which regions, and what to do about other sizes.

    Returns:
        What `summary.summary_of` makes of it: `frames`, the mean of each score by its key,
        `psnr_of_mean_mse`, `statistics`, `reasons` for what is None, the rule of pairing and the
        frames left out, and `warnings`.

    Raises:
        BadInput: a side is missing or unreadable, no frame has a partner that can be read, or all
            have another size and `options.resize` is off.
        UsageError: an option's value cannot be used.
        MissingDependency: what the estimator needs is not installed.
    """
    with one_thread_each(needs_networks(options)):
        return summary_of(compare_frames(reference, rendered, options))


def compare_frames(
    reference: Path,
    rendered: Path,
    options: CompareOptions = DEFAULT,
    *,
    workers: int = WORKERS,
    stopped: threading.Event | None = None,
) -> PairScores:
    """Score rendered frames against real ones and return every frame's scores.

    Args:
        reference: as for `compare`.
        rendered: as for `compare`.
        options: as for `compare`.
        workers: threads beside the caller's; 0: all is done in the caller's.
        stopped: once set, the work ends with `InterruptedError`.

    Raises:
        BadInput, UsageError, MissingDependency: as `compare` does.
    """
    files = GuideFiles.open(options.take, options.mattes, options.poses, options.first)
    pairing = plan(Side.open(reference), Side.open(rendered), options)
    scorer = make_scorer(options, files)
    of_ffmpeg = [key for key in scorer.metrics if key in FFMPEG]
    by_ffmpeg = ffmpeg_scores(pairing, of_ffmpeg, options.resize)
    comparison = Comparison(pairing, scorer, files, options, by_ffmpeg)
    with ThreadPoolExecutor(workers) if workers else nullcontext() as pool:
        scored = comparison.scored(pool)
        with closing(scored):
            for _ in tracked(scored, "compare", pairing.expected):
                if stopped is not None and stopped.is_set():
                    raise InterruptedError("stopped")
    result = comparison.result()
    return result if options.align != "auto" else with_lag_told(result, pairing, options)


def plan(reference: Side, rendered: Side, options: CompareOptions) -> Pairing:
    """Return how two sides are paired and read under these options.

    Raises:
        BadInput, UsageError: as for `compare`.
    """
    pairing = Pairing.plan(reference, rendered, options.pair_by)
    return replace(
        pairing, offset=options.offset, reading=reading_for(reference, rendered, options)
    )


def reading_for(reference: Side, rendered: Side, options: CompareOptions) -> Reading:
    """Return what must be read of two sides: of videos scored by their luma, no more than that."""
    videos = reference.kind == rendered.kind == "video"
    of_luma = set(options.wanted()) & {*STORED_LUMA, *FFMPEG}
    guided = options.regions or options.take or options.mattes or options.poses
    rest = set(options.wanted()) - {*STORED_LUMA, *FFMPEG}
    depths = [side.colours.depth for side in (reference, rendered) if side.colours is not None]
    return Reading(
        rgb=not (videos and of_luma) or bool(rest or guided),
        luma=videos and bool(of_luma),
        deep=options.depth == "auto" and max(depths, default=8) > 8,
    )


def with_lag_told(result: PairScores, pairing: Pairing, options: CompareOptions) -> PairScores:
    """Return a result that tells by how much one side lags, and what it would score otherwise.

    What was suspected on small pictures is told only where the frames themselves agree.
    """
    found = result.facts["mismatch"]
    alignment = found["offset"], found["rate"]
    if alignment == (None, None):
        return result
    if found["rate"] is not None:
        told = lag_told(Alignment(found["offset"], Fraction(found["rate"])))
    else:
        lag = Alignment(found["offset"], repeats=found["repeats"])
        told = _told_with_scores(result, replace(pairing, offset=lag.offset), options, lag)
    if not told:
        return replace(result, facts={**result.facts, "mismatch": {**found, "offset": None}})
    warnings = [told, *result.facts["warnings"]]
    return replace(result, facts={**result.facts, "warnings": warnings})


def _told_with_scores(
    result: PairScores, moved: Pairing, options: CompareOptions, lag: Alignment
) -> str:
    """Return the sentence about a lag with scores as they are and would be; "" if not better."""
    keys = [key for key in CHEAP if key in result.table.column_names] or ["psnr"]
    scorer = Scorer(tuple(dict.fromkeys((*keys, "mse"))))
    plain = replace(options, device="cpu", align="off")
    no_guides = GuideFiles.open(None, None, None, 0)
    aligned = _first_scores(Comparison(moved, scorer, no_guides, plain))
    now = _first_scores(Comparison(replace(moved, offset=0), scorer, no_guides, plain))
    if aligned is None or now is None or not aligned["mse"] < now["mse"]:
        return ""
    told = ", ".join(
        f"{METRICS[key].title} {aligned[key]:.4g} instead of {now[key]:.4g}"
        for key in keys
        if key != "mse"
    )
    return f"{lag_told(lag)}; aligned (--align {moved.offset}) {told}"


def _first_scores(comparison: Comparison) -> dict[str, float] | None:
    """Return the means of the first frames of a comparison, None where there is none."""
    with closing(comparison.scored(None)) as scored:
        for _ in islice(scored, _TRIED):
            continue
    return comparison.means()


def needs_networks(options: CompareOptions) -> bool:
    """Tell whether any score that is asked for is taken by a network, or looked for by one."""
    plain = {*STORED_LUMA, *FFMPEG, *OF_LUMA, *SSIM.values(), "mse", "psnr", "l1", "ms_ssim"}
    on_gpu = device_name(options.device) != "cpu"
    return options.regions or on_gpu or not set(options.wanted()) <= plain


def make_scorer(options: CompareOptions, files: GuideFiles) -> Scorer:
    """Return what takes the scores that `options` ask for."""
    return replace(_without_networks(options, files), networks=load_networks(options))


def load_networks(options: CompareOptions) -> dict[str, FrameScore]:
    """Return the scores that networks take by their keys, those that `options` ask for.

    They are loaded once and kept.
    """
    keys = options.wanted()
    chosen = {name: key for name, key in LPIPS.items() if key in keys}
    device = device_name(options.device) if chosen else "cpu"
    networks: dict[str, FrameScore] = {
        key: load_lpips(name, options.bfloat16, device) for name, key in chosen.items()
    }
    if CSIM in keys:
        from stickdance.synth.quality.identity import load_identity

        networks[CSIM] = load_identity()
    return networks


def load_lpips(name: str, bfloat16: bool, device: str) -> "Lpips":
    """Return LPIPS of a network; PyTorch is loaded only here, where it is needed."""
    from stickdance.synth.quality.lpips import load_lpips as load

    return load(name, bfloat16, device)


def score_columns(options: CompareOptions, files: GuideFiles) -> tuple[str, ...]:
    """Return the keys of the scores of a frame that `options` ask for, loading no network."""
    return _without_networks(options, files).columns


def _without_networks(options: CompareOptions, files: GuideFiles) -> Scorer:
    found = (*files.regions, *(REGIONS if options.regions else ()))
    regions = tuple(name for name in REGIONS if name in found)
    return Scorer(tuple(key for key in options.wanted() if key in METRICS), {}, regions)
