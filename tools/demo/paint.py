"""Paint: the colour and the fine relief of the dancer's surface, and how it answers light.

Patterns live in the frames of the body (metres), so they move with it: the print on the chest, the
hem and folds of the shirt, seams, strands of hair, the face.
"""

from dataclasses import dataclass

import numpy as np
import torch

from tools.demo.lighting import Light
from tools.demo.parts import Material, Parts
from tools.demo.stance import FRAME
from tools.demo.tracing import Surface

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Look:
    """Colours of one dancer, linear RGB."""

    skin: Colour
    shirt: Colour
    print: Colour
    trousers: Colour
    hair: Colour
    shoe: Colour
    band: Colour


LOOKS = (
    Look((0.56, 0.33, 0.235), (0.60, 0.045, 0.04), (0.80, 0.72, 0.55), (0.035, 0.065, 0.17),
         (0.045, 0.026, 0.017), (0.78, 0.78, 0.76), (0.02, 0.35, 0.36)),
    Look((0.30, 0.155, 0.095), (0.80, 0.48, 0.04), (0.10, 0.09, 0.10), (0.05, 0.05, 0.055),
         (0.014, 0.011, 0.010), (0.60, 0.08, 0.06), (0.75, 0.75, 0.72)),
    Look((0.64, 0.42, 0.32), (0.02, 0.24, 0.20), (0.80, 0.80, 0.74), (0.22, 0.17, 0.11),
         (0.24, 0.115, 0.045), (0.10, 0.10, 0.11), (0.65, 0.20, 0.05)),
)  # fmt: skip
"""The dancers to choose from by seed; the first one is the demo's."""

_SOLE = (0.72, 0.71, 0.68)
_SHINE = torch.tensor([0.15, 0.03, 0.03, 0.20, 0.10, 0.06, 0.05, 0.03, 0.13])
_GLOSS = torch.tensor([16.0, 8.0, 8.0, 26.0, 22.0, 12.0, 10.0, 8.0, 16.0])
_KEY_COLOUR = torch.tensor([1.62, 1.50, 1.34])
_SKY_COLOUR = torch.tensor([0.40, 0.43, 0.48])
_FLOOR_COLOUR = torch.tensor([0.26, 0.19, 0.13])
_FILL_COLOUR = torch.tensor([0.16, 0.17, 0.20])
_FILL = torch.nn.functional.normalize(torch.tensor([0.75, 0.15, 0.65]), dim=0)


