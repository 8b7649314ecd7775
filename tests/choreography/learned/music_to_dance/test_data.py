import numpy as np
import torch

from stickdance.choreography.learned.music_to_dance.data import batch_of, draw, grid, split


def test_the_same_step_draws_the_same_chunks(clips):
    one, same, other = draw(clips, 4, 0, 7), draw(clips, 4, 0, 7), draw(clips, 4, 0, 8)
    assert torch.equal(one.poses, same.poses)
    assert torch.equal(one.samples, same.samples)
    assert not torch.equal(one.poses, other.poses)
    assert (one.samples.shape, one.heard.shape) == ((4, 50, 1600), (4, 50, 12))
    assert one.poses.shape == (4, 50, 36)


def test_sound_and_poses_of_a_chunk_belong_together(clips):
    batch = batch_of([(clips[0], 30)])
    assert np.array_equal(batch.poses[0, 3].reshape(18, 2), clips[0].poses[33])
    sound = clips[0].samples[33 * 1600 : 34 * 1600] / np.float32(32767)
    assert np.allclose(batch.samples[0, 3], sound, atol=1e-6)
    assert np.array_equal(batch.heard[0, 3], clips[0].heard[33])


def test_whole_songs_are_held_out(clips):
    trained_on, held_out = split(clips, 0.2)
    assert len(held_out) == 1
    assert {clip.name for clip in trained_on} | {held_out[0].name} == {c.name for c in clips}
    assert split(clips[:3], 0.2) == (clips[:3], [])
    assert split(clips, 0) == (clips, [])


def test_the_grid_does_not_overlap_and_stays_small(clips):
    assert len(grid(clips, 64)) == 5 * 2
    assert len(grid(clips, 3)) == 3
    assert {at for _, at in grid(clips, 64)} == {0, 50}
