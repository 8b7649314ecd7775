from types import SimpleNamespace

import numpy as np

from stickdance.capture.media.images import write_png
from stickdance.capture.media.video_writer import VideoWriter
from stickdance.tools.pages.report_pictures import moments, real_and_rendered


def test_moments_are_frames_of_the_video_beside_their_stick_figures(dance, tmp_path):
    with VideoWriter(tmp_path / "grey.mp4", (48, 64), 10.0) as video:
        for number in range(80):
            video.write(np.full((64, 48, 3), 2 * number + 40, np.uint8))
    shown = moments(tmp_path / "grey.mp4", dance.poses, 3)
    assert [each.seconds for each in shown] == [2.0, 4.0, 5.9]
    for each in shown:
        assert each.first.shape == each.second.shape == (64, 48, 3)
        assert each.first.max() > 100  # a figure is drawn
        assert abs(each.second.mean() - (20 * each.seconds + 40)) < 4


def test_the_samples_of_a_performer_come_apart_into_pairs(tmp_path):
    real, painted = (np.full((8, 6, 3), level, np.uint8) for level in (50, 200))
    write_png(
        tmp_path / "samples.png", np.vstack([np.hstack([real] * 3), np.hstack([painted] * 3)])
    )
    pairs = real_and_rendered(None, SimpleNamespace(path=tmp_path, size=(6, 8)))
    assert len(pairs) == 3
    for pair in pairs:
        assert (pair.first == real).all()
        assert (pair.second == painted).all()


def test_a_performer_without_samples_shows_none(tmp_path):
    assert real_and_rendered(None, SimpleNamespace(path=tmp_path, size=(6, 8))) == []
