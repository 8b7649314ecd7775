"""A page about the footage of a take: verdict, conditions, movements, contact sheet.

One HTML file that carries its pictures and opens anywhere.
"""

import base64
import html
from collections.abc import Mapping
from typing import Any

import numpy as np

from stickdance.capture.conditions.contact_sheet import as_jpeg
from stickdance.capture.conditions.judgement import verdict_line
from stickdance.capture.conditions.movements import seen_movements

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem;
       color: #222; background: #fff }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem } img, svg { max-width: 100% }
table { border-collapse: collapse } td, th { padding: .25rem .7rem; border-bottom: 1px solid #ddd;
       text-align: left; vertical-align: top } .good { color: #1e7a3c } .usable { color: #a06000 }
.not { color: #b02020; font-weight: 600 }
"""
_BAR, _ROW = 330, 22  # pixels: the longest bar, and a row of the figure


def footage_page(name: str, report: Mapping[str, Any], sheet: np.ndarray) -> str:
    """Return the page as HTML.

    Args:
        name: of the take.
        report: the take's report, with what `Judgement.as_json` gave.
        sheet: the contact sheet, uint8 RGB.
    """
    picture = base64.b64encode(as_jpeg(sheet)).decode("ascii")
    title = html.escape(f"Footage of {name}")
    length = f"{report['frames']} frames at {report['fps']:.4g} a second, {report['seconds']:.1f} s"
    consent = html.escape(str(report["consent"]))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title} - stickdance</title>'
        f"<style>{_STYLE}</style><h1>{title}</h1>"
        f"<p><strong>{html.escape(verdict_line(report))}.</strong> {length}.</p>"
        f"<h2>Conditions</h2>{condition_table(report)}"
        f"<h2>Movements a dance needs</h2>{movement_figure(report)}"
        f'<h2>Contact sheet</h2><img alt="frames" src="data:image/jpeg;base64,{picture}">'
        f"<p>Magenta: the edge of the matte. Consent: {consent}.</p></html>\n"
    )


def condition_table(report: Mapping[str, Any]) -> str:
    """Return the conditions of a take's report as an HTML table; "" where it has none."""
    rows = []
    for condition in report.get("conditions", []):
        verdict = str(condition["verdict"])
        cells = (
            condition["name"],
            _measure(condition),
            thresholds(condition),
            verdict if condition["judges"] or verdict == "good" else "remark",
            condition["reason"],
        )
        marked = f'<tr class="{verdict.split()[0]}">'
        rows.append(marked + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in cells))
    if not rows:
        return ""
    head = "<tr><th>condition<th>measured<th>thresholds<th>verdict<th>reason"
    return f"<table>{head}{''.join(rows)}</table>"


def movement_figure(report: Mapping[str, Any]) -> str:
    """Return bars of the seconds for which each movement was seen, as SVG; "" without any."""
    seen = seen_movements(report)
    if not seen:
        return ""
    longest = max(1.0, *(float(each["seconds"]) for each in seen))
    rows = "".join(_bar(number, each, longest) for number, each in enumerate(seen))
    return (
        f'<svg viewBox="0 0 760 {_ROW * len(seen) + 6}" width="760" font-size="13" '
        f'font-family="sans-serif" xmlns="http://www.w3.org/2000/svg">{rows}</svg>'
    )


def thresholds(condition: Mapping[str, Any]) -> str:
    """Return a condition's thresholds in words, from its JSON."""
    sign = "≥" if condition["more_is_better"] else "≤"
    words = f"good {sign} {condition['good']:g}, usable {sign} {condition['usable']:g}"
    return f"{words} {condition['unit']}".strip()


def _measure(condition: Mapping[str, Any]) -> str:
    if condition["measure"] is None:
        return "not measured"
    return f"{condition['measure']:.4g} {condition['unit']}".strip()


def _bar(number: int, seen: Mapping[str, Any], longest: float) -> str:
    seconds, met = float(seen["seconds"]), bool(seen["met"])
    y, width = _ROW * number + 4, _BAR * seconds / longest
    colour = "#2e8b57" if met else "#c0392b"
    told = f"{seconds:.1f} s" if met else f"{seconds:.1f} s: {seen['advice']}"
    return (
        f'<text x="0" y="{y + 13}">{html.escape(str(seen["need"]))}</text>'
        f'<rect x="150" y="{y}" width="{width:.1f}" height="16" fill="{colour}"/>'
        f'<text x="{158 + width:.0f}" y="{y + 13}" fill="{colour}">{html.escape(told)}</text>'
    )


def lines_for_people(report: Mapping[str, Any]) -> dict[str, str]:
    """Return one line for each condition of a take's report, by its name."""
    return {str(each["name"]): _line(each) for each in report.get("conditions", [])}


def _line(condition: Mapping[str, Any]) -> str:
    verdict = condition["verdict"]
    limits = "" if verdict == "good" else f" ({thresholds(condition)})"
    return f"{_measure(condition)}: {verdict}{limits}; {condition['reason']}"
