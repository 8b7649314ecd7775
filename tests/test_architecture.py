"""The arrows of the architecture: who may import whom, and what stays light."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
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
INITS = [file for file in FILES if file.name == "__init__.py"]
API = ROOT / "tools" / "api" / "__init__.py"
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LARGEST_FOLDER = 25


def name_of(file: Path) -> str:
    """The dotted name that a file of the product is imported by."""
    place = file.relative_to(ROOT).with_suffix("").as_posix().removesuffix("/__init__")
    return "stickdance" if place == "tools/api" else "stickdance." + place.replace("/", ".")


MODULES = {name_of(file): file for file in FILES}


@cache
def imported_names(file: Path) -> set[str]:
    """All modules that a file imports, at its top or inside functions; of names, where they are."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: import by the full name, not relatively"
            module = node.module or ""
            full = {f"{module}.{alias.name}" for alias in node.names}
            names |= (full & MODULES.keys()) or {module}
    return names


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_a_file_imports_only_along_the_arrows(file):
    package = file.relative_to(ROOT).parts[0]
    ours = {name.split(".")[1] for name in imported_names(file) if name.startswith("stickdance.")}
    assert ours <= MAY_IMPORT[package] | {package}


def test_no_import_goes_round_in_a_circle():
    graph = {name: imported_names(file) & MODULES.keys() - {name} for name, file in MODULES.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


PACKAGES = [file for file in INITS if file != API]


@pytest.mark.parametrize("file", PACKAGES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_an_init_file_is_a_docstring_and_nothing_else(file):
    body = ast.parse(file.read_text(encoding="utf-8")).body
    assert len(body) == 1
    assert isinstance(body[0], ast.Expr)


def test_no_folder_holds_more_files_than_a_newcomer_can_know():
    held = {
        folder.relative_to(ROOT).as_posix(): len(list(folder.glob("*.py"))) - 1
        for folder in {file.parent for file in INITS}
    }
    large = {folder: count for folder, count in held.items() if count > LARGEST_FOLDER}
    assert large.keys() <= {"synth/quality", "tools/benchmarks"}


def test_what_is_ours_is_imported_as_stickdance_everywhere():
    short = {
        file.relative_to(ROOT).as_posix(): name
        for file in FILES + TESTS
        for name in imported_names(file)
        if name.split(".")[0] in MAY_IMPORT or name.startswith("stickdance.tools.api")
    }
    assert short == {}


def test_no_module_is_loaded_under_two_names():
    import_module("stickdance.tools.cli")
    for main_path in ("capture.video_to_take", "choreography.music_to_poses", "synth.export"):
        import_module(f"stickdance.{main_path}")
    loaded: dict[Path, set[str]] = {}
    for name, module in list(sys.modules.items()):
        file = Path(getattr(module, "__file__", None) or "/").resolve()
        if file in FILES:
            loaded.setdefault(file, set()).add(name)
    assert len(loaded) > 100
    assert {file: names for file, names in loaded.items() if names != {name_of(file)}} == {}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_nothing_is_unpickled_and_no_shell_is_used(file):
    text = file.read_text(encoding="utf-8")
    doors = r"pickle\.load|allow_pickle=True|weights_only=False|shell=True|(?<![.\w])eval\("
    assert not re.search(doors, text)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_progress_is_shown_in_one_place_and_libraries_are_silent(file):
    """Only programs write; what goes on is told by `checkpoints/progress.py` to a callback."""
    place = file.relative_to(ROOT)
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert "tqdm" not in imported_names(file) or place == Path("tools/display.py")
    if place.parts[0] == "tools" or place == Path("capture/estimators/quiet.py"):
        return
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    streams = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert "print" not in calls
    assert not streams & {"sys.stderr", "sys.stdout"}


@pytest.mark.parametrize(
    "module",
    [
        "stickdance.capture.pose.skeleton",
        "stickdance.capture.pose.sequence",
        "stickdance.checkpoints.progress",
        "stickdance.tools.cli",
        "stickdance.tools.display",
    ],
)
def test_light_modules_load_no_heavy_library(module):
    heavy = ("torch", "cv2", "librosa", "openvino", "scipy")
    code = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    out = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "[]"


def test_every_package_is_named_for_the_wheel_but_benchmarks():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = set(settings["tool"]["setuptools"]["packages"])
    assert {name_of(file) for file in INITS} - {"stickdance.tools.benchmarks"} == named


def mapped_files(folder: Path) -> set[Path]:
    """The files that the map at the end of a folder's README names, by how far each is indented."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    first, *lines = text.partition("## The files")[2].split("```")[1].strip("\n").splitlines()
    assert first.split()[0] == folder.relative_to(ROOT).as_posix() + "/"
    files, rooms = set(), [folder]
    for line in lines:
        name = line.split()[0]
        depth = (len(line) - len(line.lstrip())) // 2
        rooms = [*rooms[:depth], rooms[depth - 1] / name]
        files |= {rooms[depth]} if name.endswith(".py") else set()
    return files


def with_a_map(file: Path) -> Path:
    """The nearest folder above a file that has a README."""
    return next(folder for folder in file.parents if (folder / "README.md").exists())


@pytest.mark.parametrize("folder", [*MAY_IMPORT, "tools/benchmarks"])
def test_the_map_in_the_readme_names_every_file(folder):
    place = ROOT / folder
    ours = {file for file in FILES if file.name != "__init__.py" and with_a_map(file) == place}
    assert mapped_files(place) == ours
