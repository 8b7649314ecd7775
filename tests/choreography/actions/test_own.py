import json

import numpy as np
import pytest

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.actions.catalog import DANCED
from stickdance.choreography.actions.filmed import filmed_action
from stickdance.choreography.actions.own import repertoire_with
from stickdance.choreography.body.pose_channels import FEET
from stickdance.choreography.body.proportions import body_from_profile, default_profile

PROFILE = default_profile((512, 512))
BODY = body_from_profile(PROFILE)
PROGRAM = '''
import numpy as np
from stickdance.choreography.actions.action import action
from stickdance.choreography.actions.legs import mambo
from stickdance.choreography.actions.timing import through
from stickdance.choreography.body.pose_channels import pose

@action(counts=2, energy=0.5, source="hips")
def side_sway(phase):
    """Sway to the right with a low arm, and home."""
    return through(phase, pose(weight=-0.7, lean=-8), pose(lower=0.03))
'''


def filmed(folder, name="wave", action="raise_the_roof", seconds=2.0, **told):
    values = DANCED[action].poses(np.linspace(0, 1, round(seconds * 25)))
    points, depth = BODY.project(BODY.joints(values))
    poses = PoseSequence(points, np.ones(points.shape[:2]), 25.0, (512, 512), depth=depth)
    folder.mkdir(exist_ok=True)
    if told:
        (folder / f"{name}.action.json").write_text(json.dumps(told))
    return poses.save(folder / f"{name}.npz")


def program(folder, text=PROGRAM, name="my_moves.py"):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


def test_without_files_there_are_the_actions_of_the_package():
    assert repertoire_with([]).danced == DANCED


def test_a_python_function_becomes_an_action(tmp_path):
    repertoire = repertoire_with([program(tmp_path)])
    action = repertoire.find("side_sway")
    assert (action.counts, action.source) == (2, "hips")
    assert action.about == "Sway to the right with a low arm, and home."
    assert set(repertoire.danced) - set(DANCED) == {"side_sway"}, "what it imports is not its own"
    origin = repertoire.origins["side_sway"]
    assert origin.file == "my_moves.py" and len(origin.sha256) == 64


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1", "defines no action"),
        ("def f(:", "my_moves.py, line 1: SyntaxError"),
        ("\nraise ValueError('no')", "my_moves.py, line 2: ValueError: no"),
        (PROGRAM.replace("return through", "return 0 * through") + "\nside_sway = 3", "no action"),
        (PROGRAM.replace("return through(phase,", "return np.zeros((3, 2)) #"), r"found \(3, 2\)"),
        (PROGRAM.replace("return through(phase,", "return np.nan + (phase, #)\n#")
         .replace("(phase, #)", "np.zeros((9, 45))"), "expected poses"),
        (PROGRAM.replace("weight=", "waist="), "py: side_sway, line 11: KeyError: 'waist'"),
        (PROGRAM.replace("energy=0.5", "energy=5"), "an energy of 0 to 1"),
        (PROGRAM.replace("side_sway", "mambo").replace("import mambo", "import skater"),
         "there is an action 'mambo' already"),
    ],
)  # fmt: skip
def test_a_wrong_program_is_told_in_one_line(tmp_path, text, message):
    with pytest.raises(BadInput, match=message) as error:
        repertoire_with([program(tmp_path, text)])
    assert "\n" not in str(error.value)


def test_python_files_in_a_folder_are_not_run(tmp_path):
    flag = tmp_path / "ran"
    program(tmp_path / "moves", f"open({str(flag)!r}, 'w')")
    with pytest.raises(BadInput, match=r"my_moves\.py: name Python files themselves"):
        repertoire_with([tmp_path / "moves"])
    filmed(tmp_path / "moves")
    assert "wave" in repertoire_with([tmp_path / "moves"]).danced
    assert not flag.exists()


def test_a_filmed_movement_becomes_an_action(tmp_path):
    told = {"about": "Push the ceiling.", "counts": 4, "energy": 0.6, "accent": 2,
            "source": "arms", "tempo": [60, 130]}  # fmt: skip
    repertoire = repertoire_with([filmed(tmp_path, **told)])
    action = repertoire.find("wave")
    assert (action.about, action.counts, action.energy) == ("Push the ceiling.", 4, 0.6)
    assert (action.accent, action.tempo, action.source) == (2, (60, 130), "arms")
    phase = np.linspace(0, 0.85, 30)
    own = BODY.joints(DANCED["raise_the_roof"].poses(phase))
    assert np.linalg.norm(BODY.joints(action.poses(phase)) - own, axis=-1).mean() < 0.02


def test_what_is_not_told_is_measured(tmp_path):
    waves = filmed_action(filmed(tmp_path, "waves", "robot", 2.2))
    assert (waves.counts, waves.source, waves.moves_feet) == (4, "arms", False)
    lunge = filmed_action(filmed(tmp_path, "lunge", "side_lunge", 2.2))
    assert lunge.source in ("legs", "whole") and lunge.moves_feet and lunge.changes
    assert 0.3 < waves.energy < 0.8


@pytest.mark.parametrize("name", ["raise_the_roof", "grapevine", "paddle_turn"])
def test_a_filmed_movement_is_closed_and_begins_at_home(tmp_path, name):
    action = filmed_action(filmed(tmp_path, action=name, counts=4))
    first, last = action.poses(np.array([0.0, 1.0]))
    assert BODY.joints(last[None]) == pytest.approx(BODY.joints(first[None]), abs=1e-6)
    middle = first[FEET["left"].start] - first[FEET["right"].start]
    assert middle == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"counts": 0}, "wave.action.json: counts: expected 1 to 64, found 0"),
        ({"energy": "high"}, "wave.action.json: energy: expected a number"),
        ({"source": "tail"}, "source: expected one of arms, hips, legs, whole, found 'tail'"),
        ({"colour": 1}, "wave.action.json: unknown field 'colour'"),
        ({"tempo": [60]}, "tempo: expected two numbers above 0"),
        ({"counts": 4, "accent": 4}, "accent: expected 0 to 3, found 4"),
        ({"name": "my wave"}, "name: expected letters, digits and _"),
    ],
)
def test_a_wrong_description_is_told_by_file_and_field(tmp_path, told, message):
    with pytest.raises(BadInput, match=message.replace("(", r"\(")):
        filmed_action(filmed(tmp_path, **told))


def test_what_are_no_poses_is_refused(tmp_path):
    (tmp_path / "wave.json").write_text('{"hello": 1}')
    with pytest.raises(BadInput, match=r"wave\.json: .*known"):
        repertoire_with([tmp_path / "wave.json"])
    with pytest.raises(BadInput, match="no such file or folder"):
        repertoire_with([tmp_path / "absent.npz"])
    with pytest.raises(BadInput, match="cut it"):
        filmed_action(filmed(tmp_path, "long", seconds=70))
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="holds no files of poses"):
        repertoire_with([tmp_path / "empty"])


def test_the_hash_changes_with_the_description_and_the_poses(tmp_path):
    def hashed():
        return repertoire_with([tmp_path / "wave.npz"]).origins["wave"].sha256

    filmed(tmp_path, energy=0.5)
    first = hashed()
    assert first == hashed()
    filmed(tmp_path, energy=0.6)
    second = hashed()
    filmed(tmp_path, action="robot", energy=0.6)
    assert len({first, second, hashed()}) == 3
