"""Whether it is the same person: `csim`, the cosine similarity of what a network sees in two faces.

Stages
    1. The pose that was found in each frame tells where the head is; the face network of
       `capture.estimators.face` finds its points there.
    2. Eyes, nose and corners of the mouth lay the face on 112 x 112 pixels (OpenCV's `alignCrop`).
    3. SFace (Zhong et al., 2021) makes 128 numbers of each; their cosine, -1..1, is the score.

Papers quote CSIM of ArcFace and of other networks: compare it only with itself. SFace's authors
call two faces one person's from 0.363 on.
"""

import threading
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.estimators.part_regions import face_region
from stickdance.capture.pose.body_height import body_height
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import WeightsAbsent
from stickdance.checkpoints.progress import note
from stickdance.checkpoints.public.model_files import BLAZEPOSE
from stickdance.checkpoints.public.public_weights import PUBLIC_WEIGHTS
from stickdance.synth.compute.array_types import Floats, Levels
from stickdance.synth.quality.depths import eight_bits
from stickdance.synth.quality.frame_pair import FramePair

if TYPE_CHECKING:
    from stickdance.capture.estimators.face import FaceNetwork

_SURE = 0.5  # the least chance that there is a face
_RIGHT_EYE, _LEFT_EYE, _NOSE, _MOUTH = slice(36, 42), slice(42, 48), 30, (48, 54)  # of `FACE_70`


class FaceIdentity:
    """The score, or the reason why there is none; fit for use from many threads."""

    def __init__(
        self,
        recogniser: "cv2.FaceRecognizerSF | None" = None,
        faces: "FaceNetwork | None" = None,
        absent: str = "",
    ) -> None:
        """Keep the networks that recognise and find a face, or say why they are absent."""
        self.absent = absent
        """Why there is no score; empty where there is."""
        self._recogniser, self._faces = recogniser, faces
        self._lock = threading.Lock()

    def of(self, pair: FramePair) -> float | None:
        """Return the similarity of the faces in two frames; None where one shows no face."""
        real = self._seen(pair.real, pair.real_person)
        rendered = self._seen(pair.rendered, pair.rendered_person)
        return None if real is None or rendered is None else cosine(real, rendered)

    def _seen(self, picture: Levels, person: Person | None) -> Floats | None:
        """Return what the network sees in a person's face: (128,)."""
        if self._recogniser is None or self._faces is None or person is None:
            return None
        points = person.points.astype(np.float64)
        region = face_region(points, OPENPOSE_18, body_height(points[None], OPENPOSE_18))
        if region is None:
            return None
        rgb = eight_bits(picture)
        with self._lock:
            face = self._faces(rgb, region)
            return self.numbers(rgb, five_marks(face.points)) if face.sure >= _SURE else None

    def numbers(self, rgb: Levels, marks: Floats) -> Floats:
        """Return what the network sees in the face at five marks (5, 2) of a uint8 picture."""
        assert self._recogniser is not None
        row = np.concatenate([[0, 0, 0, 0], marks.reshape(-1), [1]]).astype(np.float32)[None]
        aligned = self._recogniser.alignCrop(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), row)
        found: Floats = self._recogniser.feature(aligned)[0].astype(np.float64)
        return found


def five_marks(points: Floats) -> Floats:
    """Return right eye, left eye, nose, right and left corner of the mouth (5, 2) of (68, 2)."""
    eyes = points[_RIGHT_EYE].mean(axis=0), points[_LEFT_EYE].mean(axis=0)
    return np.stack([*eyes, points[_NOSE], *points[list(_MOUTH)]])


def cosine(a: Floats, b: Floats) -> float:
    """Return the cosine between two vectors, 0 where one of them is zero."""
    length = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / length if length else 0.0


@lru_cache(maxsize=1)
def load_identity() -> FaceIdentity:
    """Return the score with its networks, or why they are absent, which is noted once."""
    try:
        check_weights()
    except WeightsAbsent as error:
        note(f"csim is left out: {error}")
        return FaceIdentity(absent=str(error).partition(";")[0])
    from stickdance.capture.estimators.face import FaceNetwork

    recogniser = cv2.FaceRecognizerSF.create(str(PUBLIC_WEIGHTS["sface"].checked()), "")
    return FaceIdentity(recogniser, FaceNetwork(BLAZEPOSE.checked("face_landmark.tflite")))


def check_weights() -> None:
    """Refuse to go on without the networks, before any work.

    Raises:
        WeightsAbsent: one of them is not on this computer.
    """
    PUBLIC_WEIGHTS["sface"].checked()
    BLAZEPOSE.checked("face_landmark.tflite")
