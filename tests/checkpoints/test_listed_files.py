import hashlib

import pytest

from stickdance.checkpoints.errors import CheckpointError
from stickdance.checkpoints.listed_files import check_listed


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "../a", "/etc/hostname", "none", "."])
def test_names_that_no_file_in_the_folder_has_are_refused_in_one_line(tmp_path, name):
    with pytest.raises(CheckpointError) as caught:
        check_listed(tmp_path, {name: {"bytes": 1}}, "manifest.json")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 6000


@pytest.mark.parametrize("files", [[], {"a": 1}, None, "a"])
def test_a_damaged_list_is_refused(tmp_path, files):
    with pytest.raises(CheckpointError, match="its list of files is damaged"):
        check_listed(tmp_path, files, "manifest.json")


def test_content_is_compared_when_asked_for(tmp_path):
    (tmp_path / "a").write_bytes(b"room")
    facts = {"bytes": 4, "sha256": hashlib.sha256(b"room").hexdigest()}
    check_listed(tmp_path, {"a": facts}, "manifest.json", content=True)
    (tmp_path / "a").write_bytes(b"moor")
    check_listed(tmp_path, {"a": facts}, "manifest.json")
    with pytest.raises(CheckpointError, match="SHA-256 is another"):
        check_listed(tmp_path, {"a": facts}, "manifest.json", content=True)
