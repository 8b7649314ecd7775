"""Which filmed frame lends each body part its pixels.

The cost of a frame for a part is how differently the part is posed there. Neighbouring parts cost
less from one frame (no seam), and a part keeps its frame, or follows the film, from one pose to the
next (steadiness). The least total over the tree of parts is found exactly, by dynamic programming;
so is, for each part on its own, what a choice costs in the poses after (Viterbi 1967), so that a
frame is changed for one that will do for a while.

The tree with such costs: Felzenszwalb and Huttenlocher, Pictorial Structures (IJCV 2005).
"""

from dataclasses import dataclass

import numpy as np

from stickdance.capture.pose.skeleton import Skeleton
from stickdance.synth.appearance.body_parts import (
    MIRRORED,
    PARENTS,
    PARTS,
    PLACE,
    PosedParts,
    pose_parts,
    torso_length,
)
from stickdance.synth.appearance.part_crops import PartFacts
from stickdance.synth.compute.array_types import Bools, Floats, Integers

_BEST = 95  # percentile of the frames by how much of a part they show: as good as all of it
_FAR = 1e4  # cost of what must not be chosen
_UNLIKE = 0.3  # difference from the likest frame at which a pose counts as never filmed
_MISSING = 0.02  # squared difference that a joint missing on one side counts for
_CHUNK = 1 << 22  # numbers compared at once
_LEGS = np.array([part.name.endswith(("thigh", "shin")) for part in PARTS])
_CLOTHED = np.array([part.name.endswith(("torso", "thigh")) for part in PARTS])
# As the body hangs together, but for one thigh that is cut off from the other.
_BESIDE = list(PARENTS)
_BESIDE[PLACE["left_thigh"]] = PLACE["right_thigh"]
SAME_TIME = 4
"""Frames of the film from which on a change is a full one."""


@dataclass(frozen=True)
class ChoiceCosts:
    """What else than likeness of pose decides, in torso lengths of mean joint difference."""

    seam: float = 0.2
    """A part comes from another frame than the part it hangs on, or than the other thigh."""
    seam_of_head: float = 0.05
    """The same for the head: likeness counts, and a neck is thin."""
    seam_of_skirt: float = 0.8
    """The same for legs under a skirt, which is one piece and hangs over knees."""
    switch: float = 0.03
    """A part comes from another time of the film than in the pose before."""
    switch_of_head: float = 0.1
    """The same for the head: another face is seen at once."""
    hidden: float = 0.1
    """The whole part is hidden in that frame."""
    hollow: float = 0.7
    """The same for torso and thighs: arms before them leave clothes torn and marked where they are
    elsewhere now, while hair and long sleeves hide the others rightly."""
    blurred: float = 0.15
    """The part is the most blurred of all frames, in a pose far from any filmed. Near a filmed pose
    it costs less in proportion: there, likeness counts."""
    odd: float = 5.0
    """The limb looks wholly unlike itself there, with others' colours or a hand lost in blur; near
    a filmed pose less, as `blurred`."""
    mirrored: float = 0.5
    """Pixels come from the mirrored picture, from the other arm or leg."""
    mirrored_body: float = 1.5
    """Head or torso come from the mirrored picture."""
    place: float = 0.1
    """The part lies one torso length elsewhere in the picture."""


