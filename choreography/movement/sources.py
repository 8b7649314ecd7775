"""One movement from any source: motion capture, AIST++, keypoint files, takes, dances.

In space are: BVH, AIST++'s keypoints3d and dances of actions (exactly), and poses with an
estimator's depth (a guess, relative to the hips: such movers stay at one distance). All else is
known in the picture only.
"""

from pathlib import Path

import numpy as np

from stickdance.capture.keypoint_files import aist, bvh, bvh_body
from stickdance.capture.keypoint_files.projection import camera_axes
from stickdance.capture.keypoint_files.reading import read_keypoints
from stickdance.capture.pose.skeleton import COCO_17, OPENPOSE_18, Skeleton, convert
from stickdance.checkpoints.manifest import MANIFEST
from stickdance.choreography.dance.folder import KIND as DANCE_KIND
from stickdance.choreography.dance.folder import Dance
from stickdance.choreography.movement.movement import Movement
from stickdance.choreography.movement.options import SourceOptions
from stickdance.choreography.movement.units import in_body_heights, upright
from stickdance.choreography.plan_to_poses.joints_3d import dance_in_space


def read_movement(path: Path, name: str, options: SourceOptions) -> Movement:
    """Read one movement with the 18 joints of OpenPose.

    Args:
        path: a keypoint file or folder, or the folder of a take or dance.
        name: what to call it.
        options: how.

    Raises:
        BadInput: unreadable, or not known in so many dimensions.
    """
    if options.axes == 3:
        found = _in_space(path, name)
        if found is not None:
            return found
    keypoints = read_keypoints(path)
    poses = keypoints.poses(
        keypoints.size or options.source_size, keypoints.fps or options.source_fps
    )
    points = upright(poses.converted(OPENPOSE_18), options.axes, str(path))
    heights = in_body_heights(points, OPENPOSE_18, str(path))
    assumed = "" if keypoints.fps else f", {poses.fps:g} frames a second assumed"
    return Movement(name, heights, poses.fps, OPENPOSE_18, keypoints.kind + assumed)


def _in_space(path: Path, name: str) -> Movement | None:
    """Return a movement that is known in space; None where this source is not."""
    if path.is_dir():
        if not is_dance(path):
            return None
        dance = Dance.load(path)
        if dance.learned:
            return None
        space = dance_in_space(dance)
        # A plan's body has its height already, and its place and ground are the dance's own.
        kind = "dance" if space.exact else "filmed dance, depth guessed"
        return Movement(name, space.joints, dance.poses.fps, OPENPOSE_18, kind)
    suffix = path.suffix.lower()
    if suffix == ".bvh":
        motion = bvh.read_motion(path)
        return _turned(
            bvh_body.body_in_space(motion, str(path)), motion.fps, name, "BVH", OPENPOSE_18, path
        )
    if suffix in (".npz", ".npy") and read_keypoints(path).kind == aist.IN_SPACE:
        points = aist.read_in_space(path)
        return _turned(points, aist.FPS, name, aist.IN_SPACE, COCO_17, path)
    return None


def is_dance(path: Path) -> bool:
    """Tell whether a folder holds a dance."""
    if not (path / MANIFEST).is_file():
        return False
    return (path / "choreography.json").is_file() and f'"{DANCE_KIND}"' in (
        path / MANIFEST
    ).read_text(encoding="utf-8", errors="replace")


def _turned(
    points: np.ndarray, fps: float, name: str, kind: str, skeleton: Skeleton, path: Path
) -> Movement:
    """Return joints in space upright, facing the camera on the whole, in body heights."""
    turned = points @ camera_axes(points, skeleton).T
    joints, _ = convert(turned, np.ones(turned.shape[:2]), skeleton, OPENPOSE_18)
    return Movement(name, in_body_heights(joints, OPENPOSE_18, str(path)), fps, OPENPOSE_18, kind)
