"""What is said about sides that differ as a whole: a table of inputs with the words they get."""

import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from stickdance.capture.media.ffmpeg import program
from stickdance.capture.media.images import write_png
from stickdance.checkpoints.errors import BadInput
from stickdance.synth.quality.compare import compare
from stickdance.synth.quality.mismatch.colours import find_colour_error
from stickdance.synth.quality.mismatch.small_pictures import SmallPictures
from stickdance.synth.quality.options import CompareOptions

PLAIN = CompareOptions(metrics="psnr,ssim")
ROOM = cv2.resize(
    np.random.default_rng(5).integers(30, 226, (7, 10, 3), np.uint8), (160, 90)
)  # of soft colours, different in every channel


def scene(time: float) -> np.ndarray:
    """A disc that wanders through a room: uint8 RGB (90, 160, 3)."""
    picture = ROOM.copy()
    at = 80 + 40 * np.sin(0.31 * time) + 6 * np.sin(1.1 * time), 45 + 18 * np.cos(0.43 * time)
    cv2.circle(picture, (int(16 * at[0]), int(16 * at[1])), 16 * 12, (235, 90, 20), -1, 16, 4)
    return picture


def film(begin: float = 0, count: int = 40, step: float = 1, noise: float = 2) -> np.ndarray:
    random = np.random.default_rng(int(begin) + 50)
    frames = np.stack([scene(begin + step * number) for number in range(count)])
    return np.clip(frames + random.normal(0, noise, frames.shape), 0, 255).astype(np.uint8)


@pytest.fixture
def said(tmp_path):
    """Give a function that compares two arrays of frames and returns the warnings and facts."""

    def run(real: np.ndarray, rendered: np.ndarray, options: CompareOptions = PLAIN):
        for name, frames in (("real", real), ("rendered", rendered)):
            np.savez(tmp_path / f"{name}.npz", frames=frames)
        found = compare(tmp_path / "real.npz", tmp_path / "rendered.npz", options)
        return found["warnings"], found

    return run


@pytest.mark.parametrize("frames", [-12, -7, -2, -1, 1, 2, 5, 12])
def test_a_lag_is_told_with_the_score_that_alignment_would_give(said, frames):
    warnings, found = said(film(20), film(20 - frames))
    assert found["mismatch"]["offset"] == frames
    word = "lags by" if frames > 0 else "runs ahead by"
    count = "1 frame" if abs(frames) == 1 else f"{abs(frames)} frames"
    assert warnings[0].startswith(f"the rendered side {word} {count}; aligned (--align {frames}) ")
    aligned = said(film(20), film(20 - frames), CompareOptions("psnr,ssim", align=str(frames)))[1]
    assert f"PSNR {aligned['psnr']:.4g} instead of {found['psnr']:.4g}" in warnings[0]
    assert aligned["frames"] == 40 - abs(frames)


@pytest.mark.parametrize(
    ("real", "rendered"),
    [
        (film(3), film(3)),
        (film(3), film(3, noise=12)),
        (film(0, step=0), film(1, step=0, noise=4)),
        (film(0, count=1), film(1, count=1)),
        (film(0), film(300)),
    ],
    ids=["the same but for noise", "much noise", "still", "one frame", "unrelated"],
)
def test_nothing_is_claimed_of_equal_still_or_unrelated_films(said, real, rendered):
    warnings, found = said(real, rendered)
    assert (found["mismatch"]["offset"], found["mismatch"]["rate"]) == (None, None)
    assert not any("frame" in line for line in warnings)


def test_identical_sides_get_no_warning(said):
    assert said(film(0), film(0))[0] == []


@pytest.mark.parametrize(("step", "rate"), [(0.5, "2"), (2, "1/2"), (25 / 30, "6/5")])
def test_another_rate_is_told(said, step, rate):
    warnings, found = said(film(0), film(0, step=step))
    assert found["mismatch"]["rate"] == rate
    assert warnings[0].startswith("the rendered side runs at another rate")


def test_align_off_does_not_look(said):
    assert said(film(20), film(19), CompareOptions("psnr", align="off"))[0] == []


LUMA = {"601": np.array([0.299, 0.587, 0.114]), "709": np.array([0.2126, 0.7152, 0.0722])}


