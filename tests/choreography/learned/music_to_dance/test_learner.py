import numpy as np
import pytest
import torch
from torch.nn import functional

from stickdance.choreography.learned.music_to_dance.data import batch_of, grid
from stickdance.choreography.learned.music_to_dance.learner import DanceLearner
from stickdance.choreography.learned.music_to_dance.options import MusicToDanceOptions


def learner(clips, **options):
    torch.manual_seed(0)
    return DanceLearner(
        clips, MusicToDanceOptions(batch=8, rate=2e-3, **{"head_start": 0, **options}), 0
    )


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.slow  # a quality run
def test_a_sway_to_the_beat_is_learnt_for_a_song_never_heard(clips):
    model = learner(clips, code=0, held_out=0.2)
    for number in range(40):
        model.step(number, 0)
    real = batch_of(grid(model.held_out, 4)).poses
    average = torch.from_numpy(np.concatenate([c.poses for c in model.trained_on])).mean(0)
    standing = functional.l1_loss(average.reshape(1, 1, 36).expand_as(real), real)
    scores = model.validate()
    assert scores["held_out_distance"] < 0.8 * float(standing)
    assert scores["held_out_movement"] > 0.3


def test_every_model_takes_a_step_with_its_own_losses(clips):
    always = {"distance", "movement", "contact", "local", "global", "matching"}
    always |= {"local_judge", "global_judge"}
    assert learner(clips).step(0, 0).keys() == always | {"music", "nats"}
    assert learner(clips, code=0, model="lstm").step(0, 0).keys() == always | {"music"}
    original = learner(clips, code=0, model="original", perceptual=0.0)
    assert original.step(0, 0).keys() == always
    assert learner(clips, code=0, without_music_features=True).step(0, 0).keys() == always


def test_with_a_head_start_the_judges_come_later(clips):
    model = learner(clips, head_start=1)
    assert model.step(0, 0).keys() == {"distance", "movement", "contact", "music", "nats"}
    assert "global" in model.step(1, 0)


def test_every_network_learns_once_a_step(clips):
    model = learner(clips)
    before = {
        part: {name: value.clone() for name, value in network.state_dict().items()}
        for part, (network, _) in model.parts.items()
    }
    model.step(0, 0)
    for part, (network, optimiser) in model.parts.items():
        assert {int(one["step"]) for one in optimiser.state_dict()["state"].values()} == {1}
        after = network.state_dict()
        assert any(not torch.equal(after[name], value) for name, value in before[part].items())


def test_a_new_learner_carries_on_where_another_was(clips):
    whole, first = learner(clips), learner(clips)
    for number in range(4):
        whole.step(number, 0)
    for number in range(2):
        first.step(number, 0)
    second = learner(clips)
    second.load(first.tensors())
    for number in range(2, 4):
        second.step(number, 0)
    ours, theirs = whole.weights(), second.weights()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
