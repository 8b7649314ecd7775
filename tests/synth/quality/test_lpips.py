import lpips
import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.models import alexnet

from checkpoints import pretrained
from checkpoints.errors import WeightsAbsent
from synth.quality.lpips import Lpips, load_lpips, lpips_network


def noise(seed, shape=(70, 90, 3)):
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


@pytest.fixture(scope="module")
def backbone():
    torch.manual_seed(0)
    return alexnet(weights=None)


@pytest.fixture(autouse=True)
def _forget_loaded_weights():
    load_lpips.cache_clear()
    yield
    load_lpips.cache_clear()


def test_it_is_the_package_with_the_same_weights(backbone, monkeypatch):
    # the package itself, told that the "downloaded" backbone is ours
    monkeypatch.setattr(lpips.pn.tv, "alexnet", lambda **_: backbone)
    theirs = lpips.LPIPS(net="alex", verbose=False)
    a, b = noise(1), noise(2)
    with torch.no_grad():
        expected = float(theirs(*(lpips.im2tensor(picture) for picture in (a, b))))
    ours = Lpips(lpips_network(backbone.features))
    assert ours.distance(a, b) == pytest.approx(expected, abs=1e-5)
    assert ours.distance(a, a) == 0


def test_the_linear_weights_are_the_published_ones(backbone):
    network = lpips_network(backbone.features)
    assert all(float(layer.model[-1].weight.min()) >= 0 for layer in network.lins)
    assert torch.equal(network.net.slice1[0].weight, backbone.features[0].weight)


def test_without_weights_there_is_no_score_and_it_is_said_once(monkeypatch, capsys):
    def absent(*_, **__):
        raise WeightsAbsent("AlexNet's weights are not at hand")

    monkeypatch.setattr(pretrained, "alexnet", absent)
    first, second = load_lpips(), load_lpips()
    assert first is second
    assert first.distance(noise(1), noise(2)) is None
    assert "not at hand" in first.absent
    assert capsys.readouterr().err.count("LPIPS is left out") == 1


def test_a_tiny_picture_has_no_score(backbone):
    tiny = noise(1, (20, 90, 3))
    assert Lpips(lpips_network(backbone.features)).distance(tiny, tiny) is None


def test_the_published_example_is_ordered_as_people_see_it(shared_data):
    found = load_lpips()
    if found.absent:
        pytest.skip(found.absent)
    folder = shared_data / "metrics"
    real, p0, p1 = (
        np.asarray(Image.open(folder / f"ex_{name}.png").convert("RGB"))
        for name in ("ref", "p0", "p1")
    )
    assert found.distance(real, p1) < found.distance(real, p0)
