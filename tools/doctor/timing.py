"""Devices and what a minute of video takes on this machine, timed in a process of its own.

    python -m stickdance.tools.doctor.timing

Each device paints the demo performer for two seconds. From that, and from the times that stages
take on an ordinary computer with two cores, follows an estimate. It answers in one line of JSON.
"""

import json
import sys
import time
from typing import Any

import torch
import torchvision

from stickdance.synth.performer.performer import Performer
from stickdance.synth.rendering.calibration_poses import standing_poses
from stickdance.synth.rendering.renderer import Poses
from stickdance.tools.make.options import MakeOptions, training_options
from stickdance.tools.make.song_to_video import demo_performer
from stickdance.tools.make.usual_times import usual_times
from stickdance.tools.memory_needed import bytes_needed

SECONDS = 2.0
"""That each device is timed for."""
_POSES = 64  # in a round: as many as are painted side by side
_FIRST = 4  # in the round before, which builds what is kept
_USUAL_PACE = 100.0  # pictures a second at 256x256, where `usual_times` were taken
_SIZE, _MINUTE = (256, 256), 60.0
_OTHER_STAGES = ("film", "compose", "watch")  # no part of a job with footage and a song


def measured() -> dict[str, Any]:
    """Return versions, pictures a second by device, and the estimate."""
    torchvision.ops.nms(torch.zeros(1, 4), torch.zeros(1), 0.5)  # absent where wheels do not match
    devices = _devices()
    paces = {name: _pace(name) for name in devices}
    pace = max((each for each in paces.values() if isinstance(each, float)), default=None)
    return {
        "torch": f"{torch.__version__}, torchvision {torchvision.__version__}",
        "devices": {name: [devices[name], pace] for name, pace in paces.items()},
        "estimate": None if pace is None else _estimate(pace),
    }


def _devices() -> dict[str, str]:
    """Return the devices that are there, with their names."""
    found = {"cpu": f"{torch.get_num_threads()} threads"}
    if torch.cuda.is_available():
        found["cuda"] = torch.cuda.get_device_name(0)
    if torch.backends.mps.is_available():
        found["mps"] = "Apple's GPU"
    return found


def _pace(device: str) -> float | str:
    """Return how many pictures a second a device paints, or why it does not."""
    try:
        performer = Performer.load(demo_performer(), device)
        poses = standing_poses(performer.body, _POSES)
        _round(performer, standing_poses(performer.body, _FIRST))
        best, until = 0.0, time.perf_counter() + SECONDS
        while time.perf_counter() < until or best == 0.0:
            best = max(best, _round(performer, poses))
        return best
    except Exception as error:  # a driver that does not fit, say
        return " ".join(str(error).split())[:160]


def _round(performer: Performer, poses: Poses) -> float:
    """Return pictures a second; other work on the machine slows some rounds down."""
    began = time.perf_counter()
    painted = sum(1 for _ in performer.frames(poses))
    return painted / (time.perf_counter() - began)


def _estimate(pace: float) -> dict[str, Any]:
    """Return seconds by stage and the bytes of memory for a minute of video, with 256x256."""
    options = MakeOptions(size=_SIZE)
    usual = usual_times(None, _MINUTE, options)
    slower = max(1.0, _USUAL_PACE / pace)
    seconds = {
        name: round(each.seconds * slower + each.fixed, 1)
        for name, each in usual.items()
        if name not in _OTHER_STAGES
    }
    return {"seconds": seconds, "bytes": bytes_needed(training_options(options, _SIZE))}


if __name__ == "__main__":
    json.dump(measured(), sys.stdout)
