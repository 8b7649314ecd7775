"""Where the sound of a file begins: without what its codec put before it, or with its picture.

Lossy codecs begin with samples that are no sound yet: what their filters need before they give any,
and what encoders put before that. Containers tell how many (LAME's tag in MP3, edit lists in MP4,
CodecDelay in Matroska, the pre-skip of Opus) and ffmpeg leaves those out. Where none is told, as in
ADTS, MPEG-TS, FLV or an MP3 without LAME's tag, `PRIMING` is left out, as players do.

A file with pictures has a clock for both, and its sound begins with the first picture: what lies
before it is cut, what comes late waits in silence, so that frame 0 and sample 0 are one moment.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from stickdance.capture.media.ffmpeg import Ffmpeg, input_arguments
from stickdance.capture.media.streams import Tone

PRIMING = {
    "mp3": 576 + 529,  # LAME's encoder, and the decoder's filters
    "mp2": 481,  # analysis and synthesis of 512 taps, less one hop
    "mp1": 481,
    "aac": 1024,  # the first block, whose overlap is missing
    "ac3": 256,
    "eac3": 256,
    "dts": 512,
    "opus": 312,  # look-ahead of libopus at 48 kHz
}
"""Codec -> samples at its rate that come before the sound where the file does not tell how many."""

_PICTURE = ("-c:v", "rawvideo", "-fps_mode", "passthrough", "-enc_time_base", "demux")
_LAVF = re.compile(r"\b(encoder|software) +: Lav[cf]", re.IGNORECASE)
_FAR = 60.0  # seconds: clocks further apart are no clocks of one recording


@dataclass(frozen=True)
class SoundStart:
    """How the decoded sound becomes one that begins at time 0."""

    skip: int = 0
    """Samples at the file's own rate that are left out; below 0: silent ones that come before."""
    undo_decoder: bool = False
    """Whether ffmpeg's decoder must not leave out any by itself."""

    @property
    def options(self) -> list[str]:
        """Return ffmpeg's options before the input."""
        return ["-flags2", "+skip_manual"] if self.undo_decoder else []

    @property
    def filters(self) -> list[str]:
        """Return ffmpeg's options after the input."""
        if self.skip > 0:
            return ["-af", f"atrim=start_sample={self.skip},asetpts=PTS-STARTPTS"]
        return ["-af", f"adelay=delays={-self.skip}S:all=1"] if self.skip else []


def find_sound_start(path: Path, tone: Tone) -> SoundStart:
    """Return where the first sound of a file begins.

    Args:
        path: a song or video with sound.
        tone: what its header says of that sound.

    Returns:
        How to begin. Where the file cannot be decoded it begins as it is.
    """
    picture = _first(path, "-map", "0:V:0", *_PICTURE)
    sound = _first(path, "-map", "0:a:0", "-c:a", "pcm_s16le")
    if sound is None:
        return SoundStart()
    if picture is not None:
        if abs(picture.seconds - sound.seconds) > _FAR:
            return SoundStart()
        return SoundStart(round((picture.seconds - sound.seconds) * tone.rate))
    if tone.codec.startswith("wmav"):
        # ffmpeg's decoder leaves out two blocks, its encoder has put only one before the sound
        ours = _is_of_ffmpeg(path)
        return SoundStart(round(sound.duration * tone.rate), True) if ours else SoundStart()
    packet = _first(path, "-map", "0:a:0", "-c", "copy")
    told = packet is None or packet.tells_skip
    return SoundStart(0 if told else PRIMING.get(tone.codec, 0))


@dataclass(frozen=True)
class _First:
    """The first packet or decoded frame of a stream, times in seconds."""

    seconds: float
    duration: float
    tells_skip: bool


def _first(path: Path, *chosen: str) -> _First | None:
    """Return the first of what ffmpeg's options choose; None where there is none."""
    end = ("-frames", "1", "-f", "framecrc", "pipe:1")
    with Ffmpeg(["-copyts", *input_arguments(path), *chosen, *end], answers=True) as reader:
        lines = list(reader.lines())
        reader.finish()
    tick = next((Fraction(line.split(":")[1]) for line in lines if line.startswith("#tb")), None)
    found = next((line for line in lines if not line.startswith("#")), None)
    if tick is None or found is None:
        return None
    _, _, start, duration, *_ = (field.strip() for field in found.split(","))
    if start == "NOPTS":
        return None
    return _First(float(int(start) * tick), float(int(duration) * tick), "Skip Samples" in found)


def _is_of_ffmpeg(path: Path) -> bool:
    """Tell whether a file says that ffmpeg wrote it."""
    with Ffmpeg(input_arguments(path), notice=_LAVF) as reader:
        reader.finish()
        return bool(reader.noticed)