def through(frames, encoded: str, decoded: str):
    """Colours that were encoded by one matrix and decoded by another, written out."""
    red, _, blue = LUMA[encoded]
    y = frames @ LUMA[encoded]
    u, v = (frames[..., 2] - y) / (1 - blue), (frames[..., 0] - y) / (1 - red)
    red, green, blue = LUMA[decoded]
    r, b = y + v * (1 - red), y + u * (1 - blue)
    rgb = np.stack([r, (y - red * r - blue * b) / green, b], axis=-1)
    return np.clip(np.rint(rgb), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("change", "name", "words"),
    [
        (lambda x: np.rint(x * (219 / 255) + 16), "limited as full", "black at 16"),
        (lambda x: ((x - 16.0) * 255 / 219).clip(0, 255), "full as limited", "255/219"),
        (lambda x: through(x, "601", "709"), "BT.601 as BT.709", "BT.601 that were read as"),
        (lambda x: through(x, "709", "601"), "BT.709 as BT.601", "BT.709 that were read as"),
        (lambda x: x[..., ::-1], "red and blue exchanged", "red and blue"),
        (lambda x: np.repeat(x @ LUMA["601"], 3).reshape(x.shape), "grey", "no colours"),
        (lambda x: x * 0.9 + 12, "gain and offset", "0.90 times the reference +12 levels"),
    ],
)
def test_a_colour_error_is_called_by_its_name(said, change, name, words):
    warnings, found = said(film(0), change(film(0)).astype(np.uint8))
    assert found["mismatch"]["colours"] == name
    assert words in warnings[0]
    late = said(film(1), change(film(0)).astype(np.uint8))[1]  # and a lag hides it not
    assert late["mismatch"]["colours"] == name


def test_a_worse_picture_has_no_other_colours(said):
    blurred = np.stack([cv2.GaussianBlur(frame, (0, 0), 3) for frame in film(0)])
    assert said(film(0), blurred)[0] == []


def bars(frames):
    out = np.zeros_like(frames)
    out[:, 12:78] = [cv2.resize(frame, (160, 66), interpolation=cv2.INTER_AREA) for frame in frames]
    return out


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (bars, "black bars (12 rows at the top and 12 at the bottom)"),
        (lambda x: np.roll(x, 5, axis=2), "shifted by +5 px across and +0 px down"),
        (
            lambda x: np.stack([cv2.resize(frame[9:81, 16:144], (160, 90)) for frame in x]),
            "shows columns 16 to 144 and rows 9 to 81 of the reference's 160x90",
        ),
    ],
    ids=["letterbox", "shift", "crop"],
)
def test_bars_shifts_and_crops_are_told(said, change, words):
    assert words in said(film(0), change(film(0)))[0][0]


@pytest.mark.parametrize(
    ("size", "words"),
    [((80, 45), "the same shape, scaled by 0.5"), ((120, 90), "another shape (4:3 instead of")],
)
def test_another_size_is_told_with_its_shape(said, size, words):
    other = np.stack([cv2.resize(frame, size) for frame in film(0)])
    with pytest.raises(BadInput, match=r"expected 160x90 as in .*; --resize scales it") as refused:
        said(film(0), other)
    assert words in str(refused.value)
    warnings, found = said(film(0), other, CompareOptions("psnr", resize=True))
    assert (found["frames"], words in warnings[0]) == (40, True)


def encoded(path: Path, frames: np.ndarray, *arguments: str) -> Path:
    command = [program(), "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "160x90"]
    command += ["-r", "25", "-i", "pipe:0", *arguments, "-y", str(path)]
    subprocess.run(command, input=frames.tobytes(), check=True)
    return path


H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "4")
TV = ("-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,setparams=colorspace=bt709")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((*H264, *TV[:1], f"{TV[1]}:range=pc"), "says limited range, the rendered side full range"),
        (
            (*H264, *TV[:1], f"{TV[1]}:color_trc=smpte2084:color_primaries=bt2020"),
            "the reference is SDR, the rendered side HDR (PQ)",
        ),
        (
            (*H264, *TV[:1], f"{TV[1]}:color_trc=arib-std-b67:color_primaries=bt2020"),
            "the reference is SDR, the rendered side HDR (HLG)",
        ),
        ((*H264, "-vf", f"{TV[1]}".replace("420p", "420p10le")), "8 bits a channel, the rendered"),
        (
            (*H264, "-vf", "scale=out_color_matrix=bt601,format=yuv420p"),
            "matrix BT.709, the rendered side BT.601",
        ),
    ],
    ids=["range", "PQ", "HLG", "10 bit", "matrix"],
)
def test_headers_that_disagree_are_told(tmp_path, arguments, words):
    real = encoded(tmp_path / "real.mp4", film(0, 8), *H264, *TV)
    rendered = encoded(tmp_path / "rendered.mp4", film(0, 8), *arguments)
    warnings = compare(real, rendered, PLAIN)["warnings"]
    assert any(words in line for line in warnings)
    assert not any(words in line for line in compare(real, real, PLAIN)["warnings"])


