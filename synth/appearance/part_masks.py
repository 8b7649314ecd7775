"""Which pixels of a filmed person belong to which body part.

A part owns what lies within its thickness around its line, nearer parts first, so that an arm
before the chest is the arm's; all else of the person goes to the part that is nearest in thickness.
Neighbours share a disc around their common joint, so that a bent joint shows no gap. Where the
person's colours are known, a pixel that looks like another part close by is that one's
(`part_colours`): no rim of shirt around a hand, no finger left on the shirt.

The thickness along each part is measured once per person (`part_thickness`).
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np

from stickdance.synth.appearance.body_parts import (
    MIRRORED,
    PARENTS,
    PARTS,
    PosedParts,
    painting_order,
)
from stickdance.synth.appearance.part_colours import PartColours
from stickdance.synth.appearance.part_thickness import STATIONS, by_name
from stickdance.synth.appearance.part_tidying import THIN, grown, rims, strangers, whole
from stickdance.synth.compute.array_types import Bools, Bytes, Floats, Integers

_WORKING_HEIGHT = 256  # labels of taller pictures are found at this height
_REACH = 2.4  # in thicknesses, how far from its line a limb may own pixels
_IS_BODY = np.array([bool(part.inner) for part in PARTS])
_IS_TORSO = np.array([part.name == "torso" for part in PARTS])
_SHARED = {"head": 0.5, "thigh": 0.7}  # radius of the disc shared with the parent, in thicknesses
_TABLE = 128  # steps along a part at which its thickness is looked up
_SURE = 0.6  # thicknesses from a part's line within which a pixel is surely its
_ALONE = 2.5  # thicknesses from those of all others, but its neighbours'
_INSIDE = 60  # of 255: some of the person
_SOLID = 127  # of 255: more of the person than of the room
_PERSON = 250  # of 255: surely not the room
_DOUBT = 4.0  # how much likelier a colour must be on another part, as a natural logarithm
_AWAY = 2.0  # likewise for each thickness that it lies beyond the other part
_SPECK = 0.8  # blur of such logarithms, in pixels of the working height
_EDGE = 0.7  # blur of the border between parts, in pixels of the working height
_SOFT = 4  # pixels of the working height that a blurred border reaches, and one
_LARGER = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
_ENDS = 0.4  # of a torso's thickness, how far it reaches above the neck and below the hips


class Coloured(NamedTuple):
    """A picture of the person, and what is known of the colours."""

    picture: Bytes
    """uint8 RGB (height, width, 3)."""
    colours: PartColours


class PartMask(NamedTuple):
    """What one part owns of a picture, within its own bounding box."""

    left: int
    top: int
    mask: Bytes
    """uint8 (height, width), 255 where the pixel is the part's."""
    spoiled: Bools
    """bool (height, width), where it has the colours of another part."""
    lent: Floats
    """float32 (height, width) 0..1, where it belongs to the part that it hangs on, and of the torso
    where it belongs to a leg: it fills a gap at their joint, and must hide nothing."""


@dataclass(frozen=True)
class PartAreas:
    """What each part owns of one picture, found in few rows, for masks of any size."""

    corner: Floats
    """(2,) x and y where they begin, in pixels of the picture."""
    step: Floats
    """(2,) pixels of the picture that their columns and rows take."""
    areas: tuple[tuple[Integers, Bools], ...]
    """Of each part the column and row where it begins, and bool (3, rows, columns): what it shows,
    what of it has others' colours, what of it it lends."""

    def enlarged(self, scale: Floats) -> "PartAreas":
        """Return the same of a picture so many times as wide and as high."""
        return PartAreas(self.corner * scale, self.step * scale, self.areas)

    def mask(self, place: int, matte: Bytes) -> PartMask:
        """Return a part's soft mask, empty where it is not seen.

        Args:
            place: number of the part.
            matte: uint8 (height, width) of the picture.
        """
        (at, owned), corner, step = self.areas[place], self.corner, self.step
        ends = corner + at * step, corner + (at + owned.shape[:0:-1]) * step
        left, top = np.floor(ends[0]).astype(int).clip(0).tolist()
        right, bottom = np.minimum(np.ceil(ends[1]).astype(int), matte.shape[::-1]).tolist()
        size = right - left, bottom - top
        if not owned.size or min(size) < 1:
            return PartMask(
                left, top, matte[:0, :0], owned[0, :0, :0], np.zeros((0, 0), np.float32)
            )
        mask, bad, lent = (area.astype(np.float32) for area in owned)
        mask, lent = (cv2.GaussianBlur(each, (0, 0), _EDGE) for each in (mask, lent))
        if (step != 1).any():
            # Centres of pixels lie at halves.
            x, y = (np.array([left, top]) + 0.5 - corner) / step - 0.5 - at
            way = np.array([[1 / step[0], 0, x], [0, 1 / step[1], y]])
            mask, bad, lent = (
                cv2.warpAffine(each, way, size, flags=_LARGER, borderMode=cv2.BORDER_REPLICATE)
                for each in (mask, bad, lent)
            )
        mine = np.rint(mask * matte[top:bottom, left:right]).astype(np.uint8)
        return _cropped(PartMask(left, top, mine, bad > 0, lent))


