"""An action from a file of poses: a person's movement, mapped onto the dancing body.

    wave.npz            poses: a take's poses.npz, or any keypoint file or folder
    wave.action.json    {"about": "A wave with both arms.", "counts": 4, "energy": 0.5,
                         "source": "arms", "accent": 1, "tempo": [60, 140]}

Everything in the second file may be left out, and so may the file: counts, energy, source and
accent are then measured. The first frame is the count before the first one, the last frame the last
count; in its last half count the movement goes back to where it began, so that it can repeat.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
from scipy.interpolate import Akima1DInterpolator

from stickdance.capture.keypoint_files.reading import read_keypoints
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.json_reader import read_json
from stickdance.choreography.actions.action import Action, Source
from stickdance.choreography.actions.from_poses import channels_from_poses
from stickdance.choreography.body.pose_channels import CHANNELS, DIRECTIONS, FEET, INDEX, blend
from stickdance.choreography.json_fields import between, field, object_with

SIDE_CAR = ".action.json"
"""How the name of a file ends that tells of the poses beside it."""


_FIELDS: dict[str, type] = {
    "name": str, "about": str, "counts": int, "energy": float, "source": str, "accent": int,
    "tempo": list, "fps": float, "size": list,
}  # fmt: skip
_RANGES = {"counts": (1, 64), "energy": (0, 1), "accent": (0, 63), "fps": (1, 240)}
_USUAL_TEMPO = 110.0  # counts a minute at which a movement was filmed, where nothing is said
_LONGEST_SECONDS = 60.0
_LEADS = 0.5  # of all movement: a part that has less does not lead alone
_AROUND = 0.6, 1.35  # of its own pace: how slow and how fast a movement stays comfortable


@dataclass(frozen=True)
class _Measured:
    """What poses tell of a movement."""

    energy: float
    source: Source
    accent: int
    moves_feet: bool
    changes: bool
    shows_back: bool


def filmed_action(path: Path) -> Action:
    """Return the action that a file of poses shows.

    Args:
        path: a file or folder that `stickdance.capture.keypoint_files.reading` reads.

    Raises:
        BadInput: it cannot be read, shows no whole body, or its `.action.json` is wrong.
    """
    told = _told(path)
    name = str(told.get("name", path.name.split(".")[0]))
    if not name.isidentifier():
        raise BadInput(f"{path}: name: expected letters, digits and _, found {name!r:.40}")
    poses = _poses(path, told)
    try:
        values = _at_home(channels_from_poses(poses))
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from None
    counts = int(told.get("counts", max(1, round(poses.seconds * _USUAL_TEMPO / 60))))
    measured = _measured(values, counts, poses.seconds)
    accent = int(told.get("accent", measured.accent))
    if accent >= counts:
        raise BadInput(f"{path}: accent: expected 0 to {counts - 1}, found {accent}")
    pace = 60 * counts / poses.seconds
    low, high = told.get("tempo", [round(_AROUND[0] * pace), round(_AROUND[1] * pace)])
    return Action(
        name=name,
        about=str(told.get("about", f"From {path.name}.")),
        counts=counts,
        energy=float(told.get("energy", measured.energy)),
        tempo=(float(low), float(high)),
        source=told.get("source", measured.source),
        accent=accent,
        moves_feet=measured.moves_feet,
        changes=measured.changes,
        shows_back=measured.shows_back,
        holds=False,
        movement=_movement(values, counts),
    )


def _told(path: Path) -> dict[str, Any]:
    """Return what the file beside the poses says of them."""
    beside = path.with_name(path.name.split(".")[0] + SIDE_CAR)
    if not beside.is_file():
        return {}
    values = read_json(beside, "what is to be known of an action")
    object_with(values, tuple(_FIELDS), str(beside))
    told = {name: field(values, name, _FIELDS[name], str(beside)) for name in values}
    for name, (low, high) in _RANGES.items():
        if name in told:
            between(told[name], low, high, f"{beside}: {name}")
    if told.get("source", "arms") not in get_args(Source):
        known = ", ".join(get_args(Source))
        raise BadInput(f"{beside}: source: expected one of {known}, found {told['source']!r:.40}")
    for name in ("tempo", "size"):
        pair = told.get(name, [1, 2])
        numbers = [v for v in pair if isinstance(v, int | float) and not isinstance(v, bool)]
        if len(pair) != 2 or len(numbers) != 2 or min(numbers) <= 0:
            raise BadInput(f"{beside}: {name}: expected two numbers above 0, found {pair!r:.40}")
    return told


def _poses(path: Path, told: dict[str, Any]) -> PoseSequence:
    width, height = told.get("size", (None, None))
    size = None if width is None else (int(width), int(height))
    try:
        poses = read_keypoints(path).poses(size=size, fps=told.get("fps"))
    except BadInput as error:
        hint = f"; say it in {path.name.split('.')[0]}{SIDE_CAR}" if "name it" in str(error) else ""
        raise BadInput(f"{path}: {str(error).removesuffix('; name it')}{hint}") from None
    if poses.seconds > _LONGEST_SECONDS:
        raise BadInput(
            f"{path}: lasts {poses.seconds:.0f} s; an action is a short movement of at most "
            f"{_LONGEST_SECONDS:.0f} s: cut it"
        )
    return poses


def _at_home(values: np.ndarray) -> np.ndarray:
    """Return poses moved so that the middle between the feet is at home at the start."""
    out = values.copy()
    left, right = FEET["left"].start, FEET["right"].start
    aside = (out[0, left] - out[0, right]) / 2
    out[:, left] -= aside
    out[:, right] += aside
    turns = 360 * np.round(out[0, INDEX["turn"]] / 360)
    out[:, INDEX["turn"]] -= turns
    return out


def _movement(values: np.ndarray, counts: int) -> Callable[[np.ndarray], np.ndarray]:
    """Return the movement as a function of phase, closed: its end is its beginning."""
    phase = np.linspace(0, 1, len(values))
    way = np.clip((phase - (1 - 0.5 / counts)) * 2 * counts, 0, 1)
    first = np.repeat(values[:1], len(values), axis=0)
    whole = 360 * np.round((values[-1, INDEX["turn"]] - first[0, INDEX["turn"]]) / 360)
    first[:, INDEX["turn"]] += whole
    closed = blend(values, first, way * way * (3 - 2 * way))
    curve = Akima1DInterpolator(phase, closed)

    def movement(at: np.ndarray) -> np.ndarray:
        return np.asarray(curve(np.clip(at, 0, 1)))

    return movement


def _measured(values: np.ndarray, counts: int, seconds: float) -> _Measured:
    """Return energy, leading part, strongest count and kind from how much the channels move."""
    moved = _movement_by_part(values)
    total = np.sum(list(moved.values()), axis=0)
    whole = max(float(total.sum()), 1e-9)
    shares = {part: float(amount.sum()) / whole for part, amount in moved.items()}
    leads: Source = max(shares, key=lambda part: shares[part])
    each = [float(part.max(initial=0.0)) for part in np.array_split(total, counts)]
    turned = np.abs(values[:, INDEX["turn"]])
    feet = [np.ptp(values[:, place], axis=0).max() for place in FEET.values()]
    return _Measured(
        energy=round(float(np.clip(0.35 + 0.04 * whole / seconds, 0.1, 1)), 2),
        source=leads if shares[leads] >= _LEADS else "whole",
        accent=int(np.argmax(each)),
        moves_feet=bool(max(feet) > 0.06),
        changes=bool(np.ptp(turned) > 25 or np.ptp(values[:, INDEX["lower"]]) > 0.08),
        shows_back=bool(turned.max() > 100),
    )


def _movement_by_part(values: np.ndarray) -> dict[Source, np.ndarray]:
    """Return how far (frames - 1,) arms, legs and hips move from frame to frame.

    Weighed such that the part that moves most is the one that leads, in 80 % of our own actions.
    """

    def way(*names: str) -> np.ndarray:
        return np.abs(np.diff(values[:, [INDEX[name] for name in names]], axis=0)).sum(axis=1)

    arms = [CHANNELS[k] for place in DIRECTIONS.values() for k in range(place.start, place.stop)]
    feet = [CHANNELS[k] for place in FEET.values() for k in range(place.start, place.stop)]
    bends = way("hip_roll", "hip_twist", "lean", "bend", "twist") / 200
    return {
        "arms": 0.15 * way(*arms),
        "legs": 10 * way(*feet),
        "hips": 4 * (way("sway_x", "sway_z", "lower") + bends),
    }
