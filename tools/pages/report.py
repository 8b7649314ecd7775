"""The report of the main job: one HTML page that carries its pictures and opens anywhere."""

import html
import platform
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stickdance.capture.conditions.judgement import verdict_line
from stickdance.capture.conditions.page import condition_table, movement_figure
from stickdance.capture.take.take import Take
from stickdance.checkpoints.files import whole_file
from stickdance.choreography.dance.folder import Dance
from stickdance.synth.performer.card_pictures import sample_strip
from stickdance.synth.performer.performer import Performer
from stickdance.tools.pages.report_pictures import as_data_url, curve_svg, dance_strip

if TYPE_CHECKING:
    from stickdance.tools.make.result import Made

_SCORES = (
    "ssim_skimage", "ssim_gaussian", "ms_ssim", "psnr", "psnr_of_mean_mse", "mse",
    "lpips", "sharpness",
)  # fmt: skip
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem;
       color: #222; background: #fff }
h1 { font-size: 1.6rem } h2 { font-size: 1.15rem; margin-top: 2rem }
img, video, svg { max-width: 100%; height: auto } table { border-collapse: collapse }
td, th { padding: .2rem .7rem; border-bottom: 1px solid #ddd; text-align: right }
td:first-child, th:first-child { text-align: left } .warning { color: #a04000 }
"""


def write_report(made: "Made") -> Path:
    """Write the page about one run of the main job to `made.report` and return that path."""
    dance, performer = Dance.load(made.dance), Performer.load(made.performer)
    take = None if made.take is None else Take.load(made.take)
    parts = [
        f"<h1>{html.escape(made.video.name)}</h1>",
        f'<video controls src="{html.escape(made.video.name)}"></video>',
        _section("Stick figures and frames", _image(dance_strip(made.video, dance.poses))),
        _section("Warnings", _warnings(made.warnings)),
        _section("Footage", "" if take is None else _footage(take)),
        _section("Scores on frames never trained on", _scores(made.held_out, take, performer)),
        _section("Training", _training(performer)),
        _section("Choreography", _choreography(dance)),
        _section("How it was made", _making(made, take)),
    ]
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(made.video.name)} - stickdance</title><style>{_STYLE}</style>"
        f"{''.join(parts)}</html>\n"
    )
    with whole_file(made.report) as temporary:
        temporary.write_text(page, encoding="utf-8")
    return made.report


def score_table(scores: Mapping[str, Any]) -> str:
    """Return held-out scores and their baselines as an HTML table, a dash where there is none."""
    rows = {"this performer": scores, **scores.get("baselines", {})}
    head = "".join(f"<th>{key}</th>" for key in _SCORES)
    body = "".join(
        f"<tr><td>{html.escape(name.replace('_', ' '))}</td>"
        + "".join(f"<td>{_number(row.get(key))}</td>" for key in _SCORES)
        + "</tr>"
        for name, row in rows.items()
    )
    return f"<table><tr><th></th>{head}</tr>{body}</table>"


def _section(title: str, content: str) -> str:
    return f"<h2>{title}</h2>{content}" if content else ""


def _image(picture: Any) -> str:
    return f'<img alt="frames" src="{as_data_url(picture)}">'


def _warnings(lines: Sequence[str]) -> str:
    if not lines:
        return "<p>None.</p>"
    items = "".join(f'<li class="warning">{html.escape(line)}</li>' for line in lines)
    return f"<ul>{items}</ul>"


def _scores(scores: Mapping[str, Any] | None, take: Take | None, performer: Performer) -> str:
    if scores is None:
        return "<p>The performer carries no scores.</p>"
    reasons = "".join(
        f"<li>{html.escape(key)}: {html.escape(str(why))}</li>"
        for key, why in dict(scores.get("reasons", {})).items()
    )
    strip = (
        ""
        if take is None
        else "<p>Real above, rendered below:</p>" + _image(sample_strip(take, performer))
    )
    frames = f"<p>{scores.get('frames', '?')} frames, the last of the footage.</p>"
    return frames + score_table(scores) + f"<ul>{reasons}</ul>" + strip


def _footage(take: Take) -> str:
    line = verdict_line(take.report)
    if not line:
        return ""
    told = f"<p>{html.escape(line)}.</p>{condition_table(take.report)}"
    return told + movement_figure(take.report)


def _training(performer: Performer) -> str:
    curves = performer.curves
    return curve_svg(curves, "minutes of training") if curves else ""


def _choreography(dance: Dance) -> str:
    plan = dance.choreography
    steps, beats = plan.steps, plan.beats
    rows = []
    for section in plan.sections:
        inside = [
            step.action
            for step in steps
            if section.start <= _time_of(beats, step.start_beat) < section.end
        ]
        chorus = " (chorus)" if section.chorus else ""
        rows.append(
            f"<tr><td>{html.escape(section.label)}{chorus}</td>"
            f"<td>{section.start:.1f}–{section.end:.1f} s</td>"
            f'<td style="text-align:left">{html.escape(", ".join(inside))}</td></tr>'
        )
    coverage = dance.manifest.get("pose_coverage", {}).get("share")
    held = "" if coverage is None else f" Pose coverage {coverage:.1%}."
    return (
        f"<p>{plan.tempo:.1f} beats per minute, {len(beats)} beats, {len(steps)} steps.{held}</p>"
        f"<table>{''.join(rows)}</table>"
    )


def _time_of(beats: Sequence[float], beat: float) -> float:
    if not beats:
        return 0.0
    return beats[min(max(round(beat), 0), len(beats) - 1)]


def _making(made: "Made", take: Take | None) -> str:
    seconds = "".join(
        f"<tr><td>{name}</td><td>{spent:.1f} s</td>"
        f"<td>{'reused' if name in made.reused else ''}</td></tr>"
        for name, spent in made.seconds.items()
    )
    consent = "" if take is None else f"<p>Consent: {html.escape(take.consent)}</p>"
    peak = made.peak_memory_mb
    memory = "" if peak is None else f", peak memory {peak:.0f} MB"
    machine = (
        f"stickdance {metadata.version('stickdance')}, Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}{memory}"
    )
    return f"<table>{seconds}</table>{consent}<p>{machine}. The video is synthetic.</p>"


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, (int, float)) else "–"
