"""How long the studio's pages take to answer while a training runs, and what each of them loads.

    python -m stickdance.tools.benchmarks.studio TAKE [--rounds 40] [--json]

A studio of its own is opened in a temporary workspace, a training of the take begun in its queue,
and every page asked for again and again over one connection, as a browser keeps it. Sizes are of a
page with all its scripts and styles, without songs, pictures and videos.
"""

import json
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import tyro

from stickdance.checkpoints.errors import StickdanceError
from stickdance.tools.benchmarks.harness import machine, run_benchmark
from stickdance.tools.jobs.job import LOG
from stickdance.tools.jobs.log import last_heard
from stickdance.tools.jobs.queue import Jobs
from stickdance.tools.studio.pages import STEPS
from stickdance.tools.studio.places import JOBS

GOAL_MS, GOAL_BYTES = 100.0, 150_000
_PATIENCE, _PAUSE = 600.0, 0.05  # seconds


def measure(take: tyro.conf.Positional[Path], rounds: int = 40) -> dict[str, Any]:
    """Time the pages of a studio that trains.

    Args:
        take: a captured take, which is trained on meanwhile.
        rounds: how often each page is asked for.
    """
    with tempfile.TemporaryDirectory() as folder:
        jobs = Jobs(Path(folder) / JOBS)
        words = ["train", str(take.absolute()), "--output", f"{folder}/performer", "--minutes=60"]
        with _studio(Path(folder)) as connection:
            dance = _dance(connection)
            job = jobs.add(words, "A training", Path(folder))
            _until(lambda: last_heard(jobs.folder_of(job) / LOG).done > 0)
            pages = [f"/{step}" for step in STEPS if step != "dance"]
            pages += ["/film", "/song/builtin", f"/dance/{dance}", "/api/state"]
            times: dict[str, list[float]] = {page: [] for page in pages}
            for _ in range(rounds):
                for page in pages:
                    times[page].append(_asked(connection, page)[0])
                    time.sleep(_PAUSE)
            sizes = {page: _loaded(connection, page) for page in pages if page != "/api/state"}
            still = jobs.find(job.id).state
            jobs.cancel(jobs.find(job.id))
            _until(lambda: jobs.find(job.id).is_over)
    if still != "running":
        raise StickdanceError(f"the training did not run all the time: it is {still}")
    return {
        "milliseconds": {page: _summary(values) for page, values in times.items()},
        "bytes": sizes,
        "slowest_ms": max(max(values) for values in times.values()),
        "largest_bytes": max(sizes.values()),
        "machine": machine(("starlette", "uvicorn", "torch")),
    }


@contextmanager
def _studio(workspace: Path) -> Iterator[HTTPConnection]:
    """Open a studio in a process of its own, and a connection to it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = ["studio", "--workspace", str(workspace), "--port", str(port), "--no-browser"]
    command = [sys.executable, "-m", "stickdance.tools.cli", *words]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        _until(lambda: _is_open(connection))
        yield connection
    finally:
        connection.close()
        process.terminate()
        process.wait()


def _is_open(connection: HTTPConnection) -> bool:
    try:
        return _asked(connection, "/song")[1] != b""
    except OSError:
        connection.close()
        return False


def _dance(connection: HTTPConnection) -> str:
    """Wait for the built-in song, dance to it and return the dance."""
    _until(lambda: all(song["state"] == "ready" for song in _state(connection)["songs"]))
    headers = {"Content-Type": "application/json"}
    connection.close()  # an idle one may have been closed over there
    connection.request("POST", "/api/dances", json.dumps({"song": "builtin"}), headers)
    made = json.loads(connection.getresponse().read())
    _until(lambda: _state(connection)["dances"][0]["state"] == "ready")
    return str(made["id"])


def _state(connection: HTTPConnection) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(_asked(connection, "/api/state")[1])
    return state if state["songs"] else {**state, "songs": [{"state": "waiting"}]}


def _asked(connection: HTTPConnection, path: str) -> tuple[float, bytes]:
    """Return the milliseconds until a whole answer was there, and the answer."""
    began = time.perf_counter()
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
    except ConnectionError:  # idle for so long that it was closed over there
        connection.close()
        connection.request("GET", path)
        answer = connection.getresponse()
    data = answer.read()
    return 1000 * (time.perf_counter() - began), data


def _loaded(connection: HTTPConnection, page: str) -> int:
    """Return the bytes of a page with all its scripts and styles."""
    waiting, seen, size = [page], set(), 0
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        _, data = _asked(connection, path)
        size += len(data)
        text = data.decode("utf-8", "replace")
        waiting += re.findall(r'(?:src|href)="(/static/[^"]+)"', text)
        waiting += [f"/static/{name}" for name in re.findall(r'from "\./([\w.]+)"', text)]
    return size


def _summary(values: list[float]) -> dict[str, float]:
    twentieths = statistics.quantiles(values, n=20)
    found = {"median": statistics.median(values), "95 %": twentieths[-1], "slowest": max(values)}
    return {name: round(value, 1) for name, value in found.items()}


def _until(happens: Any) -> None:
    end = time.monotonic() + _PATIENCE
    while not happens():
        if time.monotonic() > end:
            raise StickdanceError("the studio does not come as far as it should")
        time.sleep(0.1)


if __name__ == "__main__":
    run_benchmark(
        measure,
        failed=lambda result: (
            result["slowest_ms"] > GOAL_MS or result["largest_bytes"] > GOAL_BYTES
        ),
    )
