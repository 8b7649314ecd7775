"""Paint: the colour and the fine relief of the dancer's surface.

Patterns live in the frames of the body (metres), so they move with it: the print on the chest, the
folds of the shirt, seams, strands of hair, the face.
"""

from dataclasses import dataclass

import numpy as np
import torch

from stickdance.tools.demo.face import paint_face
from stickdance.tools.demo.looks import Look
from stickdance.tools.demo.parts import PartMaterial, PlacedParts
from stickdance.tools.demo.stance import FRAME
from stickdance.tools.demo.tracing import Surface

_SOLE = (0.72, 0.71, 0.68)
_WARM = (0.02, 0.12, 0.13)  # what finger tips take from the light


@dataclass
class Patch:
    """The samples of one material: where they are, and what is painted on them."""

    points: torch.Tensor
    """(samples, 3) picture space."""
    frames: np.ndarray
    """(frames, 3, 4) of the body."""
    albedo: torch.Tensor
    """(samples, 3) linear RGB, painted over."""
    relief: torch.Tensor
    """(samples, 3) added to the normals."""

    def local(self, name: str) -> torch.Tensor:
        """Return the samples (samples, 3) as seen from a frame of the body."""
        frame = self.frames[FRAME[name]]
        into = torch.from_numpy(np.linalg.inv(frame[:, :3])).float()
        return (self.points - torch.from_numpy(frame[:, 3]).float()) @ into.T

    def tint(self, mask: torch.Tensor, colour: tuple[float, ...] | torch.Tensor) -> None:
        """Cover with a colour as far as the mask (samples,) says."""
        self.albedo += (torch.as_tensor(colour) - self.albedo) * mask[:, None]

    def darken(self, amount: torch.Tensor) -> None:
        """Take a share (samples,) of the colour away; a negative one brightens."""
        self.albedo *= (1 - amount)[:, None]

    def tilt(self, name: str, axis: int, amount: torch.Tensor) -> None:
        """Lean the normals by an amount (samples,) along an axis of a frame."""
        way = torch.from_numpy(self.frames[FRAME[name]][:, axis]).float()
        self.relief += amount[:, None] * way


