import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stickdance.capture.conditions.movements import NEEDS
from stickdance.capture.media.framing import Framing
from stickdance.capture.media.video import VideoWriter
from stickdance.capture.options import MergeOptions
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.take.lineage import consent_of
from stickdance.capture.take.merging import background_difference, merge_takes
from stickdance.capture.take.take import Take
from stickdance.capture.video_to_take import CaptureOptions, video_to_take
from stickdance.checkpoints.errors import BadInput

WHOLE = Framing((192, 160))


def told_apart(one: np.ndarray, two: np.ndarray) -> float:
    return float(np.abs(one.astype(int) - two).mean())


def captured(filmed, folder: Path, pictures: np.ndarray, name: str, **options) -> Take:
    video = folder / f"{name}.mp4"
    with VideoWriter(video, (192, 160), 25, crf=6, pixel_format="yuv444p") as writer:
        for picture in pictures:
            writer.write(picture)
    poses = PoseSequence.load(filmed.poses_file).part(0, len(pictures)).save(folder / f"{name}.npz")
    chosen = CaptureOptions(estimator="replay", poses=poses, correct=False, **options)
    return video_to_take([video], folder / name, chosen)


@pytest.fixture(scope="module")
def anna(filmed, tmp_path_factory) -> Take:
    folder = tmp_path_factory.mktemp("anna")
    return captured(filmed, folder, filmed.pictures, "anna", consent="yes")


@pytest.fixture(scope="module")
def again(filmed, tmp_path_factory) -> Take:
    """The same person in the same room, in blue, for 50 frames."""
    blue = np.where(filmed.mattes[..., None] > 0, np.array([20, 40, 160], np.uint8), filmed.room)
    folder = tmp_path_factory.mktemp("again")
    return captured(filmed, folder, blue[:50], "again", consent="only at home")


@pytest.fixture(scope="module")
def elsewhere(filmed, tmp_path_factory) -> Take:
    """The same person before another wall."""
    wall = np.full_like(filmed.room, (90, 120, 60))
    pictures = np.where(filmed.mattes[..., None] > 0, np.array([150, 20, 35], np.uint8), wall)
    folder = tmp_path_factory.mktemp("elsewhere")
    return captured(filmed, folder, pictures[:50], "elsewhere", consent="yes")


def test_what_was_held_out_stays_held_out_and_every_frame_is_traceable(
    anna, again, filmed, tmp_path
):
    merged = merge_takes([anna, again], tmp_path / "both").take
    assert (anna.training_frames, again.training_frames) == (48, 40)
    assert (merged.frame_count, merged.training_frames) == (110, 88)
    order = [(anna, range(48)), (again, range(40)), (anna, range(48, 60)), (again, range(40, 50))]
    expected = [(take, number) for take, numbers in order for number in numbers]
    blue = {frame for frame, (take, _) in enumerate(expected) if take is again}
    truth = merged.truth(WHOLE)
    for frame, (stored, original) in enumerate(zip(merged.frames(), truth, strict=True)):
        take, number = expected[frame]
        person = filmed.mattes[number] > 0
        colour = (20, 40, 160) if frame in blue else (150, 20, 35)
        assert told_apart(original[person], np.array(colour)) < 6
        assert told_apart(stored, original) < 4
        assert merged.poses.points[frame] == pytest.approx(take.poses.points[number])
    assert [source.frames for source in merged.sources] == [48, 40, 12, 10]
    made_from = merged.report["made_from"]
    assert [(part["take"], part["start"]) for part in made_from] == [
        ("anna", 0), ("again", 0), ("anna", 48), ("again", 40)
    ]  # fmt: skip
    assert 0 < len(merged.report["movements"]["missing"]) < len(NEEDS)


def test_plate_and_consent_are_those_of_all(anna, again, filmed, tmp_path):
    merged = merge_takes([anna, again], tmp_path / "both")
    assert told_apart(merged.take.plate, filmed.room) < 6
    assert merged.take.consent == "anna: yes; again: only at home"
    assert consent_of([anna, anna]) == "yes"
    assert merged.differing == (0.0, pytest.approx(0, abs=0.04))
    assert merged.warnings == ()


def test_merging_a_merged_take_keeps_the_sources(anna, again, elsewhere, tmp_path):
    both = merge_takes([anna, again], tmp_path / "both").take
    three = merge_takes(
        [both, elsewhere], tmp_path / "three", MergeOptions(backgrounds="replace")
    ).take
    assert three.frame_count == 160
    assert sum(source.frames for source in three.sources) == 160
    assert {Path(s.path).name for s in three.sources} == {"anna.mp4", "again.mp4", "frames.mp4"}


def test_another_background_is_refused_or_replaced(anna, elsewhere, filmed, tmp_path):
    assert background_difference(anna, elsewhere) > 0.3
    with pytest.raises(BadInput, match=r"of its background differs from that of .*--backgrounds"):
        merge_takes([anna, elsewhere], tmp_path / "both")
    assert not (tmp_path / "both").exists()
    merged = merge_takes([anna, elsewhere], tmp_path / "both", MergeOptions(backgrounds="replace"))
    take = merged.take
    assert "elsewhere: its person was put before the background of anna" in merged.warnings[0]
    for numbers, frames in ((range(40), take.frames(48, 88)), (range(40, 50), take.frames(100))):
        for number, frame in zip(numbers, frames, strict=True):
            assert told_apart(frame, filmed.pictures[number]) < 6
    truth = list(take.truth(WHOLE, 100))  # what is rendered is compared with the new room
    assert all(told_apart(a, b) < 1 for a, b in zip(truth, take.frames(100), strict=True))
    original = next(take.truth(WHOLE, 50, 51))
    assert told_apart(original, filmed.pictures[2]) < 6


def test_takes_that_do_not_fit_are_refused(anna, filmed, tmp_path):
    with pytest.raises(BadInput, match="given twice"):
        merge_takes([anna, anna], tmp_path / "out")
    with pytest.raises(BadInput, match="two takes or more"):
        merge_takes([anna], tmp_path / "out")
    small = captured(filmed, tmp_path, filmed.pictures, "small", height=80)
    with pytest.raises(BadInput, match=r"small: frames of 96x80, .* has 192x160; capture both"):
        merge_takes([anna, small], tmp_path / "out")
    slow = replace(anna, fps=20.0, path=tmp_path / "slow")
    with pytest.raises(BadInput, match=r"slow: 20 frames a second, .* --fps 25"):
        merge_takes([anna, slow], tmp_path / "out")


def test_a_merged_take_can_be_moved(anna, again, tmp_path):
    merge_takes([anna, again], tmp_path / "both")
    (tmp_path / "shelf").mkdir()
    moved = (tmp_path / "both").rename(tmp_path / "shelf" / "both")
    assert next(Take.load(moved).truth(WHOLE, 109)).shape == (160, 192, 3)
    report = json.loads((moved / "report.json").read_text())
    assert report["training_frames"] == 88
