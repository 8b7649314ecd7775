"""Sound in: a song is decoded once, and the same samples are analysed and muxed.

MP3 decoders differ by 20-40 ms in where a song begins; here it begins where the encoder's input
began, as far as the file tells (see `sound_start`), and since beats are found in the very WAV that
the video later carries, no shift can come between them.

Conventions: 16-bit WAV on disk, mono or stereo; float32 in -1..1 in memory; times in seconds.
"""

import wave
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import soxr

from stickdance.capture.media.ffmpeg import (
    LONGEST,
    Ffmpeg,
    check_file,
    check_length,
    input_arguments,
)
from stickdance.capture.media.sound_start import SoundStart, find_sound_start
from stickdance.capture.media.streams import Tone, read_header
from stickdance.checkpoints.errors import BadInput, OutputFailed
from stickdance.checkpoints.files import whole_file
from stickdance.checkpoints.reading import reason

SHORTEST = 2.0
"""Seconds of sound that make a song at least."""
SILENCE = 10 ** (-60 / 20)
"""A song whose loudest sample stays below this (-60 dBFS) is silent."""

_RATES = (44_100, 48_000)  # kept; others are resampled to the first
_CANCELS = 0.25  # energy of the mean over that of half the difference: below it channels cancel
_LOUDER = 1.1  # energy by which the right channel is preferred to the left one
_BLOCK = 1 << 18  # samples read at a time
_LOSSY_LENGTH = {"mp3", "aac"}  # codecs whose files may only guess how long they are


class SilentSound(BadInput):
    """There is nothing to be heard in a file."""


@dataclass(frozen=True)
class Sound:
    """A 16-bit WAV on disk."""

    path: Path
    rate: int
    """Samples a second."""
    channels: int
    """1 or 2."""
    seconds: float
    source: Path | None = None
    """The file that it was decoded from."""

    @property
    def origin(self) -> Path:
        """Return the file that people know it by, for messages."""
        return self.source or self.path


def decode_sound(source: Path, to: Path) -> Sound:
    """Decode the first sound of a song or video into a 16-bit WAV.

    Mono and stereo stay as they are, more channels are mixed down to stereo; 44.1 and 48 kHz stay,
    other rates become 44.1 kHz.

    Args:
        source: any sound or video file that ffmpeg reads (WAV, FLAC, OGG, MP3, M4A, MP4, ...).
        to: the .wav to write.

    Raises:
        SilentSound: it holds no sound, or is wholly silent.
        BadInput: missing, a folder, shorter than 2 s, longer than 3 hours, or cut short.
        OutputFailed: `to` cannot be written.
    """
    source, to = Path(source), Path(to)
    header = read_header(source, "a song or video")
    if header.tone is None:
        raise SilentSound(f"{source}: holds no sound, expected a song or a video with sound")
    if header.tone.codec not in _LOSSY_LENGTH:
        check_length(source, header.seconds)
    with whole_file(to) as temporary:
        start = find_sound_start(source, header.tone)
        with Ffmpeg(_decoding(source, header.tone, start, temporary)) as decoder:
            status = decoder.finish()
            if "No space left" in decoder.complaints:
                raise OutputFailed(f"{to}: no space left on the disk; free some and repeat")
            if status != 0:
                raise BadInput(f"{source}: its sound cannot be decoded ({decoder.complaint})")
        sound = _read_header(temporary, source)
        left_out = start.skip / header.tone.rate
        _check_whole(source, sound.seconds + left_out, header.seconds, header.tone)
        _check_length(source, sound.seconds)
        _check_loud(source, sound)
    return Sound(to, sound.rate, sound.channels, sound.seconds, source)


def read_wav(path: Path) -> Sound:
    """Return what a 16-bit WAV holds, as `decode_sound` wrote it.

    Raises:
        BadInput: missing, a folder, another format, cut short, or longer than 3 hours.
    """
    path = Path(path)
    check_file(path, "a WAV")
    sound = _read_header(path, path)
    check_length(path, sound.seconds)
    return sound


def blocks(sound: Sound, rate: int = 22_050, block_seconds: float = 30) -> Iterator[np.ndarray]:
    """Give the sound as mono at another rate, piece by piece, so that memory stays flat.

    Mono is the mean of both channels, or one of them where they cancel (see `channel_alone`).

    Args:
        sound: the WAV.
        rate: samples a second of the result.
        block_seconds: length of a piece; the last one is shorter.

    Returns:
        An iterator over float32 arrays in -1..1; joined they are the whole sound resampled.
    """
    length = max(1, round(rate * block_seconds))
    waiting: list[np.ndarray] = []
    count = 0
    for chunk in _resampled(sound, rate):
        waiting.append(chunk)
        count += len(chunk)
        if count >= length:
            joined = np.concatenate(waiting)
            whole = count - count % length
            yield from joined[:whole].reshape(-1, length)
            waiting, count = [joined[whole:]], count - whole
    if count:
        yield np.concatenate(waiting)


