import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.media.framing import Framing
from stickdance.capture.media.video import VideoWriter, read_frames
from stickdance.capture.take.take import Take
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.manifest import MANIFEST, write_manifest


@pytest.fixture
def copy(take, tmp_path):
    """A take that may be spoilt."""
    return shutil.copytree(take.path, tmp_path / "copy")


def rewrite_manifest(folder):
    """Make the manifest agree with files that were changed."""
    (folder / MANIFEST).unlink()
    write_manifest(folder, "take", {})


def test_a_take_is_what_was_filmed(take, filmed):
    assert take.size == (192, 160)
    assert take.fps == 25
    assert take.frame_count == 60 == len(take.poses)
    assert take.training_frames == 48
    assert take.consent == "drawn, no one"
    frames = np.stack(list(take.frames()))
    assert np.abs(frames.astype(int) - filmed.pictures).mean() < 1.5


def test_frames_and_mattes_can_be_read_in_part(take):
    frames, mattes = list(take.frames()), list(take.mattes())
    assert len(frames) == len(mattes) == 60
    for part, whole in ((take.frames, frames), (take.mattes, mattes)):
        np.testing.assert_array_equal(np.stack(list(part(17, 22))), np.stack(whole[17:22]))
        np.testing.assert_array_equal(next(iter(part(58))), whole[58])
        assert list(part(5, 5)) == []


def test_truth_is_the_original_footage_frame_by_frame(take, filmed):
    framing = Framing((96, 80))
    original = [framing.picture(frame) for frame in read_frames(filmed.video)]
    for start, stop in ((0, 4), (48, 60), (59, None)):
        truth = list(take.truth(framing, start, stop))
        np.testing.assert_array_equal(np.stack(truth), np.stack(original[start:stop]))


def test_truth_refuses_footage_that_moved_or_changed(take, copy, filmed, tmp_path):
    elsewhere = replace(take.sources[0], path=str(tmp_path / "gone.mp4"), relative="gone.mp4")
    with pytest.raises(BadInput, match=r"gone.mp4.*no longer there"):
        next(replace(take, sources=(elsewhere,)).truth(Framing((96, 80))))
    other = tmp_path / "other.mp4"
    shutil.copy(filmed.poses_file, other)
    changed = replace(take.sources[0], path=str(other), relative="gone.mp4")
    with pytest.raises(BadInput, match="changed since"):
        next(replace(take, sources=(changed,)).truth(Framing((96, 80))))


def test_truth_finds_footage_that_moved_together_with_the_take(take, tmp_path, filmed):
    shutil.copytree(take.path, tmp_path / "takes" / "anna")
    shutil.copy(filmed.video, tmp_path / "anna.mp4")
    source = replace(take.sources[0], path="/nowhere/anna.mp4", relative="../../anna.mp4")
    moved = replace(take, path=tmp_path / "takes" / "anna", sources=(source,))
    assert len(list(moved.truth(Framing((96, 80)), 50))) == 10


def test_what_is_no_take_is_refused(tmp_path, take):
    with pytest.raises(BadInput, match="found nothing"):
        Take.load(tmp_path / "absent")
    with pytest.raises(BadInput, match="found a file"):
        Take.load(take.path / "report.json")
    with pytest.raises(BadInput, match=MANIFEST):
        Take.load(tmp_path)


@pytest.mark.parametrize(
    "name", ["frames.mp4", "mattes.mp4", "poses.npz", "plate.png", "body.json"]
)
def test_a_missing_or_truncated_file_is_named(copy, name):
    content = (copy / name).read_bytes()
    (copy / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(BadInput, match=name):
        Take.load(copy)
    (copy / name).unlink()
    with pytest.raises(BadInput, match=f"{name}: is missing"):
        Take.load(copy)


def test_poses_that_do_not_fit_the_frames_are_refused(copy, take):
    take.poses.part(0, 50).save(copy / "poses.npz")
    rewrite_manifest(copy)
    with pytest.raises(BadInput, match="50 poses"):
        Take.load(copy)


def test_a_matte_video_of_another_length_is_refused(copy, take):
    with VideoWriter(copy / "mattes.mp4", take.size, take.fps, pixel_format="gray") as writer:
        for matte in take.mattes(0, 40):
            writer.write(matte)
    rewrite_manifest(copy)
    with pytest.raises(BadInput, match=r"mattes.mp4: holds 40 frames for 60 poses"):
        Take.load(copy)


def test_a_plate_of_another_size_is_refused(copy):
    import cv2

    cv2.imwrite(str(copy / "plate.png"), np.zeros((16, 16, 3), np.uint8))
    rewrite_manifest(copy)
    with pytest.raises(BadInput, match="16x16"):
        Take.load(copy)


@pytest.mark.parametrize(
    "change",
    [{"training_frames": 0}, {"training_frames": "48"}, {"sources": [{"path": "x"}]},
     {"consent": None}, {"frames": 61}, {"warnings": "x"}, {"conditions": [{"name": "blur"}]},
     {"movements": {"seen": 3}}, {"movements": {"seen": [3]}}],
)  # fmt: skip
def test_a_report_with_wrong_values_is_refused(copy, change):
    report = json.loads((copy / "report.json").read_text()) | change
    (copy / "report.json").write_text(json.dumps(report))
    rewrite_manifest(copy)
    with pytest.raises(BadInput, match=r"report.json"):
        Take.load(copy)
