import numpy as np
import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.learned.next_frame.clips import clip_size, read_clip


@pytest.mark.parametrize(
    "size, multiple, expected",
    [
        ((1080, 720), 1, (90, 60)),
        ((720, 1080), 1, (60, 90)),
        ((576, 576), 2, (60, 60)),
        ((1920, 1080), 2, (90, 50)),
        ((4000, 20), 2, (90, 2)),
    ],
)
def test_frames_keep_their_shape_within_the_papers(size, multiple, expected):
    assert clip_size(size, multiple) == expected


def test_a_video_is_read_grey_and_its_end_held_out(video, going_round):
    clip = read_clip(video, None, 0.25, 2)
    assert clip.frames.shape == (60, 60, 76)
    assert (len(clip.training), len(clip.held_out)) == (45, 15)
    assert clip.fps == 10
    assert clip.frames[0, 30, 10] == pytest.approx(220, abs=6)
    assert clip.frames[0, 5, 5] == pytest.approx(90, abs=6)


def test_another_rate_has_other_frames(video):
    clip = read_clip(video, 5.0, 0.25, 2)
    assert len(clip.frames) == 30
    whole = read_clip(video, None, 0.25, 2)
    difference = clip.frames[3].astype(int) - whole.frames[6]
    assert np.abs(difference).mean() < 1


def test_too_short_footage_is_refused_with_its_numbers(video):
    with pytest.raises(BadInput, match="has 59 frames to learn from and 1 to be judged by"):
        read_clip(video, None, 0.02, 2)
