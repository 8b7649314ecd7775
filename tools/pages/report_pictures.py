"""Pictures for the report: strips of frames and curves, as data that a page carries itself."""

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

from stickdance.capture.media.video import probe, read_frames
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.stick_figure import StickStyle, draw_sequence_frame
from stickdance.synth.performer.card_pictures import numbered

_COLOURS = ("#c0392b", "#2471a3", "#1e8449", "#7d3c98", "#b9770e", "#117a65", "#5d6d7e")


def dance_strip(video: Path, poses: PoseSequence, count: int = 8) -> np.ndarray:
    """Return `count` frames of the video, evenly spread, under their stick figures.

    Returns:
        uint8 RGB (2 * height, count * width, 3).
    """
    size = probe(video).size
    fitted = poses.scaled(size)
    wanted = np.linspace(0, len(poses) - 1, count + 2).round().astype(int)[1:-1]
    frames = dict(numbered(read_frames(video), set(wanted.tolist())))
    columns = [
        np.vstack([draw_sequence_frame(fitted, number, StickStyle()), frames[number]])
        for number in sorted(frames)
    ]
    return np.hstack(columns)


def as_data_url(picture: np.ndarray) -> str:
    """Return a uint8 RGB picture as a `data:` address, in JPEG of high quality."""
    good, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])
    if not good:
        raise ValueError(f"a picture of shape {picture.shape} cannot be encoded as JPEG")
    return "data:image/jpeg;base64," + base64.b64encode(data.tobytes()).decode("ascii")


def curve_svg(curves: Mapping[str, Sequence[tuple[float, float]]], label: str) -> str:
    """Return a chart of named curves, each scaled to its own range, as SVG.

    Args:
        curves: (x, y) points by name.
        label: what x is, e.g. "minutes of training".
    """
    last = max((points[-1][0] for points in curves.values() if points), default=0.0)
    lines, legend = [], []
    for number, (name, points) in enumerate(curves.items()):
        if len(points) < 2 or last <= 0:
            continue
        colour = _COLOURS[number % len(_COLOURS)]
        values = np.array([y for _, y in points])
        low, high = float(values.min()), float(values.max())
        path = " ".join(
            f"{40 + 640 * x / last:.1f},{190 - 170 * (y - low) / (high - low or 1):.1f}"
            for x, y in points
        )
        lines.append(f'<polyline fill="none" stroke="{colour}" points="{path}"/>')
        legend.append(
            f'<text x="690" y="{24 + 18 * number}" fill="{colour}">'
            f"{name} {low:.3g}–{high:.3g}</text>"
        )
    axis = '<path d="M40 10V190H680" fill="none" stroke="#999"/>'
    title = f'<text x="360" y="212" text-anchor="middle" fill="#555">{label} (to {last:.3g})</text>'
    return (
        '<svg viewBox="0 0 880 220" font-size="12" font-family="sans-serif" '
        f'xmlns="http://www.w3.org/2000/svg">{axis}{"".join(lines)}{"".join(legend)}{title}</svg>'
    )
