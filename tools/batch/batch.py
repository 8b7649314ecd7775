"""A batch: every row of a manifest checked, then done on what there is, and told of.

OUTPUT/COMMAND-KEY/  a result, named by its content (`doing`), with its manifest.json
OUTPUT/results.csv   the rows, and which result each has
OUTPUT/failed.csv    those without one: why, the job's command but for its --output, and the one
                     that repeats it as a job of the batch
OUTPUT/inputs.csv    where the inputs of each result lay, which results do not tell: they are the
                     same bytes wherever they are made. `reproduce` looks there
"""

import csv
import os
import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from stickdance.checkpoints.csv_cells import escaped
from stickdance.checkpoints.errors import BadInput, StickdanceError, UsageError
from stickdance.checkpoints.locks import only_one
from stickdance.checkpoints.progress import Work, note, tracked
from stickdance.checkpoints.stopping import resumable
from stickdance.tools.batch.cache import Cache
from stickdance.tools.batch.doing import Outcome, Place, result_of
from stickdance.tools.batch.locations import is_url
from stickdance.tools.batch.manifest import JobRow, Manifest
from stickdance.tools.batch.options import BatchOptions
from stickdance.tools.batch.processes import Processes
from stickdance.tools.batch.schedule import Machines, outcomes
from stickdance.tools.batch.stores import IN_ONE_PROCESS, Results, results_in
from stickdance.tools.duration import in_words

RESULTS, FAILED, INPUTS = "results.csv", "failed.csv", "inputs.csv"
COLUMNS = {
    RESULTS: ("row", "name", "command", "result"),
    FAILED: ("row", "name", "exit_status", "tries", "reason", "job", "repeat"),
    INPUTS: ("row", "result", "input"),
}
_WORK = ".work"


@dataclass
class Tally:
    """What came of a batch."""

    jobs: int
    made: int = 0
    there: int = 0
    failed: int = 0
    reasons: list[str] = field(default_factory=list)
    """Of the first that failed."""

    @property
    def over(self) -> int:
        """Return how many jobs are over."""
        return self.made + self.there + self.failed


def run_batch(manifest: str, output: str, options: BatchOptions) -> dict[str, Any]:
    """Do the jobs of a manifest whose results are not there.

    Args:
        manifest: CSV or JSONL: a path or an address in a store.
        output: folder of the results, likewise.
        options: how.

    Returns:
        Counts, `output`, and `exit_status` 1 where jobs failed.

    Raises:
        BadInput: a row that its command would not understand; nothing has run then.
        InUse: another batch works in the folder.
    """
    _check(options, output)
    output = output.rstrip("/") if is_url(output) else str(Path(output).absolute())
    cache = Cache(options.cache or _default_cache(), int(options.cache_gb * 1e9))
    work = None
    try:
        with ExitStack() as held:
            jobs = _opened(manifest, cache, options)
            total = sum(1 for _ in tracked(_chosen(jobs, options), "checking", unit="row"))
            if total == 0:
                raise BadInput(f"{manifest}: lists no jobs{' of --row' * bool(options.rows)}")
            if options.dry_run:
                return _planned(jobs, total, output, cache, options)
            work = _work_of(output, cache)
            held.enter_context(only_one(work, Path(output)))
            place = Place(output, work, cache)
            with resumable():
                tally = _done(jobs, total, place, _repeating(manifest, output, options), options)
    finally:
        if work is not None:
            with suppress(OSError):  # something is left there to carry on from
                work.rmdir()
    return _told(tally, output)


def _check(options: BatchOptions, output: str) -> None:
    if options.ray is not None and output.startswith(IN_ONE_PROCESS):
        raise UsageError(
            f"--output {output}: lies in the memory of one process; Ray's have each their own"
        )
    for name, least in (("max_in_flight", 1), ("retries", 0), ("cache_gb", 0), ("gpus", 0)):
        value = getattr(options, name)
        if value is not None and value < least:
            raise UsageError(f"--{name.replace('_', '-')} {value:g}: expected {least} or more")


def _default_cache() -> Path:
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return caches / "stickdance/batch"


def _work_of(output: str, cache: Cache) -> Path:
    """Return the folder to work in: on the disk of the results, or beside the cache."""
    if is_url(output):
        return cache.folder / "work" / sha256(output.encode()).hexdigest()[:16]
    return Path(output) / _WORK


def _opened(manifest: str, cache: Cache, options: BatchOptions) -> Manifest:
    if not is_url(manifest):
        file = Path(manifest).absolute()
        return Manifest(file, str(file.parent), manifest, options.command)
    root, _, name = manifest.rpartition("/")
    file = cache.folder / "manifests" / f"{sha256(manifest.encode()).hexdigest()[:16]}-{name}"
    file.unlink(missing_ok=True)
    cache.give(manifest, cache.digest(manifest), file)
    return Manifest(file, root, manifest, options.command)


def _chosen(jobs: Manifest, options: BatchOptions) -> Iterator[JobRow]:
    return (row for row in jobs.rows() if not options.rows or row.number in options.rows)


