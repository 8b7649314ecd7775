import numpy as np
import pytest

from stickdance.capture.pose.body_height import body_height
from stickdance.capture.pose.skeleton import BODY_25, COCO_17, OPENPOSE_18, convert
from stickdance.tools.demo.filming import filming_poses


@pytest.fixture(scope="module")
def points() -> np.ndarray:
    return filming_poses(12.0, (512, 512), 25.0).points.astype(float)


def test_a_body_height_is_from_nose_to_ankles(points) -> None:
    index = OPENPOSE_18.index
    ankles = points[:, [index["left_ankle"], index["right_ankle"]], 1].mean(axis=1)
    upright = np.percentile(ankles - points[:, index["nose"], 1], 75)
    assert body_height(points, OPENPOSE_18) == pytest.approx(upright, rel=0.15)


def test_wrong_frames_and_missing_legs_change_it_little(points) -> None:
    height = body_height(points, OPENPOSE_18)
    spoiled = points.copy()
    spoiled[::20] *= 3
    assert body_height(spoiled, OPENPOSE_18) == pytest.approx(height, rel=0.05)
    legless = points.copy()
    legless[
        :, [OPENPOSE_18.index[f"{s}_{j}"] for s in ("left", "right") for j in ("knee", "ankle")]
    ] = np.nan
    assert body_height(legless, OPENPOSE_18) == pytest.approx(height, rel=0.2)


@pytest.mark.parametrize("skeleton", [COCO_17, BODY_25])
def test_every_skeleton_tells_about_the_same(points, skeleton) -> None:
    other, _ = convert(points, np.ones(points.shape[:2]), OPENPOSE_18, skeleton)
    assert body_height(other, skeleton) == pytest.approx(body_height(points, OPENPOSE_18), rel=0.1)


def test_nobody_is_one_pixel_tall() -> None:
    assert body_height(np.full((5, 18, 2), np.nan), OPENPOSE_18) == 1.0
    assert body_height(np.zeros((0, 18, 2)), OPENPOSE_18) == 1.0
