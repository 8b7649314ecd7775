"""What frames a dance: the idle sway of silent passages and the pose that ends it."""

import numpy as np

from stickdance.choreography.actions.action import action
from stickdance.choreography.actions.shapes import HIGH_WIDE, ON_HIP
from stickdance.choreography.actions.timing import through
from stickdance.choreography.body.pose_channels import INDEX, pose

_BREATH_SECONDS = 3.65
_SHIFT_SECONDS = 7.3
_LOOK_SECONDS = 14.6
_SOFT = ((0.3, -0.95, 0.02), (0.12, -0.95, 0.28))


def idle_poses(seconds: np.ndarray) -> np.ndarray:
    """Return relaxed standing (frames, channels) at times in seconds: breath and slow weight."""
    seconds = np.asarray(seconds, float)
    out = np.repeat(pose(left=_SOFT, right=_SOFT)[None], len(seconds), axis=0)
    breath = np.sin(2 * np.pi * seconds / _BREATH_SECONDS)
    shift = np.sin(2 * np.pi * seconds / _SHIFT_SECONDS)
    out[:, INDEX["weight"]] = 0.28 * shift
    out[:, INDEX["hip_roll"]] = -3.0 * shift
    out[:, INDEX["lean"]] = -1.5 * shift
    out[:, INDEX["head_tilt"]] = 2.0 * shift
    out[:, INDEX["head_turn"]] = 7 * np.sin(2 * np.pi * seconds / _LOOK_SECONDS)
    out[:, INDEX["bend"]] = -1.2 * breath
    out[:, INDEX["lower"]] = 0.006 - 0.003 * breath
    out[:, INDEX["left_upper_out"]] += 0.02 * breath
    out[:, INDEX["right_upper_out"]] += 0.02 * breath
    return out


@action(counts=4, energy=0.2, source="whole", tempo=(20, 240))
def idle(phase: np.ndarray) -> np.ndarray:
    """Stand at ease: the weight moves slowly from one leg to the other and back."""
    return idle_poses(np.asarray(phase, float) * _LOOK_SECONDS)


@action(counts=2, energy=0.6, source="whole", tempo=(40, 200), accent=1, changes=True, holds=True)
def end_pose(phase: np.ndarray) -> np.ndarray:
    """Gather low, then strike the last pose: one arm to the sky, one hand on the hip, and hold."""
    gather = ((0.2, -0.8, 0.5), (-0.8, 0.1, 0.5))
    return through(
        phase,
        pose(left=gather, right=gather, lower=0.09, bend=16, head_nod=16),
        pose(left=ON_HIP, right=HIGH_WIDE, weight=-0.6, hip_roll=9, lean=-5, head_turn=-16,
             head_nod=-12),
        groove=0.0,
    )  # fmt: skip
