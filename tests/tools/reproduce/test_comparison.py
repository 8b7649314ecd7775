import json
import wave

import numpy as np
import pytest

from stickdance.capture.media.video_writer import VideoWriter
from stickdance.checkpoints.manifest import result_folder
from stickdance.tools.reproduce.comparison import differences


def frames(count=6, changed=None):
    pictures = np.full((count, 32, 48, 3), 90, np.uint8)
    pictures += (np.arange(count, dtype=np.uint8) * 10)[:, None, None, None]
    if changed is not None:
        pictures[changed, 8:16, 8:16] += 40
    return pictures


def tone(path, changed=None):
    samples = (8000 * np.sin(np.arange(24_000) / 20)).astype("<i2")
    if changed is not None:
        samples[changed:] += 500
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48_000, len(samples), "NONE", ""))
        file.writeframes(samples.tobytes())
    return path


def video(path, pictures, sound=None, **options):
    with VideoWriter(path, (48, 32), 12, sound=sound, crf=0, **options) as writer:
        for picture in pictures:
            writer.write(picture)
    return path


def test_a_video_with_other_texts_is_the_same_and_one_frame_is_told(tmp_path):
    old = video(tmp_path / "a.mp4", frames())
    same = video(tmp_path / "b.mp4", frames(), metadata={"comment": "signed"})
    assert old.read_bytes() != same.read_bytes()
    assert differences(old, same) == []
    (found,) = differences(old, video(tmp_path / "c.mp4", frames(changed=3)))
    assert found.what == "a.mp4: frames"
    assert found.told.startswith("the first that differs is frame 3; 1 of 6 do, by up to ")
    change = 64 * 40**2 / (32 * 48)  # mean square of what was changed
    assert found.psnr == pytest.approx(10 * np.log10(255**2 / change), abs=0.6)


def test_a_shorter_video_is_told(tmp_path):
    old, new = (video(tmp_path / f"{n}.mp4", frames(n)) for n in (6, 5))
    assert [each.told for each in differences(old, new)] == [
        "frame 5: one of the two has none of that size"
    ]


def test_a_sound_that_changes_is_told_from_when_on(tmp_path):
    one, other = tone(tmp_path / "a.wav"), tone(tmp_path / "b.wav", 12_000)
    old = video(tmp_path / "a.mp4", frames(), one)
    new = video(tmp_path / "b.mp4", frames(), other)
    assert differences(old, video(tmp_path / "c.mp4", frames(), one)) == []
    (found,) = differences(old, new)
    assert found.what == "a.mp4: sound"
    assert float(found.told.split()[2]) == pytest.approx(0.25, abs=0.05)


def result(path, **values):
    points = values.pop("points", np.zeros((4, 2)))
    with result_folder(path, "dance", {}) as folder:
        np.savez(folder / "poses.npz", points=points)
        (folder / "report.json").write_text(json.dumps({"frames": 4, "seconds_taken": 1} | values))
        (folder / "page.html").write_text(str(values))
    return path


def test_of_a_folder_what_tells_of_one_run_alone_is_left_out(tmp_path):
    old = result(tmp_path / "a")
    assert differences(old, result(tmp_path / "b", seconds_taken=2)) == []
    moved = np.zeros((4, 2))
    moved[2] = 0.5, np.nan
    other = differences(old, result(tmp_path / "c", points=moved, frames=5))
    assert [(each.what, each.told) for each in other] == [
        ("poses.npz: points", "differs from row 2 on, by up to 0.5"),
        ("report.json: frames", "was 4, is 5"),
    ]


def test_a_file_that_is_not_made_any_more_is_told(tmp_path):
    old, new = result(tmp_path / "a"), result(tmp_path / "b")
    (new / "poses.npz").unlink()
    assert [each.told for each in differences(old, new)] == ["is not made any more"]
