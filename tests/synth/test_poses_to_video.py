import json
import wave
from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.media.audio import decode_sound
from stickdance.capture.media.streams import read_metadata
from stickdance.capture.media.video import probe, read_frames
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.retargeting.retarget import on_body
from stickdance.checkpoints.errors import BadInput, StickdanceError, UsageError
from stickdance.checkpoints.files import sha256
from stickdance.checkpoints.manifest import write_manifest
from stickdance.synth.credentials.reading import credentials_of
from stickdance.synth.engines.engine import installed_engines
from stickdance.synth.options import RenderOptions
from stickdance.synth.performer.performer import Performer
from stickdance.synth.poses_to_video import poses_to_video
from stickdance.synth.rendering.backgrounds import composed
from stickdance.synth.rendering.recipe import plan_in, recipe_hash
from stickdance.synth.training.options import TrainingOptions
from stickdance.synth.training.trainer import train

CPU = RenderOptions(device="cpu", batch=5, engine="torch", renderer="gan", mark=False)
ENGINES = [name for name in installed_engines() if name != "torch"]


@pytest.fixture(scope="module")
def performer(tiny_take, tmp_path_factory):
    to = tmp_path_factory.mktemp("performers") / "anna"
    train(tiny_take, to, TrainingOptions(steps=1, size=(64, 64), batch=1, device="cpu", workers=0))
    return to


def seconds_of_sound(video, folder) -> float:
    return decode_sound(video, folder / "sound.wav").seconds


def test_a_dance_becomes_a_video_whose_sound_is_as_long_as_the_picture(
    performer, make_dance, tmp_path
):
    rendered = poses_to_video(make_dance(24), performer, tmp_path / "out.mp4", CPU)
    info = probe(rendered.path)
    assert (rendered.frames, rendered.fps, rendered.size) == (24, 10.0, (64, 64))
    assert info.size == (64, 64)
    assert len(list(read_frames(rendered.path))) == 24
    assert seconds_of_sound(rendered.path, tmp_path) == pytest.approx(2.4, abs=0.1)
    assert rendered.frames_per_second > 0
    assert json.loads(json.dumps(rendered.as_json()))["frames"] == 24


def test_the_frames_are_the_performers(performer, make_dance, tmp_path):
    dance = make_dance(6)
    poses = PoseSequence.load(dance / "poses.npz")
    expected = Performer.load(performer, "cpu").render(poses.points, poses.confidence)
    video = poses_to_video(dance, performer, tmp_path / "out.mp4", replace(CPU, crf=0, batch=6))
    for frame, wanted in zip(read_frames(video.path), expected, strict=True):
        assert np.abs(frame.astype(int) - wanted).mean() < 4  # 4:2:0 costs a little colour


def test_a_part_keeps_its_own_sound(performer, make_dance, tmp_path):
    dance = make_dance(40)
    with wave.open(str(dance / "song.wav"), "rb") as song:
        params, samples = song.getparams(), np.frombuffer(song.readframes(1 << 20), "<i2").copy()
    samples[: 2 * 44_100] = 0  # silence up to the second second
    with wave.open(str(dance / "song.wav"), "wb") as song:
        song.setparams(params)
        song.writeframes(samples.tobytes())
    write_manifest(dance, "dance", {})
    options = replace(CPU, start_seconds=1.5, end_seconds=3.8)
    rendered = poses_to_video(dance, performer, tmp_path / "out.mp4", options)
    assert rendered.frames == 23
    sound = decode_sound(rendered.path, tmp_path / "sound.wav")
    with wave.open(str(sound.path), "rb") as file:
        heard = np.abs(np.frombuffer(file.readframes(1 << 20), "<i2").astype(int))
    begins = np.flatnonzero(heard > 4000)[0] / sound.rate
    assert begins == pytest.approx(0.5, abs=0.03)


def test_the_video_says_that_it_is_synthetic_and_by_whom(performer, make_dance, tmp_path):
    video = poses_to_video(make_dance(4), performer, tmp_path / "out.mp4", CPU).path
    data = video.read_bytes()
    assert b'"synthetic": true' in data
    assert b'"performer": "anna"' in data


