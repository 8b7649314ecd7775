"""The groove under the steps of a plan, frame by frame.

Hips lead: shoulders, head and arms follow by a share of the sway. What goes from side to side and
what goes up and down are out of step with each other, and the hips circle while they go, so that
the body is never at rest as a whole.
"""

from collections.abc import Sequence

import numpy as np

from stickdance.choreography.body.pose_channels import CHANNELS, DIRECTIONS, INDEX
from stickdance.choreography.plan.grooves import Groove
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan_to_poses.danced_step import DancedStep

_LOW = 0.18  # of a beat after it, the knees have given most
_USUAL = 120.0  # beats a minute that grooves are designed at
_SLOWER = 0.8  # exponent: by how much a groove grows when beats are farther apart


def groove_poses(
    groove: Groove, steps: Sequence[DancedStep], beats: np.ndarray, tempo: float
) -> np.ndarray:
    """Return poses to add (frames, channels).

    Args:
        groove: which.
        steps: of the plan, in order.
        beats: (frames,) position in beats, from 0.
        tempo: beats a minute.
    """
    out = np.zeros((len(beats), len(CHANNELS)))
    slow = float(np.clip((_USUAL / tempo) ** _SLOWER, 0.7, 1.5))
    for number, danced in enumerate(steps):
        step, before = danced.step, steps[number - 1] if number else None
        after = steps[number + 1].step.start_beat if number + 1 < len(steps) else np.inf
        joined = before is not None and follows(before, danced)
        begin = before.last_beat if joined and before is not None else step.start_beat - 1
        end = danced.last_beat if follows_at(danced, after) else step.end_beat + 1
        low, high = np.searchsorted(beats, [begin, end], side="right")
        here = beats[low:high]
        if danced.action.holds:
            continue
        coming = _soft(np.clip((here - begin) / (step.start_beat - begin), 0, 1))
        going = _soft(np.clip((here - danced.last_beat) / (end - danced.last_beat + 1e-9), 0, 1))
        own = moved(groove, here - step.start_beat, _size(step), slow)
        own *= (coming * (1 - going))[:, None]
        out[low:high] += own
        if joined and before is not None and not before.action.holds:
            old = before.step
            gone = moved(groove, here - old.start_beat, _size(old), slow)
            out[low:high] += gone * (1 - coming)[:, None]
    return out


def follows(before: DancedStep, danced: DancedStep) -> bool:
    """Tell whether a step begins where the one before it ends."""
    return follows_at(before, danced.step.start_beat)


def follows_at(before: DancedStep, start: float) -> bool:
    """Tell whether what starts at a beat begins less than a beat after a step's end."""
    return start - before.step.end_beat < 1


def moved(groove: Groove, beats: np.ndarray, size: float, slow: float = 1.0) -> np.ndarray:
    """Return poses to add (frames, channels) at beats (frames,) since a step began.

    Args:
        groove: which.
        beats: since the step began.
        size: of all of it.
        slow: how much wider it is for beats that are far apart; it bounces no deeper for that.
    """
    out = np.zeros((len(beats), len(CHANNELS)))
    beat, side = 2 * np.pi * beats, 2 * np.pi * beats / groove.period

    def across(lag: float) -> np.ndarray:
        """Return the way to the left (1) and the right (-1), later by a share of the sway."""
        return -np.sin(side - 2 * np.pi * lag)

    down = 0.5 + 0.5 * np.cos(beat - 2 * np.pi * _LOW)
    fallen = 0.5 + 0.5 * np.cos(2 * side - 2 * np.pi * _LOW)
    second = 0.5 + 0.5 * np.cos(beat / 2 - np.pi * (1 + _LOW))
    down += groove.backbeat * (second - down)
    out[:, INDEX["lower"]] = groove.bounce / slow * down + groove.rise * fallen
    out[:, INDEX["sway_x"]] = groove.sway * across(0.0)
    out[:, INDEX["sway_z"]] = 0.5 * groove.sway * np.cos(side)
    out[:, INDEX["hip_roll"]] = -groove.hip_roll * across(-0.06)
    out[:, INDEX["hip_twist"]] = groove.hip_twist * across(0.2)
    out[:, INDEX["rib_x"]] = -groove.shoulders * across(0.1)
    out[:, INDEX["shoulder_roll"]] = groove.shoulders * across(0.1)
    out[:, INDEX["twist"]] = -groove.twist * across(0.25)
    out[:, INDEX["bend"]] = groove.rock * np.cos(beat - 2 * np.pi * (_LOW + 0.1))
    out[:, INDEX["head_nod"]] = groove.nod * np.cos(beat - 2 * np.pi * (_LOW + 0.2))
    out[:, INDEX["head_tilt"]] = -0.7 * groove.shoulders * across(0.2)
    for name, sign in (("left", 1.0), ("right", -1.0)):
        for limb, lag in (("upper", 0.3), ("fore", 0.4)):
            place = DIRECTIONS[name, limb]
            out[:, place.start] = 0.5 * groove.arms * np.cos(beat - 2 * np.pi * lag)
            out[:, place.start + 2] = sign * groove.arms * across(lag)
    return size * slow * out


def _size(step: Step) -> float:
    """Return how large a groove is under a step: as strong as that is danced."""
    return 0.35 + 1.15 * step.energy


def _soft(share: np.ndarray) -> np.ndarray:
    return share * share * (3 - 2 * share)
