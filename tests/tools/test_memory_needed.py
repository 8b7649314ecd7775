from dataclasses import replace

import pytest
import torch

from stickdance.checkpoints.errors import OutOfMemory
from stickdance.synth.generators.catalog import GENERATORS
from stickdance.synth.training.options import TrainingOptions
from stickdance.tools.frame_size import at_video_size
from stickdance.tools.memory_needed import bytes_needed, check_memory

OPTIONS = TrainingOptions(device="cpu")
INPUTS = {"stick": 3, "warped": 4, "plate": 3}


def sized(size, options=OPTIONS):
    return at_video_size(options, size, size)


def test_memory_grows_with_the_pictures_that_are_painted():
    small, large = (bytes_needed(sized(size)) for size in ((256, 128), (512, 256)))
    alone = bytes_needed(sized((64, 64)))
    assert large - alone == pytest.approx(4 * (small - alone), rel=0.2)


def test_parts_of_a_batch_take_less():
    whole, parts = (
        bytes_needed(sized((256, 256), replace(OPTIONS, accumulate=each))) for each in (1, 4)
    )
    assert parts < whole


def test_what_fits_is_let_through():
    check_memory((256, 256), sized, memory=8e9)


def test_a_size_beyond_memory_names_one_that_fits():
    needed = bytes_needed(sized((512, 512)))
    with pytest.raises(OutOfMemory, match=r"--size 512x512: .* GB; --size (\d+)x\1 ") as refused:
        check_memory((512, 512), sized, memory=0.9 * needed)
    side = int(str(refused.value).split("; --size ")[1].split("x")[0])
    assert bytes_needed(sized((side, side))) <= 0.9 * needed


def kept_of(side):
    """Return the bytes that autograd saves of one square picture."""
    saved = []

    def keep(values):
        saved.append(values.nbytes)
        return values

    pictures = {name: torch.zeros(1, count, side, side) for name, count in INPUTS.items()}
    generator = GENERATORS["compact"].build(**GENERATORS["compact"].numbers)
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda values: values):
        generator(**pictures)
    return sum(saved)


def test_what_a_generator_keeps_of_a_pixel_is_what_autograd_saves():
    a_pixel = (kept_of(64) - kept_of(32)) / (64**2 - 32**2)
    assert a_pixel == pytest.approx(498, rel=0.02)
