"""Lighting: how much of the sky and of the key light a point sees past the dancer's larger parts.

Each part that casts counts as a rod of even thickness. Ambient occlusion is the share of the
hemisphere that a ball at the nearest point of the rod covers; the soft shadow compares the closest
approach of the ray to the light with its distance (Inigo Quilez, "sphere ambient occlusion" and
"soft shadows").
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from stickdance.tools.demo.parts import PlacedParts


@dataclass(frozen=True)
class Illumination:
    """What reaches a point, each (points,) in 0..1."""

    sky: torch.Tensor
    key: torch.Tensor


class Casters:
    """The rods that throw shadows."""

    def __init__(
        self,
        parts: PlacedParts,
        light: np.ndarray,
        moved: Callable[[np.ndarray], np.ndarray] | None = None,
    ) -> None:
        """Take the casting parts of a figure.

        Args:
            parts: the figure.
            light: unit direction to the key light.
            moved: takes points (..., 3) of the figure to where they cast from.
        """
        casts = parts.casts
        start, end = parts.start[casts], parts.start[casts] + parts.axis[casts]
        if moved is not None:
            start, end = moved(start), moved(end)
        thickness = 0.5 * parts.radius[casts].sum(1) / np.maximum(1, (1 + parts.flat[casts]) / 2)
        self._start = _float(start)
        self._axis = _float(end - start)
        self._radius = _float(thickness)
        self._light = _float(light)
        self._length2 = self._axis.square().sum(-1)
        self._start2 = self._start.square().sum(-1)
        self._start_axis = (self._start * self._axis).sum(-1)
        self._start_light = self._start @ self._light
        self._axis_light = self._axis @ self._light

    def reach(
        self, points: torch.Tensor, normals: torch.Tensor, softness: float, lift: float
    ) -> Illumination:
        """Return the light at points (P, 3) with unit normals (P, 3).

        Args:
            points: metres.
            normals: outward.
            softness: how sharp shadows are; 4 is a wide window, 20 a lamp.
            lift: metres by which rays start above the surface, so that it does not shade itself.
        """
        along = points @ self._axis.T - self._start_axis
        to_start = points @ self._start.T
        gap2 = points.square().sum(-1, keepdim=True) - 2 * to_start + self._start2
        normal_start = (normals * points).sum(-1, keepdim=True) - normals @ self._start.T
        normal_axis = normals @ self._axis.T
        sky = self._sky(along, gap2, normal_start, normal_axis)
        along = along + lift * normal_axis
        gap2 = gap2 + 2 * lift * normal_start + lift * lift
        raised = (points @ self._light + lift * (normals @ self._light))[:, None]
        return Illumination(sky, self._key(along, gap2, raised - self._start_light, softness))

    def _sky(
        self,
        along: torch.Tensor,
        gap2: torch.Tensor,
        normal_start: torch.Tensor,
        normal_axis: torch.Tensor,
    ) -> torch.Tensor:
        share = (along / self._length2).clamp_(0, 1)
        far2 = (gap2 - share * (2 * along - share * self._length2)).clamp_min_(1e-6)
        facing = (share * normal_axis - normal_start).clamp_min_(0)
        covered = facing * self._radius.square() / (far2 * far2.sqrt())
        return (1 - covered.clamp_(0, 0.98)).log_().sum(-1).mul_(1.1).exp_()

    def _key(
        self, along: torch.Tensor, gap2: torch.Tensor, ahead: torch.Tensor, softness: float
    ) -> torch.Tensor:
        slant = self._axis_light
        share = (along - slant * ahead) / (self._length2 - slant * slant).clamp_min(1e-6)
        share = share.clamp_(0, 1)
        way = (share * slant - ahead).clamp_min_(1e-3)
        share = ((along + way * slant) / self._length2).clamp_(0, 1)
        miss2 = (
            gap2
            + way * (way + 2 * ahead)
            + share * (share * self._length2 - 2 * along - 2 * way * slant)
        )
        clearance = miss2.clamp_min_(1e-6).sqrt_() - self._radius
        open_ = (0.5 + 0.5 * softness * clearance / way.clamp_min(0.03)).clamp_(0, 1)
        open_ = torch.where(way <= 0.0011, 1.0, open_)
        return (open_ * open_ * (3 - 2 * open_)).amin(-1)


def _float(values: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32))
