"""The command `evaluate`: one or many comparisons, their files and page, and limits for builds."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tyro

from capture.errors import BadInput
from synth.quality.compare import compare, make_scorer
from synth.quality.comparison import CompareOptions
from synth.quality.guides import GuideFiles
from synth.quality.metrics import FRECHET, METRICS
from synth.quality.pair_list import PairJob, PairList, find_pair_list, read_pair_list
from synth.quality.thresholds import Limit, parse_limits
from tools.errors import UsageError

if TYPE_CHECKING:
    from synth.quality.many import Runner

INCOMPLETE, BELOW = 3, 6
"""Exit status where some input could not be scored, and where a limit is broken."""

Limits = Annotated[tuple[str, ...], tyro.conf.UseAppendAction, tyro.conf.arg(metavar="NAME=NUMBER")]


@dataclass(frozen=True)
class EvaluateOptions:
    """Where results go, and what they must keep to."""

    manifest: Path | None = None
    """Many comparisons: a CSV with the columns reference, rendered and, if wanted, name; its paths
    are relative to it. Two folders of videos are compared by their names without one."""
    output: Annotated[Path | None, tyro.conf.arg(aliases=["-o"])] = None
    """The folder for frames.csv, frames.parquet, summary.json and report.html; many comparisons
    need one, and go on there where they were stopped."""
    fail_under: Limits = ()
    """Exit status 6 if a score is less: NAME=NUMBER, comma-separated or repeated, e.g.
    ssim=0.85,psnr=24 (means over the frames) or ssim:percentile_5=0.7."""
    fail_over: Limits = ()
    """Likewise if a score is more, for those of which less is better: lpips=0.2,flicker=30."""
    skip_existing: bool = False
    """Take pairs that were finished before as they are, without looking whether files changed."""
    dry_run: bool = False
    """Only tell what would be scored."""
    ray: tuple[str, ...] | None = None
    """Score many pairs on Ray: alone, on this machine's processors; with an address (or auto), on
    that cluster."""


def evaluate(
    reference: Path | None,
    rendered: Path | None,
    options: CompareOptions,
    how: EvaluateOptions,
) -> dict[str, Any]:
    """Score what is asked for and return the summary.

    Returns:
        The summary with `in_a_line` for people, `output` where files were written, `broken` limits
        and `exit_status` where it is not 0.

    Raises:
        UsageError: the words do not fit together.
        BadInput: nothing could be scored.
    """
    pairs = _pairs(reference, rendered, how)
    _check(pairs, options, how)
    limits = _limits(options, how)
    if how.dry_run:
        return _planned(pairs, options, how)
    started = time.perf_counter()
    faults: dict[str, str] = {}
    if how.output is None:
        job = pairs.jobs[0]
        summary = compare(job.reference, job.rendered, options)
    else:
        summary, faults = _with_files(pairs, options, how, how.output)
    broken = [line for line in (limit.broken(summary) for limit in limits) if line]
    left_out = summary["unreadable"]["count"] + (
        0 if options.resize else summary["mis_sized"]["count"]
    )
    _say([*_alone(pairs), *_fault_lines(faults), *summary.get("warnings", []), *broken])
    status = INCOMPLETE if faults or left_out else BELOW if broken else 0
    return {
        **summary,
        **({} if how.output is None else {"output": str(how.output)}),
        "broken": broken,
        **({"exit_status": status} if status else {}),
        "in_a_line": _line(summary, faults, time.perf_counter() - started),
    }


def _pairs(reference: Path | None, rendered: Path | None, how: EvaluateOptions) -> PairList:
    if how.manifest is not None:
        if reference is not None:
            raise UsageError("evaluate takes either --manifest or a reference and a rendering")
        return read_pair_list(how.manifest)
    if reference is None and how.ray:
        raise UsageError(f"--ray took {' '.join(how.ray)} for its address; put --ray last")
    if reference is None or rendered is None:
        raise UsageError("evaluate needs a reference and a rendering, or --manifest pairs.csv")
    found = find_pair_list(reference, rendered)
    one = PairJob(rendered.stem or "rendered", reference, rendered)
    return found or PairList(Path.cwd(), (one,))


def _check(pairs: PairList, options: CompareOptions, how: EvaluateOptions) -> None:
    many = len(pairs.jobs) > 1
    if many and (options.take or options.mattes or options.poses):
        raise UsageError("--take, --mattes and --poses belong to one reference, not to many pairs")
    if how.output is None and (many or how.ray is not None):
        raise UsageError("many pairs need a folder for their results: name one with -o FOLDER")
    if how.ray is not None and len(how.ray) > 1:
        raise UsageError(f"--ray takes at most one address, found {' '.join(how.ray)}")


def _limits(options: CompareOptions, how: EvaluateOptions) -> tuple[Limit, ...]:
    if not (how.fail_under or how.fail_over):
        options.wanted()  # refuses what is no score before any work
        return ()
    files = GuideFiles.open(options.take, options.mattes, options.poses, options.first)
    wanted = options.wanted()
    keys = make_scorer(options, files).columns + ((FRECHET,) if FRECHET in wanted else ())
    return parse_limits(how.fail_under, how.fail_over, keys, options.ssim, options.lpips)


def _planned(pairs: PairList, options: CompareOptions, how: EvaluateOptions) -> dict[str, Any]:
    from synth.quality.many import unfinished

    todo = list(pairs.jobs)
    if how.output is not None:
        todo = unfinished(pairs, options, how.output, how.skip_existing)
    absent = [job.name for job in todo if not (job.reference.exists() and job.rendered.exists())]
    return {
        "pairs": len(pairs.jobs),
        "to_score": len(todo),
        "finished": len(pairs.jobs) - len(todo),
        "without_files": absent[:100],
        "missing": list(pairs.missing),
        "extra": list(pairs.extra),
        "in_a_line": f"{len(todo)} of {len(pairs.jobs)} pairs would be scored, "
        f"{len(absent)} of them have no files",
    }


def _with_files(
    pairs: PairList, options: CompareOptions, how: EvaluateOptions, folder: Path
) -> tuple[dict[str, Any], dict[str, str]]:
    from synth.quality.many import score_many
    from synth.quality.result_files import write_results
    from tools.quality_page import write_page

    many = score_many(pairs, options, folder, _runner(how), how.skip_existing)
    if len(many.faults) == len(pairs.jobs):
        raise BadInput(next(iter(many.faults.values())))
    summary = write_results(many, options)
    write_page(many, summary)
    return summary, many.faults


def _runner(how: EvaluateOptions) -> "Runner":
    if how.ray is None:
        from synth.quality.many import on_threads

        return on_threads
    from synth.quality.on_ray import HERE, on_ray

    return on_ray(*(how.ray or (HERE,)))


def _alone(pairs: PairList) -> list[str]:
    """Return a line about names that only one of two folders has."""
    sides = (("the rendered folder lacks", pairs.missing), ("the reference lacks", pairs.extra))
    return [
        f"{lacks} {len(names)} of the names (first: {names[0]}), not scored"
        for lacks, names in sides
        if names
    ]


def _fault_lines(faults: dict[str, str]) -> list[str]:
    named = [f"{name}: {why}" for name, why in sorted(faults.items())[:20]]
    more = [f"and {len(faults) - 20} pairs more that could not be scored"]
    return [*named, *(more if len(faults) > 20 else [])]


def _say(lines: Sequence[str]) -> None:
    for line in lines:
        print(f"stickdance: {line}", file=sys.stderr)


def _line(summary: dict[str, Any], faults: dict[str, str], seconds: float) -> str:
    told = [
        f"{METRICS[key].title} {summary[key]:.4g} {METRICS[key].unit}".rstrip()
        for key in METRICS
        if summary.get(key) is not None
    ]
    count = _counted(summary["frames"], "frame")
    if "pairs" in summary:
        failed = f" ({len(faults)} failed)" if faults else ""
        count = f"{_counted(summary['pairs']['scored'], 'pair')}{failed}, {count}"
    return f"{count} in {seconds:.1f} s: {', '.join(told)}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
