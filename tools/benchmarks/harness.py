"""What benchmarks share: how they begin and end, what they ran on, processes of their own.

    python -m stickdance.tools.benchmarks.harness MODULE:FUNCTION '[ARGUMENTS]'

calls a function in a fresh process and prints its answer as the last line of JSON (see `call`).
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path
from typing import Any, NoReturn

COLD = ("PYTHONPYCACHEPREFIX", "NUMBA_CACHE_DIR")
"""What tells Python where its compiled code lies, and numba."""


def run_benchmark(
    measure: Callable[..., dict[str, Any]],
    text: Callable[[dict[str, Any]], str] = lambda result: json.dumps(result, indent=1),
    failed: Callable[[dict[str, Any]], bool] = lambda result: False,
) -> NoReturn:
    """Run a benchmark from the command line; see `stickdance.tools.program.leave_with`.

    Args:
        measure: its signature gives the flags, what it returns is printed.
        text: the result for people; --json prints it as one JSON object.
        failed: whether a result means that the program ends with status 1.
    """
    import tyro

    from stickdance.tools.program import leave_with

    spec = getattr(sys.modules["__main__"], "__spec__", None)
    words = [word for word in sys.argv[1:] if word != "--json"]
    what = (measure.__doc__ or "").partition("\n\n")[0]

    def program() -> int:
        result = tyro.cli(
            measure,
            args=words,
            prog=f"python -m {spec.name}" if spec else None,
            description=f"{what} --json prints one JSON object.",
            config=(tyro.conf.OmitArgPrefixes,),
        )
        print(text(result) if words == sys.argv[1:] else json.dumps(result))
        return int(failed(result))

    leave_with(program, Path(sys.argv[0]).stem)


def keep(result: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Write a result as table.json into a folder, which is there, and return it."""
    text = json.dumps(result, indent=2) + "\n"
    (folder / "table.json").write_text(text, encoding="utf-8")
    print(f"kept in {folder}", file=sys.stderr)
    return result


@dataclass(frozen=True)
class Called:
    """What a function answered in a process of its own, and what that took."""

    answer: Any
    seconds: float
    """From the start of the process to its end."""
    megabytes: float | None
    """The largest resident size of it or of a program that it called; None on Windows."""


def command(
    function: Callable[..., Any], *arguments: object, launcher: Sequence[str] = ()
) -> list[str]:
    """Return the command that calls a function at the top of a module, of JSON values or paths.

    Args:
        function: called with `arguments`, paths as text.
        arguments: for it.
        launcher: a program of Python's that starts others, e.g. torchrun's.
    """
    module = sys.modules[function.__module__]
    name = module.__spec__.name if module.__spec__ else module.__name__
    words = (f"{name}:{function.__name__}", json.dumps(arguments, default=str))
    return [sys.executable, *launcher, "-m", "stickdance.tools.benchmarks.harness", *words]


def call(
    function: Callable[..., Any],
    *arguments: object,
    launcher: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Called:
    """Call a function in a fresh process, which inherits neither memory nor caches; see `command`.

    Raises:
        SystemExit: it failed; with the last line that it said.
    """
    words = command(function, *arguments, launcher=launcher)
    with tempfile.TemporaryFile("w+") as said:
        began = time.perf_counter()
        process = subprocess.Popen(
            words, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, stderr=said,
            text=True,
        )  # fmt: skip
        printed = process.stdout.read() if process.stdout else ""
        megabytes = None
        if hasattr(os, "wait4"):
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            megabytes = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
        seconds = time.perf_counter() - began
        if process.wait():
            said.seek(0)
            last = (said.read().strip().splitlines() or [f"exit status {process.returncode}"])[-1]
            raise SystemExit(f"{function.__name__} failed: {last}")
    lines = printed.strip().splitlines()
    return Called(json.loads(lines[-1]) if lines else None, seconds, megabytes)


def cold_caches(folder: Path) -> dict[str, str]:
    """Return an environment whose caches of compiled code begin in a folder, as yet empty."""
    return {name: str(folder / name) for name in COLD}


def processor_seconds() -> float:
    """Return the processor time of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def machine(packages: Sequence[str] = ()) -> dict[str, Any]:
    """Return processor, cores, Python and the versions of `packages` (None where absent)."""
    known = hasattr(os, "sched_getaffinity")
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if known else os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in packages},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


if __name__ == "__main__":
    _module, _, _function = sys.argv[1].partition(":")
    _answer = getattr(import_module(_module), _function)(*json.loads(sys.argv[2]))
    if _answer is not None:
        print("\n" + json.dumps(_answer, default=float))
