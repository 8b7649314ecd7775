"""What the detectors say of one frame: for each thing that can be wrong, how wrong it is.

    third_hand      how sure the network is of a hand away from where the pose has hands and feet
    second_face     likewise of a face away from the head
    hand_missing    how unsure it is of a hand that hangs free and should be seen
    joint_astray    how far an arm's or leg's joint is found from where it was wanted; left and
                    right may be exchanged, for nobody sees that; `NOBODY` where no person is found
    beside_...      the outline, see `outline`
    head_blur       one over the gradient about the head, and about the softer of the hands
    hand_blur
    unlike          how unlike filmed ones the parts are, see `likeness`, which adds it
    unlike_part

Values rise with the fault. Lengths are in body heights, gradients in levels a pixel.
"""

import numpy as np

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.synth.compute.array_types import Bytes, Floats
from stickdance.synth.faults.detectors import Detectors, SeenAt
from stickdance.synth.faults.likeness import Parts, parts_of
from stickdance.synth.faults.outline import outline
from stickdance.synth.faults.wanted import Wanted

NOBODY = 1.0
"""Stands for the distance of joints where nobody is found."""
_OFF_HAND, _OFF_FOOT, _OFF_FACE, _OFF_HEAD = 0.16, 0.18, 0.12, 0.16  # farther is elsewhere
_FREE = 0.16  # from body, head and the other hand: a hand that must be seen
_EDGE = 0.08  # from the edge of the frame
_LIMBS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
_HEAD, _HAND = 0.09, 0.06  # half sides of the squares in which gradients are taken
_LEAST_GRADIENT = 0.05  # levels a pixel: a flat colour

Evidence = dict[str, float]
"""By what is wrong; what cannot be told of a frame is not in it."""


def evidence(
    detectors: Detectors, picture: Bytes, wanted: Wanted, matte: Bytes | None = None
) -> tuple[Evidence, Parts]:
    """Look at a frame; return what is wrong, and how the person's parts look.

    Args:
        detectors: that look.
        picture: uint8 RGB (height, width, 3).
        wanted: the pose that it should show, `judgeable`.
        matte: uint8 (height, width), 255 the person, where it is known how the frame was painted;
            None takes the pose network's.
    """
    found: Evidence = {
        "third_hand": _elsewhere(detectors.hands(picture, wanted), wanted),
        "second_face": _second_face(detectors.faces(picture, wanted), wanted),
    }
    missing = [
        1 - detectors.hand_at(picture, region, wrist, wanted)
        for region, wrist in zip(wanted.hand_regions(), wanted.pair("wrist"), strict=True)
        if region is not None and _is_free(wrist, wanted)
    ]
    if missing:
        found["hand_missing"] = max(missing)
    seen = detectors.joints(picture, wanted)
    found["joint_astray"] = NOBODY if seen is None else _astray(seen[0], wanted)
    matte = matte if matte is not None or seen is None else seen[1]
    found |= _blur(picture, wanted)
    if matte is None:
        return found, {}
    return found | outline(matte, wanted), parts_of(picture, matte, wanted)


def _elsewhere(hands: list[SeenAt], wanted: Wanted) -> float:
    feet = wanted.pair("ankle")
    return max(
        (
            hand.sure
            for hand in hands
            if wanted.apart(hand.place, wanted.hands) > _OFF_HAND
            and wanted.apart(hand.foot, wanted.pair("wrist")) > _OFF_HAND
            and wanted.apart(hand.place, feet) > _OFF_FOOT
            and wanted.apart(hand.place, wanted.head) > _OFF_FACE
        ),
        default=0.0,
    )


def _second_face(faces: list[SeenAt], wanted: Wanted) -> float:
    away = [face.sure for face in faces if wanted.apart(face.place, wanted.head) > _OFF_HEAD]
    return max(away, default=0.0)


def _is_free(wrist: Floats, wanted: Wanted) -> bool:
    """Return whether a hand lies beside the body, within the frame."""
    edge = _EDGE * wanted.height
    size = np.array(wanted.size)
    if not ((wrist > edge) & (wrist < size - edge)).all():
        return False
    spine = np.linspace(wanted.joint("neck"), wanted.pair("hip").mean(0), 8)
    sides = np.concatenate([spine, wanted.pair("shoulder"), wanted.pair("hip")])
    others = [each for each in wanted.pair("wrist") if not np.array_equal(each, wrist)]
    return wanted.apart(wrist, sides, wanted.head, wanted.pair("knee"), *others) > _FREE


def _astray(found: Floats, wanted: Wanted) -> float:
    """Return the largest distance of a limb's joint, in body heights; 0 where none is found."""
    most = 0.0
    for name in _LIMBS:
        sides = [OPENPOSE_18.index[f"{side}_{name}"] for side in ("left", "right")]
        there, here = found[sides], wanted.pair(name)
        ways = [np.linalg.norm(here - each, axis=-1) for each in (there, there[::-1])]
        known = [way[np.isfinite(way)] for way in ways]
        most = max(most, min((float(way.max()) for way in known if len(way)), default=0.0))
    return most / wanted.height


def _blur(picture: Bytes, wanted: Wanted) -> Evidence:
    head = _gradient(picture, wanted.head, _HEAD * wanted.height)
    hands = [_gradient(picture, each, _HAND * wanted.height) for each in wanted.hands]
    known = [each for each in hands if each is not None]
    found = {} if head is None else {"head_blur": 1 / head}
    return found | ({"hand_blur": 1 / min(known)} if known else {})


def _gradient(picture: Bytes, middle: Floats, reach: float) -> float | None:
    """Return the mean gradient of grey in a square; None where that leaves the frame."""
    if not np.isfinite(middle).all():
        return None
    height, width = picture.shape[:2]
    left, top = np.floor(middle - reach).astype(int).tolist()
    right, bottom = np.ceil(middle + reach).astype(int).tolist()
    if left < 0 or top < 0 or right > width or bottom > height or right - left < 3:
        return None
    grey = picture[top:bottom, left:right].mean(axis=2, dtype=np.float32)
    down, across = np.gradient(grey)
    return max(_LEAST_GRADIENT, float(np.hypot(down, across).mean()))
