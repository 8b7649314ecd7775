"""A take as samples to train on: stick figure, warped pixels, photo, matte and plate of one window.

Every sample is drawn from the seed and its number alone, so a training that is carried on sees
what an unbroken one would have seen. A sample's warped pixels come from frames away from its own in
time: the generator must learn to mend what a pose never filmed will give it, not to copy an answer.

Pictures lie in memory as uint8 where they fit, else in a temporary file.
"""

import tempfile

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from stickdance.capture.matting.lost_mattes import without_matte
from stickdance.capture.matting.outpainting import framed_plate
from stickdance.capture.matting.room import shown
from stickdance.capture.media.framing import Framing
from stickdance.capture.pose.skeleton import OPENPOSE_18, convert
from stickdance.capture.pose.stick_figure import StickStyle
from stickdance.capture.take.take import Take
from stickdance.checkpoints.errors import NobodySeen
from stickdance.checkpoints.progress import tracked
from stickdance.synth.appearance.appearance import Appearance
from stickdance.synth.appearance.head_boxes import head_boxes, head_side
from stickdance.synth.appearance.motion_field import body_motion
from stickdance.synth.compute.array_types import Bytes, Floats
from stickdance.synth.compute.image_tensors import as_tensor
from stickdance.synth.generators.recipe import Augmentation
from stickdance.synth.generators.temporal import NEXT
from stickdance.synth.quality.regions import DETAILED, Guide, region_masks
from stickdance.synth.training.augmentation import (
    SHARES,
    Variation,
    drawn,
    moved,
    relit,
)
from stickdance.synth.training.placement import placed
from stickdance.synth.training.temporal_consistency import real_motion
from stickdance.synth.training.varied_poses import VariedPoses, without

_LARGEST_WINDOW = 192 * 256  # pixels; larger pictures are trained on in windows of this area
_WINDOW_SHARE = (0.62, 0.66)
_COARSEST = 16
_LIMB = 0.06  # of the height: so far from its joints a person is painted


