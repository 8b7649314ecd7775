"""A confusion matrix as text and as a picture: rows what is, columns what was told."""

from collections.abc import Sequence

import cv2
import numpy as np

_CELL, _MARGIN = 64, 150
_PAPER, _INK, _FULL = (255, 255, 255), (40, 40, 40), np.array((38, 84, 160), float)
_CORNER = "is / told"
_LETTERS = cv2.FONT_HERSHEY_SIMPLEX


def confusion_text(confusion: Sequence[Sequence[int]], genres: Sequence[str]) -> str:
    """Return counts as a table of plain text, with the share told rightly at the end of each row.

    Args:
        confusion: counts; rows what is, columns what was told.
        genres: in the order of rows and columns.
    """
    counts = np.array(confusion)
    widest = max(len(_CORNER), *map(len, genres))
    columns = [max(len(genre), len(str(counts.max()))) for genre in genres]
    head = [f"{_CORNER:<{widest}}"]
    head += [f"{genre:>{wide}}" for genre, wide in zip(genres, columns, strict=True)]
    lines = ["  ".join([*head, "right"])]
    for place, genre in enumerate(genres):
        total = counts[place].sum()
        right = f"{counts[place, place] / total:.0%}" if total else "-"
        cells = [f"{count:>{wide}}" for count, wide in zip(counts[place], columns, strict=True)]
        lines.append("  ".join([f"{genre:<{widest}}", *cells, f"{right:>5}"]))
    return "\n".join(lines)


def draw_confusion(
    confusion: Sequence[Sequence[int]], genres: Sequence[str], title: str
) -> np.ndarray:
    """Return a picture (height, width, 3) uint8 RGB: the darker, the larger the row's share.

    Args:
        confusion: counts; rows what is, columns what was told.
        genres: in the order of rows and columns.
        title: written above.
    """
    counts = np.array(confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = _MARGIN + _CELL * len(genres) + 24
    picture = np.full((side, max(side, 560), 3), _PAPER, np.uint8)
    _write(picture, title, (16, 28), 0.6)
    _write(picture, "rows: what is; columns: what was told", (16, 52), 0.45)
    for row, genre in enumerate(genres):
        _write_ending(picture, genre, (_MARGIN - 8, _MARGIN + row * _CELL + _CELL // 2 + 5))
        _write_upwards(picture, genre, row)
        for column in range(len(genres)):
            _cell(picture, row, column, int(counts[row, column]), float(shares[row, column]))
    return picture


def _cell(picture: np.ndarray, row: int, column: int, count: int, share: float) -> None:
    left, top = _MARGIN + column * _CELL, _MARGIN + row * _CELL
    colour = np.array(_PAPER) * (1 - share) + _FULL * share
    picture[top + 1 : top + _CELL - 1, left + 1 : left + _CELL - 1] = colour.round()
    ink = _PAPER if share > 0.5 else _INK
    words = str(count)
    (wide, _), _ = cv2.getTextSize(words, _LETTERS, 0.5, 1)
    place = (left + (_CELL - wide) // 2, top + _CELL // 2 + 5)
    cv2.putText(picture, words, place, _LETTERS, 0.5, ink, 1, cv2.LINE_AA)


def _write(picture: np.ndarray, words: str, place: tuple[int, int], size: float) -> None:
    cv2.putText(picture, words, place, _LETTERS, size, _INK, 1, cv2.LINE_AA)


def _write_ending(picture: np.ndarray, words: str, end: tuple[int, int]) -> None:
    (wide, _), _ = cv2.getTextSize(words, _LETTERS, 0.5, 1)
    _write(picture, words, (max(2, end[0] - wide), end[1]), 0.5)


def _write_upwards(picture: np.ndarray, words: str, column: int) -> None:
    """Write a column's name from the matrix's upper edge upwards."""
    (wide, high), base = cv2.getTextSize(words, _LETTERS, 0.5, 1)
    label = np.full((high + base + 2, wide + 2, 3), _PAPER, np.uint8)
    cv2.putText(label, words, (0, high), _LETTERS, 0.5, _INK, 1, cv2.LINE_AA)
    turned = np.rot90(label)[: _MARGIN - 66]
    left = _MARGIN + column * _CELL + (_CELL - turned.shape[1]) // 2
    bottom = _MARGIN - 6
    picture[bottom - turned.shape[0] : bottom, left : left + turned.shape[1]] = turned
