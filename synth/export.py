"""A performer for other programs: its generator as ONNX, checked, and what else they need.

    model.onnx     the generator: float32, windows of any size whose sides are multiples of 16
    model.json     inputs and outputs with shapes and ranges, skeleton, style, how exact it is
    plate.png      the room, whose windows go in
    body.json      the body profile that poses are to be put on

The target's own pixels, which the input `warped` shows, are laid by this program alone, and a face
refiner stays with the performer; the JSON says so.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from stickdance.capture.media.images import write_png
from stickdance.checkpoints.errors import ExportDiffers, MissingDependency, UsageError
from stickdance.checkpoints.manifest import result_folder
from stickdance.synth.compute.array_types import Floats
from stickdance.synth.engines.engine import build_engine, installed_engines
from stickdance.synth.generators.catalog import GENERATORS
from stickdance.synth.generators.compact import Painted
from stickdance.synth.options import ExportOptions
from stickdance.synth.performer.performer import Performer
from stickdance.synth.rendering.calibration_poses import standing_poses

MODEL, ABOUT, PLATE, BODY = "model.onnx", "model.json", "plate.png", "body.json"
_POSES = 8  # that the graph is checked on
_RANGES = {"stick": [-1, 1], "warped": "RGB -1..1, alpha 0..1", "plate": [-1, 1]}


@dataclass(frozen=True)
class Exported:
    """What was written, and how far off it is."""

    path: Path
    onnx_bytes: int
    checked_by: str
    """The engine that computed the graph."""
    poses: int
    """Poses that it was checked on."""
    largest_difference: float
    """Between graph and generator, of colours in -1..1 and mattes in 0..1."""
    mean_difference: float
    limit: float

    def as_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return {**asdict(self), "path": str(self.path)}


_DEFAULT = ExportOptions()


def export(performer: Path, to: Path, options: ExportOptions = _DEFAULT) -> Exported:
    """Write a performer's generator as ONNX, with what other programs need to use it.

    Args:
        performer: its folder.
        to: the folder to write.
        options: what is accepted.

    Raises:
        BadInput: the performer is not whole.
        MissingDependency: nothing is installed that writes or computes graphs.
        ExportDiffers: the graph computes something else; nothing is written.
    """
    if not options.limit > 0:
        raise UsageError(f"--limit {options.limit:g}: expected more than 0")
    checker = _checker()
    actor = Performer.load(performer, "cpu")
    from stickdance.synth.engines.graph import graph_of

    windows = list(actor.small_renderer.windows(standing_poses(actor.body, _POSES)))
    graph = graph_of(actor.generator, windows[0])
    differences = _differences(checker, actor.generator, windows)
    exported = Exported(
        Path(to),
        len(graph.onnx),
        checker,
        sum(len(window["stick"]) for window in windows),
        float(differences.max()),
        float(differences.mean()),
        options.limit,
    )
    if not exported.largest_difference <= options.limit:  # NaN is not
        raise ExportDiffers(
            f"{performer}: the graph differs from the generator by "
            f"{exported.largest_difference:.2g}, more than --limit {options.limit:g}; "
            "nothing was written"
        )
    with result_folder(Path(to), "export", {}) as folder:
        (folder / MODEL).write_bytes(graph.onnx)
        about = _about(actor, graph.any_size, exported)
        (folder / ABOUT).write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
        write_png(folder / PLATE, actor.plate)
        actor.body.save(folder / BODY)
    return exported


def _checker() -> str:
    for name in ("onnxruntime", "openvino"):
        if name in installed_engines():
            return name
    raise MissingDependency(
        "export: neither ONNX Runtime nor OpenVINO is installed; "
        "run `pip install 'stickdance[engines]'`"
    )


@torch.inference_mode()
def _differences(name: str, generator: nn.Module, windows: list[dict[str, Tensor]]) -> Floats:
    """Return the absolute differences between an engine in float32 and the generator, flat."""
    engine = build_engine(name, generator, torch.device("cpu"), half=False)
    out = []
    for window in windows:
        wanted: Painted = getattr(generator, "paint", generator)(**window)
        found = engine.paint(window)
        pairs = (found.picture, wanted.picture), (found.matte, wanted.matte)
        out += [(a - b).abs().flatten().numpy() for a, b in pairs]
    return np.concatenate(out)


def _about(actor: Performer, any_size: bool, exported: Exported) -> dict[str, Any]:
    width, height = actor.size
    sides = ["samples", "channels", *(("height", "width") if any_size else (height, width))]
    return {
        "synthetic": "what this model paints is synthetic; say so where it is shown",
        "performer": actor.path.name,
        "generator": actor.generator_name,
        "numbers": dict(actor.numbers),
        "inputs": {
            name: {"shape": [sides[0], 4 if name == "warped" else 3, *sides[2:]], "range": range_}
            for name, range_ in _RANGES.items()
            if GENERATORS[actor.generator_name].sees_appearance or name == "stick"
        },
        "outputs": {
            "picture": {"shape": [sides[0], 3, *sides[2:]], "range": [-1, 1]},
            "matte": {"shape": [sides[0], 1, *sides[2:]], "range": [0, 1]},
        },
        "colours": "RGB, planes first, float32",
        "windows": "sides multiples of 16, starting at multiples of 16, 16 pixels around the person"
        if any_size
        else "whole frames only",
        "size": [width, height],
        "crop": list(actor.framing.crop),
        "skeleton": actor.skeleton.name,
        "style": asdict(actor.style),
        "face_refiner": "not exported" if getattr(actor.generator, "face", None) else "none",
        "check": {
            "engine": exported.checked_by,
            "poses": exported.poses,
            "largest_difference": exported.largest_difference,
            "mean_difference": exported.mean_difference,
        },
    }