def _planned(
    jobs: Manifest, total: int, output: str, cache: Cache, options: BatchOptions
) -> dict[str, Any]:
    """Return what would run."""
    results = results_in(output) if is_url(output) or Path(output).is_dir() else None
    there, absent = 0, []
    for row in tracked(_chosen(jobs, options), "looking", total, "row"):
        try:
            name = result_of(row, cache)
            there += results is not None and results.has(name)
        except StickdanceError as error:
            absent.append(f"{row.name}: {error}")
    left = total - there - len(absent)
    lacking = f", {len(absent)} cannot run (first: {absent[0]})" if absent else ""
    return {
        "jobs": total,
        "to_do": left,
        "there": there,
        "without_inputs": absent[:100],
        "in_a_line": f"{left} of {total} jobs would run, {there} have their result{lacking}",
        **({"exit_status": 1} if absent else {}),
    }


def _done(
    jobs: Manifest, total: int, place: Place, repeating: Sequence[str], options: BatchOptions
) -> Tally:
    tally, started = Tally(total), time.monotonic()
    with (
        _machines(place, options) as machines,
        _tables(place, not options.rows) as tables,
        Work("jobs", total, "job") as work,
    ):
        for outcome in outcomes(_chosen(jobs, options), machines, options.retries):
            _count(tally, outcome, tables, repeating)
            rate = tally.over / max(1e-3, time.monotonic() - started)
            work.details = f"{_rate(60 * rate)}, {tally.failed} failed"
            work.advance()
    passed = time.monotonic() - started
    note(f"{total} jobs in {in_words(passed)}, {_rate(60 * total / max(1e-3, passed))}")
    return tally


def _rate(a_minute: float) -> str:
    return f"{a_minute:,.0f} a minute" if a_minute >= 100 else f"{a_minute:.3g} a minute"


def _machines(place: Place, options: BatchOptions) -> AbstractContextManager[Machines]:
    @contextmanager
    def here() -> Iterator[Machines]:
        yield Processes(place, options.max_in_flight)

    @contextmanager
    def on_ray(address: str) -> Iterator[Machines]:
        from stickdance.synth.compute.ray_cluster import connected, imported
        from stickdance.tools.batch.on_ray import RayMachines

        ray = imported()
        with connected(ray, address) as processors:
            yield RayMachines(ray, place, processors, options.gpus, options.max_in_flight)

    return here() if options.ray is None else on_ray(options.ray)


@contextmanager
def _tables(place: Place, keeps: bool) -> Iterator[Mapping[str, Any]]:
    """Give writers of the tables by name; they are put up whatever happens, or left alone.

    Jobs end in any order; the tables have that of the manifest.
    """
    results = results_in(place.output)
    with ExitStack() as held:
        writers = {}
        for name, header in COLUMNS.items():
            held.callback(_end_table, place.work / name, header, results if keeps else None)
            writers[name] = csv.writer(
                held.enter_context((place.work / name).open("w", newline="", encoding="utf-8"))
            )
        yield writers


def _end_table(file: Path, header: Sequence[str], results: Results | None) -> None:
    if results is not None and file.exists():
        _put_in_order(file, header)
        results.put_file(file, file.name)
    file.unlink(missing_ok=True)


def _put_in_order(file: Path, header: Sequence[str]) -> None:
    with file.open(newline="", encoding="utf-8") as unsorted:
        rows = sorted(csv.reader(unsorted), key=lambda row: int(row[0]))
    with file.open("w", newline="", encoding="utf-8") as table:
        csv.writer(table, lineterminator="\n").writerows([header, *rows])


def _count(
    tally: Tally,
    outcome: Outcome,
    tables: Mapping[str, Any],
    repeating: Sequence[str],
) -> None:
    row = outcome.row
    if outcome.state != "failed":
        tables[RESULTS].writerow([row.number, escaped(row.name), row.command, outcome.result])
        for place in (word.text for word in row.words if word.input):
            tables[INPUTS].writerow([row.number, outcome.result, escaped(place)])
        tally.made += outcome.state == "made"
        tally.there += outcome.state == "there"
        return
    tally.failed += 1
    line = f"{row.name}: {outcome.reason}"
    note(f"failed: {line}")
    tally.reasons += [line] * (len(tally.reasons) < 10)
    job = shlex.join(["stickdance", row.command, *(word.text for word in row.words)])
    again = shlex.join([*repeating, "--row", str(row.number)])
    cells = [row.number, row.name, outcome.status, outcome.tries, outcome.reason, job, again]
    tables[FAILED].writerow([escaped(str(cell)) for cell in cells])


def _repeating(manifest: str, output: str, options: BatchOptions) -> list[str]:
    """Return the command that does the batch again, but for --row."""
    named = manifest if is_url(manifest) else str(Path(manifest).absolute())
    words = ["stickdance", "batch", named, "--output", output]
    words += ["--command", options.command] if options.command else []
    return [*words, *(["--cache", str(options.cache.absolute())] if options.cache else [])]


def _told(tally: Tally, output: str) -> dict[str, Any]:
    where = f"; see {output}/{FAILED}" if tally.failed else ""
    return {
        "output": output,
        "jobs": tally.jobs,
        "made": tally.made,
        "there": tally.there,
        "failed": tally.failed,
        "reasons": tally.reasons,
        **({"exit_status": 1} if tally.failed else {}),
        "in_a_line": f"{tally.made} jobs done, {tally.there} had their result, "
        f"{tally.failed} failed{where}",
    }
