"""Scores of predicted frames beside two that learn nothing: the last frame again, the mean frame.

cross_entropy  binary, of grey values as shares (the published loss); even a perfect prediction
               of grey pictures has that of the pictures themselves, told as `entropy`
squared        mean squared error of shares
ssim           scikit-image's structural similarity
colours        of frames in colour: the categorical cross-entropy, which knows a pixel's ratio of
               colours alone; its `entropy` likewise is what none goes below
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from skimage.metrics import structural_similarity

from stickdance.choreography.learned.next_frame.clips import SmallClip
from stickdance.choreography.learned.next_frame.learner import as_shares, categorical
from stickdance.choreography.learned.next_frame.network import NextFrameNetwork
from stickdance.choreography.learned.next_frame.sample import continued
from stickdance.choreography.one_thread import one_thread

AHEAD = 10
"""Frames that are predicted from predictions at most."""

_SEEN_BEFORE = 20  # frames of the training part that the network sees before the held-out ones
_LEAST_SHARE = 1 / 512  # half a grey value: as sure as anybody can be of an eight-bit picture
_STARTS = 8  # places of a clip that free runs begin at


def evaluate(network: NextFrameNetwork, clips: Sequence[SmallClip]) -> dict[str, Any]:
    """Return the scores on the held-out frames of clips.

    Args:
        network: trained.
        clips: footage.

    Returns:
        "one_step": by "model", "last_frame" and "mean_frame" the mean scores of all held-out
        frames, each predicted from the real ones before; "clips": the same by clip; "free_run":
        by the same three the squared error so many frames ahead, from predictions alone.
    """
    of_clips = {clip.name: one_step(network, clip) for clip in clips}
    weights = np.array([len(clip.held_out) for clip in clips], float)
    return {
        "one_step": _mean(list(of_clips.values()), weights / weights.sum()),
        "clips": of_clips,
        "free_run": _free_runs(network, clips),
        "frames": int(weights.sum()),
    }


def one_step(network: NextFrameNetwork, clip: SmallClip) -> dict[str, dict[str, float]]:
    """Return the scores of every held-out frame of a clip, each predicted from the real ones."""
    first = max(0, clip.training_frames - _SEEN_BEFORE)
    frames = as_shares(clip.frames[first:])[None]
    with torch.inference_mode(), one_thread():
        predicted, _ = network.eval()(frames[:, :-1])
    kept = clip.training_frames - first
    real = frames[0, kept:].numpy()
    last = frames[0, kept - 1 : -1].numpy()
    ours = predicted[0, kept - 1 :].numpy()
    mean = np.broadcast_to(_mean_frame(clip), real.shape)
    told = {"model": ours, "last_frame": last, "mean_frame": mean}
    scores = {name: _scores(each, real) for name, each in told.items()}
    scores["entropy"] = {"cross_entropy": _cross_entropy(real, real)}
    if network.planes > 1:
        for name, each in {**told, "entropy": real}.items():
            scores[name]["colours"] = _colours(each, real)
    return scores


def _free_runs(network: NextFrameNetwork, clips: Sequence[SmallClip]) -> dict[str, list[float]]:
    errors: dict[str, list[np.ndarray]] = {"model": [], "last_frame": [], "mean_frame": []}
    for clip in clips:
        ahead = min(AHEAD, len(clip.held_out))
        last_start = len(clip.frames) - ahead
        count = min(_STARTS, last_start - clip.training_frames + 1)
        for start in np.linspace(clip.training_frames, last_start, count).astype(int):
            real = clip.frames[start : start + ahead].astype(np.float64) / 255
            seen = clip.frames[max(0, start - _SEEN_BEFORE) : start]
            ours = continued(network, seen, ahead) / 255
            last = np.broadcast_to(seen[-1] / 255, real.shape)
            mean = np.broadcast_to(_mean_frame(clip), real.shape)
            for name, frames in zip(errors, (ours, last, mean), strict=True):
                row = np.full(AHEAD, np.nan)
                row[:ahead] = ((frames - real) ** 2).mean(axis=(1, 2))
                errors[name].append(row)
    return {name: [float(v) for v in np.nanmean(rows, axis=0)] for name, rows in errors.items()}


def _mean_frame(clip: SmallClip) -> np.ndarray:
    """Return the mean of the frames that were learnt from."""
    mean: np.ndarray = clip.training.mean(axis=0) / 255
    return mean


def _scores(predicted: np.ndarray, real: np.ndarray) -> dict[str, float]:
    similarities = [
        structural_similarity(ours.astype(float), theirs.astype(float), data_range=1.0)
        for ours, theirs in zip(predicted, real, strict=True)
    ]
    return {
        "cross_entropy": _cross_entropy(predicted, real),
        "squared": float(np.mean((predicted.astype(float) - real) ** 2)),
        "ssim": float(np.mean(similarities)),
    }


def _cross_entropy(predicted: np.ndarray, real: np.ndarray) -> float:
    sure = np.clip(predicted.astype(float), _LEAST_SHARE, 1 - _LEAST_SHARE)
    return float(-np.mean(real * np.log(sure) + (1 - real) * np.log(1 - sure)))


def _colours(predicted: np.ndarray, real: np.ndarray) -> float:
    ours, theirs = (torch.from_numpy(np.array(each)[None]) for each in (predicted, real))
    return float(categorical(ours, theirs))


def _mean(
    scores: Sequence[dict[str, dict[str, float]]], weights: np.ndarray
) -> dict[str, dict[str, float]]:
    return {
        name: {
            key: float(sum(w * one[name][key] for w, one in zip(weights, scores, strict=True)))
            for key in values
        }
        for name, values in scores[0].items()
    }
