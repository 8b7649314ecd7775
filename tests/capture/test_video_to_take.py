import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

from stickdance.capture.evaluation.metrics import evaluate
from stickdance.capture.media.framing import Framing
from stickdance.capture.media.video import VideoWriter
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.take.take import Take
from stickdance.capture.video_to_take import (
    CaptureOptions,
    training_count,
    video_to_take,
    working_size,
)
from stickdance.checkpoints.errors import BadInput


def write(path, pictures, fps=25.0):
    size = (pictures[0].shape[1], pictures[0].shape[0])
    with VideoWriter(path, size, fps, crf=10, pixel_format="yuv444p") as writer:
        for picture in pictures:
            writer.write(picture)
    return path


def replay(filmed, **changes):
    return CaptureOptions(estimator="replay", poses=filmed.poses_file, **changes)


def test_poses_are_the_targets(take, filmed):
    scores = evaluate(filmed.poses, take.poses)
    assert scores["pck_01"] == 1.0
    assert scores["missing_frames"] == 0


def test_mattes_are_the_person(take, filmed):
    for number, matte in enumerate(take.mattes()):
        a, b = matte > 127, filmed.mattes[number] > 0
        assert (a & b).sum() / (a | b).sum() > 0.85


def test_the_plate_is_the_room(take, filmed):
    free = (filmed.mattes[:48] == 0).mean(axis=0) > 0.5
    away = np.abs(take.plate.astype(int) - filmed.room).mean(axis=-1)
    assert away[free].mean() < 2.5


def test_person_over_plate_is_the_footage(take, filmed):
    last = list(take.mattes(48))
    for number, matte in enumerate(last):
        share = matte[..., None] / 255
        truth = filmed.pictures[48 + number]
        composed = share * truth + (1 - share) * take.plate
        assert np.abs(composed - truth).mean() < 2.5


def test_plate_and_body_know_nothing_of_the_test_frames(filmed, tmp_path):
    pictures = filmed.pictures.copy()
    pictures[48:] = 255 - pictures[48:]
    points = filmed.poses.points.copy()
    points[48:, :, 0] = 96 + 1.3 * (points[48:, :, 0] - 96)
    poses = replace(filmed.poses, points=points).save(tmp_path / "poses.npz")
    options = CaptureOptions(estimator="replay", poses=poses, conditions="warn")
    # Lossless cuts keep what the encoder carries from test to training frames out of it.
    other = video_to_take([write(tmp_path / "b.mp4", pictures)], tmp_path / "b", options)
    same = video_to_take([write(tmp_path / "a.mp4", filmed.pictures)], tmp_path / "a",
                         CaptureOptions(estimator="replay", poses=poses))  # fmt: skip
    assert np.abs(other.plate.astype(int) - same.plate).mean() < 1.0
    assert other.body.bones == pytest.approx(same.body.bones)
    assert other.body.reach == pytest.approx(same.body.reach)


def test_the_report_says_what_was_done(take, filmed):
    report = json.loads((take.path / "report.json").read_text())
    assert report["cast_shadow"]["found"] is False
    assert report["moving_background"] == []
    assert report["frames"] == 60
    assert report["missing_frames"] == report["wrong_frames"] == []
    assert report["estimator"] == "replay"
    assert report["camera_motion_pixels"] < 0.5
    assert any("2.4 s of footage" in line for line in report["warnings"])
    assert report["sources"][0]["path"] == str(filmed.video.resolve())
    manifest = json.loads((take.path / "manifest.json").read_text())
    assert manifest["options"]["height"] == 512
    assert list(manifest["inputs"]) == ["anna.mp4"]
    assert sorted(path.name for path in take.path.iterdir()) == [
        "body.json", "contact.png", "footage.html", "frames.mp4", "manifest.json",
        "mattes.mp4", "plate.png", "poses.npz", "report.json", "room.npz",
    ]  # fmt: skip


def test_several_videos_become_one_take(filmed, tmp_path):
    small = [cv2.resize(p, (96, 80), interpolation=cv2.INTER_AREA) for p in filmed.pictures]
    second = write(tmp_path / "second.mp4", small)
    points = np.concatenate([filmed.poses.points] * 2)
    twice = replace(filmed.poses, points=points, confidence=np.ones(points.shape[:2]))
    options = CaptureOptions(estimator="replay", poses=twice.save(tmp_path / "poses.npz"))
    take = video_to_take([filmed.video, second], tmp_path / "both", options)
    assert take.frame_count == 120
    assert [source.frames for source in take.sources] == [60, 60]
    truth = list(take.truth(Framing((96, 80)), 55, 65))
    assert len(truth) == 10
    np.testing.assert_allclose(take.poses.points[60:], take.poses.points[:60], atol=1e-3)


