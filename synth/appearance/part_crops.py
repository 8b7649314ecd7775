"""The pieces that an appearance paints with: each part of each kept frame, cut out of its picture.

Cut when first needed. Sources 0 to n - 1 are the frames kept, n to 2n - 1 their mirror images.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from stickdance.synth.appearance.body_parts import MIRRORED, PARTS, PosedParts
from stickdance.synth.appearance.frame_pool import FramePool
from stickdance.synth.appearance.part_colours import PartColours
from stickdance.synth.appearance.part_masks import (
    Coloured,
    PartAreas,
    core_mask,
    part_areas,
    sure_pixels,
    visible_shares,
)
from stickdance.synth.appearance.part_oddness import (
    STRAIGHTENED,
    oddness,
    straightened,
    usual_outline,
    within,
)
from stickdance.synth.appearance.part_thickness import (
    inner_thickness,
    measure_thickness,
    own_side,
    wears_a_skirt,
)
from stickdance.synth.appearance.part_tidying import grown, painted_over
from stickdance.synth.compute.array_types import Bytes, Floats, Integers

_FARTHEST = 8  # sides of a picture that a stored joint may lie away
_MARGIN = 2  # pixels of the part's surroundings kept, so that interpolation has neighbours
_OWN = 200  # of 255: a pixel that shows the part, and hardly the room
_LENT = 0.02  # share from which on a pixel is of the joint
_OVERLAP = 2  # pixels of a part beside its joint, or its inside, that lie beneath as well
_ALIKE = "forearm", "shin", "foot"  # parts that look much the same in most poses
_BARE = *_ALIKE, "upper_arm"  # limbs that no skirt hangs on
_MEASURED = 60  # frames that the body's thickness is measured on, at most


@dataclass(frozen=True)
class PartCrop:
    """One part of one frame: premultiplied RGBA and where it lay."""

    pixels: Bytes
    """uint8 (height, width, 4), empty along its edges, two pixels wide."""
    left: int
    top: int
    joint: Bytes | None = None
    """As `pixels`: what fills gaps at joints, beneath the part that this one hangs on; the torso's
    beneath all. None: nothing."""
    between: Bytes | None = None
    """As `pixels`: what of a thigh lies beyond its inside, and is seen only where the legs are as
    far apart. None: nothing."""


@dataclass(frozen=True)
class PartFacts:
    """What is known of every part in every frame kept: (frames, parts) each."""

    visible: Floats
    """Share of the part that can be seen, 0..1."""
    detail: Floats
    """Its sharpness among all frames, from 0 (the most blurred one) to 1."""
    odd: Floats
    """How unlike the same part in the other frames it looks (`part_oddness`), 0..1; 0 for those
    that often look otherwise: head, torso, thighs, upper arms."""
    outlines: Bytes
    """uint8 (parts, points along, points across) of `part_oddness.usual_outline`."""

    @staticmethod
    def from_tensors(tensors: dict[str, NDArray[Any]]) -> "PartFacts":
        """Return the facts among a performer's arrays; earlier versions did not know what is odd.

        Raises:
            KeyError: an array is missing.
        """
        visible, odd = tensors["visible"], tensors.get("odd")
        outlines = tensors.get("outlines")
        return PartFacts(
            visible,
            tensors["detail"],
            np.zeros_like(visible) if odd is None else odd,
            no_outlines() if outlines is None else outlines,
        )

    def check(self, shape: tuple[int, int]) -> None:
        """Check that the facts are of so many frames and parts.

        Raises:
            ValueError: they are not, or out of range.
        """
        for values in (self.visible, self.detail, self.odd):
            if values.shape != shape or not ((values >= 0) & (values <= 1)).all():
                raise ValueError(
                    f"appearance facts {values.shape} do not fit, expected {shape} 0..1"
                )
        usual = no_outlines()
        if self.outlines.shape != usual.shape or self.outlines.dtype != usual.dtype:
            raise ValueError(f"appearance outlines {self.outlines.shape}, expected {usual.shape}")

    def only(self, kept: Integers) -> "PartFacts":
        """Return the facts of some of the frames."""
        return PartFacts(self.visible[kept], self.detail[kept], self.odd[kept], self.outlines)


class PartCrops:
    """Cuts parts out of the pictures of a pool."""

    thickness: Floats
    """(parts, STATIONS) half thickness in pixels."""
    skirt: bool
    """Whether the person wears one."""
    outlines: Bytes
    """Beyond which nothing is of a part (`PartFacts.outlines`)."""
    _colours: PartColours
    _inner: Floats

    def __init__(
        self, pool: FramePool, parts: PosedParts, length: float, enlarged: "Enlarged | None" = None
    ) -> None:
        """Measure the person.

        Args:
            pool: pictures and mattes.
            parts: posed parts of its pictures, then those of their mirror images.
            length: torso length in pixels.
            enlarged: the same pictures smaller, which tell all but the pixels.
        """
        self.pool, self.parts = pool, parts
        self._enlarged, self._most = enlarged, None
        if enlarged is None:
            self._measure(length)
        else:
            small, self._most = enlarged.crops, enlarged.most
            self._scale = np.array(pool.size) / small.pool.size
            times = np.float32(self._scale.mean())
            self.thickness, self._inner = small.thickness * times, small._inner * times
            self.skirt, self._colours, self.outlines = small.skirt, small._colours, small.outlines
        self._remember()

    def __getstate__(self) -> dict[str, Any]:
        """Go to another process without what is remembered."""
        caches = "_areas", "_cut", "core"
        return {name: value for name, value in vars(self).items() if name not in caches}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Come from another process."""
        vars(self).update(state)
        self._remember()

    def _remember(self) -> None:
        self._areas = lru_cache(maxsize=None)(self._told_apart)
        self._cut = lru_cache(maxsize=self._most)(self._cut_out)
        self.core = lru_cache(maxsize=self._most)(self._core)

    def _measure(self, length: float) -> None:
        pool, parts = self.pool, self.parts
        step = len(pool) // _MEASURED + 1
        mattes = np.stack([pool.matte(kept) for kept in range(0, len(pool), step)])
        seen = PosedParts(*(each[: len(pool) : step] for each in vars(parts).values()))
        self.thickness = measure_thickness(seen, mattes, length)
        self._inner = inner_thickness(seen, mattes, length)
        self.skirt = wears_a_skirt(self._inner, self.thickness)
        if self.skirt:
            self._inner[:] = np.inf
        self._colours = PartColours.of(
            sure_pixels(parts, kept, pool.matte(kept), self.thickness, pool.picture(kept))
            for kept in range(0, len(pool), step)
        )
        self.outlines = no_outlines()

    def cut(self, source: int, place: int) -> PartCrop:
        """Return part number `place` of a source."""
        mirrored = source >= len(self.pool)
        kept, part = (source - len(self.pool), MIRRORED[place]) if mirrored else (source, place)
        cut = self._cut(kept, part)
        if not mirrored:
            return cut
        left = self.pool.size[0] - cut.left - cut.pixels.shape[1]
        return replace(
            cut,
            pixels=np.ascontiguousarray(cut.pixels[:, ::-1]),
            left=left,
            joint=None if cut.joint is None else np.ascontiguousarray(cut.joint[:, ::-1]),
            between=None if cut.between is None else np.ascontiguousarray(cut.between[:, ::-1]),
        )

    def _core(self, source: int, place: int) -> PartCrop:
        """Return the part with only what surely is of it."""
        cut = self.cut(source, place)
        height, width = cut.pixels.shape[:2]
        box = (cut.left, cut.top, cut.left + width, cut.top + height)
        mask = core_mask(self.parts, source, place, self.thickness, box)
        return PartCrop(np.rint(cut.pixels * mask[..., None]).astype(np.uint8), cut.left, cut.top)

    def facts(self) -> PartFacts:
        """Return what is known of every part in every frame kept; takes a while."""
        count = len(self.pool)
        visible = np.empty((count, len(PARTS)), np.float32)
        detail = np.empty((count, len(PARTS)), np.float32)
        ends = self.parts.start[:count] + self.parts.end[:count]
        lines = np.asarray(np.isfinite(ends).all(-1))
        looked_at = [place for place, part in enumerate(PARTS) if part.name.endswith(_BARE)]
        straight = np.zeros((len(PARTS), count, *STRAIGHTENED), np.uint8)
        for kept in range(count):
            matte = self.pool.matte(kept)
            visible[kept] = visible_shares(
                self.parts, kept, matte, self.thickness, self._coloured(kept)
            )
            cuts = [self.cut(kept, place) for place in range(len(PARTS))]
            detail[kept] = [_gradient(cut.pixels) for cut in cuts]
            for place in looked_at:
                if lines[kept, place]:
                    straight[place, kept] = self._straightened(kept, place, cuts[place])
            self._cut.cache_clear()
        ranks = detail.argsort(0, kind="stable").argsort(0, kind="stable")
        odd, outlines = np.zeros_like(detail), no_outlines()
        for place in looked_at:
            if PARTS[place].name.endswith(_ALIKE):
                odd[:, place] = oddness(straight[place], lines[:, place])
            if PARTS[place].name.endswith(_BARE):
                outlines[place] = usual_outline(straight[place], lines[:, place])
        return PartFacts(visible, (ranks / max(1, count - 1)).astype(np.float32), odd, outlines)

    def _straightened(self, kept: int, place: int, cut: PartCrop) -> Bytes:
        start, end = self.parts.start[kept, place], self.parts.end[kept, place]
        thickness = float(self.thickness[place].max())
        return straightened(cut.pixels, (cut.left, cut.top), start, end, thickness)

    def _within(self, kept: int, place: int, left: int, top: int, shape: tuple[int, ...]) -> Floats:
        start, end = self.parts.start[kept, place], self.parts.end[kept, place]
        outline = self.outlines[place]
        if outline.all() or not np.isfinite(start + end).all():
            return np.ones(shape, np.float32)
        box = (left, top, left + shape[1], top + shape[0])
        return within(outline, box, start, end, float(self.thickness[place].max()))

    def _coloured(self, kept: int) -> Coloured:
        return Coloured(self.pool.picture(kept), self._colours)

    def _told_apart(self, kept: int) -> PartAreas:
        if self._enlarged is not None:
            crops, numbers, _ = self._enlarged
            return crops._areas(int(numbers[kept])).enlarged(self._scale)
        matte = self.pool.matte(kept)
        return part_areas(self.parts, kept, matte, self.thickness, self._coloured(kept))

    def _cut_out(self, kept: int, place: int) -> PartCrop:
        left, top, *found = self._areas(kept).mask(place, self.pool.matte(kept))
        mask, spoiled, lent = (np.pad(each, _MARGIN) for each in found)
        high, wide = mask.shape
        left, top = left - _MARGIN, top - _MARGIN
        picture = self.pool.within(kept, left, top, mask.shape)
        mended = painted_over(picture, spoiled, (mask > _OWN) & ~spoiled)
        mask = np.rint(mask * self._within(kept, place, left, top, mask.shape)).astype(np.uint8)
        box = (left, top, left + wide, top + high)
        side = own_side(self.parts, kept, place, self._inner[place], box)
        pixels = _premultiplied(mended, mask * (1 - lent) * side)
        joint = None
        if lent.any():
            joint = _premultiplied(mended, mask * grown(lent > _LENT, _OVERLAP))
        beyond = grown(side < 1, _OVERLAP)
        between = _premultiplied(mended, mask * (1 - lent) * beyond) if beyond.any() else None
        return PartCrop(pixels, left, top, joint, between)


