"""Pairs in pix2pixHD's folders, out of a take and into one.

Folder
    train_A, test_A      stick figures as PNG (train_label, test_label: label maps)
    train_B, test_B      the photos that belong to them, of the same names (train_img, test_img)
    poses.npz            a pose for each pair, first those that train; ours, ignored by pix2pixHD
    pairs.json           frame rate, size, consent; ours too
    manifest.json        kind "pairs", sizes and hashes

Label maps hold 0 for the background and n for the n-th bone of OPENPOSE_18. Names are numbers of
the take's frames, so that pairs belong together by name and not by their order.

Source of the layout: NVIDIA/pix2pixHD, data/aligned_dataset.py.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from stickdance.capture.keypoint_files.reading import read_keypoints
from stickdance.capture.media.framing import frame_around
from stickdance.capture.media.image_folder import list_pictures
from stickdance.capture.media.images import write_png
from stickdance.capture.media.probing import PICTURES_FPS
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.stick_figure import StickStyle
from stickdance.capture.take.pairs import Pair, pairs
from stickdance.capture.take.take import POSES, Take
from stickdance.capture.video_to_take import CaptureOptions, video_to_take
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.manifest import result_folder
from stickdance.checkpoints.progress import tracked
from stickdance.checkpoints.reading import refusing

ABOUT = "pairs.json"
_STICKS, _LABELS = ("_A", "_B"), ("_label", "_img")
_SAME_RATE = 0.001  # relative
_STEP = 32  # pix2pixHD's networks halve a picture up to five times


@dataclass(frozen=True)
class ExportedPairs:
    """A folder of pairs."""

    path: Path
    training: int
    testing: int
    size: tuple[int, int]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Imported:
    """A take made of pairs."""

    take: Take
    training: int
    """Pictures that train."""
    testing: int
    """Pictures that only test."""
    poses: str
    """Where the poses come from."""
    warnings: tuple[str, ...]


def export_pairs(
    take: Take, to: Path, size: tuple[int, int] | None = None, labels: bool = False
) -> ExportedPairs:
    """Write the pairs of a take as pix2pixHD reads them.

    Args:
        take: frames up to `training_frames` go to train_*, the others to test_*.
        to: the folder to be.
        size: (width, height) of the pictures; None: the take's own.
        labels: write label maps instead of coloured stick figures.

    Raises:
        BadInput: footage of another shape would fill too little of such pictures.
        OutputFailed: no space or no permission; nothing is left behind.
    """
    size = size or take.size
    framing = frame_around(take.size, size, take.body.room)
    inputs, photos = _LABELS if labels else _STICKS
    count = take.frame_count
    digits = max(6, len(str(count)))
    with result_folder(Path(to), "pairs", {"take": take.path.name}) as folder:
        for pair in tracked(pairs(take, framing), "exporting", count, "pair"):
            part = "train" if pair.index < take.training_frames else "test"
            name = f"{pair.index:0{digits}d}.png"
            points = framing.points(take.poses.points[pair.index], take.size)
            figure = _label_map(pair, points, take.poses) if labels else pair.stick
            write_png(folder / f"{part}{inputs}" / name, figure)
            write_png(folder / f"{part}{photos}" / name, pair.photo)
        replace(take.poses.framed(framing), depth=None).save(folder / POSES)
        _write_about(folder / ABOUT, take, size)
    lines = () if size[0] % _STEP == 0 and size[1] % _STEP == 0 else (_no_multiple(size),)
    testing = count - take.training_frames
    return ExportedPairs(Path(to), take.training_frames, testing, size, lines)


def import_pairs(
    source: Path,
    to: Path,
    options: CaptureOptions = CaptureOptions(),  # noqa: B008
) -> Imported:
    """Make a take of the photos in pix2pixHD's folders.

    Poses are those that lie beside them (poses.npz, or a keypoint file or folder called poses),
    else they are estimated from the photos. Of the pictures of the other side only the names are
    looked at. What trained there trains here, what tested tests.

    Args:
        source: the folder that holds train_B (or train_img).
        to: the folder of the take.
        options: as for any capture; rate and consent are taken from `pairs.json` where they are
            not given.

    Raises:
        BadInput: no such folders, pictures of several sizes, or too few of them.
    """
    parts = [folder for folder in _photo_folders(Path(source)) if folder is not None]
    counts = [len(list_pictures(folder)) for folder in parts]
    lines = [line for folder in parts for line in _unpaired(folder)]
    about = _read_about(Path(source) / ABOUT)
    poses = options.poses or _poses_beside(Path(source))
    rate = _rate(poses, about.get("fps") if options.fps is None else options.fps)
    if rate is None:
        lines.append(f"{source}: says no frame rate; 25 frames a second are assumed (--fps)")
    stated = options.consent != CaptureOptions.consent
    testing = sum(counts[1:])
    options = replace(
        options,
        fps=rate or PICTURES_FPS,
        consent=options.consent if stated else about.get("consent", options.consent),
        held_out=testing / sum(counts) if testing else options.held_out,
        estimator=options.estimator if poses is None else "replay",
        poses=poses,
    )
    take = video_to_take(parts, to, options)
    found = f"estimated by {options.estimator}" if poses is None else str(poses)
    training = take.training_frames
    return Imported(take, training, take.frame_count - training, found, tuple(lines))


def _rate(poses: Path | None, wanted: float | None) -> float | None:
    """Return the frame rate wanted, else the poses' own; there is one pose for each picture."""
    own = None if poses is None else read_keypoints(poses).fps
    if own is not None and wanted is not None and abs(own / wanted - 1) > _SAME_RATE:
        raise BadInput(
            f"{poses}: poses at {own:g} frames a second, the pictures are said to be at "
            f"{wanted:g}; there is a pose for each picture, so name the same rate"
        )
    return wanted if wanted is not None else own


