"""Pictures in and out: the header is judged before a pixel is unpacked, PNGs appear whole.

A PNG of 140 kB can unpack to 885 MB, so size and format are checked first.

Conventions: uint8 RGB (height, width, 3), or (height, width) where grey is asked for.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import ExifTags, Image, ImageOps

from stickdance.capture.media.ffmpeg import LARGEST_PICTURE, LARGEST_SIDE, check_file
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import whole_file

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")
"""What is read; of a moving GIF or WebP the first frame."""

_ON_ITS_SIDE = 5  # EXIF orientations from which width and height are exchanged
_EIGHT_BIT = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr")
_SIXTEEN_BIT = ("I;16", "I;16B", "I;16L", "I;16N")
_KINDS = {"L": "grey", "1": "grey", "I": "grey", "P": "palette"}
CUT, ON_BLACK = "16 bits a channel cut to 8", "transparency laid on black"


@dataclass(frozen=True)
class ConvertedPicture:
    """A picture as RGB, and what had to be done to it."""

    picture: np.ndarray
    """uint8 RGB (height, width, 3); uint16 where 16 bits were kept."""
    changes: tuple[str, ...]
    """None for 8-bit RGB; else of "grey to RGB", "palette to RGB", `CUT`, `ON_BLACK`, ..."""


def read_picture(path: Path, *, grey: bool = False) -> np.ndarray:
    """Read a picture, turned upright by its EXIF orientation.

    Args:
        path: PNG, JPEG, BMP, GIF, WebP or TIFF with 8 bits a channel.
        grey: give one channel (luma) instead of RGB.

    Returns:
        Writable uint8 array, (height, width, 3) or (height, width). Transparency is laid on black.

    Raises:
        BadInput: missing, a folder, another format, too large, damaged, or more than 8 bits.
    """
    path = Path(path)
    with _opened(path) as image:
        _check_header(path, image)
        upright = _on_black(ImageOps.exif_transpose(image))
        return np.array(upright.convert("L" if grey else "RGB"))


def read_converted(path: Path, *, deep: bool = False) -> ConvertedPicture:
    """Read a picture of any depth as RGB, and tell what was changed for that.

    Grey becomes three equal channels, a palette its colours, transparency is laid on black, and of
    16 bits a channel the upper eight are kept, which gives back exactly what was once 8 bits.

    Args:
        path: as for `read_picture`, or a PNG or TIFF of 16 bits a channel.
        deep: keep 16 bits a channel, as uint16, where the picture has them and stands upright.

    Raises:
        BadInput: what `read_picture` refuses, except for 16 bits a channel.
    """
    path = Path(path)
    with _opened(path) as image:
        _check_header(path, image, (*_EIGHT_BIT, *_SIXTEEN_BIT))
        changes = _changes(image)
        whole = _sixteen_bits(path, image) if deep and CUT in changes else None
        if whole is not None:
            return ConvertedPicture(whole, tuple(what for what in changes if what != CUT))
        if not changes and image.getexif().get(0x0112, 1) == 1:
            return ConvertedPicture(np.array(image), ())
        upright = _on_black(ImageOps.exif_transpose(image))
        if upright.mode in _SIXTEEN_BIT:
            upright = Image.fromarray((np.asarray(upright) >> 8).astype(np.uint8))
        return ConvertedPicture(np.array(upright.convert("RGB")), changes)


def read_picture_size(path: Path, *, upright: bool = False) -> tuple[int, int]:
    """Return (width, height), having read no more than the header.

    Args:
        path: the picture.
        upright: turn it as its EXIF orientation says, as `read_picture` does; else as stored.

    Raises:
        BadInput: what `read_picture` refuses by the header.
    """
    path = Path(path)
    with _opened(path) as image:
        _check_header(path, image)
        width, height = image.size
        turned = upright and _orientation(image) >= _ON_ITS_SIDE
        return (height, width) if turned else (width, height)


def write_png(path: Path, picture: np.ndarray) -> Path:
    """Write a picture as PNG, whole or not at all, and return the path.

    Args:
        path: a name that ends in .png.
        picture: uint8, (height, width, 3) RGB, (height, width, 4) RGBA or (height, width) grey.

    Raises:
        BadInput: another suffix, shape or number type.
        OutputFailed: no space or no permission.
    """
    path = Path(path)
    if path.suffix.lower() != ".png":
        raise BadInput(f"{path}: pictures are written as PNG; give a name that ends in .png")
    channels_known = picture.ndim == 2 or (picture.ndim == 3 and picture.shape[2] in (3, 4))
    if picture.dtype != np.uint8 or not channels_known or not picture.size:
        raise BadInput(
            f"{path}: expected a uint8 picture (height, width[, 3 or 4]), "
            f"found {picture.dtype} {picture.shape}"
        )
    with whole_file(path) as temporary:
        Image.fromarray(np.ascontiguousarray(picture)).save(temporary, format="PNG")
    return path


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    check_file(path, "a picture")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our limit is lower
            with Image.open(path, formats=FORMATS) as image:
                yield image
    except Image.DecompressionBombError:
        raise BadInput(f"{path}: {_limits('is far too large')}") from None
    except Image.UnidentifiedImageError:
        raise BadInput(
            f"{path}: is no picture that can be read, expected {', '.join(FORMATS)}"
        ) from None
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise BadInput(f"{path}: is a damaged picture ({error!s:.120}); copy it again") from None


def _on_black(image: Image.Image) -> Image.Image:
    if not _is_transparent(image):
        return image
    layer = image.convert("RGBA")
    black = Image.new("RGBA", layer.size, (0, 0, 0, 255))
    black.alpha_composite(layer)
    return black


def _is_transparent(image: Image.Image) -> bool:
    return "A" in image.getbands() or "transparency" in image.info


def _changes(image: Image.Image) -> tuple[str, ...]:
    found = [CUT] if _is_deep(image) else []
    kind = image.mode.partition(";")[0].rstrip("A")
    if kind != "RGB":
        found.append(f"{_KINDS.get(kind, kind)} to RGB")
    return (*found, *([ON_BLACK] if _is_transparent(image) else []))


def _is_deep(image: Image.Image) -> bool:
    """Tell whether 16 bits a channel are stored; Pillow unpacks colours as 8, and says only how."""
    return image.mode in _SIXTEEN_BIT or any(
        ";16" in str(part.args) for part in getattr(image, "tile", ())
    )


def _sixteen_bits(path: Path, image: Image.Image) -> np.ndarray | None:
    """Return uint16 RGB (height, width, 3), on black; None where only 8 bits can be had."""
    plain = image.mode in (*_SIXTEEN_BIT, "RGB", "RGBA", "LA")
    if not plain or "transparency" in image.info or image.getexif().get(0x0112, 1) != 1:
        return None
    image.load()  # finds damage, which OpenCV may pass over
    data = np.frombuffer(path.read_bytes(), np.uint8)
    stored = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    if stored is None or stored.dtype != np.uint16:
        return None
    if stored.ndim == 2:
        return np.repeat(stored[..., None], 3, axis=2)
    colours = np.ascontiguousarray(stored[..., 2::-1])
    if stored.shape[2] == 3:
        return colours
    return np.rint(colours * (stored[..., 3:] / 65535)).astype(np.uint16)


def _check_header(path: Path, image: Image.Image, modes: tuple[str, ...] = _EIGHT_BIT) -> None:
    width, height = image.size
    if max(width, height) > LARGEST_SIDE or width * height > LARGEST_PICTURE:
        raise BadInput(f"{path}: {_limits(f'has {width}x{height} pixels')}")
    if image.mode not in modes:
        raise BadInput(
            f"{path}: has pixels of kind {image.mode}, expected 8 bits a channel; convert it"
        )


def _orientation(image: Image.Image) -> int:
    if image.format == "PNG" and "exif" not in image.info:
        return 1  # looking on would unpack the whole picture
    return int(image.getexif().get(ExifTags.Base.Orientation, 1))


def _limits(found: str) -> str:
    return (
        f"{found}, at most {LARGEST_SIDE} a side and {LARGEST_PICTURE // 1_000_000} megapixels "
        "are read; scale it down"
    )
