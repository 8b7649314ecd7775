"""Appearance: the target's own pixels, part by part, moved onto a pose.

    1. keep the frames of the training footage that differ most, within a number and a byte budget
    2. cut each into twelve parts (`part_masks`)
    3. for each part of a pose choose the frame whose part is posed most alike (`part_choice`)
    4. move its pixels by an affine map that carries the part's joints (`parts.fit_maps`)
    5. lay the parts over one another from the farthest to the nearest

Under each part lies the same part from a frame that shows it whole, kept within the part's core,
so that a torso filmed behind an arm has no hole where the arm is elsewhere now.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from capture.skeleton import OPENPOSE_18, SKELETONS, Skeleton
from synth.errors import UnfitTake
from synth.part_choice import ChoiceCosts, Sources, choose, choose_apart, part_costs
from synth.part_cuts import Cut, PartCuts, PartFacts
from synth.parts import (
    MIRRORED,
    PARTS,
    PosedParts,
    control_weights,
    fit_maps,
    limit_stretch,
    painting_order,
    pose_parts,
    torso_length,
)
from synth.picture_pool import PicturePool

_WHOLE = 0.9  # share of a part to be seen for it to need nothing underneath


@dataclass(frozen=True)
class AppearanceOptions:
    """How much of the footage is kept."""

    most_frames: int = 240
    """Number of training frames kept at most; those whose poses differ most."""
    most_bytes: int = 8_000_000
    """Bytes that they may take in the performer's folder."""


_OPTIONS = AppearanceOptions()


