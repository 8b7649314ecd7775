"""Tracing: where parallel lines of sight meet the melted surface of parts, and its normals.

A line of sight starts where it would meet the nearest part's hull and walks the signed distance to
the melted surface (sphere tracing, Hart 1996), backwards too, so that a few steps do. Lines that
pass close by a silhouette count for the share of the sample that is covered.
"""

from dataclasses import dataclass

import torch

from stickdance.tools.demo.distance import Distance
from stickdance.tools.demo.parts import PlacedParts
from stickdance.tools.demo.tiles import TileBatch, View, batches

_STEPS = 24
_FIRST_STEPS = 4
_NEAR_ENOUGH = 0.0006  # metres
_LEAST_SHARE = 0.04


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


def trace(parts: PlacedParts, view: View) -> Surface:
    """Return the surface of `parts` as seen through `view`."""
    found = [_walk(batch, view) for batch in batches(parts, view)]
    if not found:
        return _nothing()
    joined = Surface(*(torch.cat(values) for values in zip(*found, strict=True)))
    inside = (joined.column < view.columns) & (joined.row < view.rows)
    return Surface(*(values[inside] for values in vars(joined).values()))


@dataclass
class _Walk:
    """Where the lines of sight have come to: depth, closest approach so far, last distance."""

    depth: torch.Tensor  # (T, S), like all
    end: torch.Tensor
    near: torch.Tensor
    near_depth: torch.Tensor
    gap: torch.Tensor

    def go(self, distance: Distance, steps: int) -> None:
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


def _walk(batch: TileBatch, view: View) -> tuple[torch.Tensor, ...]:
    distance = Distance(batch)
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
    share = torch.where(hit, 1.0, (0.5 - walk.near.abs() * view.scale).clamp(0, 1))
    return _gather(batch, distance, torch.where(hit, walk.depth, walk.near_depth), share)


def _gather(
    batch: TileBatch, distance: Distance, z: torch.Tensor, share: torch.Tensor
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
