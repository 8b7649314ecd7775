"""BlazePose: one person's 33 joints with depth, and a soft matte, from MediaPipe's own wheel.

Source: Bazarevsky et al., "BlazePose: On-device Real-time Body Pose tracking" (2020);
google-ai-edge/mediapipe, `mp.solutions.pose`. The model of complexity 1 lies inside the wheel.
"""

import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from capture.errors import MissingDependency
from capture.estimators.contract import FrameEstimate, Person
from capture.skeleton import BLAZEPOSE_33

_CHATTER = re.compile(
    rb"^(W0000 |I0000 |[WI]\d{4} \d|INFO: |WARNING: All log messages before absl::InitializeLog)"
)


class BlazePose:
    """The default estimator: 20-30 ms a frame on two cores, without any download.

    Confidence is BlazePose's visibility: the chance that the joint is in the frame and not hidden.
    Joints outside the frame keep their guessed place.
    """

    name = "blazepose"
    skeleton = BLAZEPOSE_33

    def estimate(self, frames: Iterable[np.ndarray]) -> Iterator[FrameEstimate]:
        """Yield one estimate per frame; see `PoseEstimator`.

        Raises:
            MissingDependency: mediapipe is not installed or cannot start.
        """
        model = None
        try:
            for frame in frames:
                if model is None:
                    with _without_chatter():
                        model = _start()
                        answer = model.process(np.ascontiguousarray(frame))
                else:
                    answer = model.process(np.ascontiguousarray(frame))
                yield _read(answer, frame.shape[1], frame.shape[0])
        finally:
            if model is not None:
                model.close()


def _start() -> Any:
    os.environ.setdefault("GLOG_minloglevel", "2")  # read when the library is loaded
    try:
        from mediapipe.python.solutions import pose

        # Its own smoothing looks back only, so joints and mask lag behind quick movements, the more
        # the lower the frame rate. Poses are smoothed without delay later.
        return pose.Pose(
            model_complexity=1,
            smooth_landmarks=False,
            enable_segmentation=True,
            smooth_segmentation=False,
        )
    except (ImportError, OSError, RuntimeError, FileNotFoundError) as error:
        raise MissingDependency(
            f"mediapipe cannot be used ({error!s:.120}); pip install mediapipe==0.10.21"
        ) from error


def _read(answer: Any, width: int, height: int) -> FrameEstimate:
    if answer.pose_landmarks is None:
        return FrameEstimate()
    values = np.array(
        [(mark.x, mark.y, mark.z, mark.visibility) for mark in answer.pose_landmarks.landmark],
        np.float32,
    )
    person = Person(
        points=values[:, :2] * np.array([width, height], np.float32),
        confidence=values[:, 3].clip(0, 1),
        depth=-values[:, 2] * width,  # z is in frame widths, smaller nearer to the camera
    )
    matte = (answer.segmentation_mask.clip(0, 1) * 255 + 0.5).astype(np.uint8)
    return FrameEstimate((person,), matte)


@contextmanager
def _without_chatter() -> Iterator[None]:
    """Hold back what native code writes on stderr, then pass on all but its start-up chatter."""
    sys.stderr.flush()
    with tempfile.TemporaryFile() as held:
        original = os.dup(2)
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(original, 2)
            os.close(original)
            held.seek(0)
            for line in held:
                if not _CHATTER.match(line):
                    os.write(2, line)
