"""The similarity matrices of a song as a picture, with what was found in them.

time-time   equation (2) of Islam et al.: time runs to the right and upwards, dark where two
            moments sound alike; what repeats is a line beside the diagonal
time-lag    their equation (3): the lag runs upwards, dark where a column sounds like the one a
            lag before it; what repeats is a horizontal line
denoised    the same with the repetitions drawn over it and the sections as thin lines and as a
            coloured strip under it, the chorus with a bright edge
"""

import cv2
import numpy as np

from stickdance.choreography.music.beats import Beats
from stickdance.choreography.music.chroma import Chroma
from stickdance.choreography.music.lag_matrix import lag_matrix
from stickdance.choreography.music.structure import Structure

_WIDTH, _HEIGHT = 1000, 400
_MARGIN = 48
_STRIP = 28
_PAPER, _INK = (255, 255, 255), (40, 40, 40)
_FOUND, _BOUNDARY = (205, 45, 45), np.array((190, 205, 235), np.uint8)
_COLOURS = (
    (120, 170, 220), (240, 180, 110), (150, 200, 140), (220, 150, 190),
    (190, 190, 120), (150, 140, 210), (130, 200, 200), (200, 200, 200),
)  # fmt: skip


def draw_lag_matrix(
    chroma: Chroma, seconds: float, beats: Beats, structure: Structure
) -> np.ndarray:
    """Return a picture (height, width, 3) uint8 RGB of what repeats in a song.

    Args:
        chroma: its notes.
        seconds: its length.
        beats: its beats.
        structure: what was found in it.
    """
    matrix = lag_matrix(chroma, beats, seconds)
    grid = np.interp(np.linspace(0, seconds, _WIDTH), matrix.edges, np.arange(len(matrix.edges)))
    times = np.minimum(grid.astype(int), len(matrix.similarity) - 1)
    column = seconds / len(matrix.similarity)
    lags = np.minimum(
        (np.linspace(seconds, 0, _HEIGHT) / column).astype(int), len(matrix.similarity) - 1
    )
    raw = matrix.similarity[times][:, lags].T
    clean = matrix.lines[times][:, lags].T
    usual = np.median(raw[raw > 0]) if (raw > 0).any() else 0.0
    both, upper = (
        _panel(np.clip((each - usual) / max(1 - usual, 1e-6), 0, 1))
        for each in (_time_time(matrix.similarity, times), raw)
    )
    lower = _panel(np.clip(clean / max(float(np.percentile(clean, 99.5)), 1e-6), 0, 1))
    for section in structure.sections[1:]:
        _mark_boundary(lower, section.start / seconds)
    _mark_repetitions(lower, structure, seconds)
    parts = [
        _framed(both, "time-time similarity", seconds),
        _framed(upper, "time-lag similarity", seconds),
        _framed(lower, "denoised, with what was found", seconds),
        _sections(structure, seconds),
    ]
    return np.concatenate(parts)


def _time_time(similarity: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return (_HEIGHT, _WIDTH): the similarity of two moments, the second one rising.

    Args:
        similarity: of a `LagMatrix`.
        times: (_WIDTH,) its columns at places of the picture.
    """
    other = times[np.linspace(len(times) - 1, 0, _HEIGHT).astype(int)][:, None]
    alike: np.ndarray = similarity[np.maximum(times, other), np.abs(times - other)]
    return alike


def _panel(darkness: np.ndarray) -> np.ndarray:
    grey = np.round(255 * (1 - darkness)).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def _mark_boundary(panel: np.ndarray, share: float) -> None:
    across = round(share * (_WIDTH - 1))
    line = panel[:, across]
    panel[:, across] = np.minimum(line, _BOUNDARY)


def _mark_repetitions(panel: np.ndarray, structure: Structure, seconds: float) -> None:
    for one in structure.repetitions:
        height = _HEIGHT - 1 - round((one.start - one.of_start) / seconds * (_HEIGHT - 1))
        ends = [round(time / seconds * (_WIDTH - 1)) for time in (one.start, one.end)]
        cv2.line(panel, (ends[0], height), (ends[1], height), _FOUND, 2)


def _framed(panel: np.ndarray, title: str, seconds: float) -> np.ndarray:
    """Return a panel with its title and with minutes and seconds along both sides."""
    picture = np.full((_HEIGHT + 2 * _MARGIN, _WIDTH + 2 * _MARGIN, 3), _PAPER, np.uint8)
    picture[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN] = panel
    _write(picture, title, (_MARGIN, _MARGIN - 14))
    for time in np.arange(0, seconds, _tick(seconds)):
        label = f"{int(time) // 60}:{int(time) % 60:02d}"
        across = _MARGIN + round(time / seconds * _WIDTH)
        up = _MARGIN + _HEIGHT - round(time / seconds * _HEIGHT)
        cv2.line(picture, (across, _MARGIN + _HEIGHT), (across, _MARGIN + _HEIGHT + 4), _INK, 1)
        cv2.line(picture, (_MARGIN - 4, up), (_MARGIN, up), _INK, 1)
        _write(picture, label, (across - 13, _MARGIN + _HEIGHT + 20))
        _write(picture, label, (8, up + 5))
    return picture


def _sections(structure: Structure, seconds: float) -> np.ndarray:
    strip = np.full((_STRIP + _MARGIN // 2, _WIDTH + 2 * _MARGIN, 3), _PAPER, np.uint8)
    labels = list(dict.fromkeys(section.label for section in structure.sections))
    for section in structure.sections:
        ends = [_MARGIN + round(t / seconds * _WIDTH) for t in (section.start, section.end)]
        colour = _COLOURS[labels.index(section.label) % len(_COLOURS)]
        cv2.rectangle(strip, (ends[0], 0), (ends[1] - 2, _STRIP), colour, -1)
        if section.chorus:
            cv2.rectangle(strip, (ends[0], 0), (ends[1] - 2, _STRIP), _FOUND, 2)
        _write(strip, section.label, (ends[0] + 5, _STRIP - 8))
    return strip


def _tick(seconds: float) -> int:
    """Return the seconds from label to label, so that there are at most fourteen."""
    return next(step for step in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600) if step * 14 > seconds)


def _write(picture: np.ndarray, text: str, place: tuple[int, int]) -> None:
    cv2.putText(picture, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.45, _INK, 1, cv2.LINE_AA)
