import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from stickdance.choreography.music.beat_tracking import follow
from stickdance.choreography.music.onsets import FRAME_RATE


def one_by_one(envelope, tempo):
    """The same dynamic programme for one steady tempo, frame by frame and lag by lag."""
    reward = np.clip(gaussian_filter1d(envelope, 1), -0.5, 3.0)
    period = np.float32(60 * FRAME_RATE / tempo)
    stretches = np.exp(np.linspace(np.log(0.75), np.log(1.33), 45))
    score, before = [], []
    for frame, gain in enumerate(reward):
        reached = []
        for stretch in stretches:
            earlier = frame - int(period * stretch + 0.5)
            told = score[earlier] if earlier >= 0 else 0.0
            reached.append((told - 60 * np.log(stretch) ** 2, earlier))
        best = max(reached, key=lambda one: one[0])
        score.append(best[0] + gain)
        before.append(best[1])
    last = len(score) - int(period)
    frame = last + int(np.argmax(score[last:]))
    beats = []
    while frame >= 0:
        beats.append(frame)
        frame = before[frame]
    return beats[::-1]


@pytest.mark.parametrize("tempo", [60, 117, 230])
def test_the_pulse_is_that_of_the_programme_written_out(tempo):
    envelope = np.random.default_rng(tempo).normal(size=900).astype(np.float32)
    found = follow(envelope, np.full((11, 1), float(tempo)))
    assert found[0].tolist() == one_by_one(envelope, tempo)


def test_each_of_several_tempi_is_followed_as_if_alone():
    envelope = np.random.default_rng(1).normal(size=1200).astype(np.float32)
    tempi = np.array([[70.0, 140.0, 95.0]] * 14)
    together = follow(envelope, tempi)
    for number, found in enumerate(together):
        alone = follow(envelope, tempi[:, number : number + 1])[0]
        assert found.tolist() == alone.tolist()
