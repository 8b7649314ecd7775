"""Parts: the rounded pieces that a figure or a piece of furniture is made of.

A part is the hull of two balls (a round cone), flattened along a normal: its surface is where
sqrt(q.q + (s^2 - 1)(q.n)^2) = r, q being the offset from the nearest point of its axis, n the
normal, s how much flatter it is and r the radius there (Inigo Quilez, "distance functions", has
the round cone; the flattening is ours). Parts of one material melt into each other.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np


class PartMaterial(IntEnum):
    """What a part is made of."""

    SKIN = 0
    SHIRT = 1
    TROUSERS = 2
    HAIR = 3
    SHOE = 4
    SOLE = 5
    BAND = 6
    COLLAR = 7
    HAND = 8
    LEAF = 9
    POT = 10
    SOFA = 11
    CUSHION = 12


MELTING = np.array(
    [0.008, 0.012, 0.011, 0.009, 0.009, 0.004, 0.004, 0.004, 0.0025, 0.003, 0.006, 0.015, 0.010]
)
"""How far (metres) parts of each material melt into each other."""


@dataclass(frozen=True)
class PlacedParts:
    """Parts in space, metres."""

    start: np.ndarray
    """(parts, 3) first end of the axis."""
    axis: np.ndarray
    """(parts, 3) from the first end to the second."""
    normal: np.ndarray
    """(parts, 3) unit, perpendicular to the axis; zero where not flattened."""
    radius: np.ndarray
    """(parts, 2) at both ends."""
    flat: np.ndarray
    """(parts,) how many times flatter along the normal; 1 is round, below 1 is thicker."""
    material: np.ndarray
    """(parts,) int, see `PartMaterial`."""
    face: np.ndarray
    """(parts,) bool: the front of the head, where the face is painted."""
    casts: np.ndarray
    """(parts,) bool: large enough to throw shadows."""

    @property
    def reach(self) -> np.ndarray:
        """Return how far (parts,) from its axis a part can still shape the surface, metres."""
        hull = self.radius.max(1) / np.minimum(1, self.flat)
        return hull + 0.004 + 3.5 * MELTING[self.material]

    def __len__(self) -> int:
        """Return the number of parts."""
        return len(self.flat)


@dataclass(frozen=True)
class RoundCone:
    """One part of a table, in the frames it hangs on: (frame, x, y, z), metres of that frame."""

    start: tuple[str, float, float, float]
    end: tuple[str, float, float, float]
    radius: tuple[float, float]
    material: PartMaterial
    normal: tuple[float, float, float] | None = None
    """Flattening direction in the frame of the start; None for round."""
    flat: float = 1.0
    face: bool = False
    casts: bool = False


class PartTable:
    """Pieces ready to be put into place: one matrix product for all of them."""

    def __init__(self, pieces: list[RoundCone], frame_places: dict[str, int]) -> None:
        """Settle the table; `frame_places` tells the row of each named frame."""
        self._start_frame = np.array([frame_places[p.start[0]] for p in pieces])
        self._end_frame = np.array([frame_places[p.end[0]] for p in pieces])
        self._start = np.array([(*p.start[1:], 1.0) for p in pieces])
        self._end = np.array([(*p.end[1:], 1.0) for p in pieces])
        self._normal = np.array([p.normal or (0.0, 0.0, 0.0) for p in pieces])
        self._radius = np.array([p.radius for p in pieces])
        self._flat = np.array([p.flat for p in pieces])
        self._material = np.array([int(p.material) for p in pieces])
        self._face = np.array([p.face for p in pieces])
        self._casts = np.array([p.casts for p in pieces])

    def placed(self, frames: np.ndarray) -> PlacedParts:
        """Return the parts in space for `frames` (frames, 3, 4): columns x, y, z, origin."""
        start = np.einsum("kij,kj->ki", frames[self._start_frame], self._start)
        end = np.einsum("kij,kj->ki", frames[self._end_frame], self._end)
        normal = np.einsum("kij,kj->ki", frames[self._start_frame][:, :, :3], self._normal)
        axis = end - start
        short = np.linalg.norm(axis, axis=1) < 2e-4  # a ball: its axis must not vanish
        axis[short] += np.array([1e-4, 2e-4, 1e-4])
        along = (normal * axis).sum(1) / (axis * axis).sum(1)
        normal = normal - along[:, None] * axis
        length = np.linalg.norm(normal, axis=1, keepdims=True)
        round_ = length[:, 0] < 1e-3
        normal = np.where(round_[:, None], 0.0, normal / np.maximum(length, 1e-9))
        flat = np.where(round_, 1.0, self._flat)
        return PlacedParts(
            start, axis, normal, self._radius, flat, self._material, self._face, self._casts
        )