def test_the_video_is_signed_with_what_it_was_made_of_and_the_consent(
    performer, make_dance, tmp_path
):
    dance = make_dance(4)
    write_manifest(dance, "dance", {"followed": {"sha256": "ef" * 32, "consent": "Bob: yes"}})
    video = poses_to_video(dance, performer, tmp_path / "out.mp4", CPU).path
    told, actor = credentials_of(video), Performer.load(performer, "cpu")
    assert (told.state, told.is_synthetic) == ("valid", True)
    assert told.recipe["consent"] == "given for tests; movement: Bob: yes"
    assert told.recipe["sha256"] == recipe_hash(read_metadata(video, "a video")["comment"])
    found = [(each["what"], each["sha256"]) for each in told.ingredients]
    assert found == [
        ("footage", actor.training["footage"][0]),
        ("movement", "ef" * 32),
        ("song", sha256(dance / "song.wav")),
    ]


def test_credentials_can_be_left_out(performer, make_dance, tmp_path):
    options = replace(CPU, credentials=False)
    video = poses_to_video(make_dance(4), performer, tmp_path / "out.mp4", options).path
    assert credentials_of(video).state == "absent"
    with pytest.raises(UsageError, match="--certificate, --key"):
        poses_to_video(
            make_dance(4), performer, tmp_path / "out.mp4", replace(options, key=tmp_path / "key")
        )


def test_the_video_carries_all_that_it_was_made_by_and_no_path(performer, make_dance, tmp_path):
    dance, plan = make_dance(4), '{"kind": "choreography", "steps": ["mambo é"]}'
    (dance / "choreography.json").write_text(plan, encoding="utf-8")
    options = {"style": "pop", "plan": "/home/anna/secret/plan.json", "hint": []}
    write_manifest(dance, "dance", {"options": options, "seed": 7, "song": "vibe.mp3"})
    video = poses_to_video(dance, performer, tmp_path / "out.mp4", replace(CPU, label="hi")).path
    comment = read_metadata(video, "a video")["comment"]
    about = json.loads(comment)
    assert about["dance"] == {"style": "pop", "plan": "plan.json"}
    assert (about["seed"], about["song"], about["rendering"]["label"]) == (7, "vibe.mp3", "hi")
    assert about["sound"] == sha256(dance / "song.wav")
    assert about["plan_sha256"] == sha256(dance / "choreography.json")
    assert plan_in(comment) == plan
    assert "secret" not in comment
    assert str(tmp_path) not in comment


@pytest.mark.parametrize("comment", ["", "{}", "[]", '{"plan": 1}', '{"plan": "eA=="}', "hello"])
def test_a_comment_without_a_plan_is_told_so(comment):
    with pytest.raises(BadInput):
        plan_in(comment)


def test_a_dance_for_another_size_is_put_onto_the_performer(performer, make_dance, tmp_path):
    twice = make_dance(5, size=(128, 128), name="twice")
    once = make_dance(5)
    body = Performer.load(performer, "cpu").body
    moved = on_body(
        PoseSequence.load(twice / "poses.npz"), BodyProfile.load(twice / "body.json"), body
    )
    assert moved.size == (64, 64)
    assert poses_to_video(twice, performer, tmp_path / "out.mp4", CPU).size == (64, 64)
    poses = PoseSequence.load(once / "poses.npz")
    kept = on_body(poses, BodyProfile.load(once / "body.json"), body)
    assert np.array_equal(kept.points, poses.points)


def test_strange_poses_are_warned_of(performer, make_dance, tmp_path):
    dance = make_dance(20)
    poses = PoseSequence.load(dance / "poses.npz")
    points = poses.points.copy()
    points[10:14, :, 1] = 64 - points[10:14, :, 1]  # on the head
    replace(poses, points=points).save(dance / "poses.npz")
    write_manifest(dance, "dance", {})
    rendered = poses_to_video(dance, performer, tmp_path / "out.mp4", CPU)
    assert len(rendered.warnings) == 1
    assert "0:01.0-0:01.4" in rendered.warnings[0]


def test_familiar_poses_are_not_warned_of(performer, make_dance, tmp_path):
    assert not poses_to_video(make_dance(20), performer, tmp_path / "out.mp4", CPU).warnings


