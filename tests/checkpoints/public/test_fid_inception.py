import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from stickdance.checkpoints.errors import WeightsAbsent
from stickdance.checkpoints.public import pretrained
from stickdance.checkpoints.public.fid_inception import fid_inception, fid_input, inception_of_fid


def written_out(network: nn.Module, x: torch.Tensor) -> torch.Tensor:
    """The network of FID's paper layer by layer, with the weights of another."""
    average = nn.AvgPool2d(3, 1, 1, count_include_pad=False)

    def column(block, names, x):
        for name in names.split():
            x = getattr(block, name)(x)
        return x

    def split(block, first, second, x):
        return torch.cat([getattr(block, first)(x), getattr(block, second)(x)], 1)

    def mixed(name, paths, pool, x):
        block = getattr(network, name)
        parts = [column(block, path, x) for path in paths]
        if pool is None:
            parts.append(functional.max_pool2d(x, 3, 2))
        else:
            parts.append(block.branch_pool(pool(x)))
        return torch.cat(parts, 1)

    for name in ("Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3"):
        x = getattr(network, name)(x)
    x = functional.max_pool2d(x, 3, 2)
    x = functional.max_pool2d(network.Conv2d_4a_3x3(network.Conv2d_3b_1x1(x)), 3, 2)
    double = "branch3x3dbl_1 branch3x3dbl_2 branch3x3dbl_3"
    for name in ("Mixed_5b", "Mixed_5c", "Mixed_5d"):
        x = mixed(name, ("branch1x1", "branch5x5_1 branch5x5_2", double), average, x)
    x = mixed("Mixed_6a", ("branch3x3", double), None, x)
    sevens = (
        "branch7x7_1 branch7x7_2 branch7x7_3",
        " ".join(f"branch7x7dbl_{n}" for n in range(1, 6)),
    )
    for name in ("Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e"):
        x = mixed(name, ("branch1x1", *sevens), average, x)
    fours = "branch3x3_1 branch3x3_2", " ".join(f"branch7x7x3_{n}" for n in range(1, 5))
    x = mixed("Mixed_7a", fours, None, x)
    for name, pool in (("Mixed_7b", average), ("Mixed_7c", nn.MaxPool2d(3, 1, 1))):
        block = getattr(network, name)
        three, twice = block.branch3x3_1(x), column(block, "branch3x3dbl_1 branch3x3dbl_2", x)
        x = torch.cat(
            [
                block.branch1x1(x),
                split(block, "branch3x3_2a", "branch3x3_2b", three),
                split(block, "branch3x3dbl_3a", "branch3x3dbl_3b", twice),
                block.branch_pool(pool(x)),
            ],
            1,
        )
    return x.mean(dim=(2, 3))


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return inception_of_fid().eval().requires_grad_(False)


def test_it_is_the_network_written_out_layer_by_layer(network):
    picture = np.random.default_rng(0).integers(0, 256, (80, 60, 3), np.uint8)
    batch = fid_input(picture)[None]
    found = {}
    network.avgpool.register_forward_hook(lambda *each: found.update(features=each[2].flatten(1)))
    assert network(batch).shape == (1, 1008)
    assert torch.allclose(found["features"], written_out(network, batch), atol=1e-5)


def test_pictures_are_scaled_linearly_between_pixel_centres_and_brought_to_one():
    ramp = np.repeat(np.linspace(0, 255, 10, dtype=np.uint8)[None, :, None], 4, 0).repeat(3, 2)
    found = fid_input(ramp)
    at = ((np.arange(299) + 0.5) * 10 / 299 - 0.5).clip(0, 9)
    expected = 2 * np.interp(at, np.arange(10), ramp[0, :, 0]) / 255 - 1
    assert found.shape == (3, 299, 299)
    assert np.allclose(found[1, 7].numpy(), expected, atol=1e-5)


def test_its_weights_are_read_as_tensors_by_the_published_names(network, monkeypatch):
    state = network.state_dict()
    assert len(state) == 566
    assert state["fc.weight"].shape == (1008, 2048)
    fid_inception.cache_clear()
    monkeypatch.setattr(
        "stickdance.checkpoints.public.fid_inception.read_weights", lambda name: state
    )
    batch = torch.zeros(1, 3, 299, 299)
    assert torch.allclose(fid_inception()(batch), written_out(network, batch), atol=1e-5)
    fid_inception.cache_clear()


def test_absent_weights_are_said_with_the_command_that_gets_them(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    fid_inception.cache_clear()
    with pytest.raises(WeightsAbsent, match="`stickdance models get fid`"):
        fid_inception()


def test_a_file_that_would_run_code_is_refused(monkeypatch, tmp_path):
    import pickle

    path = tmp_path / "weights.pth"
    path.write_bytes(pickle.dumps(print))
    monkeypatch.setattr(type(pretrained.PUBLIC_WEIGHTS["fid"]), "checked", lambda self: path)
    with pytest.raises(WeightsAbsent, match="cannot be read"):
        pretrained.read_weights("fid")