def _label_map(pair: Pair, points: np.ndarray, poses: PoseSequence) -> np.ndarray:
    """Return uint8 (height, width): the number of the bone at each pixel, 0 for none."""
    labels = np.zeros(pair.stick.shape[:2], np.uint8)
    sure = poses.confidence[pair.index] >= StickStyle.least_confidence
    there = np.isfinite(points).all(-1) & sure
    places = np.rint(np.nan_to_num(points - 0.5)).clip(-(1 << 14), 1 << 14).astype(int)
    width = max(1, round(StickStyle.line * len(labels)))
    for number, (a, b) in enumerate(poses.skeleton.bone_indices, start=1):
        if there[a] and there[b]:
            cv2.line(labels, places[a].tolist(), places[b].tolist(), (number,), width)
    return labels


def _write_about(path: Path, take: Take, size: tuple[int, int]) -> None:
    about = {
        "fps": take.fps,
        "size": list(size),
        "training": take.training_frames,
        "frames": take.frame_count,
        "skeleton": take.poses.skeleton.name,
        "consent": take.consent,
    }
    path.write_text(json.dumps(about, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _read_about(path: Path) -> dict[str, Any]:
    """Return rate and consent where `pairs.json` tells them."""
    if not path.is_file():
        return {}
    what = "rate and consent of pairs; mend or remove it"
    values = read_json_object(path, what)
    about: dict[str, Any] = {}
    with refusing(path, what):
        if "fps" in values:
            about["fps"] = float(values["fps"])
        if "consent" in values:
            about["consent"] = str(values["consent"])
    return about


def _photo_folders(source: Path) -> Iterator[Path | None]:
    """Give the folder of training photos, then that of test photos, None where there is none."""
    for photos in (_STICKS[1], _LABELS[1]):
        training, testing = source / f"train{photos}", source / f"test{photos}"
        if training.is_dir():
            yield training
            yield testing if testing.is_dir() and any(testing.iterdir()) else None
            return
    raise BadInput(f"{source}: expected pix2pixHD's folders train_B or train_img in it, found none")


def _unpaired(photos: Path) -> list[str]:
    """Return a line where stick figures and photos of one part do not belong together by name."""
    ending = _STICKS if photos.name.endswith(_STICKS[1]) else _LABELS
    other = photos.with_name(photos.name.removesuffix(ending[1]) + ending[0])
    if not other.is_dir():
        return []
    names = {picture.stem for picture in list_pictures(photos)}
    partners = {picture.stem for picture in list_pictures(other)}
    if names == partners:
        return []
    alone = sorted(names ^ partners)
    return [
        f"{photos.parent}: {len(alone)} pictures of {other.name} and {photos.name} have no partner "
        f"of their name ({', '.join(alone[:3])}{', ...' if alone[3:] else ''}); the photos are used"
    ]


def _poses_beside(source: Path) -> Path | None:
    for name in (POSES, "poses.json", "poses.npy", "poses"):
        if (source / name).exists():
            return source / name
    return None


def _no_multiple(size: tuple[int, int]) -> str:
    near = tuple(max(_STEP, round(side / _STEP) * _STEP) for side in size)
    return (
        f"pictures of {size[0]}x{size[1]}: pix2pixHD needs multiples of {_STEP}, e.g. --size "
        f"{near[0]}x{near[1]}, or scales them itself"
    )
