"""Tracing: where parallel lines of sight meet the melted surface of parts, and its normals.

The picture is cut into tiles; each tile lists the parts near it. A line of sight starts where it
would meet the nearest part's hull and walks the signed distance to the melted surface (sphere
tracing, Hart 1996), backwards too, so that a few steps do. Lines that pass close by a silhouette
count for the share of the sample that is covered.

Materials do not melt into each other: within a material, distances join by
-k log sum exp(-d / k); the nearest material wins.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from tools.demo.parts import MELTING, Parts

_TILE = 8
_BATCH = 120_000  # sample-part pairs at a time: what the processor's cache holds
_STEPS = 24
_FIRST_STEPS = 4
_NEAR_ENOUGH = 0.0006  # metres
_LEAST_SHARE = 0.04


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
class Surface:
    """What the lines of sight met, one entry per sample hit; float32 tensors, metres."""

    column: torch.Tensor
    row: torch.Tensor
    point: torch.Tensor
    """(hits, 3)"""
    normal: torch.Tensor
    """(hits, 3) unit, outwards."""
    share: torch.Tensor
    """(hits,) how much of the sample is covered, 0..1."""
    material: torch.Tensor
    """(hits,) int64."""
    part: torch.Tensor
    """(hits,) int64: the nearest part."""

    def __len__(self) -> int:
        """Return the number of samples hit."""
        return len(self.share)


def trace(parts: Parts, view: View) -> Surface:
    """Return the surface of `parts` as seen through `view`."""
    found = [_walk(batch, view) for batch in _batches(parts, view)]
    if not found:
        return _nothing()
    joined = Surface(*(torch.cat(values) for values in zip(*found, strict=True)))
    inside = (joined.column < view.columns) & (joined.row < view.rows)
    return Surface(*(values[inside] for values in vars(joined).values()))


@dataclass(frozen=True)
class _Batch:
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


def _batches(parts: Parts, view: View) -> Iterator[_Batch]:
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


def _parts_near_tiles(parts: Parts, view: View) -> np.ndarray:
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


def _batch(parts: Parts, view: View, tiles: np.ndarray, near: np.ndarray) -> _Batch:
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
    return _Batch(
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


class _Distance:
    """The signed distance along lines of sight; what does not depend on z is worked out once."""

    def __init__(self, batch: _Batch) -> None:
        start_x, start_y, start_z = batch.start[..., None].unbind(2)
        axis_x, axis_y, self.axis_z = batch.axis[..., None].unbind(2)
        normal_x, normal_y, self.normal_z = batch.normal[..., None].unbind(2)
        x, y = batch.x - start_x, batch.y - start_y
        self.start_z = start_z
        self.along = x * axis_x + y * axis_y
        self.length2 = (batch.axis * batch.axis).sum(-1)[..., None]
        self.inverse = 1 / self.length2
        self.across2 = x * x + y * y
        self.off = x * normal_x + y * normal_y
        self.flat = batch.flat * batch.flat - 1
        self.slope = 2 * self.flat + self.flat * self.flat
        self.radius, self.taper = batch.radius, batch.taper
        self.material, self.melting = batch.material, batch.melting

    def of(self, tile: torch.Tensor, sample: torch.Tensor) -> "_Distance":
        """Return the same for some samples only, each as a tile of its own."""
        few = _Distance.__new__(_Distance)
        for name, values in vars(self).items():
            single = values.shape[-1] == 1
            setattr(few, name, values[tile] if single else values[tile, :, sample][..., None])
        return few

    def each(self, z: torch.Tensor) -> torch.Tensor:
        """Return the distance to each part (T, K, S) at depth z (T, S)."""
        depth = z[:, None] - self.start_z
        along = torch.addcmul(self.along, depth, self.axis_z)
        share = (along * self.inverse).clamp_(0, 1)
        square = torch.addcmul(self.across2, depth, depth)
        square -= share * (2 * along).addcmul_(share, self.length2, value=-1)
        off2 = torch.addcmul(self.off, depth, self.normal_z).square_()
        length = torch.addcmul(square, self.flat, off2).clamp_min_(1e-8).sqrt_()
        slope = square.addcmul_(self.slope, off2).clamp_min_(1e-8).rsqrt_()
        return (length - torch.addcmul(self.radius, share, self.taper)).mul_(length).mul_(slope)

    def melted(self, z: torch.Tensor) -> torch.Tensor:
        """Return the distance (T, S) to the melted surface."""
        each = self.each(z)
        least, place = each.min(1, keepdim=True)
        winner = self.material[..., 0].gather(1, place[:, 0])[:, None]
        melting = self.melting[..., 0].gather(1, place[:, 0])[:, None]
        weight = each.sub_(least).div_(-melting).exp_().mul_(self.material == winner)
        return (least - melting * weight.sum(1, keepdim=True).log_())[:, 0]

    def first_guess(self, nearest: torch.Tensor) -> torch.Tensor:
        """Return the depth (T, S) at which to start walking.

        It is where the line of sight enters the foremost hull (each part taken as a round rod), or
        passes closest to the nearest one.
        """
        flat2 = (self.length2 - self.axis_z * self.axis_z).clamp_min(1e-8)
        share = (self.along / flat2).clamp_(0, 1)
        gap2 = self.across2 - share * (2 * self.along - share * flat2)
        radius = self.radius + share * self.taper
        inside = radius.square() - gap2
        middle = self.start_z + share * self.axis_z
        tilt = (self.length2 / flat2).clamp_max_(9.0)
        front = middle + (inside.clamp_min(0) * tilt).sqrt_()
        hit = (inside > 0) & (radius > 0)
        entry = torch.where(hit, front, -9.0).amax(1)
        gap = gap2.clamp_min_(0).sqrt_() - radius
        closest = middle.gather(1, gap.argmin(1, keepdim=True))[:, 0]
        return torch.minimum(torch.where(hit.any(1), entry, closest), nearest)


@dataclass
class _Walk:
    """Where the lines of sight have come to: depth, closest approach so far, last distance."""

    depth: torch.Tensor  # (T, S), like all
    end: torch.Tensor
    near: torch.Tensor
    near_depth: torch.Tensor
    gap: torch.Tensor

    def go(self, distance: _Distance, steps: int) -> None:
        """Take some steps; lines that left the tile's parts behind stand still."""
        for _ in range(steps):
            gap = distance.melted(self.depth)
            inside = self.depth > self.end
            closer = (gap < self.near) & inside
            self.near = torch.where(closer, gap, self.near)
            self.near_depth = torch.where(closer, self.depth, self.near_depth)
            self.depth = torch.where(inside, self.depth - gap * 0.96, self.depth)
            self.gap = gap

    def going(self) -> torch.Tensor:
        """Tell which lines have neither met the surface nor left it behind."""
        return (self.gap.abs() > _NEAR_ENOUGH) & (self.depth > self.end)


