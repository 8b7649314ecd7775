import csv
import json

import numpy as np
import pytest

from stickdance.capture.media.images import write_png
from stickdance.capture.media.video import VideoWriter
from stickdance.checkpoints.errors import WeightsAbsent
from stickdance.checkpoints.public import pretrained
from stickdance.synth.quality import frechet, identity
from stickdance.synth.quality.options import CompareOptions
from stickdance.tools import cli
from stickdance.tools.commands.evaluation_verdict import check_weights

PLAIN = ("--metrics", "psnr,ssim")


def run(capsys, *words):
    with pytest.raises(SystemExit) as left:
        cli.main(["evaluate", *map(str, words)])
    printed = capsys.readouterr()
    return left.value.code, printed.out, printed.err


def folder(path, numbers, size=(40, 56)):
    for number in numbers:
        random = np.random.default_rng(number)
        picture = random.integers(0, 256, (*size, 3), np.uint8)
        write_png(path / f"frame_{number}.png", picture)
    return path


@pytest.fixture
def whole(tmp_path):
    return folder(tmp_path / "whole", range(12))


def test_a_rendering_that_lacks_frames_fails_however_good_the_others_are(capsys, whole, tmp_path):
    part = folder(tmp_path / "part", (0, 5))
    for words in ((), ("--fail-under", "psnr=99")):
        status, out, err = run(capsys, whole, part, *PLAIN, *words)
        assert status == 6
        assert out.startswith("2 frames (10 of 12 missing) in ")
        assert "PSNR 100 dB" in out
        assert "--allow-missing" in err
    assert run(capsys, whole, part, *PLAIN, "--allow-missing")[0] == 0


def test_frames_that_the_reference_lacks_fail_too(capsys, whole, tmp_path):
    status, out, _ = run(capsys, folder(tmp_path / "part", (0, 5)), whole, *PLAIN)
    assert status == 6
    assert out.startswith("2 frames (10 that the reference lacks) in ")


def test_a_video_of_one_frame_does_not_pass_for_a_long_one(capsys, tmp_path):
    for name, count in (("long.mp4", 24), ("short.mp4", 1)):
        with VideoWriter(tmp_path / name, (32, 32), 25) as video:
            for _ in range(count):
                video.write(np.full((32, 32, 3), 90, np.uint8))
    status, out, _ = run(capsys, tmp_path / "long.mp4", tmp_path / "short.mp4", *PLAIN)
    assert (status, "1 frame (23 of 24 missing)" in out) == (6, True)


def test_a_name_that_one_of_two_folders_lacks_fails(capsys, tmp_path):
    for side, names in (("real", "abc"), ("fake", "ab")):
        for name in names:
            folder(tmp_path / side / name, range(2))
    words = (tmp_path / "real", tmp_path / "fake", *PLAIN, "-o", tmp_path / "out")
    assert run(capsys, *words)[0] == 6
    assert run(capsys, *words, "--allow-missing")[0] == 0


@pytest.mark.parametrize(
    "words",
    [("--metrics", "lpips"), ("--metrics", "psnr", "--fail-over", "lpips=1"), ("--lpips", "vgg")],
)
def test_lpips_that_is_asked_for_needs_its_weights(capsys, whole, monkeypatch, words):
    def absent(_):
        raise WeightsAbsent("its weights are not here; `stickdance models get` fetches them")

    monkeypatch.setattr(pretrained, "backbone", absent)
    status, out, err = run(capsys, whole, whole, *words)
    if words[1] == "psnr":  # the limit names what is not taken
        assert (status, "no score 'lpips' is taken" in err) == (2, True)
        words = ("--metrics", "psnr,lpips", *words[2:])
        status, out, err = run(capsys, whole, whole, *words)
    assert (status, out, err.count("\n")) == (4, "", 1)
    assert "stickdance models get" in err


def test_a_score_of_some_frames_only_says_so(capsys, tmp_path):
    for side in ("a", "b"):
        folder(tmp_path / side, (0, 1), (170, 180))
        folder(tmp_path / side, (2, 3, 4))
    words = (tmp_path / "a", tmp_path / "b", "--metrics", "ms-ssim", "--fail-under", "ms-ssim=1")
    status, _, err = run(capsys, *words)
    assert status == 0
    assert "MS-SSIM is of fewer frames" in err
    assert "(3 of 5 frames)" in err


def test_what_each_of_many_pairs_lacks_is_in_every_result(capsys, tmp_path):
    for name, numbers in (("a", range(3)), ("b", (0, 2)), ("c", range(3))):
        folder(tmp_path / f"{name}_real", range(3))
        folder(tmp_path / f"{name}_fake", numbers)
    rows = ["reference,rendered", *(f"{name}_real,{name}_fake" for name in "abc")]
    (tmp_path / "pairs.csv").write_text("\n".join(rows))
    words = ("--manifest", tmp_path / "pairs.csv", *PLAIN, "-o", tmp_path / "out", "--json")
    status, out, err = run(capsys, *words)
    warning = "the rendered side lacks 1 frame of the reference (first: frame_1), not scored"
    assert status == 6
    assert f"stickdance: b_fake: {warning}\n" in err
    found = json.loads(out)
    assert found["missing"]["count"] == 1
    assert found["warnings"] == [f"b_fake: {warning}"]
    (told,) = found["pairs"]["with_warnings"]
    assert (told["name"], told["frames"], told["missing"]) == ("b_fake", 2, 1)
    with (tmp_path / "out" / "pairs.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert [row["missing"] for row in table] == ["0", "1", "0"]
    assert [row["warnings"] for row in table] == ["", warning, ""]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert '<th scope="col">missing</th>' in page
    assert f"b_fake: {warning}" in page


def test_all_weights_that_are_absent_are_told_at_once(monkeypatch):
    def absent(*_):
        raise WeightsAbsent("these weights are not here; `models get` fetches them")

    monkeypatch.setattr(identity, "check_weights", absent)
    monkeypatch.setattr(frechet, "check_weights", absent)
    with pytest.raises(
        WeightsAbsent, match=r"^a score .*: these weights .*; besides, these"
    ) as why:
        check_weights(CompareOptions("psnr,csim,fid"), ())
    assert str(why.value).count("these weights") == 2
    check_weights(CompareOptions("psnr"), ())
