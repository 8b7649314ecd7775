"""The renderer: poses in, windows of painted frames out, stage by stage and ahead of one another.

    1. choose which of the target's own pixels each pose shows (`appearance`), one pose after the
       other, in a thread of its own
    2. draw the stick figures and lay those pixels, several groups of poses side by side
    3. find the window around the person; all that follows happens there
    4. an engine computes the generator's picture and matte, several windows side by side if it can
    5. half of the forearms' own pixels is laid over it               (`own_arms`)
    6. the face refiner, if the performer has one, mends the head

Each core works at groups of its own: two threads that share one window wait for each other, the
longer the busier the computer is.

What an engine answers is the generator's own picture to within rounding; where memory does not
suffice for several frames together, the renderer goes on with fewer and remembers it.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from stickdance.capture.matting.cast_shadow import CastShadow
from stickdance.capture.media.prefetch import abreast, prefetched
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.parts import PARTS
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import Skeleton
from stickdance.capture.pose.stick_figure import StickStyle, draw_part, draw_pose
from stickdance.checkpoints.errors import OutOfMemory
from stickdance.synth.appearance.appearance import Appearance, PartLayout
from stickdance.synth.appearance.head_boxes import head_boxes, head_side
from stickdance.synth.appearance.motion_field import body_motion
from stickdance.synth.compute.array_types import Bytes, Floats, Integers
from stickdance.synth.compute.device import precision
from stickdance.synth.compute.image_tensors import as_pictures, as_tensor
from stickdance.synth.compute.threads import one_blas_thread, one_thread_each
from stickdance.synth.engines.contract import Engine, paints_windows
from stickdance.synth.generators.compact import BLENDED, Painted
from stickdance.synth.generators.crop_window import CropWindow, whole_frame, window_of
from stickdance.synth.generators.temporal import fetched, recalls
from stickdance.synth.rendering.own_arms import arm_masks, with_own_arms
from stickdance.synth.rendering.shadowing import cast

_AT_ONCE = {"cpu": 4, "cuda": 16}  # frames through the generator together
_IN_WORK = 8  # frames in all groups that are worked at side by side: each takes memory
_AHEAD = 3  # groups of poses that are chosen for, or drawn, while the network computes
_DRAWING = 2  # threads that draw while a network computes by itself
CHOSEN_TOGETHER = 16  # poses whose parts are found at once: one alone takes twice as long for each
LOOKED_AT = 12  # poses after them, so that a part keeps a filmed frame that will do for a while
_BLACK, _CLEAR = 2, 5  # of 255: what a line and a warped pixel are more than


class PaintedFrames(NamedTuple):
    """Some frames, as far as they differ from the plate."""

    pictures: Bytes
    """uint8 RGB (N, height, width, 3) of the window."""
    mattes: Floats
    """float32 (N, height, width) of the window: how much of the person covers the plate, 0..1."""
    window: CropWindow

    def over(self, plate: Bytes, shadow: CastShadow | None = None) -> Bytes:
        """Return the whole frames, uint8 RGB (N, height, width, 3).

        Args:
            plate: what they were painted over, uint8 RGB (height, width, 3).
            shadow: what the painted person casts on it; None: nothing.
        """
        frames = np.repeat(plate[None], len(self.pictures), axis=0)
        frames[:, *self.window.place] = self.pictures
        if shadow is not None:
            for frame, matte in zip(frames, self.mattes, strict=True):
                whole = np.zeros(plate.shape[:2], np.float32)
                whole[self.window.place] = matte
                cast(frame, plate, whole, shadow)
        return frames


@dataclass(frozen=True)
class Poses:
    """Poses to paint, which follow one another."""

    points: Floats
    """(N, joints, 2) pixels, NaN where missing."""
    confidence: Floats
    """(N, joints) 0..1."""
    depth: Floats | None = None
    """(N, joints) pixels towards the camera, where known."""
    follow_on: bool = False
    """They also follow the poses that were painted before."""
    parts: "Mapping[str, Poses]" = field(default_factory=dict)
    """Hands and face by the names of `stickdance.capture.pose.parts.PARTS`, where known."""

    @staticmethod
    def of(poses: PoseSequence, follow_on: bool = False) -> "Poses":
        """Return the poses of a sequence, with hands and face."""
        parts = {name: Poses.of(part) for name, part in poses.parts.items()}
        return Poses(poses.points, poses.confidence, poses.depth, follow_on, parts)

    def __getitem__(self, some: slice) -> "Poses":
        """Return some of the poses."""
        return Poses(
            self.points[some],
            self.confidence[some],
            None if self.depth is None else self.depth[some],
            self.follow_on,
            {name: part[some] for name, part in self.parts.items()},
        )

    def shrunk(self, scale: Floats) -> "Poses":
        """Return them in a picture that is so many times (2,) less wide and high."""
        return Poses(
            self.points / scale,
            self.confidence,
            None if self.depth is None else self.depth / scale.mean(),
            self.follow_on,
            {name: part.shrunk(scale) for name, part in self.parts.items()},
        )


class _PoseGroup(NamedTuple):
    """A group of poses, and what to draw for them."""

    poses: Poses
    layouts: list[PartLayout]
    """Of the target's own pixels; none where nobody looks at them."""
    before: Floats | None = None
    """(joints, 2) the pose before them, for a temporal generator."""
    follows: bool = False


