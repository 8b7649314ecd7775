"""The contact sheet: frames from all over a take, with skeleton, matte's edge and time."""

from dataclasses import dataclass, field

import cv2
import numpy as np

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.stick_figure import StickStyle, draw_sequence_frame

_THIN = StickStyle(line=0.007, joint=0.006, fine=0.001)
_EDGE = (255, 40, 220)
_LABEL_ROWS = 22
_CELL_HEIGHT = 288  # pixels of a frame on the sheet


@dataclass
class Glimpses:
    """Frames kept while a take is written, so that nothing need be read twice."""

    wanted: frozenset[int]
    """Numbers of the frames to keep."""
    numbers: list[int] = field(default_factory=list)
    pictures: list[np.ndarray] = field(default_factory=list)
    mattes: list[np.ndarray] = field(default_factory=list)

    @staticmethod
    def over(frames: int, count: int = 24) -> "Glimpses":
        """Return empty glimpses of `count` frames, evenly spread over so many `frames`."""
        places = np.linspace(0, max(0, frames - 1), min(count, frames)).round().astype(int)
        return Glimpses(frozenset(places.tolist()))

    def look(self, number: int, picture: np.ndarray, matte: np.ndarray) -> None:
        """Keep frame `number` and its matte, if it is among the wanted ones."""
        if number in self.wanted:
            self.numbers.append(number)
            self.pictures.append(picture)
            self.mattes.append(matte)


def contact_sheet(
    glimpses: Glimpses, poses: PoseSequence, columns: int | None = None
) -> np.ndarray:
    """Return sampled frames as one picture, each under its time.

    Args:
        glimpses: frames and mattes.
        poses: of the whole take, in pixels of its frames.
        columns: frames in a row; None: eight of upright frames, four of wide ones.

    Returns:
        uint8 RGB (height, width, 3); the matte's edge is magenta, joints as in stick figures,
        faint where they are not sure.
    """
    width, height = poses.size
    per_row = columns or (8 if height >= width else 4)
    cells = [
        _cell(picture, matte, poses, number)
        for number, picture, matte in zip(
            glimpses.numbers, glimpses.pictures, glimpses.mattes, strict=True
        )
    ]
    blank = np.full_like(cells[0], 255)
    cells += [blank] * (-len(cells) % per_row)
    rows = [np.hstack(cells[start : start + per_row]) for start in range(0, len(cells), per_row)]
    return np.vstack(rows)


def _cell(picture: np.ndarray, matte: np.ndarray, poses: PoseSequence, number: int) -> np.ndarray:
    size = (max(1, round(picture.shape[1] * _CELL_HEIGHT / picture.shape[0])), _CELL_HEIGHT)
    cell = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    cell = _with_skeleton(cell, poses, number)
    outlines, _ = cv2.findContours(
        (cv2.resize(matte, size, interpolation=cv2.INTER_AREA) > 127).astype(np.uint8),
        cv2.RETR_EXTERNAL,
        cv2.CHAIN_APPROX_NONE,
    )
    cv2.drawContours(cell, outlines, -1, _EDGE, 1)
    return np.vstack([_label(f"{number / poses.fps:.1f} s", size[0]), cell])


def _with_skeleton(cell: np.ndarray, poses: PoseSequence, number: int) -> np.ndarray:
    fitted = poses.part(number, number + 1).scaled((cell.shape[1], cell.shape[0]))
    stick = draw_sequence_frame(fitted, 0, _THIN)
    drawn = stick.max(axis=-1, keepdims=True) > 0
    return np.where(drawn, (0.35 * cell + 0.65 * stick).astype(np.uint8), cell)


def _label(text: str, width: int) -> np.ndarray:
    strip = np.full((_LABEL_ROWS, width, 3), 255, np.uint8)
    cv2.putText(strip, text, (4, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.48, (30, 30, 30), 1, cv2.LINE_AA)
    return strip
