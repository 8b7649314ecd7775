"""Running out of memory while training, answered with settings that would fit."""

from collections.abc import Mapping

import torch
from torch import Tensor

from stickdance.synth.training.step import Optimisation

_SIGNS = (
    "out of memory",  # CUDA, MPS
    "can't allocate memory",  # PyTorch's allocator on a CPU
    "not enough memory",
    "bad_alloc",
    "Cannot allocate memory",
    "could not create a memory object",  # oneDNN
)


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether an error says that a device or the computer has no memory left."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in _SIGNS)


def what_fits(
    optimisation: Optimisation,
    batch: Mapping[str, Tensor],
    share: float,
    size: tuple[int, int],
    processes: int = 1,
) -> str:
    """Return in words which setting would fit, tried on the batch that did not.

    Args:
        optimisation: whose step failed.
        batch: the process's part of a step's batch.
        share: how much of the budget is used, 0..1.
        size: (width, height) trained at.
        processes: that share a step's batch.
    """
    own, parts = len(batch["stick"]), optimisation.parts
    while (parts := parts * 2) < 2 * own:
        parts = min(parts, own)
        if _fits(optimisation, batch, share, -(-own // parts)):
            smaller = -(-own // parts) * processes
            return f"--accumulate {parts} fits and trains the same; --batch {smaller} fits too"
    return f"one sample does not fit either: try --size {size[0] // 4 * 2}x{size[1] // 4 * 2}"


def _fits(
    optimisation: Optimisation, batch: Mapping[str, Tensor], share: float, count: int
) -> bool:
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    try:
        moments = optimisation.moments_to_come()
        optimisation.gradients({name: value[:count] for name, value in batch.items()}, share, 1)
    except (RuntimeError, MemoryError) as error:
        if is_out_of_memory(error):
            return False
        raise
    del moments  # held until here, as a step would hold them
    return True
