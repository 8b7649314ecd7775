"""Reads files changed at random until something is raised that is no error of ours.

    python tests/fuzz/fuzz.py [READER ...] [--runs N] [--seed N] [--atheris] [--keep FOLDER]

With `--atheris` a reader is fuzzed by its coverage (Python 3.11, the extra `fuzz`); otherwise files
are changed as `mutation` says, which knows JSON, NPZ, ZIP and text. What failed is kept by the
SHA-256 of its content in `corpus/READER/`, which the tests read again.
"""

import argparse
import hashlib
import inspect
import json
import os
import random
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from types import FunctionType

sys.path.insert(0, str(Path(__file__).resolve().parent))
from readers import MEDIA, PURE, READERS, Reader

CORPUS = Path(__file__).resolve().parent / "corpus"
SLOW_SECONDS, HANGING_SECONDS = 5.0, 60.0


def outcome(reader: Reader, place: Path, data: bytes) -> str:
    """Return "read", "refused", or where and why a reader broke."""
    from stickdance.checkpoints.errors import StickdanceError

    file = place_of(reader, place)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    began, spent = time.monotonic(), time.process_time()
    try:
        reader.read(file)
        found = "read"
    except StickdanceError as error:
        found = (
            "refused"
            if "\n" not in str(error) and error.exit_status in (2, 3, 4)
            else f"says {error!r:.200}"
        )
    except (Exception, RecursionError) as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        found = (
            f"{type(error).__name__}: {error!s:.100} at {Path(where.filename).name}:{where.lineno}"
        )
    spent, passed = time.process_time() - spent, time.monotonic() - began
    if spent > SLOW_SECONDS or passed > HANGING_SECONDS:  # other work may slow it down
        return f"takes {passed:.0f} s ({found})"
    return found


def place_of(reader: Reader, place: Path) -> Path:
    """Return where a reader finds its file in a folder."""
    own = reader.suffix if reader.suffix.startswith("/") else f"/file{reader.suffix}"
    return Path(f"{place}{own}")


def fuzz(name: str, runs: int, seed: int, keep: Path) -> dict[str, object]:
    """Read so many changed files; keep the first of each kind that fails."""
    reader, chance = READERS[name], random.Random(f"{seed} {name}")
    counts, failures = {"read": 0, "refused": 0}, {}
    began = time.monotonic()
    with TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        pool = list(reader.seeds())
        outcome(reader, Path(folder), pool[0])  # imports, which may take long
        for data in pool:
            assert outcome(reader, Path(folder), data) == "read", (
                name,
                outcome(reader, Path(folder), data),
            )
        for _ in range(runs):
            data = reader.mutate(chance.choice(pool), chance)
            found = outcome(reader, Path(folder), data)
            if found in counts:
                counts[found] += 1
                if found == "read" and len(pool) < 40 and chance.random() < 0.05:
                    pool.append(data)
            elif found not in failures:
                failures[found] = kept(name, data, keep)
    return {
        "reader": name,
        "runs": runs,
        **counts,
        "failures": failures,
        "seconds": round(time.monotonic() - began, 1),
    }


def kept(name: str, data: bytes, keep: Path) -> str:
    file = keep / name.replace(" ", "_") / hashlib.sha256(data).hexdigest()[:12]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file.name


def in_process_of_its_own(deed: Callable[[], None]) -> int:
    """Do what never returns; return 1 where it failed."""
    process = os.fork()
    if not process:
        deed()
        os._exit(0)
    return int(os.waitpid(process, 0)[1] != 0)


def by_coverage(name: str, runs: int, seed: int, keep: Path) -> None:
    """Let atheris choose what to change, by which lines are reached; this never returns."""
    import atheris

    reader, place = READERS[name], Path(mkdtemp())
    outcome(reader, place, reader.seeds()[0])  # imports what is to be watched
    for function in _functions_of("stickdance.", "zipfile", "json.", "numpy.lib"):
        atheris.instrument_func(function)

    def one(data: bytes) -> None:
        found = outcome(reader, place, data)
        if found not in ("read", "refused"):
            kept(name, data, keep)
            raise RuntimeError(found)

    def changed(data: bytes, most: int, number: int) -> bytes:
        return reader.mutate(data or reader.seeds()[0], random.Random(number))[:most]

    seeds = Path(mkdtemp())
    for number, data in enumerate(reader.seeds()):
        (seeds / str(number)).write_bytes(data)
    words = [sys.argv[0], f"-runs={runs}", f"-seed={seed + 1}", "-max_len=65536"]
    words += [f"-artifact_prefix={place}/", str(seeds)]
    atheris.Setup(words, one, custom_mutator=changed)
    atheris.Fuzz()


def _functions_of(*packages: str) -> list[FunctionType]:
    """Return the functions and methods that modules define which are imported already."""
    found = {}
    for name, module in list(sys.modules.items()):
        if not name.startswith(packages):
            continue
        values = list(vars(module).values())
        values += [
            each for kind in values if isinstance(kind, type) for each in vars(kind).values()
        ]
        for value in values:
            function = inspect.unwrap(value) if callable(value) else None
            if isinstance(function, FunctionType) and function.__module__ == name:
                found[id(function.__code__)] = function
    return list(found.values())


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("readers", nargs="*")
    asked.add_argument(
        "--runs", type=int, default=0, help="0: 100,000, and 10,000 where ffmpeg starts"
    )
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--atheris", action="store_true")
    asked.add_argument("--keep", type=Path, default=CORPUS)
    told = asked.parse_args()
    failed = 0
    for name in told.readers or [*PURE, *MEDIA]:
        runs = told.runs or (10_000 if name in MEDIA else 100_000)
        runs = max(1, round(runs * READERS[name].share))
        if told.atheris:
            failed += in_process_of_its_own(partial(by_coverage, name, runs, told.seed, told.keep))
            continue
        result = fuzz(name, runs, told.seed, told.keep)
        print(json.dumps(result, ensure_ascii=False), flush=True)
        failed += len(result["failures"])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
