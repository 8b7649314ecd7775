"""What can be wrong with a painted person, and the evidence for each: names alone.

Evidence is explained in `evidence`.
"""

from collections.abc import Mapping

OUTLINE = ("beside_arms", "beside_legs", "beside_trunk", "pieces", "length")
"""What `outline` measures."""
KINDS: Mapping[str, tuple[str, ...]] = {
    "third_hand": ("third_hand",),
    "second_face": ("second_face",),
    "hand_missing": ("hand_missing",),
    "joint_astray": ("joint_astray",),
    "outline_torn": OUTLINE,
    "head_soft": ("head_blur",),
    "hand_soft": ("hand_blur",),
    "part_unlike": ("unlike", "unlike_part"),
}
"""Kind of fault -> the evidence for it, of which one is enough."""