class Appearance:
    """Paints a person in any pose from the pixels of training frames.

    Pictures are those of one working size; points are pixels of it.
    """

    def __init__(
        self,
        pool: PicturePool,
        points: np.ndarray,
        frames: np.ndarray,
        depth: np.ndarray | None = None,
        skeleton: Skeleton = OPENPOSE_18,
        facts: PartFacts | None = None,
    ) -> None:
        """Prepare to paint from `pool`, whose pictures show the poses `points`.

        Args:
            pool: pictures and mattes of the frames kept.
            points: (kept, joints, 2) pixels.
            frames: (kept,) their numbers in the take.
            depth: (kept, joints) pixels towards the camera, where known.
            skeleton: whose joints they are.
            facts: what an earlier look at the pictures found; None: look now.

        Raises:
            UnfitTake: no frame shows both shoulders and hips.
        """
        self.pool, self.points, self.frames = pool, np.asarray(points, np.float32), frames
        self.depth, self.skeleton, self.size, self.costs = depth, skeleton, pool.size, ChoiceCosts()
        self.length = torso_length(self.points, skeleton) if len(pool) else float("nan")
        if not np.isfinite(self.length) or self.length < 1:
            raise UnfitTake("appearance: no training frame shows both shoulders and hips")
        parts = self._with_mirrors()
        self._cuts = PartCuts(pool, parts, self.length)
        self.facts = self._cuts.facts() if facts is None else facts
        visible, detail, other = self.facts.visible, self.facts.detail, list(MIRRORED)
        self._sources = Sources(
            parts,
            np.concatenate([frames, frames]),
            np.concatenate([visible, visible[:, other]]),
            np.concatenate([detail, detail[:, other]]),
            np.arange(2 * len(pool)) >= len(pool),
            self.length,
        )
        self._weights = control_weights()
        self._last_choice: np.ndarray | None = None

    @staticmethod
    def fit(
        pictures: Iterable[tuple[np.ndarray, np.ndarray]],
        points: np.ndarray,
        size: tuple[int, int],
        depth: np.ndarray | None = None,
        skeleton: Skeleton = OPENPOSE_18,
        options: AppearanceOptions = _OPTIONS,
    ) -> "Appearance":
        """Keep the frames worth keeping of some training footage.

        Args:
            pictures: (photo, matte) of every training frame, framed to `size`, in their order.
            points: (frames, joints, 2) pixels of `size`.
            size: (width, height).
            depth: (frames, joints) pixels towards the camera, where known.
            skeleton: whose joints they are.
            options: number and bytes to keep.
        """
        wanted = distinct_poses(points, options.most_frames, skeleton)
        pool, kept = PicturePool.collect(pictures, wanted, size, options.most_bytes)
        return Appearance(
            pool, points[kept], kept, None if depth is None else depth[kept], skeleton
        )

    def tensors(self) -> dict[str, np.ndarray]:
        """Return all that `from_tensors` needs, as plain arrays by name."""
        out = {f"pool_{name}": value for name, value in self.pool.tensors().items()}
        out |= {"visible": self.facts.visible, "detail": self.facts.detail}
        out |= {"points": self.points, "frames": self.frames.astype(np.int64)}
        out["skeleton"] = np.frombuffer(self.skeleton.name.encode(), np.uint8).copy()
        if self.depth is not None:
            out["depth"] = np.asarray(self.depth, np.float32)
        return out

    @staticmethod
    def from_tensors(tensors: dict[str, np.ndarray]) -> "Appearance":
        """Return the appearance that `tensors` gave.

        Raises:
            KeyError, ValueError: an array is missing or does not fit the others.
        """
        pool = PicturePool.from_tensors(
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
        facts = PartFacts(tensors["visible"], tensors["detail"])
        shape = (len(pool), len(PARTS))
        if facts.visible.shape != shape or facts.detail.shape != shape:
            raise ValueError(f"appearance facts {facts.visible.shape} do not fit, expected {shape}")
        return Appearance(pool, points, tensors["frames"], tensors.get("depth"), skeleton, facts)

    def paint(
        self,
        points: np.ndarray,
        confidence: np.ndarray,
        exclude: np.ndarray | None = None,
        depth: np.ndarray | None = None,
        consecutive: bool = True,
        follows_on: bool = False,
    ) -> np.ndarray:
        """Paint poses.

        Args:
            points: (N, joints, 2) pixels, NaN where missing.
            confidence: (N, joints) 0..1; joints at 0 count as missing.
            exclude: (N, 2) frames of the take [start, stop) that each pose must not use.
            depth: (N, joints) pixels towards the camera, where known.
            consecutive: the poses follow one another, so the choice of frames should be steady.
            follows_on: they also follow the poses of the call before.

        Returns:
            uint8 RGBA (N, height, width, 4), colours not multiplied by alpha; 0 where alpha is 0.
        """
        points = np.where(np.asarray(confidence)[..., None] > 0, points, np.nan)
        target = pose_parts(points, self.length, depth, self.skeleton)
        exclude = None if exclude is None else np.asarray(exclude)
        costs = part_costs(target, self._sources, self.costs, exclude)
        if consecutive:
            before = self._last_choice if follows_on else None
            chosen = choose(costs, self._sources, self.costs, before)
            self._last_choice = chosen[-1] if len(chosen) else before
        else:
            chosen = np.concatenate([choose(one[None], self._sources, self.costs) for one in costs])
        under = choose_apart(costs, 1 - self._sources.visible)
        order = painting_order(target)
        width, height = self.size
        out = np.zeros((len(points), height, width, 4), np.uint8)
        for pose in range(len(points)):
            self._paint_one(out[pose], target, pose, chosen[pose], under[pose], order[pose])
        return out

    def _paint_one(
        self,
        out: np.ndarray,
        target: PosedParts,
        pose: int,
        chosen: np.ndarray,
        under: np.ndarray,
        order: np.ndarray,
    ) -> None:
        width, height = self.size
        canvas = np.zeros((height, width, 4), np.float32)
        best, core = self._maps(target, pose, chosen), self._maps(target, pose, under)
        seen = np.isfinite(target.start[pose] + target.end[pose]).all(-1)
        for place in order:
            if not seen[place]:
                continue
            if (
                self._sources.visible[chosen[place], place] < _WHOLE
                and under[place] != chosen[place]
            ):
                _lay(canvas, self._cuts.core(under[place], place), core[place])
            _lay(canvas, self._cuts.cut(chosen[place], place), best[place])
        _settle(canvas, out)

    def _maps(self, target: PosedParts, pose: int, chosen: np.ndarray) -> np.ndarray:
        places = np.arange(len(PARTS))
        source = self._sources.parts.controls[chosen, places]
        maps = fit_maps(source, target.controls[pose], self._weights)
        return limit_stretch(maps, np.nan_to_num(self._sources.parts.start[chosen, places]))

    def _with_mirrors(self) -> PosedParts:
        order = list(self.skeleton.mirrored)
        flipped = self.points[:, order].copy()
        flipped[..., 0] = self.size[0] - flipped[..., 0]
        depth = self.depth
        both = None if depth is None else np.concatenate([depth, depth[:, order]])
        points = np.concatenate([self.points, flipped])
        return pose_parts(points, self.length, both, self.skeleton)


def distinct_poses(points: np.ndarray, most: int, skeleton: Skeleton) -> np.ndarray:
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


def _lay(canvas: np.ndarray, cut: Cut, move: np.ndarray) -> None:
    """Lay a piece over a premultiplied RGBA float32 canvas, moved by an affine map."""
    height, width = cut.pixels.shape[:2]
    if not width:
        return
    left, top = cut.left, cut.top
    corners = np.array(
        [
            [left, top, 1],
            [left + width, top, 1],
            [left, top + height, 1],
            [left + width, top + height, 1],
        ]
    )
    landed = corners @ move.T
    x0, y0 = np.floor(landed.min(0)).astype(int).clip(0, (canvas.shape[1], canvas.shape[0]))
    x1, y1 = np.ceil(landed.max(0)).astype(int).clip(0, (canvas.shape[1], canvas.shape[0]))
    if x1 <= x0 or y1 <= y0:
        return
    local = move.copy()
    # Our pixel centres lie on halves, cv2's on whole numbers.
    shift = np.array([left + 0.5, top + 0.5])
    local[:, 2] += move[:, :2] @ shift - (x0 + 0.5, y0 + 0.5)
    moved = cv2.warpAffine(cut.pixels, local, (int(x1 - x0), int(y1 - y0)))
    below = canvas[y0:y1, x0:x1]
    below *= 1 - moved[..., 3:] * np.float32(1 / 255)
    below += moved


def _settle(canvas: np.ndarray, out: np.ndarray) -> None:
    """Write a premultiplied float32 canvas as plain uint8 RGBA into `out`, zeros before."""
    rows = np.flatnonzero((canvas[..., 3] > 1).any(1))
    columns = np.flatnonzero((canvas[..., 3] > 1).any(0))
    if not len(rows):
        return
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    used = canvas[box]
    alpha = used[..., 3:]
    np.divide(used[..., :3] * 255, alpha, out=used[..., :3], where=alpha > 1)
    used[alpha[..., 0] <= 1] = 0
    out[box] = np.rint(used).clip(0, 255).astype(np.uint8)