def channel_alone(sound: Sound) -> int | None:
    """Return the channel that stands for a sound whose channels cancel each other.

    Where the mean of the channels has less than a quarter of the energy of half their difference
    (6 dB), as where one of them is turned over, the mean is not the song: the louder channel is.

    Returns:
        0 for the left one, 1 for the right one; None where the mean will do.
    """
    if sound.channels == 1:
        return None
    status = sound.path.stat()
    return _channel_alone(sound, status.st_mtime_ns, status.st_size)


def cancelling_warning(sound: Sound) -> list[str]:
    """Return a line for people where only one channel of a sound is listened to."""
    alone = channel_alone(sound)
    if alone is None:
        return []
    name, other = ("left", "right") if alone == 0 else ("right", "left")
    return [
        f"the channels of {sound.origin.name} cancel each other (one is turned over): beats and "
        f"sections are those of the {name} one, the {other} one is only played"
    ]


@lru_cache(maxsize=8)
def _channel_alone(sound: Sound, changed: int, size: int) -> int | None:
    products = np.zeros((2, 2))
    for part in _samples(sound):
        values = part.astype(np.float32)
        products += values.T @ values
    left, right, both = products[0, 0], products[1, 1], products[0, 1]
    middle, side = left + right + 2 * both, left + right - 2 * both
    if middle >= _CANCELS * side:
        return None
    return int(right > _LOUDER * left)


def _decoding(source: Path, tone: Tone, start: SoundStart, to: Path) -> list[str]:
    rate = tone.rate if tone.rate in _RATES else _RATES[0]
    channels = 1 if tone.layout in ("mono", "1 channels") else 2
    return [
        *start.options,
        *input_arguments(source),
        *("-map", "0:a:0", "-map_metadata", "-1", "-fflags", "+bitexact"),
        *start.filters,
        *("-c:a", "pcm_s16le", "-ar", str(rate), "-ac", str(channels)),
        *("-t", str(LONGEST + 1), "-f", "wav", "-y", f"file:{to}"),
    ]


def _read_header(path: Path, named: Path) -> Sound:
    try:
        with wave.open(str(path), "rb") as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            frames = file.getnframes()
    except (wave.Error, EOFError, OSError, RuntimeError, ValueError) as error:
        raise BadInput(f"{named}: cannot be read as 16-bit WAV ({reason(error)})") from None
    if width != 2 or channels not in (1, 2) or rate <= 0:
        raise BadInput(
            f"{named}: expected 16-bit WAV in mono or stereo, found {width * 8}-bit with "
            f"{channels} channels"
        )
    if path.stat().st_size < frames * channels * 2:
        raise BadInput(f"{named}: was cut short: its header announces {frames} samples")
    return Sound(path, rate, channels, frames / rate)


def _check_length(path: Path, seconds: float) -> None:
    if seconds < SHORTEST:
        raise BadInput(
            f"{path}: lasts {seconds:.2f} s, expected at least {SHORTEST:.0f} s of sound"
        )
    check_length(path, seconds)


def _check_whole(path: Path, seconds: float, announced: float | None, tone: Tone) -> None:
    if announced is None or tone.codec in _LOSSY_LENGTH:
        return
    if seconds < 0.9 * announced - 0.5:
        raise BadInput(
            f"{path}: was cut short: {seconds:.1f} of {announced:.1f} s could be decoded; "
            "copy it again"
        )


def _check_loud(path: Path, sound: Sound) -> None:
    peak = max((int(np.abs(part.astype(np.int32)).max()) for part in _samples(sound)), default=0)
    if peak < SILENCE * 32768:
        level = f"peak {20 * np.log10(peak / 32768):.0f} dBFS" if peak else "every sample is 0"
        raise SilentSound(f"{path}: is silent from beginning to end ({level}); choose another song")


def _samples(sound: Sound) -> Iterator[np.ndarray]:
    with wave.open(str(sound.path), "rb") as file:
        while data := file.readframes(_BLOCK):
            yield np.frombuffer(data, "<i2").reshape(-1, sound.channels)


def _resampled(sound: Sound, rate: int) -> Iterator[np.ndarray]:
    stream = soxr.ResampleStream(sound.rate, rate, 1, dtype="float32")
    alone = channel_alone(sound)
    for part in _samples(sound):
        heard = part if alone is None else part[:, alone : alone + 1]
        mono = heard.mean(axis=1, dtype=np.float32) / np.float32(32768)
        yield stream.resample_chunk(mono)
    yield stream.resample_chunk(np.zeros(0, np.float32), last=True)
