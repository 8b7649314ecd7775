"""Scores by ffmpeg's filters, and our own on stored luma, beside what ffmpeg itself prints."""

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from stickdance.capture.media.ffmpeg import program
from stickdance.capture.media.video import read_frames
from stickdance.checkpoints.errors import MissingDependency
from stickdance.synth.quality import ffmpeg_scores as module
from stickdance.synth.quality.compare import compare
from stickdance.synth.quality.options import CompareOptions

SOURCE = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=0.48")


def encoded(path: Path, *arguments: str) -> Path:
    subprocess.run([program(), "-v", "error", *SOURCE, *arguments, "-y", str(path)], check=True)
    return path


@pytest.fixture(scope="module")
def films(tmp_path_factory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("films")
    kind = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-crf")
    return encoded(folder / "real.mp4", *kind, "4"), encoded(folder / "bad.mp4", *kind, "36")


def printed(films, graph: str) -> str:
    command = [program(), "-hide_banner", "-i", str(films[1]), "-i", str(films[0])]
    done = subprocess.run([*command, "-lavfi", graph, "-f", "null", "-"], capture_output=True)
    return done.stderr.decode()


def test_ffmpegs_own_averages_are_given(films):
    found = compare(*films, CompareOptions("ffmpeg,psnr_y"))
    told = printed(films, "psnr;[0:V][1:V]ssim")
    average = float(re.search(r"PSNR .*average:([\d.]+)", told)[1])
    assert found["psnr_ffmpeg_of_mean_mse"] == pytest.approx(average, abs=1e-3)
    assert found["ssim_ffmpeg"] == pytest.approx(
        float(re.search(r"All:([\d.]+)", told)[1]), abs=1e-5
    )
    assert found["frames"] == 12


def test_our_psnr_of_stored_luma_is_ffmpegs(films):
    found = compare(*films, CompareOptions("y"))
    errors = 255**2 / 10 ** (np.array([*_psnr_y(films)]) / 10)
    told = float(re.search(r"PSNR y:([\d.]+)", printed(films, "psnr"))[1])
    assert 10 * np.log10(255**2 / errors.mean()) == pytest.approx(told, abs=1e-3)
    assert 0 < found["ssim_y"] < 1
    assert 0 < found["ms_ssim_y"] < 1


def _psnr_y(films):
    pairs = zip(*(read_frames(film, kept="luma") for film in films), strict=True)
    for real, rendered in pairs:
        yield 10 * np.log10(255**2 / np.square(real.astype(float) - rendered).mean())


def test_vmaf_xpsnr_and_cambi_are_those_of_ffmpeg(films):
    if {"libvmaf", "xpsnr"} - module.filters():
        pytest.skip("this ffmpeg has no libvmaf")
    found = compare(*films, CompareOptions("vmaf,xpsnr,cambi"))
    told = printed(films, "libvmaf")
    frames = printed(films, "xpsnr,metadata=print")
    assert found["vmaf"] == pytest.approx(
        float(re.search(r"VMAF score: ([\d.]+)", told)[1]), abs=1e-4
    )
    lines = [float(text) for text in re.findall(r"xpsnr.xpsnr.y=([\d.]+)", frames)]
    assert found["xpsnr"] == pytest.approx(np.mean(lines), abs=1e-4)
    assert found["statistics"]["cambi"]["count"] == 12


def test_an_offset_moves_what_ffmpeg_compares(films):
    plain = compare(films[0], films[0], CompareOptions("psnr_ffmpeg"))
    moved = compare(films[0], films[0], CompareOptions("psnr_ffmpeg,psnr_y", align="-2"))
    assert plain["psnr_ffmpeg"] == 100
    assert moved["frames"] == moved["statistics"]["psnr_ffmpeg"]["count"] == 10
    assert moved["psnr_ffmpeg"] < 40


def test_what_is_no_video_has_no_such_score(tmp_path, films):
    frames = np.stack(list(read_frames(films[0])))
    np.savez(tmp_path / "real.npz", frames=frames)
    found = compare(tmp_path / "real.npz", films[1], CompareOptions("psnr,vmaf,psnr_y"))
    assert found["vmaf"] is None
    assert found["reasons"]["vmaf"] == "needs two videos"
    assert found["reasons"]["psnr_y"] == "needs two videos, which store luma"


def test_an_ffmpeg_without_the_filter_is_told_with_the_remedy(monkeypatch, films):
    monkeypatch.setattr(module, "filters", lambda: frozenset({"psnr", "ssim"}))
    with pytest.raises(MissingDependency, match=r"vmaf: .*built without libvmaf; run `pip install"):
        compare(*films, CompareOptions("vmaf"))


def test_luma_is_all_that_is_read_where_no_more_is_asked_for(films, monkeypatch):
    from stickdance.synth.quality import sides

    kinds = []
    read = sides.read_frames

    def watched(path, **words):
        kinds.append(words)
        return read(path, **words)

    monkeypatch.setattr(sides, "read_frames", watched)
    compare(*films, CompareOptions("y,vmaf"))
    assert kinds == [{"kept": "luma"}] * 2
