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
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.estimators.catalog import create
from stickdance.capture.estimators.contract import Person
from stickdance.capture.media.images import read_picture, write_png
from stickdance.capture.media.video import probe, read_frames
from stickdance.capture.pose.skeleton import BLAZEPOSE_33, COCO_17, convert
from stickdance.capture.tracking.clothing_colours import dressed
from stickdance.capture.tracking.follow import Followed, body_size, follow
from stickdance.checkpoints.errors import BadInput
from stickdance.tools.benchmarks.real_poses import data_folder
from stickdance.tools.program import run_program

_STRIP = (40, 8)  # frames, columns
_WIDTH = 240  # pixels of each


@dataclass(frozen=True)
class Agreement:
    """The figures; see the module's conventions."""

    yoga_largest_pixels: float
    squats_mean_share: float
    lunges_pck_01: float


def agreement(data: Path) -> Agreement:
    """Measure the estimator against the stored references."""
    return Agreement(_yoga(data), _squats(data), _lunges(data))


def followed(video: Path) -> Followed:
    """Return the target of a video as a capture follows them."""
    info, estimator = probe(video), create("blazepose")
    people = []
    passed: list[np.ndarray] = []

    def noted() -> Any:
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


def strip(video: Path, people: list[Person | None]) -> np.ndarray:
    """Return evenly spaced frames with the target's skeleton, left green and right red."""
    import cv2

    count, columns = _STRIP
    wanted = set(np.linspace(0, len(people) - 1, count).round().astype(int).tolist())
    cells = []
    for number, frame in enumerate(read_frames(video)):
        if number in wanted:
            picture = _drawn(frame, people[number])
            scale = _WIDTH / picture.shape[1]
            picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            cv2.putText(picture, str(number), (5, 18), 0, 0.6, (255, 255, 0), 2)
            cells.append(picture)
    rows = [np.hstack(cells[at : at + columns]) for at in range(0, len(cells), columns)]
    return np.vstack([row for row in rows if row.shape == rows[0].shape])


def _drawn(frame: np.ndarray, person: Person | None) -> np.ndarray:
    import cv2

    picture = frame.copy()
    if person is None:
        return picture
    for a, b in BLAZEPOSE_33.bone_indices:
        left = BLAZEPOSE_33.joints[b].startswith("left")
        ends = [tuple(int(value) for value in person.points[joint]) for joint in (a, b)]
        cv2.line(picture, ends[0], ends[1], (0, 255, 0) if left else (255, 0, 0), 2)
    return picture


def _yoga(data: Path) -> float:
    expected = np.array(_stored(data / "images" / "yoga_blazepose33.json")["xy"], float)
    (found,) = create("blazepose").estimate([read_picture(data / "images" / "yoga.jpg")])
    person = found.people[0]
    visible = person.confidence >= 0.5
    return float(np.abs(person.points - expected)[visible].max())


def _squats(data: Path) -> float:
    reference = np.array(_stored(data / "poses" / "squats_blazepose33.json"))[..., :2]
    points = _estimated(data / "footage" / "squats.mp4")
    away = np.linalg.norm(points - reference, axis=-1)
    return float(np.nanmean(away)) / _stature(reference, BLAZEPOSE_33.index)


def _lunges(data: Path) -> float:
    stored = _stored(data / "poses" / "lunges_coco17.json")
    joints = COCO_17.joints
    reference = np.array([[(f[name]["x"], f[name]["y"]) for name in joints] for f in stored])
    points = _estimated(data / "footage" / "lunges.mp4")
    points, _ = convert(points, np.ones(points.shape[:2]), BLAZEPOSE_33, COCO_17)
    away = np.linalg.norm(points - reference, axis=-1)
    return float((away <= 0.1 * _stature(reference, COCO_17.index)).mean())


def _estimated(video: Path) -> np.ndarray:
    """Return (frames, 33, 2) of the one person in a video, NaN where they were not found."""
    nobody = np.full((33, 2), np.nan)
    estimates = create("blazepose").estimate(read_frames(video))
    return np.array([e.people[0].points if e.people else nobody for e in estimates])


def _stature(points: np.ndarray, index: dict[str, int]) -> float:
    ankles = points[:, [index["left_ankle"], index["right_ankle"]]].mean(axis=1)
    return float(np.percentile(np.linalg.norm(points[:, index["nose"]] - ankles, axis=-1), 95))


def _stored(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def main(data: Path | None = None, strip_to: Path | None = None, json_output: bool = False) -> None:
    """Measure and report.

    Args:
        data: folder with footage/, images/ and poses/.
        strip_to: PNG to write, frames of three_people.avi with the skeleton of the target.
        json_output: print one JSON object.
    """
    folder = data_folder(data)
    if folder is None:
        raise BadInput("no data folder; name it with --data or $STICKDANCE_TEST_DATA")
    measured = agreement(folder)
    video = folder / "footage" / "three_people.avi"
    target = followed(video)
    report = {
        "yoga_largest_pixels": measured.yoga_largest_pixels,
        "squats_mean_share": measured.squats_mean_share,
        "lunges_pck_01": measured.lunges_pck_01,
        "three_people": steadiness(target, probe(video).fps),
    }
    if strip_to is not None:
        write_png(strip_to, strip(video, target.people))
    if json_output:
        print(json.dumps(report, indent=2))
        return
    print(f"yoga.jpg      largest error {report['yoga_largest_pixels']:.1f} px (goal 15)")
    print(f"squats.mp4    mean error {100 * measured.squats_mean_share:.2f} % (goal 1.5)")
    print(f"lunges.mp4    PCK at 0.1 {100 * measured.lunges_pck_01:.1f} % (goal 95)")
    print("three_people  " + json.dumps(report["three_people"]))


if __name__ == "__main__":
    run_program(main)
