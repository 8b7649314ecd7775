"""Many comparisons: scored side by side, remembered when finished, never scored twice.

Folder of results
    finished/KEY.arrow    the scores of one pair (see `results`), written whole or not at all; KEY
                          stands for the pair's name
    lock                  held while somebody works there

A finished pair is scored again only when its files or the options changed: its facts hold a
fingerprint of them. What a pair's result is does not depend on where or when it was scored.
"""

import functools
import hashlib
import json
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, replace
from importlib import metadata
from itertools import islice
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import whole_file
from stickdance.checkpoints.locks import only_one
from stickdance.checkpoints.progress import tracked
from stickdance.synth.compute.threads import one_thread_each
from stickdance.synth.quality.compare import (
    compare_frames,
    load_networks,
    make_scorer,
    needs_networks,
)
from stickdance.synth.quality.guides import GuideFiles
from stickdance.synth.quality.options import CompareOptions
from stickdance.synth.quality.pair_list import PairJob, PairList
from stickdance.synth.quality.results import PairScores
from stickdance.synth.quality.side_by_side import WORKERS
from stickdance.synth.quality.sides import Side

FINISHED = "finished"
_FORMAT = 4
"""Changes when the same inputs would give other results."""
_FINGERPRINT = "fingerprint"


@dataclass(frozen=True)
class Outcome:
    """What came of one pair."""

    name: str
    data: bytes = b""
    """`PairScores.to_bytes`; empty where the pair could not be scored."""
    fault: str = ""
    """Why it could not."""


Runner = Callable[[Sequence[PairJob], CompareOptions], Iterator[Outcome]]
"""Scores jobs, in whatever order, and yields what came of each."""


@dataclass(frozen=True)
class ManyScores:
    """What came of all pairs; the scores themselves lie in the folder."""

    folder: Path
    pairs: PairList
    faults: dict[str, str]
    """By name, for those that could not be scored."""
    reused: int
    """Pairs that were finished before."""
    finished_in: Path | None = None
    """The folder in which finished pairs are kept, if not `folder`."""

    def alone(self, name: str, folder: Path) -> "ManyScores":
        """Return one pair by itself, its files to be written into another folder."""
        job = next(job for job in self.pairs.jobs if job.name == name)
        return ManyScores(folder, replace(self.pairs, jobs=(job,)), {}, 0, self.folder)

    def scored(self) -> Iterator[tuple[PairJob, PairScores]]:
        """Yield the scores of the pairs that have some, in the order of the list."""
        for job in self.pairs.jobs:
            if job.name not in self.faults:
                yield (
                    job,
                    PairScores.from_bytes(_path(self.finished_in or self.folder, job).read_bytes()),
                )


def score_many(
    pairs: PairList,
    options: CompareOptions,
    folder: Path,
    run: Runner,
    skip_existing: bool = False,
) -> ManyScores:
    """Score all pairs that are not finished yet.

    Args:
        pairs: what to compare.
        options: how; those that name files of one reference are for a single pair.
        folder: where finished pairs are kept.
        run: scores them.
        skip_existing: take what is finished without looking whether its files changed since.

    Raises:
        InUse: another process works in the folder.
        OutputFailed: a result cannot be written.
    """
    folder = Path(folder)
    (folder / FINISHED).mkdir(parents=True, exist_ok=True)
    with only_one(folder / FINISHED):
        for leftover in (folder / FINISHED).glob(".*.arrow.partial"):  # of a run that was killed
            shutil.rmtree(leftover, ignore_errors=True)
        todo = unfinished(pairs, options, folder, skip_existing)
        faults = {}
        outcomes = run(todo, options)
        if len(todo) > 1:
            outcomes = tracked(outcomes, "pairs", len(todo), "pair")
        for outcome in outcomes:
            if outcome.fault:
                faults[outcome.name] = _without_root(outcome.fault, pairs.root)
                continue
            with whole_file(_path(folder, outcome.name)) as temporary:
                temporary.write_bytes(outcome.data)
    return ManyScores(folder, pairs, faults, len(pairs.jobs) - len(todo))


