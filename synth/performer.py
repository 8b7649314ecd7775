"""The performer: a trained per-person renderer, on disk and in memory.

Folder (kind "performer"; see `checkpoints.folder` for the first four)
    manifest.json  weights.safetensors  options.json  card.md
    plate.png      the room without the person, at working size
    body.json      `BodyProfile` in pixels of the working size
    curves.json    how the losses fell while training
    scores.json    held-out scores, where they were taken

The weights hold the generator ("generator.*", the moving average of the training, as float16) and
the target's own pixels ("appearance.*").
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from capture.body_profile import BodyProfile
from capture.errors import BadInput
from capture.framing import Framing
from capture.pictures import read_picture, write_png
from capture.skeleton import SKELETONS, Skeleton
from capture.stick_figure import StickStyle, draw_pose
from checkpoints.errors import CheckpointError
from checkpoints.folder import OPTIONS, WEIGHTS, ModelFolder, load_model, save_model
from checkpoints.tensors import same_shapes
from synth.appearance import Appearance
from synth.catalog import GENERATORS, outline
from synth.compact import Painted
from synth.device import choose_device, half_helps, precision
from synth.errors import BadOptions, SynthError
from synth.pictures import as_pictures, as_tensor

KIND = "performer"
PLATE, BODY, CURVES, SCORES = "plate.png", "body.json", "curves.json", "scores.json"
_KEYS = {"generator", "numbers", "size", "crop", "skeleton", "style", "training"}
_AT_ONCE = {"cpu": 4, "cuda": 16}  # frames through the generator together
_LARGEST_SIDE = 4096
_DOUBT = 0.08


@dataclass(frozen=True)
class Performer:
    """Turns poses into pictures of one person."""

    path: Path
    framing: Framing
    """The part of the take's frames that it paints, and the size."""
    skeleton: Skeleton
    style: StickStyle
    plate: np.ndarray
    """uint8 RGB (height, width, 3)."""
    body: BodyProfile
    """In pixels of `size`."""
    generator_name: str
    numbers: Mapping[str, Any]
    """What the generator was built from."""
    generator: nn.Module = field(repr=False)
    appearance: Appearance | None = field(repr=False)
    card: str = field(repr=False)
    training: Mapping[str, Any] = field(repr=False)
    """How it was trained: options, recipe, steps, seconds, take, absent weights."""
    curves: Mapping[str, list[tuple[float, float]]] = field(repr=False, default_factory=dict)
    """(minutes, value) points of every loss by name."""
    scores: Mapping[str, Any] | None = field(repr=False, default=None)
    """Held-out scores, where they were taken."""

    def __post_init__(self) -> None:
        """Lay the weights out as the pictures are: convolutions on a CPU are twice as fast."""
        self.generator.to(memory_format=torch.channels_last)

    @property
    def size(self) -> tuple[int, int]:
        """Return (width, height) of the pictures."""
        return self.framing.size

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what the training had to say."""
        return tuple(str(line) for line in self.training.get("warnings", ()))

    @staticmethod
    def load(folder: Path, device: str = "auto") -> "Performer":
        """Read a performer's folder.

        Args:
            folder: where it lies.
            device: "auto", "cpu", "cuda" or "mps".

        Raises:
            CheckpointError: no finished performer, a file missing, cut short, or of another model.
        """
        return _load(load_model(Path(folder), KIND), choose_device(device))

    def save(self, folder: Path) -> Path:
        """Write the folder, whole or not at all, and return it.

        Raises:
            NotWritten: no space, no permission, or something else lies there.
        """
        weights = self.generator.state_dict()
        tensors = {f"generator.{name}": _halved(values) for name, values in weights.items()}
        if self.appearance is not None:
            for name, values in self.appearance.tensors().items():
                tensors[f"appearance.{name}"] = torch.from_numpy(np.ascontiguousarray(values))
        options = {
            "generator": self.generator_name,
            "numbers": dict(self.numbers),
            "size": list(self.size),
            "crop": list(self.framing.crop),
            "skeleton": self.skeleton.name,
            "style": asdict(self.style),
            "training": dict(self.training),
        }
        return save_model(folder, KIND, tensors, options, self.card, self._write_extras)

    def render(
        self,
        points: np.ndarray,
        confidence: np.ndarray,
        depth: np.ndarray | None = None,
        follows_on: bool = False,
    ) -> np.ndarray:
        """Paint poses that follow one another.

        Args:
            points: (N, joints, 2) pixels of `size`, NaN where missing.
            confidence: (N, joints) in 0..1.
            depth: (N, joints) pixels towards the camera, where known.
            follows_on: they also follow the poses of the call before.

        Returns:
            uint8 RGB (N, height, width, 3).
        """
        if len(points) == 0:
            return np.zeros((0, self.size[1], self.size[0], 3), np.uint8)
        painted = self._painted(points, confidence, depth, follows_on)
        return np.concatenate([as_pictures(each.picture) for each in painted])

    def cut_out(
        self,
        points: np.ndarray,
        confidence: np.ndarray,
        depth: np.ndarray | None = None,
        follows_on: bool = False,
    ) -> np.ndarray:
        """Paint the person alone, without the room; arguments are those of `render`.

        Returns:
            uint8 RGBA (N, height, width, 4), colours not multiplied by alpha.

        Raises:
            BadOptions: the generator paints whole frames and knows no person apart from the room.
        """
        if not GENERATORS[self.generator_name].paints_matte:
            raise BadOptions(
                f"{self.path}: {self.generator_name} paints whole frames, so its room "
                "cannot be taken away; train one with --generator compact"
            )
        if len(points) == 0:
            return np.zeros((0, self.size[1], self.size[0], 4), np.uint8)
        plate = as_tensor(self.plate[None])
        painted = self._painted(points, confidence, depth, follows_on)
        return np.concatenate([_without_room(each, plate) for each in painted])

    @torch.inference_mode()
    def _painted(
        self,
        points: np.ndarray,
        confidence: np.ndarray,
        depth: np.ndarray | None,
        follows_on: bool,
    ) -> Iterator[Painted]:
        device = next(self.generator.parameters()).device
        plate = as_tensor(self.plate[None]).to(device)
        warped = self._warped(points, confidence, depth, follows_on)
        at_once = _AT_ONCE.get(device.type, 4)
        for start in range(0, len(points), at_once):
            part = slice(start, start + at_once)
            sticks = np.stack(
                [
                    draw_pose(pose, sure, self.size, self.style, self.skeleton)
                    for pose, sure in zip(points[part], confidence[part], strict=True)
                ]
            )
            stick, paint = as_tensor(sticks).to(device), as_tensor(warped[part]).to(device)
            with precision(device, half_helps(device)):
                yield self.generator(stick, paint, plate)

    def _warped(
        self,
        points: np.ndarray,
        confidence: np.ndarray,
        depth: np.ndarray | None,
        follows_on: bool,
    ) -> np.ndarray:
        if self.appearance is None:
            return np.zeros((len(points), self.size[1], self.size[0], 4), np.uint8)
        return self.appearance.paint(points, confidence, depth=depth, follows_on=follows_on)

    def _write_extras(self, folder: Path) -> None:
        write_png(folder / PLATE, self.plate)
        self.body.save(folder / BODY)
        (folder / CURVES).write_text(json.dumps(self.curves) + "\n", encoding="utf-8")
        if self.scores is not None:
            text = json.dumps(self.scores, indent=2) + "\n"
            (folder / SCORES).write_text(text, encoding="utf-8")


@torch.inference_mode()
def _without_room(painted: Painted, plate: Tensor) -> np.ndarray:
    """Return uint8 RGBA: the last step of painting, the blend with the plate, undone."""
    matte = painted.matte.float().cpu()
    person = painted.picture.float().cpu() - (1 - matte) * plate
    colours = as_pictures(person / matte.clamp(min=1 / 255))
    # The faintest of the matte is no person but doubt: over another room it would show as a veil.
    sure = ((matte - _DOUBT) / (1 - _DOUBT)).clamp(min=0)
    alpha = (sure * 255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
    return np.concatenate([colours, alpha], axis=3)


def _load(model: ModelFolder, device: torch.device) -> Performer:
    path = model.path / OPTIONS
    framing, skeleton, style = _view(model.options, path)
    plate, body = _room_and_body(model.path, framing.size, skeleton)
    name, numbers = model.options["generator"], model.options["numbers"]
    try:
        generator = outline(name, numbers)
    except SynthError as error:
        raise CheckpointError(f"{path}: {error}") from None
    appearance = _fill(generator, model, GENERATORS[name].sees_appearance, framing.size)
    return Performer(
        path=model.path,
        framing=framing,
        skeleton=skeleton,
        style=style,
        plate=plate,
        body=body,
        generator_name=name,
        numbers=numbers,
        generator=generator.to(device).eval().requires_grad_(False),
        appearance=appearance,
        card=model.card,
        training=model.options["training"],
        curves=_curves(model),
        scores=model.json(SCORES),
    )


def _halved(values: Tensor) -> Tensor:
    # Half the file; what is painted differs by less than a grey level.
    return values.to(torch.float16) if values.dtype == torch.float32 else values


def _fill(
    generator: nn.Module, model: ModelFolder, sees_appearance: bool, size: tuple[int, int]
) -> Appearance | None:
    path, shapes = model.path / WEIGHTS, model.shapes
    wanted = {f"generator.{name}": tuple(t.shape) for name, t in generator.state_dict().items()}
    rest = {name for name in shapes if name.startswith("appearance.")} if sees_appearance else set()
    same_shapes({name: shapes[name] for name in shapes.keys() - rest}, wanted, path)
    tensors = model.tensors()
    mine = {
        name.removeprefix("generator."): t.float() for name, t in tensors.items() if name in wanted
    }
    generator.load_state_dict(mine, assign=True)
    return _appearance(tensors, rest, path, size) if sees_appearance else None


def _appearance(
    tensors: Mapping[str, Tensor], names: set[str], path: Path, size: tuple[int, int]
) -> Appearance:
    arrays = {name.removeprefix("appearance."): tensors[name].numpy() for name in names}
    try:
        appearance = Appearance.from_tensors(arrays)
    except (KeyError, ValueError, TypeError, IndexError, SynthError) as error:
        raise CheckpointError(f"{path}: its appearance cannot be used ({error!s:.100})") from None
    if appearance.size != size:
        raise CheckpointError(
            f"{path}: its appearance is of size {appearance.size}, expected {size}"
        )
    return appearance


def _view(options: Mapping[str, Any], path: Path) -> tuple[Framing, Skeleton, StickStyle]:
    if unknown := sorted(options.keys() ^ _KEYS):
        raise CheckpointError(f"{path}: {unknown[0]!r:.60} is missing or unknown")
    try:
        width, height = options["size"]
        left, top, right, bottom = (float(share) for share in options["crop"])
        fits = 0 <= left < right <= 1 and 0 <= top < bottom <= 1
        sides = all(type(side) is int and 0 < side <= _LARGEST_SIDE for side in (width, height))
        objects = all(isinstance(options[key], dict) for key in ("numbers", "style", "training"))
        if not (fits and sides and objects and isinstance(options["generator"], str)):
            raise ValueError("a value is out of range")
        if options["style"].keys() != {each.name for each in fields(StickStyle)}:
            raise ValueError("the stick style has other fields")
        style = StickStyle(**{name: float(value) for name, value in options["style"].items()})
        skeleton = SKELETONS[options["skeleton"]]
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path}: not the options of a performer ({error!s:.80})") from None
    return Framing((width, height), (left, top, right, bottom)), skeleton, style


def _room_and_body(
    folder: Path, size: tuple[int, int], skeleton: Skeleton
) -> tuple[np.ndarray, BodyProfile]:
    try:
        plate, body = read_picture(folder / PLATE), BodyProfile.load(folder / BODY)
    except BadInput as error:
        raise CheckpointError(str(error)) from None
    if plate.shape != (size[1], size[0], 3):
        raise CheckpointError(f"{folder / PLATE}: has shape {plate.shape}, expected size {size}")
    if body.size != size or body.skeleton != skeleton:
        raise CheckpointError(f"{folder / BODY}: is for frames of {body.size}, expected {size}")
    return plate, body


def _curves(model: ModelFolder) -> dict[str, list[tuple[float, float]]]:
    curves = model.json(CURVES) or {}
    try:
        return {
            str(name): [(float(x), float(y)) for x, y in points] for name, points in curves.items()
        }
    except (TypeError, ValueError) as error:
        raise CheckpointError(f"{model.path / CURVES}: holds no curves ({error!s:.60})") from None
