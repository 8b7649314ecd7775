"""BlazePose: 33 joints with depth of each person, and a soft matte; the default estimator.

Source: Bazarevsky et al., "BlazePose: On-device Real-time Body Pose tracking" (2020);
google-ai-edge/mediapipe. Its model files come by `stickdance models get blazepose`.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from stickdance.capture.estimators.blazepose_networks import LandmarkNetwork, PersonDetector
from stickdance.capture.estimators.contract import FrameEstimate
from stickdance.capture.estimators.people import Found, Region
from stickdance.capture.estimators.regions import Watch
from stickdance.capture.estimators.second_look import Look, SecondLook
from stickdance.capture.kept_answers import Answers, asking
from stickdance.capture.pose.skeleton import BLAZEPOSE_33
from stickdance.checkpoints.public.model_files import BLAZEPOSE, BLAZEPOSE_HEAVY


class BlazePose:
    """The network of middle size.

    All people are found and followed, see `stickdance.capture.estimators.regions`. Confidence is
    BlazePose's visibility: the chance that the joint is in the frame and not hidden. Joints outside
    the frame keep their guessed place.
    """

    name = "blazepose"
    skeleton = BLAZEPOSE_33
    fps = 25.0
    answers: Answers | None = None

    def __init__(self) -> None:
        """Find and check the model files; nothing is fetched.

        Raises:
            WeightsAbsent: they are not here, or others; the message tells what gets them.
        """
        self._detector = BLAZEPOSE.checked("pose_detection.tflite")
        self._landmarks = self._landmark_model()
        self._surer = _heavy_unless(self._landmarks)
        if self._surer:  # the report of a take says which networks saw it
            self.name = f"{self.name}, in doubt blazepose-heavy"

    def estimate(self, frames: Iterable[np.ndarray]) -> Iterator[FrameEstimate]:
        """Yield one estimate per frame; see `PoseEstimator`.

        Raises:
            MissingDependency: nothing that computes the models is installed.
        """
        look = asking(self.answers, "look", LandmarkNetwork(self._landmarks))
        surer = [asking(self.answers, "surer", each) for each in self._surer]
        again = SecondLook([*surer, look], self.fps)
        detect = asking(self.answers, "detect", PersonDetector(self._detector))
        watch = Watch(detect, look, again=again, fps=self.fps)
        for frame in frames:
            if self.answers is not None:
                self.answers.next_frame()
            yield watch(frame)

    def _landmark_model(self) -> Path:
        return BLAZEPOSE.checked("pose_landmark_full.tflite")


class BlazePoseHeavy(BlazePose):
    """The large landmark network: four times as slow, surer of limbs that are hidden or quick."""

    name = "blazepose-heavy"

    def _landmark_model(self) -> Path:
        return BLAZEPOSE_HEAVY.checked()


def _heavy_unless(used: Path) -> list[Look]:
    """Return the large network for second looks, where it is here and not used for the first.

    It starts when it is first asked, which in most footage is never.
    """
    if BLAZEPOSE_HEAVY.state() != "here" or BLAZEPOSE_HEAVY.path == used:
        return []
    started: list[LandmarkNetwork] = []

    def look(picture: np.ndarray, region: Region) -> Found | None:
        if not started:
            started.append(LandmarkNetwork(BLAZEPOSE_HEAVY.path))
        return started[0](picture, region)

    return [look]
