import pytest

from stickdance.checkpoints.errors import UsageError
from stickdance.tools.commands.hub import hub_list, hub_pull


def test_performers_are_listed_by_tag_and_names_that_are_none_are_left_out(hub):
    hub.repositories.update({"anna/dancer": {}, "ben/dancer": {}, "x/\x1b[2Jy": {}})
    assert [each["performer"] for each in hub_list()["performers"]] == ["anna/dancer", "ben/dancer"]
    mine = hub_list("anna")
    assert [each["performer"] for each in mine["performers"]] == ["anna/dancer"]
    assert "2026-11-30" in mine["table"]


def test_an_empty_list_says_so(hub):
    assert hub_list()["table"] == "No performers were found."


@pytest.mark.parametrize("address", ["anna", "a/b/c", "../x", "https://hub/a/b"])
def test_what_is_no_address_is_refused(address, tmp_path, hub):
    with pytest.raises(UsageError, match="USER/NAME"):
        hub_pull(address, tmp_path / "got")
    assert hub.asked == []
