"""A folder of pictures as footage: in natural order, all of one size, one picture a frame.

Pictures have no times of their own, so the frame rate asked for is the rate that they are shown at.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from stickdance.capture.keypoint_files.numbering import natural_order
from stickdance.capture.media.framing import Framing
from stickdance.capture.media.images import read_picture, read_picture_size
from stickdance.capture.media.treatment import UNTREATED, Treatment
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import sha256
from stickdance.checkpoints.reading import check_name

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff")
"""What counts as a picture; a GIF is a video."""

_BESIDE = (".json", ".txt", ".csv", ".npz", ".npy", ".md", ".yaml", ".yml", ".xml", ".db", ".ini")
_NAMED = 3  # files that a message lists


def list_pictures(folder: Path) -> tuple[Path, ...]:
    """Return the pictures of a folder in natural order: 2 before 10.

    Hidden files and notes (JSON, text, NPZ, ...) may lie beside them.

    Raises:
        BadInput: no picture there, or videos or other files among them.
    """
    try:
        files = [file for file in folder.iterdir() if not file.name.startswith(".")]
    except OSError as error:
        raise BadInput(f"{folder}: cannot be read ({error.strerror})") from None
    pictures = [file for file in files if file.suffix.lower() in SUFFIXES]
    for file in pictures:
        check_name(file.name)
    kept = set(pictures)
    others = sorted(
        file.name for file in files if file not in kept and file.suffix.lower() not in _BESIDE
    )
    if others:
        named = ", ".join(others[:_NAMED]) + (", ..." if others[_NAMED:] else "")
        raise BadInput(
            f"{folder}: is a folder with other things than pictures ({named}); expected a video "
            "file, or a folder of pictures alone"
        )
    if not pictures:
        raise BadInput(
            f"{folder}: is a folder without pictures; expected a video file, or a folder of "
            f"pictures ({', '.join(SUFFIXES)})"
        )
    return tuple(sorted(pictures, key=lambda file: natural_order(file.name)))


def common_size(pictures: Sequence[Path]) -> tuple[int, int]:
    """Return the (width, height) that all pictures have, turned upright; reads headers only.

    Raises:
        BadInput: a picture has another size than the first, or cannot be read.
    """
    size = read_picture_size(pictures[0], upright=True)
    for picture in pictures[1:]:
        found = read_picture_size(picture, upright=True)
        if found != size:
            raise BadInput(
                f"{picture}: is {found[0]}x{found[1]}, {pictures[0].name} is "
                f"{size[0]}x{size[1]}; expected pictures of one size"
            )
    return size


def read_pictures(
    pictures: Sequence[Path],
    size: tuple[int, int] | None = None,
    grey: bool = False,
    treatment: Treatment = UNTREATED,
) -> Iterator[np.ndarray]:
    """Yield pictures one by one: uint8 RGB (height, width, 3), or grey (height, width).

    Args:
        pictures: in the order wanted.
        size: (width, height) to scale to, by area averaging where it shrinks; None: as they are.
        grey: give one channel.
        treatment: what is done to them before they are scaled.
    """
    for path in pictures:
        picture = treatment.turned_and_cropped(read_picture(path))
        if grey:
            picture = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        framed = picture if size is None else Framing(size).picture(picture)
        yield treatment.painted(framed)


def folder_digest(folder: Path) -> str:
    """Return a SHA-256 over names and contents of a folder's pictures, in order."""
    digest = hashlib.sha256()
    for picture in list_pictures(folder):
        digest.update(f"{picture.name}\0{sha256(picture)}\n".encode())
    return digest.hexdigest()
