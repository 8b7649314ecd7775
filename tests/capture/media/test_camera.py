import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from stickdance.capture.media import camera
from stickdance.capture.media.camera import (
    VIEW,
    Camera,
    Recorder,
    as_video,
    list_cameras,
    read_device_list,
    source_arguments,
)
from stickdance.capture.media.ffmpeg import program
from stickdance.capture.media.streams import read_metadata
from stickdance.capture.media.video import probe, read_frames
from stickdance.capture.options import CameraOptions
from stickdance.checkpoints.errors import BadInput, MissingDependency, OutputFailed


@pytest.fixture(scope="module")
def footage(tmp_path_factory) -> Path:
    to = tmp_path_factory.mktemp("camera") / "someone.mp4"
    source = ("-f", "lavfi", "-i", "testsrc2=s=160x90:r=30:d=6", "-c:v", "libx264", "-g", "15")
    subprocess.run([program(), "-v", "error", *source, str(to)], check=True)
    return to


def opened(footage: Path, to: Path, seconds: float = 3, fps: float = 25) -> Recorder:
    return Recorder(source_arguments(CameraOptions(str(footage)), False), to, fps, seconds)


def test_a_recording_has_the_rate_asked_for_and_ends_by_itself(footage, tmp_path):
    with opened(footage, tmp_path / "part.ts") as recorder:
        pictures = list(recorder.view())
    assert len(pictures) == 30
    assert {picture.shape for picture in pictures} == {(180, 320, 3)}  # without black bars
    video = as_video(tmp_path / "part.ts", tmp_path / "a.mp4", {"comment": "hello = you"})
    info = probe(video)
    assert (info.fps, info.frames, info.size) == (25, 75, (160, 90))
    assert read_metadata(video)["comment"] == "hello = you"
    ours, theirs = next(read_frames(video)), next(read_frames(footage))
    assert np.abs(ours.astype(int) - theirs).mean() < 6


def test_leaving_early_closes_the_file_in_order(footage, tmp_path):
    source = source_arguments(CameraOptions(str(footage)))
    with Recorder(source, tmp_path / "part.ts", 25, 60) as recorder:
        for number, _ in enumerate(recorder.view()):
            if number == 9:
                break
    info = probe(as_video(tmp_path / "part.ts", tmp_path / "a.mp4"))
    assert 0.8 < info.seconds < 4


@pytest.mark.parametrize("kept", [0.35, 0.7, 0.97])
def test_a_part_cut_short_anywhere_becomes_a_video(footage, tmp_path, kept):
    with opened(footage, tmp_path / "part.ts") as recorder:
        assert len(list(recorder.view())) == 30
    data = (tmp_path / "part.ts").read_bytes()
    (tmp_path / "part.ts").write_bytes(data[: int(kept * len(data))])
    video = as_video(tmp_path / "part.ts", tmp_path / "a.mp4")
    assert probe(video).seconds == pytest.approx(3 * kept, abs=0.8)
    assert sum(1 for _ in read_frames(video)) == probe(video).frames


def test_a_full_disk_leaves_what_was_recorded(footage, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(disk)]
    if sys.platform != "linux" or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("needs the right to mount a small file system")
    try:
        with (
            pytest.raises(OutputFailed, match="what was recorded is safe there"),
            opened(footage, disk / "part.ts", 6, 30) as recorder,
        ):
            list(recorder.view())
        with pytest.raises(OutputFailed, match="no space left"):
            as_video(disk / "part.ts", disk / "a.mp4")
        assert not (disk / "a.mp4").exists()
        video = as_video(disk / "part.ts", tmp_path / "a.mp4")
        assert probe(video).seconds > 0.4
        assert sum(1 for _ in read_frames(video)) > 10
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_source_that_gives_nothing_is_refused(tmp_path):
    text = tmp_path / "text.mp4"
    text.write_text("no video at all")
    with (
        pytest.raises(BadInput, match="the camera cannot be opened"),
        opened(text, tmp_path / "part.ts") as recorder,
    ):
        list(recorder.view())
    with pytest.raises(BadInput, match="nothing was recorded"):
        as_video(tmp_path / "part.ts", tmp_path / "a.mp4")


def test_files_are_opened_as_files_and_addresses_as_addresses(footage):
    words = source_arguments(CameraOptions(str(footage)))
    assert words[0] == "-re"
    assert words[-1] == f"file:{footage}"
    assert "file,pipe" in words
    words = source_arguments(CameraOptions("rtsp://camera/stream"))
    assert words[-1] == "rtsp://camera/stream"
    assert "file" not in words[1].split(",")


def test_cameras_are_named_by_number_name_or_device(monkeypatch):
    monkeypatch.setattr(camera.sys, "platform", "linux")
    found = [Camera("/dev/video0", "HD Webcam"), Camera("/dev/video2", "USB Camera")]
    monkeypatch.setattr(camera, "list_cameras", lambda: found)
    asked = ["-f", "v4l2", "-framerate", "30", "-video_size", "1280x720", "-i"]
    for name in ("1", "USB Camera", "/dev/video2"):
        words = source_arguments(CameraOptions(name, (1280, 720)))
        assert words == [*asked, "/dev/video2"]
    assert source_arguments(CameraOptions())[-1] == "/dev/video0"
    with pytest.raises(BadInput, match="there are 0: HD Webcam, 1: USB Camera"):
        source_arguments(CameraOptions("3"))


def test_every_system_has_its_own_driver(monkeypatch):
    monkeypatch.setattr(camera, "list_cameras", lambda: [Camera("0", "FaceTime")])
    monkeypatch.setattr(camera.sys, "platform", "darwin")
    assert source_arguments(CameraOptions())[-3:] == ["30", "-i", "0:none"]
    monkeypatch.setattr(camera, "list_cameras", lambda: [Camera("HD Cam", "HD Cam")])
    monkeypatch.setattr(camera.sys, "platform", "win32")
    assert source_arguments(CameraOptions())[-1] == "video=HD Cam"


def test_without_a_camera_it_is_said(monkeypatch):
    monkeypatch.setattr(camera, "list_cameras", lambda: [])
    with pytest.raises(MissingDependency, match="no camera found"):
        source_arguments(CameraOptions())


def test_lists_of_cameras_are_read():
    mac = """[AVFoundation indev @ 0x7f8] AVFoundation video devices:
[AVFoundation indev @ 0x7f8] [0] FaceTime HD Camera
[AVFoundation indev @ 0x7f8] [1] Capture screen 0
[AVFoundation indev @ 0x7f8] AVFoundation audio devices:
[AVFoundation indev @ 0x7f8] [0] Microphone"""
    assert read_device_list(mac) == [Camera("0", "FaceTime HD Camera")]
    windows = """[dshow @ 000001] "HD WebCam" (video)
[dshow @ 000001]   Alternative name "@device_pnp_..."
[dshow @ 000001] "Microphone (Realtek)" (audio)"""
    assert read_device_list(windows) == [Camera("HD WebCam", "HD WebCam")]


def test_cameras_of_linux_are_found_once_each(tmp_path, monkeypatch):
    for name, index, title in (("video0", 0, "Cam"), ("video1", 1, "Cam"), ("video10", 0, "Ten")):
        device = tmp_path / name
        device.mkdir()
        (device / "index").write_text(f"{index}\n")
        (device / "name").write_text(f"{title}\n")
    found = camera._cameras_of_linux(tmp_path)
    assert found == [Camera("/dev/video0", "Cam"), Camera("/dev/video10", "Ten")]
    assert isinstance(list_cameras(), list)
    assert VIEW == (320, 320)
