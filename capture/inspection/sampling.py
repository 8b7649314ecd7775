"""Stretches of neighbouring frames from all over a video, small, with what they show over time.

Short footage is looked at whole, longer footage in stretches that are sought in its index, so that
a long film costs hardly more than a short one.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from stickdance.capture.media.ffmpeg import AREA_SCALING, Ffmpeg, input_arguments
from stickdance.capture.media.image_folder import list_pictures, read_pictures
from stickdance.capture.media.probing import VideoInfo
from stickdance.capture.media.treatment import Treatment

_WHOLE = 400  # frames up to which all are decoded: seeking would cost as much
_STRETCHES, _LENGTH = 3, 64  # and frames of each: before each, a key frame on must be decoded
_KEPT = 32  # pictures kept
_HIGHEST = 540  # pixels of the longer side's other one: enough for letters
_BLOCK = 8  # pixels of a block whose mean change is looked at
_FIELDS = re.compile(r"Multi frame detection: TFF: *(\d+) BFF: *(\d+) Progressive: *(\d+)")


@dataclass(frozen=True)
class Fields:
    """How many sampled frames ffmpeg's idet takes for what."""

    top_first: int = 0
    bottom_first: int = 0
    progressive: int = 0


@dataclass(frozen=True)
class SampledFrames:
    """What a first look at footage shows."""

    pictures: tuple[np.ndarray, ...]
    """RGB (height, width, 3), spread over the footage, in order."""
    brightest: np.ndarray
    """uint8 (height, width): the most that any colour of a pixel ever reaches."""
    darkest: np.ndarray
    """uint8 (height, width): the least of the brightest colour of a pixel."""
    changes: tuple[np.ndarray, ...]
    """For each stretch (frames - 1,): the largest change of a block from frame to frame, in grey
    values; empty for a folder of pictures."""
    fields: Fields

    def turned(self, degrees: int) -> "SampledFrames":
        """Return the same, all pictures turned clockwise."""
        turns = -degrees // 90
        return self._each(lambda picture: np.ascontiguousarray(np.rot90(picture, turns)))

    def cropped(self, treatment: Treatment) -> "SampledFrames":
        """Return the same with the bars cut off that a treatment cuts off."""
        crop = Treatment(crop=treatment.crop)
        return self._each(crop.turned_and_cropped)

    def _each(self, change: Callable[[np.ndarray], np.ndarray]) -> "SampledFrames":
        return replace(
            self,
            pictures=tuple(change(picture) for picture in self.pictures),
            brightest=change(self.brightest),
            darkest=change(self.darkest),
        )


class _Gathering:
    def __init__(self, every: int) -> None:
        self._every, self._seen = every, 0
        self.pictures: list[np.ndarray] = []
        self.brightest: np.ndarray = np.zeros((0, 0), np.uint8)
        self.darkest: np.ndarray = self.brightest
        self.changes: list[np.ndarray] = []

    def stretch(self, frames: Iterator[np.ndarray]) -> None:
        before, changes = None, []
        for picture in frames:
            self._note(picture)
            grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
            if before is not None:
                changes.append(_change(before, grey))
            before = grey
        self.changes.append(np.array(changes))

    def _note(self, picture: np.ndarray) -> None:
        peak = cv2.max(cv2.max(*cv2.split(picture)[:2]), cv2.split(picture)[2])
        first = self._seen == 0
        self.brightest = peak if first else cv2.max(self.brightest, peak)
        self.darkest = peak if first else cv2.min(self.darkest, peak)
        if self._seen % self._every == 0:
            self.pictures.append(picture)
        self._seen += 1


def sample(info: VideoInfo, start: float, end: float) -> SampledFrames:
    """Look at footage from `start` to `end` seconds, as it is shown; nothing is refused here."""
    size = _small(info.size)
    if info.is_folder:
        return _sample_folder(info, start, end, size)
    frames = max(1, round((end - start) * info.fps))
    starts, length = [start], frames
    if frames > _WHOLE:
        part = (end - start) / _STRETCHES
        starts = [start + (number + 0.5) * part for number in range(_STRETCHES)]
        length = _LENGTH
    gathering = _Gathering(max(1, len(starts) * length // _KEPT))
    found = np.zeros(3, int)
    for begin in starts:
        with Ffmpeg(_arguments(info, begin, length, size), answers=True, notice=_FIELDS) as decoder:
            gathering.stretch(_frames(decoder, size))
            decoder.finish()
            told = decoder.noticed[-1].groups() if decoder.noticed else (0, 0, 0)
        found += [int(count) for count in told]
    return _samples(gathering, Fields(*found.tolist()))


def stored_lines(info: VideoInfo, start: float, count: int = 24) -> Iterator[np.ndarray]:
    """Yield neighbouring frames as they are stored, grey (height, width), not turned or scaled."""
    width, height = info.size[::-1] if info.rotation in (90, 270) else info.size
    arguments = [
        *(("-ss", f"{start:.3f}") if start > 0 else ()),
        *("-noautorotate", *input_arguments(info.path)),
        *("-map", "0:V:0", "-frames:v", str(count), "-fps_mode", "passthrough"),
        *("-vf", f"scale={width}:{height},format=gray", "-f", "rawvideo", "pipe:1"),
    ]
    buffer = np.empty((height, width), np.uint8)
    with Ffmpeg(arguments, answers=True) as decoder:
        while decoder.fill(buffer.data) == buffer.nbytes:
            yield buffer.copy()


def _small(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, _HIGHEST / min(size))
    return max(2, round(size[0] * scale)), max(2, round(size[1] * scale))


def _arguments(info: VideoInfo, start: float, count: int, size: tuple[int, int]) -> list[str]:
    # idet wants lines as they are stored, so the picture is turned after it.
    filters = ",".join(["idet", *Treatment().filters(info.rotation)])
    return [
        *(("-ss", f"{start:.3f}") if start > 0 else ()),
        *("-noautorotate", *input_arguments(info.path)),
        *("-map", "0:V:0", "-frames:v", str(count), "-fps_mode", "passthrough"),
        *("-vf", f"{filters},scale={size[0]}:{size[1]}:out_range=pc:{AREA_SCALING},format=gbrp"),
        *("-pix_fmt", "gbrp", "-f", "rawvideo", "pipe:1"),
    ]


def _frames(decoder: Ffmpeg, size: tuple[int, int]) -> Iterator[np.ndarray]:
    buffer = np.empty((3, size[1], size[0]), np.uint8)
    while decoder.fill(buffer.data) == buffer.nbytes:
        yield cv2.merge([buffer[2], buffer[0], buffer[1]])


def _change(before: np.ndarray, after: np.ndarray) -> float:
    away = cv2.absdiff(before, after)
    height, width = away.shape
    blocks = max(1, width // _BLOCK), max(1, height // _BLOCK)
    return float(cv2.resize(away.astype(np.float32), blocks, interpolation=cv2.INTER_AREA).max())


def _sample_folder(
    info: VideoInfo, start: float, end: float, size: tuple[int, int]
) -> SampledFrames:
    pictures = list_pictures(info.path)[round(start * info.fps) : round(end * info.fps)]
    places = np.linspace(0, len(pictures) - 1, min(_KEPT, len(pictures))).round().astype(int)
    gathering = _Gathering(1)
    gathering.stretch(read_pictures([pictures[place] for place in places], size))
    return replace(_samples(gathering, Fields()), changes=())


def _samples(gathering: _Gathering, fields: Fields) -> SampledFrames:
    return SampledFrames(
        tuple(gathering.pictures),
        gathering.brightest,
        gathering.darkest,
        tuple(gathering.changes),
        fields,
    )
