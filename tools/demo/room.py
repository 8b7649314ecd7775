"""The room: wall with window and picture, skirting, floor boards, a plant and a sofa.

It does not change while filming, so it is painted once for a frame size. Colours are linear RGB;
floor and wall are seen in perspective (see `stage`), furniture is traced like the dancer.
"""

from dataclasses import dataclass

import numpy as np
import torch

from stickdance.tools.demo.furniture import add_furniture
from stickdance.tools.demo.lighting import Casters
from stickdance.tools.demo.stage import EYE_DISTANCE, EYE_HEIGHT, WALL, Stage

_OVERSAMPLE = 3
_SHADOW_STEP = 4  # the dancer's soft shadow is worked out for every fourth pixel


@dataclass(frozen=True)
class Room:
    """The empty room as the camera sees it, before tone mapping."""

    picture: torch.Tensor
    """(height, width, 3) linear RGB."""
    points: torch.Tensor
    """(samples, 3) where every fourth pixel's line of sight meets floor or wall, metres."""
    normals: torch.Tensor
    grid: tuple[int, int]
    """Rows and columns of those samples."""

    def shadowed(self, casters: Casters) -> torch.Tensor:
        """Return the room's light with the dancer's shadow on floor and wall."""
        light = casters.reach(self.points, self.normals, softness=6.0, lift=0.0)
        dim = (0.28 + 0.72 * light.sky) * (0.50 + 0.50 * light.key)
        height, width = self.picture.shape[:2]
        dim = torch.nn.functional.interpolate(
            dim.view(1, 1, *self.grid),
            size=(height, width),
            mode="bicubic",
            align_corners=False,
        )
        return self.picture * dim[0, 0, :, :, None].clamp(0, 1)


def furnish(stage: Stage, seed: int) -> Room:
    """Paint the room for a stage; `seed` varies boards and plaster."""
    width, height = stage.size
    rows, columns = np.mgrid[0 : height * _OVERSAMPLE, 0 : width * _OVERSAMPLE]
    points, floor = _seen(stage, (columns + 0.5) / _OVERSAMPLE, (rows + 0.5) / _OVERSAMPLE)
    picture = np.where(floor[..., None], _boards(points, seed), _wall(points, seed))
    picture = picture.reshape(height, _OVERSAMPLE, width, _OVERSAMPLE, 3).mean((1, 3))
    picture = add_furniture(picture, stage)
    half = _SHADOW_STEP / 2
    rows, columns = np.mgrid[0:height:_SHADOW_STEP, 0:width:_SHADOW_STEP]
    points, floor = _seen(stage, columns + half, rows + half)
    normals = np.where(floor[..., None], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0])
    return Room(
        torch.from_numpy(picture.astype(np.float32)),
        torch.from_numpy(points.reshape(-1, 3).astype(np.float32)),
        torch.from_numpy(normals.reshape(-1, 3).astype(np.float32)),
        (rows.shape[0], rows.shape[1]),
    )


