"""The stage: where the demo dancer stands, how metres become pixels and where the light is.

Conventions: the world is in metres, x to the right of the picture, y up from the floor, z towards
the camera, (0, 0, 0) on the floor in the middle. The room is seen in a mild perspective. Joints
come as pixels and depth, so the dancer is built in *picture space*: x and y as they appear in the
plane z = 0, z as it is. There, lines of sight are parallel and a joint lies exactly on the pixel
that it was asked for; `unfolded` takes picture space to the room, for shadows and for what touches
the floor.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

EYE_HEIGHT = 0.97
EYE_DISTANCE = 7.3
WALL = -2.9
"""Where the back wall stands (z, metres)."""
LIGHT = np.array([-0.60, 0.66, 0.46]) / np.linalg.norm([-0.60, 0.66, 0.46])
"""Towards the key light: a window on the left, behind the camera."""

_VIEW_HEIGHT = 2.40  # metres seen in the plane z = 0: both arms up, and a small jump
_VIEW_WIDTH = 1.70
_FLOOR_ROW = 0.945  # of the frame's height


@dataclass(frozen=True)
class Stage:
    """The view of a frame of `size` = (width, height)."""

    size: tuple[int, int]

    @cached_property
    def scale(self) -> float:
        """Return the pixels of a metre in the plane of the dancer."""
        return min(self.size[1] / _VIEW_HEIGHT, self.size[0] / _VIEW_WIDTH)

    @property
    def centre(self) -> float:
        """Return the column of x = 0."""
        return self.size[0] / 2

    @property
    def floor(self) -> float:
        """Return the row where the floor lies in the plane z = 0."""
        return self.size[1] * _FLOOR_ROW

    @property
    def horizon(self) -> float:
        """Return the row at the height of the camera's eye."""
        return self.floor - EYE_HEIGHT * self.scale

    def joints(self, points: np.ndarray, depth: np.ndarray) -> np.ndarray:
        """Return joints (..., 3) in picture space from pixels (..., 2) and their depth (...)."""
        x = (points[..., 0] - self.centre) / self.scale
        y = (self.floor - points[..., 1]) / self.scale
        return np.stack([x, y, depth / self.scale], axis=-1).astype(np.float64)

    def pixels(self, joints: np.ndarray) -> np.ndarray:
        """Return pixels (..., 2) of points (..., 3) in picture space."""
        x = joints[..., 0] * self.scale + self.centre
        return np.stack([x, self.floor - joints[..., 1] * self.scale], axis=-1)

    def sights(self, columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return the directions (..., 3) in which the eye sees pixels, one unit deep each."""
        focal = self.scale * EYE_DISTANCE
        return np.stack(
            [
                (columns - self.centre) / focal,
                (self.horizon - rows) / focal,
                np.full(np.broadcast(columns, rows).shape, -1.0),
            ],
            axis=-1,
        )


def unfolded(points: np.ndarray) -> np.ndarray:
    """Return points (..., 3) of picture space where they are in the room."""
    eye = np.array([0.0, EYE_HEIGHT])
    nearness = (EYE_DISTANCE - points[..., 2:]) / EYE_DISTANCE
    return np.concatenate([eye + (points[..., :2] - eye) * nearness, points[..., 2:]], axis=-1)


def floor_under(depth: float) -> float:
    """Return how high (y) the floor at a depth z appears in picture space."""
    return EYE_HEIGHT * (1 - EYE_DISTANCE / (EYE_DISTANCE - depth))
