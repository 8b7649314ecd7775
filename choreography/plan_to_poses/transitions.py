"""Plan -> poses: every count lands on its beat, and nothing jumps.

1. Seconds become beats (piecewise linear, so a song may slow down and hurry).
2. A step's counts are reached on its beats, its movement running on in between.
3. Steps are narrowed to the room that the target has.
4. In the beat before a step, the last pose goes over into the action: straight towards its first
   count, in the joints' angles and places (along great circles for the arms' bones), with a weight
   that starts and stops softly. Bones keep their lengths and the first count its beat.
5. Feet that stand elsewhere step over, lifted, one after the other.
6. Where no step is, the body settles into an idle sway; in a break of up to three beats and after
   an end pose it holds and breathes.

`linear_poses` has the published transitions instead of 4 and 5: after a moment's rest on the last
count every joint goes over on a straight line, at even speed, in half the way to the next one.
Bones shorten and feet slide on the way; the count lands on its beat all the same.

Source: Islam, Rahman and Amin, "Beat Based Realistic Dance Video Generation using Deep Learning",
section V-D (transitions by linear interpolation of the body's key points).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stickdance.choreography.actions.action import Action
from stickdance.choreography.actions.catalog import STANDARD, Repertoire
from stickdance.choreography.actions.frame_of_dance import idle_poses
from stickdance.choreography.actions.timing import LAGS
from stickdance.choreography.body.kinematics import DancerBody
from stickdance.choreography.body.pose_channels import CHANNELS, FEET, INDEX, Fade, blend, mirrored
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan_to_poses.framing import narrowed, step_width

_SETTLING = 2.0  # beats in which a body goes back to idle, after one beat of holding still
_FREEZE = 3  # beats without a step that are held instead
_STRAIGHT = (0.12, 0.62)  # shares of the way to the first count between which lines are drawn
_LIFT, _SHORT = 0.035, 0.06  # of a foot that steps over, in body heights

_STRENGTH = [
    INDEX[name]
    for name in (
        "lower", "sway_x", "sway_z", "hip_twist", "hip_roll", "hip_bend", "twist", "lean",
        "bend", "rib_x", "rib_z", "shoulder_twist", "shoulder_roll", "head_turn", "head_tilt",
        "head_nod",
    )
]  # fmt: skip
"""Channels that grow and shrink with a step's energy."""


class PlanValues(NamedTuple):
    """The channels of a plan's poses, and what their joints come from in straight lines."""

    values: NDArray[np.float64]
    """(frames, channels)."""
    fade: Fade | None
    """None where steps go over into each other in the body's angles."""


def plan_values(
    plan: Choreography,
    times: NDArray[np.float64],
    body: DancerBody,
    repertoire: Repertoire = STANDARD,
) -> PlanValues:
    """Return the poses of a plan with the transitions that it asks for; see `pose_values`."""
    if plan.transitions == "linear":
        return linear_poses(plan, times, body, repertoire)
    return PlanValues(pose_values(plan, times, body, repertoire), None)


def pose_values(
    plan: Choreography, times: np.ndarray, body: DancerBody, repertoire: Repertoire = STANDARD
) -> np.ndarray:
    """Return the poses (frames, channels) of a plan at times (frames,) in seconds of the song.

    Args:
        plan: what to dance.
        times: rising.
        body: whose room decides how wide steps are.
        repertoire: the actions that the plan names.

    Raises:
        BadInput: an action is unknown.
    """
    beats = beat_positions(np.array(plan.beats), times)
    values = idle_poses(times)
    for step, until in _in_turn(plan):
        action = repertoire.find(step.action)
        _dance(values, beats, step, action, body)
        _settle(values, beats, times, step, action, until)
    return values


def linear_poses(
    plan: Choreography, times: np.ndarray, body: DancerBody, repertoire: Repertoire = STANDARD
) -> PlanValues:
    """Return poses as `pose_values` does, and what their joints come from in straight lines.

    The poses are those of the actions alone; `framing.staged` draws the lines.
    """
    beats = beat_positions(np.array(plan.beats), times)
    values = idle_poses(times)
    fade = Fade(values.copy(), np.ones(len(times)))
    for step, until in _in_turn(plan):
        action = repertoire.find(step.action)
        first, stop = _frames(beats, step.start_beat - 1, step.end_beat - 1)
        if first == stop:
            continue
        danced, _, counts = _own_movement(beats[first:stop], step, action, body)
        fade.before[first:stop] = values[first:stop]
        begin, end = _STRAIGHT
        fade.share[first:stop] = np.clip((counts - begin) / (end - begin), 0, 1)
        values[first:stop] = danced
        _settle_straight(values, fade, beats, times, step, action, until)
    return PlanValues(values, fade)


def _in_turn(plan: Choreography) -> list[tuple[Step, float]]:
    """Return every step that is danced, with the beat that the next one starts on."""
    steps = [step for step in plan.steps if step.action != "idle"]
    ends = [*(float(step.start_beat) for step in steps[1:]), float("inf")]
    return list(zip(steps, ends, strict=False))  # a plan may have no step at all


