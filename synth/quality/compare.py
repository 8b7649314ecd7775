"""Main path 4: two videos, folders of pictures or NPZ files -> scores."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from stickdance.checkpoints.progress import tracked
from stickdance.synth.compute.device import choose_device
from stickdance.synth.compute.threads import one_thread_each
from stickdance.synth.quality.comparison import Comparison
from stickdance.synth.quality.guides import GuideFiles
from stickdance.synth.quality.lpips import Lpips, load_lpips
from stickdance.synth.quality.metrics import LPIPS, METRICS, REGIONS
from stickdance.synth.quality.options import CompareOptions
from stickdance.synth.quality.pairing import Pairing
from stickdance.synth.quality.results import PairScores
from stickdance.synth.quality.scores import Scorer
from stickdance.synth.quality.side_by_side import WORKERS
from stickdance.synth.quality.sides import Side
from stickdance.synth.quality.summary import summary_of

DEFAULT = CompareOptions()


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
    with one_thread_each():
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
    pairing = Pairing.plan(Side.open(reference), Side.open(rendered), options.pair_by)
    scorer = make_scorer(options, files)
    comparison = Comparison(pairing, scorer, files, options)
    with ThreadPoolExecutor(workers) if workers else nullcontext() as pool:
        scored = comparison.scored(pool)
        with closing(scored):
            for _ in tracked(scored, "compare", pairing.expected):
                if stopped is not None and stopped.is_set():
                    raise InterruptedError("stopped")
    return comparison.result()


def make_scorer(options: CompareOptions, files: GuideFiles) -> Scorer:
    """Return what takes the scores that `options` ask for."""
    return replace(_without_networks(options, files), networks=load_networks(options))


def load_networks(options: CompareOptions) -> dict[str, Lpips]:
    """Return LPIPS by its key, for each that `options` ask for; loaded once and kept."""
    keys = options.wanted()
    device = str(choose_device(options.device))
    return {
        key: load_lpips(name, options.bfloat16, device)
        for name, key in LPIPS.items()
        if key in keys
    }


def score_columns(options: CompareOptions, files: GuideFiles) -> tuple[str, ...]:
    """Return the keys of the scores of a frame that `options` ask for, loading no network."""
    return _without_networks(options, files).columns


def _without_networks(options: CompareOptions, files: GuideFiles) -> Scorer:
    found = (*files.regions, *(REGIONS if options.regions else ()))
    regions = tuple(name for name in REGIONS if name in found)
    return Scorer(tuple(key for key in options.wanted() if key in METRICS), {}, regions)
