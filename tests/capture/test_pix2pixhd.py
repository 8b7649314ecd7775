import json
import shutil

import numpy as np
import pytest

from stickdance.capture.media.images import read_picture, write_png
from stickdance.capture.pix2pixhd import export_pairs, import_pairs
from stickdance.capture.pose.stick_figure import StickStyle, draw_pose
from stickdance.capture.video_to_take import CaptureOptions
from stickdance.checkpoints.errors import BadInput

PLAIN = CaptureOptions(correct=False)


@pytest.fixture(scope="module")
def exported(take, tmp_path_factory):
    return export_pairs(take, tmp_path_factory.mktemp("pairs") / "anna")


def test_pairs_lie_as_pix2pixhd_reads_them(exported, take):
    folder = exported.path
    assert (exported.training, exported.testing) == (take.training_frames, 12)
    for part, numbers in (("train", range(48)), ("test", range(48, 60))):
        names = [f"{number:06d}.png" for number in numbers]
        for side in "AB":
            assert sorted(p.name for p in (folder / f"{part}_{side}").iterdir()) == names
    stick = read_picture(folder / "test_A" / "000050.png")
    poses = take.poses
    drawn = draw_pose(poses.points[50], poses.confidence[50], take.size, StickStyle())
    assert (stick == drawn).all()
    photo = read_picture(folder / "train_B" / "000003.png").astype(int)
    assert (photo == next(take.frames(3, 4))).all()
    assert "needs multiples of 32" in export_warning(take, folder.parent / "odd", (176, 144))


def export_warning(take, to, size) -> str:
    return export_pairs(take, to, size).warnings[0]


def test_label_maps_number_the_bones(take, tmp_path):
    folder = export_pairs(take, tmp_path / "labels", labels=True).path
    labels = read_picture(folder / "train_label" / "000000.png", grey=True)
    assert set(np.unique(labels)) <= set(range(18))
    neck, hip = (take.poses.joint(name)[0] for name in ("neck", "right_hip"))
    x, y = (neck + 0.6 * (hip - neck)).astype(int)
    bone = take.poses.skeleton.bones.index(("neck", "right_hip")) + 1
    assert labels[y, x] == bone
    assert (folder / "train_img" / "000000.png").is_file()


def test_there_and_back_gives_the_same_take(exported, take, tmp_path):
    back = import_pairs(exported.path, tmp_path / "back", PLAIN)
    assert (back.training, back.testing) == (48, 12)
    assert back.poses.endswith("poses.npz")
    assert back.warnings == ()
    assert (back.take.fps, back.take.size, back.take.consent) == (25, take.size, "drawn, no one")
    assert np.abs(back.take.poses.points - take.poses.points).max() < 2  # smoothed once more
    for ours, theirs in zip(back.take.frames(), take.frames(), strict=True):
        assert np.abs(ours.astype(int) - theirs).mean() < 2


def test_what_the_folders_do_not_say_is_said(exported, take, tmp_path):
    folder = tmp_path / "theirs"
    for side in "AB":  # all of it trains
        shutil.copytree(exported.path / f"train_{side}", folder / f"train_{side}")
        shutil.copytree(
            exported.path / f"test_{side}", folder / f"train_{side}", dirs_exist_ok=True
        )
    (folder / "train_A" / "000002.png").rename(folder / "train_A" / "other.png")
    given = shutil.copy(exported.path / "poses.npz", tmp_path / "given.npz")
    options = CaptureOptions(correct=False, poses=given)
    done = import_pairs(folder, tmp_path / "take", options)
    assert "2 pictures of train_A and train_B have no partner" in done.warnings[0]
    assert (done.training, done.testing) == (48, 12)
    with pytest.raises(BadInput, match="poses at 25 frames a second, the pictures are said"):
        import_pairs(folder, tmp_path / "take", CaptureOptions(poses=options.poses, fps=30))


def test_without_poses_they_are_estimated(exported, tmp_path, monkeypatch):
    import stickdance.capture.pix2pixhd as module

    asked = []
    monkeypatch.setattr(module, "video_to_take", lambda *words: asked.append(words) or (_ for _ in ()).throw(BadInput("stop")))  # fmt: skip  # noqa: E501
    shutil.copytree(exported.path / "train_B", tmp_path / "theirs" / "train_B")
    with pytest.raises(BadInput, match="stop"):
        import_pairs(tmp_path / "theirs", tmp_path / "take")
    videos, _, options = asked[0]
    assert videos == [tmp_path / "theirs" / "train_B"]
    assert (options.estimator, options.poses, options.fps) == ("blazepose", None, 25.0)


def test_what_are_no_pairs_is_refused(exported, tmp_path):
    with pytest.raises(BadInput, match="expected pix2pixHD's folders train_B or train_img"):
        import_pairs(tmp_path, tmp_path / "take")
    folder = tmp_path / "odd"
    shutil.copytree(exported.path / "train_B", folder / "train_B")
    write_png(folder / "train_B" / "000099.png", np.zeros((20, 20, 3), np.uint8))
    with pytest.raises(BadInput, match="expected pictures of one size"):
        import_pairs(folder, tmp_path / "take")
    (folder / "pairs.json").write_text(json.dumps({"fps": "quick"}))
    with pytest.raises(BadInput, match=r"pairs.json: cannot be read"):
        import_pairs(folder, tmp_path / "take")
