import numpy as np
import torch

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.learned.next_pose.free_run import Mover, free_run
from stickdance.choreography.learned.next_pose.network import NextPoseNetwork
from stickdance.choreography.learned.next_pose.rows import columns, joints_of, rows_of


class Constant(torch.nn.Module):
    """Tells the same change for ever."""

    intra = columns(18, 3) - 3

    def __init__(self, change):
        super().__init__()
        self.change, self.asked = change, []

    def forward(self, rows, changes, goals, memory=None):
        self.asked.append(rows.shape[1])
        return self.change.expand(*rows.shape[:2], -1), memory


def test_changes_are_added_up_and_each_told_pose_is_seen_next(swinging):
    change = torch.zeros(columns(18, 3))
    change[-3] = 0.01
    seen = torch.from_numpy(rows_of(swinging(10, 25.0), OPENPOSE_18))[None]
    network = Constant(change)
    run = torch.cat(list(free_run(network, Mover.of(OPENPOSE_18, 3), seen, 4)))
    last = joints_of(seen[:, -1], OPENPOSE_18, 3)
    ahead = torch.tensor([0.01, 0.0, 0.0]) * torch.arange(1, 5)[:, None, None]
    torch.testing.assert_close(run, last + ahead, atol=1e-5, rtol=0)
    assert network.asked == [8, 1, 1, 1, 1]


def test_bones_keep_their_lengths_whatever_is_told(swinging):
    torch.manual_seed(0)
    network = NextPoseNetwork(columns(18, 3), 3, 8)
    network.take_over(change=torch.full((columns(18, 3),), 0.2))
    seen = torch.from_numpy(rows_of(swinging(10, 25.0), OPENPOSE_18))[None]
    with torch.no_grad():
        run = torch.cat(list(free_run(network, Mover.of(OPENPOSE_18, 3), seen, 30))).numpy()
    knee, ankle = (run[:, OPENPOSE_18.index[f"left_{joint}"]] for joint in ("knee", "ankle"))
    lengths = np.linalg.norm(knee - ankle, axis=-1)
    assert np.ptp(run[:, :, 1]) > 0.2
    assert np.ptp(lengths) < 1e-4


def test_goals_are_asked_for_at_every_frame_with_the_pose_then(swinging):
    seen = torch.from_numpy(rows_of(swinging(10, 25.0), OPENPOSE_18))[None]
    asked = []

    def goals(rows):
        asked.append(rows.clone())
        return torch.zeros(1, columns(18, 3) - 2)

    network = Constant(torch.zeros(columns(18, 3)))
    list(free_run(network, Mover.of(OPENPOSE_18, 3), seen, 3, goals))
    assert len(asked) == 3
    torch.testing.assert_close(asked[0], seen[:, -1])
