"""Limits that scores must keep, for programs that stop a build when quality falls.

Written NAME=NUMBER, comma-separated or repeated: `ssim=0.85,psnr=24`. NAME is a key of a score
(`face.psnr`; `ssim` and `lpips` for the ones chosen), or `psnr_of_mean_mse`; it stands for the mean
over the frames, and `NAME:STATISTIC` for another statistic, e.g. `ssim:percentile_5=0.7`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Any

from stickdance.checkpoints.errors import UsageError
from stickdance.synth.quality.metrics import LPIPS, METRICS, OF_SETS, SSIM
from stickdance.synth.quality.statistics import STATISTICS


@dataclass(frozen=True)
class Limit:
    """One score and the value that it must keep to."""

    key: str
    statistic: str
    value: float
    least: bool
    """Whether the score must be at least the value, or at most."""

    def broken(self, summary: Mapping[str, Any]) -> str:
        """Return in one line how a summary breaks it, empty where it is kept.

        A score that is absent breaks its limit: nothing shows that it is kept.
        """
        found = self._found(summary)
        name = self.key if self.statistic == "mean" else f"{self.key}:{self.statistic}"
        word = "at least" if self.least else "at most"
        if found is None:
            why = summary.get("reasons", {}).get(self.key, "it was not taken")
            return f"{name} has no value ({why}), expected {word} {self.value:g}"
        kept = found >= self.value if self.least else found <= self.value
        return "" if kept else f"{name} is {found:.5g}, expected {word} {self.value:g}"

    def _found(self, summary: Mapping[str, Any]) -> float | None:
        statistics: Mapping[str, float | None] = summary.get("statistics", {}).get(self.key, {})
        mean: float | None = summary.get(self.key)
        return mean if self.statistic == "mean" else statistics.get(self.statistic)


def parse_limits(
    under: Sequence[str], over: Sequence[str], keys: Sequence[str], ssim: str, lpips: str
) -> tuple[Limit, ...]:
    """Return the limits that --fail-under and --fail-over name.

    Args:
        under: texts of --fail-under: what must not be less.
        over: texts of --fail-over: what must not be more.
        keys: the scores that will be taken.
        ssim: what "ssim" means, a key of `SSIM`.
        lpips: what "lpips" means, a key of `LPIPS` or "none".

    Raises:
        UsageError: not NAME=NUMBER, a name or statistic that will not be there, or the wrong flag
            for a score of which less is better.
    """
    meanings = {"ssim": SSIM[ssim], "lpips": LPIPS.get(lpips, "lpips")}
    return tuple(
        _limit(flag, part.strip(), keys, meanings, least)
        for flag, texts, least in (("--fail-under", under, True), ("--fail-over", over, False))
        for text in texts
        for part in text.split(",")
    )


def _limit(
    flag: str, part: str, keys: Sequence[str], meanings: Mapping[str, str], least: bool
) -> Limit:
    name, _, number = part.partition("=")
    try:
        value = float(number)
    except ValueError:
        value = nan
    if isnan(value):
        raise UsageError(f"{flag} {part!r}: expected NAME=NUMBER, e.g. ssim=0.85")
    name, _, statistic = name.strip().lower().replace("-", "_").partition(":")
    region, dot, short = name.rpartition(".")
    key = f"{region}{dot}{meanings.get(short, short)}"
    _check(flag, key, statistic or "mean", keys, least)
    return Limit(key, statistic or "mean", value, least)


def _check(flag: str, key: str, statistic: str, keys: Sequence[str], least: bool) -> None:
    of_all = key.rpartition(".")[2] in ("psnr_of_mean_mse", *OF_SETS)
    there = key.replace("psnr_of_mean_mse", "mse") in keys
    statistics = STATISTICS[:1] if of_all else STATISTICS
    if not there:
        raise UsageError(
            f"{flag}: no score {key!r} is taken, there will be {', '.join(keys)}; see --metrics"
        )
    if statistic not in statistics:
        raise UsageError(f"{flag}: {statistic!r} is none of {', '.join(statistics)}")
    name = key.rpartition(".")[2]
    higher = name == "psnr_of_mean_mse" or (name in METRICS and METRICS[name].higher_is_better)
    if least != higher:
        better, other = ("more", "--fail-under") if higher else ("less", "--fail-over")
        raise UsageError(f"{flag}: of {key} {better} is better; use {other}")
