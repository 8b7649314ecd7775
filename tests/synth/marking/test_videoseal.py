import hashlib

import numpy as np
import pytest
import torch

from stickdance.checkpoints.errors import BadInput
from stickdance.synth.marking.videoseal import VideoSeal

MESSAGE = b"\x01\x02\xfd\x04\x05\x06"


class Seal(torch.nn.Module):
    """The functions of the published file: each bit brightens or darkens one column of pixels."""

    @torch.jit.export
    def embed(self, imgs: torch.Tensor, msgs: torch.Tensor, is_video: bool = False) -> torch.Tensor:
        return imgs + 0.02 * (2 * msgs[:, None, None, :] - 1)

    @torch.jit.export
    def detect(self, imgs: torch.Tensor, is_video: bool = False) -> torch.Tensor:
        bits = imgs.mean(1).mean(1) - 0.5
        return torch.cat([torch.zeros(len(imgs), 1), bits], 1)

    def forward(self, imgs: torch.Tensor) -> torch.Tensor:
        return imgs


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "seal.jit"
    torch.jit.script(Seal()).save(str(path))
    return path


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def frames(count=20):
    random = np.random.default_rng(0)
    return [np.full((32, 256, 3), 128, np.uint8) + random.integers(-1, 2, (32, 256, 3), np.int8)
            for _ in range(count)]  # fmt: skip


def test_what_it_embeds_it_finds_and_finds_nothing_elsewhere(file):
    seal = VideoSeal(file, digest(file))
    plain = [frame.astype(np.uint8) for frame in frames()]
    shown = list(seal.marked(iter(plain), MESSAGE))
    assert len(shown) == 20
    assert shown[0].dtype == np.uint8
    assert seal.message_in(iter(shown)) == MESSAGE
    assert seal.message_in(iter(plain)) is None
    assert seal.message_in(iter(())) is None


def test_a_file_is_run_only_where_its_digest_is_known(file, tmp_path):
    with pytest.raises(BadInput, match=f"its SHA-256 is {digest(file)}, not the one"):
        VideoSeal(file, "0" * 64)
    with pytest.raises(BadInput, match="--videoseal-sha256 'zz': expected 64 hexadecimal digits"):
        VideoSeal(file, "zz")
    with pytest.raises(BadInput, match="no such file"):
        VideoSeal(tmp_path / "absent.jit", digest(file))


def test_other_files_are_told_to_be_none(tmp_path):
    text = tmp_path / "text.jit"
    text.write_text("hello")
    with pytest.raises(BadInput, match="not the networks of Video Seal"):
        VideoSeal(text, digest(text))
    other = tmp_path / "other.jit"
    torch.jit.script(torch.nn.Linear(2, 2)).save(str(other))
    with pytest.raises(BadInput, match="not the networks of Video Seal"):
        VideoSeal(other, digest(other))
