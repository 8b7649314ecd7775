"""What computes here, and what a minute of video takes, asked of a process of its own.

A torch that crashes, hangs or finds too little memory takes that process with it, not this one.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from stickdance.tools.doctor.finding import Finding, State
from stickdance.tools.duration import in_words
from stickdance.tools.memory_limits import memory_limit

_SECONDS = 180  # importing torch from a slow disk, building kernels, timing some devices
_WORDS = ("-m", "stickdance.tools.doctor.timing")
_NO_MATCH = "nms does not exist"
INSTALL_TORCH = "install torch and torchvision together, as pytorch.org says for your system"
_GB = 1e9
_KILLED = 9


class Timing:
    """The process that times; it begins at once and is asked when others have been looked at."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, *_WORDS],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, errors="replace",
        )  # fmt: skip

    def findings(self) -> Iterator[Finding]:
        """Tell of torch, of every device, and what a minute of video takes, as an estimate."""
        try:
            answer, said = self._process.communicate(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            self.end()
            told = f"no answer within {_SECONDS} s: this machine is busy or slow, or torch hangs"
            yield Finding("torch", "absent", told, "stickdance doctor once more, when it rests")
            return
        if self._process.returncode != 0:
            yield _broken(_last_line(said, self._process.returncode))
            return
        yield from told_of(json.loads(answer.splitlines()[-1]))

    def end(self) -> None:
        """End the process where it still runs."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()


def told_of(answer: dict[str, Any]) -> Iterator[Finding]:
    """Return what `timing` measured as findings."""
    yield Finding("torch", "fine", answer["torch"])
    for name, (called, pace) in answer["devices"].items():
        if isinstance(pace, str):
            state: State = "wrong" if name == "cpu" else "absent"
            yield Finding(f"device {name}", state, f"{called}: {pace}", INSTALL_TORCH)
        else:
            told = f"{called}: paints {pace:.0f} pictures of 256x256 a second"
            yield Finding(f"device {name}", "fine", told)
    if answer["estimate"] is not None:
        yield _needed(**answer["estimate"], busy=answer["busy"])


def _needed(seconds: dict[str, float], bytes: float, busy: str | None) -> Finding:
    stages = ", ".join(f"{name} {in_words(value)}" for name, value in seconds.items())
    told = (
        f"estimate: {in_words(sum(seconds.values()))} ({stages}; from 90 s of footage, at 256x256) "
        f"and {bytes / _GB:.1f} GB of memory"
    )
    if busy is not None:
        told += f"; longer while this machine is busy, as now: {busy}"
    limit = memory_limit()
    if limit is not None and limit.bytes < bytes:
        told += f", and there are {limit.bytes / _GB:.1f} by {limit.by}"
        return Finding("a minute of video", "absent", told, "--accumulate 4, or --minutes 0")
    return Finding("a minute of video", "fine", told)


def _broken(told: str) -> Finding:
    remedy = "pip install --force-reinstall torch torchvision"
    if _NO_MATCH in told:
        remedy = INSTALL_TORCH
    elif "memory" in told or "map segment" in told:
        remedy = "allow this process more memory"
    return Finding("torch", "wrong", told, remedy)


def _last_line(said: str, status: int) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    if status == -_KILLED:
        return "it was killed, as systems do where memory runs out"
    if status < 0:
        return f"it crashed (signal {-status})"
    return lines[-1][:160] if lines else f"it ended with status {status}"
