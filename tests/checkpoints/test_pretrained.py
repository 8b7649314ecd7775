import socket
import urllib.error

import pytest
import torch

from checkpoints.errors import WeightsAbsent
from checkpoints.pretrained import alexnet, vgg19


@pytest.mark.parametrize("backbone", [vgg19, alexnet])
def test_weights_that_cannot_be_fetched_are_said_to_be_absent(backbone, monkeypatch, tmp_path):
    def refused(*_, **__):
        raise urllib.error.URLError("no network")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "urlopen", refused)
    backbone.cache_clear()
    before = socket.getdefaulttimeout()
    with pytest.raises(WeightsAbsent, match=r"no network.*download https://") as error:
        backbone()
    assert error.value.exit_status == 4
    assert str(tmp_path) in str(error.value)
    assert socket.getdefaulttimeout() == before


def test_damaged_weights_are_not_used(monkeypatch, tmp_path):
    checkpoints = tmp_path / "hub" / "checkpoints"
    checkpoints.mkdir(parents=True)
    (checkpoints / "alexnet-owt-7be5be79.pth").write_bytes(b"not weights")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    alexnet.cache_clear()
    with pytest.raises(WeightsAbsent, match="is damaged"):
        alexnet()
