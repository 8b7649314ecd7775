"""The picture sheet of actions: each one as a strip of stick figures over its phase."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from stickdance.capture.pose.stick_figure import StickStyle, draw_pose
from stickdance.checkpoints.files import whole_file
from stickdance.choreography.actions.action import Action
from stickdance.choreography.actions.catalog import STANDARD, Repertoire
from stickdance.choreography.body.proportions import body_from_profile, default_profile

_PER_STRIP = 8  # pictures in a strip, besides the one it starts from
_STYLE = StickStyle(line=0.016)


def write_action_sheet(
    to: Path,
    names: Sequence[str] | None = None,
    side: int = 120,
    columns: int = 2,
    repertoire: Repertoire = STANDARD,
) -> Path:
    """Draw actions as strips, counts framed, the accent brightest, and write them as one picture.

    Args:
        to: the .png to write.
        names: which actions; by default all that rules choose from.
        side: width and height of one figure in pixels.
        columns: strips beside each other.
        repertoire: where the actions are found.

    Raises:
        BadInput: an action is unknown.
    """
    actions = [repertoire.find(name) for name in names or repertoire.danced]
    strips = [_strip(action, side) for action in actions]
    while len(strips) % columns:
        strips.append(np.zeros_like(strips[0]))
    rows = [np.hstack(strips[k : k + columns]) for k in range(0, len(strips), columns)]
    with whole_file(Path(to)) as temporary:
        Image.fromarray(np.vstack(rows)).save(temporary, format="PNG")
    return Path(to)


def _strip(action: Action, side: int) -> np.ndarray:
    """Draw one action from phase 0 to 1, its name above."""
    body = body_from_profile(default_profile((side, side)))
    phase = np.linspace(0, 1, _PER_STRIP + 1)
    points, _ = body.project(body.joints(action.poses(phase)))
    counts = phase * action.counts
    pictures = []
    for pose, count in zip(points, counts, strict=True):
        picture = draw_pose(pose, np.ones(len(pose)), (side, side), _STYLE)
        if abs(count - round(count)) < 1e-6:
            colour = (230, 230, 120) if round(count) == action.accent + 1 else (70, 70, 70)
            cv2.rectangle(picture, (0, 0), (side - 1, side - 1), colour, 1)
        pictures.append(picture)
    title = np.zeros((20, side * len(pictures), 3), np.uint8)
    text = f"{action.name}  ({action.source}, {action.counts} counts, energy {action.energy:g})"
    cv2.putText(title, text, (4, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (230, 230, 120), 1)
    return np.vstack([title, np.hstack(pictures)])
