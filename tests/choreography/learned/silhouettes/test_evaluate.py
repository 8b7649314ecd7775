import numpy as np
import pytest
import torch

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.learned.silhouettes.evaluate import evaluate
from stickdance.choreography.learned.silhouettes.pictures import SilhouetteClip
from stickdance.choreography.one_thread import one_thread


class Perfect:
    """Tells pictures exactly, goes on by the dance itself, and stands still as the baseline."""

    fps = 10.0

    def __init__(self, after):
        self.after = after

    def vectors(self, pictures):
        return torch.from_numpy(pictures.reshape(len(pictures), -1)).float()

    def pictures(self, vectors):
        return vectors.round().clamp(0, 255).to(torch.uint8).numpy().reshape(-1, 54, 96)

    def dance(self, seen, frames, surprises=1.0, seed=0):
        for frame in range(frames):
            yield np.repeat(self.after[[frame if surprises else 0]], len(seen), axis=0)

    def baseline(self, seen, frames):
        for _ in range(frames):
            yield np.repeat(self.after[[0]], len(seen), axis=0)


@pytest.fixture(scope="module")
def scores(dance):
    with one_thread():
        return evaluate(Perfect(dance(300)), [SilhouetteClip("anna", dance(220), 100)], seen=10)


def test_a_perfect_code_has_an_ssim_of_one_and_the_mean_picture_less(scores):
    assert scores["pictures"]["ssim"] == pytest.approx(1.0)
    assert scores["pictures"]["mean_error"] == 0
    assert scores["pictures"]["ssim_of_mean_picture"] < 0.8


def test_the_dance_itself_lives_and_a_still_picture_does_not(scores):
    live = scores["liveliness"]
    assert live["lstm"] == pytest.approx(1.0, rel=0.05)
    assert live["lstm_last_quarter"] == pytest.approx(1.0, rel=0.05)
    assert live["feed_forward"] == live["lstm_without_surprises"] == 0


def test_what_falls_to_pieces_is_lively_and_strange(dance):
    class Torn(Perfect):
        def baseline(self, seen, frames):
            for picture in self.after[:frames]:
                yield np.repeat(np.roll(picture, 40, axis=1)[None], len(seen), axis=0)

    clip = SilhouetteClip("anna", dance(220, period=23.7), 100)
    live = evaluate(Torn(dance(300)), [clip], seen=10)["liveliness"]
    assert live["feed_forward"] == pytest.approx(1.0, rel=0.05)
    assert live["feed_forward_strangeness"] > 3 * live["lstm_strangeness"]
    assert 0.2 < live["lstm_strangeness"] < 5


def test_noise_neither_wakes_a_still_picture_nor_raises_the_dance(scores):
    live = scores["liveliness"]
    assert live["still_with_noise"] < 0.05
    assert live["real_clip_with_noise"] == pytest.approx(live["real_clip"], rel=0.02)


def test_pixels_as_vectors_go_with_pictures_and_move_as_far(scores):
    near = scores["nearness"]
    assert near["rank_correlation"] > 0.99
    assert 0.03 < near["moved_picture"] < 0.11
    assert near["largest_step"] == pytest.approx(near["even_step"], abs=0.01)


def test_a_code_that_jumps_is_seen_on_the_way_between_two_vectors(dance):
    from stickdance.choreography.learned.silhouettes.nearness import nearness

    class Jumping(Perfect):
        def pictures(self, vectors):
            return (255 * (super().pictures(vectors) > 127)).astype(np.uint8)

    smooth, jumping = (nearness(kind(None), dance(60)) for kind in (Perfect, Jumping))
    assert jumping["largest_step"] > 3 * smooth["largest_step"]


def test_too_little_held_out_is_refused(dance):
    with pytest.raises(BadInput, match="2 held-out pictures tell nothing"):
        evaluate(Perfect(dance(30)), [SilhouetteClip("anna", dance(30), 28)], seen=10)
