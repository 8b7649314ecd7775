import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stickdance.capture.media.framing import Framing
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import BODY_25, COCO_17, OPENPOSE_18
from stickdance.checkpoints.errors import BadInput, OutputFailed


def poses(frames: int = 20, fps: float = 25, depth: bool = True) -> PoseSequence:
    random = np.random.default_rng(0)
    return PoseSequence(
        random.uniform(0, 200, (frames, 18, 2)),
        random.uniform(0.2, 1, (frames, 18)),
        fps,
        (320, 240),
        depth=random.normal(0, 9, (frames, 18)) if depth else None,
    )


def alike(one: PoseSequence, other: PoseSequence) -> bool:
    same = np.allclose(one.points, other.points, equal_nan=True, atol=1e-4)
    same &= np.allclose(one.confidence, other.confidence) and one.fps == other.fps
    depths = [np.zeros(0) if each.depth is None else each.depth for each in (one, other)]
    return same and one.size == other.size and np.allclose(*depths, equal_nan=True, atol=1e-4)


def test_shapes_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(BadInput, match=r"expected points \(frames, 18, 2\)"):
        PoseSequence(np.zeros((4, 17, 2)), np.zeros((4, 17)), 25, (64, 64))
    with pytest.raises(BadInput, match="confidence"):
        PoseSequence(np.zeros((4, 18, 2)), np.zeros((3, 18)), 25, (64, 64))
    with pytest.raises(BadInput, match="depth"):
        replace(poses(), depth=np.zeros((3, 18)))
    for fps in (0, -1, np.nan, np.inf):
        with pytest.raises(BadInput, match="must be positive"):
            replace(poses(), fps=fps)


def test_numbers_are_settled_and_the_length_is_in_seconds() -> None:
    sequence = poses()
    assert sequence.points.dtype == sequence.confidence.dtype == np.float32
    assert (len(sequence), sequence.seconds) == (20, 0.8)
    assert (sequence.joint("neck") == sequence.points[:, 1]).all()


def test_a_part_has_the_frames_asked_for() -> None:
    part = poses().part(5, 9)
    assert len(part) == 4
    assert (part.points == poses().points[5:9]).all()
    assert (part.depth == poses().depth[5:9]).all()


def test_scaling_follows_each_side_and_goes_back() -> None:
    scaled = poses().scaled((160, 240))
    assert scaled.points[..., 0] == pytest.approx(poses().points[..., 0] / 2)
    assert scaled.points[..., 1] == pytest.approx(poses().points[..., 1])
    assert np.allclose(scaled.scaled((320, 240)).points, poses().points, atol=1e-4)


def test_poses_are_cropped_and_scaled_as_their_frames_are() -> None:
    framing = Framing((80, 120), (0.25, 0.0, 0.75, 1.0))
    framed = poses().framed(framing)
    assert framed.size == (80, 120)
    assert framed.points[..., 0] == pytest.approx((poses().points[..., 0] - 80) / 2, abs=1e-4)
    assert framed.points[..., 1] == pytest.approx(poses().points[..., 1] / 2, abs=1e-4)
    assert framed.depth == pytest.approx(poses().depth / 2)
    assert poses(depth=False).framed(framing).depth is None


def test_mirroring_twice_gives_the_same_poses() -> None:
    assert alike(poses().mirrored().mirrored(), poses())


def test_mirroring_exchanges_the_sides() -> None:
    mirrored = poses().mirrored()
    assert mirrored.joint("left_wrist")[:, 0] == pytest.approx(
        320 - poses().joint("right_wrist")[:, 0], abs=1e-4
    )
    assert mirrored.joint("nose")[:, 1] == pytest.approx(poses().joint("nose")[:, 1])


def test_conversion_takes_points_confidence_and_depth_along() -> None:
    there = poses().converted(BODY_25)
    assert there.skeleton == BODY_25
    assert there.depth is not None
    assert there.depth.shape == (20, 25)
    assert alike(there.converted(OPENPOSE_18), poses())
    assert poses().converted(OPENPOSE_18).converted(COCO_17).points.shape == (20, 17, 2)


def test_resampling_keeps_the_seconds_and_is_linear_between_frames() -> None:
    slow = poses(20, fps=10)
    quick = slow.resampled(20)
    assert len(quick) == 40
    assert (quick.points[::2] == slow.points).all()
    halfway = (slow.points[:-1] + slow.points[1:]) / 2
    assert np.allclose(quick.points[1:-1:2], halfway, atol=1e-4)
    assert alike(slow.resampled(10), slow)
    assert len(poses(48, fps=16).resampled(25)) == 75


