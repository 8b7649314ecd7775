from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest

from stickdance.capture.conditions.symmetry import left_right_difference
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.checkpoints.manifest import write_manifest
from stickdance.synth.appearance.frame_pool import FramePool
from stickdance.synth.performer.performer import Performer
from stickdance.synth.playback.filmed_frames import INDEX, PIXELS, FilmedFrames
from stickdance.synth.playback.keeping import keep_footage
from stickdance.synth.playback.player import Player
from stickdance.synth.playback.rendering_choice import dance_frames
from stickdance.synth.playback.shares import FILMED, JOINED, PAINTED, Shares
from stickdance.synth.quality.held_out import rendered
from stickdance.synth.training.options import TrainingOptions
from stickdance.synth.training.trainer import train


@pytest.fixture(scope="module")
def take(make_take):
    return make_take(60)


@pytest.fixture(scope="module")
def folder(take, tmp_path_factory):
    to = tmp_path_factory.mktemp("performers") / "anna"
    options = TrainingOptions(steps=1, size=(64, 64), batch=1, device="cpu", workers=0)
    train(take, to, options)
    return to


@pytest.fixture
def actor(folder):
    return Performer.load(folder, "cpu")


@pytest.fixture
def player(actor):
    return Player(actor.filmed, actor.body, actor.renderer.paint)


def frames_of(actor, played):
    return list(actor.in_room([one.painted for one in played]))


def test_only_training_frames_are_kept(actor, take):
    assert take.training_frames < take.frame_count
    assert actor.filmed.frames.tolist() == list(range(take.training_frames))


def test_a_filmed_frame_over_the_plate_is_the_footage(actor, take):
    for number, real in enumerate(take.frames(0, 5)):
        (shown,) = actor.in_room([actor.filmed.layer(number).painted(actor.plate)])
        assert np.abs(shown.astype(int) - real).mean() < 2


def test_moved_elsewhere_a_person_leaves_what_is_the_rooms_behind(actor):
    film = actor.filmed
    here, there = film.layer(3), film.layer(3, elsewhere=1.0)
    person = cv2.erode(here.pixels[..., 3], np.ones((3, 3))) == 1
    assert np.allclose(here.pixels[person], there.pixels[person])
    beside = cv2.dilate(here.pixels[..., 3], np.ones((9, 9))) == 0
    assert np.abs(here.pixels[beside]).max() > 0
    assert np.abs(there.pixels[beside]).max() == 0


def test_the_film_itself_is_played_frame_by_frame(player, actor, take):
    poses = take.poses.part(5, 35)
    played = list(player.play(poses))
    assert {one.how for one in played} == {FILMED}
    for real, shown in zip(take.frames(5, 35), frames_of(actor, played), strict=True):
        assert np.abs(real.astype(int) - shown).mean() < 2.5


def test_frames_that_were_held_out_are_never_shown(player, take):
    stop = take.training_frames
    stretches = player.stretches(take.poses.part(stop, take.frame_count))
    for stretch in stretches:
        if stretch.filmed:
            shown = [stretch.time_at(pose) for pose in range(stretch.first - 5, stretch.stop + 5)]
            assert min(shown) >= 0 and max(shown) <= stop - 1


def test_scores_are_taken_of_painted_frames_alone(actor, take, monkeypatch):
    def shown(*_):
        raise AssertionError("a filmed frame was shown")

    monkeypatch.setattr(type(actor.filmed), "layer", shown)
    poses = take.poses.part(take.training_frames, take.training_frames + 4)
    assert len(list(rendered(actor, poses))) == 4


def test_at_another_rate_no_frame_is_shown_twice(player, actor, take):
    poses = take.poses.part(5, 35)
    faster = poses.resampled(25.0)
    stretches = player.stretches(faster)
    times = np.concatenate([stretch.times for stretch in stretches])
    assert len(stretches) == 1
    assert np.diff(times) == pytest.approx(10 / 25, abs=0.15)
    shown = frames_of(actor, player.play(faster))
    assert all((one != other).any() for one, other in pairwise(shown))


def test_where_nothing_was_filmed_the_generator_paints(player, actor, take):
    poses = take.poses.part(0, 40)
    points = poses.points.copy()
    points[15:30, :, 1] = 64 - points[15:30, :, 1]  # on the head
    played = list(player.play(replace(poses, points=points)))
    how = [one.how for one in played]
    assert how[17:28] == [PAINTED] * 11
    assert JOINED in how[10:17]
    assert how[:10] == [FILMED] * 10
    assert len(played) == 40


def test_playback_alone_paints_nothing(actor, take):
    poses = take.poses.part(0, 40)
    points = poses.points.copy()
    points[15:30, :, 1] = 64 - points[15:30, :, 1]
    strange = replace(poses, points=points)
    how = {one.how for one in dance_frames(actor, strange, "playback")}
    assert how <= {FILMED, JOINED}
    assert {one.how for one in dance_frames(actor, strange, "gan")} == {PAINTED}


def test_poses_without_a_joint_are_shown_too(actor, take):
    poses = take.poses.part(0, 20)
    points = poses.points.copy()
    points[5:9] = np.nan
    for renderer in ("auto", "playback"):
        assert len(list(dance_frames(actor, replace(poses, points=points), renderer))) == 20