@dataclass(frozen=True)
class Sources:
    """The frames to choose from; the second half may be mirrors of the first."""

    parts: PosedParts
    """Their poses."""
    frames: Integers
    """(sources,) int: each one's number in the film."""
    visible: Floats
    """(sources, parts) share of the part that can be seen there, 0..1."""
    hidden: Floats
    """(sources, parts) how much less than in the frames that show it best, 0..1 of the part."""
    detail: Floats
    """(sources, parts) sharpness of the part among all frames, 0..1."""
    odd: Floats
    """(sources, parts) how unlike itself the part looks there, 0..1."""
    mirrored: Bools
    """(sources,) bool: it is a mirrored picture."""
    length: float
    """Torso length in pixels."""
    skirt: bool = False
    """The person wears one."""

    @staticmethod
    def of(
        parts: PosedParts, frames: Integers, facts: PartFacts, length: float, skirt: bool
    ) -> "Sources":
        """Return the frames kept and their mirror images.

        Args:
            parts: of (2 * kept) poses, those of mirror images in the second half.
            frames: (kept,) their numbers in the film.
            facts: of the kept ones.
            length: torso length in pixels.
            skirt: the person wears one.
        """
        visible, detail, odd = (
            np.concatenate([each, each[:, list(MIRRORED)]])
            for each in (facts.visible, facts.detail, facts.odd)
        )
        shown = visible / np.percentile(facts.visible, _BEST, axis=0).clip(1e-3)
        hidden, mirrored = (1 - shown).clip(0, 1), np.arange(len(parts)) >= len(frames)
        both = np.concatenate([frames, frames])
        return Sources(parts, both, visible, hidden, detail, odd, mirrored, length, skirt)