def part_areas(
    parts: PosedParts,
    pose: int,
    matte: Bytes,
    thickness: Floats,
    coloured: Coloured | None = None,
) -> PartAreas:
    """Tell the parts of a person apart.

    Args:
        parts: posed parts in pixels of `matte`.
        pose: which of the poses `matte` shows.
        matte: (height, width) uint8.
        thickness: (parts, STATIONS) half thickness in pixels.
        coloured: the picture, where colours tell as well.
    """
    height, _ = matte.shape
    left, top, right, bottom = _box(matte)
    corner = np.array([left, top], float)
    if right <= left:
        nothing = np.zeros(2, int), np.zeros((3, 0, 0), bool)
        return PartAreas(corner, np.ones(2), (nothing,) * len(PARTS))
    scale = min(1.0, _WORKING_HEIGHT / height)
    columns, rows = max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale))
    step_x, step_y = (right - left) / columns, (bottom - top) / rows
    grid = np.stack(
        np.meshgrid(
            left + (np.arange(columns, dtype=np.float32) + 0.5) * step_x,
            top + (np.arange(rows, dtype=np.float32) + 0.5) * step_y,
        ),
        -1,
    )
    surprises = None if coloured is None else _surprises(coloured, grid)
    person = matte[top:bottom, left:right]
    inside = np.asarray(cv2.resize(person, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)
    owned = np.stack(_owned(grid, parts, pose, thickness, inside, surprises))
    areas = tuple(_around(owned[:, place]) for place in range(len(PARTS)))
    return PartAreas(corner, np.array([step_x, step_y]), areas)


def sure_pixels(
    parts: PosedParts, pose: int, matte: Bytes, thickness: Floats, picture: Bytes
) -> tuple[Bytes, Integers]:
    """Return colours (n, 3) of pixels that lie well within one part alone, and which part (n,)."""
    step = max(1, round(matte.shape[0] / _WORKING_HEIGHT))
    rows, columns = (each * step for each in np.nonzero(matte[::step, ::step] > _PERSON))
    spots = np.stack([columns, rows], -1).astype(np.float32)[None] + 0.5
    distance = _distances(spots, parts, pose, thickness)[:, 0]
    labels = distance.argmin(0)
    others = np.where(_beside()[:, labels], np.inf, distance)
    sure = (distance.min(0) < _SURE) & (others.min(0) > _ALONE)
    return picture[rows[sure], columns[sure]], labels[sure]


def visible_shares(
    parts: PosedParts,
    pose: int,
    matte: Bytes,
    thickness: Floats,
    coloured: Coloured | None = None,
) -> Floats:
    """Return (parts,): how much of each part's outline is its own in this frame, 0..1.

    Low where another part lies before it, where the matte misses it or the frame cuts it off.
    """
    height, width = matte.shape
    step = max(1.0, height / 128)
    xs = np.arange(-0.25 * width, 1.25 * width, step, dtype=np.float32) + 0.5
    ys = np.arange(-0.25 * height, 1.25 * height, step, dtype=np.float32) + 0.5
    grid = np.stack(np.meshgrid(xs, ys), -1)
    distance = _distances(grid, parts, pose, thickness)
    labels = _labels(distance, painting_order(parts)[pose])
    if coloured is not None:
        labels, _ = _recoloured(labels, distance, _surprises(coloured, grid))
    person = cv2.remap(
        matte, grid[..., 0], grid[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
    )
    shares = np.zeros(len(PARTS), np.float32)
    for place in range(len(PARTS)):
        outline = distance[place] < 0.8
        mine = outline & (labels == place) & (person > 127)
        shares[place] = mine.sum() / max(1, outline.sum())
    return shares


def core_mask(
    parts: PosedParts, pose: int, place: int, thickness: Floats, box: tuple[int, int, int, int]
) -> Floats:
    """Return 0..1 float32 within `box` (left, top, right, bottom): what surely is of one part."""
    left, top, right, bottom = box
    grid = np.stack(
        np.meshgrid(
            np.arange(left, right, dtype=np.float32) + 0.5,
            np.arange(top, bottom, dtype=np.float32) + 0.5,
        ),
        -1,
    )
    line = parts.start[pose, place], parts.end[pose, place]
    distance = _distance(grid[..., 0], grid[..., 1], line, thickness[place], _IS_TORSO[place])
    return ((0.9 - distance) * 8).clip(0, 1).astype(np.float32)


def _box(matte: Bytes) -> tuple[int, int, int, int]:
    columns, rows = (np.flatnonzero(np.any(matte > 4, axis=axis)) for axis in (0, 1))
    if not len(columns):
        return 0, 0, 0, 0
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _distances(grid: Floats, parts: PosedParts, pose: int, thickness: Floats) -> Floats:
    """Return (parts, rows, columns): distance from each part's line, in its thickness there."""
    x, y = np.ascontiguousarray(grid[..., 0]), np.ascontiguousarray(grid[..., 1])
    out = np.empty((len(PARTS), *x.shape), np.float32)
    for place in range(len(PARTS)):
        line = parts.start[pose, place], parts.end[pose, place]
        out[place] = _distance(x, y, line, thickness[place], _IS_TORSO[place])
    return out


def _distance(
    x: Floats,
    y: Floats,
    line: tuple[Floats, Floats],
    thickness: Floats,
    torso: bool,
) -> Floats:
    start, end = line
    if not np.isfinite(start + end).all():
        return np.full(x.shape, np.inf, np.float32)
    line_x, line_y = end - start
    away_x, away_y = x - start[0], y - start[1]
    share = (away_x * line_x + away_y * line_y) / max(line_x**2 + line_y**2, 1e-3)
    ends = (share < 0) | (share > 1) if torso else None
    share = np.clip(share, 0, 1, out=share)
    away_x -= share * line_x
    away_y -= share * line_y
    width = _width_table(tuple(thickness.tolist()))[(share * _TABLE).astype(np.int32)]
    if ends is not None:
        # A torso is as wide as shoulders and hips, but not as high above the neck, nor as low
        # between the legs.
        width[ends] *= _ENDS
    # np.hypot, safe against overflow, takes five times as long.
    away: Floats = np.sqrt(away_x * away_x + away_y * away_y)
    return away / width


@lru_cache(maxsize=64)
def _width_table(thickness: tuple[float, ...]) -> Floats:
    stations = (np.arange(STATIONS) + 0.5) / STATIONS
    return np.interp(np.linspace(0, 1, _TABLE + 1), stations, thickness).astype(np.float32)


def _labels(distance: Floats, order: Integers) -> Integers:
    labels = distance.argmin(0)
    for place in order:
        # Only a limb is thin enough for its thickness to tell where it ends before the body.
        if not PARTS[place].inner:
            labels[distance[place] < 1.0] = place
        else:
            labels[distance[place] < 0.5] = place
    return labels


@lru_cache(maxsize=1)
def _beside() -> Bools:
    """Return (parts, parts): which parts may lie beside a pixel that surely is of another (second).

    The part itself, and what it hangs on or what hangs on it, but for arms beside the torso.
    """
    beside = np.eye(len(PARTS), dtype=bool)
    for child, parent in enumerate(PARENTS):
        if parent >= 0:
            beside[parent, child] = True
            beside[child, parent] = not PARTS[child].name.endswith("upper_arm")
    return beside


def _surprises(coloured: Coloured, grid: Floats) -> Floats:
    """Return (parts, rows, columns): how surprising the colours on a grid are on each part."""
    seen = cv2.remap(
        coloured.picture, grid[..., 0] - 0.5, grid[..., 1] - 0.5, cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    found = coloured.colours.surprises(np.asarray(seen, np.uint8))
    return np.stack([cv2.GaussianBlur(each, (0, 0), _SPECK) for each in found])


def _recoloured(labels: Integers, distance: Floats, surprises: Floats) -> tuple[Integers, Bools]:
    """Return the labels, where a limb is taken for another part, or one for a limb, mended.

    Also where pixels have the colours of another part but hang together with nothing of it.

    A pixel goes to the part close by whose colours it has, if it hangs together with that part.
    Head and torso keep theirs: hair and necks are of both.
    """
    here = np.take_along_axis(surprises, labels[None], 0)
    saved = here - surprises - _DOUBT - _AWAY * np.maximum(distance - 1, 0)
    saved[np.isnan(saved) | (distance > _REACH)] = -1
    saved[_IS_BODY] = np.where(_IS_BODY[labels], -1, saved[_IS_BODY])
    out, foreign = np.where(saved.max(0) > 0, saved.argmax(0), labels), np.zeros(labels.shape, bool)
    for place in np.unique(out[out != labels]).tolist():
        mine = out == place
        _, pieces = cv2.connectedComponents(mine.view(np.uint8), connectivity=4)
        loose = mine & ~np.isin(pieces, pieces[mine & (labels == place)])
        out[loose] = labels[loose]
        # Bare bellies are no fingers, and cuffs are of the sleeve.
        foreign |= loose & ~_IS_BODY[labels] & strangers()[place, labels]
    return out, foreign


def _owned(
    grid: Floats,
    parts: PosedParts,
    pose: int,
    thickness: Floats,
    person: Bytes,
    surprises: Floats | None,
) -> tuple[Bools, Bools, Bools]:
    """Return what parts show, what of it has others' colours, what of it they hang on.

    Each is (parts, rows, columns).
    """
    inside = person > _INSIDE
    solid = [inside if part.name.endswith(THIN) else person > _SOLID for part in PARTS]
    distance = _distances(grid, parts, pose, thickness)
    order = painting_order(parts)[pose]
    labels = _labels(distance, order)
    fits, foreign, surprise = np.ones(distance.shape, bool), np.zeros(labels.shape, bool), None
    if surprises is not None:
        labels, foreign = _recoloured(labels, distance, surprises)
        surprise = np.take_along_axis(surprises, labels[None], 0)[0]
        fits = ~(surprises - surprise > _DOUBT)
    owned = labels == np.arange(len(PARTS))[:, None, None]
    owned &= (distance < _REACH) | _IS_BODY[:, None, None]
    spoiled = (owned & foreign) | rims(labels, order, surprise)
    middles = distance < _SURE
    owned = np.stack([whole(*each) for each in zip(PARTS, owned, middles, solid, strict=True)])
    x, y = np.ascontiguousarray(grid[..., 0]), np.ascontiguousarray(grid[..., 1])
    shared, edges = owned.copy(), [grown(each & inside, 2) for each in owned]
    lent = np.zeros_like(owned)
    for child, parent in enumerate(PARENTS):
        joint = parts.start[pose, child]
        if parent < 0 or not np.isfinite(joint).all():
            continue
        radius = thickness[child, 0] * by_name(_SHARED, PARTS[child].name, 1.0)
        near = (x - joint[0]) ** 2 + (y - joint[1]) ** 2 < radius**2
        shared[child] |= (near | edges[child]) & owned[parent] & fits[child]
        shared[parent] |= (near | edges[parent]) & owned[child] & fits[parent]
    for place, twin in enumerate(MIRRORED):
        shared[place] |= edges[place] & owned[twin]
    shared = np.stack([whole(*each) for each in zip(PARTS, shared, middles, solid, strict=True)])
    for child, parent in enumerate(PARENTS):
        if parent >= 0:
            lent[child] |= shared[child] & owned[parent]
        if PARTS[child].name.endswith("thigh"):  # which lies beneath the torso
            lent[parent] |= shared[parent] & owned[child]
    return shared, spoiled & shared, lent


def _around(owned: Bools) -> tuple[Integers, Bools]:
    """Return where a part of (3, rows, columns) begins that holds all of the first, and it."""
    columns, rows = (np.flatnonzero(owned[0].any(axis)) for axis in (0, 1))
    if not len(columns):
        return np.zeros(2, int), owned[:, :0, :0].copy()
    left, top = max(0, columns[0] - _SOFT), max(0, rows[0] - _SOFT)
    inside = slice(top, rows[-1] + 1 + _SOFT), slice(left, columns[-1] + 1 + _SOFT)
    return np.array([left, top]), owned[:, *inside].copy()


def _cropped(part: PartMask) -> PartMask:
    x0, y0, x1, y1 = _box(part.mask)
    mask = np.ascontiguousarray(part.mask[y0:y1, x0:x1])
    box = slice(y0, y1), slice(x0, x1)
    return PartMask(part.left + x0, part.top + y0, mask, part.spoiled[box], part.lent[box])
