from dataclasses import replace

import numpy as np
import pytest
import torch

from stickdance.choreography.learned.music_to_dance.dance_model import (
    DanceGenerator,
    DanceModel,
    shape_of,
)
from stickdance.choreography.learned.music_to_dance.options import MusicToDanceOptions
from stickdance.choreography.learned.music_to_dance.sample import (
    HOP,
    OVERLAP,
    borders,
    dance,
    joined,
)
from stickdance.choreography.music.beats import Beats


@pytest.fixture
def choreographer(body, clips):
    torch.manual_seed(0)
    generator = DanceGenerator(shape_of(MusicToDanceOptions(code=8))).eval()
    first = torch.from_numpy(clips[0].poses[0].reshape(-1))
    return DanceModel(generator, first, body, "test")


@pytest.fixture
def song(sounds):
    times = np.arange(0.25, 21, 0.5)
    sound = sounds.write(sounds.hits(times, sounds.drum(), 21.3))
    beats = Beats(times, np.arange(0, len(times), 4), 120, 4, np.ones(len(times)), 1.0)
    return sound, beats


def test_a_chunk_goes_on_from_the_one_before_in_place_and_speed():
    time = np.arange(50)[:, None]
    before, after = 2.0 * time[:OVERLAP] + 7, 2.0 * time
    whole = joined(before, after)
    assert whole[0] == pytest.approx(7)
    assert whole[OVERLAP:] == pytest.approx(after[OVERLAP:])
    steps = np.diff(whole[:, 0])
    assert steps.min() > 0
    assert steps.max() < 2 + 1e-9


def test_equal_dances_are_joined_unchanged():
    chunk = np.random.default_rng(0).normal(size=(50, 36))
    assert joined(chunk[:OVERLAP], chunk) == pytest.approx(chunk)


@pytest.mark.parametrize("fps", [25.0, 30.0, 10.0])
def test_a_dance_lasts_as_long_as_its_song_at_any_rate(choreographer, song, fps):
    sound, beats = song
    choreographer = replace(choreographer, generator=Swayer())
    danced = dance(choreographer, sound, beats, fps)
    assert (len(danced), danced.fps, danced.size) == (round(21.3 * fps), fps, (640, 320))
    assert np.isfinite(danced.points).all()


def test_seeds_tell_dances_apart(choreographer, song):
    sound, beats = song
    choreographer = replace(choreographer, generator=Swayer())
    one, same, other = (dance(choreographer, sound, beats, 10, seed).points for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.allclose(one, other)


class Swayer:
    """Stands in for a network: sways from where it is, in every chunk by another amount."""

    code = 1

    def listen(self, samples, heard):
        return heard

    def __call__(self, music, heard, initial, code):
        wide = torch.zeros(len(code), music.shape[1], 36)
        wide[..., 0::2] = (0.3 + 0.05 * code.tanh())[:, None] * (heard[..., :1] - heard[:, :1, :1])
        return initial[:, None] + wide


def test_where_chunks_meet_the_dance_moves_no_faster_than_elsewhere(choreographer, song):
    sound, beats = song
    swayer = replace(choreographer, generator=Swayer())
    danced = dance(swayer, sound, beats, 25)
    speed = np.linalg.norm(np.diff(danced.points, axis=0), axis=-1).max(axis=1)
    near = np.zeros(len(speed), bool)
    for border in borders(214):
        near[round((border - 0.4) * 25) : round((border + 0.4) * 25)] = True
    assert 0 < near.sum() < len(near) / 4
    assert speed[near].max() <= 1.05 * np.percentile(speed[~near], 99)


def test_borders_are_in_the_middle_of_overlaps():
    assert borders(50) == pytest.approx([(HOP + (OVERLAP - 1) / 2) / 10])
    assert len(borders(3 * HOP)) == 2


def test_a_network_dances_a_whole_song(choreographer, song):
    danced = dance(choreographer, *song, 10)
    assert len(danced) == 213
    assert np.isfinite(danced.points).all()