def part_costs(
    target: PosedParts, sources: Sources, costs: ChoiceCosts, exclude: Integers | None = None
) -> Floats:
    """Return (poses, parts, sources): the cost of each source for each part on its own.

    Args:
        target: the poses to paint.
        sources: what there is to choose from.
        costs: prices.
        exclude: (poses, 2) frames of the film [start, stop) that a pose must not use; where that
            leaves nothing, it may choose from all.
    """
    theirs = sources.parts
    fixed = _fixed_costs(sources, costs)
    spoiled = costs.blurred * (1 - sources.detail.T) + costs.odd * sources.odd.T
    out = np.empty((len(target), len(PARTS), len(theirs)), np.float32)
    their_descriptors = theirs.descriptors.transpose(1, 0, 2)[None]
    their_starts = theirs.start.transpose(1, 0, 2)[None]
    step = max(1, _CHUNK // max(1, their_descriptors.size))
    for first in range(0, len(target), step):
        chunk = slice(first, first + step)
        unlike = their_descriptors - target.descriptors[chunk, :, None]
        squared = np.where(np.isnan(unlike), _MISSING, unlike**2).sum(-1)
        away = np.linalg.norm(their_starts - target.start[chunk, :, None], axis=-1)
        place = np.nan_to_num(away / sources.length, nan=_FAR)
        likeness = np.sqrt(squared) + costs.place * place
        cost = likeness + fixed
        if exclude is not None:
            cost += np.where(_banned(sources, exclude[chunk]), _FAR, 0)[:, None]
        out[chunk] = cost + spoiled * (likeness.min(-1, keepdims=True) / _UNLIKE).clip(0, 1)
    return out


def choose(
    costs: Floats, sources: Sources, weights: ChoiceCosts, before: Integers | None = None
) -> Integers:
    """Return (poses, parts) int: the source that lends each part, poses taken as consecutive.

    Args:
        costs: (poses, parts, sources) of `part_costs`.
        sources: what there is to choose from.
        weights: prices of seams and switches.
        before: (parts,) the choice for the pose before the first, for steadiness.
    """
    out = np.empty(costs.shape[:2], np.int64)
    seams = np.full(len(PARTS), weights.seam)
    seams[PLACE["head"]] = weights.seam_of_head
    if sources.skirt:
        seams[_LEGS] = weights.seam_of_skirt
    for pose, alone in enumerate(costs + _costs_after(costs, sources, weights)):
        if before is not None:
            alone = alone + _switch_costs(before, sources, weights)
        before = _cheapest_tree(alone, seams)
        out[pose] = before
    return out


def _costs_after(costs: Floats, sources: Sources, weights: ChoiceCosts) -> Floats:
    """Return (poses, parts, sources): what each choice costs in the poses after, over the best.

    At most one switch, for that leads from any choice to the best one.
    """
    out = np.zeros_like(costs)
    for pose in range(len(costs) - 2, -1, -1):
        after = costs[pose + 1] + out[pose + 1]
        after -= after.min(-1, keepdims=True)
        out[pose] = _least_over_switches(after, sources, weights)
    return out


def _least_over_switches(after: Floats, sources: Sources, weights: ChoiceCosts) -> Floats:
    """Return the least of staying, of following the film and of a full switch to the best one.

    Args:
        after: (parts, sources) from 0 for the best.
        sources: in the order of their frames.
        weights: price of a switch.
    """
    switch = _switches(weights)[:, None]
    least = np.minimum(after, switch)
    for apart in range(1, SAME_TIME):  # farther ones are as many frames away at least
        here, there = slice(None, -apart), slice(apart, None)
        gap = np.abs(sources.frames[there] - sources.frames[here]) / SAME_TIME
        other_side = sources.mirrored[there] != sources.mirrored[here]
        price = switch * np.where(other_side, 1.0, gap.clip(0, 1)).astype(np.float32)
        np.minimum(least[:, here], after[:, there] + price, out=least[:, here])
        np.minimum(least[:, there], after[:, here] + price, out=least[:, there])
    return least


def choose_apart(costs: Floats, hidden: Floats) -> Integers:
    """Return (poses, parts) int: for each part a source that shows it whole, to lie underneath.

    Args:
        costs: (poses, parts, sources) of `part_costs`.
        hidden: (sources, parts) share of the part that cannot be seen, 0..1.
    """
    return (costs + 4.0 * hidden.T[None]).argmin(-1)


def _banned(sources: Sources, exclude: Integers) -> Bools:
    frames = sources.frames[None]
    banned = (frames >= exclude[:, :1]) & (frames < exclude[:, 1:])
    return banned & ~banned.all(1, keepdims=True)


def _fixed_costs(sources: Sources, costs: ChoiceCosts) -> Floats:
    price = np.where(_CLOTHED, costs.hollow, costs.hidden)
    fixed = price[:, None] * sources.hidden.T
    mirror = np.array([costs.mirrored_body if part.inner else costs.mirrored for part in PARTS])
    fixed = fixed + mirror[:, None] * sources.mirrored[None]
    absent = ~np.isfinite(sources.parts.start + sources.parts.end).all(-1)
    absent |= sources.visible <= 0
    return np.where(absent.T, _FAR, fixed).astype(np.float32)


def _switch_costs(before: Integers, sources: Sources, weights: ChoiceCosts) -> Floats:
    frames = sources.frames
    apart = np.abs(frames[None] - frames[before][:, None]) / SAME_TIME
    other_side = sources.mirrored[None] != sources.mirrored[before][:, None]
    return _switches(weights)[:, None] * np.where(other_side, 1.0, np.minimum(apart, 1.0))


def _switches(weights: ChoiceCosts) -> Floats:
    """Return (parts,): what a switch of each part costs."""
    prices = np.full(len(PARTS), weights.switch, np.float32)
    prices[PLACE["head"]] = weights.switch_of_head
    return prices


def _cheapest_tree(alone: Floats, seams: Floats) -> Integers:
    total = alone.astype(np.float64)
    best = np.zeros(len(PARTS), np.int64)
    for child in range(len(PARTS) - 1, 0, -1):
        best[child] = total[child].argmin()
        apart = total[child, best[child]] + seams[child]
        total[_BESIDE[child]] += np.minimum(total[child], apart)
    chosen = np.empty(len(PARTS), np.int64)
    chosen[0] = total[0].argmin()
    for child in range(1, len(PARTS)):
        same = chosen[_BESIDE[child]]
        stays = total[child, same] <= total[child, best[child]] + seams[child]
        chosen[child] = same if stays else best[child]
    return chosen


def distinct_poses(points: Floats, most: int, skeleton: Skeleton) -> Integers:
    """Return the numbers of at most `most` poses that differ most, in order of time.

    Farthest-point sampling over all parts' descriptors (Gonzalez 1985), from the first pose on.
    """
    length = torso_length(points, skeleton)
    flat = np.nan_to_num(pose_parts(points, length, None, skeleton).descriptors)
    flat = flat.reshape(len(points), -1)
    if len(points) <= most:
        return np.arange(len(points))
    chosen = [0]
    nearest = np.linalg.norm(flat - flat[0], axis=1)
    while len(chosen) < most:
        chosen.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, np.linalg.norm(flat - flat[chosen[-1]], axis=1))
    return np.sort(np.array(chosen))
