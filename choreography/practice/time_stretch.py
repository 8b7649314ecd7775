"""A song slower or faster at its own pitch, for practice.

ffmpeg's `rubberband` keeps drums crisp and the length exact; where a build of ffmpeg lacks it,
`atempo` takes its place. Both let the beats come a little early, by a time that grows with the
stretch and was measured with clicks at 0.5, 0.75 and 0.9 of the speed; the sound is delayed by it.
After that clicks lie within 15 ms of their beats.
"""

from pathlib import Path

from stickdance.capture.media.audio import Sound, read_wav
from stickdance.capture.media.ffmpeg import Ffmpeg, input_arguments
from stickdance.checkpoints.errors import BadInput

SLOWEST, FASTEST = 0.5, 1.5
"""Speeds at which a song is still a song."""

_EARLY_SECONDS = {"rubberband": 0.034, "atempo": 0.02}
"""By how much beats come early, for each time that the song's length is added to it."""


def stretch_sound(sound: Sound, speed: float, to: Path) -> tuple[Sound, str]:
    """Play a sound at another speed.

    Args:
        sound: 16-bit WAV.
        speed: 0.5 is half as fast.
        to: the .wav to write.

    Returns:
        The new sound, `speed` times shorter, and the name of the filter that made it.

    Raises:
        BadInput: neither filter could do it.
    """
    complaint = ""
    for name, option in (("rubberband", "rubberband=tempo"), ("atempo", "atempo")):
        delay = max(0.0, 1000 * _EARLY_SECONDS[name] * (1 / speed - 1))
        samples = round(sound.seconds / speed * sound.rate)
        chain = f"{option}={speed:.6f},adelay=delays={delay:.2f}:all=1,apad=whole_len={samples}"
        arguments = [
            *input_arguments(sound.path, "wav"),
            *("-af", f"{chain},atrim=end_sample={samples}"),
            *("-c:a", "pcm_s16le", "-f", "wav", "-y", f"file:{to}"),
        ]
        with Ffmpeg(arguments) as process:
            if process.finish() == 0:
                return read_wav(to), name
            complaint = process.complaint
    raise BadInput(f"{sound.origin}: cannot be played at {speed:g} of its speed ({complaint})")
