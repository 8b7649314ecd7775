import numpy as np

from stickdance.capture.cleaning.gap_filling import WAYS, Gap, filled, gaps
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.tools.demo.filming import filming_poses


def test_gaps_are_told_by_joint_start_and_stop() -> None:
    missing = np.zeros((6, 2), bool)
    missing[1:3, 0] = missing[5, 1] = True
    assert gaps(missing) == [Gap(0, 1, 3), Gap(1, 5, 6)]


def test_what_is_known_is_left_alone_and_only_what_is_wanted_filled() -> None:
    points = filming_poses(6.0, (256, 256), 25.0).points.astype(float)
    truth = points.copy()
    points[40:44, 4] = points[80:84] = np.nan
    wanted = np.zeros(points.shape[:2], bool)
    wanted[40:44, 4] = True
    result = filled(points, OPENPOSE_18, wanted)
    assert np.isnan(result[80:84]).all()
    assert np.isfinite(result[40:44, 4]).all()
    known = np.isfinite(points).all(-1)
    assert (result[known] == truth[known]).all()


def test_both_ends_hold_the_nearest_position() -> None:
    points = filming_poses(4.0, (256, 256), 25.0).points.astype(float)
    truth = points.copy()
    points[:5] = points[-3:] = np.nan
    result = filled(points, OPENPOSE_18)
    assert (result[:5] == truth[5]).all()
    assert (result[-3:] == truth[-4]).all()


def test_the_way_that_errs_least_is_about_the_best_of_them() -> None:
    for kind, joints in (("arm", [3, 4]), ("whole", list(range(18)))):
        truth = filming_poses(20.0, (512, 512), 25.0, seed=1).points.astype(float)
        hidden = np.zeros(truth.shape[:2], bool)
        for start in range(20, 460, 60):
            hidden[start : start + 10, joints] = True
        points = np.where(hidden[..., None], np.nan, truth)

        def error(answer: np.ndarray, truth=truth, hidden=hidden) -> float:
            return float(np.linalg.norm(answer - truth, axis=-1)[hidden].mean())

        errors = {way: error(fill(points, hidden)) for way, fill in WAYS.items()}
        chosen = error(filled(points, OPENPOSE_18))
        assert chosen <= 1.25 * min(errors.values()), (kind, errors, chosen)


def test_an_absent_joint_and_an_empty_sequence_stay_as_they_are() -> None:
    points = filming_poses(4.0, (256, 256), 25.0).points.astype(float)
    points[:, 16] = np.nan
    assert np.isnan(filled(points, OPENPOSE_18)[:, 16]).all()
    assert filled(np.zeros((0, 18, 2)), OPENPOSE_18).shape == (0, 18, 2)
