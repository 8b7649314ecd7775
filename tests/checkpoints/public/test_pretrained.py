import socket

import pytest

from stickdance.checkpoints.errors import WeightsAbsent
from stickdance.checkpoints.public.pretrained import backbone, inception
from stickdance.checkpoints.public.public_weights import PUBLIC_WEIGHTS


@pytest.mark.parametrize("name", ["alexnet", "inception", "squeezenet", "vgg16", "vgg19"])
def test_absent_weights_are_said_to_be_absent_and_not_fetched(name, monkeypatch, tmp_path):
    def called(*_, **__):
        raise AssertionError("something looked for the network")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(socket, "getaddrinfo", called)
    monkeypatch.setattr(socket.socket, "connect", called)
    inception.cache_clear()
    with pytest.raises(WeightsAbsent, match=f"not here; `stickdance models get {name}`") as error:
        inception() if name == "inception" else backbone(name)
    assert error.value.exit_status == 4
    assert list(tmp_path.rglob("*")) == []


def test_damaged_weights_are_not_used(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    path = PUBLIC_WEIGHTS["alexnet"].path
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not weights")
    with pytest.raises(WeightsAbsent, match=r"alexnet-owt-7be5be79\.pth is damaged"):
        backbone("alexnet")
