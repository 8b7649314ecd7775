"""Judging footage without training on it: what is it good for, and why?

The footage is captured small and at few frames a second, into a folder that goes again; what stays,
where a place is named for it, is the page with the contact sheet.
"""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stickdance.capture.conditions.judgement import verdict_line
from stickdance.capture.conditions.movements import seen_movements
from stickdance.capture.conditions.page import lines_for_people
from stickdance.capture.media.video import probe
from stickdance.capture.take.take import PAGE, Take
from stickdance.capture.video_to_take import CaptureOptions, video_to_take
from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.checkpoints.files import whole_file
from stickdance.checkpoints.scratch import scratch_folder
from stickdance.tools.commands.dance_coverage import check_dance, dance_coverage
from stickdance.tools.options import CheckOptions


def check_footage(
    videos: Sequence[Path],
    page: Path | None = None,
    options: CheckOptions = CheckOptions(),
    dance: Path | None = None,
) -> dict[str, Any]:
    """Return what footage is good for, and why; `exit_status` is 3 where it is not usable.

    Args:
        videos: one or more videos of the same person.
        page: where to write the page with the contact sheet, as HTML; None for nowhere.
        options: how closely to look.
        dance: a dance whose pose coverage is told too.

    Raises:
        UsageError: `page` does not end in .html.
        BadInput: a video cannot be read, is shorter than 2 s, or shows no person; no dance.
    """
    if page is not None and page.suffix.lower() != ".html":
        raise UsageError(f"--output {page}: expected a name that ends in .html")
    check_dance(dance)
    with scratch_folder() as folder:
        take = _looked_at(videos, folder, options)
        if page is not None:
            with whole_file(page) as temporary:
                shutil.copyfile(take.path / PAGE, temporary)
        told = about_footage(take, dance) | {"page": None if page is None else str(page)}
        usable = take.report["verdict"] != "not usable"
        return told if usable else told | {"exit_status": BadInput.exit_status}


def about_footage(take: Take, dance: Path | None = None) -> dict[str, Any]:
    """Return what a take's report says, a line each, and the pose coverage of a dance, if any."""
    told = told_of(take.report)
    return told if dance is None else told | {"pose_coverage": dance_coverage(dance, take)}


def told_of(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return verdict, conditions, doubts and missing movements of a take's report, a line each."""
    return {
        "verdict": verdict_line(report),
        "conditions": lines_for_people(report),
        "doubts": [str(line) for line in report.get("doubts", [])],
        "movements_missing": [
            f"{each['need']}: {each['advice']}"
            for each in seen_movements(report)
            if not each["met"]
        ],
    }


def _looked_at(videos: Sequence[Path], folder: Path, options: CheckOptions) -> Take:
    fps = options.fps
    if videos:
        fps = min(fps, probe(Path(videos[0])).fps)
    capture = CaptureOptions(
        height=options.height,
        fps=fps,
        start_seconds=options.start_seconds,
        end_seconds=options.end_seconds,
        rotate=options.rotate,
        held_out=0.0,
        conditions="warn",
        hands_and_face="off",
    )
    name = Path(videos[0]).stem if videos else "footage"
    return video_to_take(videos, folder / name, capture)
