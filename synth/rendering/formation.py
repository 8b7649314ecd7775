"""Where a crew stands: several of one person side by side, who fit into the picture.

The crew stands in a wedge: its middle in front, the others beside and a step behind. Who stands
farther back is smaller and has their feet higher in the picture, by the perspective of a camera at
the height of a person's chest, the usual one. Where the picture is too narrow they come nearer to
each other, then all of them step back a little.

Conventions: pixels of the video's frame; scales are shares of the size that somebody was filmed at.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.synth.compute.array_types import Floats
from stickdance.synth.options import RenderOptions, check_crew

_CAMERA = 0.62  # body heights above the ground: where the horizon lies
_STEP_BACK = 0.94  # of its size, that each row behind the first has
_WIDE, _NEAR = 0.72, 0.4  # body heights between two, where there is room and at least
_SMALLEST = 0.78  # of the size filmed: farther back they would stand in the wall
_USUALLY = 1.0, 99.0  # percentiles of the columns that a dance fills
_HANDS = 0.06  # body heights that hands and hair reach beyond the joints
_CUT = 0.08  # body heights of a single moment's reach that may leave the picture
_SECONDS = 1.0  # between two in canon, where no beat is known


class Place(NamedTuple):
    """One dancer of a crew."""

    column: float
    """Where the middle of the person comes to stand."""
    row: float
    """Where their ground is."""
    scale: float
    mirrored: bool
    delay: int
    """Frames behind the dance."""


@dataclass(frozen=True)
class Formation:
    """A crew, those farthest back first."""

    places: tuple[Place, ...]
    centre: float
    """Column of the person as they dance alone."""
    ground: float
    """Row of their ground."""


def formation_of(
    poses: PoseSequence, body: BodyProfile, options: RenderOptions, tempo: float
) -> Formation | None:
    """Return where a crew stands; None where the person dances alone.

    Args:
        poses: the dance, in pixels of the body's frame.
        body: whose.
        options: how many, and how they follow each other.
        tempo: beats a minute of the dance, 0 where there is none.

    Raises:
        UsageError: a number that is out of range.
        BadInput: they do not fit into the picture.
    """
    check_crew(options)
    delay = options.crew_delay or (120 / tempo if tempo else _SECONDS)
    if options.crew == 1:
        return None
    width, _ = body.size
    reach = _reach(poses, body)
    found = next(
        (each for scale in np.arange(1.0, _SMALLEST - 0.01, -0.02)
         if (each := _fitting(options.crew, float(scale), reach, body.height, width))), None,
    )  # fmt: skip
    if found is None:
        raise BadInput(_too_narrow(options.crew, reach, body))
    spacing, scale = found
    turns = np.arange(options.crew) - (options.crew - 1) / 2
    rows = np.abs(turns) - np.abs(turns).min()
    scales = scale * _STEP_BACK**rows
    middle = _middle(turns * spacing, scales, reach, body.centre, width)
    frames = round(delay * poses.fps)
    places = [
        Place(
            middle + float(turn) * spacing,
            body.ground - _CAMERA * body.height * (1 - float(size)),
            float(size),
            options.crew_as == "mirrored" and number % 2 != (options.crew // 2) % 2,
            _turn_of(number, options.crew) * frames if options.crew_as == "canon" else 0,
        )
        for number, (turn, size) in enumerate(zip(turns, scales, strict=True))
    ]
    return Formation(tuple(sorted(places, key=lambda each: each.scale)), body.centre, body.ground)


def tempo_of(dance: Path) -> float:
    """Return the beats a minute of a dance's plan; 0 where it has none."""
    plan = dance / "choreography.json"
    if not plan.is_file():
        return 0.0
    tempo = read_json_object(plan, "a choreography", largest=64 << 20).get("tempo", 0.0)
    return float(tempo) if isinstance(tempo, int | float) else 0.0


def _turn_of(number: int, crew: int) -> int:
    """Return when a dancer begins, the middle one first, then to either side in turn."""
    order = sorted(range(crew), key=lambda one: (abs(one - (crew - 1) / 2), one))
    return order.index(number)


def _reach(poses: PoseSequence, body: BodyProfile) -> tuple[float, float]:
    """Return how far the dance usually reaches to the left and to the right of its place."""
    columns = poses.points[..., 0][np.isfinite(poses.points[..., 0])]
    low, high = np.percentile(columns, _USUALLY)
    more = _HANDS * body.height
    return max(body.centre - float(low), 0.0) + more, max(float(high) - body.centre, 0.0) + more


def _fitting(
    crew: int, scale: float, reach: tuple[float, float], height: float, width: int
) -> tuple[float, float] | None:
    """Return the widest spacing at which a crew of a scale fits, and that scale; None for none."""
    turns = np.arange(crew) - (crew - 1) / 2
    outer = scale * _STEP_BACK ** float(np.abs(turns).max() - np.abs(turns).min())
    room = width + 2 * _CUT * height * outer - outer * sum(reach)
    spacing = min(room / max(crew - 1, 1), _WIDE * height * scale)
    return (spacing, scale) if spacing >= _NEAR * height * scale else None


def _middle(
    columns: Floats, scales: Floats, reach: tuple[float, float], centre: float, width: int
) -> float:
    """Return the column of a crew's middle: the person's own, where all fit so."""
    low = float(np.max(scales * reach[0] - columns))
    high = float(np.min(width - scales * reach[1] - columns))
    return (low + high) / 2 if low > high else min(max(centre, low), high)


def _too_narrow(crew: int, reach: tuple[float, float], body: BodyProfile) -> str:
    width, height = body.size
    least = (sum(reach) - 2 * _CUT * body.height + (crew - 1) * _NEAR * body.height) * _SMALLEST
    wider = 2 * round(least * 1.1 / 2)
    return (
        f"--crew {crew}: {crew} dancers of this size need some {least:.0f} pixels beside each "
        f"other, the picture is {width}x{height}; name a wider --size, e.g. "
        f"{max(wider, width + 2)}x{height}, or fewer dancers"
    )
