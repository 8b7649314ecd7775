"""Plan -> poses: counts land on their beats, and the movement goes on between them.

1. Seconds become beats (piecewise linear, so a song may slow down and hurry).
2. A step's counts are reached on its beats, its movement running on in between. Counts that are
   struck, and the last one before a break, are arrived at and held (`danced_step`).
3. Steps are narrowed to the room that the target has.
4. From the last count of a step to the first one of the next the body goes at the speed it has at
   both ends, in the joints' angles and places. Bones keep their lengths and the first count its
   beat. A step that comes after a rest is set out for in the beat before it.
5. Feet that stand elsewhere step over, lifted, one after the other.
6. Under the steps goes the plan's groove (`groove_layer`), and the hips drop on the side that
   carries no weight.
7. Where no step is, the body settles into an idle sway; in a break of up to three beats and after
   an end pose it holds and breathes.

`linear_poses` has the published transitions instead of 4 and 5, stops on every count and has no
groove: after a moment's rest on the last count every joint goes over on a straight line, at even
speed, in half the way to the next one. Bones shorten and feet slide on the way; the count lands on
its beat all the same.

Source: Islam, Rahman and Amin, "Beat Based Realistic Dance Video Generation using Deep Learning",
section V-D (transitions by linear interpolation of the body's key points).
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stickdance.choreography.actions.catalog import STANDARD, Repertoire
from stickdance.choreography.actions.frame_of_dance import idle_poses
from stickdance.choreography.actions.timing import flowing, lifted, step_over
from stickdance.choreography.body.kinematics import DancerBody
from stickdance.choreography.body.pose_channels import CHANNELS, FEET, INDEX, TRUNK, Fade, blend
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.grooves import GROOVES
from stickdance.choreography.plan_to_poses.danced_step import DancedStep
from stickdance.choreography.plan_to_poses.groove_layer import follows, groove_poses

_SETTLING = 2.0  # beats in which a body goes back to idle, after one beat of holding still
_FREEZE = 3  # beats without a step that are held instead
_STRAIGHT = (0.12, 0.62)  # shares of the way to the first count between which lines are drawn
_LIFT, _SHORT = 0.035, 0.06  # of a foot that steps over, in body heights
_SKIP, _LIVELY = 0.02, 0.4  # body heights, and the energy from which feet skip over together
_HOPS = 0.005  # body heights off the ground from which on a way is a hop


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
    steps = _danced(plan, body, repertoire)
    before: DancedStep | None = None
    for step, until in _in_turn(steps):
        _dance(values, beats, step, before if before and follows(before, step) else None)
        _settle(values, beats, times, step, until)
        before = step
    groove = GROOVES[plan.groove]
    layer = groove_poses(groove, steps, beats, plan.tempo)
    values += layer
    weight = np.clip(values[:, INDEX["weight"]], -1, 1)
    carried = np.sin(0.5 * np.pi * weight) * _dancing(steps, beats)
    values[:, INDEX["hip_roll"]] -= groove.weight_tilt * carried
    values[:, INDEX["shoulder_roll"]] += 0.6 * groove.weight_tilt * carried
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
    for danced, until in _in_turn(_danced(plan, body, repertoire, stops=True)):
        step = danced.step
        first, stop = _frames(beats, step.start_beat - 1, step.end_beat - 1)
        if first == stop:
            continue
        counts = danced.counts_at(beats[first:stop])
        fade.before[first:stop] = values[first:stop]
        begin, end = _STRAIGHT
        fade.share[first:stop] = np.clip((counts - begin) / (end - begin), 0, 1)
        values[first:stop] = danced.at(np.minimum(counts, danced.counts))
        _settle_straight(values, fade, beats, times, danced, until)
    return PlanValues(values, fade)


def _danced(
    plan: Choreography, body: DancerBody, repertoire: Repertoire, stops: bool = False
) -> list[DancedStep]:
    """Return every step that is danced, with the counts that it strikes."""
    steps = [step for step in plan.steps if step.action != "idle"]
    breaks = [after.start_beat - step.end_beat >= 1 for step, after in pairwise(steps)]
    befores = [None, *(one if after.start_beat - one.end_beat <= _FREEZE else None
                       for one, after in pairwise(steps))]  # fmt: skip
    out = []
    for step, before, ends in zip(steps, befores, [*breaks, True], strict=False):
        action = repertoire.find(step.action)
        counts = -(-step.beats // step.pace)
        accent = (action.accent - step.first_count) % action.counts + 1
        hits = {accent} if step.hit and accent <= counts else set()
        if ends or action.holds:
            hits.add(counts)
        out.append(DancedStep(step, action, body, frozenset(hits), stops, before))
    return out


def _in_turn(steps: list[DancedStep]) -> list[tuple[DancedStep, float]]:
    """Return every step with the beat that the next one starts on."""
    ends = [*(float(one.step.start_beat) for one in steps[1:]), float("inf")]
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
    values: np.ndarray, beats: np.ndarray, danced: DancedStep, before: DancedStep | None
) -> None:
    """Put one step's movement over `values`, coming from the step before or what is there."""
    step = danced.step
    begin = before.last_beat if before else step.start_beat - 1
    first, ready = _frames(beats, begin, step.start_beat)
    stop = _frames(beats, begin, danced.last_beat)[1]
    values[ready:stop] = danced.at(danced.counts_at(beats[ready:stop]))
    if first == ready:
        return
    share = (beats[first:ready] - begin) / (step.start_beat - begin)
    there = before.last if before else values[first:ready]
    leaving = before.leaving if before else np.zeros(len(CHANNELS))
    values[first:ready] = _gone_over(there, danced, leaving, share, float(step.start_beat - begin))


