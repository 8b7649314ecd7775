from pathlib import Path

import pytest

from stickdance.capture.media import streams
from stickdance.capture.media.colour_tags import ColourTags, colour_tags
from stickdance.capture.media.streams import Picture, Tone

BT709 = ColourTags("yuv420p", "limited", "bt709", "bt709", "bt709")
PHONE = """\
  Duration: 00:01:02.53, start: 0.000000, bitrate: 17 kb/s
  Stream #0:0[0x1](und): Video: hevc (Main) (hvc1 / 0x31637668), yuv420p(tv, bt709), 1920x1080, 29.9
  fps
    Metadata:
      handler_name    : Core Media Video
    Side data:
      {side} rotation of {degrees} degrees
  Stream #0:1[0x2](und): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, mono, fltp, 96 kb/s
  (default)
""".splitlines()


def phone(side: str, degrees: str) -> list[str]:
    return [line.format(side=side, degrees=degrees) for line in PHONE]


@pytest.mark.parametrize("side", ["displaymatrix:", "Display Matrix:"])
@pytest.mark.parametrize(
    ("degrees", "clockwise", "size"),
    [
        ("-90.00", 90, (1080, 1920)),
        ("90.00", 270, (1080, 1920)),
        ("-180.00", 180, (1920, 1080)),
        ("-0.00", 0, (1920, 1080)),
    ],
)
def test_rotation_is_told_clockwise_by_any_version_of_ffmpeg(
    side: str, degrees: str, clockwise: int, size: tuple[int, int]
) -> None:
    assert streams._picture(phone(side, degrees)) == Picture("hevc", size, clockwise, colours=BT709)


def test_length_and_sound_are_found() -> None:
    lines = phone("displaymatrix:", "0.00")
    assert streams._duration(lines) == pytest.approx(62.53)
    assert streams._tone(lines) == Tone("aac", 44_100, "mono")
    assert streams._duration(["  Duration: N/A, bitrate: N/A"]) is None


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ("720x576 [SAR 16:15 DAR 4:3], 25 fps", (768, 576)),
        ("1440x1080 [SAR 1:1 DAR 4:3], SAR 4:3 DAR 16:9, 25 fps", (1920, 1080)),
        ("640x480 [SAR 0:1 DAR 0:1], 25 fps", (640, 480)),
        ("640x480, 25 fps", (640, 480)),
    ],
)
def test_pixels_that_are_not_square_widen_the_picture(shape: str, size: tuple[int, int]) -> None:
    line = f"  Stream #0:0: Video: h264 (High), yuv420p(tv, bt709), {shape}, 25 tbr"
    assert streams._picture([line]) == Picture("h264", size, 0, colours=BT709)


@pytest.mark.parametrize(
    ("words", "tags", "depth"),
    [
        ("yuv420p", ColourTags("yuv420p"), 8),
        ("yuvj420p(pc, bt470bg/unknown/unknown)", ColourTags("yuvj420p", "full", "bt470bg"), 8),
        (
            "yuv420p10le(tv, bt2020nc/bt2020/smpte2084, progressive)",
            ColourTags("yuv420p10le", "limited", "bt2020nc", "bt2020", "smpte2084"),
            10,
        ),
        ("p010le(pc)", ColourTags("p010le", "full"), 10),
        ("yuv444p12le(progressive)", ColourTags("yuv444p12le"), 12),
    ],
)
def test_colours_are_read_as_the_header_tells(words: str, tags: ColourTags, depth: int) -> None:
    line = f"  Stream #0:0: Video: hevc (Main 10) (hvc1 / 0x31), {words}, 640x480, 25 fps"
    assert colour_tags(line) == tags
    assert tags.depth == depth


def test_a_cover_is_no_moving_picture() -> None:
    line = "  Stream #0:1: Video: mjpeg (Baseline), yuvj420p(pc), 720x720, 90k tbr (attached pic)"
    assert streams._picture([line]) is None


def test_packets_are_counted_without_decoding(shared_data: Path) -> None:
    packets = streams.scan_packets(shared_data / "footage" / "treadmill.mp4")
    assert packets.frames == 90
    assert packets.first == 0
    assert packets.last == pytest.approx(89 * 1001 / 24000, abs=1e-3)
    assert not packets.cut
