import struct
from fractions import Fraction
from pathlib import Path

import pytest

from stickdance.capture.media import ffmpeg
from stickdance.capture.media.ffmpeg import Ffmpeg, check_file, exact_rate, input_arguments, program
from stickdance.checkpoints.errors import BadInput, MissingDependency


def test_rates_are_exact_fractions() -> None:
    assert exact_rate(30000 / 1001) == Fraction(30000, 1001)
    assert exact_rate(16) == 16
    assert exact_rate(12.5) == Fraction(25, 2)
    for wrong in (0, -1, float("nan"), 1e9):
        with pytest.raises(BadInput, match="frame rate"):
            exact_rate(wrong)


def test_names_never_become_options_or_protocols() -> None:
    arguments = input_arguments(Path("-y"))
    assert arguments[-2:] == ["-i", "file:-y"]
    assert arguments[arguments.index("-protocol_whitelist") + 1] == "file,pipe"
    assert "hls" not in arguments[arguments.index("-format_whitelist") + 1]
    assert "concat" not in arguments[arguments.index("-format_whitelist") + 1]


def test_what_goes_in_comes_out_and_a_good_run_ends_with_zero() -> None:
    copy = ["-f", "data", "-i", "pipe:0", "-map", "0", "-c", "copy", "-f", "data", "pipe:1"]
    with Ffmpeg(copy, feeds=True, answers=True) as process:
        process.feed(b"seven bytes"[:7])
        process._process.stdin.close()
        buffer = bytearray(20)
        assert process.fill(buffer) == 7
        assert buffer[:7] == b"seven b"
        assert process.finish() == 0


def test_a_failure_is_told_in_one_line_without_addresses() -> None:
    with Ffmpeg(["-i", "file:/nowhere/a.mp4", "-f", "null", "-"]) as process:
        assert process.finish() != 0
        assert "No such file or directory" in process.complaint
        assert "\n" not in process.complaint
        assert "@ 0x" not in process.complaint


def test_leaving_the_block_ends_the_process() -> None:
    endless = ["-re", "-f", "lavfi", "-i", "testsrc=s=64x64", "-f", "null", "-"]
    with pytest.raises(KeyboardInterrupt), Ffmpeg(endless) as process:
        assert process._process.poll() is None
        raise KeyboardInterrupt
    assert process._process.returncode is not None


def test_an_absent_ffmpeg_is_said_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> str:
        raise RuntimeError("No ffmpeg exe could be found")

    monkeypatch.setattr(ffmpeg.imageio_ffmpeg, "get_ffmpeg_exe", absent)
    program.cache_clear()
    try:
        with pytest.raises(MissingDependency, match="pip install"):
            program()
    finally:
        program.cache_clear()


def test_a_riff_file_shorter_than_it_says_is_refused(tmp_path: Path) -> None:
    def riff(announced: int) -> Path:
        path = tmp_path / f"{announced}.wav"
        path.write_bytes(b"RIFF" + struct.pack("<I", announced) + b"WAVE" + bytes(88))
        return path

    check_file(riff(92), "a song")
    check_file(riff(0), "a song")  # a stream that did not know its length
    check_file(riff(0xFFFFFFFF), "a song")
    with pytest.raises(BadInput, match="100 of the 508 bytes"):
        check_file(riff(500), "a song")
