"""The person in the frame: found, whole, large enough, filmed long enough."""

from collections.abc import Sequence

import numpy as np

from stickdance.capture.conditions.condition import Condition, judged
from stickdance.capture.pose.sequence import PoseSequence

_FEET = ("left_ankle", "right_ankle")
_FOOT_SEEN = 0.4  # confidence below which a foot is not surely there
_ROWS = 256  # of the usual video: fewer are enlarged, more are not shown
_QUICK = 14.9  # frames a second: 15, and the 14.985 of half an NTSC film


def judge_presence(
    poses: PoseSequence,
    missing: Sequence[int],
    wrong: Sequence[int],
    *,
    body_height: float,
) -> list[Condition]:
    """Return the conditions that tell whether the person was filmed whole, and long enough.

    Args:
        poses: the target's cleaned poses.
        missing: frames in which no person was found.
        wrong: frames whose pose was refused as a misdetection.
        body_height: of the target, from the ground to the nose, in pixels of `poses.size`.
    """
    count = len(poses)
    feet, parts = outside(poses)
    size = 100 * body_height / poses.size[1]
    return [
        judged(
            "person not found", 100 * len(missing) / count, "% of frames", good=2, usable=20,
            well="the person is there throughout",
            ill=f"no person was found in {len(missing)} of {count} frames; film one person, alone",
        ),
        judged(
            "poses refused", 100 * len(wrong) / count, "% of frames", good=5, usable=25,
            well="the poses hang together",
            ill=f"{len(wrong)} of {count} poses were refused as misdetections; "
            "film against a calm background, in good light",
        ),
        judged(
            "feet not visible", 100 * feet.mean(), "% of frames", good=20, usable=60,
            well="the feet are in the picture",
            ill=f"the feet are not surely visible in {feet.sum()} of {count} frames; "
            "film the whole body",
        ),
        judged(
            "person out of frame", 100 * parts.mean(), "% of frames", good=2, usable=15,
            well="the person stays inside the picture",
            ill=f"the person leaves the picture in {parts.sum()} of {count} frames; "
            "step back from the camera",
        ),
        judged(
            "size in the frame", size, "% of the height", good=40, usable=20, more_is_better=True,
            well="the person fills the frame",
            ill=f"the person is only {size:.0f} % of the frame high; come nearer or film upright",
        ),
    ]  # fmt: skip


def judge_frames(height: int, fps: float) -> list[Condition]:
    """Return what the frames themselves limit: how fine and how quick a video can be.

    Args:
        height: of the picture as filmed, in pixels.
        fps: different pictures a second of the original footage.
    """
    return [
        judged(
            "resolution", height, "rows", good=_ROWS, usable=120, more_is_better=True,
            well="the footage is fine enough",
            ill=f"the frames have only {height} rows; film in 720p or better",
        ),
        judged(
            "frame rate", fps, "frames/s", good=_QUICK, usable=5, more_is_better=True,
            well="quick enough for dancing",
            ill=f"only {fps:.1f} frames a second; film with 25 or more",
        ),
    ]  # fmt: skip


def judge_length(seconds: float) -> Condition:
    """Return the condition "length"; two seconds are the least that is captured at all."""
    return judged(
        "length", seconds, "s", good=60, usable=2, more_is_better=True,
        well="long enough",
        ill=f"only {seconds:.1f} s of footage; two to five minutes give a better likeness",
    )  # fmt: skip


def outside(poses: PoseSequence) -> tuple[np.ndarray, np.ndarray]:
    """Return in which frames the feet are not surely visible, and in which other joints are out.

    Returns:
        Two bool arrays (frames,).
    """
    size = np.array(poses.size, np.float32)
    there = np.isfinite(poses.points).all(-1) & (poses.confidence > 0)
    beyond = there & ((poses.points < 0) | (poses.points > size)).any(-1)
    feet = [poses.skeleton.index[name] for name in _FEET]
    unseen = np.any((beyond | (poses.confidence < _FOOT_SEEN))[:, feet], axis=-1)
    return unseen, np.any(np.delete(beyond, feet, axis=1), axis=-1)