def test_a_part_of_the_footage_can_be_taken(filmed, tmp_path):
    options = replay(filmed, start_seconds=0.2, end_seconds=2.3, height=80, held_out=0.5)
    take = video_to_take([filmed.video], tmp_path / "part", options)
    assert take.frame_count == 2.1 * 25 // 1 == 52
    assert take.size == (96, 80)
    assert take.training_frames == 26
    truth = next(take.truth(Framing(take.size), 3))
    expected = Framing(take.size).picture(filmed.pictures[8])
    assert np.abs(truth.astype(int) - expected).mean() < 2


def test_footage_without_a_person_is_refused_and_leaves_nothing(filmed, tmp_path):
    confidence = np.zeros_like(filmed.poses.confidence)
    confidence[:12] = 1
    rare = replace(filmed.poses, confidence=confidence).save(tmp_path / "rare.npz")
    options = CaptureOptions(estimator="replay", poses=rare)
    with pytest.raises(BadInput, match="in 12 of 60 frames"):
        video_to_take([filmed.video], tmp_path / "out", options)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rare.npz"]


@pytest.mark.usefixtures("blazepose_models")
def test_blazepose_refuses_an_empty_room_in_one_line(filmed, tmp_path):
    video = write(tmp_path / "room.mp4", [filmed.room] * 52)
    with pytest.raises(BadInput, match=r"room.mp4: a person was found in 0 of 52 frames") as error:
        video_to_take([video], tmp_path / "out")
    assert "\n" not in str(error.value)


def test_footage_shorter_than_two_seconds_is_refused(filmed, tmp_path):
    video = write(tmp_path / "short.mp4", list(filmed.pictures[:40]))
    with pytest.raises(BadInput, match=r"short.mp4: 1.6 s of footage, expected at least 2 s"):
        video_to_take([video], tmp_path / "out", replay(filmed))
    with pytest.raises(BadInput, match=r"1.4 s of footage from 1 s on"):
        video_to_take([filmed.video], tmp_path / "out", replay(filmed, start_seconds=1.0))


def test_videos_of_different_shape_are_refused(filmed, tmp_path):
    wide = write(tmp_path / "wide.mp4", [p[:80] for p in filmed.pictures])
    with pytest.raises(BadInput, match=r"wide.mp4: is 192x80"):
        video_to_take([filmed.video, wide], tmp_path / "out", replay(filmed))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (CaptureOptions(height=10), "--height 10"),
        (CaptureOptions(held_out=0.95), "--held-out"),
        (CaptureOptions(fps=0), "--fps"),
        (CaptureOptions(start_seconds=-1), "--from"),
        (CaptureOptions(estimator="magic"), "magic"),
    ],
)
def test_bad_options_are_named(filmed, tmp_path, options, said):
    with pytest.raises(BadInput, match=said):
        video_to_take([filmed.video], tmp_path / "out", options)
    assert list(tmp_path.iterdir()) == []


def test_no_video_is_refused(tmp_path):
    with pytest.raises(BadInput, match="no video"):
        video_to_take([], tmp_path / "out")


def test_footage_is_never_enlarged_and_sizes_are_even():
    assert working_size((692, 1108), 512) == (320, 512)
    assert working_size((97, 65), 512) == (96, 64)


def test_the_last_share_of_the_frames_is_held_out():
    assert training_count(150, 0.2) == 120
    assert training_count(65, 0.2) == 52
    assert training_count(7, 0.0) == 7
    assert training_count(3, 0.9) == 1


def test_a_real_dancer_is_captured_well(shared_data, tmp_path):
    footage = shared_data / "footage" / "dancer_indoor.mp4"
    options = CaptureOptions(height=256, end_seconds=4.0)
    take = video_to_take([footage], tmp_path / "dancer", options)
    assert take.frame_count == 64
    assert take.report["missing_frames"] == []
    assert take.report["camera_motion_pixels"] < 1
    framing = Framing(take.size)
    errors = []
    unseen = zip(take.truth(framing, 51), take.mattes(51), strict=True)
    for number, (truth, matte) in enumerate(unseen, 51):
        share = matte[..., None] / 255
        room = take.behind(number, matte, take.plate, framing)
        composed = share * truth + (1 - share) * room
        errors.append(((composed - truth) ** 2).mean())
    assert 10 * np.log10(255**2 / np.mean(errors)) > 30
    assert isinstance(take.poses, PoseSequence)
    assert 160 < take.body.height < 190


