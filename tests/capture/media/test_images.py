import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stickdance.capture.media.images import (
    CUT,
    ON_BLACK,
    read_converted,
    read_picture,
    read_picture_size,
    write_png,
)
from stickdance.checkpoints.errors import BadInput, OutputFailed


def picture(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (20, 30, 3), np.uint8)


def png_of(width: int, height: int, data: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("shape", [(20, 30, 3), (20, 30), (20, 30, 4)])
def test_a_png_comes_back_bit_by_bit(tmp_path: Path, shape: tuple) -> None:
    original = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    if len(shape) == 3 and shape[2] == 4:
        original[..., 3] = 255
    path = write_png(tmp_path / "new" / "a.png", original)
    back = read_picture(path, grey=len(shape) == 2)
    assert (back == original[..., :3] if len(shape) == 3 else back == original).all()
    assert back.flags.writeable
    assert read_picture_size(path) == (30, 20)


@pytest.mark.parametrize("suffix", ["png", "bmp", "gif", "webp", "tiff", "jpg"])
def test_common_formats_are_read(tmp_path: Path, suffix: str) -> None:
    flat = np.full((20, 30, 3), (200, 60, 90), np.uint8)
    Image.fromarray(flat).save(tmp_path / f"a.{suffix}")
    assert np.abs(read_picture(tmp_path / f"a.{suffix}").astype(int) - flat).max() <= 4


def test_a_photo_is_turned_upright(tmp_path: Path) -> None:
    image = Image.fromarray(picture())
    orientation = Image.Exif()
    orientation[0x0112] = 6  # to be turned by 90 degrees clockwise
    image.save(tmp_path / "a.png", exif=orientation)
    assert (read_picture(tmp_path / "a.png") == np.rot90(picture(), -1)).all()


def test_transparency_is_laid_on_black(tmp_path: Path) -> None:
    glass = np.full((4, 4, 4), 200, np.uint8)
    glass[..., 3] = 0
    Image.fromarray(glass).save(tmp_path / "a.png")
    assert (read_picture(tmp_path / "a.png") == 0).all()


@pytest.mark.parametrize(
    ("size", "reason"),
    [
        ((8193, 10), "8193x10 pixels, at most 8192 a side"),
        ((8000, 8000), "at most 8192 a side and 50 megapixels"),
        ((60_000, 60_000), "at most 8192 a side and 50 megapixels"),
    ],
)
def test_a_picture_bomb_is_refused_by_its_header(
    tmp_path: Path, size: tuple[int, int], reason: str
) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_of(*size, zlib.compress(bytes(1000))))
    for read in (read_picture, read_picture_size):
        with pytest.raises(BadInput, match=reason) as caught:
            read(path)
        assert "\n" not in str(caught.value)


