"""The command `evaluate`: one or many comparisons, their files and page, and limits for builds."""

import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.synth.quality.compare import compare, score_columns
from stickdance.synth.quality.guides import GuideFiles
from stickdance.synth.quality.metrics import OF_SETS, judge_of, title_of
from stickdance.synth.quality.options import CompareOptions
from stickdance.synth.quality.pair_list import (
    PairJob,
    PairList,
    candidates,
    find_pair_list,
    read_pair_list,
)
from stickdance.synth.quality.thresholds import Limit, parse_limits
from stickdance.tools.commands.evaluation_verdict import check_weights, in_a_line, judge
from stickdance.tools.display import unbroken
from stickdance.tools.options import EvaluateOptions

if TYPE_CHECKING:
    from stickdance.synth.quality.many import Runner


def evaluate(
    reference: Path | None,
    rendered: Sequence[Path],
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
        WeightsAbsent: a score is asked for by name, or limited, whose weights are not here.
    """
    pairs = _pairs(reference, rendered, how)
    _check(pairs, options, how)
    limits = _limits(options, how)
    if how.dry_run:
        return _planned(pairs, options, how)
    check_weights(options, limits)
    started = time.perf_counter()
    faults: dict[str, str] = {}
    if how.output is None:
        job = pairs.jobs[0]
        summary = compare(job.reference, job.rendered, options)
    else:
        summary, faults = _with_files(pairs, options, how, how.output)
    verdict = judge(summary, faults, pairs, options, limits, how.allow_missing)
    for line in (*verdict.lines, *_rank_lines(summary)):
        print(f"stickdance: {unbroken(line)}", file=sys.stderr)
    return {
        **summary,
        **({} if how.output is None else {"output": str(how.output)}),
        "broken": list(verdict.broken),
        **({"exit_status": verdict.status} if verdict.status else {}),
        "in_a_line": unbroken(in_a_line(summary, faults, time.perf_counter() - started)),
    }


def _rank_lines(summary: Mapping[str, Any]) -> list[str]:
    """Return how renderings of one reference differ, by the score that judges."""
    ranked = summary.get("ranking")
    if not ranked:
        return []
    judge = judge_of(ranked)
    order = [one["name"] for one in ranked[judge]["ranks"]]
    others = [key for key in ranked if [one["name"] for one in ranked[key]["ranks"]] != order]
    told = [one["told"] for one in ranked[judge]["differences"]]
    return [*told, *([f"another order by {', '.join(map(title_of, others))}"] if others else [])]


def _pairs(reference: Path | None, rendered: Sequence[Path], how: EvaluateOptions) -> PairList:
    if how.manifest is not None:
        if reference is not None:
            raise UsageError("evaluate takes either --manifest or a reference and a rendering")
        return read_pair_list(how.manifest)
    if reference is None or not rendered:
        raise UsageError("evaluate needs a reference and a rendering, or --manifest pairs.csv")
    several = candidates(reference, rendered)
    if several is not None:
        return several
    found = find_pair_list(reference, rendered[0])
    one = PairJob(rendered[0].stem or "rendered", reference, rendered[0])
    return found or PairList(Path.cwd(), (one,))


def _check(pairs: PairList, options: CompareOptions, how: EvaluateOptions) -> None:
    many = len(pairs.jobs) > 1
    _ = options.offset  # refuses what is no number of frames before any work
    if many and not pairs.one_reference and (options.take or options.mattes or options.poses):
        raise UsageError("--take, --mattes and --poses belong to one reference, not to many pairs")
    if how.output is None and (many or how.ray is not None):
        raise UsageError("many pairs need a folder for their results: name one with -o FOLDER")


def _limits(options: CompareOptions, how: EvaluateOptions) -> tuple[Limit, ...]:
    if not (how.fail_under or how.fail_over):
        options.wanted()  # refuses what is no score before any work
        return ()
    files = GuideFiles.open(options.take, options.mattes, options.poses, options.first)
    wanted = options.wanted()
    keys = score_columns(options, files) + tuple(key for key in OF_SETS if key in wanted)
    return parse_limits(how.fail_under, how.fail_over, keys, options.ssim, options.lpips)


def _planned(pairs: PairList, options: CompareOptions, how: EvaluateOptions) -> dict[str, Any]:
    from stickdance.synth.quality.many import unfinished

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
    from stickdance.synth.quality.many import FINISHED, score_many
    from stickdance.synth.quality.result_files import write_results
    from stickdance.tools.pages.quality_page import write_page, write_pair_pages

    try:
        many = score_many(pairs, options, folder, _runner(how), how.skip_existing)
    except BaseException:
        for empty in (folder / FINISHED, folder):  # of a run that was stopped before its first pair
            with suppress(OSError):
                empty.rmdir()
        raise
    if len(many.faults) == len(pairs.jobs):
        raise BadInput(next(iter(many.faults.values())))
    summary = write_results(many, options)
    write_page(many, summary, options, write_pair_pages(many, summary, options))
    return summary, many.faults


def _runner(how: EvaluateOptions) -> "Runner":
    if how.ray is None:
        from stickdance.synth.quality.many import on_threads

        return on_threads
    from stickdance.synth.quality.on_ray import on_ray

    return on_ray(how.ray)
