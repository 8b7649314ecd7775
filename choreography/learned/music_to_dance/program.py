"""The whole of `learn music-to-dance`: a folder of dances in, a choreographer's folder out."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.retargeting.body_from_poses import Figure, measure_figure
from stickdance.checkpoints.folder import check_model_place, load_model
from stickdance.choreography.learned.learning import CURVES, Learnt, learn
from stickdance.choreography.learned.music_to_dance.clips import SongClips, clips_in
from stickdance.choreography.learned.music_to_dance.dance_model import (
    KIND,
    body_as_json,
    described,
    shape_of,
)
from stickdance.choreography.learned.music_to_dance.data import split
from stickdance.choreography.learned.music_to_dance.learner import DanceLearner
from stickdance.choreography.learned.music_to_dance.options import (
    FPS,
    MusicToDanceOptions,
    as_json,
    check_options,
    resolved,
)
from stickdance.choreography.learned.music_to_dance.window import window_poses
from stickdance.choreography.learned.options import LearningOptions
from stickdance.choreography.one_thread import one_thread

_KEPT = "clips.safetensors"
_MEASURED = 20_000  # frames


def learn_music_to_dance(
    data: Path, to: Path, options: MusicToDanceOptions, learning: LearningOptions
) -> dict[str, Any]:
    """Learn to dance to music from a folder of dances, and return where and how well.

    Args:
        data: dances, or movements and songs of the same names (see `movement.discovery`).
        to: the choreographer's folder; the unfinished training lies beside it as NAME.training.
        options: what is learnt.
        learning: how long.

    Raises:
        BadInput: no dance with a song, or an option out of range.
        BadInput, ChangedOptions, OutputFailed, InUse: see `learning.learn`.
    """
    check_options(options)
    options = resolved(options)
    to = Path(to)
    check_model_place(to, KIND)
    clips = clips_in(Path(data), to.with_name(f"{to.name}.training") / _KEPT)
    shape = shape_of(options)
    about = {"shape": asdict(shape), "body": body_as_json(body_of(clips))}
    identity = {"data": clips.fingerprint, **as_json(options)}
    with one_thread():
        folder = learn(
            to, KIND, learning, identity,
            lambda: DanceLearner(clips.clips, options, learning.seed),
            about,
            lambda learnt: _card(clips, options, learnt),
        )  # fmt: skip
    return _answer(folder, clips)


def body_of(clips: SongClips) -> Figure:
    """Return the body that dances in all clips, in pixels of the window."""
    points = np.concatenate([clip.poses for clip in clips.clips])
    few = points[:: max(1, len(points) // _MEASURED)]
    return measure_figure(window_poses(few, FPS), "the dances")


def _answer(folder: Path, clips: SongClips) -> dict[str, Any]:
    model = load_model(folder, KIND)
    curves = model.json(CURVES) or {}
    scores = {name: points[-1][1] for name, points in curves.items() if "held_out" in name}
    return {
        "choreographer": str(folder),
        "steps": model.options["steps"],
        "seconds": model.options["seconds"],
        "dances": len(clips.clips),
        "minutes": round(clips.minutes, 1),
        **scores,
        "warnings": list(clips.warnings),
    }


def _card(clips: SongClips, options: MusicToDanceOptions, learnt: Learnt) -> str:
    trained_on, held_out = split(clips.clips, options.held_out)
    last = {name: points[-1][1] for name, points in learnt.curves.items() if points}
    rows = [f"| {name.replace('_', ' ')} | {value:.4g} |" for name, value in sorted(last.items())]
    told = [f"- {name.replace('_', ' ')}: {value}" for name, value in as_json(options).items()]
    return "\n".join(
        [
            "# Learned choreographer",
            "",
            f"{described(shape_of(options))}. Music in, a dance out, after Ban 2021 and Ren et al. "
            "2020, at 10 frames a second in chunks of 5 s.",
            "",
            f"Trained on {len(trained_on)} dances of {len(clips.clips)} ({clips.minutes:.1f} "
            f"minutes in all), {len(held_out)} held out; {learnt.steps:,} steps in "
            f"{learnt.seconds / 60:.1f} minutes.",
            "",
            "## Options",
            *told,
            "",
            "## Losses and scores at the end",
            "",
            "| name | value |",
            "| --- | --- |",
            *rows,
            "",
            "Distances are mean absolute ones in units of 160 pixels of a window in which the "
            "dancer is 240 tall. `held out movement` is the movement of new dances as a share of "
            "the real ones': well below 1 is washed out.",
            "",
        ]
    )
