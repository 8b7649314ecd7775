import numpy as np
import pytest

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.take.take import Take
from stickdance.checkpoints.errors import BadInput
from stickdance.synth.quality.compare import compare
from stickdance.synth.quality.guides import GuideFiles, GuideReader
from stickdance.synth.quality.options import CompareOptions
from stickdance.synth.quality.sides import Side


def guides(files, reference, size=(64, 64)):
    reader = GuideReader(files, reference)
    found = [reader.guide(frame, size) for frame in reference.frames()]
    reader.close()
    return found


def test_a_take_tells_mattes_and_poses_of_its_frames(tiny_take: Take):
    files = GuideFiles.open(tiny_take.path, None, None, 0)
    assert files.regions == ("person", "background", "face", "hands")
    found = guides(files, Side.open(tiny_take.path / "frames.mp4"))
    assert len(found) == tiny_take.frame_count
    for guide, matte, pose in zip(found, tiny_take.mattes(), tiny_take.poses.points, strict=True):
        assert np.abs(guide.matte.astype(int) - matte).max() <= 2
        assert guide.points == pytest.approx(pose)


def test_a_part_of_a_take_begins_where_it_is_said(tiny_take: Take, make_folder):
    part = make_folder("part", tiny_take.frames(10, 15), "{}.png")
    found = guides(GuideFiles.open(tiny_take.path, None, None, 10), Side.open(part))
    assert found[0].points == pytest.approx(tiny_take.poses.points[10])
    assert found[4].points == pytest.approx(tiny_take.poses.points[14])


def test_mattes_in_a_folder_go_by_name(make_folder, noise_frames):
    real = make_folder("real", noise_frames(1, 3))
    mattes = make_folder("mattes", [np.full((48, 64), 90 * n, np.uint8) for n in range(3)])
    (mattes / "frame_1.png").unlink()
    found = guides(GuideFiles.open(None, mattes, None, 0), Side.open(real), (64, 48))
    assert [None if one.matte is None else int(one.matte[0, 0]) for one in found] == [0, None, 180]


def test_guides_of_another_size_are_scaled_and_of_another_shape_refused(
    make_folder, noise_frames, tmp_path
):
    real = Side.open(make_folder("real", noise_frames(1, 1)))
    mattes = make_folder("mattes", [np.full((24, 32), 255, np.uint8)])
    poses = PoseSequence(np.full((1, 18, 2), 8.0), np.ones((1, 18)), 25, (32, 24))
    poses.save(tmp_path / "poses.npz")
    files = GuideFiles.open(None, mattes, tmp_path / "poses.npz", 0)
    (found,) = guides(files, real, (64, 48))
    assert found.matte.shape == (48, 64)
    assert found.points == pytest.approx(np.full((18, 2), 16.0))
    with pytest.raises(BadInput, match="32x24, the reference has 64x64"):
        guides(files, real, (64, 64))


def test_regions_of_a_take_are_scored(tiny_take: Take):
    options = CompareOptions(metrics="psnr,sharpness", take=tiny_take.path)
    found = compare(tiny_take.path / "frames.mp4", tiny_take.path / "frames.mp4", options)
    assert found["person.psnr"] == found["face.psnr"] == found["hands.psnr"] == 100
    assert found["sharpness"] == 1


def test_regions_can_be_found_by_an_estimator(tiny_take: Take, monkeypatch):
    from stickdance.capture.estimators import catalog
    from stickdance.capture.estimators.replay import Replay

    monkeypatch.setattr(catalog, "create", lambda name: Replay(tiny_take.poses))
    options = CompareOptions(metrics="mse,keypoints", regions=True, estimator="blazepose")
    frames = tiny_take.path / "frames.mp4"
    found = compare(frames, frames, options)
    assert found["face.mse"] == 0
    assert (found["keypoint_mse"], found["keypoints_lost"]) == (0, 0)
    assert found["person.mse"] is None  # the replay has no mattes
    assert "person" in found["reasons"]["person.mse"]
