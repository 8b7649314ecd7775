import numpy as np
import torch

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.learned.next_pose.free_run import Mover, free_run
from stickdance.choreography.learned.next_pose.network import NextPoseNetwork, WindowNetwork
from stickdance.choreography.learned.next_pose.rows import columns

MOVER = Mover.of(OPENPOSE_18, 3)


class Constant(NextPoseNetwork):
    """Tells the same change for ever."""

    def __init__(self, told):
        super().__init__(columns(18, 3), 3, 4)
        self.told, self.asked = told, []

    def forward(self, rows, changes, goals, memory=None):
        self.asked.append(rows.shape[1])
        return self.told.expand(*rows.shape[:2], -1), memory


def test_changes_are_added_up_and_each_told_pose_is_seen_next(swinging):
    change = torch.zeros(columns(18, 3))
    change[-3] = 0.01
    seen = MOVER.seen([swinging(10, 25.0)])
    network = Constant(change)
    run = torch.cat(list(free_run(network, MOVER, *seen, 4)))
    last = torch.from_numpy(swinging(10, 25.0)[-1:]).float()
    ahead = torch.tensor([0.01, 0.0, 0.0]) * torch.arange(1, 5)[:, None, None]
    torch.testing.assert_close(run, last + ahead, atol=1e-5, rtol=0)
    assert network.asked == [8, 1, 1, 1, 1]


def test_bones_keep_their_lengths_whatever_is_told(swinging):
    torch.manual_seed(0)
    network = NextPoseNetwork(columns(18, 3), 3, 8)
    network.take_over(change=torch.full((columns(18, 3),), 0.2))
    seen = MOVER.seen([swinging(10, 25.0)])
    with torch.no_grad():
        run = torch.cat(list(free_run(network, MOVER, *seen, 30))).numpy()
    knee, ankle = (run[:, OPENPOSE_18.index[f"left_{joint}"]] for joint in ("knee", "ankle"))
    lengths = np.linalg.norm(knee - ankle, axis=-1)
    assert np.ptp(run[:, :, 1]) > 0.2
    assert np.ptp(lengths) < 1e-4


def test_goals_are_asked_for_at_every_frame_with_the_pose_then(swinging):
    seen = MOVER.seen([swinging(10, 25.0)])
    asked = []

    def goals(rows):
        asked.append(rows.clone())
        return torch.zeros(1, columns(18, 3) - 2)

    network = Constant(torch.zeros(columns(18, 3)))
    list(free_run(network, MOVER, *seen, 3, goals))
    assert len(asked) == 3
    torch.testing.assert_close(asked[0], seen[0][:, -1])


class Drifting(WindowNetwork):
    """Tells that the hip goes on by 0.01 a frame."""

    def __init__(self):
        super().__init__(columns(18, 3), 3, 8, seen=10, told=6)
        self.windows = []

    def forward(self, rows, goals):
        self.windows.append(rows)
        ahead = torch.zeros(6, columns(18, 3))
        ahead[:, -3] = 0.01 * torch.arange(1, 7)
        return rows[:, -1:] + ahead


def test_a_plan_is_followed_to_its_end_then_made_anew_from_what_it_led_to(swinging):
    network, seen = Drifting(), MOVER.seen([swinging(10, 25.0)])
    run = torch.cat(list(free_run(network, MOVER, *seen, 8)))
    last = torch.from_numpy(swinging(10, 25.0)[-1:]).float()
    ahead = torch.tensor([0.01, 0.0, 0.0]) * torch.arange(1, 9)[:, None, None]
    torch.testing.assert_close(run, last + ahead, atol=1e-5, rtol=0)
    assert len(network.windows) == 2
    assert network.windows[1].shape[1] == 10


def test_towards_goals_plans_are_made_anew_before_their_end(swinging):
    network, seen = Drifting(), MOVER.seen([swinging(10, 25.0)])
    list(free_run(network, MOVER, *seen, 8, lambda rows: torch.zeros(1, network.intra + 1)))
    assert len(network.windows) == 2  # after four frames of six
