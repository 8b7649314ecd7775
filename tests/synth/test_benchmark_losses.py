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
