"""Filming: a varied performance of the demo dancer, and footage of it as a camera would record it.

The performance shows what a take should cover: arms high, low and crossed, steps to both sides,
turns with a view of the back, squats, and every dance action to both sides.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from stickdance.capture.media.consent_metadata import recording_metadata
from stickdance.capture.media.video import VideoWriter
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.progress import tracked
from stickdance.choreography.actions.catalog import DANCED
from stickdance.choreography.actions.shapes import (
    CROSSED,
    GOALPOST,
    HIGH,
    HIGH_WIDE,
    ON_CHEST,
    ON_HIP,
    WIDE,
)
from stickdance.choreography.actions.timing import through
from stickdance.choreography.body.pose_channels import HANGING, Arm, blend, mirrored, pose
from stickdance.choreography.body.proportions import body_from_profile
from stickdance.choreography.plan_to_poses.framing import staged
from stickdance.tools.demo.dancer import DemoDancer
from stickdance.tools.demo.measures import demo_body

DRAWING = "the demo dancer is a drawing; nobody was filmed"
"""What stands for a consent in the footage."""
_SECONDS_PER_COUNT = (0.46, 0.66)
_TRANSITION_SECONDS = 0.8  # less, and an arm whirls where two movements reach opposite ways


def filming_poses(
    seconds: float = 60.0, size: tuple[int, int] = (256, 256), fps: float = 25.0, seed: int = 0
) -> PoseSequence:
    """Return a varied performance with its true depth.

    Args:
        seconds: how long; 20 s show the most important movements, 190 s all actions once.
        size: (width, height) of the frame.
        fps: frames a second.
        seed: order, sides and pace of the actions.
    """
    frames = max(1, round(seconds * fps))
    body = body_from_profile(demo_body(size))
    pieces, total = [], 0
    overlap = round(_TRANSITION_SECONDS * fps)
    for piece in _pieces(fps, np.random.default_rng(seed)):
        pieces.append(piece)
        total += len(piece) - overlap
        if total >= frames + overlap:
            break
    return staged(_joined(pieces, overlap)[:frames], body, fps)


def film(
    poses: PoseSequence,
    to: Path,
    *,
    noise: float = 1.6,
    seed: int = 0,
    mattes: Path | None = None,
    detail: int = 2,
) -> Path:
    """Write footage of the demo dancer in `poses` as a camera would record it.

    Args:
        poses: any pose sequence; its frame rate and size are the video's.
        to: the .mp4 to write.
        noise: the sensor's noise in grey levels (standard deviation in the mid-tones).
        seed: the dancer's looks, the room and the noise.
        mattes: where to write the true mattes as a grey video; None for none.
        detail: samples per pixel in each direction, see `DemoDancer`.

    Returns:
        The path of the footage.

    Raises:
        BadInput: a pose without a trunk, or a path or size that cannot be a video.
        OutputFailed: no space or no permission.
    """
    dancer = DemoDancer(poses.size, seed, detail)
    frames = dancer.perform(poses)
    shown = tracked(frames, "filming", len(poses))
    random = np.random.default_rng(seed)
    texts = recording_metadata(DRAWING)
    with VideoWriter(to, poses.size, poses.fps, metadata=texts) as video:
        if mattes is None:
            for frame in shown:
                video.write(sensed(frame.picture, noise, random))
        else:
            with VideoWriter(mattes, poses.size, poses.fps, crf=6, pixel_format="gray") as matte:
                for frame in shown:
                    video.write(sensed(frame.picture, noise, random))
                    matte.write(frame.matte)
    return Path(to)


def sensed(picture: np.ndarray, noise: float, random: np.random.Generator) -> np.ndarray:
    """Return a picture (h, w, 3) uint8 with a sensor's noise: grey and, less, coloured.

    Photons arrive by chance, so that after gamma dark parts are noisier than bright ones.
    """
    height, width = picture.shape[:2]
    bright = picture.mean(-1, keepdims=True, dtype=np.float32) / 255
    spread = noise * (1.25 - 0.7 * bright)
    grey = random.standard_normal((height, width, 1), np.float32)
    colour = random.standard_normal((height, width, 3), np.float32)
    noisy = picture + spread * (0.85 * grey + 0.5 * colour)
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def _pieces(fps: float, random: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield movements (frames, channels), first the most important, then all actions for ever."""
    for keys, pace in _warm_up():
        yield through(_phase(len(keys) * pace, fps), *keys, groove=0.006)
    names = sorted(DANCED)
    sides = dict(zip(names, random.random(len(names)) < 0.5, strict=True))
    while True:
        for name in random.permutation(names):
            count = random.uniform(*_SECONDS_PER_COUNT)
            values = DANCED[name].poses(_phase(DANCED[name].counts * count, fps))
            yield mirrored(values) if sides[name] else values
            sides[name] = not sides[name]