def shake(filmed, folder, reach=2.0, flicker=0.1):
    """The drawn person filmed by an unsteady hand in unsteady light."""
    angle = 2 * np.pi * np.arange(60) / 60
    moved = np.stack([reach * np.cos(3 * angle), reach * np.sin(2 * angle)], axis=-1)
    gains = 1 + flicker * np.sin(5 * angle)
    pictures = []
    for picture, way, gain in zip(filmed.pictures, moved, gains, strict=True):
        matrix = np.column_stack([np.eye(2), way])
        edge = cv2.BORDER_REPLICATE
        shaken = cv2.warpAffine(picture, matrix, (192, 160), flags=cv2.INTER_CUBIC, borderMode=edge)
        pictures.append(np.rint(0.85 * gain * shaken).clip(0, 255).astype(np.uint8))
    points = filmed.poses.points + moved[:, None].astype(np.float32)
    poses = replace(filmed.poses, points=points).save(folder / "shaken.npz")
    return write(folder / "shaken.mp4", pictures), poses


def restlessness(frames, mattes):
    """Mean standard deviation over time of what is never the person."""
    empty = np.stack(mattes).max(axis=0) == 0
    empty[:8] = empty[-8:] = False
    empty[:, :8] = empty[:, -8:] = False
    return np.stack(frames).astype(float).std(axis=0).mean(axis=-1)[empty].mean()


def even_again(take):
    truth = take.truth(Framing(take.size))
    gains, offsets = take.corrections.gains, take.corrections.offsets
    return [frame * gain + off for frame, gain, off in zip(truth, gains, offsets, strict=True)]


@pytest.mark.slow  # a quality run
def test_small_shake_and_flicker_are_taken_out_of_everything(filmed, tmp_path):
    video, poses = shake(filmed, tmp_path)
    options = CaptureOptions(estimator="replay", poses=poses)
    take = video_to_take([video], tmp_path / "held", options)
    as_it_is = video_to_take([video], tmp_path / "shaken", replace(options, correct=False))
    assert as_it_is.corrections is None
    assert take.corrections.holds_still
    assert take.corrections.evens_light
    mattes = list(take.mattes())
    before = restlessness(list(as_it_is.frames()), mattes)
    assert restlessness(list(take.frames()), mattes) < 0.2 * before
    # The original is held still alike, but keeps the light that it was filmed in.
    assert restlessness(even_again(take), mattes) < 0.2 * before
    way = take.poses.points - filmed.poses.points
    assert np.abs(way - way.mean(axis=(0, 1))).max() < 0.6
    assert "held still" in "".join(each["reason"] for each in take.report["conditions"])
    assert not (take.path / "shaken.mp4").exists()


def test_the_original_is_the_stored_frame_in_the_light_that_it_was_filmed_in(filmed, tmp_path):
    video, poses = shake(filmed, tmp_path)
    options = CaptureOptions(estimator="replay", poses=poses)
    take = video_to_take([video], tmp_path / "held", options)
    stored, truth = take.frames(20, 30), list(take.truth(Framing(take.size), 20, 30))
    frames = [take.as_filmed(frame, number) for number, frame in enumerate(stored, 20)]
    assert np.std([frame.mean() for frame in truth]) > 3  # it flickers
    errors = [np.abs(a.astype(int) - b).mean() for a, b in zip(frames, truth, strict=True)]
    assert max(errors) < 2.5  # those of the stored video, brighter where the lamp was


def test_a_take_from_a_tripod_is_not_touched(take):
    assert take.corrections is None
    assert not (take.path / "corrections.npz").exists()


def test_footage_that_cannot_be_used_is_refused_where_that_is_asked_for(filmed, tmp_path):
    video, poses = shake(filmed, tmp_path, reach=11.0, flicker=0.0)
    options = CaptureOptions(estimator="replay", poses=poses, conditions="refuse")
    with pytest.raises(BadInput, match=r"shaken.mp4: the camera moves by .*--conditions warn"):
        video_to_take([video], tmp_path / "out", options)
    assert Take.load(tmp_path / "out").report["verdict"] == "not usable"  # the work is not lost
    warned = video_to_take([video], tmp_path / "out", replace(options, conditions="warn"))
    assert warned.corrections is None or not warned.corrections.holds_still
    assert warned.report["verdict"] == "not usable"
    assert any("the camera moves" in line for line in warned.report["warnings"])
    silent = video_to_take([video], tmp_path / "quiet", replace(options, conditions="ignore"))
    assert silent.report["warnings"] == []


@pytest.mark.parametrize("shape", [(2, 2), (16, 256), (256, 16)])
def test_pictures_too_small_or_too_long_to_be_footage_are_refused(tmp_path, shape):
    video = write(tmp_path / "tiny.mp4", [np.zeros((*shape, 3), np.uint8)] * 20, fps=10.0)
    with pytest.raises(BadInput, match=r"the picture is \d+x\d+, expected at least 16 pixels"):
        video_to_take([video], tmp_path / "take", CaptureOptions(conditions="ignore", rotate="0"))
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.mp4"]
