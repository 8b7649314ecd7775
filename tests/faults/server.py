"""Runs commands of stickdance, each in a process forked from this warm one, and lets calls fail.

    LD_PRELOAD=fail_calls.so python server.py fail_calls.so

Asked by lines of JSON on standard input, it answers by lines of JSON. A request has `runs`, which
begin together, each {words, place, environment, fault}. What they leave is waited for and ended.
"""

import ctypes
import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress

KINDS = ("make", "write", "sync", "rename", "remove")
DIE, CALL = -1, -2
_SUBREAPER = 36
_LONGEST = 240.0
_library = ctypes.CDLL(sys.argv[1])
_library.fail_calls_share.restype = ctypes.POINTER(ctypes.c_long * len(KINDS))
_back = ctypes.CFUNCTYPE(None)
_kept = []  # what the library calls back must outlive the call


def serve() -> None:
    counts = _library.fail_calls_share().contents
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    print(json.dumps("ready"), file=answers, flush=True)
    for line in sys.stdin:
        for kind in range(len(KINDS)):
            counts[kind] = 0
        asked = json.loads(line)
        begun = [_begin(run, number) for number, run in enumerate(asked["runs"])]
        results = [
            _ended(process, run, number)
            for number, (process, run) in enumerate(zip(begun, asked["runs"], strict=True))
        ]
        answer = {"runs": results, "orphans": _orphans(asked["leaving"])}
        answer["counts"] = dict(zip(KINDS, counts, strict=True)) | {
            "spawn": sum(r.pop("spawned") for r in results)
        }
        print(json.dumps(answer), file=answers, flush=True)


def _begin(run: dict, number: int) -> int:
    process = os.fork()
    if process:
        return process
    status = 70
    try:
        _new_session()
        place = run["place"]
        for stream, name in ((1, "out"), (2, "err")):
            file = os.open(f"{place}/{name}{number}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(file, stream)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.chdir(f"{place}/work")
        os.environ.update(run.get("environment", {}), TMPDIR=f"{place}/work/tmp", COLUMNS="200")
        os.makedirs(f"{place}/work/tmp", exist_ok=True)
        tempfile.tempdir = f"{place}/work/tmp"  # else its own trial of the folder is a call
        sys.argv[:] = ["stickdance", *run["words"]]
        _plan(run.get("fault"), place, number)
        from stickdance.tools import cli

        try:
            cli.main(run["words"])
        except SystemExit as left:
            status = left.code if isinstance(left.code, int) else 0 if left.code is None else 1
        except KeyboardInterrupt:
            status = 130
        except BaseException:
            import traceback

            traceback.print_exc()
            status = 1
        sys.stdout.flush()
        sys.stderr.flush()
        _tell_open(place, number)
    finally:
        os._exit(status)


def _new_session() -> None:
    """Begin a session, which Linux would otherwise give a share of the processor of its own."""
    share, nice = "/proc/self/autogroup", ""
    with suppress(OSError, IndexError), open(share) as file:
        nice = file.read().split()[-1]
    os.setsid()
    with suppress(OSError), open(share, "w") as file:
        file.write(nice)


def _tell_open(place: str, number: int) -> None:
    """Keep which files below the place are open when a command has ended."""
    gc.collect()
    still = []
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            still.append(os.readlink(f"/proc/self/fd/{name}"))
    with open(f"{place}/open{number}", "w") as file:
        file.writelines(f"{each}\n" for each in still if each.startswith(f"{place}/work/"))


def _plan(fault: dict | None, place: str, number: int) -> None:
    fault = fault or {}
    kind, deed = fault.get("kind"), fault.get("deed", 0)
    back = _back(lambda: _change(fault))
    _kept.append(back)
    index = KINDS.index(kind) if kind in KINDS else -1
    at, ever = fault.get("number", 0), int(fault.get("ever", False))
    _spawns(fault if kind == "spawn" else {}, f"{place}/spawned{number}")
    if kind == "clock":
        _library.fail_calls_clock(at, deed)
    root = f"{place}/work".encode()
    _library.fail_calls_plan(root, index, at, deed, ever, back)


def _change(fault: dict) -> None:
    """Change an input while it is used: another one of the same name takes its place."""
    os.replace(fault["with"], fault["input"])


def _spawns(fault: dict, log: str) -> None:
    """Count programs that are started; one, or all from one on, does not begin or is killed."""
    real = subprocess.Popen.__init__
    begun = [0]
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)

    def start(self, *arguments, **options):
        begun[0] += 1
        os.write(file, b".")
        number = fault.get("number", 0)
        hit = number and (begun[0] == number or (begun[0] > number and fault.get("ever")))
        deed = fault.get("deed")
        if hit and isinstance(deed, int) and deed > 0:
            raise OSError(deed, os.strerror(deed), "ffmpeg")
        if hit and deed == DIE:
            os.kill(os.getpid(), signal.SIGKILL)
        if hit and deed == "full":
            options["restore_signals"] = False  # a write beyond the limit fails, and does not kill
        real(self, *arguments, **options)
        if hit and deed == "full":
            import resource

            resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (64, 64))
        if hit and deed == "killed":
            os.kill(self.pid, signal.SIGKILL)
        if hit and deed == "killed later":
            time.sleep(0.03)
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    subprocess.Popen.__init__ = start


def _ended(process: int, run: dict, number: int) -> dict:
    began, place = time.monotonic(), run["place"]
    while True:
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            break
        if time.monotonic() - began > run.get("patience", _LONGEST):
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            status = None
            break
        time.sleep(0.002)
    said = {}
    for name in ("out", "err"):
        with open(f"{place}/{name}{number}", errors="replace") as file:
            said[name] = file.read()[-6000:]
    spawned = (
        os.stat(f"{place}/spawned{number}").st_size
        if os.path.exists(f"{place}/spawned{number}")
        else 0
    )
    still = []
    if os.path.exists(f"{place}/open{number}"):
        with open(f"{place}/open{number}") as file:
            still = file.read().splitlines()
        os.unlink(f"{place}/open{number}")
    code = "hung" if status is None else os.waitstatus_to_exitcode(status)
    return {
        "status": code,
        "spawned": spawned,
        "open": still,
        "seconds": time.monotonic() - began,
        **said,
    }


def _orphans(seconds: float) -> list[str]:
    """Wait until programs that were left behind have ended; return those that do not."""
    until, left = time.monotonic() + seconds, []
    while time.monotonic() < until:
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                continue
        left = _children()
        if not left:
            return []
        time.sleep(0.01)
    names = []
    for process in left:
        with suppress(OSError):
            with open(f"/proc/{process}/cmdline", "rb") as file:
                names.append(file.read().replace(b"\0", b" ").decode(errors="replace")[:300])
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
    return names


def _children() -> list[int]:
    found = []
    for task in os.listdir("/proc/self/task"):
        with suppress(OSError), open(f"/proc/self/task/{task}/children") as file:
            found += [int(word) for word in file.read().split()]
    return found


def _warm(modules: str) -> None:
    import importlib

    for name in filter(None, modules.split(",")):
        importlib.import_module(name)


if __name__ == "__main__":
    _warm(sys.argv[2] if len(sys.argv) > 2 else "")
    serve()
