"""What a single-shot detector found: boxes and key points about fixed anchors, joined into things.

Source: Liu et al., "SSD: Single Shot MultiBox Detector" (2016); google-ai-edge/mediapipe,
`SsdAnchorsCalculator`, `TensorsToDetectionsCalculator`, `NonMaxSuppressionCalculator` (weighted).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

_OVERLAP = 0.3  # boxes that share more of their union show one thing
_LEAST_SCORE = 0.5


@dataclass(frozen=True)
class Detection:
    """One thing found."""

    score: float
    """0..1."""
    box: np.ndarray
    """(4,) left, top, right, bottom, as shares 0..1 of the crop."""
    key_points: np.ndarray
    """(points, 2) x, y, likewise."""


def anchors(side: int, strides: Sequence[int]) -> np.ndarray:
    """Return the anchors (n, 2) x, y, as shares of the crop: two for each layer in each cell.

    Args:
        side: of the crop, in pixels.
        strides: pixels from cell to cell of each layer; equal ones, which neighbour, share cells.
    """
    grids = []
    for stride in sorted(set(strides)):
        cells = math.ceil(side / stride)
        at = (np.arange(cells) + 0.5) / cells
        grid = np.stack(np.meshgrid(at, at), axis=-1).reshape(-1, 2)
        grids.append(np.repeat(grid, 2 * list(strides).count(stride), axis=0))
    return np.concatenate(grids)


def detections(
    values: np.ndarray, scores: np.ndarray, about: np.ndarray, side: int
) -> list[Detection]:
    """Return the things found, the surest first.

    Args:
        values: (n, 4 + 2 points): centre, size and key points in pixels, from each anchor.
        scores: (n,) before the logistic function.
        about: (n, 2) the anchors.
        side: of the crop, in pixels.
    """
    sure = expit(scores)
    kept = np.flatnonzero(sure > _LEAST_SCORE)
    kept = kept[np.argsort(-sure[kept], kind="stable")]
    centre = values[kept, :2] / side + about[kept]
    half = values[kept, 2:4] / side / 2
    boxes = np.concatenate([centre - half, centre + half], axis=1)
    points = values[kept, 4:].reshape(-1, values.shape[1] // 2 - 2, 2) / side + about[kept, None]
    return _joined(sure[kept], boxes, points)


def _joined(scores: np.ndarray, boxes: np.ndarray, points: np.ndarray) -> list[Detection]:
    """Join what overlaps with the surest of what is left: the mean, weighted by the scores."""
    found = []
    left = np.arange(len(scores))
    while len(left):
        same = _shared(boxes[left[0]], boxes[left]) > _OVERLAP
        same[0] = True
        of = left[same]
        weight = scores[of] / scores[of].sum()
        box = np.tensordot(weight, boxes[of], 1)
        found.append(Detection(float(scores[of[0]]), box, np.tensordot(weight, points[of], 1)))
        left = left[~same]
    return found


def _shared(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Return how much of the union of `box` and each of `boxes` both cover."""
    low, high = np.maximum(box[:2], boxes[:, :2]), np.minimum(box[2:], boxes[:, 2:])
    both = (high - low).clip(0).prod(axis=1)
    either = (box[2:] - box[:2]).prod() + (boxes[:, 2:] - boxes[:, :2]).prod(axis=1) - both
    return both / np.maximum(either, 1e-12)