class _DrawnGroup(NamedTuple):
    sticks: Bytes
    warped: Bytes
    heads: Integers | None
    arms: Bytes | None = None
    """uint8 (N, height, width) of `own_arms.arm_masks`, where own pixels are blended in."""
    motion: Floats | None = None
    """float32 (1, height, width, 2) back to the pose before, for a temporal generator."""
    follows: bool = False


class Renderer:
    """Paints poses of one person by one engine."""

    def __init__(
        self,
        engine: Engine,
        generator: nn.Module,
        appearance: Appearance | None,
        plate: Bytes,
        body: BodyProfile,
        style: StickStyle,
        at_once: int | None = None,
    ) -> None:
        """Prepare to paint.

        Args:
            engine: computes the generator.
            generator: what the engine was built from; its face refiner is used as it is.
            appearance: the target's own pixels, where the generator looks at them.
            plate: uint8 RGB (height, width, 3).
            body: the target's, in pixels of the plate's size.
            style: of the stick figures.
            at_once: frames computed together; None: 16 on CUDA, 1 to 4 on a CPU, the fewer the more
                cores there are, 1 where the engine takes no more.
        """
        self.engine, self._plate = engine, as_tensor(plate[None])
        self._generator, self._appearance = generator, appearance
        self._body, self._style = body, style
        self._skeleton: Skeleton = body.skeleton
        self._size = (plate.shape[1], plate.shape[0])
        self._device = next(generator.parameters()).device
        self._half = engine.half
        usual = at_once or _usual(self._device, engine.side_by_side)
        self._recalls = recalls(generator)
        self._blends = getattr(generator, "warped", None) == BLENDED
        self.at_once = 1 if self._recalls else min(usual, engine.most_at_once or usual)
        self._side_by_side = 1 if self._recalls else engine.side_by_side
        self._last_pose: Floats | None = None
        self._before: Tensor | None = None  # (1, 3, height, width), the frame painted last
        self._refine = getattr(generator, "face", None)
        self._side = head_side(body) if self._refine is not None else 0
        self.notes: list[str] = []
        """What had to be done otherwise than asked."""

    def paint(self, poses: Poses) -> Iterator[PaintedFrames]:
        """Yield the frames of poses in groups, as they are painted."""
        with (
            one_blas_thread(),
            self._threads() as pool,
            closing(prefetched(self._chosen(poses), _AHEAD)) as chosen,
        ):
            if self._side_by_side > 1:
                with closing(abreast(self._whole_group, chosen, pool, self._side_by_side)) as done:
                    for frames in done:
                        yield from frames
                return
            with closing(abreast(self._draw, chosen, pool, _AHEAD)) as drawn:
                for group in drawn:
                    yield from self._fitting(group)

    @contextmanager
    def _threads(self) -> Iterator[ThreadPoolExecutor]:
        """Give a pool of threads for groups; where they do all of the work, torch has one each."""
        alone = self._side_by_side > 1
        count = self._side_by_side if alone else _DRAWING
        with one_thread_each() if alone else nullcontext(), ThreadPoolExecutor(count) as pool:
            yield pool

    def _chosen(self, poses: Poses) -> Iterator[_PoseGroup]:
        together = self.at_once * -(-CHOSEN_TOGETHER // self.at_once)
        for start in range(0, len(poses.points), together):
            some = poses[start : start + together]
            follows = poses.follow_on or start > 0
            layouts = self._layouts(poses, start, len(some.points), follows)
            first = 0
            while first < len(some.points):
                group = slice(first, first + self.at_once)
                after = follows or first > 0
                before = self._last_pose if after else None
                self._last_pose = some.points[group][-1]
                yield _PoseGroup(some[group], layouts[group], before, after)
                first = group.stop

    def _layouts(self, poses: Poses, start: int, count: int, follow_on: bool) -> list[PartLayout]:
        """Return what to composite for `count` poses from `start` on."""
        if self._appearance is None:
            return []
        seen = poses[start : start + count + LOOKED_AT]
        return self._appearance.layouts(
            seen.points,
            seen.confidence,
            depth=seen.depth,
            follows_on=follow_on,
            ahead=len(seen.points) - count,
        )

    def _draw(self, group: _PoseGroup) -> _DrawnGroup:
        poses = group.poses
        sticks = [self._stick(poses, number) for number in range(len(poses.points))]
        heads = self._heads(poses.points, poses.confidence)
        motion = self._motion(group) if self._recalls else None
        arms = None
        if self._appearance is not None and self._blends:
            arms = arm_masks(group.layouts, self._size, self._appearance.length)
        warped = self._warped(group)
        return _DrawnGroup(np.stack(sticks), warped, heads, arms, motion, group.follows)

    def _stick(self, poses: Poses, number: int) -> Bytes:
        picture = draw_pose(
            poses.points[number], poses.confidence[number], self._size, self._style, self._skeleton
        )
        for name, part in poses.parts.items():
            draw_part(
                picture, part.points[number], part.confidence[number], self._style, PARTS[name]
            )
        return picture

    def _motion(self, group: _PoseGroup) -> Floats | None:
        if group.before is None or self._appearance is None:
            return None
        length = self._appearance.length
        motion = body_motion(
            group.before, group.poses.points[0], self._size, length, self._skeleton
        )
        return motion[None]

    def _warped(self, group: _PoseGroup) -> Bytes:
        """Return the target's own pixels."""
        if self._appearance is None:
            return np.zeros((len(group.poses.points), self._size[1], self._size[0], 4), np.uint8)
        return self._appearance.composited(group.layouts)

    def _heads(self, points: Floats, confidence: Floats) -> Integers | None:
        if self._refine is None:
            return None
        face = self._body.face
        return head_boxes(points, confidence, face, self._side, self._size, self._skeleton)

    def _whole_group(self, group: _PoseGroup) -> list[PaintedFrames]:
        return list(self._fitting(self._draw(group)))

    def _fitting(self, group: _DrawnGroup) -> Iterator[PaintedFrames]:
        """Yield a group's frames, in smaller groups where memory does not hold them all."""
        count = len(group.sticks)
        try:
            painted = [self._painted(group)]
        except torch.OutOfMemoryError:
            painted = None
        if painted is not None:
            yield from painted
            return
        if count == 1:
            width, height = self._size
            raise OutOfMemory(
                f"{self._device}: no room for one frame of {width}x{height}; use --device cpu"
            )
        self._shrink(count // 2)
        for start in range(0, count, self.at_once):
            part = slice(start, start + self.at_once)
            heads = None if group.heads is None else group.heads[part]
            arms = None if group.arms is None else group.arms[part]
            some = _DrawnGroup(group.sticks[part], group.warped[part], heads, arms)
            yield from self._fitting(some)

    def _shrink(self, at_once: int) -> None:
        torch.cuda.empty_cache()
        if at_once < self.at_once:
            self.notes = [f"memory: no room for --batch {self.at_once}; went on with {at_once}"]
            self.at_once = at_once

    def windows(self, poses: Poses) -> Iterator[dict[str, Tensor]]:
        """Yield what the engine would be given for poses, by the generator's names."""
        for group in map(self._draw, self._chosen(poses)):
            yield self._inputs(group, self._window(group))

    @torch.inference_mode()
    def _painted(self, group: _DrawnGroup) -> PaintedFrames:
        window = self._window(group)
        inputs = self._inputs(group, window)
        painted = self.engine.paint(inputs)
        if group.arms is not None:
            masks = torch.from_numpy(group.arms[:, *window.place])[:, None] / 255
            painted = with_own_arms(painted, inputs["warped"], masks.to(painted.picture.device))
        if self._refine is not None and group.heads is not None:
            painted = self._refined(painted, inputs, group.heads, window)
        if self._recalls:
            self._remember(painted.picture, window)
        mattes = painted.matte[:, 0].float().cpu().numpy()
        return PaintedFrames(as_pictures(painted.picture), mattes, window)

    def _inputs(self, group: _DrawnGroup, window: CropWindow) -> dict[str, Tensor]:
        rows, columns = window.place
        stick, warped = (as_tensor(each[:, rows, columns]) for each in (group.sticks, group.warped))
        plate = self._plate[..., rows, columns].expand(len(stick), -1, -1, -1)
        inputs = {"stick": stick, "warped": warped, "plate": plate}
        if self._recalls:
            inputs["before"] = self._recalled(group, inputs, window)
        return inputs

    def _recalled(
        self, group: _DrawnGroup, inputs: dict[str, Tensor], window: CropWindow
    ) -> Tensor:
        """Return the frame painted last as it lies in this frame's window."""
        if self._before is None or not group.follows:
            first: Tensor = self._generator.first_before(inputs["warped"], inputs["plate"])  # type: ignore[operator]
            return first
        before = self._before
        if group.motion is not None:
            before = fetched(before, torch.from_numpy(group.motion).permute(0, 3, 1, 2))
        return before[..., *window.place]

    def _remember(self, picture: Tensor, window: CropWindow) -> None:
        whole = self._plate.clone()
        whole[..., *window.place] = picture.float().clamp(-1, 1).cpu()
        self._before = whole

    def _window(self, group: _DrawnGroup) -> CropWindow:
        """Return what to look at: person, heads and surroundings."""
        if not paints_windows(self._generator):
            return whole_frame(self._size)
        rows, columns = np.zeros(self._size[1], bool), np.zeros(self._size[0], bool)
        for stick, warped in zip(group.sticks, group.warped, strict=True):
            # Rows and columns apart, over whole lines of bytes, take a tenth of the time.
            alpha = cv2.extractChannel(warped, 3)
            down = stick.max(0).max(-1)
            rows |= (stick.reshape(len(stick), -1).max(1) > _BLACK) | (alpha.max(1) > _CLEAR)
            columns |= (down > _BLACK) | (alpha.max(0) > _CLEAR)
        for left, top, width, height in () if group.heads is None else group.heads:
            rows[top : top + height] |= width > 0
            columns[left : left + width] |= height > 0
        return window_of(rows, columns, self.engine.step)

    def _refined(
        self, painted: Painted, inputs: dict[str, Tensor], heads: Integers, window: CropWindow
    ) -> Painted:
        assert self._refine is not None
        # A head that is not there stays 0, 0, 0, 0.
        moved: Integers = heads - np.array([window.left, window.top, 0, 0]) * (heads[:, 2:3] > 0)
        boxes = torch.from_numpy(moved)
        seen = (painted.picture, inputs["stick"], inputs["warped"], boxes)
        with precision(self._device, self._half):
            picture = self._refine(*(each.to(self._device) for each in seen))
        return painted._replace(picture=picture)


def _usual(device: torch.device, side_by_side: int) -> int:
    """Return how many frames a group has, where nobody says."""
    at_once = _AT_ONCE.get(device.type, 4)
    return at_once if side_by_side == 1 else min(at_once, max(1, _IN_WORK // side_by_side))
