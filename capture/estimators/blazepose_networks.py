"""BlazePose's two networks: who is in a picture, and how one person in a region stands.

Source: Bazarevsky et al., "BlazePose: On-device Real-time Body Pose tracking" (2020);
google-ai-edge/mediapipe 0.10.21, modules/pose_detection and modules/pose_landmark (the graphs
`PoseDetectionCpu`, `PoseLandmarkByRoiCpu` and `PoseLandmarksToRoi`), whose steps these are.
"""

from pathlib import Path

import numpy as np
from scipy.special import expit

from stickdance.capture.estimators.contract import Person
from stickdance.capture.estimators.crops import crop_of, laid_back, moved, region_along
from stickdance.capture.estimators.people import Found, Region
from stickdance.capture.estimators.single_shot import anchors, detections
from stickdance.capture.estimators.tflite import open_network

_MARGIN = 1.25  # a region is larger than the person by this factor, as the landmark network expects
_DETECTOR_SIDE, _STRIDES = 224, (8, 16, 32, 32, 32)
_SIDE, _CELLS = 256, 64  # of the landmark network's crop and of its heat maps
_JOINTS, _MARKS = 33, 39  # six more marks tell where to look next
_HERE = 0.5  # the least chance that somebody is there at all
_REACH = 3  # cells around a mark in which its heat map is believed
_HOT = 0.5  # the least heat there


class PersonDetector:
    """Finds the people of a picture: a region around each, the surest first."""

    def __init__(self, model: Path) -> None:
        self._network = open_network(model)
        self._anchors = anchors(_DETECTOR_SIDE, _STRIDES)

    def __call__(self, picture: np.ndarray) -> list[Region]:
        """Return the region of each person in an RGB picture (height, width, 3)."""
        height, width = picture.shape[:2]
        whole = Region(width / 2, height / 2, max(width, height))
        crop, way = crop_of(picture, whole, _DETECTOR_SIDE, repeat_edge=False)
        answer = self._network(crop.astype(np.float32) / 127.5 - 1)
        scores, values = sorted((each[0] for each in answer.values()), key=lambda each: each.size)
        found = detections(values, scores[:, 0], self._anchors, _DETECTOR_SIDE)
        ends = [moved(each.key_points[:2] * _DETECTOR_SIDE, way) for each in found]
        return [region_along(foot, rim, _MARGIN) for foot, rim in ends]


class LandmarkNetwork:
    """Finds the joints and the matte of the person in a region of a picture."""

    def __init__(self, model: Path) -> None:
        self._network = open_network(model)

    def __call__(self, picture: np.ndarray, region: Region) -> Found | None:
        """Return the person in `region` of an RGB picture, None where the network sees none."""
        crop, way = crop_of(picture, region, _SIDE, repeat_edge=True)
        outputs = self._network(crop.astype(np.float32) / 255)
        answer = {each[0].size: each[0] for each in outputs.values()}
        if answer[1][0] <= _HERE:
            return None
        marks = answer[_MARKS * 5].reshape(_MARKS, 5)
        heat = answer[_CELLS * _CELLS * _MARKS]
        points = moved(_refined(marks[:, :2] / _SIDE, heat) * _SIDE, way)
        mask = (expit(answer[_SIDE * _SIDE][:, :, 0]) * 255 + 0.5).astype(np.uint8)
        person = Person(
            points=points[:_JOINTS].astype(np.float32),
            confidence=expit(marks[:_JOINTS, 3]).astype(np.float32),
            # z is in pixels of the crop, smaller nearer to the camera
            depth=(-marks[:_JOINTS, 2] / _SIDE * region.side).astype(np.float32),
        )
        size = (picture.shape[1], picture.shape[0])
        following = region_along(points[_JOINTS], points[_JOINTS + 1], _MARGIN)
        return Found(person, laid_back(mask, way, size), following)


def _refined(marks: np.ndarray, heat: np.ndarray) -> np.ndarray:
    """Return marks, as shares of the crop, each moved to the middle of its heat nearby.

    Args:
        marks: (marks, 2) x, y.
        heat: (rows, columns, marks) heat maps, before the logistic function.
    """
    better = marks.astype(np.float64)
    rows, columns = heat.shape[:2]
    for number, (x, y) in enumerate(marks * np.array([columns, rows])):
        column, row = int(x), int(y)
        if not (0 <= column < columns and 0 <= row < rows):
            continue
        left, top = max(0, column - _REACH), max(0, row - _REACH)
        part = expit(heat[top : row + _REACH + 1, left : column + _REACH + 1, number])
        if part.max() >= _HOT:
            across = part.sum(axis=0) @ np.arange(left, left + part.shape[1])
            down = part.sum(axis=1) @ np.arange(top, top + part.shape[0])
            better[number] = np.array([across / columns, down / rows]) / part.sum()
    return better
