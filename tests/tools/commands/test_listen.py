"""`stickdance listen` on sounds that are no songs, and on songs in every shape."""

import json
import subprocess

import numpy as np
import pytest
import soundfile
from imageio_ffmpeg import get_ffmpeg_exe

from stickdance.tools.cli import main
from stickdance.tools.demo.song.compose import compose, write_song

RATE = 44_100
TEMPO = 104.0


@pytest.fixture(scope="module")
def song(tmp_path_factory):
    """A WAV of 20 s at 104 BPM."""
    made = compose(7001, seconds=20, tempo=TEMPO, metre=4, swing=0.5)
    return write_song(made, tmp_path_factory.mktemp("song") / "song.wav")


def listen(path, capsys):
    """Return exit status, standard output and standard error of the command."""
    with pytest.raises(SystemExit) as end:
        main(["listen", str(path), "-o", str(path.with_suffix(".heard")), "--json"])
    shown = capsys.readouterr()
    return end.value.code, shown.out, shown.err


def write(path, samples, rate=RATE):
    soundfile.write(path, samples, rate, subtype="PCM_16")
    return path


def convert(source, to, *arguments):
    command = [get_ffmpeg_exe(), "-y", "-v", "error", "-i", str(source), *arguments, str(to)]
    subprocess.run(command, check=True)
    return to


def click():
    time = np.arange(1500) / RATE
    samples = np.zeros(8 * RATE)
    samples[3 * RATE : 3 * RATE + 1500] = np.sin(6000 * time) * np.exp(-time / 0.008)
    return samples


NO_SONG = {
    "silence": (np.zeros(6 * RATE), "silent"),
    "noise": (0.2 * np.random.default_rng(0).normal(size=12 * RATE), "no beat"),
    "a single click": (click(), "no beat"),
    "0.2 s": (0.3 * np.sin(np.arange(RATE // 5)), "lasts 0.20 s"),
}


@pytest.mark.parametrize("kind", NO_SONG)
def test_what_is_no_song_is_refused_in_one_line(kind, tmp_path, capsys):
    samples, said = NO_SONG[kind]
    status, out, err = listen(write(tmp_path / "sound.wav", samples), capsys)
    assert status == 3
    assert out == ""
    assert said in err and "sound.wav" in err
    assert len(err.strip().splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sound.wav"]


def surround(song, folder):
    samples, _ = soundfile.read(song)
    return write(folder / "surround.wav", np.repeat(0.5 * samples.mean(axis=1)[:, None], 6, axis=1))


def clipped(song, folder):
    return write(folder / "clipped.wav", np.clip(15 * soundfile.read(song)[0], -1, 1))


def video(song, folder):
    pictures = ("-f", "lavfi", "-i", "testsrc=size=64x64:rate=5", "-shortest")
    return convert(song, folder / "video.mp4", *pictures, "-c:v", "libx264", "-c:a", "aac")


def corrupt(song, folder):
    data = bytearray(convert(song, folder / "whole.mp3", "-b:a", "128k").read_bytes())
    damage = np.random.default_rng(1).integers(0, 256, 15_000, np.uint8)  # a second of twenty
    data[100_000:115_000] = damage.tobytes()
    (folder / "corrupt.mp3").write_bytes(data)
    return folder / "corrupt.mp3"


SHAPES = {
    "8 kHz mono": lambda song, folder: convert(song, folder / "p.wav", "-ac", "1", "-ar", "8000"),
    "5.1": surround,
    "clipped": clipped,
    "a video": video,
    "an MP3 with a damaged second": corrupt,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_song_in_any_shape_has_its_tempo(shape, song, tmp_path, capsys):
    status, out, err = listen(SHAPES[shape](song, tmp_path), capsys)
    assert status == 0, err
    heard = json.loads(out)
    assert heard["tempo"] == pytest.approx(TEMPO, rel=0.01)
    assert heard["metre"] == 4


def test_a_file_that_only_claims_to_be_an_mp3_is_refused(tmp_path, capsys):
    path = tmp_path / "song.mp3"
    path.write_bytes(np.random.default_rng(2).integers(0, 256, 40_000, np.uint8).tobytes())
    status, _, err = listen(path, capsys)
    assert status == 3
    assert "song.mp3" in err and len(err.strip().splitlines()) == 1


def test_beats_by_hand_reach_the_plan(song, tmp_path, capsys):
    _, out, _ = listen(song, capsys)
    heard = song.with_suffix(".heard")
    labels = (heard / "beats.txt").read_text().splitlines()
    slow = tmp_path / "slow.txt"  # every second beat, as a person would correct an octave
    slow.write_text("\n".join(labels[::2]) + "\n")
    arguments = ["--beats", str(slow), "--sections", str(heard / "song.jams"), "--no-preview"]
    with pytest.raises(SystemExit) as end:
        main(["choreograph", str(song), "-o", str(tmp_path / "dance"), "--json", *arguments])
    assert end.value.code == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["tempo"] == pytest.approx(json.loads(out)["tempo"] / 2, rel=0.01)
    assert len(plan["beats"]) == len(labels[::2])


@pytest.mark.parametrize(
    ("text", "said"),
    [("1\t1\t1\n0.5\t0.5\t2\n", "2 beats"), ("1\t1\n2\t2\n3\t3\n900\t900\n", "900")],
)
def test_wrong_beats_by_hand_are_a_bad_input_of_one_line(song, tmp_path, capsys, text, said):
    (tmp_path / "wrong.txt").write_text(text)
    with pytest.raises(SystemExit) as end:
        main(["choreograph", str(song), "-o", str(tmp_path / "dance"), "--beats",
              str(tmp_path / "wrong.txt"), "--no-preview"])  # fmt: skip
    assert end.value.code == 3
    err = capsys.readouterr().err
    assert said in err and "wrong.txt" in err
    assert not (tmp_path / "dance").exists()
