"""A video's sound, from its first picture to its last; silence where it has none."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile

from stickdance.capture.media.audio import SilentSound, Sound, decode_sound, read_wav
from stickdance.checkpoints.files import whole_file

_RATE = 44_100
_BLOCK = 1 << 18  # samples


def sound_of_video(video: Path, to: Path, seconds: float) -> tuple[Sound, str]:
    """Decode a video's sound into a 16-bit WAV that lasts as long as the picture, or longer.

    Args:
        video: the file.
        to: the .wav to write.
        seconds: how long the picture lasts; a shorter sound ends in silence.

    Returns:
        The sound, and why there is nothing to be heard in it; "" where there is.

    Raises:
        BadInput: the video cannot be read, or its sound cannot be decoded.
        OutputFailed: `to` cannot be written.
    """
    try:
        sound = decode_sound(video, to)
    except SilentSound as silent:
        with whole_file(to) as temporary:
            _write_silence(temporary, seconds)
        return replace(read_wav(to), source=video), str(silent)
    if sound.seconds < seconds:
        with soundfile.SoundFile(to, "r+") as file:
            file.seek(0, soundfile.SEEK_END)
            _add_silence(file, seconds - sound.seconds)
    return replace(read_wav(to), source=video), ""


def _write_silence(to: Path, seconds: float) -> None:
    with soundfile.SoundFile(to, "w", _RATE, 1, subtype="PCM_16", format="WAV") as file:
        _add_silence(file, seconds)


def _add_silence(file: soundfile.SoundFile, seconds: float) -> None:
    left = round(seconds * file.samplerate)
    while left > 0:
        count = min(left, _BLOCK)
        file.write(np.zeros((count, file.channels), np.int16))
        left -= count
