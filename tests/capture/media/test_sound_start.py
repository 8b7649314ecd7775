import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from stickdance.capture.media.audio import decode_sound
from stickdance.capture.media.ffmpeg import program
from stickdance.capture.media.video import read_frames

RATE, SECONDS = 44_100, 2.5
FLASH = 30  # a white frame at the click's time, at 25 frames a second


def ffmpeg(*arguments: object) -> None:
    command = [program(), "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def click(rate: int = RATE) -> np.ndarray:
    at = np.arange(round(0.01 * rate)) / rate
    return 0.8 * np.sin(2 * np.pi * 3000 * at) * np.exp(-at / 0.002)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a click at 1.2 s, and a film of 2.5 s with a flash at that time."""
    made = tmp_path_factory.mktemp("clicks")
    samples = np.zeros((round(SECONDS * RATE), 2))
    samples[round(1.2 * RATE) :][: len(click())] = click()[:, None]
    soundfile.write(made / "click.wav", samples, RATE, subtype="PCM_16")
    film = np.zeros((62, 32, 32), np.uint8)
    film[FLASH] = 255
    film.tofile(made / "film.raw")
    return made


def heard_at(song: Path, to: Path) -> float:
    """Return the second of the click in what is decoded."""
    sound = decode_sound(song, to)
    samples, rate = soundfile.read(sound.path)
    return int(np.correlate(samples[:, 0], click(rate), "valid").argmax()) / rate


@pytest.mark.parametrize(
    "arguments",
    [
        "-c:a wmav2 a.wma",
        "-ar 22050 -c:a wmav1 -b:a 48k a.wma",
        "-c:a libmp3lame a.mp3",
        "-c:a libmp3lame -write_xing 0 a.mp3",
        "-ar 22050 -c:a libmp3lame -write_xing 0 a.mp3",
        "-c:a aac a.m4a",
        "-c:a aac -use_editlist 0 a.m4a",
        "-c:a aac a.aac",
        "-c:a aac a.ts",
        "-c:a aac a.flv",
        "-c:a mp2 a.mpg",
        "-c:a ac3 a.ts",
        "-c:a libopus a.ts",
        "-c:a libopus a.webm",
        "-c:a libmp3lame a.avi",
    ],
)
def test_a_song_begins_where_its_encoder_began(folder: Path, tmp_path: Path, arguments: str):
    *codec, name = arguments.split()
    ffmpeg("-i", folder / "click.wav", *codec, tmp_path / name)
    assert heard_at(tmp_path / name, tmp_path / "out.wav") == pytest.approx(1.2, abs=0.001)


@pytest.mark.parametrize("name", ["a.m4a", "a.mka", "a.ts", "a.wma"])
def test_the_clock_of_a_song_alone_does_not_count(folder: Path, tmp_path: Path, name: str):
    codec = "wmav2" if name == "a.wma" else "aac"
    ffmpeg("-itsoffset", "0.5", "-i", folder / "click.wav", "-c:a", codec, tmp_path / name)
    assert heard_at(tmp_path / name, tmp_path / "out.wav") == pytest.approx(1.2, abs=0.001)


@pytest.mark.parametrize("late", [0.0, 0.5, -0.2])
@pytest.mark.parametrize("name", ["a.mp4", "a.ts", "a.flv"])
def test_sound_beside_pictures_begins_with_the_first_of_them(
    folder: Path, tmp_path: Path, name: str, late: float
):
    film = ["-f", "rawvideo", "-pixel_format", "gray", "-video_size", "32x32", "-framerate", "25"]
    film += ["-i", folder / "film.raw", "-itsoffset", late, "-i", folder / "click.wav"]
    ffmpeg(*film, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", tmp_path / name)
    bright = [frame.mean() for frame in read_frames(tmp_path / name)]
    assert int(np.argmax(bright)) == FLASH
    heard = heard_at(tmp_path / name, tmp_path / "out.wav")
    assert heard == pytest.approx(FLASH / 25 + late, abs=0.001)
