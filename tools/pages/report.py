"""The report of the main job: one HTML page that carries its pictures and opens anywhere.

First what a person wants to see (the video, the dance along the song, real beside rendered frames),
then what the scores mean in words, then tables and curves.
"""

import platform
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np

from stickdance.capture.conditions.judgement import verdict_line
from stickdance.capture.conditions.movements import seen_movements
from stickdance.capture.conditions.page import condition_rows
from stickdance.capture.pages.rendering import render
from stickdance.capture.take.take import Take
from stickdance.checkpoints.files import write_text
from stickdance.choreography.dance.folder import Dance
from stickdance.synth.performer.performer import Performer
from stickdance.tools.pages.charts import curve
from stickdance.tools.pages.dance_strip import FIGURES, danced_steps, figures, stretches
from stickdance.tools.pages.dance_words import danced_with
from stickdance.tools.pages.rendering_words import rendering_in_words
from stickdance.tools.pages.report_pictures import moments, real_and_rendered
from stickdance.tools.pages.score_words import score_table, scores_in_words

if TYPE_CHECKING:
    from stickdance.tools.make.result import Made


def write_report(made: "Made") -> Path:
    """Write the page about one run of the main job to `made.report` and return that path."""
    take = None if made.take is None else Take.load(made.take)
    page = report_page(made, Dance.load(made.dance), Performer.load(made.performer), take)
    return write_text(made.report, page)


def report_page(made: "Made", dance: Dance, performer: Performer, take: Take | None) -> str:
    """Return the page; what was made is given opened."""
    shown = moments(made.video, dance.poses)
    height, width = shown[0].second.shape[:2]
    return render(
        "report.html",
        "stickdance.tools.pages",
        made=made,
        address=f"./{quote(made.video.name)}",
        shape=width / height,
        moments=shown,
        pairs=real_and_rendered(take, performer),
        consent=None if take is None else take.consent,
        leader=dance.filmed_in,
        curves=_curves(performer.curves),
        rendering=[danced_with(dance), *rendering_in_words(made.rendered)],
        machine=_machine(made.peak_memory_mb),
        **_about_dance(dance),
        **_about_scores(made.held_out),
        **_about_footage({} if take is None else take.report),
    )


def _about_dance(dance: Dance) -> dict[str, Any]:
    plan = dance.choreography
    return {
        "plan": plan,
        "start": dance.start_seconds,
        "end": dance.start_seconds + dance.poses.seconds,
        "seconds": dance.poses.seconds,
        "beats": len(dance.beat_times),
        "steps": len(danced_steps(dance)),
        "stretches": stretches(dance),
        "figures": figures(dance),
        "places": FIGURES,
        "pose_coverage": dance.manifest.get("pose_coverage", {}).get("share"),
    }


def _about_scores(scores: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "scored_frames": None if scores is None else scores.get("frames"),
        "words": [] if scores is None else scores_in_words(scores),
        "scores": None if scores is None else score_table(scores),
    }


def _about_footage(report: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "verdict": verdict_line(report),
        "conditions": condition_rows(report),
        "movements": seen_movements(report),
    }


def _curves(curves: Mapping[str, Sequence[tuple[float, float]]]) -> dict[str, str]:
    drawn = {}
    for name, points in curves.items():
        if len(points) > 1:
            at, values = np.array(points, np.float64).T
            drawn[name] = curve(at, values, x_title="minutes of training", title=_told(name))
    return drawn


def _told(name: str) -> str:
    return name.replace("_", " ").replace("psnr", "PSNR (dB)")


def _machine(peak_memory_mb: float | None) -> str:
    memory = "" if peak_memory_mb is None else f", peak memory {peak_memory_mb:.0f} MB"
    return (
        f"stickdance {metadata.version('stickdance')}, Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}{memory}"
    )
