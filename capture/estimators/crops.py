"""Square parts of a picture, turned upright and scaled, as networks expect them, and the way back.

Source: google-ai-edge/mediapipe, `ImageToTensorCalculator` on a CPU: corners of the square go to
corners of the crop, linear interpolation between places rounded to 1/32 of a pixel.
"""

import math

import cv2
import numpy as np

from stickdance.capture.estimators.people import Region
from stickdance.capture.media.jit import compiled


def crop_of(
    picture: np.ndarray, region: Region, side: int, repeat_edge: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return a region of a picture as a square of `side` pixels, and the way back.

    Args:
        picture: uint8 (height, width, 3).
        region: what to cut out; it may reach beyond the picture.
        side: of the crop, in pixels.
        repeat_edge: whether the picture's edge goes on beyond it; else it is black there.

    Returns:
        The crop, uint8 (side, side, 3), and the affine (2, 3) that takes its points to the
        picture's.
    """
    way = to_picture(region, side)
    border = cv2.BORDER_REPLICATE if repeat_edge else cv2.BORDER_CONSTANT
    places, shares = _rounded_places(way, side)
    return cv2.remap(picture, places, shares, cv2.INTER_LINEAR, borderMode=border), way


def _rounded_places(way: np.ndarray, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the maps of `cv2.remap` for an affine, its places rounded to 1/32 of a pixel.

    That is what `cv2.warpAffine` does before OpenCV 5, which rounds no more. It matters: networks
    answer two crops that differ by three levels in 2 % of the pixels with joints 2 pixels apart.
    """
    places = np.empty((side, side, 2), np.int16)
    shares = np.empty((side, side), np.uint16)
    steps = np.arange(side)
    across = np.rint(1024 * way[:, :1] * steps).astype(np.int32)
    down = np.rint(1024 * (way[:, 1:2] * steps + way[:, 2:])).astype(np.int32)
    _round_places(across, down, places, shares)
    return places, shares


@compiled
def _round_places(
    across: np.ndarray, down: np.ndarray, places: np.ndarray, shares: np.ndarray
) -> None:
    side = len(shares)
    for row in range(side):
        for column in range(side):
            x = (down[0, row] + across[0, column] + 16) >> 5
            y = (down[1, row] + across[1, column] + 16) >> 5
            places[row, column, 0], places[row, column, 1] = x >> 5, y >> 5
            shares[row, column] = (y & 31) << 5 | x & 31


def to_picture(region: Region, side: float) -> np.ndarray:
    """Return the affine (2, 3) that takes points of a region's crop to those of the picture."""
    along = math.cos(region.rotation) * region.side / side
    across = math.sin(region.rotation) * region.side / side
    turn = np.array([[along, -across], [across, along]])
    middle = np.array([region.x, region.y])
    return np.column_stack([turn, middle - turn @ [side / 2, side / 2]])


def moved(points: np.ndarray, way: np.ndarray) -> np.ndarray:
    """Return points (..., 2) taken by an affine (2, 3)."""
    return points @ way[:, :2].T + way[:, 2]


def laid_back(mask: np.ndarray, way: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return a crop's mask in its place of a picture of `size` (width, height), 0 around it.

    Only the box around the crop is computed.
    """
    side = mask.shape[0]
    corners = moved(np.array([(0, 0), (side, 0), (side, side), (0, side)], float), way)
    low = np.floor(corners.min(axis=0)).astype(int).clip(0, size)
    high = np.ceil(corners.max(axis=0)).astype(int).clip(0, size)
    whole = np.zeros((size[1], size[0]), mask.dtype)
    if (high > low).all():
        shifted = way - np.array([[0, 0, low[0]], [0, 0, low[1]]])
        part = cv2.warpAffine(mask, shifted, tuple((high - low).tolist()), flags=cv2.INTER_LINEAR)
        whole[low[1] : high[1], low[0] : high[0]] = part
    return whole


def region_along(foot: np.ndarray, rim: np.ndarray, margin: float) -> Region:
    """Return the square about a point that another, on its rim, gives size and turn.

    Args:
        foot: (2,) x, y: the middle of the square.
        rim: (2,) x, y: a point up the body from there.
        margin: how much larger than the circle through `rim` the square is.
    """
    right, up = rim[0] - foot[0], foot[1] - rim[1]
    turn = math.pi / 2 - math.atan2(up, right)
    turn = (turn + math.pi) % (2 * math.pi) - math.pi
    return Region(float(foot[0]), float(foot[1]), 2 * math.hypot(right, up) * margin, turn)


def region_around(points: np.ndarray, turn: float, scale: float, up: float = 0.0) -> Region:
    """Return the square about points in a picture that is turned.

    Args:
        points: (any, 2) x, y.
        turn: radians, clockwise.
        scale: how much longer than the longer side of the turned box about the points it is.
        up: how far its middle lies up from the box's, in heights of the box.
    """
    across = np.array([math.cos(turn), math.sin(turn)])
    down = np.array([-math.sin(turn), math.cos(turn)])
    inside = np.stack([points @ across, points @ down], axis=-1)
    low, high = inside.min(axis=0), inside.max(axis=0)
    width, height = high - low
    x, y = (low + high) / 2 - (0, up * height)
    middle = x * across + y * down
    return Region(float(middle[0]), float(middle[1]), float(max(width, height)) * scale, turn)


def upright(right: np.ndarray, left: np.ndarray) -> float:
    """Return the turn of a picture in which two points lie level, `right` at the picture's left.

    Args:
        right: (2,) x, y of what somebody who faces the camera has on their right.
        left: (2,) x, y of what they have on their left.
    """
    return math.atan2(left[1] - right[1], left[0] - right[0])
