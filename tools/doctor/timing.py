"""Devices and what a minute of video takes on this machine, timed in a process of its own.

    python -m stickdance.tools.doctor.timing

Each device paints the demo performer for two seconds. From that, and from the times that stages
take on an ordinary computer with two cores, follows an estimate. Processors are judged by the
processor time that a picture takes, for other programs only make one wait; that they do is told. It
answers in one line of JSON.
"""

import json
import os
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
"""That each device is timed for; longer where the machine is slow or busy."""
_POSES = 64  # in a round: as many as are painted side by side
_ROUNDS = 2  # at least: the first also warms up
_FIRST = 4  # in the round before, which builds what is kept
_USUAL_PACE = 100.0  # pictures a second at 256x256, where `usual_times` were taken
_AT_WORK = 2  # processors that painting keeps busy, where there are as many
_BUSY = 1.5  # programs that want to run, for each processor, this one among them
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
        "busy": _busy(),
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
    """Return how many pictures a second a device paints at rest, or why it paints none."""
    try:
        performer = Performer.load(demo_performer(), device)
        poses = standing_poses(performer.body, _POSES)
        _round(performer, standing_poses(performer.body, _FIRST), device)
        until = time.perf_counter() + SECONDS
        paces: list[float] = []
        while time.perf_counter() < until or len(paces) < _ROUNDS:
            paces.append(_round(performer, poses, device))
        return max(paces)
    except Exception as error:  # a driver that does not fit, say
        return " ".join(str(error).split())[:160]


def _round(performer: Performer, poses: Poses, device: str) -> float:
    """Return pictures a second, those that other programs hold up not counted."""
    began, used = time.perf_counter(), time.process_time()
    painted = sum(1 for _ in performer.frames(poses))
    seconds, used = time.perf_counter() - began, time.process_time() - used
    if device == "cpu":
        seconds = min(seconds, used / min(_AT_WORK, torch.get_num_threads()))
    return painted / seconds


def _busy() -> str | None:
    """Return what tells that other programs hold this one up; None where nothing does."""
    if not hasattr(os, "getloadavg"):
        return None
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if load <= _BUSY * cores:
        return None
    return f"{load:.0f} programs want to run on {cores} processors"


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
