import numpy as np
import pytest

from stickdance.synth.training.options import TrainingOptions
from stickdance.synth.training.trainer import train
from stickdance.tools.benchmarks import losses


@pytest.fixture(scope="module")
def found(tiny_take, tmp_path_factory):
    options = TrainingOptions(minutes=0.0, size=(64, 64), device="cpu")
    performer = train(tiny_take, tmp_path_factory.mktemp("p") / "anna", options)
    return losses.losses(tiny_take, performer, 3)


def test_repairs_bring_the_person_nearer(found):
    own = found["own pixels"]["person.psnr"]
    assert found["best of 3 sources"]["person.psnr"] >= own
    assert found["moved into place"]["person.psnr"] > own


def test_a_picture_moved_aside_is_moved_back_but_no_farther_than_told():
    rows, columns = np.mgrid[:96, :96]
    wave = 128 + 100 * np.sin(columns / 9) * np.cos(rows / 11)
    real = np.repeat(wave[..., None], 3, axis=-1).astype(np.uint8)
    middle = (slice(20, -20), slice(20, -20))

    def off(shift):
        back = losses._moved(np.roll(real, shift, axis=1), real)
        return np.abs(back.astype(int) - real)[middle].mean()

    assert off(3) < 5 < off(12)
