"""Tiles: the grid of lines of sight, cut into tiles that list the parts near them.

Tiles with about as many parts are handled together, so that little of the work is padding.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from stickdance.tools.demo.parts import MELTING, PlacedParts

_TILE = 8
_BATCH = 120_000  # sample-part pairs at a time: what the processor's cache holds


@dataclass(frozen=True)
class View:
    """A grid of parallel lines of sight along -z: sample (column, row) looks at one x and y."""

    columns: int
    rows: int
    scale: float
    """Samples per metre."""
    centre: float
    """Column of x = 0."""
    floor: float
    """Row of y = 0."""


@dataclass(frozen=True)
class TileBatch:
    """T tiles of S samples with up to K parts each; padding has radius -9."""

    x: torch.Tensor  # (T, 1, S)
    y: torch.Tensor
    column: torch.Tensor  # (T, S)
    row: torch.Tensor
    start: torch.Tensor  # (T, K, 3)
    axis: torch.Tensor
    normal: torch.Tensor
    radius: torch.Tensor  # (T, K, 1)
    taper: torch.Tensor
    flat: torch.Tensor
    material: torch.Tensor
    melting: torch.Tensor
    part: torch.Tensor  # (T, K)
    nearest: torch.Tensor  # (T, 1) z where the first part may begin
    farthest: torch.Tensor


def batches(parts: PlacedParts, view: View) -> Iterator[TileBatch]:
    """Yield all tiles that parts are near to, those with few parts first."""
    near = _parts_near_tiles(parts, view)
    counts = near.sum(1)
    tiles = np.flatnonzero(counts)
    tiles = tiles[np.argsort(counts[tiles], kind="stable")]
    first = 0
    while first < len(tiles):
        last = first
        while last < len(tiles) and (last + 1 - first) * counts[tiles[last]] * _TILE**2 <= _BATCH:
            last += 1
        last = max(last, first + 1)
        yield _batch(parts, view, tiles[first:last], near[tiles[first:last]])
        first = last


def _tile_grid(view: View) -> tuple[int, int]:
    return -(-view.columns // _TILE), -(-view.rows // _TILE)


def _parts_near_tiles(parts: PlacedParts, view: View) -> np.ndarray:
    across, down = _tile_grid(view)
    middle = (np.arange(max(across, down)) + 0.5) * _TILE
    x = (np.tile(middle[:across], down) - view.centre) / view.scale
    y = (view.floor - np.repeat(middle[:down], across)) / view.scale
    offset_x, offset_y = x[:, None] - parts.start[:, 0], y[:, None] - parts.start[:, 1]
    axis_x, axis_y = parts.axis[:, 0], parts.axis[:, 1]
    along = (offset_x * axis_x + offset_y * axis_y) / (axis_x**2 + axis_y**2 + 1e-9)
    along = np.clip(along, 0, 1)
    far2 = (offset_x - along * axis_x) ** 2 + (offset_y - along * axis_y) ** 2
    half_diagonal = (_TILE * 0.7072 + 1.0) / view.scale
    return far2 < (parts.reach + half_diagonal) ** 2


def _batch(parts: PlacedParts, view: View, tiles: np.ndarray, near: np.ndarray) -> TileBatch:
    most = int(near.sum(1).max())
    order = np.argsort(~near, axis=1, kind="stable")[:, :most]
    real = np.take_along_axis(near, order, 1)
    across, _ = _tile_grid(view)
    inner = np.arange(_TILE**2)
    column = (tiles % across)[:, None] * _TILE + inner % _TILE
    row = (tiles // across)[:, None] * _TILE + inner // _TILE
    ends = np.stack([parts.start[:, 2], parts.start[:, 2] + parts.axis[:, 2]])
    nearest = np.where(real, (ends.max(0) + parts.reach)[order], -9.0).max(1, keepdims=True)
    farthest = np.where(real, (ends.min(0) - parts.reach)[order], 9.0).min(1, keepdims=True)
    radius = np.where(real, parts.radius[:, 0][order], -9.0)
    taper = np.where(real, (parts.radius[:, 1] - parts.radius[:, 0])[order], 0.0)
    return TileBatch(
        x=_float((column + 0.5 - view.centre) / view.scale)[:, None],
        y=_float((view.floor - row - 0.5) / view.scale)[:, None],
        column=torch.from_numpy(column),
        row=torch.from_numpy(row),
        start=_float(parts.start[order]),
        axis=_float(parts.axis[order]),
        normal=_float(parts.normal[order]),
        radius=_float(radius)[..., None],
        taper=_float(taper)[..., None],
        flat=_float(parts.flat[order])[..., None],
        material=torch.from_numpy(parts.material[order])[..., None],
        melting=_float(MELTING[parts.material[order]])[..., None],
        part=torch.from_numpy(order),
        nearest=_float(nearest),
        farthest=_float(farthest),
    )


def _float(values: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32))
