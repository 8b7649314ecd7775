import os

import fsspec
import pytest

from stickdance.checkpoints.errors import BadInput, MissingDependency, UsageError
from stickdance.checkpoints.manifest import MANIFEST, write_manifest
from stickdance.tools.batch import stores
from stickdance.tools.batch.cache import Cache, digest_of, fetch
from stickdance.tools.batch.stores import KIND, StoreFailed, files_in_store, results_in


@pytest.fixture
def made(tmp_path):
    (tmp_path / "made/dance").mkdir(parents=True)
    (tmp_path / "made/dance/poses.npz").write_bytes(b"poses")
    write_manifest(tmp_path / "made", KIND, {"command": []})
    return tmp_path / "made"


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache", 25)


def kept(cache):
    return sorted(file.read_bytes() for file in (cache.folder / "files").iterdir())


def test_a_result_is_there_when_its_manifest_is(memory, made, tmp_path):
    for output in ("memory://out", f"file://{tmp_path}/store", str(tmp_path / "local")):
        results = results_in(output)
        assert not results.has("dance-1")
    results_in("memory://out").put(made, "dance-1")
    assert results_in("memory://out").has("dance-1")
    memory.rm(f"/out/dance-1/{MANIFEST}")
    memory.pipe("/out/dance-1/left", b"of a process that was killed")
    assert not results_in("memory://out").has("dance-1")
    results_in("memory://out").put(made, "dance-1")
    assert sorted(memory.find("/out")) == [
        "/out/dance-1/dance/poses.npz",
        f"/out/dance-1/{MANIFEST}",
    ]


def test_a_store_that_fails_in_the_middle_leaves_no_result(memory, made, monkeypatch):
    put, left = memory.put_file, iter([True])

    def failing(*arguments):
        if next(left, None) is None:
            raise ConnectionError("gone")
        return put(*arguments)

    monkeypatch.setattr(type(memory), "put_file", lambda self, *arguments: failing(*arguments))
    results = results_in("memory://out")
    with pytest.raises(StoreFailed, match=r"the store failed .*gone"):
        results.put(made, "dance-1")
    assert memory.find("/out") == ["/out/dance-1/dance/poses.npz"]
    assert not results.has("dance-1")


def test_a_result_here_takes_its_place_in_one_step(made, tmp_path):
    results = results_in(str(tmp_path / "out"))
    (tmp_path / "out/dance-1").mkdir(parents=True)
    results.put(made, "dance-1")
    assert results.has("dance-1")
    assert os.listdir(tmp_path / "out") == ["dance-1"]


def test_a_file_is_fetched_once_and_told_by_its_version(memory, cache, tmp_path):
    memory.pipe("/in/a.wav", b"one")
    digest = digest_of("memory://in/a.wav", cache)
    fetch("memory://in/a.wav", cache, tmp_path / "work/a.wav")
    (cache.folder / "files" / digest).unlink()
    assert digest_of("memory://in/a.wav", cache) == digest  # by its version alone
    assert kept(cache) == []
    fetch("memory://in/a.wav", cache, tmp_path / "again/a.wav")
    assert (tmp_path / "again/a.wav").read_bytes() == b"one"
    memory.pipe("/in/a.wav", b"two")
    assert digest_of("memory://in/a.wav", cache) != digest


def test_the_cache_keeps_what_was_used_last_and_jobs_keep_theirs(memory, cache, tmp_path):
    for number in range(4):
        memory.pipe(f"/in/{number}", bytes([number]) * 10)
        fetch(f"memory://in/{number}", cache, tmp_path / f"work/{number}")
        for file in (cache.folder / "files").iterdir():  # older by a second each time
            os.utime(file, (file.stat().st_atime, file.stat().st_mtime - 1))
    assert kept(cache) == [bytes([2]) * 10, bytes([3]) * 10]
    for number in range(4):
        assert (tmp_path / f"work/{number}").read_bytes() == bytes([number]) * 10


def test_folders_in_a_store_and_here_have_one_digest(memory, cache, tmp_path):
    (tmp_path / "take").mkdir()
    for name in ("a", "b"):
        (tmp_path / "take" / name).write_bytes(name.encode())
        memory.pipe(f"/in/take/{name}", name.encode())
    assert digest_of(str(tmp_path / "take"), cache) == digest_of("memory://in/take", cache)
    fetch("memory://in/take", cache, tmp_path / "copy")
    assert digest_of(str(tmp_path / "copy"), cache) == digest_of("memory://in/take", cache)


@pytest.mark.parametrize("name", ["../outside", "a/../../outside", "a\nb", "C:\\x"])
def test_names_of_a_store_never_leave_their_folder(memory, cache, tmp_path, name, monkeypatch):
    monkeypatch.setattr(type(memory), "find", lambda self, root: [f"{root}/{name}"])
    monkeypatch.setattr(type(memory), "isfile", lambda self, root: False)
    with pytest.raises(BadInput, match="leads out of it"):
        fetch("memory://in/take", cache, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_what_is_not_there_is_said(memory, cache):
    with pytest.raises(BadInput, match=r"memory://in/no: nothing of that name"):
        files_in_store("memory://in/no")


def test_a_store_without_its_package_says_what_to_install(monkeypatch):
    def absent(scheme):
        raise ImportError

    monkeypatch.setattr(fsspec, "get_filesystem_class", absent)
    with pytest.raises(MissingDependency, match=r"run `python -m pip install s3fs`"):
        stores.filesystem("s3://bucket/a")
    with pytest.raises(UsageError, match="no object store that is known"):
        stores.filesystem("https://example.org/a")
