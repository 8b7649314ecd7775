"""Faces: the mesh of a face in a region of a picture, and faces in a larger one.

Source: Kartynnik et al., "Real-time Facial Surface Geometry from Monocular Video on Mobile GPUs"
(2019); google-ai-edge/mediapipe 0.10.21, modules/face_detection and modules/face_landmark (the
graphs `FaceDetectionShortRange`, `FaceDetectionFrontDetectionToRoi`, `FaceLandmarkCpu` and
`FaceLandmarkLandmarksToRoi`), whose steps these are.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import expit

from stickdance.capture.estimators.crops import crop_of, moved, region_around, upright
from stickdance.capture.estimators.people import Region
from stickdance.capture.estimators.single_shot import Detection, anchors, detections
from stickdance.capture.estimators.tflite import open_network

_SIDE, _POINTS = 192, 468  # of the mesh network's crop, and how many points it finds
_DETECTOR_SIDE, _STRIDES = 128, (8, 16, 16, 16)
_MARGIN = 1.5  # a region is larger than the face by this factor, as the network expects
_RIGHT_EYE, _LEFT_EYE = 33, 263  # outer corners, of the person's own right and left

MESH_OF_FACE = (
    *(127, 234, 93, 58, 172, 136, 150, 176, 152, 400, 379, 365, 397, 288, 323, 454, 356),  # jaw
    *(70, 63, 105, 66, 107, 336, 296, 334, 293, 300),  # brows
    *(168, 197, 5, 4, 98, 97, 2, 326, 327),  # nose
    *(33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380),  # eyes
    *(61, 40, 37, 0, 267, 270, 291, 321, 314, 17, 84, 91),  # outer lips
    *(78, 81, 13, 311, 308, 402, 14, 178),  # inner lips
)
"""Of each joint of `FACE_70` but the pupils, the vertex of the mesh that lies there."""


_MARKS = (range(36, 42), range(42, 48), (30,), range(48, 60))  # eyes, nose, mouth among these


@dataclass(frozen=True)
class Face:
    """A face that the network saw in a region."""

    points: np.ndarray
    """(68, 2) pixels of the picture, in the order of `FACE_70`."""
    sure: float
    """0..1: the chance that there is a face at all."""
    following: Region
    """Where to look in the next frame."""


class FaceNetwork:
    """Finds the points of the face in a region of a picture."""

    def __init__(self, model: Path) -> None:
        self._network = open_network(model, threads=1, exact=False)

    def __call__(self, picture: np.ndarray, region: Region) -> Face:
        """Return what the network takes for a face in `region` of an RGB picture."""
        crop, way = crop_of(picture, region, _SIDE, repeat_edge=True)
        answers = self._network(crop.astype(np.float32) / 255)
        flag, marks = sorted((each.ravel() for each in answers.values()), key=len)
        mesh = moved(marks.reshape(_POINTS, 3)[:, :2].astype(np.float64), way)
        turn = upright(mesh[_RIGHT_EYE], mesh[_LEFT_EYE])
        return Face(
            mesh[list(MESH_OF_FACE)],
            float(expit(flag[0])),
            region_around(mesh, turn, _MARGIN),
        )


@dataclass(frozen=True)
class SeenFace:
    """A face that the detector saw."""

    region: Region
    """Where the network that finds its points should look."""
    marks: np.ndarray
    """(4, 2) pixels of the picture: right eye, left eye, nose, mouth."""
    sure: float
    """0..1."""


class FaceDetector:
    """Finds the faces of a region, the surest first."""

    def __init__(self, model: Path) -> None:
        self._network = open_network(model, threads=1, exact=False)
        self._anchors = anchors(_DETECTOR_SIDE, _STRIDES)

    def __call__(self, picture: np.ndarray, region: Region) -> list[SeenFace]:
        """Return each face in `region` of an RGB picture (height, width, 3)."""
        crop, way = crop_of(picture, region, _DETECTOR_SIDE, repeat_edge=False)
        answer = self._network(crop.astype(np.float32) / 127.5 - 1)
        scores, values = sorted((each[0] for each in answer.values()), key=lambda each: each.size)
        found = detections(values, scores[:, 0], self._anchors, _DETECTOR_SIDE)
        return [_seen(each, way) for each in found]


def marks_of(points: np.ndarray) -> np.ndarray:
    """Return (4, 2) right eye, left eye, nose and mouth of a face (68, 2)."""
    return np.stack([points[list(places)].mean(axis=0) for places in _MARKS])


def _seen(found: Detection, way: np.ndarray) -> SeenFace:
    corners = found.box.reshape(2, 2) * _DETECTOR_SIDE
    side = float((corners[1] - corners[0]).max()) * float(np.hypot(*way[:, 0]))
    marks = moved(found.key_points[: len(_MARKS)] * _DETECTOR_SIDE, way)
    x, y = moved(corners.mean(axis=0), way)
    region = Region(float(x), float(y), side * _MARGIN, upright(marks[0], marks[1]))
    return SeenFace(region, marks, found.score)
