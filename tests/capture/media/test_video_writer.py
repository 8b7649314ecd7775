import os
import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from stickdance.capture.media.audio import decode_sound
from stickdance.capture.media.ffmpeg import program
from stickdance.capture.media.streams import read_metadata
from stickdance.capture.media.video import probe, read_frames
from stickdance.capture.media.video_writer import VideoWriter
from stickdance.checkpoints.errors import BadInput, OutputFailed

COLOURS = [
    (200, 30, 40),
    (20, 180, 60),
    (30, 50, 210),
    (230, 230, 230),
    (15, 15, 15),
    (220, 180, 90),
]


def patches(size: tuple[int, int] = (96, 64)) -> np.ndarray:
    picture = np.zeros((size[1], size[0], 3), np.uint8)
    for place, colour in enumerate(COLOURS):
        x, y = place % 3 * size[0] // 3, place // 3 * size[1] // 2
        picture[y : y + size[1] // 2, x : x + size[0] // 3] = colour
    return picture


def middles(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape[:2]
    rows, columns = [height // 4, 3 * height // 4], [width // 6, width // 2, 5 * width // 6]
    return np.array([picture[y, x] for y in rows for x in columns], int)


def steps(to: Path, frames: int = 50, fps: float = 25) -> Path:
    """Frame k is a grey of 4 * k + 20."""
    with VideoWriter(to, (64, 64), fps) as writer:
        for k in range(frames):
            writer.write(np.full((64, 64, 3), 4 * k + 20, np.uint8))
    return to


def tone(to: Path, seconds: float, click: float | None = None, rate: int = 44_100) -> Path:
    at = np.arange(round(seconds * rate)) / rate
    samples = 0.2 * np.sin(2 * np.pi * 440 * at)
    if click is not None:
        samples = np.zeros_like(at)
        samples[round(click * rate) : round(click * rate) + 40] = 0.9
    with wave.open(str(to), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return to


def decoded_sound(path: Path, rate: int = 44_100) -> np.ndarray:
    command = [program(), "-v", "error", "-i", path, "-f", "s16le", "-ac", "1", "-ar", rate, "-"]
    raw = subprocess.run(list(map(str, command)), check=True, capture_output=True).stdout
    return np.frombuffer(raw, "<i2").astype(float)


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv444p"])
def test_colours_survive_writing_and_reading(tmp_path: Path, pixel_format: str) -> None:
    path = tmp_path / "a.mp4"
    ramp = np.linspace(0, 255, 96).round().astype(np.uint8)
    smooth = np.stack(
        [np.tile(ramp, (64, 1)), np.tile(ramp[::-1], (64, 1)), np.full((64, 96), 90)], 2
    )
    with VideoWriter(path, (96, 64), 25, crf=4, pixel_format=pixel_format) as writer:
        for _ in range(5):
            writer.write(patches())
            writer.write(smooth.astype(np.uint8))
    flat, slope, *_ = read_frames(path)
    assert np.abs(middles(flat) - COLOURS).max() <= 3
    difference = slope.astype(int) - smooth
    assert np.abs(difference).mean() < 1.5
    assert np.abs(difference.mean((0, 1))).max() < 0.6


def test_the_video_is_h264_that_starts_fast_and_names_its_colours(tmp_path: Path) -> None:
    path = steps(tmp_path / "a.mp4")
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    banner = subprocess.run([program(), "-i", path], capture_output=True, text=True).stderr
    assert "Video: h264" in banner
    assert "yuv420p(tv, bt709, progressive)" in banner  # matrix, primaries and transfer


def test_what_is_stored_is_what_the_tags_say(tmp_path: Path) -> None:
    path, red = tmp_path / "a.mp4", np.zeros((64, 96, 3), np.uint8)
    red[...] = (200, 30, 90)
    with VideoWriter(path, (96, 64), 25, crf=1) as writer:
        writer.write(red)
    command = [program(), "-v", "error", "-i", path, "-f", "rawvideo", "-"]
    raw = subprocess.run(list(map(str, command)), check=True, capture_output=True).stdout
    luma = 16 + 219 / 255 * (0.2126 * 200 + 0.7152 * 30 + 0.0722 * 90)  # ITU-R BT.709
    assert abs(raw[0] - luma) <= 1
    assert np.abs(next(read_frames(path)).astype(int) - red).max() <= 2


@pytest.mark.parametrize("fps", [25, 30000 / 1001, 16])
@pytest.mark.parametrize("song_seconds", [1.0, 2.0, 7.0])
def test_picture_and_sound_end_together(tmp_path: Path, fps: float, song_seconds: float) -> None:
    path, song = tmp_path / "a.mp4", tone(tmp_path / "song.wav", song_seconds)
    frames = round(2 * fps)
    with VideoWriter(path, (64, 64), fps, sound=song) as writer:
        for k in range(frames):
            writer.write(np.full((64, 64, 3), k, np.uint8))
    info = probe(path)
    assert (info.frames, info.has_sound) == (frames, True)
    assert info.fps == pytest.approx(fps, rel=1e-9)
    sound = decoded_sound(path)
    assert abs(len(sound) / 44_100 - frames / fps) < 1 / fps
    loud = np.abs(sound[: round(song_seconds * 44_100) - 4000]) > 1000
    assert loud.mean() > 0.5
    assert np.abs(sound[round(song_seconds * 44_100) + 4000 :]).max(initial=0) < 200
    assert [entry.name for entry in tmp_path.iterdir() if "silent" in entry.name] == []


def test_sound_stays_in_step_with_the_picture(tmp_path: Path) -> None:
    path, song = tmp_path / "a.mp4", tone(tmp_path / "song.wav", 3, click=1.2)
    with VideoWriter(path, (64, 64), 25, sound=song) as writer:
        for k in range(75):
            writer.write(np.full((64, 64, 3), 255 if k == 30 else 0, np.uint8))
    flash = int(np.argmax([frame.mean() for frame in read_frames(path)]))
    click = int(np.argmax(np.abs(decoded_sound(path)))) / 44_100
    assert flash == 30
    assert click == pytest.approx(1.2, abs=0.005)


def test_metadata_comes_back(tmp_path: Path) -> None:
    texts = {"comment": '{"seed": [1, 2], "why": "a=b;#\\ \n[x]\ny=z é"}', "title": "Dance"}
    path = tmp_path / "a.mp4"
    with VideoWriter(
        path, (64, 64), 5, metadata=texts, sound=tone(tmp_path / "a.wav", 1)
    ) as writer:
        writer.write(np.zeros((64, 64, 3), np.uint8))
    assert texts.items() <= read_metadata(path).items()
    with VideoWriter(path, (64, 64), 5, metadata={"recipe": "own key"}) as writer:
        writer.write(np.zeros((64, 64, 3), np.uint8))
    assert read_metadata(path)["recipe"] == "own key"


def test_a_lossless_matte_comes_back_bit_by_bit(tmp_path: Path) -> None:
    mattes = np.random.default_rng(0).integers(0, 256, (6, 33, 47), np.uint8)
    with VideoWriter(tmp_path / "a.mp4", (47, 33), 16, crf=0, pixel_format="gray") as writer:
        for matte in mattes:
            writer.write(matte)
    back = list(read_frames(tmp_path / "a.mp4", grey=True))
    assert (np.array(back) == mattes).all()
    in_colour = next(read_frames(tmp_path / "a.mp4"))
    assert (in_colour == mattes[0][..., None]).all()


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt])
def test_a_failed_block_leaves_nothing_and_keeps_the_older_video(
    tmp_path: Path, failure: type[BaseException]
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a.mp4").write_bytes(b"older")
    song = tone(tmp_path / "song.wav", 1)
    with pytest.raises(failure), VideoWriter(folder / "a.mp4", (64, 64), 5, sound=song) as writer:
        writer.write(np.zeros((64, 64, 3), np.uint8))
        raise failure
    assert [entry.name for entry in folder.iterdir()] == ["a.mp4"]
    assert (folder / "a.mp4").read_bytes() == b"older"


def test_a_video_without_frames_is_an_error(tmp_path: Path) -> None:
    with (
        pytest.raises(BadInput, match="not one frame"),
        VideoWriter(tmp_path / "a.mp4", (64, 64), 5),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_frames_of_another_shape_are_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(BadInput, match="expected frames"),
        VideoWriter(tmp_path / "a.mp4", (64, 32), 5) as writer,
    ):
        writer.write(np.zeros((64, 32, 3), np.uint8))


@pytest.mark.parametrize(
    ("name", "size", "fps", "pixel_format", "reason"),
    [
        ("a.mp4", (65, 64), 25, "yuv420p", "even sides, found 65x64; use 66x64"),
        ("a.mp4", (9000, 64), 25, "yuv420p", "cannot write frames of 9000x64"),
        ("a.avi", (64, 64), 25, "yuv420p", "ends in .mp4"),
        ("a.mp4", (64, 64), 0, "yuv420p", "frame rate"),
        ("a.mp4", (64, 64), 25, "nv12", "pixel format"),
    ],
)
def test_what_cannot_be_written_is_said_before_a_frame_is_made(
    tmp_path: Path, name: str, size: tuple[int, int], fps: float, pixel_format: str, reason: str
) -> None:
    with pytest.raises(BadInput, match=reason):
        VideoWriter(tmp_path / name, size, fps, pixel_format=pixel_format)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputFailed), VideoWriter(tmp_path / "file" / "a.mp4", (64, 64), 5):
        pass


@pytest.mark.parametrize("size", ["100k", "1m"])
def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, size: str) -> None:
    mount = tmp_path / "small"
    mount.mkdir()
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", mount], capture_output=True
    )
    if done.returncode != 0:
        pytest.skip("this machine does not let us mount a small disk")
    try:
        random = np.random.default_rng(0)
        with (
            pytest.raises(OutputFailed, match="no space left"),
            VideoWriter(
                mount / "a.mp4", (128, 128), 25, sound=tone(tmp_path / "a.wav", 2)
            ) as writer,
        ):
            for _ in range(60):
                writer.write(random.integers(0, 256, (128, 128, 3), np.uint8))
        assert list(mount.iterdir()) == []
    finally:
        subprocess.run(["umount", mount], check=True)