class TakeDataset(Dataset[dict[str, Tensor]]):
    """Samples of a take's training frames.

    `dataset[number]` is sample `number`; there are as many as anyone asks for. Keys: "stick"
    (3, h, w) in [-1, 1], "warped" (4, h, w) RGB in [-1, 1] and alpha in [0, 1], "photo" (3, h, w)
    and "plate" (3, h, w) in [-1, 1], "matte" (1, h, w) in [0, 1], "detail" (1, h, w) 1 at head and
    hands, "head" (4,) the head's box in whole pixels of (h, w), zeros where it is not whole (see
    `head_boxes`). Where the framing goes
    beyond the frames and the generator paints the person alone, "filmed" (1, h, w) is 0 where the
    photo cannot tell what should be painted. In pairs also
    "next_..." for each but the plate, the same of the frame after; "motion" (2, h, w) of the body
    back from there (`body_motion`), "flow" and "known" of the real frames (`real_motion`).
    """

    def __init__(
        self,
        take: Take,
        framing: Framing,
        appearance: Appearance | None,
        style: StickStyle,
        start: int = 0,
        stop: int | None = None,
        seed: int = 0,
        augment: bool = True,
        augmentation: Augmentation | None = None,
        most_bytes: int = 1 << 30,
    ) -> None:
        """Read frames `start` up to `stop` of the take (None: its training part).

        Args:
            take: what to train on.
            framing: the part of its frames that is used, and the working size.
            appearance: what paints the warped pixels; None leaves them empty and keeps frames
                whole, for generators that see the whole frame.
            style: how stick figures are drawn.
            start: first frame.
            stop: frame to stop before.
            seed: what every draw starts from.
            augment: vary the samples; else sample `n` is whole frame `n`, unvaried.
            augmentation: how samples are varied; None: the defaults.
            most_bytes: memory for pictures; more goes into a temporary file.

        Raises:
            NobodySeen: no frame shows a person.
        """
        stop = take.training_frames if stop is None else stop
        self.size, self.style, self.seed, self.augment = framing.size, style, seed, augment
        self.augmentation = Augmentation() if augmentation is None else augmentation
        self.skeleton, self.fps, self.start = take.poses.skeleton, take.fps, start
        self.training_frames, self.appearance = take.training_frames, appearance
        poses = take.poses.part(start, stop).framed(framing)
        self.points, self.confidence, self.depth = poses.points, poses.confidence, poses.depth
        self._posed = VariedPoses(poses, style)
        self.plate = framed_plate(take.plate, framing)
        self._shadow = None if take.shadow is None else take.shadow.framed(framing)
        self._light = None if take.room is None else take.room.light[start:stop]
        self._filmed = framing.filmed
        # A generator of whole frames has to learn the continued room too.
        self._partly = framing.extends and appearance is not None
        body = take.body.framed(framing)
        self.face, self.head_side = body.face, head_side(body)
        torso = [self.skeleton.index[name] for name in ("neck", "right_hip", "left_hip")]
        self.usable = np.flatnonzero(np.isfinite(self.points[:, torso]).all((1, 2)))
        if not len(self.usable):
            raise NobodySeen(
                f"{take.path}: none of frames {start} to {stop} shows a whole person; "
                "capture footage that does"
            )
        self._firsts = self.usable[np.isin(self.usable + 1, self.usable)]
        if self.augmentation.pairs and not len(self._firsts):
            raise NobodySeen(
                f"{take.path}: no two frames that follow one another show a whole person; "
                "capture footage that does, or train with --temporal off"
            )
        self._pictures = _picture_store(len(self.points), framing.size, most_bytes)
        photos, mattes = take.frames(start, stop), take.mattes(start, stop)
        frames = zip(self._pictures, photos, mattes, strict=True)
        for picture, photo, matte in tracked(frames, "reading", len(self.points)):
            picture[..., :3] = framing.picture(photo, self.plate)
            picture[..., 3] = framing.picture(matte)
        self._leave_out_lost(take)
        windows = augment and self.augmentation.windows and appearance is not None
        rows, columns = self._filmed
        shown = (columns.stop - columns.start, rows.stop - rows.start)
        self.window = window_size(shown, framing.size) if windows else framing.size

    def _leave_out_lost(self, take: Take) -> None:
        """Leave out frames whose matte shows nobody: a pose that paints nobody."""
        areas = np.array([int(picture[..., 3].sum()) for picture in self._pictures]) / 255
        self.usable = self.usable[~without_matte(self.points, areas, self.skeleton)[self.usable]]
        self._firsts = self._firsts[np.isin(self._firsts, self.usable)]
        self._firsts = self._firsts[np.isin(self._firsts + 1, self.usable)]
        if not len(self.usable) or (self.augmentation.pairs and not len(self._firsts)):
            raise NobodySeen(
                f"{take.path}: hardly a matte shows the person whose poses there are; capture "
                "again, before a background that differs from them"
            )

    def __len__(self) -> int:
        """Return how many different frames there are to draw from."""
        return len(self.usable)

    def __getitem__(self, number: int) -> dict[str, Tensor]:
        """Return sample `number`, 0 or more."""
        batch = self.samples([number])
        return {name: values[0] for name, values in batch.items()}

    def batch(self, step: int, count: int) -> dict[str, Tensor]:
        """Return the samples of step `step`, `count` of them: tensors (count, channels, h, w)."""
        return self.samples(range(step * count, (step + 1) * count))

    def samples(self, numbers: "range | list[int]") -> dict[str, Tensor]:
        """Return the samples of these numbers as one batch."""
        pieces = [self._sample(number) for number in numbers]
        return {name: _together([piece[name] for piece in pieces]) for name in pieces[0]}

    def _sample(self, number: int) -> dict[str, Tensor]:
        if not self.augment:
            frame = int(self.usable[number % len(self.usable)])
            longest = self.augmentation.gap_seconds[1]
            return self._varied(frame, Variation(longest), None)
        random = np.random.default_rng((self.seed, number))
        frame = int(random.choice(self._firsts if self.augmentation.pairs else self.usable))
        return self._varied(frame, drawn(self.augmentation, random, len(self.skeleton)), random)

    def _varied(
        self, frame: int, how: Variation, random: np.random.Generator | None
    ) -> dict[str, Tensor]:
        """Return a batch of one; without random numbers it is the whole frame."""
        points, _ = self._posed.pose(frame, how, None)
        movement = how.movement(points, self.size[1]) if how.moves else None
        points, _ = self._posed.pose(frame, how, movement)
        window = self._whole if random is None else self._window(points, random)
        pieces = self._frame(frame, how, movement, window)
        if random is None or not self.augmentation.pairs:
            return pieces
        after = self._frame(frame + 1, how, movement, window)
        pieces |= {f"{NEXT}{name}": piece for name, piece in after.items() if name != "plate"}
        if self.appearance is not None:
            step = self._posed.pose(frame + 1, how, movement)[0]
            size, length = self.size, self.appearance.length
            motion = body_motion(points, step, size, length, self.skeleton)[window]
            pieces["motion"] = torch.from_numpy(motion).permute(2, 0, 1)[None].contiguous()
        return pieces | real_motion(pieces["photo"], pieces[f"{NEXT}photo"])

    def _frame(
        self,
        frame: int,
        how: Variation,
        movement: Floats | None,
        window: tuple[slice, slice],
    ) -> dict[str, Tensor]:
        points, confidence = self._posed.pose(frame, how, movement)
        pieces = self._cut(self._pictures_of(frame, how), window, how.flipped, movement)
        stick = self._posed.stick(frame, how, movement)
        pieces["stick"] = as_tensor(stick[None])[:, :, *window]
        pieces["detail"] = self._detail(points, confidence)[:, :, *window]
        pieces["head"] = self._head(points, confidence, window)
        if how.light is not None:
            for name in ("photo", "plate", "warped"):
                pieces[name][:, :3] = relit(pieces[name][:, :3], how.light)
        return pieces

    def _pictures_of(self, frame: int, how: Variation) -> dict[str, Bytes]:
        room = self._room(frame)
        photo, warped = self._photo(frame, room), self._warped(frame, how)
        pictures = {
            "photo": photo,
            "matte": self._pictures[frame][..., 3:],
            "plate": room,
            "warped": placed(warped, room, photo) if how.placed else warped,
        }
        return pictures | {"filmed": self._is_filmed(frame)} if self._partly else pictures

    def _room(self, frame: int, in_shadow: bool = False) -> Bytes:
        """Return the plate in a frame's light, and in its person's shadow where asked."""
        light = None if self._light is None else self._light[frame]
        shadow = self._shadow if in_shadow else None
        return shown(self.plate, shadow, self._pictures[frame][..., 3], light)

    def _photo(self, frame: int, room: Bytes) -> Bytes:
        """Return a frame without its person's shadow, which is cast on what was painted.

        A plate in that shadow would show the network where the person is, in training alone.
        """
        picture = self._pictures[frame]
        if self._shadow is None or self.appearance is None:
            return picture[..., :3]
        free = (255 - picture[..., 3:]) / np.float32(255)
        lighter = room.astype(np.float32) - self._room(frame, in_shadow=True)
        return np.rint(picture[..., :3] + free * lighter).clip(0, 255).astype(np.uint8)

    def _is_filmed(self, frame: int) -> Bytes:
        """Return uint8 (height, width, 1): 255 where the footage shows what should be painted.

        Beyond the frame that is the room alone, unless the person reaches there.
        """
        points = self.points[frame]
        rows, columns = self._filmed
        low, high = np.array([columns.start, rows.start]), np.array([columns.stop, rows.stop])
        near = _LIMB * self.size[1]
        with np.errstate(invalid="ignore"):
            leaves = ((points < low + near) & (low > 0)) | (
                (points > high - near) & (high < self.size)
            )
        filmed = np.full((self.size[1], self.size[0], 1), 0 if leaves.any() else 255, np.uint8)
        filmed[self._filmed] = 255
        return filmed

    def _cut(
        self,
        pictures: dict[str, Bytes],
        window: tuple[slice, slice],
        flipped: bool,
        movement: Floats | None,
    ) -> dict[str, Tensor]:
        out = {}
        for name, picture in pictures.items():
            seen = picture[:, ::-1] if flipped else picture
            part = seen[window] if movement is None else seen
            tensor = _share(part) if name in SHARES else as_tensor(part[None])
            out[name] = tensor if movement is None else moved(tensor, movement, window, name)
        return out

    def _detail(self, points: Floats, confidence: Floats) -> Tensor:
        """Return float32 (1, 1, height, width): 1 at head and hands."""
        joints, sure = convert(points[None], confidence[None], self.skeleton, OPENPOSE_18)
        masks = region_masks(Guide(points=joints[0], confidence=sure[0]), self.size)
        whole = np.zeros((1, 1, self.size[1], self.size[0]), np.float32)
        for name in DETAILED & masks.keys():
            whole[0, 0][masks[name]] = 1
        return torch.from_numpy(whole)

    def _head(self, points: Floats, confidence: Floats, window: tuple[slice, slice]) -> Tensor:
        rows, columns = window
        box = head_boxes(
            points[None], confidence[None], self.face, self.head_side, self.size, self.skeleton
        )[0]
        box[:2] -= (columns.start, rows.start)
        left, top, width, height = box
        inside = 0 <= left <= self.window[0] - width and 0 <= top <= self.window[1] - height
        return torch.from_numpy(box if inside and width else np.zeros_like(box))[None]

    def _warped(self, frame: int, how: Variation) -> Bytes:
        if self.appearance is None:
            return np.zeros((self.size[1], self.size[0], 4), np.uint8)
        points = (
            without(self.points[frame], how.lost, self.skeleton) if how.lost else self.points[frame]
        )
        gap = min(self.fps * how.gap_seconds, max(1.0, self.training_frames / 6))
        number = frame + self.start
        return self.appearance.paint(
            points[None],
            self.confidence[frame][None],
            exclude=np.array([[number - gap, number + gap + 1]]),
            depth=None if self.depth is None else self.depth[frame][None],
            prices=how.source_prices((1, *self.appearance.choices)),
        )[0]

    @property
    def _whole(self) -> tuple[slice, slice]:
        return slice(0, self.size[1]), slice(0, self.size[0])

    def _window(self, points: Floats, random: np.random.Generator) -> tuple[slice, slice]:
        width, height = self.window
        there = self._joints_filmed(points[np.isfinite(points).all(-1)])
        joint = there[int(random.integers(len(there)))]
        jitter = random.uniform(-0.25, 0.25, 2) * (width, height)
        left, top = np.rint(joint + jitter - (width / 2, height / 2)).astype(int)
        left = int(np.clip(left, 0, self.size[0] - width))
        top = int(np.clip(top, 0, self.size[1] - height))
        return slice(top, top + height), slice(left, left + width)

    def _joints_filmed(self, joints: Floats) -> Floats:
        """Return the joints (any, 2) that lie in what was filmed, or all where none does."""
        rows, columns = self._filmed
        low, high = (columns.start, rows.start), (columns.stop, rows.stop)
        inside = ((joints >= low) & (joints < high)).all(-1)
        return joints[inside] if inside.any() else joints