def _gone_over(
    there: np.ndarray, danced: DancedStep, leaving: np.ndarray, share: np.ndarray, beats: float
) -> np.ndarray:
    """Return poses that leave `there` and reach a step's first count after so many beats."""
    goal = np.repeat(danced.first[None], len(share), axis=0)
    start = np.broadcast_to(there, goal.shape).copy()
    for name in ("turn", "left_facing", "right_facing"):  # whole turns are no difference
        place = INDEX[name]
        start[:, place] -= 360 * np.round((start[:, place] - goal[:, place]) / 360)
    out = flowing(start, goal, leaving * beats, danced.arriving * beats, share)
    goal[:, INDEX["hop"]] = danced.hop if danced.hop > _HOPS else _skip(start, goal, danced)
    out[:, INDEX["air"]] = 0
    step_over(out, start, goal, share)
    return out


def _skip(start: np.ndarray, goal: np.ndarray, danced: DancedStep) -> float:
    """Return how high to skip, in body heights, where both feet must go elsewhere in one beat."""
    ways = [np.abs(goal[0, feet] - start[0, feet]).max() for feet in FEET.values()]
    return _SKIP if min(ways) > _SHORT and danced.step.energy > _LIVELY else 0.0


def _frames(beats: np.ndarray, start: float, end: float) -> tuple[int, int]:
    """Return the frames after beat `start` up to and including beat `end`."""
    low, high = np.searchsorted(beats, [start, end], side="right")
    return int(low), int(high)


def _dancing(steps: list[DancedStep], beats: np.ndarray) -> np.ndarray:
    """Return how much (frames,) a step is danced at each moment, 0..1, soft at both ends."""
    spans: list[list[float]] = []
    for before, danced in zip([None, *steps], steps, strict=False):
        if before is None or not follows(before, danced):
            spans.append([danced.step.start_beat, 0.0])
        spans[-1][1] = danced.step.end_beat
    out = np.zeros(len(beats))
    for start, end in spans:
        coming, going = np.clip(beats - start + 1, 0, 1), np.clip((end + 1 - beats) / 2, 0, 1)
        out = np.maximum(out, _soft(np.minimum(coming, going)))
    return out


def _settle(
    values: np.ndarray, beats: np.ndarray, times: np.ndarray, danced: DancedStep, until: float
) -> None:
    """After a step: hold for a beat, then go back to idle; a short break, an end pose are held."""
    first, stop = _frames(beats, danced.last_beat, until)
    if first == stop:
        return
    end = danced.step.end_beat
    last = danced.last
    if danced.action.holds or until - end <= _FREEZE:
        since = np.clip((beats[first:stop] - end + 1) / _SETTLING, 0, 1)
        values[first:stop] = _breathing(last, times[max(first - 1, 0) : stop], since)
        return
    share = np.clip((beats[first:stop] - end) / _SETTLING, 0, 1)
    values[first:stop] = _come_to_rest(last, idle_poses(times[first:stop]), share)


def _come_to_rest(last: np.ndarray, rest: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return poses that leave `last` (channels,) and join `rest` (frames, channels)."""
    there = np.repeat(last[None], len(rest), axis=0)
    for name in ("turn", "left_facing", "right_facing"):  # whole turns are no difference
        place = INDEX[name]
        there[:, place] -= 360 * np.round((there[:, place] - rest[:, place]) / 360)
    out = blend(there, rest, _soft(share))
    for side, order in (("left", 0), ("right", 1)):
        flat = [INDEX[f"{side}_foot_out"], INDEX[f"{side}_foot_front"]]
        channels = [*range(FEET[side].start, FEET[side].stop), INDEX[f"{side}_facing"]]
        away = there[:, channels] - rest[:, channels]
        gone = np.clip((share - 0.05 - 0.4 * order) / 0.5, 0, 1)
        moved = _soft(gone)
        out[:, channels] = rest[:, channels] + away * (1 - moved)[:, None]
        far = np.linalg.norm(there[:, flat] - rest[:, flat], axis=-1)
        lift = _LIFT * np.minimum(far / _SHORT, 1) * lifted(gone)
        out[:, INDEX[f"{side}_foot_up"]] += lift
    return out


def _settle_straight(
    values: np.ndarray,
    fade: Fade,
    beats: np.ndarray,
    times: np.ndarray,
    danced: DancedStep,
    until: float,
) -> None:
    """Do as `_settle`, joints going back to idle in straight lines; in a short gap they hold."""
    end = danced.step.end_beat
    first, stop = _frames(beats, end - 1, until)
    if first == stop or first == 0:
        return
    share = np.clip((beats[first:stop] - end) / _SETTLING, 0, 1)
    last = values[first - 1].copy()
    fade.before[first:stop] = last
    if danced.action.holds:
        values[first:stop] = _breathing(last, times[first - 1 : stop], share)
    elif until - end <= _FREEZE:
        values[first:stop] = last
    else:
        values[first:stop] = idle_poses(times[first:stop])
        fade.share[first:stop] = share


def _breathing(last: np.ndarray, times: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return a pose that is held (frames, channels), breathing; `times` may begin earlier."""
    rest = idle_poses(times)
    breath = rest[len(times) - len(share) :] - rest[:1]
    breath[:, [place for place in range(len(CHANNELS)) if place not in TRUNK]] = 0
    return last + breath * 0.6 * _soft(share)[:, None]


def _soft(share: np.ndarray) -> np.ndarray:
    return share**3 * (10 - 15 * share + 6 * share**2)