def unfinished(
    pairs: PairList, options: CompareOptions, folder: Path, skip_existing: bool = False
) -> list[PairJob]:
    """Return the pairs that have no result of these files and options in the folder."""
    common = _common(options)
    todo = []
    for job in tracked(pairs.jobs, "looking", unit="pair"):
        path = _path(Path(folder), job)
        if not path.is_file() or not _is_current(path, job, options, common, skip_existing):
            todo.append(job)
    return todo


def score_job(
    job: PairJob, options: CompareOptions, workers: int = 0, stopped: threading.Event | None = None
) -> Outcome:
    """Score one pair; what is wrong with its files is in the outcome, not raised."""
    try:
        print_of_files = fingerprint(job, options)
        scores = compare_frames(
            job.reference,
            job.rendered,
            options,
            workers=workers,
            stopped=stopped,
        )
    except BadInput as error:
        return Outcome(job.name, fault=str(error))
    facts = {_FINGERPRINT: print_of_files, **scores.facts}
    return Outcome(job.name, PairScores(scores.table, facts).to_bytes())


def on_threads(jobs: Sequence[PairJob], options: CompareOptions) -> Iterator[Outcome]:
    """Score jobs on this machine: one pair a thread, or one frame a thread of a single pair."""
    with one_thread_each(needs_networks(options)):
        if len(jobs) == 1:
            yield score_job(jobs[0], options, workers=WORKERS)
            return
        load_networks(options)  # here, where somebody hears if there is none
        stopped = threading.Event()
        with ThreadPoolExecutor(WORKERS) as pool:
            try:
                yield from _as_finished(pool, jobs, options, stopped)
            finally:
                stopped.set()


def fingerprint(job: PairJob, options: CompareOptions, common: str | None = None) -> str:
    """Return a SHA-256 of all that decides the scores of a pair.

    Raises:
        BadInput: a side is missing or nothing that can be compared.
    """
    sides = [Side.open(path).digest() for path in (job.reference, job.rendered)]
    text = "\n".join([common or _common(options), *sides])
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _as_finished(
    pool: ThreadPoolExecutor,
    jobs: Iterable[PairJob],
    options: CompareOptions,
    stopped: threading.Event,
) -> Iterator[Outcome]:
    waiting: set[Future[Outcome]] = set()
    rest = iter(jobs)
    while True:
        more = islice(rest, 2 * WORKERS - len(waiting))
        waiting |= {pool.submit(score_job, job, options, 0, stopped) for job in more}
        if not waiting:
            return
        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()


def _common(options: CompareOptions) -> str:
    """Return what decides the scores of every pair alike, as text."""
    files = GuideFiles.open(options.take, options.mattes, options.poses, options.first)
    scorer = make_scorer(options, files)
    values: dict[str, Any] = {
        **{key: value for key, value in asdict(options).items() if not isinstance(value, Path)},
        "format": _FORMAT,
        "version": _version(),
        "wanted": options.wanted(),
        "guides": files.digest,
        "absent": {key: network.absent for key, network in scorer.networks.items()},
    }
    return json.dumps(values, sort_keys=True)


@functools.cache
def _version() -> str:
    return metadata.version("stickdance")


def _is_current(
    path: Path, job: PairJob, options: CompareOptions, common: str, skip_existing: bool
) -> bool:
    try:
        known = PairScores.from_bytes(path.read_bytes()).facts[_FINGERPRINT]
        return skip_existing or known == fingerprint(job, options, common)
    except (ValueError, KeyError):
        return False


def _path(folder: Path, job: PairJob | str) -> Path:
    name = job if isinstance(job, str) else job.name
    key = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:24]
    return folder / FINISHED / f"{key}.arrow"


def _without_root(fault: str, root: Path) -> str:
    return fault.replace(f"{root}/", "")
