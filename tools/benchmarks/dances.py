"""How dances move, beside real dancers, and how well they keep to their songs.

    python -m stickdance.tools.benchmarks.dances SONGS... [--moves TAKES...] [--real MOVEMENTS...]

Every song is danced by the rules, and with moves of takes or videos (`own_moves`), and scored: how
it moves (`evaluation.flow`: speed, stillness, tilt, footfalls on beats, periods), and of the rules'
dances the minima of their speed on the beat within 0.07 s against the same with the beats shifted
at random, bones, feet, and whether the same music got the same steps. Those
are scored against the beats they were made on and against beats that the choreographer did not
make: annotations where `NAME.beats` lies beside a song, exact truth where `NAME.json` of a composed
song does, and what librosa hears. Real movements (BVH, AIST++ as .npz) stand in the same table;
NAME.csv beside one tells its beats as columns start_seconds, end_seconds and beats, those of a
stretch being even.
"""

import csv
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import tyro

from stickdance.capture.media.audio import decode_sound
from stickdance.checkpoints.files import sha256
from stickdance.checkpoints.progress import tracked
from stickdance.choreography.annotations.files import read_beats
from stickdance.choreography.body.proportions import body_from_profile, default_profile
from stickdance.choreography.choreographer import Song
from stickdance.choreography.evaluation.flow import (
    Flow,
    chorus_over_rest,
    chorus_size_over_rest,
    measure_flow,
)
from stickdance.choreography.evaluation.metrics import bone_drift, evaluate, foot_slide
from stickdance.choreography.evaluation.other_ears import librosa_beats
from stickdance.choreography.movement.options import SourceOptions
from stickdance.choreography.movement.sources import read_movement
from stickdance.choreography.options import ChoreographyOptions
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan.styles import StyleName
from stickdance.choreography.plan_to_poses.framing import staged
from stickdance.choreography.plan_to_poses.transitions import plan_values
from stickdance.choreography.rules.choose_steps import choose_steps
from stickdance.choreography.song_to_plan import plan_song
from stickdance.tools.benchmarks.harness import run_benchmark
from stickdance.tools.benchmarks.own_moves import own_moves
from stickdance.tools.text_table import aligned, figure

FPS = 25.0


@dataclass(frozen=True)
class DanceScores:
    """How one song was danced."""

    song: str
    style: str
    steps: int
    actions: int
    """How many different ones."""
    heard: dict[str, Any]
    """`stickdance.choreography.evaluation.metrics.evaluate` against the beats that were heard."""
    annotated: dict[str, Any] | None
    """The same against annotated or exact beats, where there are some."""
    by_librosa: dict[str, Any]
    """The same against beats that librosa hears."""
    bone_drift: float
    """Largest relative change of a bone's length in space, before the camera."""
    foot_slide: float
    """Body heights per planted frame."""
    returns: int
    """Sections that return."""
    flow: Flow
    """How it moves, against the beats that were heard."""
    chorus_over_rest: float | None
    """The joints' speed in the choruses over that elsewhere."""
    chorus_size_over_rest: float | None
    """How large a picture the body makes in the choruses over that elsewhere."""
    different_steps_in_6_s: float
    same_steps: float | None
    """Share of the steps in them that are those of the first time; None where none returns."""


