"""Which clusters of songs lie above the average of all songs, and which below, in plain words.

For each description of a song (`song_features.DESCRIPTORS`) the clusters' averages are told in
spreads from the average of all songs. Three of them, by which the paper divides its clusters one
after another, tell which clusters they set apart; what they do not, the clusters' features heard
in something else.

Source: "What if we are able to predict movement?", appendix 7: of seven clusters all but three are
told apart so.
"""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from stickdance.choreography.movement.song_features import DESCRIPTORS

DIVIDING = ("centroid", "roll_off", "zero_crossings")
"""The descriptions that divided the paper's songs most."""

_CELL, _LEFT, _TOP = 58, 130, 70  # pixels
_INK = (40, 40, 40)
_ABOVE, _BELOW = np.array((190, 90, 40), float), np.array((38, 84, 160), float)
_FULL = 2.0  # spreads from the average at which a colour is full
_LETTERS = cv2.FONT_HERSHEY_SIMPLEX


def cluster_averages(descriptors: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the averages (clusters, descriptions), in spreads from the average of all songs.

    Args:
        descriptors: (songs, descriptions).
        labels: (songs,) cluster of each.
    """
    spread = np.maximum(descriptors.std(axis=0), 1e-12)
    standard = (descriptors - descriptors.mean(axis=0)) / spread
    return np.stack([standard[labels == one].mean(axis=0) for one in range(labels.max() + 1)])


def above_and_below(averages: np.ndarray) -> dict[str, Any]:
    """Return as JSON which clusters are above and below, and which three descriptions divide.

    Args:
        averages: what `cluster_averages` gave.

    Returns:
        "averages": of each description by cluster; "above", "below": clusters by description;
        "not_told_apart": the groups of clusters that `DIVIDING` leaves together.
    """
    columns = list(zip(DESCRIPTORS, averages.T, strict=True))
    sides: dict[tuple[bool, ...], list[int]] = {}
    for cluster, row in enumerate(averages):
        key = tuple(bool(row[DESCRIPTORS.index(name)] > 0) for name in DIVIDING)
        sides.setdefault(key, []).append(cluster)
    return {
        "averages": {name: [round(float(v), 3) for v in values] for name, values in columns},
        "above": {name: np.flatnonzero(values > 0).tolist() for name, values in columns},
        "below": {name: np.flatnonzero(values <= 0).tolist() for name, values in columns},
        "not_told_apart": [group for group in sides.values() if len(group) > 1],
    }


def draw_averages(averages: np.ndarray, songs: Sequence[int]) -> np.ndarray:
    """Return a picture (height, width, 3) uint8 RGB: brown above the average, blue below.

    Args:
        averages: what `cluster_averages` gave.
        songs: how many each cluster has.
    """
    clusters, described = averages.shape
    size = (_TOP + described * _CELL // 2 + 16, max(_LEFT + clusters * _CELL + 16, 480))
    picture = np.full((*size, 3), 255, np.uint8)
    _write(picture, "clusters of songs: averages, in spreads from that of all", (10, 20))
    for cluster, count in enumerate(songs):
        left = _LEFT + cluster * _CELL
        _write(picture, str(cluster), (left + 20, 44))
        _write(picture, f"{count} song{'s' * (count != 1)}", (left + 2, 62), 0.35)
    for row, name in enumerate(DESCRIPTORS):
        top = _TOP + row * _CELL // 2
        _write(picture, name.replace("_", " "), (10, top + 19))
        for cluster, value in enumerate(averages[:, row]):
            left = _LEFT + cluster * _CELL
            share = min(1.0, abs(float(value)) / _FULL)
            colour = 255 * (1 - share) + (_ABOVE if value > 0 else _BELOW) * share
            picture[top + 1 : top + _CELL // 2 - 1, left + 1 : left + _CELL - 1] = colour.round()
            ink = _INK if share < 0.6 else (255, 255, 255)
            _write(picture, f"{value:+z.1f}", (left + 12, top + 19), colour=ink)
    return picture


def _write(
    picture: np.ndarray,
    words: str,
    place: tuple[int, int],
    size: float = 0.45,
    colour: tuple[int, int, int] = _INK,
) -> None:
    cv2.putText(picture, words, place, _LETTERS, size, colour, 1, cv2.LINE_AA)