def test_what_is_no_whole_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("not a picture" * 20)
    (tmp_path / "empty.png").touch()
    (tmp_path / "icon.ico").write_bytes(b"\0\0\1\0\1\0" + bytes(100))
    whole = write_png(tmp_path / "whole.png", picture()).read_bytes()
    (tmp_path / "half.png").write_bytes(whole[: len(whole) // 2])
    Image.fromarray(np.zeros((4, 4), np.uint16)).save(tmp_path / "deep.png")
    cases = {
        tmp_path / "missing.png": "no such file",
        tmp_path: "is a folder",
        tmp_path / "text.png": "no picture that can be read",
        tmp_path / "empty.png": "is empty",
        tmp_path / "icon.ico": "no picture that can be read",
        tmp_path / "half.png": "damaged",
        tmp_path / "deep.png": "8 bits a channel",
    }
    for path, reason in cases.items():
        with pytest.raises(BadInput, match=reason) as caught:
            read_picture(path)
        assert str(path) in str(caught.value)


def test_only_pictures_are_written_and_only_as_png(tmp_path: Path) -> None:
    for wrong in (picture().astype(np.float32), np.zeros((2, 2, 2), np.uint8), np.zeros((0, 3, 3))):
        with pytest.raises(BadInput, match="expected a uint8 picture"):
            write_png(tmp_path / "a.png", wrong)
    with pytest.raises(BadInput, match=r"ends in \.png"):
        write_png(tmp_path / "a.jpg", picture())
    with pytest.raises(OutputFailed):
        write_png(write_png(tmp_path / "a.png", picture()) / "b.png", picture())
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]


def test_real_pictures_are_read(shared_data: Path) -> None:
    assert read_picture(shared_data / "images" / "yoga.jpg").shape[2] == 3
    goldhill = read_picture(shared_data / "metrics" / "goldhill.gif", grey=True)
    assert goldhill.ndim == 2
    assert read_picture(shared_data / "metrics" / "I01.BMP").shape == (384, 512, 3)


def test_pictures_of_other_kinds_become_rgb_and_it_is_told(tmp_path: Path) -> None:
    import cv2

    eight = picture()
    deep = eight.astype(np.uint16) * 257
    Image.fromarray(eight).save(tmp_path / "rgb.png")
    Image.fromarray(eight[..., 0]).save(tmp_path / "grey.png")
    Image.fromarray(eight).quantize(16).save(tmp_path / "palette.png")
    Image.fromarray(np.dstack([eight, eight[..., 0]])).save(tmp_path / "alpha.png")
    Image.fromarray(deep[..., 0]).save(tmp_path / "deep_grey.png")
    assert cv2.imwrite(str(tmp_path / "deep.png"), deep[..., ::-1])
    found = {path.stem: read_converted(path) for path in tmp_path.iterdir()}
    assert {name: one.changes for name, one in found.items()} == {
        "rgb": (),
        "grey": ("grey to RGB",),
        "palette": ("palette to RGB",),
        "alpha": (ON_BLACK,),
        "deep_grey": (CUT, "grey to RGB"),
        "deep": (CUT,),
    }
    grey = np.repeat(eight[..., :1], 3, axis=2)
    assert (found["rgb"].picture == eight).all()
    assert (found["deep"].picture == eight).all()
    assert (found["grey"].picture == grey).all()
    assert (found["deep_grey"].picture == grey).all()
    assert np.abs(found["alpha"].picture - eight * (eight[..., :1] / 255.0)).max() <= 1
    assert len(np.unique(found["palette"].picture.reshape(-1, 3), axis=0)) <= 16


def test_sixteen_bits_are_kept_where_they_are_wanted(tmp_path: Path) -> None:
    import cv2

    deep = np.random.default_rng(0).integers(0, 65536, (6, 7, 4), np.uint16)
    shapes = {"rgb": deep[..., :3], "grey": deep[..., 0], "alpha": deep}
    for name, values in shapes.items():
        stored = values if values.ndim == 2 else values[..., [2, 1, 0, *range(3, values.shape[2])]]
        for suffix in ("png", "tif"):
            assert cv2.imwrite(str(tmp_path / f"{name}.{suffix}"), stored)
    expected = {
        "rgb": deep[..., :3],
        "grey": np.repeat(deep[..., :1], 3, axis=2),
        "alpha": np.rint(deep[..., :3] * (deep[..., 3:] / 65535)),
    }
    changes = {"rgb": (), "grey": ("grey to RGB",), "alpha": (ON_BLACK,)}
    for path in tmp_path.iterdir():
        found = read_converted(path, deep=True)
        assert found.picture.dtype == np.uint16
        assert (found.picture == expected[path.stem]).all()
        assert found.changes == changes[path.stem]
        assert read_converted(path).changes == (CUT, *changes[path.stem])
    whole = (tmp_path / "rgb.png").read_bytes()
    (tmp_path / "half.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadInput, match="damaged"):
        read_converted(tmp_path / "half.png", deep=True)


def test_kinds_that_cannot_be_compared_are_refused_by_name(tmp_path: Path) -> None:
    Image.fromarray(np.zeros((4, 4), np.float32)).save(tmp_path / "float.tiff")
    with pytest.raises(BadInput, match=r"float\.tiff: has pixels of kind F"):
        read_converted(tmp_path / "float.tiff")
