import pytest

from stickdance.choreography.shotlist import guide_video
from stickdance.choreography.shotlist.options import ShotListOptions
from stickdance.tools.shotlist.writing import LIST, write_shot_list


def test_stopped_while_its_guide_is_drawn_a_list_is_not_there_either(tmp_path, monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(guide_video, "write_guide", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_shot_list(None, tmp_path / "shots", ShotListOptions())
    assert not list((tmp_path / "shots").iterdir())
    write_shot_list(None, tmp_path / "shots", ShotListOptions(guide=False))
    assert [path.name for path in (tmp_path / "shots").iterdir()] == [LIST]
