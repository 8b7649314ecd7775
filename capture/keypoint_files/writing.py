"""Writing poses for other programs: OpenPose's folder, COCO's JSON, or stickdance's own NPZ."""

from pathlib import Path

from stickdance.capture.keypoint_files.coco import write_coco
from stickdance.capture.keypoint_files.openpose import write_openpose
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import BadInput


def write_keypoints(poses: PoseSequence, path: Path) -> str:
    """Write poses in the format that the name asks for, whole or not at all.

    Args:
        poses: what to write.
        path: `NAME.json` for COCO, `NAME.npz` for stickdance's own, a name without a suffix for a
            folder of OpenPose.

    Returns:
        The name of the format.

    Raises:
        BadInput: another suffix.
        OutputFailed: no space or no permission.
    """
    path = Path(path)
    if path.suffix == ".npz":
        poses.save(path)
        return "stickdance NPZ"
    if path.suffix == ".json":
        write_coco(poses, path)
        return "COCO JSON"
    if path.suffix:
        raise BadInput(
            f"{path}: expected a name that ends with .json (COCO) or .npz (stickdance), or one "
            "without a suffix for a folder of OpenPose"
        )
    write_openpose(poses, path, path.name or "pose")
    return "OpenPose folder"
