import numpy as np
import pytest

from stickdance.capture.estimators.contract import Person
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.tools.recording.view import PreviewWindow, Watcher, drawn, framing_hint
from stickdance.tools.recording.voice import Voice

SIZE = (160, 320)


def person(low: float = 290, high: float = 40, sure: float = 1.0) -> Person:
    """Somebody whose nose is in row `high` and whose ankles are in row `low`."""
    points = np.full((18, 2), 80.0, np.float32)
    points[:, 1] = np.linspace(high, low, 18)
    for name, row in (("nose", high), ("left_ankle", low), ("right_ankle", low)):
        points[OPENPOSE_18.index[name], 1] = row
    return Person(points, np.full(18, sure, np.float32))


@pytest.mark.parametrize(
    ("who", "hint"),
    [
        (None, "nobody is seen"),
        (person(), ""),
        (person(low=330), "step back, or tilt the camera down"),
        (person(sure=0.2), "feet are not in the picture"),
        (person(high=1), "head is not in the picture"),
        (person(low=150, high=60), "come nearer"),
    ],
)
def test_hints_bring_the_whole_person_into_the_picture(who, hint):
    told = framing_hint(who, OPENPOSE_18, SIZE)
    assert hint in told
    assert bool(told) == bool(hint)


def test_the_picture_is_mirrored_and_shows_skeleton_and_words():
    picture = np.zeros((320, 160, 3), np.uint8)
    picture[:, :40] = 90
    shown = drawn(picture, person(), OPENPOSE_18, "Both arms high")
    assert shown.shape == (640, 320, 3)
    assert shown[500, 300].mean() == 90
    assert shown[500, 20].mean() == 0
    assert shown[:40].max() > 230
    assert (shown.max(axis=-1) > 200).sum() > 300


@pytest.mark.usefixtures("blazepose_models")
def test_the_newest_picture_is_looked_at_and_the_thread_ends():
    watcher = Watcher()
    assert watcher.whole_share is None
    for _ in range(3):
        watcher.look(np.zeros((64, 64, 3), np.uint8))
    for _ in range(200):
        if watcher.whole_share is not None:
            break
        watcher._thread.join(0.1)
    watcher.close()
    assert watcher.whole_share == 0
    assert watcher.person is None
    assert not watcher._thread.is_alive()


def test_without_display_or_voice_nothing_is_shown_or_said(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr("stickdance.tools.recording.view.sys.platform", "linux")
    window = PreviewWindow()
    window.show(np.zeros((8, 8, 3), np.uint8), None, OPENPOSE_18, "")
    window.close()
    monkeypatch.setattr("stickdance.tools.recording.voice.shutil.which", lambda _: None)
    voice = Voice()
    assert voice.silent
    voice.say("hello")
    voice.hush()


def test_a_voice_is_given_the_words_as_one_argument(tmp_path, monkeypatch):
    heard = tmp_path / "heard"
    program = tmp_path / "espeak-ng"
    program.write_text(f'#!/bin/sh\nfor word; do echo "$word"; done > {heard}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr("stickdance.tools.recording.voice.sys.platform", "linux")
    voice = Voice()
    voice.say("--help; $(rm)")
    voice._speaking.wait(10)
    voice.hush()
    assert heard.read_text().splitlines()[-2:] == ["--", "--help; $(rm)"]