def transparent_frames(path, size, decoder):
    """Return frames (n, height, width, 4) as another program would see them."""
    command = [program(), "-v", "error", *decoder, "-i", str(path)]
    command += ["-f", "rawvideo", "-pix_fmt", "rgba", "pipe:1"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, size[1], size[0], 4)


@pytest.mark.parametrize(("name", "decoder"), [("a.mov", ()), ("a.webm", ("-c:v", "libvpx-vp9"))])
def test_transparent_video_keeps_colours_alpha_and_sound(tmp_path, name, decoder):
    frame = np.zeros((48, 64, 4), np.uint8)
    frame[:, 32:] = (200, 40, 90, 255)
    frame[24:, :32] = (30, 160, 60, 128)
    sound = tmp_path / "song.wav"
    soundfile.write(
        sound, 0.3 * np.sin(np.arange(24000)[:, None] * [0.3, 0.3]), 8000, subtype="PCM_16"
    )
    with VideoWriter(
        tmp_path / name, (64, 48), 10, sound=sound, pixel_format="rgba", crf=10
    ) as video:
        for _ in range(25):
            video.write(frame)
    found = transparent_frames(tmp_path / name, (64, 48), decoder)
    assert len(found) == 25
    for rows, columns in ((slice(4, 44), slice(38, 60)), (slice(30, 44), slice(4, 26))):
        difference = found[3, rows, columns].astype(int) - frame[rows, columns]
        assert np.abs(difference).max() < 8
    assert found[3, 4:20, 4:26, 3].max() < 4
    assert decode_sound(tmp_path / name, tmp_path / "heard.wav").seconds == pytest.approx(
        2.5, abs=0.05
    )


def test_transparent_video_needs_a_container_that_can_hold_it(tmp_path):
    with pytest.raises(BadInput, match=r"\.mov or \.webm"):
        VideoWriter(tmp_path / "a.mp4", (64, 48), 10, pixel_format="rgba")


def test_what_is_quick_to_decode_is_as_good(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    coarse = random.integers(0, 256, (8, 8, 3), np.uint8)
    pictures = [np.roll(np.kron(coarse, np.ones((16, 16, 1), np.uint8)), k, 1) for k in range(10)]
    pictures = [(p * 0.9 + random.integers(0, 24, p.shape)).astype(np.uint8) for p in pictures]
    error = []
    for tune in ("", "fastdecode"):
        path = tmp_path / f"a{tune}.mp4"
        with VideoWriter(path, (128, 128), 25, crf=3, tune=tune, pixel_format="yuv444p") as video:
            for picture in pictures:
                video.write(picture)
        read = np.stack(list(read_frames(path))).astype(float)
        error.append(((read - np.stack(pictures)) ** 2).mean())
    assert error[1] == pytest.approx(error[0], rel=0.1)
    assert error[1] < 12  # 37 dB, of noise that nothing can foretell
