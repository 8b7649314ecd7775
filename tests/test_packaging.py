"""What is given away: the wheel has every file that runs need, and releases run pinned actions."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SETUP = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
NOT_PACKED = {Path("tools/demo/four_moments.jpg")}  # the README's picture
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def folder_of(package: str) -> Path:
    """The folder that a package's files lie in, by the table in pyproject.toml."""
    places = SETUP["package-dir"]
    known = max((name for name in places if f"{package}.".startswith(f"{name}.")), key=len)
    return Path(places[known], *package.removeprefix(known).strip(".").split("."))


def test_the_wheel_has_every_file_beside_the_modules():
    listed = subprocess.run(
        ["git", "ls-files", "capture", "checkpoints", "choreography", "synth", "tools"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout: files that are not ours cannot be told from ours")
    data = {
        file
        for file in map(Path, listed.stdout.splitlines())
        if file.suffix not in (".py", ".md") and file.parts[:2] != ("tools", "benchmarks")
    }
    packed = {
        file.relative_to(ROOT)
        for package, patterns in SETUP["package-data"].items()
        for pattern in patterns
        for file in (ROOT / folder_of(package)).glob(pattern)
    }
    assert len(data) > 40
    assert data - packed == NOT_PACKED


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_runs_only_actions_of_one_commit(workflow):
    used = re.findall(r"uses: (.+)", workflow.read_text(encoding="utf-8"))
    assert used
    unpinned = [each for each in used if not re.fullmatch(r"\S+@[0-9a-f]{40}  # v[0-9.]+", each)]
    assert unpinned == []


def test_images_run_as_nobody_special_and_ask_nobody_for_health():
    stages = re.split(r"^FROM ", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.M)
    targets = [each for each in stages if re.search(r" AS (cpu|cuda)$", each.splitlines()[0])]
    assert len(targets) == 2
    for target in targets:
        lines = target.splitlines()
        assert "USER dancer" in lines[-6:]
        assert "HEALTHCHECK NONE" in lines