def test_shares_add_up_to_one(player, take):
    shares = Shares()
    points = take.poses.points[:40].copy()
    points[15:30, :, 1] = 64 - points[15:30, :, 1]
    list(shares.counting(player.play(replace(take.poses.part(0, 40), points=points))))
    told = shares.as_json()
    assert sum(told["frames"].values()) == pytest.approx(1)
    assert sum(told["pixels"].values()) == pytest.approx(1)
    assert 0 < told["frames"]["painted"] < 1
    assert Shares().as_json()["frames"] == {"filmed": 0, "joined": 0, "painted": 0}


def test_frames_are_made_as_they_are_asked_for(player, take, monkeypatch):
    read = []
    film = type(player.film)
    layer = film.layer
    monkeypatch.setattr(film, "layer", lambda *one: read.append(one) or layer(*one))
    playing = player.play(take.poses.part(0, 40))
    for _ in range(3):
        next(playing)
    playing.close()
    assert 3 <= len(read) <= 12


def test_a_performer_without_filmed_frames_is_painted_unless_playback_is_asked_for(actor, take):
    poses = take.poses.part(0, 3)
    bare = replace(actor, filmed=None)
    assert {one.how for one in dance_frames(bare, poses, "auto")} == {PAINTED}
    with pytest.raises(UsageError, match="keeps no filmed frames"):
        dance_frames(bare, poses, "playback")


def test_a_copy_of_a_performer_keeps_the_film(actor, tmp_path):
    actor.save(tmp_path / "copy")
    copy = Performer.load(tmp_path / "copy", "cpu")
    assert np.array_equal(copy.filmed.layer(3).pixels, actor.filmed.layer(3).pixels)


def test_a_film_cut_short_is_refused(actor, tmp_path):
    actor.save(tmp_path / "copy")
    pixels = tmp_path / "copy" / PIXELS
    pixels.write_bytes(pixels.read_bytes()[:-10])
    write_manifest(tmp_path / "copy", "performer", {"format": 1})
    with pytest.raises(BadInput, match=rf"{INDEX}: not the filmed frames of a performer"):
        Performer.load(tmp_path / "copy", "cpu")


def test_long_footage_is_thinned_out_evenly(take, actor, tmp_path):
    bytes_of_all = (actor.path / PIXELS).stat().st_size
    assert keep_footage(take, actor.framing, tmp_path, most_bytes=round(0.4 * bytes_of_all))
    thin = type(actor.filmed).load(tmp_path, actor.plate)
    assert thin.spacing == 3
    assert (thin.runs == 0).all()
    poses = PoseSequence.part(take.poses, 5, 35)
    stretches = Player(thin, actor.body, None).stretches(poses)
    assert len(stretches) == 1
    assert np.diff(stretches[0].times) == pytest.approx(1 / 3, abs=0.15)


@pytest.mark.parametrize(("asked", "mirrored"), [("auto", False), ("off", False), ("on", True)])
def test_filmed_frames_are_mirrored_only_where_asked_or_where_nobody_would_notice(
    actor, take, asked, mirrored
):
    poses = take.poses.part(5, 35)
    points = actor.filmed.points.copy()
    points[:, poses.skeleton.index["left_wrist"]] = (50, 5)  # raised all along
    turned = points[5:35, list(poses.skeleton.mirrored)] * (-1, 1) + (actor.size[0], 0)
    film = replace(actor.filmed, points=points, left_right_difference=30.0)
    player = Player(film, actor.body, None, mirroring=asked)
    stretches = player.stretches(replace(poses, points=turned))
    assert any(stretch.mirrored for stretch in stretches) == mirrored


def test_a_performer_knows_how_differently_its_person_looks_on_both_sides(actor, take):
    assert actor.filmed.left_right_difference == left_right_difference(take)


def film_of(take, rows):
    """The take's frames with everybody moved down by some rows."""
    points = take.poses.points[:40] + np.array([0, rows], np.float32)
    pairs = [
        (np.roll(frame, rows, axis=0), np.roll(matte, rows, axis=0))
        for frame, matte in zip(take.frames(0, 40), take.mattes(0, 40), strict=True)
    ]
    pool, kept = FramePool.collect(pairs, np.arange(40), take.size, 10**8)
    runs = np.zeros(len(kept), np.int64)
    return FilmedFrames(take.path, pool, kept, runs, points[kept], take.fps, take.plate), points


@pytest.mark.parametrize("cut", [False, True], ids=["whole", "cut off below"])
def test_whom_the_frame_cuts_off_below_is_not_lifted(take, actor, cut):
    lowest = max(np.flatnonzero((matte > 127).any(1))[-1] for matte in take.mattes(0, 40))
    film, points = film_of(take, take.size[1] - 1 - int(lowest) if cut else 0)
    lifted = replace(take.poses.part(0, 40), points=points - np.array([0, 8], np.float32))
    (stretch,) = Player(film, actor.body, None).stretches(lifted)
    up = min(stretch.offset_at(pose)[1] for pose in range(40))
    assert up == (0 if cut else pytest.approx(-8, abs=1))