def window_size(shown: tuple[int, int], size: tuple[int, int]) -> tuple[int, int]:
    """Return (width, height) of the windows that pictures of `size` are trained on.

    Args:
        shown: (width, height) of what the footage fills of them.
        size: (width, height).
    """
    share = np.array(_WINDOW_SHARE) * np.array(shown)
    share *= min(1.0, np.sqrt(_LARGEST_WINDOW / share.prod()))
    rounded = np.maximum(np.rint(share / _COARSEST), 4) * _COARSEST
    width, height = np.minimum(rounded.astype(int), size)
    return int(width), int(height)


def _picture_store(count: int, size: tuple[int, int], most_bytes: int) -> Bytes:
    shape = (count, size[1], size[0], 4)
    if int(np.prod(shape)) <= most_bytes:
        return np.empty(shape, np.uint8)
    file = tempfile.TemporaryFile(prefix="stickdance-")  # noqa: SIM115  lives as long as the map
    return np.memmap(file, np.uint8, "w+", shape=shape)


def _together(samples: list[Tensor]) -> Tensor:
    batch = torch.cat(samples)
    # Convolutions on a CPU are faster on channels that lie last.
    return batch.contiguous(memory_format=torch.channels_last) if batch.ndim == 4 else batch


def _share(picture: Bytes) -> Tensor:
    bytes_ = torch.from_numpy(np.ascontiguousarray(picture))
    return bytes_.permute(2, 0, 1)[None].to(torch.float32).div_(255)
