import subprocess
import tracemalloc
import wave
from dataclasses import replace
from pathlib import Path

import librosa
import numpy as np
import pytest
import soundfile
import soxr

from stickdance.capture.media.audio import (
    blocks,
    cancelling_warning,
    channel_alone,
    decode_sound,
    read_wav,
)
from stickdance.capture.media.ffmpeg import program
from stickdance.capture.media.video import VideoWriter
from stickdance.checkpoints.errors import BadInput, OutputFailed

RATE = 44_100


def ffmpeg(*arguments: object) -> None:
    command = [program(), "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def melody(seconds: float = 3.0, rate: int = RATE, channels: int = 2) -> np.ndarray:
    """A tone of its own in each channel and a click each half second, (samples, channels)."""
    at = np.arange(round(seconds * rate)) / rate
    tones = [0.2 * np.sin(2 * np.pi * 220 * (c + 1) * at) for c in range(channels)]
    samples = np.stack(tones, axis=1)
    for beat in np.arange(0.5, seconds, 0.5):
        samples[round(beat * rate) : round(beat * rate) + 60] = 0.9
    return samples


def written(path: Path, samples: np.ndarray, rate: int = RATE, subtype: str = "PCM_16") -> Path:
    soundfile.write(path, samples, rate, subtype=subtype)
    return path


def samples_of(path: Path) -> np.ndarray:
    return soundfile.read(path, dtype="int16", always_2d=True)[0]


def test_a_wav_comes_through_bit_by_bit(tmp_path: Path) -> None:
    song = written(tmp_path / "song.wav", melody())
    sound = decode_sound(song, tmp_path / "out" / "a.wav")
    assert (sound.rate, sound.channels, sound.seconds) == (RATE, 2, 3.0)
    assert (samples_of(sound.path) == samples_of(song)).all()
    assert sound.origin == song
    assert read_wav(sound.path) == replace(sound, source=None)


@pytest.mark.parametrize(
    ("name", "codec", "tolerance"),
    [
        ("a.flac", ("-c:a", "flac"), 0.0),
        ("a.ogg", ("-c:a", "libvorbis", "-q:a", "8"), 0.01),
        ("a.opus", ("-c:a", "libopus", "-b:a", "192k"), 0.03),
        ("a.mp3", ("-c:a", "libmp3lame", "-b:a", "256k"), 0.01),
        ("a.m4a", ("-c:a", "aac", "-b:a", "256k"), 0.01),
        ("a.aiff", ("-c:a", "pcm_s16be"), 0.0),
    ],
)
def test_every_common_format_keeps_its_place_in_time(
    tmp_path: Path, name: str, codec: tuple, tolerance: float
) -> None:
    song = written(tmp_path / "song.wav", melody())
    ffmpeg("-i", song, *codec, tmp_path / name)
    sound = decode_sound(tmp_path / name, tmp_path / "out.wav")
    assert sound.seconds == pytest.approx(3.0, abs=0.03)
    assert sound.channels == 2
    loud = np.abs(samples_of(sound.path)[:, 0].astype(int)) > 0.6 * 32768
    first = np.flatnonzero(loud)[0] / sound.rate
    assert first == pytest.approx(0.5, abs=tolerance + 1e-4)


def test_the_sound_of_a_video_is_decoded(tmp_path: Path) -> None:
    song = written(tmp_path / "song.wav", melody(2.0))
    with VideoWriter(tmp_path / "a.mp4", (64, 64), 25, sound=song) as video:
        for _ in range(50):
            video.write(np.zeros((64, 64, 3), np.uint8))
    sound = decode_sound(tmp_path / "a.mp4", tmp_path / "out.wav")
    assert sound.seconds == pytest.approx(2.0, abs=0.04)


def test_the_muxed_sound_is_the_very_sound_that_is_analysed(tmp_path: Path) -> None:
    mp3 = tmp_path / "a.mp3"
    ffmpeg("-i", written(tmp_path / "song.wav", melody()), "-b:a", "192k", mp3)
    analysed = decode_sound(mp3, tmp_path / "analysed.wav")
    with VideoWriter(tmp_path / "a.mp4", (64, 64), 25, sound=analysed.path) as video:
        for _ in range(75):
            video.write(np.zeros((64, 64, 3), np.uint8))
    muxed = samples_of(decode_sound(tmp_path / "a.mp4", tmp_path / "muxed.wav").path)[:, 0]
    ours = samples_of(analysed.path)[:, 0]
    length = min(len(ours), len(muxed))
    lags = range(-200, 201)
    ours_part = ours[1000 : length - 1000].astype(float)
    scores = [ours_part @ muxed[1000 + lag : length - 1000 + lag].astype(float) for lag in lags]
    assert abs(lags[int(np.argmax(scores))]) <= 1


def test_mono_stays_mono_and_surround_becomes_stereo(tmp_path: Path) -> None:
    mono = written(tmp_path / "mono.wav", melody(channels=1))
    assert decode_sound(mono, tmp_path / "a.wav").channels == 1
    six = written(tmp_path / "six.wav", melody(channels=6))
    assert decode_sound(six, tmp_path / "b.wav").channels == 2


@pytest.mark.parametrize(
    ("rate", "kept"), [(44_100, 44_100), (48_000, 48_000), (22_050, 44_100), (96_000, 44_100)]
)
def test_the_two_usual_rates_stay_and_others_become_the_first(
    tmp_path: Path, rate: int, kept: int
) -> None:
    song = written(tmp_path / "song.wav", melody(rate=rate), rate, "PCM_24")
    sound = decode_sound(song, tmp_path / "out.wav")
    assert sound.rate == kept
    assert sound.seconds == pytest.approx(3.0, abs=0.001)


def test_blocks_joined_are_the_whole_sound_resampled(tmp_path: Path) -> None:
    song = written(tmp_path / "song.wav", melody(7.3))
    parts = list(blocks(read_wav(song), 22_050, block_seconds=2))
    assert [len(part) for part in parts[:-1]] == [44_100] * 3
    assert all(part.dtype == np.float32 for part in parts)
    whole = soxr.resample(samples_of(song).astype(np.float32).mean(1) / 32768, RATE, 22_050)
    joined = np.concatenate(parts)
    assert len(joined) == len(whole)
    assert np.abs(joined - whole).max() < 1e-4


def test_blocks_agree_with_librosa(shared_data: Path, tmp_path: Path) -> None:
    song = shared_data / "songs" / "ballroom_waltz.wav"
    ours = np.concatenate(list(blocks(decode_sound(song, tmp_path / "a.wav"))))
    theirs, _ = librosa.load(song, sr=22_050, mono=True)
    assert abs(len(ours) - len(theirs)) <= 1
    length = min(len(ours), len(theirs))
    assert np.corrcoef(ours[:length], theirs[:length])[0, 1] > 0.9999


def turned_over(samples: np.ndarray, share: float = 1.0) -> np.ndarray:
    return np.stack([samples[:, 0], -share * samples[:, 0]], axis=1)


def test_channels_that_cancel_are_listened_to_one_at_a_time(tmp_path: Path) -> None:
    mono = melody(channels=1)
    expected = np.concatenate(list(blocks(read_wav(written(tmp_path / "m.wav", mono)))))
    for name, share, channel in (("a", 1.0, "left"), ("b", 0.9, "left"), ("c", 1.0 / 0.9, "right")):
        song = written(tmp_path / f"{name}.wav", turned_over(mono * 0.9, share))
        sound = decode_sound(song, tmp_path / f"{name}_out.wav")
        (warning,) = cancelling_warning(sound)
        assert f"{name}.wav cancel each other" in warning
        assert f"those of the {channel} one" in warning
        heard = np.concatenate(list(blocks(sound)))
        assert np.corrcoef(heard, expected)[0, 1] ** 2 > 0.9999
        assert np.abs(heard).max() > 0.8 * np.abs(expected).max()


def test_channels_that_do_not_cancel_are_mixed(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    apart = random.normal(0, 0.1, (3 * RATE, 2))  # as wide as stereo can be
    one_side = melody() * [1, 0]
    for samples in (apart, one_side, melody()):
        sound = read_wav(written(tmp_path / "a.wav", samples))
        assert channel_alone(sound) is None
        assert cancelling_warning(sound) == []
        mixed = soxr.resample(samples_of(sound.path).mean(1) / 32768, RATE, 22_050)
        assert np.abs(np.concatenate(list(blocks(sound))) - mixed).max() < 1e-3


def test_memory_does_not_grow_with_the_length_of_the_song(tmp_path: Path) -> None:
    peaks = []
    for minutes in (1, 4):
        path = tmp_path / f"{minutes}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(RATE)
            for _ in range(60 * minutes):
                file.writeframes(np.full(2 * RATE, 5000, "<i2").tobytes())
        tracemalloc.start()
        assert sum(map(len, blocks(read_wav(path), block_seconds=5))) == 60 * minutes * 22_050
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("lets_go_fishin.ogg", 133.0),
        ("vibe_ace.ogg", 61.5),
        ("sugar_plum_fairy.ogg", 119.9),
        ("hungarian_dance_5.ogg", 45.8),
        ("ballroom_waltz.wav", 31.8),
        ("beatbox_90bpm.wav", 10.7),
        ("electro.mp3", 20.0),
    ],
)
def test_real_songs_are_decoded_whole(
    shared_data: Path, tmp_path: Path, name: str, seconds: float
) -> None:
    sound = decode_sound(shared_data / "songs" / name, tmp_path / "a.wav")
    assert sound.seconds == pytest.approx(seconds, abs=0.1)


