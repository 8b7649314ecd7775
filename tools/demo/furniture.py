"""Furniture: a potted plant on the left and a sofa on the right, made of parts like the dancer."""

import numpy as np
import torch

from stickdance.tools.demo.lighting import Casters
from stickdance.tools.demo.parts import PartMaterial, PartTable, RoundCone
from stickdance.tools.demo.stage import EYE_DISTANCE, EYE_HEIGHT, LIGHT, Stage
from stickdance.tools.demo.tiles import View
from stickdance.tools.demo.tracing import trace

_OVERSAMPLE = 3
_COLOURS = {
    PartMaterial.LEAF: (0.055, 0.16, 0.045),
    PartMaterial.POT: (0.62, 0.58, 0.52),
    PartMaterial.SOFA: (0.20, 0.235, 0.27),
    PartMaterial.CUSHION: (0.55, 0.40, 0.13),
}
_PLANT = (-1.22, 0.0, -2.1)
_SOFA = (1.58, 0.0, -2.1)


def add_furniture(picture: np.ndarray, stage: Stage) -> np.ndarray:
    """Return the room's picture (height, width, 3), linear RGB, with furniture in it."""
    for place, pieces in ((_SOFA, _sofa()), (_PLANT, _plant())):
        picture = _add(picture, stage, np.array(place), pieces)
    return picture


def _add(
    picture: np.ndarray, stage: Stage, place: np.ndarray, pieces: list[RoundCone]
) -> np.ndarray:
    # A small thing far from the eye: one scale for all of it will do.
    nearness = EYE_DISTANCE / (EYE_DISTANCE - place[2])
    scale = stage.scale * nearness * _OVERSAMPLE
    foot_row = stage.horizon + EYE_HEIGHT * stage.scale * nearness
    frame = np.column_stack([np.eye(3), np.zeros(3)])[None]
    parts = PartTable(pieces, {"": 0}).placed(frame)
    height, width = picture.shape[:2]
    view = View(
        width * _OVERSAMPLE,
        height * _OVERSAMPLE,
        scale,
        (stage.centre + place[0] * nearness * stage.scale) * _OVERSAMPLE,
        foot_row * _OVERSAMPLE,
    )
    surface = trace(parts, view)
    light = Casters(parts, LIGHT).reach(surface.point, surface.normal, softness=6.0, lift=0.03)
    colours = torch.zeros(len(PartMaterial), 3)
    for material, hue in _COLOURS.items():
        colours[int(material)] = torch.tensor(hue)
    key = (surface.normal @ torch.from_numpy(LIGHT).float()).clamp_min(0) * light.key
    lit = 0.62 * key + (0.30 + 0.16 * surface.normal[:, 1]) * light.sky
    colour = colours[surface.material] * lit[:, None] * 1.15
    total = torch.zeros(height * width, 4)
    block = surface.row // _OVERSAMPLE * width + surface.column // _OVERSAMPLE
    share = surface.share[:, None]
    total.index_add_(0, block, torch.cat([colour * share, share], 1) / _OVERSAMPLE**2)
    layer = total.view(height, width, 4).numpy()
    shadow = _floor_shadow(stage, place, nearness, width, height)
    return picture * shadow[..., None] * (1 - layer[..., 3:]) + layer[..., :3]


def _floor_shadow(
    stage: Stage, place: np.ndarray, nearness: float, width: int, height: int
) -> np.ndarray:
    rows, columns = np.mgrid[0:height, 0:width] + 0.5
    foot = stage.horizon + EYE_HEIGHT * stage.scale * nearness
    scale = stage.scale * nearness
    across = (columns - stage.centre) / scale - place[0] - 0.08
    down = (rows - foot) / scale
    reach = 0.75 if place[0] > 0 else 0.24
    return 1 - 0.55 * np.exp(-((across / reach) ** 4) - (down / 0.055) ** 2)


def _at(x: float, y: float, z: float) -> tuple[str, float, float, float]:
    return ("", x, y, z)


def _plant() -> list[RoundCone]:
    pieces = [
        RoundCone(_at(0, 0.08, 0), _at(0, 0.26, 0), (0.10, 0.125), PartMaterial.POT, casts=True),
        RoundCone(
            _at(0, 0.29, 0), _at(0, 0.30, 0), (0.128, 0.128), PartMaterial.POT, (0, 1, 0), 6.0
        ),
    ]
    for number in range(15):
        turn = number * 2.4
        rise = 0.32 + 0.62 * (number / 14)
        lean = 0.34 - 0.20 * (number / 14)
        x, z = lean * np.cos(turn), lean * np.sin(turn)
        middle = _at(0.5 * x, 0.30 + 0.62 * rise, 0.5 * z)
        tip = _at(x, 0.30 + 0.80 * rise, z)
        pieces.append(RoundCone(_at(0, 0.28, 0), middle, (0.008, 0.007), PartMaterial.LEAF))
        pieces.append(
            RoundCone(middle, tip, (0.048, 0.012), PartMaterial.LEAF, (-0.4 * x, 1, 0.6 - z), 5.0,
                  casts=number % 2 == 0)
        )  # fmt: skip
    return pieces


def _sofa() -> list[RoundCone]:
    sofa, cushion = PartMaterial.SOFA, PartMaterial.CUSHION
    back, ahead = (0.0, 0.0, 1.0), (0.0, 1.0, 0.0)
    return [
        RoundCone(_at(-0.55, 0.52, -0.2), _at(0.6, 0.52, -0.2), (0.24, 0.24), sofa, back, 2.4,
              casts=True),
        RoundCone(_at(-0.52, 0.30, 0.05), _at(0.6, 0.30, 0.05), (0.20, 0.20), sofa, ahead, 1.8,
              casts=True),
        RoundCone(_at(-0.55, 0.15, 0.05), _at(0.6, 0.15, 0.05), (0.14, 0.14), sofa, casts=True),
        RoundCone(_at(-0.66, 0.20, 0.05), _at(-0.66, 0.46, 0.05), (0.16, 0.13), sofa,
              (1, 0, 0), 1.5, casts=True),
        RoundCone(_at(-0.34, 0.52, 0.05), _at(-0.32, 0.60, 0.02), (0.15, 0.13), cushion, back, 2.2),
    ]  # fmt: skip
