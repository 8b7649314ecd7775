import numpy as np
import pytest

from stickdance.checkpoints.errors import UsageError
from stickdance.synth.rendering.label import labelled


def test_words_stand_at_the_bottom_left_and_nowhere_else():
    frame = np.full((96, 160, 3), 120, np.uint8)
    (shown,) = labelled(iter([frame]), "synthetic", (160, 96))
    changed = (shown != frame).any(-1)
    rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
    assert rows[-1] == 95
    assert columns[0] == 0
    assert rows[0] > 70
    assert shown.max() > 230
    assert (frame == 120).all()


def test_words_on_a_transparent_frame_can_be_read():
    frame = np.zeros((96, 160, 4), np.uint8)
    (shown,) = labelled(iter([frame]), "synthetic", (160, 96))
    assert shown[..., 3].max() > 240


def test_no_words_change_nothing():
    frames = iter([np.zeros((8, 8, 3), np.uint8)])
    assert labelled(frames, "", (8, 8)) is frames


@pytest.mark.parametrize("words", ["a sentence that never fits into the frame", "two\nlines"])
def test_words_that_do_not_fit_are_refused(words):
    with pytest.raises(UsageError, match="--label"):
        labelled(iter([]), words, (64, 64))