def score_dance(song: Path, style: StyleName, seed: int = 0) -> DanceScores:
    """Dance a song by the rules and score the dance.

    Args:
        song: a sound file; `NAME.beats` beside it holds annotated beats.
        style: how to dance.
        seed: of the rules' chance.
    """
    options = ChoreographyOptions(fps=FPS, style=style, seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        sound = decode_sound(song, Path(folder) / "song.wav")
        plan = plan_song(Song(song.name, sha256(song), sound), options, choose_steps)
        other = librosa_beats(sound)
    body = body_from_profile(default_profile((256, 256)))
    times = np.arange(round(plan.seconds * FPS)) / FPS
    values, fade = plan_values(plan, times, body)
    poses = staged(values, body, FPS, fade)
    annotated = true_beats(song)
    joints = body.joints(values)
    if fade is not None:
        before = body.joints(fade.before)
        joints = before + (joints - before) * fade.share[:, None, None]
    returns, same = same_steps(plan)
    return DanceScores(
        song=song.name,
        style=style,
        steps=len(plan.steps),
        actions=len({step.action for step in plan.steps}),
        heard=evaluate(poses, np.array(plan.beats)),
        annotated=None if annotated is None else evaluate(poses, np.asarray(annotated)),
        by_librosa=evaluate(poses, other),
        bone_drift=bone_drift(joints),
        foot_slide=foot_slide(joints),
        flow=measure_flow(joints, FPS, np.array(plan.beats), plan.metre),
        chorus_over_rest=chorus_over_rest(joints, FPS, plan.sections),
        chorus_size_over_rest=chorus_size_over_rest(joints, FPS, plan.sections),
        different_steps_in_6_s=6 * len({step.action for step in plan.steps}) / plan.seconds,
        returns=returns,
        same_steps=same,
    )


def true_beats(song: Path) -> np.ndarray | None:
    """Return beats that were annotated, or that a song was composed on; None without either."""
    for suffix in (".beats", ".json"):
        if song.with_suffix(suffix).is_file():
            return read_beats(song.with_suffix(suffix)).times
    return None


def real_flow(path: Path) -> tuple[str, Flow]:
    """Return the name of a real movement, and how it moves."""
    movement = read_movement(path, path.stem, SourceOptions())
    beats: list[float] = []
    marked = path.with_suffix(".csv")
    if marked.is_file():
        with marked.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                start, end = float(row["start_seconds"]), float(row["end_seconds"])
                beats += np.linspace(start, end, int(row["beats"]), endpoint=False).tolist()
    points = movement.points
    return movement.name, measure_flow(points, movement.fps, np.unique(beats))


def same_steps(plan: Choreography) -> tuple[int, float | None]:
    """Return how many sections return, and the share of their steps that are the same again.

    The end pose, and a step that a shorter return or the end pose cuts, are not compared, nor is
    how strongly they are danced.
    """
    times = np.array(plan.beats)
    slack = 0.5 * float(np.median(np.diff(times)))
    first: dict[str, list[Step]] = {}
    equal: list[bool] = []
    returns = 0
    for section in plan.sections:
        low, high = np.searchsorted(times, [section.start - slack, section.end - slack])
        own = [s for s in plan.steps if low <= s.start_beat < high and s.action != "end_pose"]
        first_beat = own[0].start_beat if own else 0  # a section may begin before its first bar
        steps = [replace(s, start_beat=s.start_beat - first_beat, energy=0.5) for s in own]
        if section.label not in first:
            first[section.label] = steps
            continue
        returns += 1
        pairs = zip(first[section.label], steps, strict=False)
        equal += [a == b for a, b in pairs][:-1]
    return returns, float(np.mean(equal)) if equal else None


def measure(
    songs: tyro.conf.Positional[tuple[Path, ...]],
    /,
    *,
    style: StyleName = "pop",
    seed: int = 0,
    moves: tuple[Path, ...] = (),
    real: tuple[Path, ...] = (),
) -> dict[str, Any]:
    """Score how dances of songs move, and how well they keep to them.

    Args:
        songs: sound files.
        style: how to dance.
        seed: of the rules' chance.
        moves: takes or videos; every song is danced with the moves of each too.
        real: movements of real dancers, in space, to set beside them.
    """
    shown = tracked(songs, "dances", unit="song")
    return {
        "songs": [asdict(score_dance(song, style, seed)) for song in shown],
        "own_moves": [asdict(one) for take in moves for one in own_moves(take, songs, style, seed)],
        "real": [{"movement": name, **asdict(flow)} for name, flow in map(real_flow, real)],
    }


_FLOW = {
    "speed": ("joint_speed", ".2f"), "still": ("near_still", ".0%"), "jerk": ("jerk", ".0f"),
    "hips": ("hip_tilt", ".1f"), "shoulders": ("shoulder_tilt", ".1f"),
    "falls/beat": ("footfalls_a_beat", ".2f"), "on beat": ("footfalls_on_beats", ".0%"),
    "minima/beat": ("speed_minima_a_beat", ".2f"), "their alignment": ("minima_alignment", ".2f"),
    "beat period": ("beat_periodicity", ".2f"), "bar period": ("bar_periodicity", ".2f"),
    "skating": ("foot_skating", ".3f"),
}  # fmt: skip
"""Columns of how a dance moves: the field, and how it is written."""


def _table(result: dict[str, Any]) -> str:
    return f"{_flow_table(result)}\n\n{_beats_table(result)}"


def _flow_table(result: dict[str, Any]) -> str:
    rows: list[tuple[str, ...]] = [("movement", *_FLOW, "chorus/rest", "its size", "steps in 6 s")]
    for one in (*result["songs"], *result["own_moves"]):
        name = f"{one['song']} by {one['take']}" if "take" in one else one["song"]
        chorus = (
            figure(one[field], ".2f") for field in ("chorus_over_rest", "chorus_size_over_rest")
        )
        more = (*chorus, f"{one['different_steps_in_6_s']:.1f}")
        rows.append((name, *_flow_figures(one["flow"]), *more))
    rows += [(one["movement"], *_flow_figures(one), "", "", "") for one in result["real"]]
    return aligned(rows)


def _flow_figures(flow: dict[str, Any]) -> list[str]:
    return [figure(flow[field], form) for field, form in _FLOW.values()]


def _beats_table(result: dict[str, Any]) -> str:
    rows: list[tuple[str, ...]] = [
        (
            "speed minima",
            "hit",
            "chance",
            "margin",
            "cover",
            "drift",
            "slide",
            "same",
            "actions/steps",
        )
    ]
    for one in result["songs"]:
        ears = (
            (one["song"], "heard"), ("  true beats", "annotated"), ("  librosa's", "by_librosa"),
        )  # fmt: skip
        for name, ear in ears:
            beats = one[ear]
            if beats is not None:
                rows.append(_row(name, beats, one))
    return aligned(rows)


def _row(name: str, beats: dict[str, Any], one: dict[str, Any]) -> tuple[str, ...]:
    hit, chance = beats["hit_rate"], beats["hit_rate_by_chance"]
    margin = None if hit is None else hit - chance  # None: it does not move
    shares = (hit, chance, margin, beats["beat_coverage"])
    return (
        name,
        *(figure(share, ".1%") for share in shares),
        f"{one['bone_drift']:.1e}",
        f"{one['foot_slide']:.5f}",
        figure(one["same_steps"], ".0%"),
        f"{one['actions']}/{one['steps']}",
    )


if __name__ == "__main__":
    run_benchmark(measure, _table)
