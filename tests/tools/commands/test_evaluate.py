import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from stickdance.capture.media.images import write_png
from stickdance.tools import cli

PLAIN = ("--metrics", "psnr,ssim")


def run(capsys, *words):
    with pytest.raises(SystemExit) as left:
        cli.main(["evaluate", *map(str, words)])
    printed = capsys.readouterr()
    return left.value.code, printed.out, printed.err


def pictures(folder: Path, seed: int, count: int = 6, size=(40, 56)) -> Path:
    real = np.random.default_rng(7).integers(30, 220, (*size, 3), np.uint8)
    random = np.random.default_rng(seed)
    for number in range(count):
        noise = random.integers(-seed * number - 1, seed * number + 2, real.shape)
        picture = np.clip(real + noise, 0, 255).astype(np.uint8)
        write_png(folder / f"frame_{number}.png", picture)
    return folder


@pytest.fixture
def sides(tmp_path):
    return pictures(tmp_path / "real ü", 1), pictures(tmp_path / "rendered", 5)


@pytest.fixture
def manifest(tmp_path):
    rows = [("reference", "rendered", "name")]
    for number in range(4):
        for side, seed in (("real", 1), ("fake", 2 + number)):
            pictures(tmp_path / f"{side}{number}", seed, 2)
        rows.append((f"real{number}", f"fake{number}", f"pair {number}"))
    with (tmp_path / "pairs.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return tmp_path / "pairs.csv"


def test_one_line_for_people_and_one_object_for_programs(capsys, sides):
    status, out, _ = run(capsys, *sides, *PLAIN)
    assert status == 0
    assert out.startswith("6 frames in ")
    assert out.count("\n") == 1
    status, out, _ = run(capsys, *sides, *PLAIN, "--json")
    found = json.loads(out)
    assert found["frames"] == 6
    assert found["psnr"] == pytest.approx(found["statistics"]["psnr"]["mean"])


def test_a_folder_of_results_holds_every_frame_and_opens_anywhere(capsys, sides, tmp_path):
    status, out, _ = run(capsys, *sides, *PLAIN, "-o", tmp_path / "out", "--json")
    assert status == 0
    found = json.loads(out)
    with (tmp_path / "out" / "frames.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    import pyarrow.parquet as parquet

    table = parquet.read_table(tmp_path / "out" / "frames.parquet")
    assert [row["frame"] for row in rows] == [f"frame_{n}" for n in range(6)]
    assert [float(row["psnr"]) for row in rows] == table["psnr"].to_pylist()
    assert found["psnr"] == pytest.approx(np.mean(table["psnr"].to_pylist()))
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["statistics"]["psnr"]["worst"][0]["frame"] == "frame_5"
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "rendered against real ü" in page
    assert page.count("data:image/jpeg;base64,") == 4 * 5
    assert "http" not in page.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_limits_set_the_exit_status(capsys, sides):
    assert run(capsys, *sides, *PLAIN, "--fail-under", "psnr=10,ssim=0.1")[0] == 0
    status, out, err = run(
        capsys, *sides, *PLAIN, "--fail-under", "psnr=10", "--fail-under", "ssim=0.99"
    )
    assert status == 6
    assert out.startswith("6 frames")
    assert "ssim_gaussian is 0." in err
    assert run(capsys, *sides, *PLAIN, "--fail-over", "mse=1")[0] == 6
    assert run(capsys, *sides, *PLAIN, "--fail-under", "mse=1")[0] == 2


def test_a_frame_that_cannot_be_read_is_named_and_sets_the_exit_status(capsys, sides):
    (sides[1] / "frame_2.png").write_bytes(b"no picture")
    status, out, err = run(capsys, *sides, *PLAIN, "--fail-under", "psnr=99")
    assert status == 3
    assert out.startswith("5 frames")
    assert "frame_2.png: is no picture" in err


def test_a_frame_of_another_size_sets_the_exit_status_unless_it_is_scaled(capsys, sides):
    write_png(sides[1] / "frame_2.png", np.zeros((20, 28, 3), np.uint8))
    status, _, err = run(capsys, *sides, *PLAIN)
    assert status == 3
    assert "frame_2 is 28x20, expected 56x40" in err
    assert run(capsys, *sides, *PLAIN, "--resize")[0] == 0


def test_small_pictures_say_which_score_they_cannot_have(capsys, sides):
    status, out, err = run(capsys, *sides, "--metrics", "ms-ssim,psnr", "--json")
    assert status == 3
    assert "MS-SSIM was asked for and has no value: needs sides of at least 161 px" in err
    assert run(capsys, *sides, "--lpips", "none")[0] == 0
    found = json.loads(out)
    assert found["reasons"] == {
        "ms_ssim": "needs sides of at least 161 px, found width 56 and height 40"
    }
    assert found["psnr"] is not None


def test_many_pairs_are_scored_and_one_that_fails_is_named(capsys, manifest, tmp_path):
    (tmp_path / "fake2" / "frame_0.png").write_bytes(b"no picture")
    (tmp_path / "fake2" / "frame_1.png").unlink()
    status, out, err = run(capsys, "--manifest", manifest, *PLAIN, "-o", tmp_path / "out", "--json")
    assert status == 3
    found = json.loads(out)
    assert found["pairs"]["scored"] == 3
    assert found["pairs"]["failed"][0]["name"] == "pair 2"
    assert "pair 2: " in err
    assert str(tmp_path) not in json.dumps(found["pairs"])
    with (tmp_path / "out" / "pairs.csv").open(encoding="utf-8") as file:
        assert [row["name"] for row in csv.DictReader(file)] == ["pair 0", "pair 1", "pair 3"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "4 comparisons" in page


def test_a_dry_run_tells_and_does_nothing(capsys, manifest, tmp_path):
    words = ("--manifest", manifest, *PLAIN, "-o", tmp_path / "out")
    status, out, _ = run(capsys, *words, "--dry-run", "--json")
    assert (status, json.loads(out)["to_score"]) == (0, 4)
    assert not (tmp_path / "out").exists()
    assert run(capsys, *words)[0] == 0
    assert json.loads(run(capsys, *words, "--dry-run", "--json")[1])["finished"] == 4


@pytest.mark.parametrize(
    ("words", "status", "reason"),
    [
        ((), 2, "needs a reference and a rendering"),
        (("REAL",), 2, "needs a reference and a rendering"),
        (("REAL", "FAKE", "--manifest", "PAIRS"), 2, "either --manifest or"),
        (("--manifest", "PAIRS"), 2, "name one with -o FOLDER"),
        (("--manifest", "PAIRS", "-o", "OUT", "--take", "REAL"), 2, "belong to one reference"),
        (("REAL", "FAKE", "--metrics", "visqol"), 2, "'visqol' is no score"),
        (("REAL", "FAKE", "--align", "late"), 2, "--align 'late': expected auto, off or a number"),
        (("REAL", "absent", "--lpips", "none"), 3, "absent: no such file"),
        (("--manifest", "absent.csv", "-o", "OUT"), 3, "absent.csv"),
    ],
)
def test_words_that_do_not_fit_are_refused(capsys, manifest, tmp_path, words, status, reason):
    places = {"REAL": "real0", "FAKE": "fake0", "PAIRS": "pairs.csv", "OUT": "out"}
    words = [str(tmp_path / places[word]) if word in places else word for word in words]
    found, _, err = run(capsys, *words)
    assert (found, err.count("\n")) == (status, 1)
    assert reason in err


def test_a_killed_run_goes_on_to_the_same_bytes(capsys, tmp_path):
    rows = ["reference,rendered"]
    for number in range(40):
        for side, seed in (("real", 1), ("fake", 3)):
            pictures(tmp_path / f"{side}{number}", seed, 4, (170, 180))
        rows.append(f"real{number},fake{number}")
    (tmp_path / "pairs.csv").write_text("\n".join(rows))
    words = ["evaluate", "--manifest", str(tmp_path / "pairs.csv"), "--lpips", "none", "-o"]
    command = [sys.executable, "-m", "stickdance.tools.cli", *words, str(tmp_path / "killed")]
    environment = dict(os.environ)
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment) as process:
        finished = tmp_path / "killed" / "finished"
        for _ in range(2400):
            if len(list(finished.glob("*.arrow"))) >= 5:
                break
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    left = len(list(finished.glob("*.arrow")))
    assert 5 <= left < 40
    assert not (tmp_path / "killed" / "summary.json").exists()
    for name in ("killed", "whole"):
        assert run(capsys, *words[1:], tmp_path / name)[0] == 0
    for name in ("frames.csv", "frames.parquet", "pairs.csv", "summary.json", "report.html"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_plain_scores_are_taken_without_loading_what_they_do_not_need(sides):
    code = (
        "import sys; from pathlib import Path; import stickdance.tools.commands.evaluate\n"
        "from stickdance.synth.quality.compare import CompareOptions, compare\n"
        "compare(*map(Path, sys.argv[1:]), CompareOptions('psnr,ssim', device='cpu'))\n"
        "print(*sys.modules)"
    )
    command = [sys.executable, "-c", code, *map(str, sides)]
    found = subprocess.run(command, capture_output=True, check=True, text=True)
    assert not {"torch", "scipy.optimize"} & set(found.stdout.split())


def test_many_renderings_of_one_reference_are_ranked_on_one_page(capsys, sides, tmp_path):
    better, worse = pictures(tmp_path / "better", 2), pictures(tmp_path / "worse", 9)
    words = (sides[0], worse, better, sides[1], *PLAIN)
    assert run(capsys, *words)[0] == 2  # where to, is not said
    status, out, err = run(capsys, *words, "-o", tmp_path / "out", "--json")
    assert status == 0
    ranked = json.loads(out)["ranking"]["ssim_gaussian"]
    assert [one["name"] for one in ranked["ranks"]] == ["better", "rendered", "worse"]
    assert "better is better than rendered by SSIM" in err
    means = ", ".join(f"{one['name']} {one['mean']:.4g}" for one in ranked["ranks"])
    assert f": {means}" in json.loads(out)["in_a_line"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Ranking by SSIM" in page
    for number, name in enumerate(("worse", "better", "rendered")):
        place = f"pairs/{number:05}_{name}/report.html"
        assert f'href="{place}"' in page
        assert "against real ü" in (tmp_path / "out" / place).read_text(encoding="utf-8")