class FigurePainter:
    """Gives a traced figure its colours."""

    def __init__(self, look: Look) -> None:
        """Settle the colours."""
        self._look = look
        colours = {
            PartMaterial.SKIN: look.skin,
            PartMaterial.SHIRT: look.shirt,
            PartMaterial.TROUSERS: look.trousers,
            PartMaterial.HAIR: look.hair,
            PartMaterial.SHOE: look.shoe,
            PartMaterial.SOLE: _SOLE,
            PartMaterial.BAND: look.band,
            PartMaterial.COLLAR: look.print,
            PartMaterial.HAND: look.skin,
        }
        self._colours = torch.tensor([colours.get(material, _SOLE) for material in PartMaterial])

    def paint(
        self, surface: Surface, parts: PlacedParts, frames: np.ndarray, grain: float
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return albedo (hits, 3) and normals (hits, 3) with fine relief.

        Args:
            surface: what was traced.
            parts: the parts that it was traced from.
            frames: the frames (frames, 3, 4) that they hang on.
            grain: metres between samples: detail finer than that is left soft.
        """
        albedo = self._colours[surface.material].clone()
        normal = surface.normal.clone()
        for material, method in _METHODS.items():
            here = (surface.material == material).nonzero()[:, 0]
            patch = Patch(surface.point[here], frames, albedo[here], torch.zeros(len(here), 3))
            method(patch, self._look)
            if material == PartMaterial.SKIN:
                front = torch.from_numpy(parts.face)[surface.part[here]]
                paint_face(patch.albedo, patch.local("head"), front, self._look, grain)
            albedo[here] = patch.albedo
            normal[here] += patch.relief
        return albedo, torch.nn.functional.normalize(normal, dim=-1)


def _shirt(patch: Patch, look: Look) -> None:
    x, y, z = patch.local("chest").unbind(-1)
    stripes = _band(y, -0.175, 0.024) + _band(y, -0.225, 0.007)
    stripes = stripes * _band(x, 0.0, 0.118) * (z > 0)
    badge = _disc(x, y + 0.13, 0.045) * (z < -0.03)
    patch.tint(0.95 * (stripes + badge).clamp_max(1), look.print)
    waist = torch.sin(y * 62 + 2.4 * torch.sin(x * 21 + z * 9)) * _bump(y, -0.37, 0.10)
    drag = torch.sin((x.abs() * 1.1 - y) * 58 + 1.6 * torch.sin(y * 23)) * _bump(y, -0.10, 0.09)
    wave = torch.sin(x * 24 + y * 11 + z * 17 + 1.7 * torch.sin(y * 19))
    patch.tilt("chest", 1, 0.22 * waist + 0.20 * drag)
    patch.tilt("chest", 0, 0.10 * wave)
    patch.darken(-0.05 * (waist + drag))


def _trousers(patch: Patch, look: Look) -> None:
    x, y, z = patch.local("pelvis").unbind(-1)
    seam = _band(x, 0.0, 0.003) * (y > -0.12)
    pocket = _band((x.abs() - 0.075) * 0.8 + (y + 0.075) * 0.6, 0.0, 0.003) * (z > 0)
    patch.darken(0.35 * (seam + pocket * (y > -0.13)).clamp_max(1))
    for side in ("left", "right"):
        _trouser_leg(patch, f"{side}_thigh", creases=((0.42, 0.07),), worn=0.22)
        _trouser_leg(patch, f"{side}_shin", creases=((0.0, 0.07), (0.39, 0.05)), worn=0.05)


def _trouser_leg(
    patch: Patch, limb: str, creases: tuple[tuple[float, float], ...], worn: float
) -> None:
    x, y, z = patch.local(limb).unbind(-1)
    inside = (x.square() + z.square() < 0.0085) & (y > 0) & (y < 0.42)
    near = sum((_bump(y, middle, width) for middle, width in creases), torch.zeros_like(y))
    patch.tilt(limb, 1, 0.20 * near * inside * torch.sin(y * 95 + 2 * torch.sin(x * 40)))
    patch.tilt(limb, 0, 0.06 * inside * torch.sin(x * 70 + y * 14))
    patch.darken(-0.35 * _bump(y, worn, 0.14) * inside * (z > 0))


def _hair(patch: Patch, look: Look) -> None:
    x, y, z = patch.local("head").unbind(-1)
    # Strands run from the hairline to the knot at the back: they follow the angle around it.
    angle = torch.atan2(x, y - 0.085)
    way = (z + 0.13).clamp_min(0)
    strand = (
        0.4 * torch.sin(angle * 23 + 7 * way + torch.sin(angle * 5))
        + 0.35 * torch.sin(angle * 41 - 11 * way)
        + 0.25 * torch.sin(angle * 67 + 19 * way)
    )
    coil = torch.sin(torch.hypot(x, y - 0.092) * 330 + 2 * torch.atan2(x, y - 0.092))
    strand = torch.where(z < -0.138, coil, strand)
    patch.darken(-0.26 * strand)
    patch.tilt("head", 0, 0.10 * strand)


def _skin(patch: Patch, look: Look) -> None:
    x, y, z = patch.local("left_forearm").unbind(-1)
    patch.tint(_band(y, 0.222, 0.011) * (x.square() + z.square() < 0.0020), look.band)


def _hand(patch: Patch, look: Look) -> None:
    for side in ("left", "right"):
        hand = patch.local(f"{side}_hand")
        warm = (hand[:, 1] / 0.17).clamp(0, 1) * (hand.square().sum(-1) < 0.06)
        patch.albedo *= 1 - warm[:, None] * torch.tensor(_WARM)


_METHODS = {
    PartMaterial.SHIRT: _shirt,
    PartMaterial.TROUSERS: _trousers,
    PartMaterial.HAIR: _hair,
    PartMaterial.SKIN: _skin,
    PartMaterial.HAND: _hand,
}


def _band(values: torch.Tensor, middle: float, half: float) -> torch.Tensor:
    return ((half - (values - middle).abs()) / 0.004 + 0.5).clamp(0, 1)


def _bump(values: torch.Tensor, middle: float, width: float) -> torch.Tensor:
    return torch.exp(-(((values - middle) / width) ** 2))


def _disc(x: torch.Tensor, y: torch.Tensor, radius: float) -> torch.Tensor:
    return ((radius - torch.hypot(x, y)) / 0.004 + 0.5).clamp(0, 1)
