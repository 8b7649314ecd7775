"""BlazePose: 33 joints with depth of each person, and a soft matte, from MediaPipe's own wheel.

Source: Bazarevsky et al., "BlazePose: On-device Real-time Body Pose tracking" (2020);
google-ai-edge/mediapipe. The model of complexity 1 lies inside the wheel.
"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, nullcontext

import numpy as np

from stickdance.capture.estimators.contract import FrameEstimate
from stickdance.capture.estimators.quiet import without_chatter
from stickdance.capture.estimators.regions import Watch
from stickdance.capture.pose.skeleton import BLAZEPOSE_33
from stickdance.checkpoints.errors import MissingDependency

_CHATTER = re.compile(
    rb"^(W0000 |I0000 |[WI]\d{4} \d|INFO: |WARNING: All log messages before absl::InitializeLog)"
)


class BlazePose:
    """The default estimator: 20-30 ms a frame and person on two cores, without any download.

    All people are found and followed, see `stickdance.capture.estimators.regions`. Confidence is
    BlazePose's visibility: the chance that the joint is in the frame and not hidden. Joints outside
    the frame keep their guessed place.
    """

    name = "blazepose"
    skeleton = BLAZEPOSE_33

    def estimate(self, frames: Iterable[np.ndarray]) -> Iterator[FrameEstimate]:
        """Yield one estimate per frame; see `PoseEstimator`.

        Raises:
            MissingDependency: mediapipe is not installed or cannot start.
        """
        with ExitStack() as opened:
            watch: Watch | None = None
            settled = False  # the second network starts, and chatters, when somebody first appears
            for frame in frames:
                with nullcontext() if settled else without_chatter(_CHATTER):
                    watch = watch or _start(opened)
                    estimate = watch(frame)
                settled = settled or bool(estimate.people)
                yield estimate


def _start(opened: ExitStack) -> Watch:
    os.environ.setdefault("GLOG_minloglevel", "2")  # read when the library is loaded
    try:
        from stickdance.capture.estimators.blazepose_graphs import LandmarkNetwork, PersonDetector

        detector, network = PersonDetector(), LandmarkNetwork()
    except (ImportError, OSError, RuntimeError) as error:
        raise MissingDependency(
            f"mediapipe cannot be used ({error!s:.120}); pip install mediapipe==0.10.21"
        ) from error
    opened.callback(detector.close)
    opened.callback(network.close)
    return Watch(detector, network)
