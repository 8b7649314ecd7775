"""From one picture of a person to another, along optical flow.

    a moment between two filmed frames    the nearer one, moved along the flow towards the other
    a change between two stretches        both moved towards each other; the picture before the
                                          middle is the one's, after it the other's

Nothing is ever mixed. What flow cannot carry (a limb that passes over the body) stays where it was,
whole, and jumps at the middle; so pictures whose poses are far apart are not joined (`choosing`).
"""

from dataclasses import dataclass

import numpy as np

from stickdance.capture.pose.skeleton import Skeleton
from stickdance.synth.compute.array_types import Floats
from stickdance.synth.playback.layers import Layer, grown, united
from stickdance.synth.playback.person_flow import moved, person_flow

_ROOM = 4  # pixels beside both pictures, for soft edges


@dataclass(frozen=True)
class Posed:
    """A person without the room, and their pose."""

    layer: Layer
    points: Floats
    """(joints, 2) pixels of the frame, NaN where missing."""


@dataclass(frozen=True)
class Morph:
    """Moves people along the flow from one picture to another."""

    length: float
    """The person's torso length in pixels."""
    skeleton: Skeleton

    def towards(
        self, one: Posed, other: Posed, share: float, offset: tuple[float, float] = (0.0, 0.0)
    ) -> Layer:
        """Return the one's pixels, so much of the way towards the other's shape, and moved.

        Args:
            one: whose pixels are shown.
            other: where they go.
            share: of the way, 0 to 1.
            offset: pixels right and down, at most one.
        """
        box = grown(united(one.layer.box, other.layer.box), _ROOM)
        a, b = one.layer.within(box), other.layer.within(box)
        corner = np.array(box[:2], np.float32)
        poses = one.points - corner, other.points - corner
        flow = person_flow(a, b, poses, self.length, self.skeleton)
        return Layer(moved(a, flow, share, offset), box[0], box[1])

    def between(self, one: Posed, other: Posed, share: float) -> Layer:
        """Return a picture of the change from one to the other; at 0 and 1 it is theirs."""
        if share <= 0:
            return one.layer
        if share >= 1:
            return other.layer
        if share < 0.5:
            return self.towards(one, other, share)
        return self.towards(other, one, 1 - share)
