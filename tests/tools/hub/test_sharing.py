import json
import sys

import pytest

from stickdance.checkpoints.errors import BadInput, MissingDependency, StickdanceError, UsageError
from stickdance.checkpoints.manifest import MANIFEST, read_manifest
from stickdance.tools.hub.sharing import push_performer

ADDRESS = "anna/dancer"


def test_a_performer_goes_as_it_is_with_a_card_that_the_hub_reads(hub, performer):
    from huggingface_hub import ModelCard

    (performer / "diary.txt").write_text("nobody else's business")
    told = push_performer(performer, ADDRESS, private=True, licence="cc-by-nc-4.0")
    there = hub.repositories[ADDRESS]
    names = {*read_manifest(performer, "performer")["files"], MANIFEST}
    assert there.keys() == names | {"README.md", ".gitattributes"}
    assert all(there[name] == (performer / name).read_bytes() for name in names)
    assert hub.private[ADDRESS] and told["private"]
    card = ModelCard(there["README.md"].decode())
    assert (card.data.license, card.data.library_name) == ("cc-by-nc-4.0", "stickdance")
    assert card.data.pipeline_tag == "image-to-image"
    assert "stickdance-performer" in card.data.tags
    for shown in ("Anna, 3 May: yes", "samples.png", "| this performer | 950 | 0.95 |"):
        assert shown in card.text


def test_where_its_inputs_lay_on_this_computer_does_not_go_along(hub, performer):
    manifest = json.loads((performer / MANIFEST).read_text())
    inputs = [{"name": "take", "sha256": "00", "path": "/home/anna/take"}]
    manifest["made_by"] = {"command": "train", "words": [], "inputs": inputs}
    (performer / MANIFEST).write_text(json.dumps(manifest))
    push_performer(performer, ADDRESS, private=True, licence="other")
    there = json.loads(hub.repositories[ADDRESS][MANIFEST])
    assert there["made_by"]["inputs"] == [{"name": "take", "sha256": "00"}]
    assert there["files"] == manifest["files"]


def test_files_of_an_older_performer_there_go(hub, performer):
    hub.repositories[ADDRESS] = {"room.png": b"old", ".gitattributes": b""}
    hub.private[ADDRESS] = True
    push_performer(performer, ADDRESS, private=True, licence="other")
    assert "room.png" not in hub.repositories[ADDRESS]
    assert ".gitattributes" in hub.repositories[ADDRESS]


def test_without_stated_consent_nobody_is_called(hub, nobody_asked):
    with pytest.raises(BadInput, match="consent of the person is not stated"):
        push_performer(nobody_asked, ADDRESS, private=True, licence="other")
    assert hub.asked == []


def test_consent_is_asked_for_before_the_extra_package(nobody_asked, monkeypatch):
    monkeypatch.setitem(sys.modules, "stickdance.tools.hub.client", None)
    with pytest.raises(BadInput, match="consent of the person is not stated"):
        push_performer(nobody_asked, ADDRESS, private=True, licence="other")


def test_without_a_token_nobody_is_called(hub, performer, monkeypatch, tmp_path):
    from huggingface_hub import constants

    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "none"))
    with pytest.raises(MissingDependency, match="hf auth login"):
        push_performer(performer, ADDRESS, private=True, licence="other")
    assert hub.asked == []


def test_what_should_be_private_does_not_go_where_all_can_see_it(hub, performer):
    hub.repositories[ADDRESS], hub.private[ADDRESS] = {}, False
    with pytest.raises(UsageError, match=r"is public already.*--no-private"):
        push_performer(performer, ADDRESS, private=True, licence="other")
    assert hub.repositories[ADDRESS] == {}


@pytest.mark.parametrize(("status", "kind"), [(403, MissingDependency), (400, StickdanceError)])
def test_a_refusal_is_one_line_without_the_token(hub, performer, status, kind):
    hub.refuse = status, f"no, Bearer {hub.token}"
    with pytest.raises(kind, match=ADDRESS) as refused:
        push_performer(performer, ADDRESS, private=True, licence="other")
    assert hub.token not in str(refused.value)
    assert hub.tokens == {f"Bearer {hub.token}"}


@pytest.mark.parametrize("kind", ["hung up", "refused after it was done"])
def test_a_push_that_fails_at_any_request_leaves_the_old_or_the_new(hub, performer, kind):
    push_performer(performer, ADDRESS, private=True, licence="other")
    new, requests = dict(hub.repositories[ADDRESS]), len(hub.asked)
    for number in range(1, requests + 1):
        hub.repositories[ADDRESS] = {"old": b"old"}
        hub.asked.clear()
        hub.fault = number, kind
        try:
            push_performer(performer, ADDRESS, private=True, licence="other")
        except StickdanceError as error:
            assert "\n" not in str(error)
        there = hub.repositories[ADDRESS]
        assert there == {"old": b"old"} or there == {**new, ".gitattributes": b""} or (
            there.keys() == new.keys() - {".gitattributes"}
        )  # fmt: skip
        hub.fault = None
        push_performer(performer, ADDRESS, private=True, licence="other")
        assert hub.repositories[ADDRESS].keys() >= new.keys() - {".gitattributes"}


def test_a_hub_that_is_not_there_is_told(performer, hub, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(StickdanceError, match="could not be reached"):
        push_performer(performer, ADDRESS, private=True, licence="other")
