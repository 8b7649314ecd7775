"""A page about the footage of a take: verdict, conditions, movements, contact sheet.

One HTML file that carries its pictures and opens anywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stickdance.capture.conditions.judgement import verdict_line
from stickdance.capture.conditions.movements import seen_movements
from stickdance.capture.pages.rendering import render


@dataclass(frozen=True)
class ConditionRow:
    """What a table says of one condition of the footage."""

    name: str
    measured: str
    thresholds: str
    verdict: str
    """Or "remark", where it does not judge the footage."""
    kind: str
    """First word of the verdict: good, usable or not."""
    reason: str


def footage_page(name: str, report: Mapping[str, Any], sheet: np.ndarray) -> str:
    """Return the page as HTML.

    Args:
        name: of the take.
        report: the take's report, with what `Judgement.as_json` gave.
        sheet: the contact sheet, uint8 RGB.
    """
    return render(
        "footage.html",
        name=name,
        verdict=verdict_line(report),
        frames=report["frames"],
        fps=float(report["fps"]),
        seconds=report["seconds"],
        conditions=condition_rows(report),
        movements=seen_movements(report),
        sheet=sheet,
        consent=report["consent"],
    )


def condition_rows(report: Mapping[str, Any]) -> list[ConditionRow]:
    """Return the conditions of a take's report in words; none where it has none."""
    return [_row(condition) for condition in report.get("conditions", [])]


def lines_for_people(report: Mapping[str, Any]) -> dict[str, str]:
    """Return one line for each condition of a take's report, by its name."""
    return {str(each["name"]): _line(each) for each in report.get("conditions", [])}


def _row(condition: Mapping[str, Any]) -> ConditionRow:
    verdict = str(condition["verdict"])
    return ConditionRow(
        name=condition["name"],
        measured=_measure(condition),
        thresholds=_thresholds(condition),
        verdict=verdict if condition["judges"] or verdict == "good" else "remark",
        kind=verdict.split()[0],
        reason=condition["reason"],
    )


def _line(condition: Mapping[str, Any]) -> str:
    verdict = condition["verdict"]
    limits = "" if verdict == "good" else f" ({_thresholds(condition)})"
    return f"{_measure(condition)}: {verdict}{limits}; {condition['reason']}"


def _thresholds(condition: Mapping[str, Any]) -> str:
    sign = "≥" if condition["more_is_better"] else "≤"
    words = f"good {sign} {condition['good']:g}, usable {sign} {condition['usable']:g}"
    return f"{words} {condition['unit']}".strip()


def _measure(condition: Mapping[str, Any]) -> str:
    if condition["measure"] is None:
        return "not measured"
    return f"{condition['measure']:.4g} {condition['unit']}".strip()
