"""The part of a song that is danced: from which second to which, and its sound."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from stickdance.capture.media.audio import Sound, read_wav
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.choreographer import FrameTimes
from stickdance.choreography.options import ChoreographyOptions

_LEAST_SECONDS = 0.5
_BLOCK = 1 << 16


def end_of(options: ChoreographyOptions, sound: Sound, song: Path) -> float:
    """Return the second of the song that the dance ends at.

    Raises:
        BadInput: too little is left between --from and --to.
    """
    end = sound.seconds if options.end_seconds is None else options.end_seconds
    end = min(float(end), sound.seconds)
    if not end - options.start_seconds >= _LEAST_SECONDS:
        raise BadInput(
            f"--from {options.start_seconds:g} --to {end:g}: leaves less than {_LEAST_SECONDS} s "
            f"of {song}, which lasts {sound.seconds:.1f} s"
        )
    return end


def frames_of_part(sound: Sound, start: float, end: float, fps: float) -> FrameTimes:
    """Return the moments that a dance of a sound shows from `start` up to `end` seconds."""
    seconds = (round(end * sound.rate) - round(start * sound.rate)) / sound.rate
    return FrameTimes(start, max(1, round(seconds * fps)), fps)


def cut(sound: Sound, start: float, end: float) -> Sound:
    """Replace the WAV by its part from `start` to `end` seconds, sample for sample."""
    first, stop = round(start * sound.rate), round(end * sound.rate)
    if first == 0 and end >= sound.seconds:
        return sound
    part = sound.path.with_name("part.wav")
    with soundfile.SoundFile(sound.path) as source:
        source.seek(first)
        with soundfile.SoundFile(
            part, "w", source.samplerate, source.channels, subtype="PCM_16"
        ) as target:
            for block in _blocks(source, stop - first):
                target.write(block)
    part.replace(sound.path)
    return read_wav(sound.path)


def _blocks(source: soundfile.SoundFile, count: int) -> Iterator[NDArray[np.int16]]:
    while count > 0:
        block = source.read(min(count, _BLOCK), dtype="int16")
        if len(block) == 0:
            return
        count -= len(block)
        yield block
