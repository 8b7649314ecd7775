"""Whether the LSTM of silhouettes learns smooth noise, the check that its paper began with.

    python -m stickdance.tools.benchmarks.perlin [--units 600] [--steps 300] [--picture-to p.png]

Ten numbers trace a map of Perlin noise over time. The network learns the next ten from those before
them (mean squared error, pieces of 50, batches of 5); then it goes on by itself, without surprises
and with them, as `learned.silhouettes` dances. What is told: the error on noise that was held out,
of which their variance is 1, beside that of the last numbers again, and how much runs of its own
vary and move beside the real one, at first and after ten times as long, since what dies away or
grows may take its time. The picture names them; time runs to the right.

Source: Huang, Jiang and Xiao, "Generating Dance Moves", section 5.3 and figure 6: the error fell
to a hundredth in a few minutes, and the output looked the same.
"""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from stickdance.capture.media.images import write_png
from stickdance.choreography.learned.learning import cooled
from stickdance.choreography.learned.silhouettes.dynamics import SilhouetteLstm
from stickdance.choreography.one_thread import one_thread
from stickdance.tools.benchmarks.harness import run_benchmark

NUMBERS = 10
_PIECE, _BATCH = 50, 5
_SPACING = (20.0, 3.0)  # frames and numbers between two points of the noise's grid
_FRAMES, _HELD_OUT = 4000, 400
_SHOWN = 300  # frames of the picture
_ALONE = 3000  # frames of a run of its own, of which the first and the last are looked at
_RATE = 2e-3


def perlin_noise(frames: int, numbers: int = NUMBERS, seed: int = 0) -> np.ndarray:
    """Return (frames, numbers) of Perlin's gradient noise, of mean about 0 and spread 1."""
    across = np.arange(frames)[:, None] / _SPACING[0] + np.zeros(numbers)
    down = np.arange(numbers)[None] / _SPACING[1] + np.zeros((frames, 1)) + 0.5
    left, top = np.floor(across).astype(int), np.floor(down).astype(int)
    random = np.random.default_rng(seed)
    angles = random.uniform(0, 2 * np.pi, (left.max() + 2, top.max() + 2))
    x, y = across - left, down - top
    corners = {
        (i, j): np.cos(angles[left + i, top + j]) * (x - i)
        + np.sin(angles[left + i, top + j]) * (y - j)
        for i in (0, 1)
        for j in (0, 1)
    }
    u, v = (t**3 * (t * (6 * t - 15) + 10) for t in (x, y))
    upper = corners[0, 0] + u * (corners[1, 0] - corners[0, 0])
    lower = corners[0, 1] + u * (corners[1, 1] - corners[0, 1])
    noise = upper + v * (lower - upper)
    result: np.ndarray = (noise / noise.std()).astype(np.float32)
    return result


def measure(
    units: int = 600, steps: int = 300, seed: int = 0, picture_to: Path | None = None
) -> dict[str, Any]:
    """Train the LSTM on Perlin noise and let it go on.

    Args:
        units: of the LSTM.
        steps: of training.
        seed: of the noise and the weights.
        picture_to: PNG to write: real noise and the network's own, each under its name.
    """
    torch.manual_seed(seed)
    noise = torch.from_numpy(perlin_noise(_FRAMES, seed=seed))
    network = SilhouetteLstm(units, NUMBERS)
    real = noise[-_HELD_OUT:][None]
    with one_thread():
        _train(network, noise[:-_HELD_OUT], steps, seed)
        with torch.inference_mode():
            error = functional.mse_loss(network(real[:, :-1])[0], real[:, 1:])
            runs = _runs(network, noise[:-_HELD_OUT], real[:, :-_SHOWN], seed)
    sequences = {"real": real[0, -_SHOWN:]}
    for name, run in runs.items():
        sequences |= {name: run[:_SHOWN], f"{name}_later": run[-_SHOWN:]}
    if picture_to is not None:
        write_png(picture_to, _drawn(sequences))
    return {
        "units": units,
        "steps": steps,
        "held_out_error": float(error),
        "error_of_last_again": float((real[:, 1:] - real[:, :-1]).square().mean()),
        "spread": {name: float(each.std(dim=0).mean()) for name, each in sequences.items()},
        "movement": {
            name: float(torch.diff(each, dim=0).abs().mean()) for name, each in sequences.items()
        },
    }


def _train(network: SilhouetteLstm, noise: Tensor, steps: int, seed: int) -> None:
    optimiser = torch.optim.Adam(network.parameters())
    random = np.random.default_rng(seed)
    for step in range(steps):
        starts = random.integers(len(noise) - _PIECE, size=_BATCH)
        pieces = torch.stack([noise[start : start + _PIECE + 1] for start in starts])
        error = functional.mse_loss(network(pieces[:, :-1])[0], pieces[:, 1:])
        optimiser.param_groups[0]["lr"] = cooled(_RATE, step / steps)
        optimiser.zero_grad()
        error.backward()
        optimiser.step()


def _runs(network: SilhouetteLstm, known: Tensor, seen: Tensor, seed: int) -> dict[str, Tensor]:
    """Return what goes on from noise that was seen, (frames, numbers), by name."""
    surprises = (known[1:] - network(known[None, :-1])[0][0])[_PIECE:]
    random = np.random.default_rng(seed)
    ways = {
        "without_surprises": None,
        "with_surprises": lambda: surprises[[random.integers(len(surprises))]],
    }
    return {
        name: torch.stack(list(network.free_run(seen, _ALONE, surprise)), dim=1)[0]
        for name, surprise in ways.items()
    }


def _drawn(sequences: dict[str, Tensor]) -> np.ndarray:
    """Return a grey picture of (frames, numbers) by name, one under another with its name."""
    parts = []
    for name, each in sequences.items():
        title, words = np.full((22, 3 * _SHOWN), 255, np.uint8), name.replace("_", " ")
        cv2.putText(title, words, (4, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.48, 40, 1, cv2.LINE_AA)
        grey = np.clip(128 + 50 * each.numpy().T, 0, 255).astype(np.uint8)
        parts += [title, grey.repeat(12, axis=0).repeat(3, axis=1)]
    return np.concatenate(parts)


if __name__ == "__main__":
    run_benchmark(measure)
