"""What one side of a comparison can be: a video, a folder of pictures, one picture, or an NPZ.

Frames come with a name and, where the side has a clock, a time. Pictures are read when they are
asked for, in whatever thread asks; the frames of a video and of an NPZ come in order.
"""

import hashlib
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import islice, repeat
from pathlib import Path
from typing import Literal

from stickdance.capture.media.colour_tags import ColourTags
from stickdance.capture.media.ffmpeg import exact_rate
from stickdance.capture.media.images import ConvertedPicture, read_converted
from stickdance.capture.media.prefetch import prefetched
from stickdance.capture.media.video import probe, read_frames
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import sha256
from stickdance.synth.compute.array_types import Bytes, Levels
from stickdance.synth.quality.depths import levels_of_bits
from stickdance.synth.quality.npz_frames import npz_frames, npz_shape

PICTURES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"}
"""How the names of pictures end."""
VIDEOS = {".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi", ".mpg", ".mpeg", ".ts", ".flv", ".asf"}
"""How the names of videos end, where a folder is searched for them."""
_EIGHT = 8  # bits a channel
_AHEAD = 2  # frames of a video that are decoded before they are asked for

Kind = Literal["video", "folder", "picture", "npz"]


@dataclass(frozen=True)
class Reading:
    """What is read of the frames of a video; of all else RGB at its own depth."""

    rgb: bool = True
    luma: bool = False
    """The luma as it is stored, in its own range."""
    deep: bool = False
    """More than 8 bits a channel, where the video has more."""


RGB = Reading()


@dataclass(frozen=True)
class Frame:
    """One frame of a side."""

    name: str
    """The picture's name without suffix, or "frame N"."""
    number: int
    """Its place in its side, from 0."""
    seconds: Fraction | None
    """When it is shown; None where the side has no clock."""
    read: Callable[[], ConvertedPicture]
    """Gives the pixels, at the depth that they have; raises BadInput where they cannot be read.
    The stored luma alone (height, width) where a `Reading` wants no more."""
    luma: Levels | None = None
    """The stored luma beside RGB, where a `Reading` wants both."""


@dataclass(frozen=True)
class Side:
    """One side of a comparison, nothing of it decoded yet."""

    path: Path
    kind: Kind
    count: int
    """Frames, for a video as good as its header tells."""
    fps: float | None = None
    """Of a video."""
    size: tuple[int, int] | None = None
    """(width, height) of a video, as shown."""
    colours: ColourTags | None = None
    """What the header of a video says."""
    files: tuple[Path, ...] = ()
    """The pictures in the order of their names, numbers counted (frame_2 before frame_10)."""

    @staticmethod
    def open(path: Path) -> "Side":
        """Look at a path from outside.

        Raises:
            BadInput: nothing is there, or nothing that can be compared.
        """
        path = Path(path)
        if path.is_dir():
            files = _pictures_of(path)
            return Side(path, "folder", len(files), files=files)
        if not path.exists():
            raise BadInput(
                f"{path}: no such file, expected a video, a folder of pictures or an NPZ"
            )
        if path.suffix.lower() == ".npz":
            return Side(path, "npz", npz_shape(path)[0])
        if path.suffix.lower() in PICTURES - {".gif"}:
            return Side(path, "picture", 1, files=(path,))
        info = probe(path)
        return Side(path, "video", info.frames, info.fps, info.size, info.colours)

    def frames(self, reading: Reading = RGB) -> Generator[Frame, None, None]:
        """Yield the frames in order; closing the generator ends what decodes them."""
        if self.kind in ("folder", "picture"):
            for number, file in enumerate(self.files):
                yield Frame(file.stem, number, None, partial(read_converted, file, deep=True))
            return
        rate = None if self.fps is None else exact_rate(self.fps)
        with ExitStack() as streams:
            is_video = self.kind == "video"
            lumas: Iterator[Levels | None] = repeat(None)
            alone = is_video and not reading.rgb
            stored = self._lumas if alone else partial(self._pictures, reading)
            pictures: Iterator[Levels] = streams.enter_context(closing(stored()))
            if is_video and reading.luma and reading.rgb:
                lumas = streams.enter_context(closing(self._lumas()))
            for number, (picture, luma) in enumerate(zip(pictures, lumas, strict=False)):
                seconds = None if rate is None else number / rate
                whole = ConvertedPicture(picture, ())
                yield Frame(f"frame {number}", number, seconds, partial(_same, whole), luma)

    def _pictures(self, reading: Reading) -> Generator[Levels, None, None]:
        if self.kind == "npz":
            return prefetched(npz_frames(self.path), _AHEAD)
        deep = reading.deep and self.colours is not None and self.colours.depth > _EIGHT
        return prefetched(read_frames(self.path, kept="rgb16" if deep else "rgb"), _AHEAD)

    def _lumas(self) -> Generator[Levels, None, None]:
        depth = _EIGHT if self.colours is None else self.colours.depth
        with closing(prefetched(read_frames(self.path, kept="luma"), _AHEAD)) as stored:
            for luma in stored:
                yield luma if depth == _EIGHT else levels_of_bits(luma, depth)

    def picture_at(self, number: int) -> Bytes:
        """Return one frame by its number: uint8 RGB (height, width, 3).

        Raises:
            BadInput: it cannot be read, or there is none of that number.
        """
        if self.files:
            return read_converted(self.files[number]).picture
        if self.fps is None:
            frames: Iterator[Bytes] = islice(npz_frames(self.path), number, number + 1)
        else:
            rate = exact_rate(self.fps)
            start, end = float(number / rate), float((number + 1) / rate)
            frames = read_frames(self.path, start_seconds=start, end_seconds=end)
        picture = next(iter(frames), None)
        if picture is None:
            raise BadInput(f"{self.path}: has no frame {number}")
        return picture

    def digest(self) -> str:
        """Return a SHA-256 of all that is read of this side: names and bytes."""
        if not self.files:
            return sha256(self.path)
        total = hashlib.sha256()
        for file in self.files:
            total.update(f"{file.name}\0{sha256(file)}\0".encode("utf-8", "surrogateescape"))
        return total.hexdigest()


def counted(name: str) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts numbers in names by their value."""
    return tuple(
        (int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)
    )


def pictures_in(folder: Path) -> list[Path]:
    """Return the pictures that lie in a folder, hidden ones left out, in the order of names.

    Raises:
        BadInput: the folder cannot be read.
    """
    try:
        found = [
            path
            for path in folder.iterdir()
            if path.suffix.lower() in PICTURES and not path.name.startswith(".")
        ]
    except OSError as error:
        raise BadInput(f"{folder}: cannot be read ({error.strerror})") from None
    return sorted(found, key=lambda path: (counted(path.stem), path.name))


def _pictures_of(folder: Path) -> tuple[Path, ...]:
    files = pictures_in(folder)
    if not files:
        raise BadInput(f"{folder}: holds no pictures, expected {', '.join(sorted(PICTURES))}")
    by_name: dict[str, Path] = {}
    for path in files:
        if path.stem in by_name:
            raise BadInput(
                f"{folder}: {by_name[path.stem].name} and {path.name} share a name, "
                "expected one picture for each frame"
            )
        by_name[path.stem] = path
    return tuple(files)


def _same(picture: ConvertedPicture) -> ConvertedPicture:
    return picture
