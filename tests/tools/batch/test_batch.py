import csv
import errno
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.tools.batch import doing, schedule
from stickdance.tools.batch.batch import run_batch
from stickdance.tools.batch.options import BatchOptions
from stickdance.tools.jobs.job import Job
from stickdance.tools.jobs.process import WITH_PARENT


def contents(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def in_store(store, root):
    return {path[len(root) + 1 :]: store.cat_file(path) for path in store.find(root)}


def table(file):
    with file.open(newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    monkeypatch.setattr(schedule, "_FIRST_PAUSE", 0.01)


@pytest.fixture
def options(tmp_path):
    return BatchOptions(cache=tmp_path / "cache")


def test_a_batch_here_and_in_a_store_are_the_same_bytes(
    faults, manifest, out, options, memory, tmp_path
):
    (faults / "killed-two").touch()
    here = run_batch(str(manifest), str(out), options)
    assert (here["made"], here["there"], here["failed"]) == (3, 0, 0)
    for file in manifest.parent.iterdir():
        memory.pipe(f"/in/{file.name}", file.read_bytes())
    run_batch("memory://in/m.csv", "memory://out", options)
    made, stored = contents(out), in_store(memory, "/out")
    assert made | {"inputs.csv": b""} == stored | {"inputs.csv": b""}  # they lay elsewhere
    assert b"memory://in/one.wav" in stored["inputs.csv"]
    assert sum(name.endswith("dance/dance") for name in made) == 3
    assert sorted(path.name for path in out.glob(".*")) == []
    killed = next(out.glob("*-*")).name.rpartition("-")[2]  # its result is there
    (out / ".work" / killed / "job").mkdir(parents=True)
    again = run_batch(str(manifest), str(out), options)
    assert (again["made"], again["there"]) == (0, 3)
    assert contents(out) == made
    assert sorted(path.name for path in out.glob(".*")) == []


def test_what_fails_is_told_with_its_reason_and_the_command_that_repeats_it(
    faults, manifest, out, options
):
    (faults / "silent-two").touch()
    told = run_batch(str(manifest), str(out), options)
    assert (told["made"], told["failed"], told["exit_status"]) == (2, 1, 1)
    (failed,) = table(out / "failed.csv")
    assert (failed["row"], failed["exit_status"], failed["tries"]) == ("3", "3", "1")
    assert failed["reason"] == "song.wav: is silent"
    assert failed["repeat"].startswith(f"stickdance batch {manifest} --output {out}")
    assert failed["repeat"].endswith("--row 3")
    assert failed["job"].startswith(f"stickdance choreograph {manifest.parent}/two.wav")
    assert "--output" not in failed["job"]
    assert [row["row"] for row in table(out / "results.csv")] == ["2", "4"]
    assert sorted(path.name for path in out.glob(".*")) == []


def test_what_the_system_refuses_is_told_without_its_number(
    faults, manifest, out, options, monkeypatch
):
    def refuse(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "errors.txt")

    monkeypatch.setattr(doing, "_run", refuse)
    run_batch(str(manifest), str(out), replace(options, retries=0))
    reasons = {row["reason"] for row in table(out / "failed.csv")}
    assert reasons == {f"errors.txt: {os.strerror(errno.ENOSPC)}"}


@pytest.mark.parametrize("endless", ["/dev/full", "pipe"])
def test_an_input_without_an_end_fails_alone_and_nothing_waits(
    faults, manifest, out, options, endless
):
    os.mkfifo(manifest.parent / "pipe")
    manifest.write_text(f"{manifest.read_text()}choreograph,4,{endless},4\n")
    planned = run_batch(str(manifest), str(out), replace(options, dry_run=True))
    assert (planned["to_do"], len(planned["without_inputs"])) == (3, 1)
    told = run_batch(str(manifest), str(out), options)
    assert (told["made"], told["failed"]) == (3, 1)
    (failed,) = table(out / "failed.csv")
    assert (failed["exit_status"], failed["tries"]) == ("3", "1")
    assert failed["reason"].endswith("expected an ordinary file")


def test_only_what_is_missing_is_made_and_a_changed_input_is_another(
    faults, manifest, out, options
):
    planned = BatchOptions(cache=options.cache, dry_run=True)
    assert run_batch(str(manifest), str(out), planned)["to_do"] == 3
    assert not out.exists()
    run_batch(str(manifest), str(out), BatchOptions(cache=options.cache, rows=(3,)))
    assert run_batch(str(manifest), str(out), planned)["to_do"] == 2
    (manifest.parent / "two.wav").write_text("other")
    assert run_batch(str(manifest), str(out), planned)["to_do"] == 3
    (manifest.parent / "two.wav").unlink()
    assert len(run_batch(str(manifest), str(out), planned)["without_inputs"]) == 1


def test_nothing_runs_where_any_row_is_wrong(faults, manifest, out, options):
    manifest.write_text(manifest.read_text() + "choreograph,4,one.wav,four\n")
    with pytest.raises(BadInput, match="row 5: column seed: expected a whole number"):
        run_batch(str(manifest), str(out), options)
    assert not out.exists()


def test_ctrl_c_leaves_nothing_half(faults, manifest, out, options):
    (faults / "wait-two").touch()

    def interrupt():
        while not (faults / "began").exists():
            time.sleep(0.02)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt) as caught:
        run_batch(str(manifest), str(out), options)
    assert caught.value.__notes__ == ["the same command carries on"]
    assert not list(out.rglob("half"))
    assert all((folder / "manifest.json").is_file() for folder in out.glob("choreograph-*"))
    (faults / "wait-two").unlink()
    assert run_batch(str(manifest), str(out), options)["failed"] == 0


def test_a_jobs_process_ends_with_whoever_started_it(faults, manifest, tmp_path):
    (faults / "wait-one").touch()
    job = Job("one", "one", ("choreograph", str(manifest.parent / "one.wav"), "--output", "made"),
              str(tmp_path), 0.0, state="running")  # fmt: skip
    (tmp_path / "jobs/one").mkdir(parents=True)
    job.save(tmp_path / "jobs/one")
    command = [sys.executable, str(tmp_path / "process.py"), str(tmp_path / "jobs/one")]
    process = subprocess.Popen(
        [*command, WITH_PARENT], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    while not (faults / "began").exists():
        time.sleep(0.02)
    process.stdin.close()  # as the system does where the parent is killed
    assert process.wait(30) == 128 + signal.SIGTERM


def test_ray_does_not_put_results_into_the_memory_of_one_process(manifest):
    with pytest.raises(UsageError, match="lies in the memory of one process"):
        run_batch(str(manifest), "memory://out", BatchOptions(ray="local"))


def children_of_ray():
    """Return the numbers of Ray's workers that do a job just now."""
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal():
            try:
                words = Path(entry.path, "cmdline").read_bytes()
            except OSError:
                continue
            if words.startswith(b"ray::do"):
                found.append(int(entry.name))
    return found


@pytest.mark.slow
def test_forty_jobs_on_ray_one_worker_killed_are_the_same_bytes(tmp_path, memory):
    pytest.importorskip("ray")
    from stickdance.tools.demo.song.compose import compose, write_song

    folder = tmp_path / "in"
    folder.mkdir()
    lines = ["command,name,song,seed,no-preview,reference,rendered,metrics"]
    for number in range(6):
        write_song(compose(number, seconds=8, tempo=120), folder / f"{number}.wav")
    for number in range(36):
        lines.append(f"choreograph,{number},{number % 6}.wav,{number},true,,,")
    write_noise(folder)
    lines += [f"evaluate,{number},,,,{number}.npz,0.npz,psnr" for number in range(4)]
    (folder / "m.csv").write_text("\n".join(lines) + "\n")
    for file in folder.iterdir():
        memory.pipe(f"/in/{file.name}", file.read_bytes())
    options = BatchOptions(cache=tmp_path / "cache")
    plain = run_batch("memory://in/m.csv", "memory://out", options)
    assert (plain["made"], plain["failed"]) == (40, 0)

    def kill():
        while not (found := children_of_ray()):
            time.sleep(0.05)
        time.sleep(1)  # in the middle of it
        os.kill(found[0], signal.SIGKILL)
        killed.append(found[0])

    killed = []
    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    on_ray = BatchOptions(cache=tmp_path / "other cache", ray="local")
    told = run_batch(str(folder / "m.csv"), f"file://{tmp_path}/out", on_ray)
    killer.join()
    assert killed
    assert (told["made"], told["failed"]) == (40, 0)
    here, there = contents(tmp_path / "out"), in_store(memory, "/out")
    assert here | {"inputs.csv": b""} == there | {"inputs.csv": b""}


def write_noise(folder):
    import numpy as np

    random = np.random.default_rng(0)
    for number in range(4):
        frames = random.integers(0, 256, (3, 48, 64, 3), np.uint8)
        np.savez(folder / f"{number}.npz", frames=frames)