@pytest.mark.parametrize(
    "part",
    [
        {"start_seconds": 5.0},
        {"start_seconds": 1.0, "end_seconds": 0.5},
        {"start_seconds": -1.0},
        {"batch": 0},
    ],
)
def test_a_part_outside_the_dance_is_refused(performer, make_dance, tmp_path, part):
    with pytest.raises(UsageError):
        poses_to_video(make_dance(), performer, tmp_path / "out.mp4", replace(CPU, **part))
    assert not (tmp_path / "out.mp4").exists()


def test_a_dance_that_is_not_whole_is_refused(performer, make_dance, tmp_path):
    dance = make_dance()
    (dance / "song.wav").unlink()
    with pytest.raises(BadInput, match=r"song\.wav"):
        poses_to_video(dance, performer, tmp_path / "out.mp4", CPU)


def test_a_dance_with_a_flipped_byte_is_refused(performer, make_dance, tmp_path):
    song = make_dance() / "song.wav"
    data = bytearray(song.read_bytes())
    data[-100] ^= 1
    song.write_bytes(data)
    with pytest.raises(BadInput, match=r"song\.wav: was changed since"):
        poses_to_video(song.parent, performer, tmp_path / "out.mp4", CPU)


def test_nothing_is_left_behind_when_painting_fails(performer, make_dance, tmp_path, monkeypatch):
    def fails(*_):
        yield np.zeros((64, 64, 3), np.uint8)
        raise RuntimeError("no")

    monkeypatch.setattr(Performer, "in_room", fails)
    with pytest.raises(RuntimeError):
        poses_to_video(make_dance(), performer, tmp_path / "videos" / "out.mp4", CPU)
    assert not list((tmp_path / "videos").iterdir())


def test_an_output_that_is_no_mp4_is_refused(performer, make_dance, tmp_path):
    with pytest.raises(StickdanceError, match=r"out\.txt"):
        poses_to_video(make_dance(), performer, tmp_path / "out.txt", CPU)


def test_the_person_over_the_room_is_what_is_rendered(performer, make_dance):
    actor = Performer.load(performer, "cpu")
    poses = PoseSequence.load(make_dance(2) / "poses.npz")
    whole = actor.render(poses.points, poses.confidence)
    for cut_out, frame in zip(actor.cut_out(poses.points, poses.confidence), whole, strict=True):
        difference = np.abs(composed(cut_out, actor.plate).astype(int) - frame)
        assert difference.max() <= 0.08 * 255
        assert difference[cut_out[..., 3] == 255].max() <= 2


def test_another_background_stands_behind_the_dancer(performer, make_dance, tmp_path):
    options = replace(CPU, crf=0, background="#30a050")
    video = poses_to_video(make_dance(3), performer, tmp_path / "out.mp4", options).path
    corner = next(iter(read_frames(video)))[:6, :6].reshape(-1, 3)
    assert np.abs(corner.mean(0) - (48, 160, 80)).max() < 5


def test_a_transparent_background_needs_a_container_for_it(performer, make_dance, tmp_path):
    options = replace(CPU, background="transparent")
    with pytest.raises(BadInput, match=r"\.mov or \.webm"):
        poses_to_video(make_dance(3), performer, tmp_path / "out.mp4", options)
    for name in ("out.mov", "out.webm"):
        rendered = poses_to_video(make_dance(3), performer, tmp_path / name, options)
        assert probe(rendered.path).size == (64, 64)
        assert b'"synthetic": true' in rendered.path.read_bytes()


def test_a_generator_of_whole_frames_cannot_leave_its_room(
    tiny_take, tiny_pix2pixhd, make_dance, tmp_path
):
    options = TrainingOptions(steps=1, size=(32, 32), batch=1, device="cpu", generator="pix2pixhd")
    train(tiny_take, tmp_path / "whole", options)
    with pytest.raises(UsageError, match="paints whole frames"):
        poses_to_video(
            make_dance(2), tmp_path / "whole", tmp_path / "o.mp4", replace(CPU, background="black")
        )


