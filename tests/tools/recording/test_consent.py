from pathlib import Path

import numpy as np
import pytest

from stickdance.capture.media.consent_metadata import NOT_STATED, recording_metadata
from stickdance.capture.media.video import VideoWriter
from stickdance.tools.make.options import MakeOptions
from stickdance.tools.recording.consent import asked_for


@pytest.fixture
def recording(tmp_path) -> Path:
    path = tmp_path / "leader.mp4"
    with VideoWriter(path, (32, 32), 25.0, metadata=recording_metadata("yes, 3 May")) as video:
        video.write(np.zeros((32, 32, 3), np.uint8))
    return path


def test_the_consent_in_a_video_that_is_followed_is_found(recording):
    assert asked_for(MakeOptions(demo=True, follow=recording)).follow_consent == "yes, 3 May"


def test_a_consent_that_is_told_comes_before_that_in_the_video(recording):
    told = MakeOptions(demo=True, follow=recording, follow_consent="only today")
    assert asked_for(told).follow_consent == "only today"


def test_a_video_that_says_nothing_and_nobody_to_ask_leave_it_not_stated(tmp_path):
    absent = MakeOptions(demo=True, follow=tmp_path / "absent.mp4")
    assert asked_for(absent).follow_consent == NOT_STATED
