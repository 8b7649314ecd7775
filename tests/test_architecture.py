"""The arrows of the architecture: who may import whom, and what stays light."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "capture": {"checkpoints"},
    "checkpoints": set(),
    "choreography": {"capture", "checkpoints"},
    "synth": {"capture", "checkpoints"},
    "tools": {"capture", "checkpoints", "choreography", "synth"},
}
FILES = sorted(file for package in MAY_IMPORT for file in (ROOT / package).rglob("*.py"))


def imported_packages(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: import by the full name, not relatively"
            names.add((node.module or "").split(".")[0])
    return names


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_a_file_imports_only_along_the_arrows(file):
    package = file.relative_to(ROOT).parts[0]
    ours = imported_packages(file) & MAY_IMPORT.keys()
    assert ours <= MAY_IMPORT[package] | {package}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_an_init_file_is_a_docstring_and_nothing_else(file):
    if file.name != "__init__.py":
        return
    body = ast.parse(file.read_text(encoding="utf-8")).body
    assert len(body) == 1
    assert isinstance(body[0], ast.Expr)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_nothing_is_unpickled_and_no_shell_is_used(file):
    text = file.read_text(encoding="utf-8")
    doors = r"pickle\.load|allow_pickle=True|weights_only=False|shell=True|(?<![.\w])eval\("
    assert not re.search(doors, text)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_progress_bars_leave_their_switch_to_the_environment(file):
    """tqdm obeys TQDM_DISABLE only where `disable` is not passed; see tests of `evaluate`."""
    calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    bars = [call for call in calls if ast.unparse(call.func).rpartition(".")[2] == "tqdm"]
    assert not [key for bar in bars for key in bar.keywords if key.arg == "disable"]


@pytest.mark.parametrize("module", ["capture.skeleton", "capture.sequence", "tools.cli"])
def test_light_modules_load_no_heavy_library(module):
    heavy = ("torch", "cv2", "librosa", "mediapipe", "scipy")
    code = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    out = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "[]"


def test_every_package_of_the_project_is_named_for_the_wheel():
    import tomllib

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = set(settings["tool"]["setuptools"]["packages"])
    found = {
        file.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for file in FILES
        if file.name == "__init__.py"
    }
    assert found == named


def test_the_map_in_the_readme_names_every_file():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [
        file.relative_to(ROOT).as_posix()
        for file in FILES
        if file.name != "__init__.py" and file.name not in readme
    ]
    assert missing == []
