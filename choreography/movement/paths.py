"""Preset paths of the root: the inter-movement given instead of danced or predicted.

A path lies on the floor: right of the start and towards the camera. How high the hip is stays the
movement's own. In two dimensions only what a camera from the front sees of it, left and right, is
there.
"""

from collections.abc import Callable

import numpy as np

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.movement.options import PathOptions


def _line(turn: np.ndarray) -> np.ndarray:
    # A body cannot turn about at once: it slows down towards both ends.
    return np.stack([(1 - np.cos(2 * np.pi * turn)) / 2, np.zeros_like(turn)], axis=1)


def _circle(turn: np.ndarray) -> np.ndarray:
    angle = 2 * np.pi * turn
    return np.stack([np.sin(angle), np.cos(angle) - 1], axis=1) / 2


def _eight(turn: np.ndarray) -> np.ndarray:
    angle = 2 * np.pi * turn
    return np.stack([np.sin(angle), np.sin(2 * angle) / 2], axis=1) / 2


def _square(turn: np.ndarray) -> np.ndarray:
    corners = np.array([[0, 0], [1, 0], [1, -1], [0, -1], [0, 0]], float)
    along = (turn % 1) * 4
    return np.stack([np.interp(along, range(5), corners[:, axis]) for axis in range(2)], axis=1)


PATHS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "still": lambda turn: np.zeros((len(turn), 2)),
    "line": _line,
    "circle": _circle,
    "eight": _eight,
    "square": _square,
}
"""Name -> function of rounds (frames,) to (frames, 2): right and towards the camera, 1 across."""


def on_path(inter: np.ndarray, fps: float, options: PathOptions) -> np.ndarray:
    """Return the root's path with a preset one in its place, or added to it.

    Args:
        inter: (frames, 2 or 3) path of the left hip, body heights.
        fps: frames a second.
        options: which path, how large and how fast.

    Raises:
        BadInput: a size or time that is not positive.
    """
    if options.path == "own":
        return inter.copy()
    if not (options.path_size > 0 and options.path_seconds > 0):
        raise BadInput(
            f"--path-size {options.path_size} and --path-seconds {options.path_seconds} must both "
            "be more than 0"
        )
    across = PATHS[options.path](np.arange(len(inter)) / fps / options.path_seconds)
    floor = [0, 2][: inter.shape[1] - 1]
    result = inter.copy()
    for number, axis in enumerate(floor):
        base = inter[:, axis] if options.path_use == "add" else inter[0, axis]
        result[:, axis] = base + options.path_size * across[:, number]
    return result
