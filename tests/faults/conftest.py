"""What tests of faults stand on: commands that run in a warm server, and what must hold after."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from faulty_commands import (
    COMMANDS,
    QUICK_WARM,
    TOLD,
    WARM,
    at_home,
    make_inputs,
    split,
    tree,
    walking,
)

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parent / "native" / "fail_calls.c"
LEAVING, WORKING = 8.0, 120.0  # seconds for what a command leaves behind; a job outlives its worker
EMPTIED = re.compile(r"tmp/stickdance-[a-z0-9_]{8}")
JOB_FAILED = re.compile(r"\bfailed\b")  # in the table of `jobs work`
LOGS = re.compile(r"/(log\.jsonl|errors\.txt)$")  # what happened while a job was done, and when
TEMPORARY = re.compile(
    r"\.partial$|^\..*\.coming$|^(new|old)\.|^lock$|^stickdance-|^tmp[a-z0-9_]{8}"
)


class Server:
    """A warm process that runs commands, each in a fork."""

    def __init__(self, library, modules):
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "server.py"), str(library), ",".join(modules)],
            env={**os.environ, "LD_PRELOAD": str(library), "OMP_NUM_THREADS": "1"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert json.loads(self.process.stdout.readline()) == "ready"

    def ask(self, *runs, leaving=LEAVING):
        asked = {"runs": runs, "leaving": leaving}
        print(json.dumps(asked), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait(30)


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not sys.platform.startswith("linux") or compiler is None:
        pytest.skip("calls fail by a preloaded library: needs Linux and a C compiler")
    made = tmp_path_factory.mktemp("native") / "fail_calls.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", SOURCE, "-o", made, "-ldl"], check=True)
    return made


@pytest.fixture(scope="session")
def start_server(library):
    """Give a function that starts a server which has imported some modules."""
    servers = []

    def start(*modules):
        servers.append(Server(library, modules))
        return servers[-1]

    yield start
    for server in servers:
        server.end()


class Bench:
    """A command on its inputs, run with and without faults in a folder of its own."""

    def __init__(self, server, material, words, folder, prepare=None):
        self.server, self.material, self.words = server, material, words
        self.folder, self.prepare = Path(folder), prepare
        self.fresh()
        self.counted = self.run()
        assert self.counted["runs"][0]["status"] in (0, 6), self.counted["runs"][0]["err"]
        first, now = self.made(), tree(self.folder / "work")
        self.kept = {name for name, digest in self.before.items() if now.get(name) == digest}
        self.fresh()
        self.run()
        second = self.made()
        assert first.keys() == second.keys()
        self.same = {
            name: digest
            for name, digest in first.items()
            if second[name] == digest and not LOGS.search(name)
        }
        self.names = set(first)
        self.seconds = self.counted["runs"][0]["seconds"]
        self.status = self.counted["runs"][0]["status"]

    def fresh(self):
        """Begin with the inputs alone."""
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "work").mkdir(parents=True)
        for source in self.material:
            copy = shutil.copytree if source.is_dir() else shutil.copyfile
            copy(source, self.folder / "work" / source.name)
        if self.prepare is not None:
            self.prepare(self.folder / "work")
        self.before = tree(self.folder / "work")

    def is_fresh(self):
        """Tell whether a run would begin as the first one did, which need not be seen twice."""
        now = tree(self.folder / "work")
        now.pop("tmp", None)
        return now == self.before

    def request(self, fault=None):
        return {"words": self.words, "place": str(self.folder), "fault": fault}

    def run(self, fault=None):
        leaving = WORKING if self.words[:2] == ["jobs", "work"] else LEAVING
        return self.server.ask(self.request(fault), leaving=leaving)

    def run_again(self):
        """Repeat a command that was disturbed; a job that failed is tried again first."""
        for record in (self.folder / "work").glob("jobs/jobs/*/job.json"):
            job = json.loads(record.read_text())
            if job["state"] in ("failed", "interrupted"):
                record.write_text(json.dumps(job | {"state": "queued", "deaths": 0}))
        return self.run()

    def made(self):
        now = tree(self.folder / "work")
        return {
            name: digest
            for name, digest in now.items()
            if name not in self.before and name != "tmp"
        }

    def temporary(self):
        """What should not be there any more."""
        return sorted(name for name in self.made() if TEMPORARY.search(name.rpartition("/")[2]))

    def check_whole(self, answer, after):
        """What must hold after a run that nothing disturbed, whatever lay there."""
        (run,) = answer["runs"]
        assert run["status"] == self.status, (
            f"{after}: the rerun ends with {run['status']}: {run['err'][-600:]}"
        )
        made = self.made()
        for name in [name for name in made if EMPTIED.fullmatch(name)]:
            del made[name]  # killed at the last step of all: it goes a minute later (`scratch`)
        assert set(made) == self.names, f"{after}: {sorted(set(made) ^ self.names)}"
        different = [name for name, digest in self.same.items() if made[name] != digest]
        assert not different, f"{after}: other bytes in {different}"
        assert answer["orphans"] == run["open"] == [], after

    def check_refused(self, answer, after, statuses):
        """What must hold after a run in which a call failed: nothing, or one line."""
        (run,) = answer["runs"]
        assert answer["orphans"] == run["open"] == [], after
        assert "Traceback" not in run["err"], f"{after}: ...{run['err'][-600:]}"
        assert self.temporary() == [], after
        now = tree(self.folder / "work")
        changed = [name for name in self.kept if now.get(name) != self.before[name]]
        assert not changed, f"{after}: changed {changed}"
        if run["status"] in (0, 6):
            return
        assert run["status"] in statuses, f"{after}: status {run['status']}: {run['err'][-600:]}"
        lines = [line for line in run["err"].splitlines() if TOLD.match(line)]
        lines = lines or [line for line in run["out"].splitlines() if JOB_FAILED.search(line)]
        kinds = {
            line.partition(":")[0] for line in lines
        }  # a row's, and its batch's, have one each
        assert len(lines) == len(kinds) > 0, f"{after}: {run['err'][-600:]} {run['out'][-600:]}"


@pytest.fixture(scope="session")
def bench_for(tmp_path_factory):
    """Give a function that makes a bench of a server, a folder of inputs and a command's name."""

    def make(server, material, name):
        inputs, words = COMMANDS[name]
        sources = [material / each for each in inputs.split()]
        place = tmp_path_factory.mktemp("bench") / "b"
        return Bench(server, sources, split(words, material), place, at_home)

    return make


@pytest.fixture(scope="session")
def poses(tmp_path_factory):
    """Give a folder with a dozen poses."""
    folder = tmp_path_factory.mktemp("material")
    walking(12).save(folder / "poses.npz")
    return folder


@pytest.fixture(scope="session")
def material(tmp_path_factory, warm):
    """Give the folder of the inputs of all commands; FAULTS_MATERIAL keeps it for other runs."""
    kept = Path(os.environ.get("FAULTS_MATERIAL") or tmp_path_factory.mktemp("material"))
    folder = kept / "work"
    return folder if folder.is_dir() else make_inputs(warm, kept)


@pytest.fixture(scope="session")
def warm(start_server):
    return start_server(*(f"stickdance.{name}" for name in WARM))


@pytest.fixture(scope="session")
def quick(start_server):
    return start_server(*(f"stickdance.{name}" for name in QUICK_WARM))