def test_ten_bits_are_compared_as_ten(tmp_path):
    kept = ("-c:v", "ffv1", "-vf", "format=gbrp10le")
    random = np.random.default_rng(0)
    deep = random.integers(0, 1024, (3, 90, 160, 3), np.uint16)
    other = np.clip(deep + random.integers(-2, 3, deep.shape), 0, 1023).astype(np.uint16)
    sides = []
    for name, frames in (("a", deep), ("b", other)):
        planes = frames.transpose(0, 3, 1, 2)[:, [1, 2, 0]]
        command = [program(), "-v", "error", "-f", "rawvideo", "-pix_fmt", "gbrp10le", "-s"]
        command += ["160x90", "-i", "pipe:0", *kept[:2], "-y", str(tmp_path / f"{name}.mkv")]
        subprocess.run(command, input=np.ascontiguousarray(planes).tobytes(), check=True)
        sides.append(tmp_path / f"{name}.mkv")
    error = np.square((deep.astype(float) - other) / 1023).mean(axis=(1, 2, 3))
    expected = (-10 * np.log10(error)).mean()
    assert compare(*sides, PLAIN)["psnr"] == pytest.approx(expected, abs=1e-2)
    rounded = compare(*sides, CompareOptions("psnr", depth="8"))
    assert abs(rounded["psnr"] - expected) > 0.5
    assert "10 and 10 bits a channel were rounded to 8 (--depth 8)" in rounded["warnings"]


PICTURES = {
    "CMYK": (lambda picture: picture.convert("CMYK"), "tif", "CMYK to RGB"),
    "alpha": (lambda picture: picture.convert("RGBA"), "png", "transparency laid on black"),
    "grey": (lambda picture: picture.convert("L"), "png", "grey to RGB"),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_pictures_of_another_kind_are_scored_and_named(tmp_path, kind):
    change, suffix, words = PICTURES[kind]
    write_png(tmp_path / "a" / "0.png", scene(0))
    (tmp_path / "b").mkdir()
    change(Image.fromarray(scene(0))).save(tmp_path / "b" / f"0.{suffix}")
    found = compare(tmp_path / "a", tmp_path / "b", PLAIN)
    assert list(found["converted"]) == [words]


def test_an_unreadable_picture_among_many_is_named_and_the_others_scored(tmp_path):
    for side in "ab":
        (tmp_path / side).mkdir()
        for number in range(200):
            Image.new("RGB", (16, 12), (number,) * 3).save(tmp_path / side / f"{number}.png")
    (tmp_path / "b" / "123.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    found = compare(tmp_path / "a", tmp_path / "b", PLAIN)
    assert (found["frames"], found["unreadable"]["count"]) == (199, 1)
    assert "123.png" in found["warnings"][-1]


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        (np.full((3, 40, 60, 3), np.nan, np.float32), "float32"),
        (np.zeros((3, 3, 40, 60), np.uint8), r"\(3, 3, 40, 60\)"),
        (np.zeros((0, 40, 60, 3), np.uint8), "no frames"),
    ],
    ids=["NaN", "channels first", "none"],
)
def test_arrays_that_are_no_frames_are_refused_in_one_line(said, frames, words):
    with pytest.raises(BadInput, match=words) as refused:
        said(film(0, 3), frames)
    assert "\n" not in str(refused.value)


def test_names_are_matched_by_their_numbers(tmp_path):
    for number in range(3):
        write_png(tmp_path / "a" / f"frame_{number}.png", scene(number))
        write_png(tmp_path / "b" / f"frame_{number:04}.png", scene(number))
    found = compare(tmp_path / "a", tmp_path / "b", PLAIN)
    assert (found["frames"], found["identical"]) == (3, 3)
    write_png(tmp_path / "b" / "frame_1.png", scene(1))  # beside frame_0001: names are names now
    found = compare(tmp_path / "a", tmp_path / "b", PLAIN)
    assert (found["frames"], found["missing"]["count"], found["extra"]["count"]) == (1, 2, 3)


def test_little_colour_is_not_none_and_noise_is_no_contrast():
    chance = np.random.default_rng(0)
    real = cv2.resize(chance.integers(0, 256, (9, 16, 3), np.uint8), (160, 90))
    pale = real.mean(axis=-1, keepdims=True) * 0.65 + real * 0.35
    noise = chance.integers(0, 256, real.shape)

    def named(rendered):
        small = SmallPictures()
        small.add((0, 0), None, (real, rendered.astype(np.uint8)))
        found = find_colour_error(small.samples)
        return None if found is None else found[0]

    assert named(np.repeat(real.mean(axis=-1, keepdims=True), 3, axis=-1)) == "grey"
    assert named(pale) != "grey"
    assert named(noise) is None
