from itertools import islice

import numpy as np
import pytest

from stickdance.capture.media.images import write_png
from stickdance.capture.media.video_writer import VideoWriter
from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.synth.rendering.backgrounds import background_frames, composed


def first(named, size=(32, 16), count=1):
    return list(islice(background_frames(str(named), size, 10), count))


@pytest.mark.parametrize("name", ["#20c060", "rgb(32, 192, 96)"])
def test_a_colour_fills_the_frame(name):
    (frame,) = first(name)
    assert frame.shape == (16, 32, 3)
    assert (frame == (32, 192, 96)).all()


def test_a_picture_covers_the_frame_and_keeps_its_shape(tmp_path):
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[16:48] = 200  # just the middle half remains of a square in a frame twice as wide
    write_png(tmp_path / "room.png", picture)
    (frame,) = first(tmp_path / "room.png")
    assert (frame == 200).all()


def test_a_video_begins_anew_where_it_ends(tmp_path):
    with VideoWriter(tmp_path / "sea.mp4", (32, 16), 10, crf=0) as video:
        for level in (40, 120, 200):
            video.write(np.full((16, 32, 3), level, np.uint8))
    levels = [round(float(frame.mean()), -1) for frame in first(tmp_path / "sea.mp4", count=7)]
    assert levels == [40, 120, 200, 40, 120, 200, 40]


def test_what_is_neither_colour_nor_file_is_refused():
    with pytest.raises(UsageError, match="neither a file nor a colour"):
        first("beach.png")


def test_a_file_that_is_no_video_is_refused_at_once(tmp_path):
    path = tmp_path / "sea.mp4"
    path.write_text("no video")
    with pytest.raises(BadInput, match="expected a video"):
        background_frames(str(path), (32, 16), 10)


def test_a_person_is_laid_over_by_alpha():
    cut_out = np.zeros((1, 3, 4), np.uint8)
    cut_out[0, 1:] = (200, 100, 50, 255)
    cut_out[0, 2, 3] = 51
    found = composed(cut_out, np.full((1, 3, 3), 10, np.uint8))
    assert found[0].tolist() == [[10, 10, 10], [200, 100, 50], [48, 28, 18]]
