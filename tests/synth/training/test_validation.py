import pytest
import torch

from stickdance.checkpoints.monitor import Watching
from stickdance.synth.generators.compact import Painted
from stickdance.synth.training import validation
from stickdance.synth.training.validation import strip, validate


class Told(Watching):
    """Remembers what it is told."""

    def __init__(self):
        self.values, self.shapes = {}, {}

    def note(self, name, value):
        self.values[name] = value

    def show(self, name, picture):
        self.shapes[name] = tuple(picture.shape)


def test_validation_punishes_blur_as_it_does_noise():
    photo = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(0)) * 2 - 1
    blurred = torch.nn.functional.avg_pool2d(photo, 5, 1, 2)
    shifted = photo.roll(1, -1)
    found = {
        name: validation._measured(each, photo)
        for name, each in {"same": photo, "blurred": blurred, "shifted": shifted}.items()
    }
    assert found["same"].error == pytest.approx(0, abs=1e-4)
    assert found["blurred"].psnr > found["shifted"].psnr
    assert found["blurred"].error > found["shifted"].error


def test_what_is_found_is_noted_and_shown():
    photo = torch.zeros(3, 3, 16, 24)
    frames = {"stick": photo, "warped": torch.zeros(3, 4, 16, 24), "photo": photo, "plate": photo}

    def network(stick, warped, plate, head=None):
        return Painted(torch.full_like(stick, 0.2), stick[:, :1])

    told = Told()
    found = validate(network, frames, told)
    assert found.psnr == pytest.approx(20)  # 10 log10(2^2 / 0.2^2)
    assert told.values == {"validation_psnr": found.psnr, "validation_error": found.error}
    assert found.error == pytest.approx(12 * 0.2 + 2 * (1 - 4e-4 / (0.04 + 4e-4)), rel=1e-3)
    assert told.shapes == {"validation": (3, 3 * 16, 3 * 24)}


def test_a_strip_holds_the_first_of_each_row():
    rows = [torch.full((3, 3, 2, 2), value) for value in (-1.0, 1.0)]
    picture = strip(rows, 2)
    assert picture.shape == (3, 4, 4)
    assert picture[:, :2].unique().tolist() == [0]
    assert picture[:, 2:].unique().tolist() == [1]
