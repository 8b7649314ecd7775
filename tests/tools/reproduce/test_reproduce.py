import json
from pathlib import Path

import numpy as np
import pytest

from stickdance.checkpoints import made_by
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import sha256
from stickdance.checkpoints.made_by import making
from stickdance.checkpoints.manifest import MANIFEST, result_folder, write_manifest
from stickdance.tools.reproduce import again
from stickdance.tools.reproduce.reproduce import reproduce

WORDS = [{"before": "", "input": 0}, "--seed", "3"]


def write(path, points=1.0, **more):
    with result_folder(path, "dance", {}) as folder:
        np.savez(folder / "poses.npz", points=np.full((3, 2), points))
        for name, content in more.items():
            (folder / f"{name}.json").write_text(json.dumps(content))
    return path


@pytest.fixture(autouse=True)
def processor(monkeypatch):
    """One without a GPU, wherever the tests run."""
    monkeypatch.setattr(made_by, "machine", lambda: "x86_64, a processor")
    monkeypatch.setattr(
        "stickdance.tools.reproduce.reproduce.machine", lambda: "x86_64, a processor"
    )


@pytest.fixture
def song(tmp_path):
    path = tmp_path / "song.wav"
    path.write_bytes(b"sound")
    return path


@pytest.fixture
def made(song, tmp_path):
    """A result, and what tells it."""
    inputs = [{"name": "song.wav", "sha256": sha256(song), "path": str(song)}]

    def make(command="choreograph", words=WORDS, **more):
        with making(command, words, inputs):
            return write(tmp_path / "dance", **more)

    return make


@pytest.fixture
def ran(monkeypatch):
    """Commands that were run again; what they write is `ran.points`."""

    class Ran(list):
        points, more = 1.0, {}

    found = Ran()

    def run(words, folder):
        found.append(list(words))
        write(Path(words[-1]), found.points, **found.more)

    monkeypatch.setattr(again, "_run", run)
    return found


def test_the_same_is_said_to_be_the_same(made, ran, song):
    told = reproduce(made(), [])
    assert ran[0][:4] == ["choreograph", str(song), "--seed", "3"]
    assert ran[0][-2] == "--output"
    assert (told["same"], told["differences"]) == (True, [])
    assert "exit_status" not in told
    assert told["in_a_line"].endswith("made again, the same to the bit")


def test_what_differs_is_told_with_status_6(made, ran):
    ran.points = 1.5
    told = reproduce(made(), [])
    assert told["exit_status"] == 6
    assert told["differences"] == ["poses.npz: points: differs from row 0 on, by up to 0.5"]
    assert "differs: poses.npz: points" in told["in_a_line"]


def change(result, **values):
    manifest = json.loads((result / MANIFEST).read_text())
    manifest["made_by"] |= values
    (result / MANIFEST).write_text(json.dumps(manifest))
    return result


def test_on_another_machine_rounding_is_no_fault_and_the_reason_is_told(made, ran):
    ran.points = 1.0 + 1e-9
    told = reproduce(change(made(), machine="another"), [])
    assert "exit_status" not in told
    assert told["same"] is False
    assert "it was made on another" in told["why_not_exact"][0]


def test_a_training_of_minutes_is_replayed_by_its_steps_and_held_to_its_scores(made, ran):
    words = [{"before": "", "input": 0}, "--minutes", "5", "--afresh"]
    scores, trained = {"psnr": 29.0, "ssim_gaussian": 0.94}, {"training": {"steps": 890}}
    result = made("train", words, scores=scores, options=trained)
    ran.points, ran.more = 1.2, {"scores": scores | {"psnr": 28.2}, "options": trained}
    told = reproduce(result, [])
    assert ran[0][2:4] == ["--steps", "890"]
    assert "exit_status" not in told
    assert "replayed by 890 steps" in told["why_not_exact"][0]
    ran.more["scores"] = scores | {"psnr": 27.9}
    told = reproduce(result, [])
    assert told["exit_status"] == 6
    assert "scores.json: psnr: was 29, is 27.9" in told["in_a_line"]


