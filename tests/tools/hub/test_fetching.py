import json
import shutil

import pytest

from stickdance.checkpoints.errors import BadInput, OutputFailed, StickdanceError
from stickdance.checkpoints.manifest import MANIFEST, read_manifest
from stickdance.tools.hub import fetching
from stickdance.tools.hub.client import Repository
from stickdance.tools.hub.fetching import checked_names, pull_performer

ADDRESS = "anna/dancer"


@pytest.fixture
def shared(hub, performer):
    """The files of a repository that holds a performer."""
    files = {file.name: file.read_bytes() for file in performer.iterdir()}
    hub.repositories[ADDRESS] = {**files, "README.md": b"# anna", "run_me.py": b"boom()"}
    return hub.repositories[ADDRESS]


def with_manifest(files, change):
    manifest = json.loads(files[MANIFEST])
    change(manifest["files"])
    files[MANIFEST] = json.dumps(manifest).encode()


def nothing_is_left(tmp_path):
    assert not any("got" in each.name for each in tmp_path.iterdir())


def test_what_comes_is_what_the_manifest_lists_and_nothing_else(shared, performer, tmp_path):
    told = pull_performer(ADDRESS, tmp_path / "got")
    assert told["consent"] == "Anna, 3 May: yes"
    wanted = {*read_manifest(performer, "performer")["files"], MANIFEST}
    assert {each.name for each in (tmp_path / "got").iterdir()} == wanted
    read_manifest(tmp_path / "got", "performer", content=True)


def test_a_changed_file_is_refused_and_nothing_stays(shared, tmp_path):
    shared["body.json"] = shared["body.json"].replace(b"1", b"2", 1)
    with pytest.raises(BadInput, match=r"anna/dancer/body\.json.*SHA-256"):
        pull_performer(ADDRESS, tmp_path / "got")
    nothing_is_left(tmp_path)


def test_weights_that_are_none_are_refused_though_their_hash_is_right(shared, tmp_path):
    import hashlib

    shared["weights.safetensors"] = pickled = b"\x80\x04cposix\nsystem\n."
    facts = {"bytes": len(pickled), "sha256": hashlib.sha256(pickled).hexdigest()}
    with_manifest(shared, lambda files: files.update({"weights.safetensors": facts}))
    with pytest.raises(BadInput, match=r"weights\.safetensors"):
        pull_performer(ADDRESS, tmp_path / "got")
    nothing_is_left(tmp_path)


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "a/../../evil", ".cache/x", "a//b", "*", "we[i]ghts", "a\\b"]
)
def test_names_that_lead_elsewhere_or_stand_for_others_are_refused(name):
    there = Repository(ADDRESS, "main", True, {name: 4})
    with pytest.raises(BadInput, match="expected names of Latin letters"):
        checked_names({"files": {name: {"bytes": 4}}}, there)


def test_names_are_judged_before_they_are_fetched(hub, shared, tmp_path):
    shared["../evil"] = b"evil"
    with_manifest(shared, lambda files: files.update({"../evil": {"bytes": 4, "sha256": "0" * 64}}))
    with pytest.raises(BadInput, match=r"names '../evil'"):
        pull_performer(ADDRESS, tmp_path / "got")
    nothing_is_left(tmp_path)
    assert {path.rpartition("/")[2] for _, path in hub.asked if "/resolve/" in path} == {MANIFEST}


def test_another_size_than_the_manifest_says_is_refused():
    there = Repository(ADDRESS, "main", True, {"plate.png": 44})
    with pytest.raises(BadInput, match=r"lists plate\.png with 40 bytes, the hub has 44"):
        checked_names({"files": {"plate.png": {"bytes": 40}}}, there)


def test_too_large_or_too_much_is_refused():
    large = {"a.bin": fetching.LARGEST, "b.bin": 1}
    listed = {name: {"bytes": size} for name, size in large.items()}
    with pytest.raises(BadInput, match=r"takes 4\.0 GB, expected up to 4 GB"):
        checked_names({"files": listed}, Repository(ADDRESS, "main", True, large))
    many = {f"{number}.bin": 1 for number in range(1001)}
    with pytest.raises(BadInput, match="more than 1000"):
        checked_names({"files": many}, Repository(ADDRESS, "main", True, many))


def test_another_model_is_refused(hub, tmp_path):
    hub.repositories[ADDRESS] = {"model.bin": b"x"}
    with pytest.raises(BadInput, match=r"expected a performer's manifest.json.*found none"):
        pull_performer(ADDRESS, tmp_path / "got")


def test_a_repository_that_is_not_there_is_told(hub, tmp_path):
    with pytest.raises(BadInput, match="shows no such repository"):
        pull_performer(ADDRESS, tmp_path / "got")


def test_something_else_is_not_replaced_and_nobody_called(hub, tmp_path):
    (tmp_path / "got").mkdir()
    (tmp_path / "got" / "thesis.txt").write_text("mine")
    with pytest.raises(OutputFailed):
        pull_performer(ADDRESS, tmp_path / "got")
    assert hub.asked == []


@pytest.mark.parametrize("kind", ["hung up", "refused after it was done"])
def test_a_pull_that_fails_at_any_request_leaves_nothing(hub, shared, tmp_path, kind):
    pull_performer(ADDRESS, tmp_path / "whole")
    requests = len(hub.asked)
    for number in sorted({1, requests // 2, requests}):
        shutil.rmtree(tmp_path / "got", ignore_errors=True)  # huggingface_hub may try again
        hub.asked.clear()
        hub.fault = number, kind
        try:
            pull_performer(ADDRESS, tmp_path / "got")
        except StickdanceError as error:
            assert "\n" not in str(error)
            nothing_is_left(tmp_path)
        hub.fault = None
    pull_performer(ADDRESS, tmp_path / "got")
    read_manifest(tmp_path / "got", "performer", content=True)