@pytest.fixture(scope="module")
def bad_inputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, str]]:
    folder = tmp_path_factory.mktemp("bad_songs")
    (folder / "text.mp3").write_text("These are the lyrics of a song.\n" * 40)
    (folder / "empty.mp3").touch()
    (folder / "playlist.m3u").write_text("#EXTM3U\n#EXTINF:10,\nfile:///etc/hostname\n")
    short = written(folder / "short.wav", melody(0.4))
    nothing = written(folder / "nothing.wav", np.zeros((0, 2)))
    silent = written(folder / "silent.wav", np.zeros((3 * RATE, 2)))
    faint = written(folder / "faint.wav", melody() * 2e-4)
    whole = written(folder / "whole.wav", melody(4.0)).read_bytes()
    (folder / "half.wav").write_bytes(whole[: len(whole) // 2])
    ffmpeg("-i", folder / "whole.wav", folder / "whole.flac")
    flac = (folder / "whole.flac").read_bytes()
    (folder / "half.flac").write_bytes(flac[: len(flac) // 2])
    ffmpeg("-i", folder / "whole.wav", folder / "whole.m4a")
    m4a = (folder / "whole.m4a").read_bytes()
    (folder / "half.m4a").write_bytes(m4a[: len(m4a) // 2])
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:d=2", folder / "mute.mp4")
    return {
        "missing": (folder / "missing.mp3", "no such file"),
        "folder": (folder, "is a folder"),
        "text": (folder / "text.mp3", "no media file"),
        "empty": (folder / "empty.mp3", "is empty"),
        "playlist": (folder / "playlist.m3u", "playlist|no media file"),
        "no sound": (folder / "mute.mp4", "holds no sound"),
        "too short": (short, r"lasts 0\.40 s, expected at least 2 s"),
        "no samples": (nothing, "no sound|lasts 0|decoded"),
        "silent": (silent, "silent from beginning to end .every sample is 0"),
        "faint": (faint, "silent from beginning to end .peak -7"),
        "half a wav": (folder / "half.wav", "cut short"),
        "half a flac": (folder / "half.flac", r"cut short: \d.\d of 4.0 s"),
        "half an m4a": (folder / "half.m4a", "moov atom not found"),
    }


@pytest.mark.parametrize(
    "case",
    [
        *("missing", "folder", "text", "empty", "playlist", "no sound", "too short", "no samples"),
        *("silent", "faint", "half a wav", "half a flac", "half an m4a"),
    ],
)
def test_bad_songs_are_refused_in_one_line_and_leave_nothing(
    bad_inputs: dict[str, tuple[Path, str]], tmp_path: Path, case: str
) -> None:
    path, reason = bad_inputs[case]
    with pytest.raises(BadInput, match=reason) as caught:
        decode_sound(path, tmp_path / "out.wav")
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_silent_passage_is_no_reason_to_refuse(tmp_path: Path) -> None:
    samples = np.concatenate([np.zeros((RATE * 2, 2)), melody(1.0), np.zeros((RATE * 2, 2))])
    song = written(tmp_path / "song.wav", samples)
    assert decode_sound(song, tmp_path / "out.wav").seconds == 5.0


def test_a_song_longer_than_the_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stickdance.capture.media.ffmpeg.LONGEST", 2.0)
    song = written(tmp_path / "song.wav", melody(3.0))
    with pytest.raises(BadInput, match="at most"):
        decode_sound(song, tmp_path / "out.wav")
    with pytest.raises(BadInput, match="at most"):
        read_wav(song)


def test_other_kinds_of_wav_are_not_taken_for_ours(tmp_path: Path) -> None:
    deep = written(tmp_path / "deep.wav", melody(), subtype="PCM_24")
    with pytest.raises(BadInput, match="16-bit WAV"):
        read_wav(deep)
    flac = tmp_path / "a.flac"
    soundfile.write(flac, melody(), RATE)
    with pytest.raises(BadInput, match="16-bit WAV"):
        read_wav(flac)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    song = written(tmp_path / "song.wav", melody())
    with pytest.raises(OutputFailed):
        decode_sound(song, song / "out.wav")
