"""What the main job made: its files, scores and times."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stickdance.capture.media.consent_metadata import NOT_STATED
from stickdance.capture.take.take import Take
from stickdance.checkpoints.json_reader import lines_of
from stickdance.choreography.dance.folder import Dance
from stickdance.synth.performer.performer import Performer
from stickdance.synth.rendering.pose_novelty import cut_poses, far_poses
from stickdance.tools.display import unbroken
from stickdance.tools.make.options import MakeOptions
from stickdance.tools.make.peak_memory import peak_memory_mb
from stickdance.tools.make.stages import Stages


@dataclass(frozen=True)
class Made:
    """Where the results of the main job lie, and what was measured on the way."""

    video: Path
    report: Path
    performer: Path
    dance: Path
    take: Path | None
    seconds: Mapping[str, float]
    """Wall-clock seconds by stage."""
    reused: tuple[str, ...]
    peak_memory_mb: float | None
    """Of this process; see `peak_memory_mb`."""
    held_out: Mapping[str, Any] | None
    """The network's scores on unseen frames with their baselines; None where they are not known."""
    rendered: Mapping[str, Any] | None
    """How the video was rendered (`stickdance.synth.poses_to_video.Rendered`): how many frames were
    filmed, joined and painted; None where it is not known."""
    warnings: tuple[str, ...]
    next: str
    """What to do now, in a line."""

    def as_json(self) -> dict[str, Any]:
        """Return the result as JSON values."""
        paths = {
            name: value and str(value)
            for name in ("video", "report", "performer", "dance", "take")
            for value in (getattr(self, name),)
        }
        return {**asdict(self), **paths}

    def lines(self) -> str:
        """Return the three lines that the job ends in."""
        return f"video   {_shown(self.video)}\nreport  {_shown(self.report)}\nnext    {self.next}"


def gathered(
    video: Path,
    options: MakeOptions,
    take: Take | None,
    dance: Path,
    performer: Path,
    scores: Mapping[str, Any] | None,
    rendered: Mapping[str, Any] | None,
    stages: Stages,
) -> Made:
    """Return what a job made, with what people should know of it.

    Args:
        video: that was rendered; the report's name follows from it.
        options: of the job.
        take: of the footage; None where a performer was at hand.
        dance: folder of the dance.
        performer: folder of the performer.
        scores: of the performer on unseen frames; None takes those that it carries.
        rendered: how the video was rendered.
        stages: what ran, and how long.
    """
    actor, danced, peak = Performer.load(performer), Dance.load(dance), peak_memory_mb()
    warnings = _warnings(take, danced, actor)
    return Made(
        video=video,
        report=video.with_suffix(".html"),
        performer=performer,
        dance=dance,
        take=None if take is None else take.path,
        seconds=stages.seconds(),
        reused=tuple(stages.reused()),
        peak_memory_mb=None if peak is None else round(peak, 1),
        held_out=actor.scores if scores is None else scores,
        rendered=rendered,
        warnings=warnings,
        next=next_step(options, take is not None, len(warnings)),
    )


def _warnings(take: Take | None, dance: Dance, performer: Performer) -> tuple[str, ...]:
    lines = [] if take is None else list(lines_of(take.report, "warnings"))
    if take is not None and take.consent == NOT_STATED:
        lines.append("consent of the person filmed: not stated (say it with --consent TEXT)")
    rows = performer.in_video.size[1]
    if take is not None and take.size[1] < rows:
        lines.append(
            f"the footage is enlarged from {take.size[1]} rows to {rows}; film it larger, or ask "
            "for a smaller --size"
        )
    shown = dance.poses.scaled(performer.size)
    lines += [*dance.consent_not_stated, *dance.warnings, *performer.warnings]
    lines += [*far_poses(shown, performer.body), *cut_poses(shown, performer.body)]
    return tuple(dict.fromkeys(lines))


def next_step(options: MakeOptions, filmed: bool, warnings: int) -> str:
    """Return the one thing that is most worth doing after a job."""
    if options.preview is not None:
        whole = "song" if options.follow is None else "video"
        step = f"the whole {whole}: the same command without --preview"
    elif filmed and options.training.minutes == 0:
        step = "a better likeness: the same command with --minutes 5"
    elif options.demo and options.follow is not None:
        step = "a video of you: the same command with --footage VIDEO in place of --demo"
    elif options.demo:
        step = "a video of you: stickdance make SONG --footage VIDEO"
    elif filmed:
        step = f"a better likeness: the same command with --minutes +{options.training.minutes:g}"
    elif options.follow is not None:
        step = "another dance: the same command with another --follow VIDEO"
    else:
        step = "another dance: the same command with another song or --style"
    if not warnings:
        return step
    return f"{step}; see the report's {warnings} warning{'s' if warnings > 1 else ''} first"


def _shown(path: Path) -> str:
    """Return a path as people type it: from the folder they are in, where it lies below."""
    below = path.is_relative_to(Path.cwd())
    return unbroken(os.path.relpath(path) if below else str(path))
