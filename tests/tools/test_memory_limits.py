import pytest

from stickdance.tools import memory_limits
from stickdance.tools.memory_limits import memory_free, memory_limit, ran_out


@pytest.fixture
def system(monkeypatch, tmp_path):
    """A machine of 8 GB, 5 of them free, in no control group."""
    machine = tmp_path / "meminfo"
    machine.write_text("MemTotal: 8000000 kB\nMemFree: 1 kB\nMemAvailable: 5000000 kB\n")
    monkeypatch.setattr(memory_limits, "_MACHINE", machine)
    monkeypatch.setattr(memory_limits, "_MEMBERSHIP", tmp_path / "cgroup")
    monkeypatch.setattr(memory_limits, "_GROUPS", tmp_path / "groups")
    monkeypatch.setattr(memory_limits, "_addresses", lambda: iter(()))
    return tmp_path


def in_group(system, membership, files):
    (system / "cgroup").write_text(membership)
    for name, text in files.items():
        file = system / "groups" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def test_without_limits_it_is_the_machine(system):
    assert memory_limit().bytes == 8_192_000_000
    assert memory_limit().by == "this machine"
    assert memory_free() == 5_120_000_000


@pytest.mark.parametrize(
    ("membership", "files"),
    [
        ("0::/\n", {"memory.max": "2000000000\n"}),
        ("0::/a/b\n", {"a/b/memory.max": "max\n", "a/memory.max": "2000000000\n"}),
        ("4:memory:/a\n", {"memory/a/memory.limit_in_bytes": "2000000000\n"}),
        ("4:memory:/gone\n", {"memory/memory.limit_in_bytes": "2000000000\n"}),
    ],
    ids=["version 2", "of a group above", "version 1", "seen from inside"],
)
def test_a_control_group_limits(system, membership, files):
    in_group(system, membership, files)
    assert memory_limit().bytes == 2e9
    assert "control group" in memory_limit().by


def test_the_largest_number_of_version_1_is_no_limit(system):
    in_group(system, "4:memory:/\n", {"memory/memory.limit_in_bytes": "9223372036854771712\n"})
    assert memory_limit().by == "this machine"


def test_a_system_that_tells_nothing_has_no_limit(system):
    (system / "meminfo").unlink()
    assert memory_limit() is None
    assert memory_free() is None


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (MemoryError(), True),
        (ImportError("libtorch.so: failed to map segment from shared object"), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), True),
        (OSError(12, "Cannot allocate memory"), True),
        (RuntimeError("shapes differ"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_memory_that_ran_out_is_known_by_its_words(error, says):
    assert ran_out(error) is says
