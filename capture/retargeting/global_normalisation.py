"""Global pose normalisation: how near and how large a person is, made that of another.

A person's feet are lower in the picture, and the person larger, the nearer they are. The two ends
of that range are measured in each of two takes; a movement is then scaled and placed, frame by
frame, so that its range becomes the other's. Bones keep their proportions to each other.

Source: Chan et al., "Everybody Dance Now" (2019), section 8.2. Beyond it: feet may be hidden in
some frames or in all, a take may know one depth only, and jumps are not taken for steps back.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import median_filter

from stickdance.capture.pose.hanging_parts import with_parts_of
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.retargeting.body_from_poses import head_rows, lowest_feet, measure_figure

_ENOUGH = 5  # frames that must show head and feet
_ALIKE = 0.05  # share of the range within which frames count as near one end of it
_ONE_DEPTH = 0.05  # range of the feet in body heights, below which nothing tells near from far
_STEADY = 7  # frames of the median over time
_OFTEN = 0.1  # share of frames with hidden feet that is worth a word


@dataclass(frozen=True)
class Place:
    """The range of a person's distance from the camera, as rows of the feet and heights there."""

    near: float
    """Lowest row of the feet: nearest to the camera."""
    far: float
    """Highest row of the feet standing, the horizon; equal to `near` where one depth is known."""
    near_height: float
    """Height from feet to nose where nearest, in pixels."""
    far_height: float
    middle: float
    """Median row of the feet."""
    middle_height: float
    centre: float
    """Column where the person mostly stands."""
    warnings: tuple[str, ...] = ()

    @property
    def flat(self) -> bool:
        """Tell whether one depth only is known."""
        return self.near == self.far


def measure_place(poses: PoseSequence, label: str = "the poses") -> Place:
    """Measure where a person is in the frame and how large.

    Args:
        poses: of any skeleton with shoulders, hips and ankles.
        label: what they are, for warnings.

    Raises:
        BadInput: shoulders and hips are hardly ever seen.
    """
    figure = measure_figure(poses, label)
    feet, heights = lowest_feet(poses), _heights(poses)
    both = np.isfinite(feet) & np.isfinite(heights)
    if both.sum() < _ENOUGH:
        line = f"{label}: feet and head are hardly ever seen together; one distance is assumed"
        return _one_depth(figure.ground, figure.height, figure.centre, (*figure.warnings, line))
    feet, heights = feet[both], heights[both]
    near, middle = float(feet.max()), float(np.median(feet))
    far = middle - _farthest(middle - feet, near - middle)
    ends = [_tallest(feet, heights, row, near - far) for row in (near, far, middle)]
    if near - far < _ONE_DEPTH * ends[0]:
        line = f"{label}: stays at one distance from the camera; the size is scaled as a whole"
        return _one_depth(middle, ends[2], figure.centre, (line,))
    if ends[1] >= ends[0]:
        line = (
            f"{label}: is not smaller where the feet are higher in the picture ({ends[1]:.0f} "
            f"and {ends[0]:.0f} pixels), so distances cannot be told; one is assumed"
        )
        return _one_depth(middle, ends[2], figure.centre, (line,))
    hidden = 1 - both.mean()
    lines = (f"{label}: feet or head are hidden in {hidden:.0%} of the frames",)
    return Place(
        near,
        far,
        ends[0],
        ends[1],
        middle,
        ends[2],
        figure.centre,
        lines if hidden > _OFTEN else (),
    )


def normalise_place(poses: PoseSequence, source: Place, target: Place) -> PoseSequence:
    """Put a movement where the target would be, as large as the target would be there.

    Args:
        poses: the movement.
        source: the place of the person in `poses`.
        target: the place to move it to; the result's pixels are those that it was measured in.

    Returns:
        The movement, its size field still the source's; what is missing stays missing.
    """
    if source.flat:
        scale = np.full(len(poses), target.middle_height / source.middle_height)
        feet, rows = np.full(len(poses), source.middle), np.full(len(poses), target.middle)
    else:
        nearness = _nearness(lowest_feet(poses), source)
        ends = target.far_height / source.far_height, target.near_height / source.near_height
        scale = ends[0] + nearness * (ends[1] - ends[0])
        feet = source.far + nearness * (source.near - source.far)
        rows = target.far + nearness * (target.near - target.far)
    middle = np.stack([np.full(len(poses), source.centre), feet], axis=-1)[:, None]
    placed = np.stack([np.full(len(poses), target.centre), rows], axis=-1)[:, None]
    points = (poses.points - middle) * scale[:, None, None] + placed
    depth = None if poses.depth is None else poses.depth * scale[:, None]
    return with_parts_of(poses, replace(poses.without_parts(), points=points, depth=depth))


def _one_depth(row: float, height: float, centre: float, lines: tuple[str, ...]) -> Place:
    return Place(row, row, height, height, row, height, centre, lines)


def _heights(poses: PoseSequence) -> np.ndarray:
    """Return |nose - middle of the feet| in rows, (frames,), NaN where one is hidden."""
    index, rows = poses.skeleton.index, []
    for name in ("left_ankle", "right_ankle"):
        sure = poses.confidence[:, index[name]] > 0
        rows.append(np.where(sure, poses.joint(name)[:, 1], np.nan))
    return np.abs(np.mean(rows, axis=0) - head_rows(poses))


def _farthest(above: np.ndarray, below: float) -> float:
    """Return how far above the median the horizon is: the most that a jump is not taken for."""
    steps = above[(above > 0) & (above < 0.5 * below)]
    return float(steps.max()) if len(steps) else 0.0


def _tallest(feet: np.ndarray, heights: np.ndarray, row: float, extent: float) -> float:
    """Return the largest height among the frames whose feet are near `row`."""
    distance = np.abs(feet - row)
    return float(heights[distance <= max(_ALIKE * extent, distance.min())].max())


def _nearness(feet: np.ndarray, place: Place) -> np.ndarray:
    """Return (frames,) 0 (far) .. 1 (near), steady over time; hidden feet between their seen ones.

    What leaves that range, as a jump does, is left to the movement itself.
    """
    known = np.flatnonzero(np.isfinite(feet))
    if len(known) == 0:
        feet = np.full(len(feet), place.middle)
    else:
        feet = np.interp(np.arange(len(feet)), known, feet[known])
    steady = median_filter(feet, size=_STEADY, mode="nearest")
    return ((steady - place.far) / (place.near - place.far)).clip(0, 1)
