import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from stickdance.capture.media import decoding
from stickdance.capture.media.ffmpeg import Ffmpeg, program
from stickdance.capture.media.video import VideoWriter, probe, read_frames
from stickdance.checkpoints.errors import BadInput

COLOURS = [
    (200, 30, 40),
    (20, 180, 60),
    (30, 50, 210),
    (230, 230, 230),
    (15, 15, 15),
    (220, 180, 90),
]


def ffmpeg(*arguments: object) -> None:
    command = [program(), "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def moving(
    to: Path, *, seconds: float = 2, rate: str = "25", codec: tuple = (), size="96x64"
) -> Path:
    codec = codec or ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    ffmpeg("-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}", *codec, to)
    return to


def patches(size: tuple[int, int] = (96, 64)) -> np.ndarray:
    picture = np.zeros((size[1], size[0], 3), np.uint8)
    for place, colour in enumerate(COLOURS):
        x, y = place % 3 * size[0] // 3, place // 3 * size[1] // 2
        picture[y : y + size[1] // 2, x : x + size[0] // 3] = colour
    return picture


def corners(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape[:2]
    return picture[[height // 4, 3 * height // 4]][:, [width // 4, 3 * width // 4]].astype(int)


def middles(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape[:2]
    rows, columns = [height // 4, 3 * height // 4], [width // 6, width // 2, 5 * width // 6]
    return np.array([picture[y, x] for y in rows for x in columns], int)


def steps(to: Path, frames: int = 50, fps: float = 25) -> Path:
    """Frame k is a grey of 4 * k + 20."""
    with VideoWriter(to, (64, 64), fps) as writer:
        for k in range(frames):
            writer.write(np.full((64, 64, 3), 4 * k + 20, np.uint8))
    return to


def test_probing_tells_size_rate_length_and_codec(tmp_path: Path) -> None:
    info = probe(moving(tmp_path / "a.mp4", seconds=2, rate="30000/1001"))
    assert (info.size, info.frames, info.codec) == ((96, 64), 60, "h264")
    assert info.fps == pytest.approx(30000 / 1001, rel=1e-9)
    assert info.seconds == pytest.approx(2, abs=0.01)
    assert (info.rotation, info.has_sound) == (0, False)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp4", ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none")),
        ("a.webm", ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8")),
        ("a.mkv", ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p")),
        ("a.avi", ("-c:v", "mpeg4")),
        ("a.gif", ("-c:v", "gif")),
        ("a.ts", ("-c:v", "mpeg2video")),
        ("a.mov", ("-c:v", "mjpeg", "-pix_fmt", "yuvj420p")),
    ],
)
def test_every_common_codec_gives_every_frame(tmp_path: Path, name: str, codec: tuple) -> None:
    path = moving(tmp_path / name, codec=codec)
    frames = list(read_frames(path))
    assert len(frames) == probe(path).frames == 50
    assert all(frame.shape == (64, 96, 3) and frame.dtype == np.uint8 for frame in frames)
    reference = next(read_frames(moving(tmp_path / "reference.mp4")))
    assert np.abs(frames[0].astype(int) - reference).mean() < 16  # a GIF has 256 colours


@pytest.mark.parametrize("matrix", ["bt709", "smpte170m"])
@pytest.mark.parametrize("levels", ["tv", "pc"])
def test_colours_follow_the_matrix_and_range_that_the_file_names(
    tmp_path: Path, matrix: str, levels: str
) -> None:
    raw, path = tmp_path / "a.rgb", tmp_path / "a.mp4"
    raw.write_bytes(patches().tobytes() * 3)
    convert = (
        f"scale=out_color_matrix={matrix}:out_range={levels}:flags=accurate_rnd,format=yuv444p"
    )
    tag = f"setparams=colorspace={matrix}:range={levels}"
    ffmpeg(
        *("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "96x64", "-r", 5, "-i", raw),
        *("-vf", f"{convert},{tag}", "-c:v", "libx264", "-crf", 4, path),
    )
    assert np.abs(middles(next(read_frames(path))) - COLOURS).max() <= 3


@pytest.mark.parametrize("curve", ["arib-std-b67", "smpte2084"])
def test_hdr_of_phones_gets_its_usual_colours(tmp_path: Path, curve: str) -> None:
    raw, path = tmp_path / "a.rgb", tmp_path / "a.mp4"
    raw.write_bytes(patches((192, 128)).tobytes() * 4)
    bright = (
        "format=gbrp,setparams=color_trc=bt709:color_primaries=bt709:colorspace=gbr:range=pc,"
        "zscale=t=linear:npl=203,format=gbrpf32le,"
        f"zscale=p=bt2020:t={curve}:m=bt2020nc:r=tv:npl=203,format=yuv420p10le"
    )
    tags = ("-color_primaries", "bt2020", "-color_trc", curve, "-colorspace", "bt2020nc")
    ffmpeg(
        *("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "192x128", "-r", 5, "-i", raw),
        *("-vf", bright, "-c:v", "libx265", "-x265-params", "log-level=none", "-crf", 6, *tags),
        path,
    )
    assert probe(path).high_range
    frames = list(read_frames(path))
    assert len(frames) == 4
    assert np.abs(middles(frames[0]) - COLOURS).max() <= 6
    assert np.abs(middles(next(read_frames(path, size=(96, 64)))) - COLOURS).max() <= 6
    assert next(read_frames(path, grey=True)).shape == (128, 192)


def test_pictures_agree_with_opencvs_decoder(shared_data: Path) -> None:
    path = shared_data / "footage" / "dancer_indoor.mp4"
    capture = cv2.VideoCapture(str(path))
    for _, ours in zip(range(5), read_frames(path), strict=False):
        theirs = cv2.cvtColor(capture.read()[1], cv2.COLOR_BGR2RGB)
        assert np.abs(ours.astype(int) - theirs).mean() < 2.5


@pytest.mark.parametrize(("anticlockwise", "clockwise"), [(90, 270), (180, 180), (270, 90)])
def test_rotation_is_applied_and_the_size_is_that_shown(
    tmp_path: Path, anticlockwise: int, clockwise: int
) -> None:
    flat, turned = tmp_path / "flat.mp4", tmp_path / "turned.mp4"
    with VideoWriter(flat, (96, 64), 5) as writer:
        for _ in range(5):
            writer.write(patches())
    ffmpeg("-display_rotation", anticlockwise, "-i", flat, "-c", "copy", turned)
    info, frame = probe(turned), next(read_frames(turned))
    expected = np.rot90(patches(), anticlockwise // 90)
    assert info.rotation == clockwise
    assert info.size == (expected.shape[1], expected.shape[0])
    assert np.abs(corners(frame) - corners(expected)).max() <= 4


def test_oblong_pixels_are_squared(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    moving(path, codec=("-vf", "setsar=4/3", "-c:v", "libx264", "-preset", "ultrafast"))
    assert probe(path).size == (128, 64)
    assert next(read_frames(path)).shape == (64, 128, 3)


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_a_variable_frame_rate_becomes_constant_and_keeps_time(tmp_path: Path, suffix: str) -> None:
    even, uneven = steps(tmp_path / "even.mp4"), tmp_path / f"uneven.{suffix}"
    keep = "select='not(between(n,10,19))*not(eq(mod(n,7),3))'"
    ffmpeg("-i", even, "-vf", keep, "-fps_mode", "vfr", "-c:v", "libx264", "-crf", 10, uneven)
    kept = [k for k in range(50) if not 10 <= k <= 19 and k % 7 != 3]
    shown = [(int(frame.mean()) - 20) / 4 for frame in read_frames(uneven, fps=25)]
    expected = [max(k for k in kept if k <= frame) for frame in range(50)]
    assert len(shown) == 50
    assert np.abs(np.array(shown) - expected).max() < 1


def test_a_part_is_the_same_as_the_part_of_the_whole(tmp_path: Path) -> None:
    path = moving(tmp_path / "a.mp4", seconds=3, rate="30000/1001")
    whole = list(read_frames(path))
    part = list(read_frames(path, start_seconds=20 * 1001 / 30000, end_seconds=45 * 1001 / 30000))
    assert len(part) == 25
    assert all((ours == theirs).all() for ours, theirs in zip(part, whole[20:45], strict=True))


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "avi", "ts"])
@pytest.mark.parametrize("fps", [None, 16.0])
def test_a_late_start_is_as_exact_as_decoding_from_the_beginning(
    tmp_path: Path, suffix: str, fps: float | None
) -> None:
    uneven = ("-vf", "select='not(eq(mod(n,7),3))'", "-fps_mode", "vfr", "-g", "40")
    codec = ("-c:v", "mpeg4") if suffix == "avi" else (*uneven, "-c:v", "libx264")
    path = moving(tmp_path / f"a.{suffix}", seconds=14, codec=codec)
    rate = fps or probe(path).fps
    whole = list(read_frames(path, fps=fps))
    first, stop = round(12.3 * rate), round(13.1 * rate)
    part = list(read_frames(path, fps=fps, start_seconds=12.3, end_seconds=13.1))
    assert len(part) == stop - first
    assert all((ours == theirs).all() for ours, theirs in zip(part, whole[first:stop], strict=True))


@pytest.mark.parametrize("start", [0.0, 11.2])
def test_single_frames_are_those_of_the_whole(tmp_path: Path, start: float) -> None:
    path = moving(tmp_path / "a.mp4", seconds=13)
    part = list(read_frames(path, start_seconds=start))
    few = list(read_frames(path, start_seconds=start, only=[0, 7, 8, 31], size=(96, 64)))
    assert len(few) == 4
    assert all((few[k] == part[number]).all() for k, number in enumerate((0, 7, 8, 31)))
    assert list(read_frames(path, only=[])) == []


def test_another_rate_covers_the_same_seconds(tmp_path: Path) -> None:
    path = moving(tmp_path / "a.mp4", seconds=2, rate="30")
    assert len(list(read_frames(path, fps=25))) == 50
    assert len(list(read_frames(path, fps=60))) == 120


def test_scaling_averages_areas_and_grey_is_one_channel(tmp_path: Path) -> None:
    path = moving(tmp_path / "a.mp4")
    whole, small = (next(read_frames(path, size=size, grey=True)) for size in (None, (48, 32)))
    assert whole.shape == (64, 96)
    averaged = cv2.resize(whole, (48, 32), interpolation=cv2.INTER_AREA).astype(int)
    assert np.abs(small - averaged).max() <= 1
    colour = next(read_frames(path))
    assert np.abs(whole.astype(int) - cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY)).mean() < 2
    large = next(read_frames(path, size=(144, 96)))
    assert (large == cv2.resize(colour, (144, 96), interpolation=cv2.INTER_CUBIC)).all()


def test_scaled_colours_agree_with_averaged_pictures(shared_data: Path) -> None:
    path = shared_data / "footage" / "dancer_indoor.mp4"
    small = next(read_frames(path, size=(320, 512))).astype(int)
    averaged = cv2.resize(next(read_frames(path)), (320, 512), interpolation=cv2.INTER_AREA)
    assert 10 * np.log10(255**2 / ((small - averaged) ** 2).mean()) > 54  # decibels


@pytest.mark.parametrize("size", ["97x63", "35x101"])
@pytest.mark.parametrize(
    "codec",
    [("-c:v", "ffv1"), ("-c:v", "libx264", "-pix_fmt", "yuv444p"), ("-c:v", "libvpx-vp9")],
    ids=["ffv1", "h264", "vp9"],
)
def test_odd_sizes_are_kept(tmp_path: Path, size: str, codec: tuple) -> None:
    width, height = (int(side) for side in size.split("x"))
    crop = ("-vf", f"format=yuv444p,crop={width}:{height}:exact=1", *codec)
    path = moving(tmp_path / "a.mkv", seconds=0.2, size="160x120", codec=crop)
    assert probe(path).size == (width, height)
    frames = list(read_frames(path))
    assert [frame.shape for frame in frames] == [(height, width, 3)] * 5
    small = next(read_frames(path, size=(24, 20)))
    assert small.shape == (20, 24, 3)


@pytest.fixture(scope="module")
def broadcasts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Broadcasts whose pictures change their size after 25 of 50 frames."""
    folder = tmp_path_factory.mktemp("broadcasts")

    def part(name: str, size: str, offset: int) -> bytes:
        codec = ("-vf", f"scale={size.replace('x', ':')}:flags=area", "-c:v", "libx264")
        offsets = ("-preset", "ultrafast", "-output_ts_offset", str(offset))
        return moving(
            folder / name, seconds=1, size="320x240", codec=(*codec, *offsets)
        ).read_bytes()

    first = part("first.ts", "320x240", 0)
    files = {}
    for name, size in (("same shape", "160x120"), ("other shape", "120x160")):
        files[name] = folder / f"{name}.ts"
        files[name].write_bytes(first + part("second.ts", size, 1))
    return files


def test_pictures_that_change_their_size_keep_the_first_one(broadcasts: dict[str, Path]) -> None:
    path = broadcasts["same shape"]
    frames = list(read_frames(path))
    assert [frame.shape for frame in frames] == [(240, 320, 3)] * probe(path).frames
    assert probe(path).frames in (49, 50)
    late = list(read_frames(path, start_seconds=30 / 25, end_seconds=40 / 25))
    assert all((ours == theirs).all() for ours, theirs in zip(late, frames[30:40], strict=True))
    before, after = (cv2.resize(frames[k], (8, 6), interpolation=cv2.INTER_AREA) for k in (3, 28))
    assert np.abs(before.astype(int) - after).mean() < 10  # three frames into each part


def test_pictures_that_change_their_shape_are_refused(broadcasts: dict[str, Path]) -> None:
    with pytest.raises(BadInput, match=r"pictures change from 320x240 to 120x160 on the way"):
        list(read_frames(broadcasts["other shape"]))


def test_interlaced_pictures_lose_their_combs(tmp_path: Path) -> None:
    sweep = "geq=lum='if(lt(mod(X-6*N,96),24),235,16)':cb=128:cr=128,interlace"
    codec = ("-vf", sweep, "-c:v", "mpeg2video", "-q:v", "2", "-flags", "+ilme+ildct")
    path = moving(tmp_path / "a.ts", seconds=1, rate="50", size="192x96", codec=codec)
    info = probe(path)
    assert info.interlaced
    frames = np.stack(list(read_frames(path, grey=True))).astype(int)
    raw = next(
        decoding.decode(
            replace(info, interlaced=False), Fraction(25), 8, 9, None, decoding.LAYOUTS["grey"]
        )
    )

    def comb(picture: np.ndarray) -> float:
        return float(np.abs(np.diff(picture.astype(int), axis=0)).mean())

    assert len(frames) == 25
    assert comb(frames[8]) < 0.25 * comb(raw)


def test_frames_are_writable_and_do_not_share_memory(tmp_path: Path) -> None:
    first, second, *_ = read_frames(moving(tmp_path / "a.mp4"))
    kept = second.copy()
    first[:] = 0
    assert (second == kept).all()


def test_closing_early_ends_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Ffmpeg] = []

    class Recorded(Ffmpeg):
        def __init__(self, *arguments, **options) -> None:
            super().__init__(*arguments, **options)
            started.append(self)

    path = moving(tmp_path / "a.mp4", seconds=20, size="640x480")
    monkeypatch.setattr(decoding, "Ffmpeg", Recorded)
    frames = read_frames(path)
    next(frames)
    assert started[0]._process.poll() is None
    frames.close()
    assert started[0]._process.poll() is not None


def test_a_song_with_a_cover_is_no_video(tmp_path: Path) -> None:
    cover = tmp_path / "cover.png"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:d=1", "-frames:v", 1, cover)
    sine, song = ("-f", "lavfi", "-i", "sine=d=2"), tmp_path / "song.mp3"
    ffmpeg(*sine, "-i", cover, "-map", 0, "-map", 1, "-c:v", "copy", song)
    with pytest.raises(BadInput, match="only sound"):
        probe(song)


@pytest.fixture(scope="module")
def bad_inputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, str]]:
    folder = tmp_path_factory.mktemp("bad_videos")
    (folder / "text.mp4").write_text("hello, this is text\n" * 50)
    (folder / "empty.mp4").touch()
    playlist = (
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n"
    )
    (folder / "playlist.mp4").write_text(playlist)
    (folder / "playlist.m3u8").write_text(playlist)
    (folder / "list.mp4").write_text("ffconcat version 1.0\nfile whole.mp4\n")
    codec = ("-c:v", "libx264", "-g", "10", "-crf", "1")
    whole = moving(folder / "whole.mp4", seconds=4, codec=codec).read_bytes()
    (folder / "tail_lost.mp4").write_bytes(whole[: len(whole) // 2])
    ffmpeg("-i", folder / "whole.mp4", "-c", "copy", "-movflags", "+faststart", folder / "fast.mp4")
    fast = (folder / "fast.mp4").read_bytes()
    (folder / "half.mp4").write_bytes(fast[: len(fast) // 2])
    moving(folder / "whole.avi", seconds=4, codec=("-c:v", "mpeg4"))
    avi = (folder / "whole.avi").read_bytes()
    (folder / "half.avi").write_bytes(avi[: len(avi) // 2])
    ffmpeg("-i", folder / "whole.mp4", "-c", "copy", folder / "whole.mkv")
    mkv = (folder / "whole.mkv").read_bytes()
    (folder / "half.mkv").write_bytes(mkv[: len(mkv) // 2])
    ffmpeg("-i", folder / "whole.mp4", "-frames:v", 1, folder / "picture.png")
    return {
        "missing": (folder / "missing.mp4", "no such file"),
        "folder": (folder, "is a folder"),
        "device": (Path("/dev/zero"), "not a regular file"),
        "text": (folder / "text.mp4", "no media file"),
        "empty": (folder / "empty.mp4", "is empty"),
        "disguised playlist": (folder / "playlist.mp4", "no media file"),
        "playlist": (folder / "playlist.m3u8", "is a playlist"),
        "concat list": (folder / "list.mp4", "is a playlist"),
        "protocol": (Path("concat:a.mp4|b.mp4"), "no such file"),
        "address": (Path("http://localhost/a.mp4"), "no such file"),
        "picture": (folder / "picture.png", "playlist, picture or other format"),
        "no index": (folder / "tail_lost.mp4", "moov atom not found"),
        "half an mp4": (folder / "half.mp4", r"cut short: \d+ of about (9[89]|10[012]) frames"),
        "half an avi": (folder / "half.avi", "cut short"),
        "half an mkv": (folder / "half.mkv", r"cut short: \d+ of about (9[89]|10[012]) frames"),
    }


@pytest.mark.parametrize(
    "case",
    [
        *("missing", "folder", "device", "text", "empty", "disguised playlist", "playlist"),
        *("concat list", "protocol", "address", "picture", "no index", "half an mp4"),
        *("half an avi", "half an mkv"),
    ],
)
def test_bad_input_is_refused_in_one_line(
    bad_inputs: dict[str, tuple[Path, str]], case: str
) -> None:
    path, reason = bad_inputs[case]
    with pytest.raises(BadInput, match=reason) as caught:
        read_frames(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_frames_too_large_and_videos_too_long_are_refused_by_the_header(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = moving(tmp_path / "wide.mkv", seconds=0.1, size="8400x64", codec=("-c:v", "ffv1"))
    with pytest.raises(BadInput, match="8400x64, at most 8192 pixels a side"):
        probe(wide)
    monkeypatch.setattr("stickdance.capture.media.ffmpeg.LONGEST", 1.0)
    with pytest.raises(BadInput, match="at most"):
        probe(moving(tmp_path / "long.mp4", seconds=2))


def test_frames_that_fail_to_decode_are_counted_and_reported(tmp_path: Path) -> None:
    codec = ("-c:v", "mjpeg", "-pix_fmt", "yuvj420p")
    path = moving(tmp_path / "a.mp4", seconds=4, codec=codec)
    data = bytearray(path.read_bytes())
    index = data.index(b"moov")
    data[index // 2 : index - 4] = bytes(index - 4 - index // 2)
    path.write_bytes(data)
    assert probe(path).frames == 100
    with pytest.raises(BadInput, match=r"only \d+ of about 100 frames could be decoded"):
        list(read_frames(path))


@pytest.mark.parametrize(
    ("name", "size", "frames"),
    [
        ("dancer_indoor.mp4", (692, 1108), 150),
        ("squats.mp4", (720, 1280), 65),
        ("lunges.mp4", (576, 576), 120),
        ("treadmill.mp4", (720, 720), 90),
        ("outdoor_walk_vp9.mp4", (1768, 994), 230),
        ("three_people.avi", (384, 288), 393),
        ("moving_camera.mp4", (1920, 1080), 219),
    ],
)
def test_real_footage_is_read_whole(
    shared_data: Path, name: str, size: tuple[int, int], frames: int
) -> None:
    info = probe(shared_data / "footage" / name)
    assert (info.size, info.frames) == (size, frames)
    small = (64, 64)
    assert sum(1 for _ in read_frames(shared_data / "footage" / name, size=small)) == frames


def _film60(path: Path, *options: str) -> Path:
    source = ("-f", "lavfi", "-i", "testsrc2=s=64x48:r=60:d=4")
    coded = ("-c:v", "libx264", "-g", "30", *options)
    subprocess.run([program(), "-v", "error", *source, *coded, str(path)], check=True)
    return path


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts"])
def test_a_cut_without_new_encoding_keeps_its_frame_rate(tmp_path: Path, suffix: str) -> None:
    whole, cut = _film60(tmp_path / "a.mp4"), tmp_path / f"cut.{suffix}"
    part = ("-ss", "0.7", "-i", str(whole), "-t", "1.1", "-c", "copy")
    subprocess.run([program(), "-v", "error", *part, str(cut)], check=True)
    info = probe(cut)
    assert info.fps == pytest.approx(60, rel=1e-4)
    assert info.uneven < 0.1


def test_a_varying_frame_rate_is_told(tmp_path: Path) -> None:
    holes = ("-vf", r"select=not(eq(mod(n\,7)\,3)+eq(mod(n\,11)\,4)+eq(mod(n\,5)\,2))")
    info = probe(_film60(tmp_path / "a.mp4", *holes, "-fps_mode", "vfr"))
    assert 0.3 < info.uneven < 1
    assert 30 < info.fps < 55
    assert probe(_film60(tmp_path / "b.mp4")).uneven == 0
