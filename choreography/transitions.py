"""Plan -> poses: every count lands on its beat, and nothing jumps.

1. Seconds become beats (piecewise linear, so a song may slow down and hurry).
2. A step's counts are reached on its beats, its movement running on in between.
3. Steps are narrowed to the room that the target has.
4. In the beat before a step, the last pose goes over into the action: linear in the joints, as the
   paper has it, but in their angles and places (along great circles for the arms' bones), with a
   weight that starts and stops softly. Bones keep their lengths and the first count its beat.
5. Feet that stand elsewhere step over, lifted, one after the other.
6. Where no step is, the body settles into an idle sway; after an end pose it holds and breathes.

Source: paper 004, section V-D (transitions by linear interpolation of the body's key points).
"""

import numpy as np

from choreography.actions.catalog import find_action
from choreography.actions.frame_of_dance import idle_poses
from choreography.body import Body
from choreography.plan import Choreography, Step
from choreography.pose import CHANNELS, FEET, INDEX, blend, mirrored
from choreography.staging import narrowed, step_width

_SETTLING = 2.0  # beats in which a body goes back to idle, after one beat of holding still
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


def pose_values(plan: Choreography, times: np.ndarray, body: Body) -> np.ndarray:
    """Return the poses (frames, channels) of a plan at times (frames,) in seconds of the song.

    Args:
        plan: what to dance.
        times: rising.
        body: whose room decides how wide steps are.
    """
    beats = beat_positions(np.array(plan.beats), times)
    values = idle_poses(times)
    steps = [step for step in plan.steps if step.action != "idle"]
    for place, step in enumerate(steps):
        until = steps[place + 1].start_beat if place + 1 < len(steps) else np.inf
        _dance(values, beats, step, body)
        _settle(values, beats, times, step, until)
    return values


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


def _dance(values: np.ndarray, beats: np.ndarray, step: Step, body: Body) -> None:
    """Put one step's movement over `values`, coming from what is there in the beat before it."""
    first, stop = _frames(beats, step.start_beat - 1, step.end_beat - 1)
    if first == stop:
        return
    action = find_action(step.action)
    counts = _counts(beats[first:stop], step)
    phase = np.mod(counts, action.counts) / action.counts
    danced = _strengthened(action.poses(phase), step.energy)
    start = _strengthened(action.poses(np.zeros(1)), step.energy)
    if step.mirrored:
        danced, start = mirrored(danced), mirrored(start)
    narrow = step_width(danced, body)
    danced, start = narrowed(danced, narrow), narrowed(start, narrow)
    values[first:stop] = _entered(values[first:stop], danced, start, np.minimum(counts, 1.0))


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
    there: np.ndarray, danced: np.ndarray, start: np.ndarray, share: np.ndarray
) -> np.ndarray:
    """Return poses that leave `there` and join `danced` where `share` (0..1) comes to 1."""
    there = there.copy()
    for name in ("turn", "left_facing", "right_facing"):  # whole turns are no difference
        place = INDEX[name]
        there[:, place] -= 360 * np.round((there[:, place] - start[0, place]) / 360)
    out = blend(there, danced, _soft(share))
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
    values: np.ndarray, beats: np.ndarray, times: np.ndarray, step: Step, until: float
) -> None:
    """After a step: hold for a beat, then go back to idle; an end pose is held for good."""
    first, stop = _frames(beats, step.end_beat - 1, until)
    if first == stop or first == 0:
        return
    last = values[first - 1]
    rest = idle_poses(times[first:stop])
    if find_action(step.action).holds:
        breath = rest - idle_poses(times[first - 1 : first])
        breath[:, [place for place in range(len(CHANNELS)) if place not in _STRENGTH]] = 0
        share = _soft(np.clip((beats[first:stop] - step.end_beat) / _SETTLING, 0, 1))
        values[first:stop] = last + breath * 0.6 * share[:, None]
        return
    share = np.clip((beats[first:stop] - step.end_beat) / _SETTLING, 0, 1)
    start = idle_poses(times[first : first + 1])
    values[first:stop] = _entered(np.repeat(last[None], stop - first, axis=0), rest, start, share)


def _soft(share: np.ndarray) -> np.ndarray:
    return share**3 * (10 - 15 * share + 6 * share**2)
