"""Poses of any program -> a file that another program reads."""

from pathlib import Path
from typing import Any

from stickdance.capture.keypoint_files.reading import read_keypoints
from stickdance.capture.keypoint_files.writing import write_keypoints
from stickdance.capture.pose.skeleton import SKELETONS
from stickdance.checkpoints.errors import BadInput
from stickdance.tools.options import ConversionOptions


def convert_file(source: Path, to: Path, options: ConversionOptions) -> dict[str, Any]:
    """Convert the poses of one person; the target is chosen, where there are several.

    Returns:
        The file, the formats, the number of frames, and notes on what was missing or assumed.

    Raises:
        BadInput: poses in no known format, or without frame size or rate.
        OutputFailed: no space or no permission.
    """
    if options.skeleton is not None and options.skeleton not in SKELETONS:
        raise BadInput(f"--skeleton {options.skeleton}: unknown; known: {', '.join(SKELETONS)}")
    keypoints = read_keypoints(source)
    size, fps = _frame(options)
    if options.size is not None:
        keypoints = keypoints.scaled(options.size)
    size, fps = keypoints.size or size, keypoints.fps or fps
    if size is None or fps is None:
        lacking = "frame size" if size is None else "frame rate"
        raise BadInput(
            f"{source}: {keypoints.kind} keypoints do not say the {lacking}; name the footage with "
            "--video, or --size and --fps"
        )
    poses = keypoints.poses(size, fps)
    if options.fps is not None and options.fps != poses.fps:
        poses = poses.resampled(options.fps)
    if options.skeleton is not None:
        poses = poses.converted(SKELETONS[options.skeleton])
    written = write_keypoints(poses, to)
    return {
        "output": str(to),
        "from": keypoints.kind,
        "to": written,
        "frames": len(poses),
        "missing_frames": int((~(poses.confidence > 0).any(axis=1)).sum()),
        "fps": poses.fps,
        "size": f"{poses.size[0]}x{poses.size[1]}",
        "notes": list(keypoints.notes),
    }


def _frame(options: ConversionOptions) -> tuple[tuple[int, int] | None, float | None]:
    """Return frame size and rate as far as the options tell them."""
    size, fps = options.size, options.fps
    if size is not None and not 1 <= min(size) <= max(size) <= 100_000:
        raise BadInput(f"--size {size[0]}x{size[1]}: expected a width and a height in pixels")
    if fps is not None and not 0 < fps <= 1000:
        raise BadInput(f"--fps {fps:g}: expected frames a second, up to 1000")
    if options.video is not None:
        from stickdance.capture.media.video import probe

        info = probe(options.video)
        size, fps = size or info.size, fps or info.fps
    return size, fps
