import numpy as np
import pytest
import soundfile

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.body.proportions import body_from_profile
from stickdance.choreography.dance.folder import JOINTS
from stickdance.choreography.music_to_poses import music_to_poses
from stickdance.choreography.options import ChoreographyOptions
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan_to_poses.joints_3d import dance_in_space, load_joints, save_joints

PROGRAM = '''
from stickdance.choreography.actions.action import action
from stickdance.choreography.actions.timing import through
from stickdance.choreography.body.pose_channels import pose

@action(counts=2, energy=0.5, source="hips")
def side_sway(phase):
    """Sway to the right with a low arm, and home."""
    return through(phase, pose(weight=-0.7, lean=-8), pose(lower=0.03))
'''


@pytest.fixture
def dances(tmp_path):
    time = np.arange(3 * 44_100) / 44_100
    soundfile.write(tmp_path / "song.wav", 0.5 * np.sin(2 * np.pi * 220 * time), 44_100)
    moves = tmp_path / "my_moves.py"
    moves.write_text(PROGRAM)

    def make(action):
        beats, steps = tuple(0.25 + 0.5 * np.arange(5)), (Step(action, 0, 4),)
        plan = Choreography("song.wav", "0" * 64, 3.0, 120, 4, beats, (0,), (), steps)
        options = ChoreographyOptions(
            plan=plan.save(tmp_path / f"{action}.json"), actions=(moves,), preview=False
        )
        return music_to_poses(tmp_path / "song.wav", tmp_path / action, options)

    return make


@pytest.mark.parametrize("action", ["step_touch", "side_sway"])
def test_the_joints_in_space_project_to_the_poses(dances, tmp_path, action):
    dance = dances(action)
    (tmp_path / "my_moves.py").unlink()
    space = dance_in_space(dance)
    points, _ = body_from_profile(dance.body).project(space.joints)
    assert space.exact
    assert points == pytest.approx(dance.poses.points, abs=0.01)


def test_joints_of_another_dance_are_refused(tmp_path):
    save_joints(tmp_path / JOINTS, np.zeros((4, 18, 3)))
    assert load_joints(tmp_path / JOINTS, 4).shape == (4, 18, 3)
    with pytest.raises(BadInput, match="the dance 5 frames"):
        load_joints(tmp_path / JOINTS, 5)


@pytest.mark.parametrize("content", [None, b"", b"no archive"])
def test_damaged_joints_are_refused(tmp_path, content):
    if content is not None:
        (tmp_path / JOINTS).write_bytes(content)
    with pytest.raises(BadInput, match="choreograph again"):
        load_joints(tmp_path / JOINTS, 5)
