"""Appearance: the target's own pixels, part by part, moved onto a pose.

    1. keep the frames of the training footage that differ most, within a number and a byte budget
    2. cut each into twelve parts (`part_masks`)
    3. for each part of a pose choose the frame whose part is posed most alike (`source_selection`)
    4. move its pixels by an affine map that carries the part's joints (`body_parts.fit_maps`), and
       near a joint half as the part on its other side moves           (`joint_bending`)
    5. where the film does not go on, let the frames chosen before fade out      (`cross_fade`)
    6. composite the parts from the farthest to the nearest                     (`compositing`)

Under each part lies the same part from a frame that shows it whole, kept within the part's core,
so that a torso filmed behind an arm has no hole where the arm is elsewhere now.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stickdance.capture.pose.skeleton import OPENPOSE_18, SKELETONS, Skeleton
from stickdance.checkpoints.errors import BadInput
from stickdance.synth.appearance.body_parts import (
    PARENTS,
    PARTS,
    PLACE,
    THIGHS,
    PosedParts,
    control_weights,
    fit_maps,
    limit_stretch,
    painting_order,
    pose_parts,
    torso_length,
    with_skirt,
)
from stickdance.synth.appearance.compositing import Canvas, WarpedCrop
from stickdance.synth.appearance.cross_fade import Shares, faded
from stickdance.synth.appearance.frame_pool import FramePool
from stickdance.synth.appearance.joint_bending import bend_numbers, bent, others
from stickdance.synth.appearance.part_crops import Enlarged, PartCrops, PartFacts, check_stored
from stickdance.synth.appearance.part_thickness import as_far_apart
from stickdance.synth.appearance.source_selection import (
    SAME_TIME,
    ChoiceCosts,
    Sources,
    choose,
    choose_apart,
    distinct_poses,
    part_costs,
)
from stickdance.synth.compute.array_types import Bytes, Floats, Integers

_WHOLE = 0.9  # share of a part to be seen for it to need nothing underneath
_SHINS = PLACE["right_shin"], PLACE["left_shin"]
FADE = 0.6
"""How much of what a part showed in the pose before still shows, unless said otherwise."""
FADE_OF_HEADS = 0.35
"""The same of a head at most: two faces at once are seen to be two."""
FADE_BESIDE_MEMORY = 0.25
"""The same for a generator that sees its own frame before: it is steady by itself."""


@dataclass(frozen=True)
class AppearanceOptions:
    """How much of the footage is kept."""

    most_frames: int = 240
    """Number of training frames kept at most; those whose poses differ most."""
    most_bytes: int = 8_000_000
    """Bytes that they may take in the performer's folder."""


_OPTIONS = AppearanceOptions()


class PartLayout(NamedTuple):
    """Which pixels one pose shows."""

    target: PosedParts
    """Of this pose and its neighbours."""
    pose: int
    """Which of them it is."""
    chosen: Integers
    """(parts,) the source of each part."""
    shown: tuple[Shares, ...]
    """What each part shows, of this source and of those before."""
    under: Integers
    """(parts,) the source that lies underneath."""
    order: Integers
    """(parts,) from the farthest part to the nearest."""


