"""Hands: 21 points of a hand in a region of a picture, and palms in a larger one.

Source: Zhang et al., "MediaPipe Hands: On-device Real-time Hand Tracking" (2020);
google-ai-edge/mediapipe 0.10.21, modules/palm_detection and modules/hand_landmark (the graphs
`PalmDetectionCpu`, `PalmDetectionDetectionToRoi`, `HandLandmarkCpu` and
`HandLandmarkLandmarksToRoi`), whose steps these are.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stickdance.capture.estimators.crops import crop_of, moved, region_around
from stickdance.capture.estimators.people import Region
from stickdance.capture.estimators.single_shot import anchors, detections
from stickdance.capture.estimators.tflite import open_network

_SIDE = 224  # of the landmark network's crop
_DETECTOR_SIDE, _STRIDES = 192, (8, 16, 16, 16)
_JOINTS = 21
_STEADY = (0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18)  # joints whose place changes little by a grip
_WRIST, _INDEX, _MIDDLE, _RING = 0, 5, 9, 13
_FOLLOWING, _FOLLOWING_UP = 2.0, 0.1  # region about the steady joints, and how far it is moved
_PALM, _PALM_UP = 2.6, 0.5  # likewise about a palm's box
_PALM_WRIST, _PALM_MIDDLE = 0, 2  # of the detector's key points


@dataclass(frozen=True)
class Hand:
    """A hand that the network saw in a region."""

    points: np.ndarray
    """(21, 2) pixels of the picture, in the order of `HAND_21`."""
    sure: float
    """0..1: the chance that there is a hand at all."""
    right: float
    """0..1: the chance that it is a right one."""
    following: Region
    """Where to look in the next frame."""


class HandNetwork:
    """Finds the points of the hand in a region of a picture."""

    def __init__(self, model: Path) -> None:
        self._network = open_network(model, threads=1, exact=False)

    def __call__(self, picture: np.ndarray, region: Region) -> Hand:
        """Return what the network takes for a hand in `region` of an RGB picture."""
        crop, way = crop_of(picture, region, _SIDE, repeat_edge=False)
        answer = self._network(crop.astype(np.float32) / 255)
        marks = answer["Identity"].reshape(_JOINTS, 3)
        points = moved(marks[:, :2].astype(np.float64), way)
        return Hand(
            points=points,
            sure=float(answer["Identity_1"].item()),
            right=float(answer["Identity_2"].item()),
            following=region_of(points),
        )


class PalmDetector:
    """Finds the palms of a region: a region around each hand, the surest first."""

    def __init__(self, model: Path) -> None:
        self._network = open_network(model, threads=1, exact=False)
        self._anchors = anchors(_DETECTOR_SIDE, _STRIDES)

    def __call__(self, picture: np.ndarray, region: Region) -> list[Region]:
        """Return the region of each hand in `region` of an RGB picture (height, width, 3)."""
        crop, way = crop_of(picture, region, _DETECTOR_SIDE, repeat_edge=False)
        answer = self._network(crop.astype(np.float32) / 255)
        scores, values = sorted((each[0] for each in answer.values()), key=lambda each: each.size)
        found = detections(values, scores[:, 0], self._anchors, _DETECTOR_SIDE)
        return [_about(each.box, each.key_points, way) for each in found]


def region_of(points: np.ndarray) -> Region:
    """Return the region about a hand (21, 2): the square that the network expects."""
    knuckles = (points[_INDEX] + points[_RING]) / 4 + points[_MIDDLE] / 2
    turn = _turn(points[_WRIST], knuckles)
    return region_around(points[list(_STEADY)], turn, _FOLLOWING, _FOLLOWING_UP)


def _about(box: np.ndarray, key_points: np.ndarray, way: np.ndarray) -> Region:
    corners = box.reshape(2, 2) * _DETECTOR_SIDE
    side = float((corners[1] - corners[0]).max()) * math.hypot(*way[:, 0])
    wrist, knuckle = moved(key_points[[_PALM_WRIST, _PALM_MIDDLE]] * _DETECTOR_SIDE, way)
    turn = _turn(wrist, knuckle)
    up = np.array([math.sin(turn), -math.cos(turn)])
    x, y = moved(corners.mean(axis=0), way) + _PALM_UP * side * up
    return Region(float(x), float(y), side * _PALM, turn)


def _turn(foot: np.ndarray, tip: np.ndarray) -> float:
    """Return by how much a picture is turned in which `tip` stands upright over `foot`."""
    return math.atan2(tip[0] - foot[0], foot[1] - tip[1])