def _phase(seconds: float, fps: float) -> np.ndarray:
    frames = max(2, round(seconds * fps))
    return (np.arange(frames) + 0.5) / frames


def _warm_up() -> list[tuple[list[np.ndarray], float]]:
    """Return key poses and seconds per pose for what a take should cover."""
    out, over = ((0.9, -0.4, 0.1), (0.8, 0.3, 0.2)), ((0.5, 1.0, 0.1), (-0.3, 1.0, 0.1))
    arms = [pose(left=arm, right=arm) for arm in (WIDE, HIGH, HIGH_WIDE, GOALPOST, CROSSED)]
    across = ((-0.1, -0.9, 0.45), (-0.6, -0.75, 0.3))
    arms += [pose(left=across, right=across), pose(left=ON_CHEST, right=ON_CHEST), pose()]
    bends = [
        pose(left=over, right=ON_HIP, lean=-16, head_tilt=-6),
        pose(left=ON_HIP, right=over, lean=16, head_tilt=6),
        pose(left=out, right=out, bend=26, head_nod=8, lower=0.05),
        pose(),
    ]
    squats = [_squat(WIDE, 0.20), _squat(HANGING, 0.02), _squat(HIGH, 0.24)]
    squats.append(pose(left=ON_HIP, right=ON_HIP))
    return [
        (arms, 0.9),
        (bends, 0.8),
        (squats, 0.8),
        (_round(), 0.62),
        (_steps(), 0.6),
    ]


def _squat(arm: Arm, lower: float) -> np.ndarray:
    apart = (0.06, 0.0, 0.0)
    return pose(
        left=arm, right=arm, left_foot=apart, right_foot=apart, knees=(38.0, 38.0), lower=lower,
        bend=40 * lower,
    )  # fmt: skip


def _round() -> list[np.ndarray]:
    """A full turn on small steps, arms changing, the head a little ahead."""
    shapes = (HANGING, WIDE, HANGING, HIGH_WIDE, ON_HIP, WIDE, HANGING)
    keys = [
        pose(left=shape, right=shape, turn=45 * count, facing=45 * count, head_turn=8)
        for count, shape in enumerate(shapes, start=1)
    ]
    return [*keys, pose(turn=360, facing=360)]


def _steps() -> list[np.ndarray]:
    wide = ((0.8, -0.6, 0.1), (0.75, -0.5, 0.3))
    keys = []
    for step, turn in ((0.16, 0), (0.30, -20), (0.16, 0)):
        keys.append(
            pose(left=wide, right=ON_HIP, right_foot=(step, 0.0, 0.0),
                 left_foot=(0.16 - step, 0.0, 0.0), turn=turn, lower=0.03)
        )  # fmt: skip
    keys.append(pose())
    keys += [mirrored(key) for key in keys]
    return keys


def _joined(pieces: list[np.ndarray], overlap: int) -> np.ndarray:
    """Join movements (frames, channels), each melting into the next over `overlap` frames."""
    joined = pieces[0]
    for piece in pieces[1:]:
        share = (np.arange(overlap) + 1.0) / (overlap + 1)
        share = share * share * (3 - 2 * share)
        melted = blend(joined[-overlap:], piece[:overlap], share)
        joined = np.concatenate([joined[:-overlap], melted, piece[overlap:]])
    return joined
