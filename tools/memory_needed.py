"""What a size takes of memory, told before the work begins: which size fits, where one does not.

What the generators keep of a pixel was counted once, by hooks on the tensors that autograd saves;
the rest (`_OTHERS`, `_BASE`, `_A_PIXEL`) is a guess, held against one training. So the figure is a
rough one, and only what exceeds all memory of the device is refused.
"""

from collections.abc import Callable
from dataclasses import replace

import torch

from stickdance.checkpoints.errors import OutOfMemory
from stickdance.synth.compute.device import choose_device
from stickdance.synth.generators.catalog import chosen, outline
from stickdance.synth.training.options import TrainingOptions
from stickdance.tools.memory_limits import memory_limit

_KEPT = {
    "compact": {"small": 432, "standard": 498, "large": 638},
    "pix2pixhd": {"standard": 4244},
    "pix2pixhd_fine": {"standard": 3397},
}  # bytes of a pixel of a sample that a generator keeps for its gradients, in float32
_OTHERS = 2.2  # discriminators, losses and gradients beside what the generator keeps
_COPIES = 5  # of the weights: themselves, average, gradients and the optimiser's two moments
_BASE = 1.0e9  # bytes of the program itself
_A_PIXEL = 250  # bytes a pixel of the video: frames that are decoded, layered, encoded
_SMALLER, _LEAST = 0.9, 64  # from one size that is tried to the next
_PARTS = (2, 4, 8)  # of a batch, which take so much less
_GB = 1e9

Sized = Callable[[tuple[int, int]], TrainingOptions]
"""Options of a training for a size of the video."""


def bytes_needed(options: TrainingOptions) -> float:
    """Return about how much memory training and rendering take at the sizes of the options."""
    assert options.size is not None
    kind = chosen(
        options.generator, options.face, options.mirror, options.temporal, options.network
    )
    generator = outline(options.generator, kind.numbers)
    batch = kind.recipe.batch if options.batch is None else options.batch
    samples = -(-batch // options.accumulate)
    weights = sum(each.numel() * each.element_size() for each in generator.parameters())
    width, height = options.video_size or options.size
    kept = _KEPT[options.generator][options.network] * options.size[0] * options.size[1]
    step = _OTHERS * samples * kept + _COPIES * weights
    untrained = options.steps is None and options.minutes == 0
    return _BASE + _A_PIXEL * width * height + (weights if untrained else step)


def check_memory(size: tuple[int, int], sized: Sized, memory: float | None = None) -> None:
    """Check that a size fits into the memory of the device that trains.

    Args:
        size: (width, height) of the video.
        sized: gives the options of the training for a size.
        memory: bytes; None: what the device has, and where that is not known all fits.

    Raises:
        OutOfMemory: it does not; names a size that fits.
    """
    options = sized(size)
    memory = bytes_of(choose_device(options.device)) if memory is None else memory
    needed = bytes_needed(options)
    if memory is None or needed <= memory:
        return
    raise OutOfMemory(
        f"--size {size[0]}x{size[1]}: training takes about {needed / _GB:.0f} GB, "
        f"{options.device if options.device != 'auto' else 'this machine'} has {memory / _GB:.0f} "
        f"GB; {_what_fits(size, sized, memory)}"
    )


def bytes_of(device: torch.device) -> float | None:
    """Return all memory of a device, or as much as this process may have; None: not known."""
    if device.type == "cuda":
        return float(torch.cuda.get_device_properties(device).total_memory)
    limit = memory_limit()
    return None if limit is None else limit.bytes


def _what_fits(size: tuple[int, int], sized: Sized, memory: float) -> str:
    fitting = []
    smaller = size
    while min(smaller) > _LEAST:
        width, height = (max(_LEAST, int(side * _SMALLER) // 16 * 16) for side in smaller)
        smaller = width, height
        if bytes_needed(sized(smaller)) <= memory:
            fitting.append(f"--size {smaller[0]}x{smaller[1]}")
            break
    for parts in _PARTS:
        options = sized(size)
        batch = options.batch or chosen(options.generator).recipe.batch
        if parts <= batch and bytes_needed(replace(options, accumulate=parts)) <= memory:
            fitting.append(f"--accumulate {parts}")
            break
    told = " or ".join(fitting)
    return f"{told} fits" if told else "no size fits; take --generator compact"
