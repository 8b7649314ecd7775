"""The performer: a trained per-person renderer, on disk and in memory.

Folder (kind "performer"; see `stickdance.checkpoints.folder` for the first four)
    manifest.json  weights.safetensors  options.json  card.md
    plate.png      the room without the person, at working size
    room.png       the same at the size of videos, where that is larger than what is painted
    body.json      `BodyProfile` in pixels of the working size
    curves.json    how the losses fell while training
    scores.json    held-out scores, where they were taken
    footage.*      the filmed frames, for playback (`stickdance.synth.playback.filmed_frames`)

The weights hold the generator ("generator.*", the moving average of the training, as float16) and
the target's own pixels ("appearance.*").
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from stickdance.capture.matting.cast_shadow import CastShadow
from stickdance.capture.media.framing import Framing
from stickdance.capture.media.images import write_png
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.skeleton import Skeleton
from stickdance.capture.pose.stick_figure import StickStyle
from stickdance.checkpoints.errors import BadInput, StickdanceError, UsageError
from stickdance.checkpoints.folder import OPTIONS, ModelFolder, load_model, save_model
from stickdance.checkpoints.json_reader import lines_of
from stickdance.synth.appearance.appearance import FADE_BESIDE_MEMORY, Appearance
from stickdance.synth.compute.array_types import Bytes, Floats
from stickdance.synth.compute.device import choose_device
from stickdance.synth.engines.contract import INT8
from stickdance.synth.engines.engine import build_engine, chosen_engine
from stickdance.synth.generators.catalog import GENERATORS, outline
from stickdance.synth.generators.temporal import recalls
from stickdance.synth.options import EngineName
from stickdance.synth.performer.folder import (
    BODY,
    CURVES,
    PLATE,
    ROOM,
    SCORES,
    curves_of,
    fill_generator,
    large_room,
    room_and_body,
    shadow_of,
    view_of,
)
from stickdance.synth.playback.filmed_frames import FilmedFrames
from stickdance.synth.rendering.calibration_poses import standing_poses
from stickdance.synth.rendering.cutout import without_room
from stickdance.synth.rendering.enlarging import EnlargingRenderer
from stickdance.synth.rendering.own_detail import own_detail
from stickdance.synth.rendering.renderer import PaintedFrames, Poses, Renderer

KIND = "performer"
_TRIED = 8  # poses that show what 8 bits cost


@dataclass(frozen=True)
class Performer:
    """Turns poses into pictures of one person."""

    path: Path
    framing: Framing
    """The part of the take's frames that it paints, and the size."""
    skeleton: Skeleton
    style: StickStyle
    plate: Bytes
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
    engine: EngineName = "torch"
    """What computes the generator at rendering; auto takes the fastest that is installed."""
    batch: int | None = None
    """Frames painted together; by default as many as are fastest."""
    shadow: CastShadow | None = None
    """What the person casts on the plate, for pictures of `size`; None: nothing."""
    filmed: FilmedFrames | None = field(repr=False, default=None)
    """The frames that were trained on, to be played back, at the size of videos; None: it keeps
    none."""
    room: Bytes | None = field(repr=False, default=None)
    """uint8 RGB, the plate at the size of videos; None: they have the size that is painted."""
    painter: "Performer | None" = field(repr=False, default=None)
    """Who paints the person, smaller, where this is `in_video`; None: this one."""

    def __post_init__(self) -> None:
        """Lay the weights out as pictures are, twice as fast on a CPU; choose how long to fade."""
        self.generator.to(memory_format=torch.channels_last)
        if self.appearance is not None and recalls(self.generator):
            self.appearance.fade = FADE_BESIDE_MEMORY

    @property
    def size(self) -> tuple[int, int]:
        """Return (width, height) of the pictures."""
        return self.framing.size

    @cached_property
    def in_video(self) -> "Performer":
        """Return the same person at the size of videos, whose frames are enlarged where needed."""
        if self.room is None:
            return self
        size = self.room.shape[1], self.room.shape[0]
        framing, body = replace(self.framing, size=size), self.body.framed(Framing(size))
        return replace(self, framing=framing, plate=self.room, body=body, room=None, painter=self)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what the training had to say."""
        return lines_of(self.training, "warnings")

    @staticmethod
    def load(
        folder: Path, device: str = "auto", engine: EngineName = "torch", batch: int | None = None
    ) -> "Performer":
        """Read a performer's folder.

        Args:
            folder: where it lies.
            device: "auto", "cpu", "cuda" or "mps".
            engine: what computes the generator at rendering.
            batch: frames painted together; None: as many as are fastest.

        Raises:
            BadInput: no finished performer, a file missing, cut short, or of another model.
        """
        return _load(load_model(Path(folder), KIND), choose_device(device), engine, batch)

    def save(self, folder: Path, keep: Callable[[Path], object] | None = None) -> Path:
        """Write the folder, whole or not at all, and return it.

        Args:
            folder: the folder to be.
            keep: writes filmed frames into the unfinished folder; None: those that it has.

        Raises:
            OutputFailed: no space, no permission, or something else lies there.
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
            "shadow": None if self.shadow is None else self.shadow.as_json(),
        }
        return save_model(
            folder, KIND, tensors, options, self.card, partial(self._write_extras, keep)
        )

    @cached_property
    def renderer(self) -> "Renderer | EnlargingRenderer":
        """Return what paints poses in pixels of `size`.

        Raises:
            UsageError, MissingDependency: the engine named is not there or does not fit the device.
        """
        if self.painter is None:
            return self.small_renderer
        painter = self.painter
        detail = own_detail(painter.appearance, self.filmed)
        return EnlargingRenderer(painter.small_renderer, painter.plate, self.plate, detail)

    @cached_property
    def small_renderer(self) -> Renderer:
        """Return what paints poses by the network itself; it is built from the weights as they are.

        Raises:
            UsageError, MissingDependency: as `renderer`.
        """
        device = next(self.generator.parameters()).device
        name = chosen_engine(self.engine, device)
        renderer = Renderer(
            build_engine(name, self.generator, device),
            self.generator,
            self.appearance,
            self.plate,
            self.body,
            self.style,
            self.batch,
        )
        if name == INT8:
            self._make_int8(renderer)
        return renderer

    def render(
        self,
        points: Floats,
        confidence: Floats,
        depth: Floats | None = None,
        follows_on: bool = False,
    ) -> Bytes:
        """Paint poses that follow one another.

        Args:
            points: (N, joints, 2) pixels of `size`, NaN where missing.
            confidence: (N, joints) in 0..1.
            depth: (N, joints) pixels towards the camera, where known.
            follows_on: they also follow the poses of the call before.

        Returns:
            uint8 RGB (N, height, width, 3).
        """
        frames = self.frames(Poses(points, confidence, depth, follows_on))
        return _stacked(frames, (self.size[1], self.size[0], 3))

    def cut_out(
        self,
        points: Floats,
        confidence: Floats,
        depth: Floats | None = None,
        follows_on: bool = False,
    ) -> Bytes:
        """Paint the person alone, without the room; arguments are those of `render`.

        Returns:
            uint8 RGBA (N, height, width, 4), colours not multiplied by alpha.

        Raises:
            UsageError: the generator paints whole frames and knows no person apart from the room.
        """
        people = self.people(Poses(points, confidence, depth, follows_on))
        return _stacked(people, (self.size[1], self.size[0], 4))

    def frames(self, poses: Poses) -> Iterator[Bytes]:
        """Return uint8 RGB frames (height, width, 3) as they are painted."""
        return self.in_room(self.renderer.paint(poses))

    def in_room(self, painted: Iterable[PaintedFrames]) -> Iterator[Bytes]:
        """Yield uint8 RGB frames (height, width, 3) of people over the plate, with their shadow."""
        for each in painted:
            yield from each.over(self.plate, self.shadow)

    def people(self, poses: Poses) -> Iterator[Bytes]:
        """Return uint8 RGBA frames (height, width, 4) of the person alone, as they are painted.

        Raises:
            UsageError: the generator paints whole frames and knows no person apart from the room.
        """
        self.check_matte()
        return self.alone(self.renderer.paint(poses))

    def check_matte(self) -> None:
        """Check that the generator knows the person apart from the room.

        Raises:
            UsageError: it paints whole frames.
        """
        if not GENERATORS[self.generator_name].paints_matte:
            raise UsageError(
                f"{self.path}: {self.generator_name} paints whole frames, so its room "
                "cannot be taken away; train one with --generator compact"
            )

    def alone(self, painted: Iterable[PaintedFrames]) -> Iterator[Bytes]:
        """Yield uint8 RGBA frames (height, width, 4) of people over the plate, without it."""
        for each in painted:
            yield from without_room(each, self.plate)

    def _make_int8(self, renderer: Renderer) -> None:
        from stickdance.synth.engines.int8 import in_int8
        from stickdance.synth.engines.openvino_engine import OpenVinoEngine

        assert isinstance(renderer.engine, OpenVinoEngine)
        windows = list(renderer.windows(standing_poses(self.body, _TRIED)))
        renderer.engine, said = in_int8(renderer.engine, self.generator, windows)
        renderer.notes.append(said)

    def _write_extras(self, keep: Callable[[Path], object] | None, folder: Path) -> None:
        write_png(folder / PLATE, self.plate)
        if self.room is not None:
            write_png(folder / ROOM, self.room)
        self.body.save(folder / BODY)
        (folder / CURVES).write_text(json.dumps(self.curves) + "\n", encoding="utf-8")
        if self.scores is not None:
            text = json.dumps(self.scores, indent=2) + "\n"
            (folder / SCORES).write_text(text, encoding="utf-8")
        if keep is not None:
            keep(folder)
        elif self.filmed is not None and self.filmed.pool.size == self.in_video.size:
            self.filmed.copy_to(folder)


