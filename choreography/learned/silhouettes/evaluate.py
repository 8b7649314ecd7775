"""How good a model of silhouettes is: its pictures, and whether its dance lives.

Pictures are held-out silhouettes told in 128 numbers and back, by scikit-image's SSIM, beside the
mean picture of those learnt from. Dances are free runs of the LSTM and of the feed-forward
network from held-out beginnings; how lively they are is a share of the real dance's liveliness
(`learned.liveliness`). A still picture and the real dance, both with noise, show that noise does
not count. What falls to pieces is lively too: so it is also told how far pictures of free runs lie
from the nearest one that was learnt from, beside held-out ones (mean squared difference).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.learned.liveliness import liveliness
from stickdance.choreography.learned.silhouettes.model import SilhouetteModel
from stickdance.choreography.learned.silhouettes.nearness import nearness
from stickdance.choreography.learned.silhouettes.pictures import SilhouetteClip

FREE_SECONDS = 30.0
_MOST_PICTURES = 400  # held-out ones, evenly spread
_MOST_RUNS = 8
_NOISE = 25.0  # grey values of 255
_FEWEST = 12  # held-out pictures that tell something
_EVERY = 5  # pictures of free runs of which one is looked for among those learnt from


@torch.inference_mode()
def evaluate(
    model: SilhouetteModel, clips: Sequence[SilhouetteClip], seen: int, seed: int = 0
) -> dict[str, Any]:
    """Judge a model on silhouettes that were not learnt from.

    Args:
        model: that has learnt.
        clips: silhouettes and where their held-out part begins.
        seen: pictures of real dance before each free run.
        seed: of the noise.

    Returns:
        pictures: SSIM of reconstructions and of the mean picture; liveliness: of free runs, over
        all and over their last quarter, and of noisy pictures, as shares of the real dance's, and
        how strange their pictures are, of which 1 is as strange as held-out ones; nearness: whether
        near vectors are near pictures.

    Raises:
        BadInput: too little is held out.
    """
    held_out = [clip.pictures[clip.split :] for clip in clips]
    every = np.concatenate(held_out)
    if len(every) < _FEWEST:
        raise BadInput(f"{len(every)} held-out pictures tell nothing, expected {_FEWEST} at least")
    chosen = every[np.linspace(0, len(every) - 1, min(_MOST_PICTURES, len(every))).astype(int)]
    known = np.concatenate([clip.pictures[: clip.split] for clip in clips])
    return {
        "pictures": _reconstruction(model, chosen, known.mean(axis=0)),
        "liveliness": _lives(model, held_out, known, seen, seed),
        "nearness": nearness(model, chosen, seed),
    }


def _reconstruction(model: SilhouetteModel, real: np.ndarray, mean: np.ndarray) -> dict[str, Any]:
    back = model.pictures(model.vectors(real))
    still = np.broadcast_to(mean.round().astype(np.uint8), real.shape)
    return {
        "held_out": len(real),
        "ssim": _ssim(back, real),
        "ssim_of_mean_picture": _ssim(still, real),
        "mean_error": float(np.abs(back.astype(float) - real).mean() / 255),
    }


def _ssim(pictures: np.ndarray, real: np.ndarray) -> float:
    from skimage.metrics import structural_similarity

    pairs = zip(pictures, real, strict=True)
    return float(np.mean([structural_similarity(a, b, data_range=255) for a, b in pairs]))


def _lives(
    model: SilhouetteModel, held_out: Sequence[np.ndarray], known: np.ndarray, seen: int, seed: int
) -> dict[str, Any]:
    real = [clip for clip in held_out if len(clip) > model.fps]
    if not real:
        return {}
    as_strange = max(_strangeness(np.concatenate(held_out), known), 1e-6)
    usual = float(np.mean([liveliness(clip, model.fps) for clip in real]))
    frames = round(FREE_SECONDS * model.fps)
    out: dict[str, Any] = {"runs": 0, "seconds": FREE_SECONDS}
    starts = _starts(model, held_out, seen)
    ways = {
        "lstm": model.dance(starts, frames, seed=seed),
        "lstm_without_surprises": model.dance(starts, frames, surprises=0.0),
        "feed_forward": model.baseline(starts, frames),
    }
    for name, dance in ways.items():
        runs = np.stack(list(dance), axis=1)
        last = runs[:, -frames // 4 :]
        out["runs"] = len(runs)
        out[name] = float(np.mean([liveliness(run, model.fps) for run in runs])) / usual
        out[f"{name}_last_quarter"] = (
            float(np.mean([liveliness(run, model.fps) for run in last])) / usual
        )
        out[f"{name}_strangeness"] = _strangeness(np.concatenate(runs), known) / as_strange
    return out | _with_noise(real[0], model.fps, usual, seed)


def _strangeness(pictures: np.ndarray, known: np.ndarray) -> float:
    """Return the mean squared difference of pictures from the nearest known one, as shares."""
    some, every = (
        torch.from_numpy(each.reshape(len(each), -1)).float() / 255
        for each in (pictures[::_EVERY], known)
    )
    nearest = torch.cdist(some, every).amin(dim=1)
    return float(nearest.square().mean()) / some.shape[1]


def _with_noise(real: np.ndarray, fps: float, usual: float, seed: int) -> dict[str, float]:
    """Return the shares of a still picture and of real dance, both with noise, and without."""
    random = np.random.default_rng(seed)
    noise = _NOISE * random.standard_normal(real.shape, np.float32)
    still = np.broadcast_to(real[0], real.shape)
    return {
        "still_with_noise": liveliness(still + noise, fps) / usual,
        "real_clip": liveliness(real, fps) / usual,
        "real_clip_with_noise": liveliness(real + noise, fps) / usual,
    }


def _starts(model: SilhouetteModel, held_out: Sequence[np.ndarray], seen: int) -> torch.Tensor:
    """Return standardised vectors (runs, frames, 128) of held-out beginnings, evenly spread."""
    places = [
        (clip, first) for clip in held_out for first in range(0, len(clip) - seen + 1, max(1, seen))
    ]
    if not places:
        return model.starts[:_MOST_RUNS]
    spread = np.linspace(0, len(places) - 1, min(_MOST_RUNS, len(places))).astype(int)
    chosen = [places[place] for place in spread]
    return torch.stack([model.vectors(clip[first : first + seen]) for clip, first in chosen])
