from dataclasses import replace

import cv2
import numpy as np
import pytest

from stickdance.capture import video_to_take as main_path
from stickdance.capture.media.video import VideoWriter
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.video_to_take import video_to_take
from stickdance.checkpoints.errors import UnusableFootage
from stickdance.tools.make.options import FootageOptions, MakeOptions
from stickdance.tools.make.song_to_video import Job
from stickdance.tools.make.stages import Stages
from stickdance.tools.make.time_left import TimeLeft, Usual

SIZE, FRAMES = (160, 128), 60


@pytest.fixture
def shaken(tmp_path, monkeypatch):
    """A dark figure before a patterned wall, filmed while walking; its poses are replayed."""
    chance = np.random.default_rng(4)
    wall = np.kron(chance.integers(90, 230, (20, 24, 3), np.uint8), np.ones((8, 8, 1), np.uint8))
    wall = cv2.GaussianBlur(wall, (0, 0), 1)
    points = np.zeros((FRAMES, 18, 2), np.float32)
    with VideoWriter(tmp_path / "anna.mp4", SIZE, 25.0) as video:
        for number in range(FRAMES):
            x, y = np.rint(12 + 11 * np.array([np.cos(number / 3), np.sin(number / 4)])).astype(int)
            picture = wall[y : y + SIZE[1], x : x + SIZE[0]].copy()
            picture[14:118, 70:90] = 25
            video.write(picture)
            points[number] = np.stack([80 + np.linspace(-8, 8, 18), np.linspace(20, 112, 18)], -1)
    poses = PoseSequence(points, np.ones((FRAMES, 18)), 25.0, SIZE).save(tmp_path / "poses.npz")

    def replayed(videos, to, options):
        return video_to_take(videos, to, replace(options, estimator="replay", poses=poses))

    monkeypatch.setattr(main_path, "video_to_take", replayed)
    return tmp_path / "anna.mp4"


def job(folder, options):
    left = TimeLeft({"capture": Usual(1)}, None)
    stages = Stages(folder / "dance.stages", ["capture"], left)
    return Job(folder / "song.mp3", folder / "dance.mp4", options, stages)


def test_footage_refused_after_its_capture_is_not_captured_again_when_it_is_accepted(
    shaken, tmp_path
):
    (tmp_path / "dance.stages").mkdir()
    options = MakeOptions(footage=(shaken,))
    for _ in range(2):  # known by the take that is there, the second time
        with pytest.raises(UnusableFootage, match=r"anna.mp4: the camera moves .* is kept in "):
            job(tmp_path, options).capture()
    accepted = job(tmp_path, replace(options, capture=FootageOptions(conditions="warn")))
    take = accepted.capture()
    assert accepted.stages.reused() == ["capture"]
    assert take.report["verdict"] == "not usable"
