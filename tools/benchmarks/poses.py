"""How near BlazePose's joints come to stored references, and whom a capture follows.

    python -m stickdance.tools.benchmarks.poses [--data FOLDER] [--strip-to strip.png] [--json]

Needs the data folder (`--data`, or $STICKDANCE_TEST_DATA) with images/yoga.jpg, footage/squats.mp4,
footage/lunges.mp4 and footage/three_people.avi, and the references beside them.

Conventions
    yoga            distance in pixels, per coordinate, from Google's expected landmarks
    squats          mean distance over all 33 joints and frames from poses of MediaPipe with its own
                    smoothing, in body heights (nose to ankles, 95th percentile over the frames)
    lunges          share of COCO joints within 0.1 body heights of MoveNet's
    three_people    the person followed: share of the frames in which they were found, how far
                    their hips ever move between frames, in body sizes, and what is doubtful
"""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from stickdance.capture.estimators.catalog import create
from stickdance.capture.estimators.contract import Person
from stickdance.capture.media.images import read_picture, write_png
from stickdance.capture.media.video import probe, read_frames
from stickdance.capture.pose.skeleton import BLAZEPOSE_33, COCO_17, OPENPOSE_18, convert
from stickdance.capture.pose.stick_figure import StickStyle, draw_pose
from stickdance.capture.tracking.clothing_colours import dressed
from stickdance.capture.tracking.follow import Followed, body_size, follow
from stickdance.checkpoints.errors import BadInput
from stickdance.tools.benchmarks.harness import run_benchmark
from stickdance.tools.benchmarks.real_poses import data_folder, estimated

GOALS = {"yoga_largest_pixels": 15.0, "squats_mean_share": 0.015, "lunges_pck_01": 0.95}
"""What the figures should not exceed, or, of the share within 0.1, reach."""
_STRIP = (40, 8)  # frames, columns
_WIDTH = 240  # pixels of each


def agreement(data: Path) -> dict[str, float]:
    """Return how near the estimator comes to the stored references, by the names of `GOALS`."""
    figures = (_yoga(data), _squats(data), _lunges(data))
    return dict(zip(GOALS, figures, strict=True))


def followed(video: Path) -> Followed:
    """Return the target of a video as a capture follows them."""
    info, estimator = probe(video), create("blazepose")
    people = []
    passed: list[NDArray[np.uint8]] = []

    def noted() -> Iterator[NDArray[np.uint8]]:
        for frame in read_frames(video):
            passed.append(frame)
            yield frame

    for estimate in estimator.estimate(noted()):
        people.append(dressed(passed.pop(0), estimate.people, estimator.skeleton))
    return follow(people, max(1, round(info.fps / 2)), info.size)


def steadiness(target: Followed, fps: float) -> dict[str, Any]:
    """Return how much of the video the target is found in, and how far they ever jump."""
    found = [person for person in target.people if person is not None]
    hips = [BLAZEPOSE_33.index["left_hip"], BLAZEPOSE_33.index["right_hip"]]
    jumps = [
        float(np.linalg.norm((after.points - before.points)[hips].mean(axis=0))) / body_size(before)
        for before, after in pairwise(found)
    ]
    return {
        "frames": len(target.people),
        "found": len(found) / len(target.people),
        "others_at_most": max(len(others) for others in target.others),
        "farthest_move": max(jumps, default=0.0),
        "doubtful": [doubt.told(fps) for doubt in target.doubtful],
    }


def strip(video: Path, people: list[Person | None]) -> NDArray[np.uint8]:
    """Return evenly spaced frames with the target's skeleton, numbered."""
    count, columns = _STRIP
    wanted = set(np.linspace(0, len(people) - 1, count).round().astype(int).tolist())
    cells = []
    for number, frame in enumerate(read_frames(video)):
        if number in wanted:
            picture: NDArray[Any] = _drawn(frame, people[number])
            scale = _WIDTH / picture.shape[1]
            picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            cells.append(cv2.putText(picture, str(number), (5, 18), 0, 0.6, (255, 255, 0), 2))
    rows = [np.hstack(cells[at : at + columns]) for at in range(0, len(cells), columns)]
    return np.vstack([row for row in rows if row.shape == rows[0].shape])


def _drawn(frame: NDArray[np.uint8], person: Person | None) -> NDArray[np.uint8]:
    if person is None:
        return frame
    points, confidence = convert(person.points, person.confidence, BLAZEPOSE_33, OPENPOSE_18)
    figure = draw_pose(points, confidence, (frame.shape[1], frame.shape[0]), StickStyle())
    return np.where(figure.any(axis=-1, keepdims=True), figure, frame)


def _yoga(data: Path) -> float:
    expected = np.array(_stored(data / "images" / "yoga_blazepose33.json")["xy"], float)
    (found,) = create("blazepose").estimate([read_picture(data / "images" / "yoga.jpg")])
    person = found.people[0]
    visible = person.confidence >= 0.5
    return float(np.abs(person.points - expected)[visible].max())


def _squats(data: Path) -> float:
    reference = np.array(_stored(data / "poses" / "squats_blazepose33.json"))[..., :2]
    points = estimated(data / "footage" / "squats.mp4").points
    away = np.linalg.norm(points - reference, axis=-1)
    return float(np.nanmean(away)) / _stature(reference, BLAZEPOSE_33.index)


def _lunges(data: Path) -> float:
    stored = _stored(data / "poses" / "lunges_coco17.json")
    reference = np.array(
        [[(frame[name]["x"], frame[name]["y"]) for name in COCO_17.joints] for frame in stored]
    )
    points = estimated(data / "footage" / "lunges.mp4").converted(COCO_17).points
    away = np.linalg.norm(points - reference, axis=-1)
    return float((away <= 0.1 * _stature(reference, COCO_17.index)).mean())


def _stature(points: NDArray[np.floating], index: dict[str, int]) -> float:
    ankles = points[:, [index["left_ankle"], index["right_ankle"]]].mean(axis=1)
    return float(np.percentile(np.linalg.norm(points[:, index["nose"]] - ankles, axis=-1), 95))


def _stored(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def measure(data: Path | None = None, strip_to: Path | None = None) -> dict[str, Any]:
    """Measure the estimator against stored references, and follow one of three people.

    Args:
        data: folder with footage/, images/ and poses/.
        strip_to: PNG to write, frames of three_people.avi with the skeleton of the target.
    """
    folder = data_folder(data)
    if folder is None:
        raise BadInput("no data folder; name it with --data or $STICKDANCE_TEST_DATA")
    video = folder / "footage" / "three_people.avi"
    target = followed(video)
    if strip_to is not None:
        write_png(strip_to, strip(video, target.people))
    return agreement(folder) | {"three_people": steadiness(target, probe(video).fps)}


def _table(result: dict[str, Any]) -> str:
    lines = [f"{name:<20} {result[name]:.4g} (goal {goal:g})" for name, goal in GOALS.items()]
    return "\n".join([*lines, f"three_people         {json.dumps(result['three_people'])}"])


if __name__ == "__main__":
    run_benchmark(measure, _table)