def test_resampling_keeps_whole_frames_beside_missing_ones() -> None:
    points = poses(4, fps=10).points.copy()
    points[1] = np.nan
    quick = replace(poses(4, fps=10), points=points).resampled(20)
    missing = np.isnan(quick.points).all(axis=(1, 2))
    assert missing.tolist() == [False, True, True, True, False, False, False, False]


@pytest.mark.parametrize("depth", [True, False])
def test_saved_poses_come_back_and_nothing_is_pickled(tmp_path: Path, depth: bool) -> None:
    sequence = poses(depth=depth)
    points = sequence.points.copy()
    points[3, 4] = np.nan
    sequence = replace(sequence, points=points)
    path = sequence.save(tmp_path / "new" / "poses.npz")
    assert alike(PoseSequence.load(path), sequence)
    assert PoseSequence.load(path).skeleton == OPENPOSE_18
    with np.load(path, allow_pickle=False) as archive:
        assert "points" in archive.files
    assert [entry.name for entry in path.parent.iterdir()] == ["poses.npz"]


def test_files_that_hold_no_poses_are_refused_in_one_line(tmp_path: Path) -> None:
    text, other, pickled = (tmp_path / name for name in ("text.npz", "other.npz", "pickled.npz"))
    text.write_text("hello")
    np.savez(other, points=np.zeros(3))
    np.savez(pickled, points=np.array([{}], object), confidence=1, fps=1, size=1, skeleton="a")
    strange = tmp_path / "strange.npz"
    values = {"points": np.zeros((1, 18, 2)), "confidence": np.zeros((1, 18)), "fps": 25.0}
    np.savez(strange, **values, size=[64, 64], skeleton="snake")
    wrong = tmp_path / "wrong.npz"
    np.savez(wrong, **values, size=[64], skeleton="openpose_18")
    half = tmp_path / "half.npz"
    whole = poses().save(tmp_path / "whole.npz").read_bytes()
    half.write_bytes(whole[: len(whole) // 2])
    cases = {
        tmp_path / "missing.npz": "no such file",
        text: "cannot be read",
        other: "lacks",
        pickled: "cannot be read",
        strange: "'snake' is unknown",
        wrong: "wrong.npz",
        half: "cannot be read",
    }
    for path, reason in cases.items():
        with pytest.raises(BadInput, match=reason) as caught:
            PoseSequence.load(path)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"points": np.full((2, 18, 2), 1e8)}, "points reach 1e\\+08 pixels"),
        ({"points": np.full((2, 18, 2), np.inf)}, "points reach inf pixels"),
        ({"depth": np.full((2, 18), -1e8)}, "depth reach"),
        ({"confidence": np.full((2, 18), 7.0)}, "confidences are not all 0 to 1"),
        ({"confidence": np.full((2, 18), np.nan)}, "confidences are not all 0 to 1"),
        ({"size": np.array([10**6, 10])}, "out of range"),
        ({"size": np.array([np.inf, 10])}, "cannot be read"),
        ({"fps": np.float64(1e9)}, "out of range"),
        ({"fps": np.array([25.0, 25.0])}, "cannot be read"),
        ({"skeleton": np.array("snake")}, "skeleton 'snake' is unknown"),
    ],
)
def test_poses_that_no_camera_has_seen_are_refused(tmp_path, change, told):
    values = {
        "points": np.zeros((2, 18, 2)), "confidence": np.ones((2, 18)), "fps": np.float64(25),
        "size": np.array([64, 96]), "skeleton": np.array("openpose_18"),
    }  # fmt: skip
    np.savez(tmp_path / "poses.npz", **(values | change))
    with pytest.raises(BadInput, match=told) as caught:
        PoseSequence.load(tmp_path / "poses.npz")
    assert "\n" not in str(caught.value)


def test_a_file_that_unpacks_to_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("points", "confidence", "fps", "size", "skeleton"):
            archive.writestr(f"{name}.npy", b"")
    data = path.read_bytes()
    start = data.index(b"PK\x01\x02")  # claim 4 GB in the directory
    path.write_bytes(data[: start + 24] + b"\xfe\xff\xff\xff" + data[start + 28 :])
    with pytest.raises(BadInput, match="which it cannot hold"):
        PoseSequence.load(path)


def test_a_folder_in_the_way_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputFailed, match="is a folder"):
        poses().save(tmp_path)
