"""The demo dancer: a shaded figure in a furnished room, in any pose asked for.

It stands in for a target where no footage is at hand. Everything is known about it: its picture,
its matte and its joints are ground truth.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput
from stickdance.tools.demo.anatomy import dancer_table
from stickdance.tools.demo.lifting import completed, lifted
from stickdance.tools.demo.lighting import Casters, Illumination
from stickdance.tools.demo.looks import LOOKS
from stickdance.tools.demo.paint import FigurePainter
from stickdance.tools.demo.room import furnish
from stickdance.tools.demo.shading import shade
from stickdance.tools.demo.stage import LIGHT, Stage, unfolded
from stickdance.tools.demo.stance import frames_of
from stickdance.tools.demo.tiles import View
from stickdance.tools.demo.tracing import Surface, trace


@dataclass(frozen=True)
class RenderedFrame:
    """One picture of the dancer with its ground truth."""

    picture: np.ndarray
    """uint8 RGB (height, width, 3)."""
    matte: np.ndarray
    """uint8 (height, width): the share of each pixel that the dancer covers, 255 all."""


class DemoDancer:
    """Renders the demo dancer at one frame size; the room is painted once."""

    def __init__(self, size: tuple[int, int] = (256, 256), seed: int = 0, detail: int = 2) -> None:
        """Furnish the room.

        Args:
            size: (width, height) of the pictures.
            seed: chooses the dancer's looks and varies the room.
            detail: samples per pixel in each direction; 2 gives smooth edges.
        """
        self.stage = Stage(size)
        self._detail = detail
        self._table = dancer_table()
        self._painter = FigurePainter(LOOKS[seed % len(LOOKS)])
        self._room = furnish(self.stage, seed)

    def render(self, points: np.ndarray, depth: np.ndarray | None = None) -> RenderedFrame:
        """Render one pose.

        Args:
            points: (18, 2) pixels, joints of `OPENPOSE_18`.
            depth: (18,) pixels towards the camera from the hips; None to have it inferred.

        Returns:
            The picture and the soft matte.

        Raises:
            BadInput: not eighteen joints, or neither neck, shoulders nor hips are there.
        """
        if np.shape(points) != (len(OPENPOSE_18), 2):
            raise BadInput(f"pose: expected (18, 2) joints, found {np.shape(points)}")
        sequence = PoseSequence(
            np.asarray(points)[None],
            np.ones((1, len(OPENPOSE_18))),
            25.0,
            self.stage.size,
            depth=None if depth is None else np.asarray(depth)[None],
        )
        return next(self.perform(sequence))

    def perform(self, poses: PoseSequence) -> Iterator[RenderedFrame]:
        """Render a pose sequence of the stage's size, frame by frame.

        Raises:
            BadInput: poses of another frame size, or a frame without a trunk.
        """
        if poses.size != self.stage.size:
            raise BadInput(f"poses of a {poses.size} frame do not fit a stage of {self.stage.size}")
        poses = poses.converted(OPENPOSE_18)
        scale = self.stage.scale
        points = completed(poses.points, scale)
        depth = lifted(points, scale)
        if poses.depth is not None:
            depth = np.where(np.isfinite(poses.depth), poses.depth, depth)
        for joints in self.stage.joints(points, depth):
            with torch.inference_mode():
                frame = self._render(frames_of(joints))
            yield frame

    def empty_room(self) -> np.ndarray:
        """Return the room without the dancer and the dancer's shadow, uint8 RGB."""
        return np.asarray(_developed(self._room.picture).numpy())

    def _render(self, frames: np.ndarray) -> RenderedFrame:
        width, height = self.stage.size
        detail = self._detail
        view = View(
            width * detail,
            height * detail,
            self.stage.scale * detail,
            self.stage.centre * detail,
            self.stage.floor * detail,
        )
        parts = self._table.placed(frames)
        casters = Casters(parts, LIGHT)
        surface = trace(parts, view)
        albedo, normal = self._painter.paint(surface, parts, frames, 1 / view.scale)
        block = surface.row // detail * width + surface.column // detail
        light = _light_by_pixel(surface, block, casters)
        colour = shade(surface, albedo, normal, light, LIGHT)
        share = surface.share[:, None] / detail**2
        layer = torch.zeros(height * width, 4)
        layer.index_add_(0, block, torch.cat([colour * share, share], 1))
        layer = layer.view(height, width, 4)
        picture = (
            self._room.shadowed(Casters(parts, LIGHT, unfolded)) * (1 - layer[..., 3:])
            + layer[..., :3]
        )
        matte = (layer[..., 3] * 255).round().clamp(0, 255).to(torch.uint8)
        return RenderedFrame(_developed(picture).numpy(), matte.numpy())


def _light_by_pixel(surface: Surface, block: torch.Tensor, casters: Casters) -> Illumination:
    # Shadows are soft: one of a pixel's samples speaks for all of them.
    pixels, place = torch.unique(block, return_inverse=True)
    speaker = torch.full((len(pixels),), len(block))
    speaker.scatter_reduce_(0, place, torch.arange(len(block)), "amin")
    light = casters.reach(surface.point[speaker], surface.normal[speaker], softness=8.0, lift=0.03)
    return Illumination(light.sky[place], light.key[place])


def _developed(linear: torch.Tensor) -> torch.Tensor:
    """Return uint8 RGB from linear light: a film-like curve, then gamma."""
    x = linear * 0.95
    x = x * (2.2 * x + 0.06) / (x * (2.0 * x + 0.55) + 0.09)
    return (x.clamp(0, 1) ** (1 / 2.2) * 255).round().to(torch.uint8)