def _stacked(frames: Iterable[Bytes], shape: tuple[int, int, int]) -> Bytes:
    return np.stack([np.zeros(shape, np.uint8), *frames])[1:]


def _load(
    model: ModelFolder, device: torch.device, engine: EngineName, batch: int | None
) -> Performer:
    path = model.path / OPTIONS
    framing, skeleton, style = view_of(model.options, path)
    plate, body = room_and_body(model.path, framing.size, skeleton)
    room = large_room(model.path, framing.size)
    name, numbers = model.options["generator"], model.options["numbers"]
    try:
        generator = outline(name, numbers)
    except StickdanceError as error:
        raise BadInput(f"{path}: {error}") from None
    appearance = fill_generator(generator, model, GENERATORS[name].sees_appearance, framing.size)
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
        curves=curves_of(model),
        scores=model.json(SCORES),
        engine=engine,
        batch=batch,
        shadow=shadow_of(model.options, path),
        filmed=FilmedFrames.load(model.path, plate if room is None else room),
        room=room,
    )


def _halved(values: Tensor) -> Tensor:
    # Half the file; what is painted differs by less than a grey level. Beyond its range it stays.
    if values.dtype != torch.float32:
        return values
    halved = values.to(torch.float16)
    return halved if torch.isfinite(halved).all() else values
