import numpy as np
import pytest

from stickdance.checkpoints.errors import UsageError
from stickdance.synth.options import RenderOptions
from stickdance.synth.rendering.label import check_label, labelled, words_for


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


@pytest.mark.parametrize(
    ("options", "of_a_person", "size", "words"),
    [
        ({}, True, (256, 256), "synthetic"),
        ({}, False, (256, 256), ""),
        ({}, True, (64, 64), ""),
        ({"label": "künstlich"}, False, (64, 64), "künstlich"),
        ({"no_label": True}, True, (256, 256), ""),
    ],
)
def test_videos_of_people_say_synthetic_unless_told_otherwise(options, of_a_person, size, words):
    assert words_for(RenderOptions(**options), of_a_person, size) == words


def test_words_that_are_given_and_left_out_are_refused():
    with pytest.raises(UsageError, match="--no-label: goes without --label"):
        words_for(RenderOptions(label="hi", no_label=True), True, (256, 256))


@pytest.mark.parametrize("size", [(96, 96), (96, 1920), (1920, 96), (360, 640)])
def test_the_usual_word_fits_into_every_frame_that_gets_it(size):
    check_label("synthetic", size)


def test_no_words_change_nothing():
    frames = iter([np.zeros((8, 8, 3), np.uint8)])
    assert labelled(frames, "", (8, 8)) is frames


@pytest.mark.parametrize("words", ["a sentence that never fits into the frame", "two\nlines"])
def test_words_that_do_not_fit_are_refused(words):
    with pytest.raises(UsageError, match="--label"):
        labelled(iter([]), words, (64, 64))


@pytest.mark.parametrize("words", ["", "  "])
def test_empty_words_do_not_take_the_label_off_unrecorded(words):
    with pytest.raises(UsageError, match="--no-label leaves it out"):
        words_for(RenderOptions(label=words), True, (256, 256))
