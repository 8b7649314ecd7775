import json

import numpy as np

from stickdance.capture.estimators.contract import FrameEstimate, Person
from stickdance.capture.matting.lost_mattes import found_again, without_matte
from stickdance.capture.matting.plate import Plate
from stickdance.capture.matting.temporal_smoothing import steadied
from stickdance.capture.pose.skeleton import OPENPOSE_18


def iou(matte, truth):
    a, b = matte > 127, truth > 127
    return (a & b).sum() / (a | b).sum()


def test_a_person_whom_nobody_found_is_told_from_the_room(filmed):
    plate = Plate(
        filmed.room, np.ones(filmed.room.shape[:2], bool), np.zeros(filmed.room.shape[:2])
    )
    pose = Person(filmed.poses.points[20] + 3, filmed.poses.confidence[20])
    before = filmed.mattes[18]
    mask = found_again(filmed.pictures[20], pose, OPENPOSE_18, before, plate)
    assert iou(mask, filmed.mattes[20]) > 0.8


def test_a_pose_without_a_matte_is_told_whatever_its_size(filmed):
    areas = (filmed.mattes > 0).sum((1, 2)).astype(float)
    assert not without_matte(filmed.poses.points, areas, OPENPOSE_18).any()
    points = filmed.poses.points.copy()
    points[:20] *= 0.3  # far away
    areas[:20] *= 0.09
    areas[[5, 40]] = 0, 0.1 * areas[40]
    points[7], areas[7] = np.nan, 0  # neither pose nor matte: nobody
    found = without_matte(points, areas, OPENPOSE_18)
    assert np.flatnonzero(found).tolist() == [5, 40]


def test_an_empty_matte_takes_nothing_from_its_neighbours():
    picture = np.full((24, 24, 3), 90, np.uint8)
    full, empty = np.full((24, 24), 240, np.uint8), np.zeros((24, 24), np.uint8)
    mattes = [full, full, empty, empty, full, full]
    held = [matte for _, matte in steadied((picture, matte) for matte in mattes)]
    assert [int(matte[12, 12]) for matte in held] == [240, 240, 0, 0, 240, 240]


class LosesThem:
    """An estimator that finds nobody in some frames."""

    skeleton, name = OPENPOSE_18, "loses"

    def __init__(self, filmed, lost):
        self.filmed, self.lost = filmed, lost

    def estimate(self, frames):
        for number, _ in enumerate(frames):
            if number in self.lost:
                yield FrameEstimate((), np.zeros_like(self.filmed.mattes[number]))
            else:
                person = Person(
                    self.filmed.poses.points[number], self.filmed.poses.confidence[number]
                )
                yield FrameEstimate((person,), self.filmed.mattes[number])


def test_frames_in_which_the_estimator_lost_the_person_get_their_matte(
    filmed, tmp_path, monkeypatch
):
    from stickdance.capture import video_to_take as main

    lost = range(20, 28)
    monkeypatch.setattr(main, "create", lambda *_: LosesThem(filmed, lost))
    take = main.video_to_take([filmed.video], tmp_path / "anna")
    report = json.loads((take.path / "report.json").read_text())
    assert report["missing_frames"] == list(lost)
    assert report["frames_without_matte"] == []
    for number, matte in enumerate(take.mattes()):
        assert iou(matte, filmed.mattes[number]) > (0.75 if number in lost else 0.85)
