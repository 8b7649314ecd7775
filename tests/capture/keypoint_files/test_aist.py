import pickle

import numpy as np
import pytest

from stickdance.capture.keypoint_files.reading import read_keypoints
from stickdance.capture.pose.skeleton import COCO_17
from stickdance.checkpoints.errors import BadInput


def in_the_picture(frames: int = 4) -> np.ndarray:
    chance = np.random.default_rng(0)
    places = (200, 900) + in_space(frames)[..., :2] * (1, -4) + chance.normal(0, 5, (frames, 17, 2))
    return np.concatenate([places, chance.uniform(0.1, 1, (frames, 17, 1))], axis=-1)


def in_space(frames: int = 4) -> np.ndarray:
    """Somebody of 170 cm who faces z, y up."""
    places = {
        **{"nose": (0, 155, 10), "eye": (3, 160, 8), "ear": (7, 158, 0), "shoulder": (20, 140, 0)},
        **{"elbow": (30, 115, 0), "wrist": (30, 90, 10), "hip": (10, 90, 0), "knee": (10, 50, 3)},
        "ankle": (10, 8, 0),
    }
    body = []
    for name in COCO_17.joints:
        x, y, z = places[name.removeprefix("left_").removeprefix("right_")]
        body.append((-x if name.startswith("right_") else x, y, z))
    return np.tile(np.array(body, float), (frames, 1, 1)) + np.array([500, 0, -300])


def test_keypoints_in_the_picture(tmp_path):
    array = in_the_picture()
    np.savez(tmp_path / "a.npz", keypoints2d=array)
    found = read_keypoints(tmp_path / "a.npz")
    assert (found.kind, found.size, found.fps) == ("AIST++ 2-D", (1920, 1080), 60)
    np.testing.assert_allclose(found.frames[2][0].points, array[2, :, :2], rtol=1e-6)
    np.testing.assert_allclose(found.frames[2][0].confidence, array[2, :, 2], rtol=1e-6)


def test_the_first_of_several_cameras_is_taken_and_said(tmp_path):
    array = np.stack([in_the_picture(), in_the_picture() + 1])
    np.savez(tmp_path / "a.npz", keypoints2d=array)
    found = read_keypoints(tmp_path / "a.npz")
    assert found.notes == ("2 cameras; the first is taken",)
    np.testing.assert_allclose(found.frames[0][0].points, array[0, 0, :, :2], rtol=1e-6)


@pytest.mark.parametrize("name", ["a.npz", "a.npy"])
def test_keypoints_in_space_are_projected_from_the_front(tmp_path, name):
    array = in_space()
    if name.endswith("z"):
        np.savez(tmp_path / name, keypoints3d=array * 3, keypoints3d_optim=array)
    else:
        np.save(tmp_path / name, array)
    found = read_keypoints(tmp_path / name)
    person = found.frames[0][0]
    at = {joint: person.points[place] for joint, place in COCO_17.index.items()}
    assert at["right_shoulder"][0] < at["nose"][0] < at["left_shoulder"][0]
    assert at["nose"][1] < at["left_hip"][1] < at["left_ankle"][1]
    assert person.depth[COCO_17.index["nose"]] > 0  # nearer to the camera than the hips
    scale = np.ptp(person.points[:, 1]) / np.ptp(array[0, :, 1])
    expected = (array[0, :, 0] - 500) * scale + found.size[0] / 2
    np.testing.assert_allclose(person.points[:, 0], expected, atol=0.01)


def test_an_array_file_with_confidences_lies_in_the_picture(tmp_path):
    np.save(tmp_path / "a.npy", in_the_picture())
    assert read_keypoints(tmp_path / "a.npy").kind == "AIST++ 2-D"


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("place", [np.inf, 1e300])
def test_a_joint_beyond_all_measure_is_missing_and_the_others_stay(tmp_path, place):
    array = in_space()
    array[1, 4, 0] = place
    np.save(tmp_path / "a.npy", array)
    people = [person for (person,) in read_keypoints(tmp_path / "a.npy").frames]
    assert [person.confidence[4] for person in people] == [1, 0, 1, 1]
    assert np.isfinite(people[1].points[:4]).all()


def test_nan_is_a_missing_joint(tmp_path):
    array = in_the_picture()
    array[1, 4] = np.nan
    array[2] = np.nan
    np.savez(tmp_path / "a.npz", keypoints2d=array)
    found = read_keypoints(tmp_path / "a.npz")
    assert [len(people) for people in found.frames] == [1, 1, 0, 1]
    assert found.frames[1][0].confidence[4] == 0


class Harmful:
    def __reduce__(self):
        return exec, ("raise SystemError('ran')",)


def test_pickles_are_refused_with_the_way_to_convert_them(tmp_path):
    (tmp_path / "a.pkl").write_bytes(pickle.dumps(Harmful()))
    np.savez(tmp_path / "a.npz", keypoints2d=np.array([Harmful()], object))
    np.save(tmp_path / "a.npy", np.array([Harmful()], object))
    for name in ("a.pkl", "a.npz", "a.npy"):
        with pytest.raises(BadInput, match=r"is a pickle.*convert it once: python -c"):
            read_keypoints(tmp_path / name)


def test_the_way_to_convert_a_pickle_works(tmp_path, capfd):
    import shlex
    import subprocess
    import sys

    from stickdance.capture.keypoint_files.aist import _CONVERT

    array = in_the_picture()
    (tmp_path / "in.pkl").write_bytes(pickle.dumps({"keypoints2d": array, "det_scores": array[0]}))
    words = shlex.split(_CONVERT.partition("convert it once: ")[2])
    subprocess.run([sys.executable, *words[1:]], cwd=tmp_path, check=True)
    assert len(read_keypoints(tmp_path / "out.npz")) == 4


@pytest.mark.parametrize(
    ("arrays", "told"),
    [
        ({"keypoints2d": np.ones((4, 18, 3))}, "4x18x3, expected frames x 17 x 3"),
        ({"keypoints2d": np.ones((0, 17, 3))}, "has 0 frames"),
        ({"song": np.ones(3)}, "holds song, expected one of keypoints2d"),
        ({"keypoints2d": np.full((2, 17, 3), "a")}, "keypoints2d is an array"),
        ({"keypoints3d": np.zeros((2, 17, 3))}, "lie in one point"),
    ],
)
def test_other_arrays_are_refused(tmp_path, arrays, told):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(BadInput, match=told):
        read_keypoints(tmp_path / "a.npz")


def test_a_damaged_archive_is_refused(tmp_path):
    np.savez(tmp_path / "a.npz", keypoints2d=in_the_picture())
    whole = (tmp_path / "a.npz").read_bytes()
    for part in (whole[: len(whole) // 2], whole[:10]):
        (tmp_path / "a.npz").write_bytes(part)
        with pytest.raises(BadInput, match=r"a.npz: cannot be read"):
            read_keypoints(tmp_path / "a.npz")
