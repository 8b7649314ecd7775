"""How exactly a movement is given to another body and back.

    python -m stickdance.tools.benchmarks.retargeting TALL SMALL [--json]

TALL and SMALL are poses of two people: NPZ, takes, or keypoint files or folders.

Conventions: pixels of the target's frame. The way back is measured anew on what came out of the way
there, as a user would have it; a bone counts in the frames that show it and its parent.
"""

from pathlib import Path
from typing import Any

import numpy as np
import tyro
from numpy.typing import NDArray

from stickdance.capture.pose.rig import rig_of
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.retargeting.body_from_poses import lowest_feet, measure_figure
from stickdance.capture.retargeting.retarget import bone_ratios, leg_ratio
from stickdance.capture.retargeting.transfer import METHODS, transfer
from stickdance.tools.benchmarks.harness import run_benchmark
from stickdance.tools.commands.retarget import read_poses


def measure(one: tyro.conf.Positional[Path], other: tyro.conf.Positional[Path]) -> dict[str, Any]:
    """Give two people's movements to each other and back, by every method.

    Args:
        one: poses of one person.
        other: poses of another person.
    """
    people = {one.name: read_poses(one)[0], other.name: read_poses(other)[0]}
    ways = [(one.name, other.name), (other.name, one.name)]
    return {
        f"{dancer} as {target}, {method}": _figures(people[dancer], people[target], method)
        for dancer, target in ways
        for method in METHODS
    }


def _figures(poses: PoseSequence, target: PoseSequence, method: str) -> dict[str, Any]:
    moved = transfer(poses, target, method)
    back = transfer(moved.poses, poses, method)
    away = np.linalg.norm(back.poses.points - poses.converted(target.skeleton).points, axis=-1)
    figures = {
        "round_trip_mean": _rounded(np.nanmean(away)),
        "round_trip_most": _rounded(np.nanmax(away)),
        "warnings": list(moved.warnings),
    }
    if method == "limbs":
        figures |= _exactness(poses, target, moved.poses)
    return figures


def _exactness(poses: PoseSequence, target: PoseSequence, moved: PoseSequence) -> dict[str, Any]:
    """Return how far bones are from their ratio and feet from the ground that they should be on."""
    here, there = measure_figure(poses), measure_figure(target)
    ratios = bone_ratios(here, there)
    expected = np.array([ratios[bone] for bone in here.skeleton.bones])
    found = _lengths(moved) / _lengths(poses)
    above = lowest_feet(poses) - here.ground
    feet = lowest_feet(moved) - there.ground
    return {
        "smallest_ratio": _rounded(expected.min()),
        "largest_ratio": _rounded(expected.max()),
        "ratio_off_by_most": float(f"{np.nanmax(np.abs(found / expected - 1)):.1e}"),
        "feet_off_ground_median": _rounded(np.nanmedian(np.abs(feet))),
        "feet_off_scaled_height_most": _rounded(
            np.nanmax(np.abs(feet - above * leg_ratio(here, there)))
        ),
    }


def _lengths(poses: PoseSequence) -> NDArray[np.float64]:
    poses = poses.converted(rig_of(poses.skeleton))
    places = np.array(poses.skeleton.bone_indices)
    points = poses.points.astype(np.float64)
    return np.linalg.norm(points[:, places[:, 1]] - points[:, places[:, 0]], axis=-1)


def _rounded(value: Any) -> float:
    return round(float(value), 4)


def _text(result: dict[str, Any]) -> str:
    return "\n".join(
        "\n    ".join([way, *(f"{name}: {value}" for name, value in figures.items())])
        for way, figures in result.items()
    )


if __name__ == "__main__":
    run_benchmark(measure, _text)
