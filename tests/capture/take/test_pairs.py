import numpy as np

from stickdance.capture.media.framing import Framing
from stickdance.capture.pose.stick_figure import StickStyle, draw_sequence_frame
from stickdance.capture.take.pairs import pairs


def test_pairs_fit_together_at_the_takes_own_size(take):
    found = list(pairs(take, Framing(take.size), 10, 14))
    assert [pair.index for pair in found] == [10, 11, 12, 13]
    frames, mattes = list(take.frames(10, 14)), list(take.mattes(10, 14))
    for number, pair in enumerate(found):
        np.testing.assert_array_equal(pair.photo, frames[number])
        np.testing.assert_array_equal(pair.matte, mattes[number])
        stick = draw_sequence_frame(take.poses, 10 + number, StickStyle())
        np.testing.assert_array_equal(pair.stick, stick)


def test_stick_figure_photo_and_matte_share_one_framing(take):
    framing = Framing((96, 64), (0.25, 0.0, 0.75, 0.4))
    pair = next(iter(pairs(take, framing)))
    assert pair.photo.shape == pair.stick.shape == (64, 96, 3)
    assert pair.matte.shape == (64, 96)
    drawn = pair.stick.max(axis=-1) > 0
    assert (pair.matte[drawn] > 127).mean() > 0.9


def test_the_style_is_the_callers(take):
    thick = next(iter(pairs(take, Framing(take.size), style=StickStyle(line=0.05))))
    thin = next(iter(pairs(take, Framing(take.size), style=StickStyle(line=0.01))))
    assert (thick.stick > 0).sum() > 1.5 * (thin.stick > 0).sum()


def test_no_frames_give_no_pairs(take):
    assert list(pairs(take, Framing(take.size), 20, 20)) == []
