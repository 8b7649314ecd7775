import pickle

import numpy as np
import pytest
import torch

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.learned.music_to_dance.learner import DanceLearner
from stickdance.choreography.learned.music_to_dance.options import MusicToDanceOptions
from stickdance.choreography.learned.music_to_dance.st_gcn import (
    StGcn,
    partitions,
    perceptual_distance,
    published_st_gcn,
)


def test_the_graph_is_parted_by_who_is_nearer_to_the_neck():
    itself, nearer, farther = partitions().numpy()
    index = OPENPOSE_18.index
    elbow, shoulder, wrist = (index[f"left_{part}"] for part in ("elbow", "shoulder", "wrist"))
    assert itself[elbow, elbow] == pytest.approx(1 / 3)  # itself and two neighbours
    assert nearer[wrist, elbow] == farther[shoulder, elbow] == pytest.approx(1 / 3)
    assert nearer[shoulder, elbow] == farther[wrist, elbow] == 0
    np.testing.assert_allclose((itself + nearer + farther).sum(axis=0), 1, rtol=1e-6)


def test_ten_layers_see_a_chunk_ever_more_coarsely():
    seen = StGcn(4).seen(torch.randn(2, 50, 36))
    assert [layer.shape[1] for layer in seen] == [16] * 4 + [32] * 3 + [64] * 3
    assert [layer.shape[2] for layer in seen] == [50] * 4 + [25] * 3 + [13] * 3


def test_the_distance_is_none_from_itself_and_leads_the_dance_alone():
    torch.manual_seed(0)
    network = StGcn(4).eval().requires_grad_(False)
    real = torch.randn(2, 50, 36)
    assert float(perceptual_distance(network, real, real)) == 0
    danced = (real + 0.5).requires_grad_()
    distance = perceptual_distance(network, danced, real)
    distance.backward()
    assert float(distance.detach()) > 0
    assert danced.grad.abs().sum() > 0


def test_published_weights_are_read_by_their_own_names_and_width(tmp_path):
    torch.manual_seed(0)
    network = StGcn(16, width=8).eval()
    published = {f"module.{name}": value for name, value in network.state_dict().items()}
    assert "module.st_gcn_networks.0.gcn.conv.weight" in published
    assert "module.st_gcn_networks.4.residual.0.weight" in published
    torch.save(published, tmp_path / "gcn.pth")
    poses = torch.randn(1, 50, 36)
    torch.testing.assert_close(published_st_gcn(tmp_path / "gcn.pth")(poses), network(poses))


class Runs:
    def __reduce__(self):
        return (print, ("run!",))


def test_a_file_that_would_run_something_is_not_opened(tmp_path, capsys):
    (tmp_path / "evil.pth").write_bytes(pickle.dumps({"fcn.weight": Runs()}, protocol=2))
    torch.save({"fcn.weight": Runs()}, tmp_path / "zipped.pth")
    for name in ("evil.pth", "zipped.pth"):
        with pytest.raises(BadInput, match=f"{name}: is damaged, or holds more than tensors"):
            published_st_gcn(tmp_path / name)
    assert "run!" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ({"a": torch.zeros(1)}, "found no fcn.weight"),
        ({"fcn.weight": torch.zeros(4, 64, 1, 1)}, "expected weights of StGcn, lacks A"),
        ([1, 2], "expected tensors by name"),
    ],
)
def test_weights_of_something_else_are_refused_in_one_line(tmp_path, weights, told):
    torch.save(weights, tmp_path / "other.pth")
    with pytest.raises(BadInput, match=told):
        published_st_gcn(tmp_path / "other.pth")
    with pytest.raises(BadInput, match="no such file"):
        published_st_gcn(tmp_path / "nowhere.pth")


def learner(clips, **options):
    torch.manual_seed(0)
    options = {"model": "original", "code": 0, "head_start": 0, "batch": 8, **options}
    return DanceLearner(clips, MusicToDanceOptions(**options), 0)


def test_of_the_original_alone_an_st_gcn_learns_first_and_is_then_held(clips):
    model = learner(clips, st_gcn_steps=2)
    assert [set(model.step(number, 0)) for number in range(2)] == [{"st_gcn"}] * 2
    before = {name: value.clone() for name, value in model.perceiver.state_dict().items()}
    assert "perceptual" in model.step(2, 0)
    assert all(
        torch.equal(value, before[name]) for name, value in model.perceiver.state_dict().items()
    )
    assert learner(clips, model="gru").perceiver is None
    assert learner(clips, perceptual=0.0).perceiver is None


def test_published_weights_are_looked_through_from_the_first_step(clips, tmp_path):
    torch.save(StGcn(16, width=4).state_dict(), tmp_path / "gcn.pth")
    model = learner(clips, st_gcn=tmp_path / "gcn.pth")
    assert "perceptual" in model.step(0, 0)
    assert "st_gcn" not in model.parts
