"""A model of the next pose as it lies on the disk, opened again."""

from dataclasses import dataclass
from pathlib import Path

from stickdance.capture.pose.skeleton import OPENPOSE_18, Skeleton
from stickdance.checkpoints.folder import load_model
from stickdance.choreography.learned.learning import reading_options
from stickdance.choreography.learned.next_pose.free_run import Mover
from stickdance.choreography.learned.next_pose.network import PoseNetwork, network_of

KIND = "next pose"


@dataclass(frozen=True)
class NextPose:
    """A network that has learnt, and what it speaks of."""

    network: PoseNetwork
    mover: Mover
    fps: float

    @property
    def axes(self) -> int:
        """Return 2 or 3."""
        return self.mover.axes


def load_next_pose(folder: Path) -> NextPose:
    """Open a model that `stickdance learn next-pose` made.

    Raises:
        BadInput: no such model, or a file of it is damaged.
        BadInput: its options are not those of such a model.
    """
    model = load_model(folder, KIND)
    with reading_options(folder):
        fps, axes = float(model.options["fps"]), int(model.options["axes"])
        skeleton = _skeleton(model.options["joints"])
        mover = Mover.of(skeleton, axes, bool(model.options.get("rotations", False)))
        network = network_of(model.tensors(), axes)
    return NextPose(network, mover, fps)


def _skeleton(joints: list[str]) -> Skeleton:
    if tuple(joints) == OPENPOSE_18.joints:
        return OPENPOSE_18
    bones = tuple(bone for bone in OPENPOSE_18.bones if set(bone) <= set(joints))
    white = tuple((255, 255, 255) for _ in bones)
    return Skeleton("openpose_18_body", tuple(joints), bones, white)