class Appearance:
    """Paints a person in any pose from the pixels of training frames.

    Pictures are those of one working size; points are pixels of it.
    """

    def __init__(
        self,
        pool: FramePool,
        points: Floats,
        frames: Integers,
        depth: Floats | None = None,
        skeleton: Skeleton = OPENPOSE_18,
        facts: PartFacts | None = None,
        enlarged: Enlarged | None = None,
    ) -> None:
        """Prepare to paint from `pool`, whose pictures show the poses `points`.

        Args:
            pool: pictures and mattes of the frames kept.
            points: (kept, joints, 2) pixels.
            frames: (kept,) their numbers in the take.
            depth: (kept, joints) pixels towards the camera, where known.
            skeleton: whose joints they are.
            facts: what an earlier look at the pictures found; None: look now.
            enlarged: whose pictures these are, larger; None: nobody's.

        Raises:
            BadInput: no frame shows both shoulders and hips.
        """
        self.pool, self.points, self.frames = pool, np.asarray(points, np.float32), frames
        self.depth, self.skeleton, self.size, self.costs = depth, skeleton, pool.size, ChoiceCosts()
        self.fade = FADE
        self.length = torso_length(self.points, skeleton) if len(pool) else float("nan")
        if not np.isfinite(self.length) or self.length < 1:
            raise BadInput("appearance: no training frame shows both shoulders and hips")
        parts = self._with_mirrors()
        self._cuts = PartCrops(pool, parts, self.length, enlarged)
        self.facts = self._cuts.facts() if facts is None else facts
        self._cuts.outlines = self.facts.outlines
        skirt = self._cuts.skirt
        parts = with_skirt(parts) if skirt else parts
        self._sources = Sources.of(parts, frames, self.facts, self.length, skirt)
        self._weights = control_weights(skirt)
        self._last: tuple[Integers, tuple[Shares, ...]] | None = None

    @staticmethod
    def fit(
        pictures: Iterable[tuple[Bytes, Bytes]],
        points: Floats,
        size: tuple[int, int],
        depth: Floats | None = None,
        skeleton: Skeleton = OPENPOSE_18,
        options: AppearanceOptions = _OPTIONS,
        own_colours: Callable[[int, Bytes, Bytes], Bytes] | None = None,
    ) -> "Appearance":
        """Keep the frames worth keeping of some training footage.

        Args:
            pictures: (photo, matte) of every training frame, framed to `size`, in their order.
            points: (frames, joints, 2) pixels of `size`.
            size: (width, height).
            depth: (frames, joints) pixels towards the camera, where known.
            skeleton: whose joints they are.
            options: number and bytes to keep.
            own_colours: as of `FramePool.collect`.
        """
        wanted = distinct_poses(points, options.most_frames, skeleton)
        pool, kept = FramePool.collect(pictures, wanted, size, options.most_bytes, own_colours)
        return Appearance(
            pool, points[kept], kept, None if depth is None else depth[kept], skeleton
        )

    def enlarged(self, pool: FramePool, kept: Integers, most: int) -> "Appearance":
        """Return an appearance that paints with larger pictures of some of the frames.

        Args:
            pool: the larger pictures.
            kept: (pictures,) the number of each here.
            most: pieces of them that are kept in memory.
        """
        scale = np.array(pool.size, np.float32) / np.array(self.size, np.float32)
        out = Appearance(
            pool,
            np.asarray(self.points[kept] * scale, np.float32),
            self.frames[kept],
            None if self.depth is None else self.depth[kept] * float(scale.mean()),
            self.skeleton,
            self.facts.only(kept),
            Enlarged(self._cuts, kept, most),
        )
        out.fade = self.fade
        return out

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return all that `from_tensors` needs, as plain arrays by name."""
        out = {f"pool_{name}": value for name, value in self.pool.tensors().items()}
        out |= vars(self.facts)
        out |= {"points": self.points, "frames": self.frames.astype(np.int64)}
        out["skeleton"] = np.frombuffer(self.skeleton.name.encode(), np.uint8).copy()
        if self.depth is not None:
            out["depth"] = np.asarray(self.depth, np.float32)
        return out

    @staticmethod
    def from_tensors(tensors: dict[str, NDArray[Any]]) -> "Appearance":
        """Return the appearance that `tensors` gave.

        Raises:
            KeyError, ValueError: an array is missing or does not fit the others.
        """
        pool = FramePool.from_tensors(
            {
                name.removeprefix("pool_"): value
                for name, value in tensors.items()
                if name.startswith("pool_")
            }
        )
        skeleton = SKELETONS[bytes(tensors["skeleton"]).decode("ascii")]
        points = tensors["points"]
        if points.shape != (len(pool), len(skeleton), 2):
            raise ValueError(f"appearance points {points.shape} do not fit {len(pool)} pictures")
        facts = PartFacts.from_tensors(tensors)
        frames, depth = tensors["frames"], tensors.get("depth")
        check_stored(pool, points, facts, frames, depth)
        return Appearance(pool, points, frames, depth, skeleton, facts)

    @property
    def choices(self) -> tuple[int, int]:
        """Return the numbers of parts and of sources to choose from, mirrors among them."""
        return len(PARTS), 2 * len(self.pool)

    def paint(
        self,
        points: Floats,
        confidence: Floats,
        exclude: Integers | None = None,
        depth: Floats | None = None,
        prices: Floats | None = None,
    ) -> Bytes:
        """Paint poses that follow one another; arguments are those of `layouts`.

        Returns:
            uint8 RGBA (N, height, width, 4) as `composited` gives them.
        """
        return self.composited(self.layouts(points, confidence, exclude, depth, prices=prices))

    def layouts(
        self,
        points: Floats,
        confidence: Floats,
        exclude: Integers | None = None,
        depth: Floats | None = None,
        follows_on: bool = False,
        ahead: int = 0,
        prices: Floats | None = None,
    ) -> list[PartLayout]:
        """Choose which pixels are shown by poses that follow one another.

        Args:
            points: (N, joints, 2) pixels, NaN where missing.
            confidence: (N, joints) 0..1; joints at 0 count as missing.
            exclude: (N, 2) frames of the take [start, stop) that each pose must not use.
            depth: (N, joints) pixels towards the camera, where known.
            follows_on: they also follow the poses of the call before.
            ahead: so many of the last poses are not wanted yet; the choice looks ahead to them.
            prices: (N, *choices) what the costs of taking pixels from each source are multiplied
                by, for variety; None: by nothing.

        Returns:
            One for each of the first N - ahead poses.
        """
        points = np.where(np.asarray(confidence)[..., None] > 0, points, np.nan)
        target = pose_parts(points, self.length, depth, self.skeleton)
        if self._cuts.skirt:
            target = with_skirt(target)
        exclude = None if exclude is None else np.asarray(exclude)
        costs = part_costs(target, self._sources, self.costs, exclude)
        if prices is not None:
            costs *= prices
        count = len(points) - ahead
        chosen, shown = self._choice(costs, count, follows_on)
        under = choose_apart(costs[:count], self._sources.hidden)
        order = painting_order(target, self._cuts.skirt)
        return [
            PartLayout(target, pose, chosen[pose], shown[pose], under[pose], order[pose])
            for pose in range(count)
        ]

    def composited(self, layouts: Sequence[PartLayout]) -> Bytes:
        """Return the pictures of layouts; several threads may ask at the same time.

        Returns:
            uint8 RGBA (layouts, height, width, 4), colours not multiplied by alpha; 0 where alpha
            is 0.
        """
        width, height = self.size
        canvas = Canvas(self.size)
        out = np.empty((len(layouts), height, width, 4), np.uint8)
        for layout, picture in zip(layouts, out, strict=True):
            layers = self._layers(layout)
            for place in layout.order:
                for pieces in layers[place]:
                    canvas.composite(pieces)
            picture[:] = canvas.finish()
        return out

    def _choice(
        self, costs: Floats, count: int, follows_on: bool
    ) -> tuple[Integers, list[tuple[Shares, ...]]]:
        """Return the best source of each part of the first poses, and what the parts show."""
        last, before = (self._last if follows_on else None) or (None, None)
        chosen = choose(costs, self._sources, self.costs, last)[:count]
        shown, keep = [], np.full(len(PARTS), self.fade)
        keep[PLACE["head"]] = min(self.fade, FADE_OF_HEADS)
        for one in chosen:
            before = faded(one, before, keep, None if last is None else self._goes_on(last, one))
            shown.append(before)
            last = one
        if before is not None and len(chosen):
            self._last = chosen[-1], before
        return chosen, shown

    def _goes_on(self, last: Integers, chosen: Integers) -> Integers:
        """Return `last` where the film goes on from there to what is chosen now, else -1.

        Frames farther apart show a moving hand in two places.
        """
        frames, mirrored = self._sources.frames, self._sources.mirrored
        near = np.abs(chosen - last) <= 1  # sources lie in the order of their frames
        near &= np.abs(frames[chosen] - frames[last]) < SAME_TIME
        return np.where(near & (mirrored[chosen] == mirrored[last]), last, -1)

    def _layers(self, layout: PartLayout) -> list[list[list[WarpedCrop]]]:
        """Return what to composite for each part, from below.

        What the parts that hang on it show of their joints, the core underneath, what lies between
        the legs where they are as far apart as filmed, the part.
        """
        target, pose, chosen, shown, under, order = layout
        seen = np.isfinite(target.start[pose] + target.end[pose]).all(-1)
        visible = self._sources.visible[chosen, np.arange(len(PARTS))]
        hollow = seen & (visible < _WHOLE) & (under != chosen)
        parts = np.flatnonzero(seen).tolist()
        places = [place for place in parts for _ in shown[place]]
        sources = [source for place in parts for source in shown[place]]
        cores = np.flatnonzero(hollow).tolist()
        lent, parted = np.array([*sources, *under[cores]], int), np.array([*places, *cores], int)
        maps, bends = self._moves(target, pose, lent, parted)
        layers: list[list[list[WarpedCrop]]] = [[] for _ in PARTS]
        beneath: list[dict[int, list[WarpedCrop]]] = [{} for _ in PARTS]
        for number, place in enumerate(cores, len(places)):
            core = self._cuts.core(under[place], place)
            layers[place].append([WarpedCrop(core, maps[number], bends=bends[number])])
        for place in parts:
            layers[place] += [[], []]
        for number, (place, source) in enumerate(zip(places, sources, strict=True)):
            cut, share = self._cuts.cut(source, place), shown[place][source]
            piece = WarpedCrop(cut, maps[number], share, bends[number])
            layers[place][-1].append(piece)
            if cut.between is not None:
                alike = as_far_apart(target, pose, self._sources.parts, source, place, self.length)
                layers[place][-2].append(piece.showing(cut.between, alike))
            if cut.joint is not None:
                above = order[0] if PARENTS[place] < 0 else PARENTS[place]
                beneath[above].setdefault(place, []).append(piece.showing(cut.joint))
        return [[*joints.values(), *own] for joints, own in zip(beneath, layers, strict=True)]

    def _moves(
        self, target: PosedParts, pose: int, sources: Integers, places: Integers
    ) -> tuple[Floats, list[Floats]]:
        """Return how pieces are moved, (n, 2, 3), and where each bends, (bends, NUMBERS)."""
        pieces, bends = bend_numbers(places)
        lent = sources[pieces]
        both = np.concatenate([sources, lent]), np.concatenate([places, others(bends)])
        own, beyond = np.split(self._maps(target, pose, *both), [len(places)])
        numbers = bent(
            bends, own[pieces], beyond, self._sources.parts, lent, target, pose,
            self._cuts.thickness,
        )  # fmt: skip
        if self._cuts.skirt:  # which hangs over knees, and does not bend there
            numbers[np.isin(places[pieces], THIGHS) & np.isin(others(bends), _SHINS)] = 0
        return own, np.split(numbers, np.searchsorted(pieces, np.arange(1, len(places))))

    def _maps(self, target: PosedParts, pose: int, sources: Integers, places: Integers) -> Floats:
        """Return the maps (n, 2, 3) that carry parts of sources onto those of a pose."""
        theirs = self._sources.parts
        controls = target.controls[pose, places]
        maps = fit_maps(theirs.controls[sources, places], controls, self._weights[places])
        # The joints of a face are few and rough: an affine map of them would bend caps and chins.
        skull = places == PLACE["head"]
        return limit_stretch(maps, np.nan_to_num(theirs.start[sources, places]), solid=skull)

    def _with_mirrors(self) -> PosedParts:
        order = list(self.skeleton.mirrored)
        flipped = self.points[:, order].copy()
        flipped[..., 0] = self.size[0] - flipped[..., 0]
        depth = self.depth
        both = None if depth is None else np.concatenate([depth, depth[:, order]])
        points = np.concatenate([self.points, flipped])
        return pose_parts(points, self.length, both, self.skeleton)
