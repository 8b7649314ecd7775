import shutil
from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.media.images import write_png
from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.synth.performer.folder import ROOM
from stickdance.synth.performer.performer import Performer
from stickdance.synth.playback.player import Player
from stickdance.synth.rendering.renderer import Poses
from stickdance.synth.training.options import TrainingOptions
from stickdance.synth.training.trainer import train, training_folder

PAINTED, SHOWN = (48, 48), (64, 64)
OPTIONS = TrainingOptions(steps=1, size=PAINTED, batch=1, device="cpu", video_size=SHOWN)


@pytest.fixture(scope="module")
def folder(tiny_take, tmp_path_factory):
    to = tmp_path_factory.mktemp("performers") / "anna"
    train(tiny_take, to, OPTIONS)
    return to


@pytest.fixture
def actor(folder):
    return Performer.load(folder, "cpu")


def test_what_is_painted_is_smaller_than_what_is_shown(actor):
    assert (actor.size, actor.in_video.size) == (PAINTED, SHOWN)
    assert actor.in_video.body.height == pytest.approx(actor.body.height * 64 / 48)


def test_filmed_frames_have_the_size_that_is_shown(actor, tiny_take):
    (shown,) = actor.in_video.in_room([actor.filmed.layer(3).painted(actor.in_video.plate)])
    (real,) = tiny_take.frames(3, 4)
    assert np.abs(shown.astype(int) - real).mean() < 2


def test_a_painted_frame_is_the_small_one_enlarged(actor, tiny_take):
    poses = tiny_take.poses.part(0, 2)
    large = list(actor.in_video.frames(poses_to_paint(poses)))
    small = list(actor.frames(poses_to_paint(poses.scaled(PAINTED))))
    assert [each.shape for each in large] == [(64, 64, 3)] * 2
    for one, other in zip(large, small, strict=True):
        shrunk = one.reshape(16, 4, 16, 4, 3).mean((1, 3))
        assert np.abs(shrunk - other.reshape(16, 3, 16, 3, 3).mean((1, 3))).mean() < 3


def test_a_dance_is_played_at_the_size_that_is_shown(actor, tiny_take):
    stage = actor.in_video
    played = list(Player(actor.filmed, stage.body, stage.renderer.paint).play(tiny_take.poses))
    assert all(frame.shape == (64, 64, 3) for frame in stage.in_room(p.painted for p in played))


def test_another_size_of_videos_trains_nothing_anew(folder, tiny_take, tmp_path):
    for each in (folder, training_folder(folder)):
        shutil.copytree(each, tmp_path / each.name)
    after = train(tiny_take, tmp_path / folder.name, replace(OPTIONS, video_size=(56, 56)))
    assert after.in_video.size == (56, 56) == after.filmed.pool.size
    assert after.training["seconds"] == Performer.load(folder, "cpu").training["seconds"]


def test_a_copy_keeps_the_room(actor, tmp_path):
    actor.save(tmp_path / "copy")
    assert Performer.load(tmp_path / "copy", "cpu").in_video.size == SHOWN


def test_a_room_smaller_than_what_is_painted_is_refused(actor, tmp_path):
    copy = actor.save(tmp_path / "copy", keep=lambda _: None)
    write_png(copy / ROOM, np.zeros((16, 16, 3), np.uint8))
    with pytest.raises(BadInput, match=r"room\.png"):
        Performer.load(copy, "cpu")


@pytest.mark.parametrize("size", [(40, 64), (64, 63)])
def test_videos_smaller_than_what_is_painted_or_odd_are_a_usage_error(tiny_take, tmp_path, size):
    with pytest.raises(UsageError, match="even sides, at least the 48x48"):
        train(tiny_take, tmp_path / "p", replace(OPTIONS, video_size=size))


def test_whole_frames_are_not_enlarged(tiny_take, tmp_path):
    with pytest.raises(UsageError, match="--generator compact"):
        train(tiny_take, tmp_path / "p", replace(OPTIONS, generator="pix2pixhd"))


def poses_to_paint(poses):
    return Poses(poses.points, poses.confidence, poses.depth)
