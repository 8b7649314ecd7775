import json

import pytest

from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.choreography.actions.catalog import ACTIONS
from stickdance.tools.cli import main
from stickdance.tools.commands.show_actions import show_actions

OWN = '''
from stickdance.choreography.actions.action import action
from stickdance.choreography.actions.timing import through
from stickdance.choreography.body.pose_channels import pose

@action(counts=2, energy=0.5, source="hips")
def side_sway(phase):
    """Sway to the right, and home."""
    return through(phase, pose(weight=-0.7, lean=-8), pose(lower=0.03))
'''


def test_every_action_is_listed_by_the_part_that_leads(capsys):
    with pytest.raises(SystemExit) as done:
        main(["actions", "--json"])
    assert done.value.code == 0
    result = json.loads(capsys.readouterr().out)
    listed = [one for source in ("arms", "hips", "legs", "whole") for one in result[source]]
    assert {one["name"] for one in listed} == set(ACTIONS) and result["actions"] == len(ACTIONS)
    mambo = next(one for one in listed if one["name"] == "mambo")
    assert mambo["counts"] == 4 and mambo["tempo"] == "75-170" and "Rock forward" in mambo["about"]
    assert mambo["traits"] == "steps"


def test_ones_own_actions_are_listed_drawn_and_shown(tmp_path):
    mine = tmp_path / "mine.py"
    mine.write_text(OWN)
    result = show_actions(("side_sway", "mambo"), tmp_path / "sheet.png", own=(mine,))
    assert result["hips"][0]["from"] == "mine.py" and (tmp_path / "sheet.png").is_file()
    shown = show_actions(("side_sway",), tmp_path / "sway.mp4", own=(mine,))
    assert shown["video"] == str(tmp_path / "sway.mp4") and (tmp_path / "sway.mp4").is_file()


def test_an_unknown_name_and_a_lost_flag_are_told(tmp_path):
    with pytest.raises(BadInput, match="unknown action 'moonwalk'"):
        show_actions(("moonwalk",))
    for names, output, tempo in (
        ((), None, 100.0), ((), "all.mp4", None), (("mambo",), "a.gif", None),
    ):  # fmt: skip
        with pytest.raises(UsageError, match=r"--output|--tempo"):
            show_actions(names, output and tmp_path / output, tempo)
