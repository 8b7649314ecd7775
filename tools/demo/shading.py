"""Shading: how painted surface answers the light of the room."""

import numpy as np
import torch

from stickdance.tools.demo.lighting import Illumination
from stickdance.tools.demo.parts import PartMaterial
from stickdance.tools.demo.tracing import Surface

_SHINE = torch.tensor([0.15, 0.03, 0.03, 0.20, 0.10, 0.06, 0.05, 0.03, 0.13])
_GLOSS = torch.tensor([16.0, 8.0, 8.0, 26.0, 22.0, 12.0, 10.0, 8.0, 16.0])
_KEY_COLOUR = torch.tensor([1.62, 1.50, 1.34])
_SKY_COLOUR = torch.tensor([0.40, 0.43, 0.48])
_FLOOR_COLOUR = torch.tensor([0.26, 0.19, 0.13])
_FILL_COLOUR = torch.tensor([0.16, 0.17, 0.20])
_FILL = torch.nn.functional.normalize(torch.tensor([0.75, 0.15, 0.65]), dim=0)


def shade(
    surface: Surface,
    albedo: torch.Tensor,
    normal: torch.Tensor,
    light: Illumination,
    towards: np.ndarray,
) -> torch.Tensor:
    """Return the light (hits, 3), linear RGB, that painted surface sends to the camera."""
    key_way = torch.from_numpy(towards).float()
    skin = (surface.material == PartMaterial.SKIN) | (surface.material == PartMaterial.HAND)
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
