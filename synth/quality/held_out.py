"""The held-out protocol: a performer's frames against footage that it never saw.

The last part of a take, from `take.training_frames` on, is rendered from its poses and compared
with the original footage as it was filmed, decoded and framed by area averaging, before any video
compression. Only what was filmed counts, where pictures go beyond the footage. What is painted in
even light is shown in the light of each frame, one gain and offset a colour that were measured away
from the person (`Take.as_filmed`); the camera is held still in both.
Beside the performer stand four baselines:

    nearest_frame    the training frame with the least summed absolute joint difference
    plate            the room without the person
    previous_frame   the real frame before
    ceiling          the real person, cut out by the matte, over the room of the training part: its
                     plate, in their shadow

All but the previous frame know only the training part, and the ceiling the real person besides.
"""

import tempfile
import warnings
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from stickdance.capture.matting.outpainting import framed_plate
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.progress import tracked
from stickdance.synth.compute.array_types import Bytes, Floats, Integers
from stickdance.synth.quality.frame_pair import FramePair
from stickdance.synth.quality.lpips import load_lpips
from stickdance.synth.quality.regions import Guide
from stickdance.synth.quality.scores import MeanScores, Scorer
from stickdance.synth.quality.side_by_side import WORKERS, ahead
from stickdance.synth.quality.ssim import SMALLEST_SIDE

if TYPE_CHECKING:
    from stickdance.capture.media.framing import Framing
    from stickdance.capture.take.take import Take
    from stickdance.synth.performer.performer import Performer

BASELINES = ("nearest_frame", "plate", "previous_frame", "ceiling")
_KINDS = ("performer", *BASELINES)
_METRICS = (
    "mse", "psnr", "ssim_gaussian", "ssim_skimage", "ms_ssim", "lpips", "sharpness",
)  # fmt: skip
_PARTS = ("face", "hands")  # whose sharpness is told by itself: they go soft first


def held_out(take: "Take", performer: "Performer") -> dict[str, Any]:
    """Score a performer and the baselines on the frames of a take that train nothing.

    Returns:
        The summary of `MeanScores` for the performer, the sharpness of face and hands by
        themselves in it, and under "baselines" one for each of `BASELINES`. "reasons" say once why
        a score is absent. MS-SSIM, which halves the pictures four times, is left out where they are
        too small for it.

    Raises:
        BadInput: the take has no held-out frames, or its footage moved or changed.
    """
    start, stop = take.training_frames, take.frame_count
    if not 0 < start < stop:
        raise BadInput(
            f"{take.path}: {start} of {stop} frames train, expected some before and some after; "
            "capture longer footage"
        )
    rows, columns = performer.framing.filmed
    side = min(rows.stop - rows.start, columns.stop - columns.start)
    metrics = tuple(name for name in _METRICS if name != "ms_ssim" or side >= SMALLEST_SIDE)
    scorer = Scorer(metrics, {"lpips": load_lpips()}, _PARTS, inside=("sharpness",))
    means = {kind: MeanScores(scorer) for kind in _KINDS}
    total = (stop - start) * len(_KINDS)
    with ThreadPoolExecutor(WORKERS) as pool:
        scores = ahead(scorer.score, _pairs(take, performer), pool)
        for number, one in enumerate(tracked(scores, "scoring", total, "picture")):
            means[_KINDS[number % len(_KINDS)]].add(one)
    summaries = {kind: mean.summary() for kind, mean in means.items()}
    own, absent = summaries["performer"], {} if metrics == _METRICS else {"ms_ssim": "too small"}
    own["reasons"] |= absent
    return {**own, "baselines": {name: _of_baseline(summaries[name], own) for name in BASELINES}}


def _of_baseline(summary: dict[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return a summary without the reasons for absent scores that the performer has too."""
    told = {key: why for key, why in summary["reasons"].items() if own["reasons"].get(key) != why}
    return {**summary, "reasons": told}


def nearest_poses(points: Floats, known: Floats) -> Integers:
    """Return for each pose the place of the known pose with the least absolute joint difference.

    Joints that either pose lacks do not count; the sum over the others is scaled to all of them.

    Args:
        points: (frames, joints, 2).
        known: (known frames, joints, 2), at least one.

    Returns:
        (frames,) int.
    """
    nearest = np.empty(len(points), np.int64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a mean of no joints is NaN, handled below
        for frame, pose in enumerate(points):
            distance = np.nanmean(np.abs(known - pose), axis=(1, 2))
            nearest[frame] = np.argmin(np.nan_to_num(distance, nan=np.inf))
    return nearest


def rendered(performer: "Performer", poses: PoseSequence) -> Iterator[Bytes]:
    """Yield a performer's frames of poses in pixels of its pictures, as they are painted."""
    from stickdance.synth.rendering.renderer import Poses

    yield from performer.frames(Poses.of(poses))


def _pairs(take: "Take", performer: "Performer") -> Iterator[FramePair]:
    """Yield for each held-out frame the pairs of the performer and of `BASELINES`, in order."""
    framing, start, stop = performer.framing, take.training_frames, take.frame_count
    poses, seen = take.poses.framed(framing), framing.filmed
    plate = framed_plate(take.plate, framing)
    truth = pairwise(take.truth(framing, start - 1, stop))
    mattes = (framing.picture(matte) for matte in take.mattes(start, stop))
    painted = rendered(performer, poses.part(start, stop))
    places = nearest_poses(poses.points[start:stop], poses.points[:start])
    nearest = _training_frames(take, framing, places)
    lost = set(take.report.get("frames_without_matte", ()))
    joints = poses.converted(OPENPOSE_18)
    corner = np.array([seen[1].start or 0, seen[0].start or 0], np.float32)
    shown = zip(truth, mattes, painted, nearest, strict=True)
    for number, ((previous, real), matte, own, near) in enumerate(shown, start):
        if number in lost:  # no matte tells where the person is
            continue
        room = take.as_filmed(take.behind(number, matte, plate, framing), number, lit=True)
        own, empty = (take.as_filmed(picture, number) for picture in (own, plate))
        ceiling = composed(real, matte, room)
        for picture in (own, near, empty, previous, ceiling):
            guide = Guide(matte[seen], joints.points[number] - corner, joints.confidence[number])
            yield FramePair(real[seen], picture[seen], guide)


def _training_frames(take: "Take", framing: "Framing", wanted: Integers) -> Iterator[Bytes]:
    """Yield the real training frames at the places `wanted`, in that order.

    They lie in a temporary file meanwhile, so that an hour of footage takes no more memory.
    """
    places = np.unique(wanted)
    width, height = framing.size
    frames = islice(take.truth(framing, 0, int(places[-1]) + 1), int(places[-1]) + 1)
    with tempfile.TemporaryFile() as file:
        store = np.memmap(file, np.uint8, "w+", shape=(len(places), height, width, 3))
        _keep(frames, places, store)
        for place in np.searchsorted(places, wanted):
            yield np.array(store[place])


def _keep(frames: Iterable[Bytes], places: Integers, store: Bytes) -> None:
    slots = {int(place): slot for slot, place in enumerate(places)}
    for place, frame in enumerate(frames):
        if place in slots:
            store[slots[place]] = frame


def composed(real: Bytes, matte: Bytes, plate: Bytes) -> Bytes:
    """Return the person of a real frame (h, w, 3), cut out by a matte (h, w), over a room."""
    share = matte[..., None].astype(np.float32) / 255
    mixed: Bytes = np.rint(real * share + plate * (1 - share)).astype(np.uint8)
    return mixed
