import numpy as np
import pytest

from stickdance.capture.media.consent_metadata import (
    NOT_STATED,
    common_consent,
    consent_or_recorded,
    recorded_consent,
    recording_metadata,
)
from stickdance.capture.media.video import VideoWriter
from stickdance.capture.video_to_take import CaptureOptions, video_to_take
from stickdance.checkpoints.errors import BadInput


def recording(path, consent):
    metadata = None if consent is None else recording_metadata(consent)
    with VideoWriter(path, (32, 32), 10, metadata=metadata) as video:
        for _ in range(3):
            video.write(np.zeros((32, 32, 3), np.uint8))
    return path


def test_a_recording_says_what_was_agreed_to_wherever_it_goes(tmp_path):
    words = "Anna, 3 May: yes; = only \\ at home # ök"
    video = recording(tmp_path / "a.mp4", words)
    moved = video.rename(tmp_path / "other.mp4")
    assert recorded_consent(moved) == words


def test_other_videos_say_nothing(tmp_path):
    assert recorded_consent(recording(tmp_path / "a.mp4", None)) is None
    assert recorded_consent(recording(tmp_path / "b.mp4", NOT_STATED)) is None
    assert recorded_consent(tmp_path) is None


def test_what_is_no_video_is_refused_as_such(tmp_path):
    (tmp_path / "a.mp4").write_text("no video")
    with pytest.raises(BadInput, match=r"expected a video file such as MP4"):
        recorded_consent(tmp_path / "a.mp4")


def test_several_recordings_must_all_say_it(tmp_path):
    one, two = recording(tmp_path / "a.mp4", "yes"), recording(tmp_path / "b.mp4", "yes")
    other, silent = recording(tmp_path / "c.mp4", "at home"), recording(tmp_path / "d.mp4", None)
    assert common_consent([one, two]) == "yes"
    assert common_consent([one, other]) == "a.mp4: yes; c.mp4: at home"
    assert common_consent([one, silent]) is None
    assert consent_or_recorded("stated", [one]) == "stated"
    assert consent_or_recorded(NOT_STATED, [one]) == "yes"
    assert consent_or_recorded(NOT_STATED, [one, silent]) == NOT_STATED


def test_a_capture_takes_the_consent_of_its_recording(filmed, tmp_path):
    video = tmp_path / "anna.mp4"
    with VideoWriter(video, (192, 160), 25, crf=6, metadata=recording_metadata("yes")) as writer:
        for picture in filmed.pictures:
            writer.write(picture)
    options = CaptureOptions(estimator="replay", poses=filmed.poses_file)
    assert video_to_take([video], tmp_path / "take", options).consent == "yes"
    said = CaptureOptions(estimator="replay", poses=filmed.poses_file, consent="only indoors")
    assert video_to_take([video], tmp_path / "other", said).consent == "only indoors"