def test_an_input_that_is_nowhere_is_named(made, ran, song, tmp_path):
    result = made()
    song.rename(tmp_path / "other.wav")
    with pytest.raises(BadInput, match=r"is not found: song\.wav \(SHA-256 .*--inputs"):
        reproduce(result, [tmp_path / "no such folder"])
    assert ran == []
    assert reproduce(result, [tmp_path])["same"]


@pytest.mark.parametrize(
    "words",
    [
        ["--output", "/etc/x"], ["-o/etc/x"], ["--actions", "x.py"], ["--json=/etc/x.json"],
        [{"before": "", "input": 9}], [5],
    ],
)  # fmt: skip
def test_a_result_from_elsewhere_makes_nothing_elsewhere(made, ran, words):
    with pytest.raises(BadInput, match="what a result says it was made by"):
        reproduce(made(words=words), [])
    assert ran == []


def test_what_does_not_tell_is_refused(tmp_path):
    with pytest.raises(BadInput, match="does not say what made it"):
        reproduce(write(tmp_path / "old"), [])


@pytest.mark.slow
def test_a_video_is_made_again_from_its_song_and_performer_alone(tmp_path):
    import shutil
    import subprocess
    import sys

    from stickdance.tools.demo.song.compose import compose, write_song
    from stickdance.tools.make.song_to_video import demo_performer

    write_song(compose(1, seconds=8, tempo=120), tmp_path / "song.wav")

    def run(*words):
        command = [sys.executable, "-m", "stickdance.tools.cli", *map(str, words), "--quiet"]
        subprocess.run(command, cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)

    run("choreograph", "song.wav", "--to", "2", "--seed", "4", "-o", "dance")
    run("render", "dance", "--performer", demo_performer(), "-o", "video.mp4")
    assert reproduce(tmp_path / "dance", [])["same"]
    shutil.rmtree(tmp_path / "dance")
    (tmp_path / "song.wav").rename(tmp_path / "renamed.wav")
    told = reproduce(tmp_path / "video.mp4", [tmp_path, demo_performer()])
    assert (told["same"], told["why_not_exact"]) == (True, [])


def test_a_stage_of_the_main_job_is_told_as_one(tmp_path):
    with making("make", ["--demo"], []), result_folder(tmp_path / "dance", "dance", {}):
        pass
    with pytest.raises(BadInput, match="stage of the main job; reproduce the video"):
        reproduce(tmp_path / "dance", [])
    with pytest.raises(BadInput, match="nothing: no such file"):
        reproduce(tmp_path / "nothing", [])


def test_a_batch_tells_where_the_inputs_of_its_results_lay(song, tmp_path, ran):
    inputs = [{"name": "song.wav", "sha256": sha256(song)}]
    with making("choreograph", WORDS, inputs):
        result = write(tmp_path / "out/choreograph-1/dance")
    with pytest.raises(BadInput, match=r"is not found: song\.wav"):
        reproduce(result, [])
    table = tmp_path / "out/inputs.csv"
    table.write_text(f"row,result,input\n2,choreograph-1,{song}\n3,choreograph-2,{tmp_path}\n")
    assert reproduce(result, [])["same"]
    table.write_text("result,place\n")
    with pytest.raises(BadInput, match=r"inputs\.csv: expected the columns row, result, input"):
        reproduce(result, [])


def test_a_folder_of_a_batch_names_the_results_in_it(tmp_path):
    with making("choreograph", WORDS, []):
        result = write(tmp_path / "out/choreograph-1/dance")
    write_manifest(result.parent, "batch job", {})
    for name in ("results.csv", "inputs.csv"):
        (tmp_path / "out" / name).touch()
    for folder in (tmp_path / "out", result.parent):
        with pytest.raises(BadInput, match=f"is a folder of a batch; .* e.g. {result}"):
            reproduce(folder, [])