def beat_positions(beats: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return times (frames,) as beats from 0, fractions between, even outside the first and last.

    Args:
        beats: (beats,) rising seconds, at least two.
        times: (frames,) seconds.
    """
    usual = float(np.median(np.diff(beats)))
    inside = np.interp(times, beats, np.arange(len(beats)))
    before = np.minimum(times - beats[0], 0) / usual
    after = np.maximum(times - beats[-1], 0) / usual
    return inside + before + after


def _dance(
    values: np.ndarray, beats: np.ndarray, step: Step, action: Action, body: DancerBody
) -> None:
    """Put one step's movement over `values`, coming from what is there in the beat before it."""
    first, stop = _frames(beats, step.start_beat - 1, step.end_beat - 1)
    if first == stop:
        return
    danced, ends, counts = _own_movement(beats[first:stop], step, action, body)
    share = np.minimum(counts, 1.0)
    there = values[first:stop]
    values[first:stop] = _entered(there, danced, ends[:1], share, ends[1:])


def _own_movement(
    beats: np.ndarray, step: Step, action: Action, body: DancerBody
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a step's poses (frames, channels), its first way's two ends, and the counts done."""
    counts = _counts(beats, step)
    phase = np.mod(counts + step.first_count, action.counts) / action.counts
    begin = step.first_count % action.counts
    danced = _strengthened(action.poses(phase), step.energy)
    ends = np.array([begin, begin + 1]) / action.counts
    ends = _strengthened(action.poses(ends), step.energy)
    if step.mirrored:
        danced, ends = mirrored(danced), mirrored(ends)
    narrow = step_width(danced, body)
    return narrowed(danced, narrow), narrowed(ends, narrow), counts


def _frames(beats: np.ndarray, start: float, end: float) -> tuple[int, int]:
    """Return the frames after beat `start` up to and including beat `end`."""
    low, high = np.searchsorted(beats, [start, end], side="right")
    return int(low), int(high)


def _counts(beats: np.ndarray, step: Step) -> np.ndarray:
    """Return how many counts are done at each of `beats`: 1 when the first count is reached."""
    arrivals = np.arange(step.start_beat, step.end_beat, step.pace)
    at = np.concatenate([[step.start_beat - 1], arrivals])
    return np.interp(beats, at, np.arange(len(at)))


def _strengthened(values: np.ndarray, energy: float) -> np.ndarray:
    values = values.copy()
    values[:, _STRENGTH] *= 0.75 + 0.5 * energy
    return values


def _entered(
    there: np.ndarray,
    danced: np.ndarray,
    start: np.ndarray,
    share: np.ndarray,
    goal: np.ndarray | None = None,
) -> np.ndarray:
    """Return poses that leave `there` and join `danced` where `share` (0..1) comes to 1.

    With a `goal`, the pose that `danced` then has, they set out for it at once, and do not make
    for `start` first.
    """
    there = there.copy()
    for name in ("turn", "left_facing", "right_facing"):  # whole turns are no difference
        place = INDEX[name]
        there[:, place] -= 360 * np.round((there[:, place] - start[0, place]) / 360)
    leaving = there
    if goal is not None:
        leaving = blend(there, np.repeat(goal, len(there), axis=0), _soft(share[:, None] ** LAGS))
    out = blend(leaving, danced, _soft(share))
    for side, order in (("left", 0), ("right", 1)):
        flat = [INDEX[f"{side}_foot_out"], INDEX[f"{side}_foot_front"]]
        channels = [*range(FEET[side].start, FEET[side].stop), INDEX[f"{side}_facing"]]
        away = there[:, channels] - start[:, channels]
        moved = _soft(np.clip((share - 0.05 - 0.4 * order) / 0.5, 0, 1))
        out[:, channels] = danced[:, channels] + away * (1 - moved)[:, None]
        far = np.linalg.norm(there[:, flat] - start[:, flat], axis=-1)
        lift = _LIFT * np.minimum(far / _SHORT, 1) * np.sin(np.pi * moved)
        out[:, INDEX[f"{side}_foot_up"]] += lift
    return out


def _settle(
    values: np.ndarray,
    beats: np.ndarray,
    times: np.ndarray,
    step: Step,
    action: Action,
    until: float,
) -> None:
    """After a step: hold for a beat, then go back to idle; a short break, an end pose are held."""
    first, stop = _frames(beats, step.end_beat - 1, until)
    if first == stop or first == 0:
        return
    last = values[first - 1]
    if action.holds or until - step.end_beat <= _FREEZE:
        since = np.clip((beats[first:stop] - step.end_beat + 1) / _SETTLING, 0, 1)
        values[first:stop] = _breathing(last, times[first - 1 : stop], since)
        return
    share = np.clip((beats[first:stop] - step.end_beat) / _SETTLING, 0, 1)
    rest = idle_poses(times[first:stop])
    start = idle_poses(times[first : first + 1])
    values[first:stop] = _entered(np.repeat(last[None], stop - first, axis=0), rest, start, share)


def _settle_straight(
    values: np.ndarray,
    fade: Fade,
    beats: np.ndarray,
    times: np.ndarray,
    step: Step,
    action: Action,
    until: float,
) -> None:
    """Do as `_settle`, joints going back to idle in straight lines; in a short gap they hold."""
    first, stop = _frames(beats, step.end_beat - 1, until)
    if first == stop or first == 0:
        return
    share = np.clip((beats[first:stop] - step.end_beat) / _SETTLING, 0, 1)
    last = values[first - 1].copy()
    fade.before[first:stop] = last
    if action.holds:
        values[first:stop] = _breathing(last, times[first - 1 : stop], share)
    elif until - step.end_beat <= _FREEZE:
        values[first:stop] = last
    else:
        values[first:stop] = idle_poses(times[first:stop])
        fade.share[first:stop] = share


def _breathing(last: np.ndarray, times: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return a pose that is held (frames, channels), breathing; `times` begin one frame before."""
    rest = idle_poses(times)
    breath = rest[1:] - rest[:1]
    breath[:, [place for place in range(len(CHANNELS)) if place not in _STRENGTH]] = 0
    return last + breath * 0.6 * _soft(share)[:, None]


def _soft(share: np.ndarray) -> np.ndarray:
    return share**3 * (10 - 15 * share + 6 * share**2)