@pytest.mark.parametrize("engine", ["torch", *ENGINES])
def test_the_video_says_what_computed_it(performer, make_dance, tmp_path, engine):
    rendered = poses_to_video(
        make_dance(3), performer, tmp_path / "out.mp4", replace(CPU, engine=engine)
    )
    assert rendered.engine == engine


def test_far_poses_are_held_to_the_known_ones_on_request(performer, make_dance, tmp_path):
    dance = make_dance(20)
    poses = PoseSequence.load(dance / "poses.npz")
    points = poses.points.copy()
    points[10:14, :, 1] = 64 - points[10:14, :, 1]  # on the head
    replace(poses, points=points).save(dance / "poses.npz")
    write_manifest(dance, "dance", {})
    rendered = poses_to_video(
        dance, performer, tmp_path / "out.mp4", replace(CPU, hold_to_known=1.0)
    )
    assert 4 <= rendered.held < 20
    assert json.loads(json.dumps(rendered.as_json()))["held"] == rendered.held


def change_points(dance, change):
    poses = PoseSequence.load(dance / "poses.npz")
    points = poses.points.copy()
    change(points)
    replace(poses, points=points).save(dance / "poses.npz")
    write_manifest(dance, "dance", {})


def test_a_dance_without_one_joint_is_refused(performer, make_dance, tmp_path):
    dance = make_dance(4)
    change_points(dance, lambda points: points.fill(np.nan))
    with pytest.raises(BadInput, match=r"poses\.npz: holds no joints in any of its poses"):
        poses_to_video(dance, performer, tmp_path / "out.mp4", CPU)


def test_joints_that_are_no_numbers_count_as_missing(performer, make_dance, tmp_path):
    dance = make_dance(12)

    def spoil(points):
        points[6:9] = np.nan

    change_points(dance, spoil)
    rendered = poses_to_video(dance, performer, tmp_path / "out.mp4", CPU)
    assert len(list(read_frames(rendered.path))) == 12
    assert len(rendered.warnings) == 1
    assert "25% of the poses have no joints" in rendered.warnings[0]
    assert "0:00.6-0:00.9" in rendered.warnings[0]


def test_how_long_frames_fade_can_be_told(performer, make_dance, tmp_path):
    dance = make_dance(12)

    def hop(points):
        points[1::2] = points[::-1][1::2].copy()

    change_points(dance, hop)  # where the film goes on, nothing fades
    fading, jumping = (
        poses_to_video(dance, performer, tmp_path / f"{fade}.mp4", replace(CPU, crf=0, fade=fade))
        for fade in (0.8, 0.0)
    )
    pairs = zip(read_frames(fading.path), read_frames(jumping.path), strict=True)
    assert any((one != other).any() for one, other in pairs)


@pytest.mark.parametrize("fade", [-0.1, 1.0, float("nan")])
def test_a_fade_that_never_ends_is_refused(performer, make_dance, tmp_path, fade):
    with pytest.raises(UsageError, match="--fade"):
        poses_to_video(make_dance(2), performer, tmp_path / "out.mp4", replace(CPU, fade=fade))


def test_a_dance_of_filmed_poses_is_shown_by_filmed_frames(performer, make_dance, tmp_path):
    options = replace(CPU, renderer="auto")
    rendered = poses_to_video(make_dance(24), performer, tmp_path / "out.mp4", options)
    shares = json.loads(json.dumps(rendered.as_json()))["shares"]
    assert shares["frames"]["filmed"] > 0.9
    assert len(list(read_frames(rendered.path))) == 24
    painted = poses_to_video(make_dance(24), performer, tmp_path / "gan.mp4", CPU)
    assert painted.shares["frames"] == {"filmed": 0.0, "joined": 0.0, "painted": 1.0}


@pytest.mark.parametrize("background", ["black", "transparent"])
def test_filmed_frames_stand_before_other_backgrounds(performer, make_dance, tmp_path, background):
    options = replace(CPU, renderer="playback", background=background, crf=0)
    rendered = poses_to_video(make_dance(6), performer, tmp_path / "out.mov", options)
    frame = next(iter(read_frames(rendered.path)))
    assert frame[:6, :6].mean() < 6 < frame.mean()