def _walk(batch: _Batch, view: View) -> tuple[torch.Tensor, ...]:
    distance = _Distance(batch)
    start = distance.first_guess(batch.nearest)
    far = torch.full_like(start, 9.0)
    walk = _Walk(start, batch.farthest.expand_as(start).clone(), far, start, far)
    walk.go(distance, _FIRST_STEPS)
    tile, sample = walk.going().nonzero(as_tuple=True)
    for _ in range(_FIRST_STEPS, _STEPS, _FIRST_STEPS):
        if not len(tile):
            break
        few = _Walk(*(values[tile, sample][:, None] for values in vars(walk).values()))
        few.go(distance.of(tile, sample), _FIRST_STEPS)
        for name, values in vars(few).items():
            getattr(walk, name)[tile, sample] = values[:, 0]
        still = few.going()[:, 0]
        tile, sample = tile[still], sample[still]
    # Where materials meet the distance jumps, and a walk may swing there: inside once is a hit.
    met = (walk.gap.abs() < 4 * _NEAR_ENOUGH + 0.15 / view.scale) | (walk.near < _NEAR_ENOUGH)
    hit = met & (walk.depth > walk.end)
    share = torch.where(hit, 1.0, (1 - walk.near.abs() * view.scale).clamp(0, 1))
    return _gather(batch, distance, torch.where(hit, walk.depth, walk.near_depth), share)


def _gather(
    batch: _Batch, distance: _Distance, z: torch.Tensor, share: torch.Tensor
) -> tuple[torch.Tensor, ...]:
    tile, sample = (share > _LEAST_SHARE).nonzero(as_tuple=True)
    point = torch.stack([batch.x[tile, 0, sample], batch.y[tile, 0, sample], z[tile, sample]], -1)
    start, axis, normal = batch.start[tile], batch.axis[tile], batch.normal[tile]
    flat, slope = distance.flat[tile, :, 0], distance.slope[tile, :, 0]
    offset = point[:, None] - start
    along = ((offset * axis).sum(-1) * distance.inverse[tile, :, 0]).clamp_(0, 1)
    offset = offset - along[..., None] * axis
    off = (offset * normal).sum(-1)
    square = (offset * offset).sum(-1)
    length = (square + flat * off * off).clamp_min(1e-8).sqrt()
    steep = (square + slope * off * off).clamp_min(1e-8).sqrt()
    radius = batch.radius[tile, :, 0] + along * batch.taper[tile, :, 0]
    each = (length - radius) * length / steep
    least, place = each.min(-1, keepdim=True)
    material = batch.material[tile, :, 0]
    winner = material.gather(-1, place)
    melting = batch.melting[tile, :, 0].gather(-1, place)
    weight = torch.exp((least - each) / melting) * (material == winner)
    gradient = (offset + (flat * off)[..., None] * normal) / steep[..., None]
    outward = torch.nn.functional.normalize((weight[..., None] * gradient).sum(1), dim=-1)
    return (
        batch.column[tile, sample],
        batch.row[tile, sample],
        point,
        outward,
        share[tile, sample],
        winner[:, 0],
        batch.part[tile].gather(-1, place)[:, 0],
    )


def _nothing() -> Surface:
    empty, whole = torch.zeros(0), torch.zeros(0, dtype=torch.int64)
    return Surface(whole, whole, torch.zeros(0, 3), torch.zeros(0, 3), empty, whole, whole)


def _float(values: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32))
