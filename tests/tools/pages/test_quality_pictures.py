import numpy as np
import pytest

from stickdance.capture.media.images import write_png
from stickdance.synth.quality.pair_list import PairJob
from stickdance.tools.pages.quality_pictures import FULL_SCALE, show_frame, spread_out


@pytest.fixture
def job(tmp_path):
    real = np.full((60, 80, 3), 90, np.uint8)
    rendered = real.copy()
    rendered[20:40, 20:60] += FULL_SCALE // 2
    rendered[40:50, 20:60] += FULL_SCALE
    return PairJob(
        "a", write_png(tmp_path / "real.png", real), write_png(tmp_path / "fake.png", rendered)
    )


def test_the_error_is_black_where_frames_are_alike_and_brightest_at_full_scale(job):
    shown = show_frame(job, 0, 0)
    scale = len(shown.real) // 60  # tiny pictures are enlarged pixel by pixel
    assert shown.real.shape == shown.error.shape == (60 * scale, 80 * scale, 3)
    levels = shown.error[::scale, ::scale].sum(axis=2, dtype=int)
    assert levels[5, 5] < 10 < levels[30, 40] < levels[45, 40]
    unlike = shown.dissimilarity[::scale, ::scale].sum(axis=2, dtype=int)
    assert unlike[10, 70] < unlike[20, 20]


def test_a_frame_that_is_gone_is_not_shown(job):
    job.rendered.unlink()
    assert show_frame(job, 0, 0) is None


def test_frames_beside_a_worse_one_are_left_out():
    assert list(spread_out([10, 11, 9, 30, 12, 50], 3, 5)) == [10, 30, 50]
    assert list(spread_out([3, 4, 5], 5, 1)) == [3, 4, 5]
