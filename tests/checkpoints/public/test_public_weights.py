import re
from dataclasses import replace
from pathlib import Path

import pytest
from torchvision import models

from stickdance.checkpoints.public.public_weights import PUBLIC_WEIGHTS

TORCHVISION = {
    "alexnet": models.AlexNet_Weights,
    "vgg16": models.VGG16_Weights,
    "squeezenet": models.SqueezeNet1_1_Weights,
    "vgg19": models.VGG19_Weights,
    "inception": models.Inception_V3_Weights,
}


@pytest.mark.parametrize("name", TORCHVISION)
def test_what_torchvision_publishes_is_what_is_looked_for(name):
    theirs, ours = TORCHVISION[name].IMAGENET1K_V1, PUBLIC_WEIGHTS[name]
    assert ours.address == theirs.url
    # their size is in MB of 2^20 bytes
    assert ours.bytes / 2**20 == pytest.approx(theirs.meta["_file_size"], abs=0.001)


def test_a_name_with_a_digest_in_it_holds_the_beginning_of_ours():
    for weights in PUBLIC_WEIGHTS.values():
        assert re.fullmatch("[0-9a-f]{64}|[0-9a-f]{8}", weights.sha256)
        assert weights.address.startswith("https://")
        if named := re.search(r"-([0-9a-f]{8})\.", weights.path.name):
            assert weights.sha256.startswith(named[1])


def test_a_file_is_here_damaged_or_absent(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    # of "abc": FIPS 180-4's own example
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    weights = replace(PUBLIC_WEIGHTS["alexnet"], sha256=digest, bytes=3)
    assert (weights.glance(), weights.state()) == ("absent", "absent")
    weights.path.parent.mkdir(parents=True)
    for content, glance, state in (
        (b"abc", "here", "here"),
        (b"abd", "here", "damaged"),
        (b"ab", "damaged", "damaged"),
    ):
        weights.path.write_bytes(content)
        assert (weights.glance(), weights.state()) == (glance, state)


def test_weights_lie_where_torch_keeps_its_own(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    expected = Path(tmp_path) / "hub" / "checkpoints" / "beat_this-final0.ckpt"
    assert PUBLIC_WEIGHTS["beat_this"].path == expected
