"""What a comparison amounts to: lines for people, and the exit status of `evaluate`.

Scores of some frames say nothing about the others, so what could not be scored counts: names and
frames that only one side has (status 6, as a score below its limit), what cannot be read or has
another size, and scores that were asked for by name and that no frame has (status 3).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from stickdance.checkpoints.errors import WeightsAbsent
from stickdance.synth.quality.ffmpeg_scores import check_filters
from stickdance.synth.quality.metrics import CSIM, LPIPS, METRICS, OF_SETS, title_of
from stickdance.synth.quality.options import CompareOptions
from stickdance.synth.quality.pair_list import PairList
from stickdance.synth.quality.thresholds import Limit

INCOMPLETE, BELOW = 3, 6
"""Exit status where some input could not be scored, and where a limit is broken."""
_TOLD = 20  # lines about as many pairs


@dataclass(frozen=True)
class Verdict:
    """What is said about a comparison, and how the program ends."""

    lines: tuple[str, ...]
    broken: tuple[str, ...]
    """Those of the lines that name a broken limit."""
    status: int


def judge(
    summary: Mapping[str, Any],
    faults: Mapping[str, str],
    pairs: PairList,
    options: CompareOptions,
    limits: Sequence[Limit],
    allow_missing: bool,
) -> Verdict:
    """Return the verdict about a comparison.

    Args:
        summary: what was found.
        faults: by name, why a pair could not be scored.
        pairs: what was to be compared.
        options: how it was.
        limits: what the scores must keep to.
        allow_missing: whether either side may lack frames or names of the other.
    """
    broken = [line for line in (limit.broken(summary) for limit in limits) if line]
    absent = [
        f"{_title(key)} was asked for and has no value: {summary['reasons'].get(key, 'not taken')}"
        for key in options.asked()
        if summary.get(key) is None
    ]
    partly = [
        f"{_title(key)} is of fewer frames: {summary['reasons'][key]}"
        for key in {**dict.fromkeys(options.asked()), **{limit.key: None for limit in limits}}
        if key in summary["reasons"] and summary.get(key) is not None
    ]
    warnings = _first(summary.get("warnings", ()), "warnings more, in pairs.csv")
    told = [*_one_sided(pairs), *_faults(faults), *warnings, *partly, *absent, *broken]
    left_out = summary["unreadable"]["count"]
    left_out += 0 if options.resize else summary["mis_sized"]["count"]
    incomplete = bool(faults or left_out or absent)
    lacking = _lacks_frames(summary) or bool(pairs.missing or pairs.extra)
    below = bool(broken) or (lacking and not allow_missing)
    if lacking and not (incomplete or allow_missing):
        told.append("the sides do not match: exit status 6; --allow-missing scores what both have")
    return Verdict(tuple(told), tuple(broken), INCOMPLETE if incomplete else BELOW * below)


def check_weights(options: CompareOptions, limits: Sequence[Limit]) -> None:
    """Refuse a score that is asked for by name, or limited, where its weights are absent.

    Raises:
        WeightsAbsent: names all that are absent, and the commands that get them.
        MissingDependency: likewise, where ffmpeg lacks the filter that takes it.
    """
    needed = {*options.asked(), *(limit.key for limit in limits)}
    check_filters(needed)
    absent = []
    for check in _checks(needed):
        try:
            check()
        except WeightsAbsent as error:
            absent.append(str(error))
    if absent:
        told = "; besides, ".join(absent)
        raise WeightsAbsent(f"a score that is asked for cannot be taken: {told}")


def _checks(needed: Collection[str]) -> Iterator[Callable[[], None]]:
    """Yield what refuses to go on without the weights of each score."""
    for network, key in LPIPS.items():
        if key in needed:
            from stickdance.synth.quality import lpips

            yield partial(lpips.check_weights, network)
    if CSIM in needed:
        from stickdance.synth.quality import identity

        yield identity.check_weights
    for key in sorted(OF_SETS.keys() & needed):
        from stickdance.synth.quality import frechet

        yield partial(frechet.check_weights, key)


def in_a_line(summary: Mapping[str, Any], faults: Mapping[str, str], seconds: float) -> str:
    """Return the scores of a comparison in one line, with how many frames they are of.

    Of several renderings of one reference each one's, the best first, instead of their mean.
    """
    ranking = summary.get("ranking") or {}
    told = [_ranked(key, table["ranks"]) for key, table in ranking.items()] or [
        f"{METRICS[key].title} {summary[key]:.4g} {METRICS[key].unit}".rstrip()
        for key in METRICS
        if summary.get(key) is not None
    ]
    count = f"{_counted(summary['frames'], 'frame')}{_lacking(summary)}"
    if "pairs" in summary:
        failed = f" ({len(faults)} failed)" if faults else ""
        count = f"{_counted(summary['pairs']['scored'], 'pair')}{failed}, {count}"
    scores = ("; " if ranking else ", ").join(told) or "no score could be taken"
    return f"{count} in {seconds:.1f} s: {scores}"


def _ranked(key: str, ranks: Sequence[Mapping[str, Any]]) -> str:
    means = ", ".join(f"{one['name']} {one['mean']:.4g}" for one in ranks)
    return f"{title_of(key)}: {means}"


def _lacking(summary: Mapping[str, Any]) -> str:
    missing, extra = summary["missing"]["count"], summary["extra"]["count"]
    total = summary["frames"] + missing
    told = [f"{missing} of {total} missing"] if missing else []
    told += [f"{extra} that the reference lacks"] if extra else []
    return f" ({', '.join(told)})" if told else ""


def _lacks_frames(summary: Mapping[str, Any]) -> bool:
    return bool(summary["missing"]["count"] or summary["extra"]["count"])


def _one_sided(pairs: PairList) -> Iterator[str]:
    """Yield a line about names that only one of two folders has."""
    sides = (("the rendered folder lacks", pairs.missing), ("the reference lacks", pairs.extra))
    for lacks, names in sides:
        if names:
            yield f"{lacks} {len(names)} of the names (first: {names[0]}), not scored"


def _faults(faults: Mapping[str, str]) -> list[str]:
    named = [f"{name}: {why}" for name, why in sorted(faults.items())]
    return _first(named, "pairs more that could not be scored")


def _first(lines: Sequence[str], others: str) -> list[str]:
    more = [f"and {len(lines) - _TOLD} {others}"] if len(lines) > _TOLD else []
    return [*lines[:_TOLD], *more]


def _title(key: str) -> str:
    return title_of(key) if key in METRICS else key


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
