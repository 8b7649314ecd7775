"""From one movement into another without a jump: what a body would jump by fades out.

Each bone keeps a turn and a change of length that grow less, so that limbs swing over instead of
shrinking; none is drawn longer than it was ever seen. A foot that stands elsewhere steps over,
lifted, the left one before the right one.

Source of the fading offset: "inertialization" (Bollo 2018), here with the quintic of least jerk.
"""

import numpy as np

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.skeleton import OPENPOSE_18

_FLEX = 2.5  # a bone's length changes at most so many times while it fades
_SLACK = 1.05  # a bone may be drawn so many times longer than measured
_AXES = np.eye(3)
_STEPPING = (0.4, 1.0), (0.5, 1.0)  # shares of the fading in which the feet step over
_DOWN = 1.5  # the higher, the more a step is set down fast: at the end of the fading, on a beat
_LIFT, _STEP = 0.03, 0.05  # of a foot that steps over, in body heights


def faded(
    danced: np.ndarray,
    leaving: np.ndarray,
    entering: np.ndarray,
    passed: np.ndarray,
    body: BodyProfile,
) -> np.ndarray:
    """Return joints that are `leaving` at the cut and `danced` at the end of the fading.

    Args:
        danced: (frames, 18, 3) what is faded into: pixels right, down and towards the camera.
        leaving: (18, 3) where the body is at the cut.
        entering: (18, 3) what `danced` would be at the cut.
        passed: (frames,) 0 at the cut to 1 at the end.
        body: whose bones they are.
    """
    left = 1 - _soft(passed)
    out = danced.copy()
    root = OPENPOSE_18.index["neck"]
    out[:, root] += (leaving - entering)[root] * left[:, None]
    for parent, child in _TREE:
        bone = danced[:, child] - danced[:, parent]
        old, new = leaving[child] - leaving[parent], entering[child] - entering[parent]
        swung = _swung(bone, old, new, left)
        seen = float(max(np.linalg.norm(old[:2]), np.linalg.norm(new[:2])))
        out[:, child] = out[:, parent] + _no_longer(swung, max(_longest(body, parent, child), seen))
    _put_feet(out, danced, leaving - entering, passed, body.height)
    return out


def _longest(body: BodyProfile, parent: int, child: int) -> float:
    """Return how long a bone may be drawn, in pixels."""
    name = f"{OPENPOSE_18.joints[parent]}-{OPENPOSE_18.joints[child]}"
    return _SLACK * float(body.bones.get(name, np.inf))


def _no_longer(bone: np.ndarray, longest: float) -> np.ndarray:
    """Return bones (frames, 3) drawn no longer than so in the picture: depth is but a guess."""
    drawn = np.linalg.norm(bone[:, :2], axis=-1, keepdims=True)
    return bone * np.minimum(1, longest / np.maximum(drawn, 1e-9))


def _swung(bone: np.ndarray, old: np.ndarray, new: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Return bones (frames, 3) turned and stretched by what is left of the way from new to old."""
    lengths = np.linalg.norm(old), np.linalg.norm(new)
    if min(lengths) < 1e-3:
        return bone + (old - new) * left[:, None]
    a, b = new / lengths[1], old / lengths[0]
    axis = np.cross(a, b)
    sine = float(np.linalg.norm(axis))
    stretch = np.clip(lengths[0] / lengths[1], 1 / _FLEX, _FLEX) ** left
    if sine < 1e-6:
        if a @ b > 0:
            return bone * stretch[:, None]
        axis = np.cross(a, _AXES[np.abs(a).argmin()])  # opposite: round by any way
    axis = axis / np.linalg.norm(axis)
    angle = (np.arctan2(sine, float(a @ b)) * left)[:, None]
    along = (bone @ axis)[:, None] * axis
    turned = (
        bone * np.cos(angle) + np.cross(axis, bone) * np.sin(angle) + along * (1 - np.cos(angle))
    )
    return turned * stretch[:, None]


def _put_feet(
    out: np.ndarray, danced: np.ndarray, offset: np.ndarray, passed: np.ndarray, height: float
) -> None:
    """Set each ankle on its way from where it stood to where it goes, lifted if that is a step."""
    for order, side in enumerate(("left", "right")):
        ankle, knee = (OPENPOSE_18.index[f"{side}_{name}"] for name in ("ankle", "knee"))
        begins, lands = _STEPPING[order]
        share = np.clip((passed - begins) / (lands - begins), 0, 1) ** _DOWN
        moved = share * share * (3 - 2 * share)
        goal = danced[:, ankle] + offset[ankle] * (1 - moved)[:, None]
        far = float(np.linalg.norm(offset[ankle][:2])) / height
        goal[:, 1] -= _LIFT * height * min(far / _STEP, 1.0) ** 2 * np.sin(np.pi * moved)
        correction = goal - out[:, ankle]
        out[:, ankle] = goal
        out[:, knee] += 0.5 * correction


def _soft(share: np.ndarray) -> np.ndarray:
    return share**3 * (10 - 15 * share + 6 * share**2)


_TREE = tuple((OPENPOSE_18.index[a], OPENPOSE_18.index[b]) for a, b in OPENPOSE_18.bones)
"""Parents before children, as OPENPOSE_18 lists its bones."""