def _seen(stage: Stage, columns: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    sight = stage.sights(columns, rows)
    to_wall = EYE_DISTANCE - WALL
    to_floor = EYE_HEIGHT / np.maximum(-sight[..., 1], 1e-6)
    floor = to_floor < to_wall
    far = np.where(floor, to_floor, to_wall)[..., None]
    return np.array([0.0, EYE_HEIGHT, EYE_DISTANCE]) + sight * far, floor


def _boards(points: np.ndarray, seed: int) -> np.ndarray:
    x, z = points[..., 0], points[..., 2]
    row = np.floor(z / 0.14)
    shift = _chance(row, row * 0 + 3, seed) * 1.4
    tone = 0.80 + 0.30 * _chance(row, np.floor((x + shift) / 1.2), seed)
    grain = _noise(x * 3 + row * 9, z * 55, seed)
    part = z / 0.14 - row
    joint = np.abs((x + shift) / 1.2 - np.round((x + shift) / 1.2)) < 0.003
    gap = np.where((np.minimum(part, 1 - part) < 0.035) | joint, 0.62, 1.0)
    light = 0.42 + 0.75 * np.exp(-((x + 0.5) ** 2 / 5 + (z - 0.5) ** 2 / 6))
    light = light * (1 - 0.45 * np.exp(-(z - WALL) / 0.22))
    wood = np.array([0.40, 0.255, 0.150]) * (tone * (0.72 + 0.50 * grain) * gap)[..., None]
    return wood * light[..., None]


def _wall(points: np.ndarray, seed: int) -> np.ndarray:
    x, y = points[..., 0], points[..., 1]
    plaster = 0.93 + 0.09 * _noise(x * 3, y * 3, seed + 5) + 0.05 * _noise(x * 40, y * 40, seed + 7)
    light = 0.50 + 0.55 * np.exp(-((x + 0.9) ** 2 / 4 + (y - 1.5) ** 2 / 5))
    light = light * (1 - 0.35 * np.exp(-np.abs(y) / 0.20))
    colour = np.array([0.43, 0.50, 0.50]) * plaster[..., None]
    colour = _window(colour, x, y)
    colour = _picture(colour, x, y)
    skirting = np.array([0.70, 0.69, 0.66]) * (0.80 + 0.2 * np.clip(y / 0.12, 0, 1))[..., None]
    skirting = skirting * np.where(np.abs(y - 0.105) < 0.006, 0.75, 1.0)[..., None]
    colour = np.where((y < 0.13)[..., None], skirting, colour)
    glass = _box(x + 1.18, y - 1.78, 0.26, 0.44)
    return colour * np.where(glass, 1.0, light)[..., None]


def _window(colour: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    x, y = x + 1.18, y - 1.78
    frame = _box(x, y, 0.31, 0.49) | _box(x, y + 0.50, 0.36, 0.025)
    sky = np.array([0.80, 0.92, 1.05]) - np.array([0.25, 0.20, 0.10]) * (y + 0.4)[..., None]
    hill = y < -0.24 + 0.05 * np.sin(x * 9 + 1)
    view = np.where(hill[..., None], np.array([0.30, 0.45, 0.22]), sky)
    shadow = 1 - 0.25 * _box(x - 0.03, y + 0.03, 0.33, 0.50)
    colour = colour * shadow[..., None]
    colour = np.where(frame[..., None], np.array([0.78, 0.77, 0.74]), colour)
    glass = _box(x, y, 0.26, 0.44) & (np.abs(x) > 0.016) & (np.abs(y - 0.08) > 0.016)
    return np.where(glass[..., None], view, colour)


def _picture(colour: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    x, y = x - 1.12, y - 1.72
    colour = colour * (1 - 0.3 * _box(x - 0.02, y + 0.025, 0.25, 0.32))[..., None]
    colour = np.where(_box(x, y, 0.24, 0.31)[..., None], np.array([0.10, 0.07, 0.05]), colour)
    colour = np.where(_box(x, y, 0.215, 0.285)[..., None], np.array([0.66, 0.64, 0.58]), colour)
    inner = _box(x, y, 0.155, 0.215)
    sun = np.hypot(x - 0.03, y - 0.06) < 0.07
    waves = np.where(y + 0.05 < 0.02 * np.sin(x * 28), 0.0, 1.0)[..., None]
    painted = np.array([0.12, 0.24, 0.32]) * (1 - waves) + np.array([0.60, 0.45, 0.28]) * waves
    painted = np.where(sun[..., None], np.array([0.70, 0.28, 0.12]), painted)
    return np.where(inner[..., None], painted, colour)


def _box(x: np.ndarray, y: np.ndarray, half_width: float, half_height: float) -> np.ndarray:
    return (np.abs(x) < half_width) & (np.abs(y) < half_height)


def _chance(i: np.ndarray, j: np.ndarray, seed: int) -> np.ndarray:
    value = np.sin(i * 127.1 + j * 311.7 + (seed % 1000) * 74.7) * 43758.5453
    return value - np.floor(value)


def _noise(x: np.ndarray, y: np.ndarray, seed: int, octaves: int = 3) -> np.ndarray:
    total = np.zeros_like(x)
    for octave in range(octaves):
        u, v = x * 2**octave, y * 2**octave
        i, j = np.floor(u), np.floor(v)
        a, b = u - i, v - j
        a, b = a * a * (3 - 2 * a), b * b * (3 - 2 * b)
        low = _chance(i, j, seed) * (1 - a) + _chance(i + 1, j, seed) * a
        high = _chance(i, j + 1, seed) * (1 - a) + _chance(i + 1, j + 1, seed) * a
        total += (low * (1 - b) + high * b) * 0.5 ** (octave + 1)
    return total
