import pickle

import numpy as np
import pytest
import torch

from stickdance.capture.media.audio import read_wav
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.learned.music_to_dance.dance_model import DanceModel
from stickdance.choreography.learned.music_to_dance.ren_generator import RenGenerator
from stickdance.choreography.learned.music_to_dance.sample import dance
from stickdance.choreography.learned.music_to_dance.window import to_pixels
from stickdance.choreography.music.beats import Beats

PUBLISHED_NAMES = {
    "audio_encoder.encoder.cl.0.weight": (16, 1, 80),
    "audio_encoder.encoder.cl.4.weight": (256, 128, 5),
    "audio_encoder.encoder.activations.3.0.running_mean": (128,),
    "audio_encoder.rnn.weight_ih_l1_reverse": (768, 512),
    "audio_encoder.fc.weight": (256, 512),
    "pose_generator.rnn_noise.weight_hh_l0": (30, 10),
    "pose_generator.layer0.weight": (1024, 266),
    "pose_generator.layer3.layer.4.weight": (1024,),
    "pose_generator.final_linear.weight": (36, 1024),
}


@pytest.fixture
def weights(tmp_path, standing):
    """Write weights of that network which answer with an upright body that sways a little."""
    torch.manual_seed(0)
    network = RenGenerator()
    last = network.pose_generator.final_linear
    pixels = standing * [240, -240] + [320, 305]
    places = pixels / [320, 180] - 1
    with torch.no_grad():
        last.weight.mul_(0.02)
        last.bias.copy_(torch.atanh(torch.from_numpy(places.reshape(-1)).float()))
    torch.save(network.state_dict(), tmp_path / "generator_0400.pth")
    return tmp_path / "generator_0400.pth"


def test_its_layers_have_the_names_and_sizes_of_the_published_file():
    state = RenGenerator().state_dict()
    assert {name: tuple(state[name].shape) for name in PUBLISHED_NAMES} == PUBLISHED_NAMES


def test_it_dances_a_song_as_any_choreographer_does(weights, sounds, standing):
    model = DanceModel.load(weights)
    assert model.name == "Ren et al.'s, as published"
    assert model.body.height == pytest.approx(240 * 1.0, rel=0.1)
    song = sounds.write(np.random.default_rng(0).uniform(-0.5, 0.5, 44_100 * 7))
    times = np.arange(0, 7, 0.5)
    beats = Beats(times, np.arange(0, len(times), 4), 120.0, 4, np.ones(len(times)), 1.0)
    poses = dance(model, read_wav(song.path), beats, fps=20.0)
    assert len(poses) == 140
    places = standing * [240, -240] + [320, 285]
    assert np.abs(np.median(poses.points, axis=0) - places).max() < 20
    assert np.abs(np.diff(poses.points, axis=0)).max() > 0.01


def test_its_joints_are_those_of_640_by_360_pixels(weights):
    model = DanceModel.load(weights)
    music = torch.zeros(1, 50, 256)
    nothing = torch.zeros(1, 50, 0)
    poses = model.generator(music, nothing, torch.zeros(1, 36), nothing[:, 0])
    pixels = to_pixels(poses.detach().numpy().reshape(-1, 18, 2))
    raw = torch.tanh(model.generator.pose_generator.final_linear.bias).reshape(18, 2)
    expected = (raw.detach().numpy() + 1) * [320, 180] - [0, 20]  # the window is 320 high
    assert np.abs(np.median(pixels, axis=0) - expected).max() < 15


def test_a_file_of_something_else_is_refused(tmp_path):
    torch.save({"a": torch.zeros(1)}, tmp_path / "other.pth")
    with pytest.raises(BadInput, match="expected weights of RenGenerator, lacks audio_encoder"):
        DanceModel.load(tmp_path / "other.pth")
    with pytest.raises(BadInput, match=r"nowhere\.pth: no such file"):
        DanceModel.load(tmp_path / "nowhere.pth")


def test_a_damaged_file_and_one_that_would_run_something_are_refused_in_one_line(tmp_path, recwarn):
    (tmp_path / "damaged.pth").write_bytes(b"PK")
    (tmp_path / "runs.pth").write_bytes(pickle.dumps(print, protocol=4))
    for path in tmp_path.iterdir():
        with pytest.raises(BadInput, match=r"\.pth: is damaged, or holds more than tensors"):
            DanceModel.load(path)
    assert not recwarn.list
