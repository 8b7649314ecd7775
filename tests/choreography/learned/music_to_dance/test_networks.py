"""Encoder, generators and discriminators: shapes, and what each of them heeds."""

import pytest
import torch

from stickdance.choreography.learned.music_to_dance.discriminators import (
    GlobalDiscriminator,
    LocalDiscriminator,
)
from stickdance.choreography.learned.music_to_dance.encoder import MusicEncoder
from stickdance.choreography.learned.music_to_dance.generators import (
    DanceCoder,
    MusicFeatureGenerator,
    PoseGenerator,
)


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(0)


def differs(one, other, places=slice(None)):
    return not torch.allclose(one[:, places], other[:, places], atol=1e-6)


@pytest.mark.parametrize("recurrent", ["gru", "lstm"])
def test_music_features_tell_of_sounds_before_and_after(recurrent):
    encoder = MusicEncoder(128, recurrent, heard=4).eval()
    sound, heard = torch.randn(2, 50, 1600) / 9, torch.zeros(2, 50, 4)
    other = sound.clone()
    other[:, 25] = 0
    features, others = encoder(sound, heard), encoder(other, heard)
    assert features.shape == (2, 50, 128)
    assert differs(features, others, 20)
    assert differs(features, others, 30)
    heard[:, 25] = 1
    assert differs(features, encoder(sound, heard), 24)


def test_poses_heed_music_initial_pose_and_code():
    generator = PoseGenerator(128, code=8, heard=12)
    music, pose, code = torch.randn(2, 50, 128), torch.randn(2, 36), torch.randn(2, 8)
    heard = torch.randn(2, 50, 12)
    poses = generator(music, heard, pose, code)
    assert poses.shape == (2, 50, 36)
    assert differs(poses, generator(music + 1, heard, pose, code))
    assert differs(poses, generator(music, heard + 1, pose, code))
    assert differs(poses, generator(music, heard, pose + 1, code))
    assert differs(poses, generator(music, heard, pose, code + 1))


def test_the_original_has_no_initial_pose():
    generator = PoseGenerator(256, initial_pose=False)
    music = torch.randn(2, 50, 256)
    nothing = torch.zeros(2, 0)
    one, other = (generator(music, music[..., :0], pose, nothing) for pose in torch.randn(2, 2, 36))
    assert torch.equal(one, other)


def test_music_features_are_read_from_poses():
    assert MusicFeatureGenerator(128)(torch.randn(2, 50, 36)).shape == (2, 50, 128)


def test_a_dance_has_a_code():
    mean, spread = DanceCoder(16, 50, 12)(torch.randn(3, 50, 36), torch.randn(3, 50, 12))
    assert mean.shape == spread.shape == (3, 16)


def test_the_local_judge_sees_patches():
    judge = LocalDiscriminator()
    poses = torch.randn(2, 50, 36)
    other = poses.clone()
    other[:, :5] += 1
    judged, others = judge(poses), judge(other)
    assert judged.logits.shape == (2, 13)
    assert len(judged.features) == 2
    assert differs(judged.logits, others.logits, 0)
    assert torch.equal(judged.logits[:, -5:], others.logits[:, -5:])


def test_the_global_judge_sees_poses_and_music_as_a_whole():
    judge = GlobalDiscriminator(128)
    poses, music = torch.randn(2, 50, 36), torch.randn(2, 50, 128)
    judged = judge(poses, music)
    assert judged.logits.shape == (2, 1)
    assert differs(judged.logits, judge(poses, music.flip(1)).logits)
    other = poses.clone()
    other[:, -1] += 1
    assert differs(judged.logits, judge(other, music).logits)


def test_with_a_code_two_dances_to_the_same_music_are_told_apart():
    to_the_left = torch.ones(1, 50, 36)
    dances = torch.cat([to_the_left, -to_the_left])
    music, first = torch.randn(1, 50, 8).expand(2, 50, 8), torch.zeros(2, 36)
    apart = {}
    for code in (0, 2):
        generator = PoseGenerator(8, code=code, width=16)
        coder = DanceCoder(max(code, 1), 50, width=16)
        optimiser = torch.optim.Adam([*generator.parameters(), *coder.parameters()], 1e-2)
        for _ in range(30):
            told = coder(dances, music[..., :0])[0] if code else torch.zeros(2, 0)
            loss = (generator(music, music[..., :0], first, told) - dances).abs().mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        apart[code] = loss.item()
    average = dances.abs().mean().item()
    assert apart[0] > 0.95 * average
    assert apart[2] < 0.5 * average
