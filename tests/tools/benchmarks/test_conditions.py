import cv2
import numpy as np

from stickdance.capture.media.video import VideoWriter, probe, read_frames
from stickdance.capture.stabilisation.background_motion import BackgroundTracker
from stickdance.capture.stabilisation.corrections import unrest_of
from stickdance.tools.benchmarks.conditions import DisturbanceOptions, disturb
from stickdance.tools.demo.dancer import DemoDancer


def wall():
    chance = np.random.default_rng(5)
    return cv2.resize(
        chance.integers(60, 200, (18, 24, 3), np.uint8), (192, 144), interpolation=cv2.INTER_CUBIC
    )


def test_a_disturbed_copy_shakes_and_flickers_as_much_as_was_asked_for(tmp_path):
    with VideoWriter(tmp_path / "still.mp4", (192, 144), 25.0, crf=3) as video:
        for _ in range(60):
            video.write(wall())
    options = DisturbanceOptions(shake=0.02, turn=0.0, flicker=0.1)
    copy = disturb(tmp_path / "still.mp4", tmp_path / "copy.mp4", options)
    assert probe(copy).frames == 60
    tracker = BackgroundTracker()
    for frame in read_frames(copy):
        tracker(frame, np.zeros(frame.shape[:2], np.uint8))
    unrest = unrest_of(tracker.path, (192, 144))
    assert 0.01 < unrest.farthest_share < 0.045  # the way of x and y together, from their middle
    assert 0.06 < unrest.light < 0.2


def test_the_demo_dancers_room_can_be_had_empty():
    room = DemoDancer((96, 96), 0).empty_room()
    assert room.shape == (96, 96, 3)
    assert room.dtype == np.uint8
    assert room.std() > 10
