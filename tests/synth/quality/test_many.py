import threading

import pytest

from stickdance.checkpoints.errors import BadInput, InUse
from stickdance.checkpoints.locks import only_one
from stickdance.synth.quality import many as module
from stickdance.synth.quality.many import FINISHED, on_threads, score_job, score_many, unfinished
from stickdance.synth.quality.options import CompareOptions
from stickdance.synth.quality.pair_list import PairJob, PairList
from stickdance.synth.quality.result_files import write_results
from stickdance.synth.quality.results import PairScores

OPTIONS = CompareOptions(metrics="psnr,ssim")
FILES = ("frames.csv", "frames.parquet", "pairs.csv", "summary.json")


@pytest.fixture
def pairs(make_folder, noise_frames, tmp_path):
    jobs = []
    for number in range(6):
        sides = [
            make_folder(f"{side}{number}", noise_frames(number + shift, 3))
            for side, shift in (("real ", 0), ("fäke ", 50))
        ]
        jobs.append(PairJob(f"pair {number}", *sides))
    return PairList(tmp_path, tuple(jobs))


def contents(folder):
    return {name: (folder / name).read_bytes() for name in FILES}


def scored(pairs, folder, run=on_threads, options=OPTIONS, **named):
    found = score_many(pairs, options, folder, run, **named)
    write_results(found, options)
    return found


def test_names_that_a_spreadsheet_would_run_are_escaped_in_csv_alone(pairs, tmp_path):
    import csv

    import pyarrow.parquet as parquet

    jobs = (PairJob("=1+1", *_sides(pairs, 0)), PairJob("-0.5", *_sides(pairs, 1)))
    scored(PairList(pairs.root, jobs), tmp_path / "out")
    with (tmp_path / "out" / "pairs.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == ["'=1+1", "-0.5"]
    assert all(float(row["psnr"]) for row in rows)
    with (tmp_path / "out" / "frames.csv").open(newline="") as file:
        assert {row["pair"] for row in csv.DictReader(file)} == {"'=1+1", "-0.5"}
    table = parquet.read_table(tmp_path / "out" / "frames.parquet")
    assert set(table["pair"].to_pylist()) == {"=1+1", "-0.5"}


def _sides(pairs, place):
    return pairs.jobs[place].reference, pairs.jobs[place].rendered


def test_scores_survive_as_bytes(pairs):
    data = score_job(pairs.jobs[0], OPTIONS).data
    back = PairScores.from_bytes(data)
    assert back.keys == ["mse", "psnr", "ssim_gaussian"]
    assert back.table.num_rows == 3
    assert back.to_bytes() == data
    with pytest.raises(ValueError, match="no scores"):
        PairScores.from_bytes(data[: len(data) // 2])


def test_what_is_finished_is_not_scored_again(pairs, tmp_path):
    assert scored(pairs, tmp_path / "out").reused == 0
    before = contents(tmp_path / "out")

    def none(jobs, options):
        assert list(jobs) == []
        return iter(())

    assert scored(pairs, tmp_path / "out", none).reused == 6
    assert contents(tmp_path / "out") == before


def test_a_run_that_stops_in_the_middle_goes_on_to_the_same_bytes(pairs, tmp_path):
    scored(pairs, tmp_path / "whole")

    def stopping(jobs, options):
        for number, outcome in enumerate(on_threads(jobs, options)):
            if number == 3:
                raise KeyboardInterrupt
            yield outcome

    with pytest.raises(KeyboardInterrupt):
        scored(pairs, tmp_path / "stopped", stopping)
    assert len(list((tmp_path / "stopped" / FINISHED).glob("*.arrow"))) == 3
    assert scored(pairs, tmp_path / "stopped").reused == 3
    assert contents(tmp_path / "stopped") == contents(tmp_path / "whole")


def test_what_a_killed_run_left_half_written_is_cleared_away(pairs, tmp_path):
    scored(pairs, tmp_path / "out")
    half = tmp_path / "out" / FINISHED / ".a0b1.arrow.partial"
    half.mkdir()
    (half / "new.a0b1.arrow").write_bytes(b"half")
    assert scored(pairs, tmp_path / "out").reused == 6
    assert not half.exists()


def test_a_changed_file_or_option_is_scored_again(pairs, tmp_path, make_folder, noise_frames):
    out = tmp_path / "out"
    scored(pairs, out)
    make_folder("real 2", noise_frames(99, 3))
    assert [job.name for job in unfinished(pairs, OPTIONS, out)] == ["pair 2"]
    assert unfinished(pairs, OPTIONS, out, skip_existing=True) == []
    assert len(unfinished(pairs, CompareOptions(metrics="psnr"), out)) == 6


def test_a_damaged_result_is_made_again(pairs, tmp_path):
    scored(pairs, tmp_path / "out")
    first = min((tmp_path / "out" / FINISHED).glob("*.arrow"))
    first.write_bytes(first.read_bytes()[:100])
    assert len(unfinished(pairs, OPTIONS, tmp_path / "out", skip_existing=True)) == 1


def test_a_pair_that_cannot_be_read_is_named_and_the_others_scored(pairs, tmp_path):
    broken = pairs.jobs[4].rendered
    for picture in broken.iterdir():
        picture.write_bytes(b"not a picture")
    found = scored(pairs, tmp_path / "out")
    assert set(found.faults) == {"pair 4"}
    assert found.faults["pair 4"].startswith("fäke 4: no frame can be compared; frame_0")
    assert len(list(found.scored())) == 5


def test_a_pair_of_a_missing_file_is_named(pairs, tmp_path):
    absent = PairJob("absent", tmp_path / "no.mp4", tmp_path / "no.mp4")
    found = scored(PairList(tmp_path, (*pairs.jobs, absent)), tmp_path / "out")
    assert "no.mp4: no such file" in found.faults["absent"]


def test_a_fault_of_our_own_is_not_dressed_up(pairs, tmp_path, monkeypatch):
    def wrong(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(module, "compare_frames", wrong)
    with pytest.raises(ZeroDivisionError):
        scored(pairs, tmp_path / "out")


def test_a_pair_stops_when_it_is_told_to(pairs):
    stopped = threading.Event()
    stopped.set()
    with pytest.raises(InterruptedError):
        score_job(pairs.jobs[0], OPTIONS, stopped=stopped)


def test_two_runs_do_not_share_a_folder(pairs, tmp_path):
    with only_one(tmp_path / "out" / FINISHED), pytest.raises(InUse):
        scored(pairs, tmp_path / "out")


def test_names_are_never_paths(pairs, tmp_path):
    job = PairJob("../../escape", pairs.jobs[0].reference, pairs.jobs[0].rendered)
    scored(PairList(tmp_path, (job, pairs.jobs[1])), tmp_path / "deep" / "out")
    assert not list(tmp_path.rglob("*escape*"))


def test_nothing_that_can_be_compared_is_told(tmp_path):
    outcome = score_job(PairJob("a", tmp_path, tmp_path), OPTIONS)
    assert "holds no pictures" in outcome.fault
    with pytest.raises(BadInput, match="holds no pictures"):
        module.fingerprint(PairJob("a", tmp_path, tmp_path), OPTIONS)
