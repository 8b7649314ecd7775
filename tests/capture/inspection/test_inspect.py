import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest

from stickdance.capture.estimators.contract import FrameEstimate, Person
from stickdance.capture.inspection.bars import inside_bars
from stickdance.capture.inspection.combing import earlier_lines
from stickdance.capture.inspection.inspect import inspect
from stickdance.capture.inspection.letters import find_letters
from stickdance.capture.inspection.repeats import real_rate
from stickdance.capture.inspection.sampling import Fields, sample
from stickdance.capture.inspection.uprightness import find_uprightness
from stickdance.capture.media.ffmpeg import program
from stickdance.capture.media.probing import probe
from stickdance.capture.media.treatment import WHOLE
from stickdance.capture.media.video import VideoWriter
from stickdance.capture.pose.skeleton import OPENPOSE_18

SIZE = (160, 120)


def room(size=SIZE, seed=5):
    small = np.random.default_rng(seed).integers(60, 220, (6, 8, 3), np.uint8)
    return cv2.resize(small, size, interpolation=cv2.INTER_CUBIC)


def someone(picture, x, width=26):
    """A dark person with a red head stands at column x."""
    out, height = picture.copy(), len(picture)
    cv2.rectangle(
        out, (x - width // 2, height // 4), (x + width // 2, height - 4), (35, 30, 40), -1
    )
    cv2.circle(out, (x, height // 5), width // 3, (230, 20, 20), -1)
    return out


def swaying(frames=40, size=SIZE, every=1):
    wall = room(size)
    places = [
        round(size[0] * (0.5 + 0.3 * np.sin(0.35 * (n // every) * every))) for n in range(frames)
    ]
    return [someone(wall, place) for place in places]


def film(path, pictures, fps=25.0, crf=8):
    with VideoWriter(path, pictures[0].shape[1::-1], fps, crf=crf) as writer:
        for picture in pictures:
            writer.write(picture)
    return path


def looked_at(path):
    info = probe(path)
    return {each.name: each for each in inspect(info, 0, info.seconds, "0", no_one).conditions}


def no_one():
    raise AssertionError("nobody is looked for where the turn is given")


def interlaced(path, pictures, fps=12.5):
    """Frames whose odd lines are half a frame later, without a flag that says so."""
    woven = [early.copy() for early in pictures[::2]]
    for frame, late in zip(woven, pictures[1::2], strict=True):
        frame[1::2] = late[1::2]
    raw = b"".join(frame.tobytes() for frame in woven)
    width, height = pictures[0].shape[1::-1]
    command = [program(), "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s"]
    command += [f"{width}x{height}", "-r", str(fps), "-i", "-", "-c:v", "mpeg4", "-q:v", "2", path]
    subprocess.run(list(map(str, command)), input=raw, check=True)
    return path


def test_ordinary_footage_leaves_nothing_to_say(tmp_path):
    found = looked_at(film(tmp_path / "a.mp4", swaying()))
    assert {each.verdict for each in found.values()} == {"good"}
    assert len(found) == 5


@pytest.mark.parametrize("every", [2, 3])
def test_a_film_stored_with_repeated_frames_gets_its_real_rate(tmp_path, every):
    path = film(tmp_path / "a.mp4", swaying(60, every=every), fps=30.0, crf=20)
    info = probe(path)
    look = inspect(info, 0, info.seconds, "0", no_one)
    assert look.treatment.fps == pytest.approx(30 / every)
    repeated = look.conditions[0]
    assert (repeated.name, repeated.verdict) == ("repeated frames", "usable")
    assert f"30 a second are stored, {30 // every} differ" in repeated.reason


def test_pulldown_is_no_even_pattern_but_a_rate():
    changes = np.where(np.arange(1, 120) * 24 // 30 > np.arange(119) * 24 // 30, 60.0, 0.4)
    assert real_rate([changes], 30.0) == 24.0


def test_somebody_who_holds_poses_repeats_no_frames():
    chance = np.random.default_rng(2)
    changes = chance.uniform(30, 120, 200)
    for start in range(10, 190, 20):
        changes[start : start + chance.integers(2, 9)] = 1.0
    assert real_rate([changes], 25.0) is None
    assert real_rate([np.full(100, 1.0)], 25.0) is None
    assert real_rate([], 25.0) is None


def test_unflagged_interlacing_is_found_and_read_as_whole_frames(tmp_path):
    path = interlaced(tmp_path / "a.avi", swaying(60))
    info = probe(path)
    look = inspect(info, 0, info.seconds, "0", no_one)
    assert look.treatment.deinterlace == "tff"
    (said,) = [each.reason for each in look.conditions if each.name == "interlaced"]
    assert "the file does not say so" in said


def test_stripes_are_not_interlacing(tmp_path):
    pictures = swaying()
    for picture in pictures:
        person = (picture == (35, 30, 40)).all(axis=-1)
        picture[::2][person[::2]] = 240
    assert looked_at(film(tmp_path / "a.mp4", pictures))["interlaced"].verdict == "good"
    assert earlier_lines(Fields(3, 0, 0)) == ""


def test_black_bars_are_measured_even_with_words_in_them(tmp_path):
    pictures = [cv2.copyMakeBorder(one, 20, 20, 40, 0, cv2.BORDER_CONSTANT) for one in swaying()]
    for picture in pictures:
        cv2.putText(picture, "la la", (70, 155), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255, 255, 255))
    samples = sample(probe(film(tmp_path / "a.mp4", pictures)), 0, 1.6)
    left, top, right, bottom = inside_bars(samples.brightest, samples.darkest)
    found = np.array([left * 200, top * 160, right * 200, bottom * 160])
    assert np.abs(found - (40, 20, 200, 140)).max() <= 2


def test_a_dark_scene_has_no_bars():
    chance = np.random.default_rng(1)
    night = np.stack([chance.integers(0, 14, (120, 160), np.uint8) for _ in range(8)])
    night[:, 40:110, 60:100] = 90
    assert inside_bars(night.max(axis=0), night.min(axis=0)) == WHOLE
    backdrop = np.zeros((2, 120, 160), np.uint8)
    cv2.ellipse(backdrop[0], (80, 60), (30, 50), 0, 0, 360, 200, -1)
    assert inside_bars(backdrop.max(axis=0), backdrop.min(axis=0)) == WHOLE


def lettered(pictures, text="@anna"):
    for picture in pictures:
        cv2.putText(picture, text, (90, 200), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (255, 255, 255), 2)
    return pictures


def test_letters_before_the_person_are_found_and_painted_over():
    size = (320, 240)
    clean, dirty = swaying(30, size), lettered(swaying(30, size))
    found = find_letters(dirty)
    assert found is not None
    written = (dirty[3] != clean[3]).any(axis=-1)
    mask = found.mask(size)
    assert mask[written].mean() > 0.95
    assert mask.sum() < 4 * written.sum()
    far = np.abs(found.painted_over(dirty[3]).astype(int) - clean[3])[written].mean()
    assert far < 0.25 * np.abs(dirty[3].astype(int) - clean[3])[written].mean()


def test_letters_on_the_wall_are_the_walls():
    size = (320, 240)
    wall = lettered([room(size)])[0]
    passing = [someone(wall, round(160 + 90 * np.sin(0.35 * n))) for n in range(30)]
    assert find_letters(passing) is None
    assert find_letters(swaying(30, size)) is None


class RedHeads:
    """Knows people by their red heads and dark bodies, in whatever direction they stand."""

    name, skeleton = "red heads", OPENPOSE_18

    def estimate(self, frames):
        for frame in frames:
            red = (frame[..., 0] > 180) & (frame[..., 1] < 70)
            dark = frame.max(axis=-1) < 60
            if not red.any():
                yield FrameEstimate()
                continue
            head, body = (np.argwhere(part).mean(axis=0)[::-1] for part in (red, dark))
            points = np.tile(head, (18, 1))
            points[[2, 5]] = head + 0.2 * (body - head)
            points[[8, 11]] = body
            points[[10, 13]] = head + 2 * (body - head)
            yield FrameEstimate((Person(points.astype(np.float32), np.ones(18, np.float32)),))


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_picture_that_lies_is_turned_upright(turn):
    lying = [np.ascontiguousarray(np.rot90(one, turn // 90)) for one in swaying(12)]
    found = find_uprightness(lying, RedHeads)
    assert (found.turn, found.sure) == (turn, True)


def test_where_nobody_is_nothing_is_turned():
    found = find_uprightness([room()] * 6, RedHeads)
    assert (found.turn, found.sure) == (0, True)


def test_a_file_on_its_head_is_read_upright_and_said(tmp_path: Path):
    path = film(tmp_path / "a.mp4", [one[::-1, ::-1] for one in swaying()])
    info = probe(path)
    look = inspect(info, 0, info.seconds, "auto", RedHeads)
    assert look.treatment.rotate == 180
    assert "stands on its head; turned by 180 degrees" in look.conditions[0].reason
    assert inspect(info, 0, info.seconds, "0", no_one).treatment.rotate == 0
