"""What the result that is written just now is made by: command, inputs, versions, machine.

    {"command": "choreograph",
     "words": [{"before": "", "input": 0}, "--style", "groove"],
     "inputs": [{"name": "song.mp3", "sha256": "...", "path": "/music/song.mp3"}],
     "versions": {"stickdance": "0.1.0", "torch": "...", ...},
     "machine": "x86_64, AMD EPYC ..."}

A program says it once (`making`), and whoever writes a manifest or a video's texts asks for it.
`stickdance reproduce` runs it again.
"""

import functools
import platform
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import metadata
from pathlib import Path
from typing import Any

_PACKAGES = (
    *("stickdance", "torch", "numpy", "scipy", "opencv-contrib-python", "librosa", "numba"),
    *("ai-edge-litert", "openvino", "onnxruntime", "imageio-ffmpeg"),
)
WITH_A_GPU = "with a GPU"
_NOW: ContextVar[Mapping[str, Any] | None] = ContextVar("made_by", default=None)
_WITH_PATHS: ContextVar[bool] = ContextVar("with_paths", default=True)


@contextmanager
def making(
    command: str, words: list[Any], inputs: list[dict[str, Any]], paths: bool = True
) -> Iterator[None]:
    """Say what results are made by that are written within the block.

    Args:
        command: the subcommand.
        words: its words without what names the result; `{"before": ..., "input": n}` for an input.
        inputs: name, sha256 and path of each.
        paths: whether paths may be told.
    """
    told = inputs if paths and _WITH_PATHS.get() else _without_paths(inputs)
    about = {
        "command": command,
        "words": words,
        "inputs": told,
        "versions": versions(),
        "machine": machine(),
    }
    token = _NOW.set(about)
    try:
        yield
    finally:
        _NOW.reset(token)


@contextmanager
def without_paths() -> Iterator[None]:
    """Leave out where inputs lie, for results that are the same bytes wherever they are made."""
    token = _WITH_PATHS.set(False)
    try:
        yield
    finally:
        _WITH_PATHS.reset(token)


def made_by(paths: bool = True) -> dict[str, Any]:
    """Return `{"made_by": ...}` of what is made now; {} where nobody said it.

    Args:
        paths: whether paths are told; not in what is given away.
    """
    about = _NOW.get()
    if about is None:
        return {}
    return {"made_by": about if paths else given_away(about)}


def given_away(about: Any) -> Any:
    """Return what something was made by without where its inputs lie; None where it is unknown."""
    if not isinstance(about, Mapping) or not isinstance(about.get("inputs"), list):
        return None
    return {**about, "inputs": _without_paths(about["inputs"])}


@functools.cache
def versions() -> dict[str, str]:
    """Return the versions of the packages that decide results."""
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


@functools.cache
def machine() -> str:
    """Return the kind of processor, on which the same numbers come out, and whether a GPU is by."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    gpu = WITH_A_GPU if sys.platform == "darwin" or Path("/dev/nvidiactl").exists() else ""
    return ", ".join(filter(None, [platform.machine(), (names or [platform.processor()])[0], gpu]))


def _without_paths(inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in each.items() if key != "path"} for each in inputs]