class Painter:
    """Gives a traced figure its colours."""

    def __init__(self, look: Look) -> None:
        """Settle the colours, in the order of `Material`."""
        self._look = look
        self._colours = torch.tensor(
            [
                look.skin,
                look.shirt,
                look.trousers,
                look.hair,
                look.shoe,
                _SOLE,
                look.band,
                look.print,
                look.skin,
            ]
        )

    def paint(
        self, surface: Surface, parts: Parts, frames: np.ndarray, grain: float
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return albedo (hits, 3) and normals (hits, 3) with fine relief.

        Args:
            surface: what was traced.
            parts: the parts that it was traced from.
            frames: the frames (frames, 3, 4) that they hang on.
            grain: metres between samples: detail finer than that is left soft.
        """
        material = surface.material
        albedo = self._colours[material].clone()
        relief = torch.zeros_like(surface.normal)
        for wanted, method in (
            (Material.SHIRT, self._shirt),
            (Material.TROUSERS, self._trousers),
            (Material.HAIR, self._hair),
            (Material.SKIN, self._skin),
            (Material.HAND, self._hand),
        ):
            here = (material == wanted).nonzero()[:, 0]
            if len(here):
                method(here, surface, frames, albedo, relief)
        face = (torch.from_numpy(parts.face)[surface.part] & (material == Material.SKIN)).nonzero()
        if len(face):
            here = face[:, 0]
            local = _local(surface.point[here], frames, "head")
            albedo[here] = _face(albedo[here], local, self._look, grain)
        return albedo, torch.nn.functional.normalize(surface.normal + relief, dim=-1)

    def _shirt(
        self,
        here: torch.Tensor,
        surface: Surface,
        frames: np.ndarray,
        albedo: torch.Tensor,
        relief: torch.Tensor,
    ) -> None:
        chest = _local(surface.point[here], frames, "chest")
        x, y, z = chest.unbind(-1)
        front = (z > 0) & (x.abs() < 0.15)
        stripe = _band(y, -0.175, 0.024) * front + _band(y, -0.225, 0.007) * front
        stripe = stripe * _band(x, 0.0, 0.118)
        badge = (z < -0.03) * _disc(x, y + 0.13, 0.045)
        hue = torch.tensor(self._look.print)
        albedo[here] += (hue - albedo[here]) * (stripe + badge).clamp_max(1)[:, None] * 0.95
        folds = torch.sin(y * 62 + 2.4 * torch.sin(x * 21 + z * 9)) * _bump(y, -0.37, 0.10)
        drag = torch.sin((x.abs() * 1.1 - y) * 58 + 1.6 * torch.sin(y * 23)) * _bump(y, -0.10, 0.09)
        wave = torch.sin(x * 24 + y * 11 + z * 17 + 1.7 * torch.sin(y * 19))
        axes = torch.from_numpy(frames[FRAME["chest"]][:, :3]).float()
        relief[here] += (0.22 * folds + 0.20 * drag)[:, None] * axes[:, 1] + (0.10 * wave)[
            :, None
        ] * axes[:, 0]
        albedo[here] *= (1 + 0.05 * folds + 0.05 * drag)[:, None]

    def _trousers(
        self,
        here: torch.Tensor,
        surface: Surface,
        frames: np.ndarray,
        albedo: torch.Tensor,
        relief: torch.Tensor,
    ) -> None:
        hips = _local(surface.point[here], frames, "pelvis")
        x, y, z = hips.unbind(-1)
        seam = (_band(x, 0.0, 0.003) * (y > -0.12)).clamp_max(1)
        pocket = (
            _band((x.abs() - 0.075) * 0.8 + (y + 0.075) * 0.6, 0.0, 0.003) * (z > 0) * (y > -0.13)
        )
        albedo[here] *= (1 - 0.35 * (seam + pocket).clamp_max(1))[:, None]
        for side in ("left", "right"):
            for limb, knee in (("thigh", 0.42), ("shin", 0.0)):
                leg = _local(surface.point[here], frames, f"{side}_{limb}")
                near = (leg[:, 0] ** 2 + leg[:, 2] ** 2) < 0.0085
                inside = near & (leg[:, 1] > 0) & (leg[:, 1] < 0.42)
                axes = torch.from_numpy(frames[FRAME[f"{side}_{limb}"]][:, :3]).float()
                crease = torch.sin(leg[:, 1] * 95 + 2 * torch.sin(leg[:, 0] * 40)) * (
                    _bump(leg[:, 1], knee, 0.07) + _bump(leg[:, 1], 0.39, 0.05) * (limb == "shin")
                )
                long = torch.sin(leg[:, 0] * 70 + leg[:, 1] * 14)
                relief[here] += (0.20 * crease * inside)[:, None] * axes[:, 1]
                relief[here] += (0.06 * long * inside)[:, None] * axes[:, 0]
                worn = _bump(leg[:, 1], 0.22 if limb == "thigh" else 0.05, 0.14) * (leg[:, 2] > 0)
                albedo[here] *= (1 + 0.35 * worn * inside)[:, None]

    def _hair(
        self,
        here: torch.Tensor,
        surface: Surface,
        frames: np.ndarray,
        albedo: torch.Tensor,
        relief: torch.Tensor,
    ) -> None:
        x, y, z = _local(surface.point[here], frames, "head").unbind(-1)
        # Strands run from the hairline to the knot at the back: they follow the angle around it.
        angle = torch.atan2(x, y - 0.085)
        way = (z + 0.13).clamp_min(0)
        strand = (
            0.4 * torch.sin(angle * 23 + 7 * way + torch.sin(angle * 5))
            + 0.35 * torch.sin(angle * 41 - 11 * way)
            + 0.25 * torch.sin(angle * 67 + 19 * way)
        )
        knot = z < -0.138
        coil = torch.sin(torch.hypot(x, y - 0.092) * 330 + 2 * torch.atan2(x, y - 0.092))
        strand = torch.where(knot, coil, strand)
        axes = torch.from_numpy(frames[FRAME["head"]][:, :3]).float()
        albedo[here] *= (1 + 0.26 * strand)[:, None]
        relief[here] += (0.10 * strand)[:, None] * axes[:, 0]

    def _skin(
        self,
        here: torch.Tensor,
        surface: Surface,
        frames: np.ndarray,
        albedo: torch.Tensor,
        relief: torch.Tensor,
    ) -> None:
        arm = _local(surface.point[here], frames, "left_forearm")
        around = (arm[:, 0] ** 2 + arm[:, 2] ** 2) < 0.0020
        watch = _band(arm[:, 1], 0.222, 0.011) * around
        albedo[here] += (torch.tensor(self._look.band) - albedo[here]) * watch[:, None]

    def _hand(
        self,
        here: torch.Tensor,
        surface: Surface,
        frames: np.ndarray,
        albedo: torch.Tensor,
        relief: torch.Tensor,
    ) -> None:
        for side in ("left", "right"):
            hand = _local(surface.point[here], frames, f"{side}_hand")
            near = hand.square().sum(-1) < 0.06
            warm = (hand[:, 1] / 0.17).clamp(0, 1) * near
            albedo[here] *= 1 - warm[:, None] * torch.tensor([0.02, 0.12, 0.13])


def shade(
    surface: Surface,
    albedo: torch.Tensor,
    normal: torch.Tensor,
    light: Light,
    towards: np.ndarray,
) -> torch.Tensor:
    """Return the light (hits, 3), linear RGB, that painted surface sends to the camera."""
    key_way = torch.from_numpy(towards).float()
    skin = (surface.material == Material.SKIN) | (surface.material == Material.HAND)
    wrap = torch.where(skin, 0.26, 0.10)
    slant = normal @ key_way
    key = ((slant + wrap) / (1 + wrap)).clamp_min(0) * light.key
    sky = 0.5 + 0.5 * normal[:, 1:2]
    ambient = _SKY_COLOUR * sky + _FLOOR_COLOUR * (1 - sky)
    ambient = ambient + (normal @ _FILL).clamp_min(0)[:, None] * _FILL_COLOUR
    # Light that has wandered under the skin reddens the edge of its shadow.
    glow = (0.10 * torch.exp(-(((slant - 0.06) / 0.18) ** 2)) * skin)[:, None] * torch.tensor(
        [1.0, 0.25, 0.12]
    )
    half = torch.nn.functional.normalize(key_way + torch.tensor([0.0, 0.0, 1.0]), dim=0)
    gleam = (normal @ half).clamp_min(0) ** _GLOSS[surface.material]
    gleam = gleam * _SHINE[surface.material] * (slant > 0) * light.key
    rim = (1 - normal[:, 2].clamp(0, 1)) ** 4 * light.sky * 0.07
    lit = key[:, None] * _KEY_COLOUR + light.sky[:, None] * ambient + glow
    return albedo * lit + (gleam + rim)[:, None]


def _local(points: torch.Tensor, frames: np.ndarray, name: str) -> torch.Tensor:
    frame = frames[FRAME[name]]
    into = torch.from_numpy(np.linalg.inv(frame[:, :3])).float()
    return (points - torch.from_numpy(frame[:, 3]).float()) @ into.T


def _band(values: torch.Tensor, middle: float, half: float) -> torch.Tensor:
    return ((half - (values - middle).abs()) / 0.004 + 0.5).clamp(0, 1)


def _bump(values: torch.Tensor, middle: float, width: float) -> torch.Tensor:
    return torch.exp(-(((values - middle) / width) ** 2))


def _disc(x: torch.Tensor, y: torch.Tensor, radius: float) -> torch.Tensor:
    return ((radius - torch.hypot(x, y)) / 0.004 + 0.5).clamp(0, 1)


def _ellipse(
    x: torch.Tensor, y: torch.Tensor, radius_x: float, radius_y: float, soft: float
) -> torch.Tensor:
    edge = (torch.hypot(x / radius_x, y / radius_y) - 1) * min(radius_x, radius_y)
    return (0.5 - edge / soft).clamp(0, 1)


def _face(albedo: torch.Tensor, local: torch.Tensor, look: Look, grain: float) -> torch.Tensor:
    x, y, z = local[:, 0].abs(), local[:, 1], local[:, 2]
    front = (z > 0.02).float()
    soft = max(0.0012, grain)

    def oval(cx: float, cy: float, rx: float, ry: float) -> torch.Tensor:
        return _ellipse(x - cx, y - cy, rx, ry, soft) * front

    def veil(cx: float, cy: float, rx: float, ry: float) -> torch.Tensor:
        return torch.exp(-(((x - cx) / rx) ** 2) - ((y - cy) / ry) ** 2) * front

    def tint(mask: torch.Tensor, colour: Colour | torch.Tensor, strength: float) -> None:
        albedo.add_((torch.as_tensor(colour) - albedo) * (mask * strength)[:, None])

    skin = torch.tensor(look.skin)
    hair = torch.tensor(look.hair) * 0.9 + 0.008
    smile = y - 7 * x * x  # the mouth's corners rise
    albedo *= (1 - 0.30 * veil(0.032, 0.016, 0.021, 0.015))[:, None]
    blush = 0.9 * veil(0.044, -0.024, 0.020, 0.018)[:, None] * torch.tensor([0.0, 0.15, 0.12])
    albedo *= 1 - blush
    albedo *= (1 - 0.18 * veil(0.0, -0.070, 0.020, 0.006))[:, None]
    tint(oval(0.032, 0.0130, 0.0160, 0.0084), (0.72, 0.69, 0.65), 1.0)
    tint(oval(0.032, 0.0130, 0.0078, 0.0082), (0.085, 0.045, 0.025), 1.0)
    tint(oval(0.032, 0.0130, 0.0036, 0.0038), (0.012, 0.010, 0.010), 1.0)
    tint(oval(0.0325, 0.0205, 0.0176, 0.0030), (0.030, 0.020, 0.016), 0.95)
    tint(oval(0.034, 0.0365, 0.0190, 0.0040), hair, 0.85)
    lips = skin * torch.tensor([0.86, 0.38, 0.42])
    tint(_ellipse(x, smile + 0.0535, 0.0240, 0.0072, soft) * front, lips, 0.9)
    tint(_ellipse(x, smile + 0.0530, 0.0235, 0.0014, soft) * front, (0.13, 0.04, 0.04), 0.8)
    tint(oval(0.0070, -0.0275, 0.0038, 0.0024), (0.13, 0.055, 0.045), 0.6)
    return albedo
