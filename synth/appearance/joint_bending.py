"""How parts bend at joints: near one, a part moves half as its neighbour on the other side does.

Parts that each turn as a whole show a corner at every bent knee, and a gap inside of it. Here the
maps of both sides are mixed over about a part's thickness (linear blend skinning, backwards), and
the mixture is scaled to keep the area that both would have: without that, the outside of a bent
joint would be drawn out to a point.
"""

from typing import NamedTuple

import numpy as np

from stickdance.synth.appearance.body_parts import PARENTS, PARTS, PLACE, PosedParts
from stickdance.synth.compute.array_types import Floats, Integers

NUMBERS = 15
"""That describe one bend, in the order in which `compositing_kernels.add` reads them."""

_TORSO = PLACE["torso"]
_JOINTS = [
    place for place, part in enumerate(PARTS) if part.name.endswith(("thigh", "shin", "arm"))
]
# Parts whose near end is a joint that bends: knees, hips, elbows, shoulders.
_WIDE = 1.2  # thicknesses on both sides of a joint over which its parts bend
_WIDE_AT_HIPS = 2.0  # the same of thighs, which the pelvis carries down to the crotch
_SHORT = 0.5  # of a part's length, how far the bend reaches at most
_LEAST = 1.0  # pixels: a bend over less is none
_ALIKE, _OPPOSITE = 0.2, -0.5  # cosines of turns between two maps: bent fully, and not at all
_FOLDED, _OPENED = 1.0, 1.5  # lengths between the directions of both parts: by 60 and 97 degrees
_FLAT = 1e-3  # area of a map that lets nothing be seen


_REACHES = np.array(
    [_WIDE_AT_HIPS if part.name.endswith("thigh") else _WIDE for part in PARTS], np.float32
)


class _Bends(NamedTuple):
    """Which part bends with which other, at the near end of which child, and on which side."""

    part: Integers
    other: Integers
    child: Integers
    side: Integers
    """-1 where the part lies beyond the joint, 1 where it leads to it."""


def _bends() -> _Bends:
    rows = []
    for child in _JOINTS:
        parent = PARENTS[child]
        rows.append((child, parent, child, -1))
        if parent != _TORSO:  # whose one map serves four joints
            rows.append((parent, child, child, 1))
    return _Bends(*np.array(rows).T)


_BENDS = _bends()
_OF_PART = [np.flatnonzero(_BENDS.part == place) for place in range(len(PARTS))]


def bend_numbers(places: Integers) -> tuple[Integers, Integers]:
    """Return for pieces of parts (n,) their bends: which piece (m,) and which of all bends (m,)."""
    counts = [len(_OF_PART[place]) for place in places]
    bends = [_OF_PART[place] for place in places]
    return np.repeat(np.arange(len(places)), counts), np.concatenate([*bends, np.zeros(0, int)])


def others(bends: Integers) -> Integers:
    """Return the part (m,) that each bend bends with."""
    return _BENDS.other[bends]


def bent(
    bends: Integers,
    own: Floats,
    other: Floats,
    source: PosedParts,
    sources: Integers,
    target: PosedParts,
    pose: int,
    thickness: Floats,
) -> Floats:
    """Return what bends look like in one pose.

    Args:
        bends: (m,) of `bend_numbers`.
        own: (m, 2, 3) the maps of the parts that bend.
        other: (m, 2, 3) those of the parts that they bend with, in the same picture.
        source: the parts where the pixels come from.
        sources: (m,) which poses of these.
        target: the parts where they go to.
        pose: which pose of these.
        thickness: (parts, stations) half thickness in pixels.

    Returns:
        (m, NUMBERS): how far a pixel is moved by the other's inverse map (a, b, c, d); the joint
        there and in the picture (x, y each); the slope of the other's weight along x and y;
        the areas of both inverse maps, and of their mixture; how much to bend, 0..1; one
        over the reach, beyond which only the other goes on, 0 for joints of the torso. Zeros
        where there is nothing to bend.
    """
    child, parent = _BENDS.child[bends], _BENDS.other[bends]
    parent = np.where(_BENDS.side[bends] < 0, parent, _BENDS.part[bends])
    joint, there = target.start[pose, child], source.start[sources, child]
    out, root = (
        target.end[pose, child] - joint,
        target.start[pose, parent] + target.end[pose, parent],
    )
    back = root / 2 - joint
    reach = np.minimum(_REACHES[child] * thickness[child, 0], _SHORT * _length(out))
    reach = np.minimum(reach, 2 * _SHORT * _length(back))
    across = out / _length(out)[:, None] - back / _length(back)[:, None]
    slope = _BENDS.side[bends][:, None] * across / (2 * reach * _length(across))[:, None]
    mine, theirs = _inverse(own), _inverse(other)
    numbers = np.concatenate(
        [
            theirs.reshape(-1, 4), joint, there, slope,
            _area(mine)[:, None], _area(theirs)[:, None], _mixed_area(mine, theirs)[:, None],
            (_strength(mine, theirs) * _opened(across))[:, None],
            (np.where(parent == _TORSO, 0, 1) / reach)[:, None],
        ],
        1,
    )  # fmt: skip
    usable = np.isfinite(numbers).all(1) & (reach >= _LEAST)
    return np.where(usable[:, None], numbers, 0)


def _strength(one: Floats, two: Floats) -> Floats:
    """Return 1 for maps alike, 0 for those that turn so differently that no mixture is between."""
    sizes = np.sqrt((one**2).sum((1, 2)) * (two**2).sum((1, 2)))
    alike = (one * two).sum((1, 2)) / np.maximum(sizes, 1e-9)
    strength: Floats = ((alike - _OPPOSITE) / (_ALIKE - _OPPOSITE)).clip(0, 1)
    return strength


def _opened(across: Floats) -> Floats:
    """Return 0 for joints folded so far that no line between both parts parts them, else up to 1.

    Args:
        across: (m, 2) from the direction of one part, seen from the joint, to that of the other.
    """
    opened: Floats = ((_length(across) - _FOLDED) / (_OPENED - _FOLDED)).clip(0, 1)
    return opened


def _length(lines: Floats) -> Floats:
    lengths: Floats = np.maximum(np.sqrt((lines**2).sum(-1)), 1e-3)
    return lengths


def _inverse(maps: Floats) -> Floats:
    """Return the inverses (m, 2, 2) of what maps (m, 2, 3) do besides moving; NaN for flat ones."""
    a, b, c, d = maps[:, 0, 0], maps[:, 0, 1], maps[:, 1, 0], maps[:, 1, 1]
    area = a * d - b * c
    area = np.where(np.abs(area) > _FLAT, area, np.nan)
    return np.stack([d / area, -b / area, -c / area, a / area], -1).reshape(-1, 2, 2)


def _area(maps: Floats) -> Floats:
    area: Floats = maps[:, 0, 0] * maps[:, 1, 1] - maps[:, 0, 1] * maps[:, 1, 0]
    return area


def _mixed_area(one: Floats, two: Floats) -> Floats:
    """Return what the area of a sum of two maps is more than the sum of their areas."""
    return _area(one + two) - _area(one) - _area(two)