class Enlarged(NamedTuple):
    """Whose pictures are the same, but smaller."""

    crops: PartCrops
    numbers: Integers
    """(kept,) which of its pictures each is."""
    most: int
    """Pieces that are kept in memory."""


def check_stored(
    pool: FramePool, points: Floats, facts: PartFacts, frames: Integers, depth: Floats | None
) -> None:
    """Check what was stored beside the pictures.

    Raises:
        ValueError: it does not fit them, or lies far out.
    """
    if (np.abs(points) > _FARTHEST * max(pool.size)).any():
        raise ValueError("appearance points lie far outside the pictures")
    facts.check((len(pool), len(PARTS)))
    if frames.shape != (len(pool),) or frames.dtype.kind != "i" or (frames < 0).any():
        raise ValueError(f"appearance frames {frames.shape} do not fit {len(pool)} pictures")
    if depth is None:
        return
    if depth.ndim != 2 or len(depth) != len(pool):
        raise ValueError(f"appearance depth {depth.shape} does not fit {len(pool)} pictures")
    if (np.abs(depth) > _FARTHEST * max(pool.size)).any():
        raise ValueError("appearance depth lies far outside the pictures")


def no_outlines() -> Bytes:
    """Return outlines that leave all parts as they are."""
    return np.full((len(PARTS), *STRAIGHTENED[:2]), 255, np.uint8)


def _premultiplied(picture: Bytes, mask: Floats) -> Bytes:
    """Return premultiplied uint8 RGBA of a picture where a mask (height, width) 0..255 is."""
    out = np.empty((*mask.shape, 4), np.uint8)
    share = mask * np.float32(1 / 255)
    for channel in range(3):
        out[..., channel] = np.rint(picture[..., channel] * share)
    out[..., 3] = np.rint(mask)
    return out


def _gradient(pixels: Bytes) -> float:
    """Return the mean absolute gradient of grey well within a cut: how sharp it is."""
    inside = cv2.erode(pixels[..., 3], np.ones((3, 3), np.uint8)) > 200
    if inside.sum() < 4:
        return 0.0
    grey = pixels[..., :3].astype(np.float32).mean(-1)
    down, across = np.gradient(grey)
    return float((np.abs(down) + np.abs(across))[inside].mean())
