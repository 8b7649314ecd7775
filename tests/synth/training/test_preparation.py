import shutil
from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.take.take import Take
from stickdance.checkpoints.errors import BadInput
from stickdance.synth.generators.recipe import Augmentation
from stickdance.synth.training.preparation import check_take, check_unchanged, prepare, remarks


@pytest.mark.parametrize("name", ["frames.mp4", "mattes.mp4", "poses.npz"])
def test_a_file_damaged_in_the_middle_is_named(tiny_take, tmp_path, name):
    shutil.copytree(tiny_take.path, tmp_path / "take")
    copy = Take.load(tmp_path / "take")
    check_unchanged(copy)
    data = bytearray((tmp_path / "take" / name).read_bytes())
    data[len(data) // 2] ^= 0xFF
    (tmp_path / "take" / name).write_bytes(data)
    with pytest.raises(BadInput, match=f"{name}: was damaged or changed") as refused:
        check_unchanged(copy)
    assert refused.value.exit_status == 3


def test_one_frame_is_too_few(tiny_take):
    with pytest.raises(BadInput, match="has 1 frames to train on, expected at least 8"):
        check_take(replace(tiny_take, training_frames=1))


def test_frames_that_are_all_alike_are_remarked_on_and_others_are_not(tiny_take):
    assert remarks(tiny_take) == []
    still = np.repeat(tiny_take.poses.points[:1], len(tiny_take.poses.points), 0)
    still = still + np.random.default_rng(0).normal(0, 0.1, still.shape)
    (line,) = remarks(replace(tiny_take, poses=replace(tiny_take.poses, points=still)))
    assert "all alike" in line
    assert "film the person dancing" in line


def test_joints_never_seen_are_no_reason_to_remark(tiny_take):
    points = tiny_take.poses.points.copy()
    points[:, 3] = np.nan
    points[5] = np.nan  # a frame without anybody
    assert remarks(replace(tiny_take, poses=replace(tiny_take.poses, points=points))) == []


def test_where_nothing_will_be_trained_no_samples_are_read(tiny_take):
    def prepared(trains):
        return prepare(tiny_take, (64, 64), 0, 0.0, True, Augmentation(), trains=trains)

    assert prepared(trains=False).samples is None
    assert len(prepared(trains=True).samples) > 0
