import lpips
import numpy as np
import pytest
import torch
from PIL import Image
from torchvision import models

from stickdance.checkpoints.errors import BadInput, WeightsAbsent
from stickdance.checkpoints.public import pretrained
from stickdance.synth.quality.lpips import SMALLEST_SIDES, Lpips, load_lpips, lpips_network

MODELS = {"alex": "alexnet", "vgg": "vgg16", "squeeze": "squeezenet1_1"}


def noise(seed, shape=(70, 90, 3)):
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def network_with_any_weights(backbone):
    torch.manual_seed(0)
    return getattr(models, MODELS[backbone])(weights=None)


@pytest.fixture(scope="module")
def alexnet():
    return network_with_any_weights("alex")


@pytest.fixture(autouse=True)
def _forget_loaded_weights():
    load_lpips.cache_clear()
    yield
    load_lpips.cache_clear()


@pytest.mark.parametrize("backbone", MODELS)
def test_it_is_the_package_with_the_same_weights(backbone, monkeypatch):
    network = network_with_any_weights(backbone)
    # the package itself, told that the "downloaded" backbone is ours
    monkeypatch.setattr(lpips.pn.tv, MODELS[backbone], lambda **_: network)
    theirs = lpips.LPIPS(net=backbone, verbose=False)
    a, b = noise(1), noise(2)
    with torch.no_grad():
        expected = float(theirs(*(lpips.im2tensor(picture) for picture in (a, b))))
    ours = Lpips(lpips_network(network.features, backbone), backbone=backbone)
    assert ours.distance(a, b) == pytest.approx(expected, abs=1e-5)
    assert ours.distance(a, a) == pytest.approx(0, abs=1e-9)


def test_a_remembered_reference_gives_the_same_distances(alexnet):
    ours, fresh = Lpips(lpips_network(alexnet.features)), lpips_network(alexnet.features)
    reference = noise(1)
    for seed in range(2, 9):
        expected = Lpips(fresh).distance(reference, noise(seed))
        assert ours.distance(reference, noise(seed)) == expected  # to the last bit


def test_a_batch_gives_the_distances_of_its_pairs(alexnet):
    ours = Lpips(lpips_network(alexnet.features))
    a, b = [noise(seed) for seed in (1, 2, 3)], [noise(seed) for seed in (4, 5, 2)]
    each = [ours.distance(one, other) for one, other in zip(a, b, strict=True)]
    assert ours.distances(a, b) == pytest.approx(each, abs=1e-6)


def test_a_picture_changed_in_place_is_another_picture(alexnet):
    ours = Lpips(lpips_network(alexnet.features))
    picture, other = noise(1), noise(2)
    before = ours.distance(picture, other)
    picture[:] = other
    assert before > 0
    assert ours.distance(picture, other) == pytest.approx(0, abs=1e-9)


def test_bfloat16_is_good_to_two_digits(alexnet):
    exact = Lpips(lpips_network(alexnet.features))
    half = Lpips(lpips_network(alexnet.features), bfloat16=True)
    a, b = noise(1), noise(2)
    assert half.distance(a, b) == pytest.approx(exact.distance(a, b), rel=0.02)


def test_the_linear_weights_are_the_published_ones(alexnet):
    network = lpips_network(alexnet.features)
    assert all(float(layer.model[-1].weight.min()) >= 0 for layer in network.lins)
    assert torch.equal(network.net.slice1[0].weight, alexnet.features[0].weight)


def test_without_weights_there_is_no_score_and_it_is_said_once(monkeypatch, told):
    def absent(*_, **__):
        raise WeightsAbsent("AlexNet's weights are not at hand")

    monkeypatch.setattr(pretrained, "backbone", absent)
    first, second = load_lpips(), load_lpips()
    assert first is second
    assert first.distance(noise(1), noise(2)) is None
    assert "not at hand" in first.absent
    assert told.lines == ["LPIPS is left out: AlexNet's weights are not at hand"]


def test_an_unknown_backbone_is_refused_with_those_there_are():
    with pytest.raises(BadInput, match="known: alex, vgg, squeeze"):
        load_lpips("resnet")


@pytest.mark.parametrize("backbone", MODELS)
def test_the_smallest_picture_has_a_score_and_a_smaller_one_none(backbone):
    network = lpips_network(network_with_any_weights(backbone).features, backbone)
    ours, side = Lpips(network, backbone=backbone), SMALLEST_SIDES[backbone]
    fits, tiny = (side, 90, 3), (side - 1, 90, 3)
    assert ours.distance(noise(1, fits), noise(2, fits)) > 0
    assert ours.distance(noise(1, tiny), noise(2, tiny)) is None


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
