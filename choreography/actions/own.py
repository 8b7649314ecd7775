"""A person's own actions: files of poses, and Python functions.

    --actions wave.npz         one movement, filmed (see `filmed`)
    --actions moves/           every movement in a folder; its Python files are not run
    --actions my_moves.py      functions of phase with the decorator of `action`

A Python file is a program: it runs, with all rights of the person who names it. So it runs only
when it is named itself; nothing that lies in a folder, a take or a plan is ever run.
"""

import hashlib
import importlib.util
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.reading import check_ordinary
from stickdance.choreography.actions.action import Action
from stickdance.choreography.actions.catalog import STANDARD, Origin, Repertoire
from stickdance.choreography.actions.filmed import SIDE_CAR
from stickdance.choreography.body.pose_channels import CHANNELS

_POSE_FILES = (".npz", ".npy", ".json", ".bvh")
_FRAMES = "_keypoints.json"
_CHECKED_PHASES = np.linspace(0, 1, 9)


def repertoire_with(paths: Sequence[Path]) -> Repertoire:
    """Return the actions of this package and those found in files and folders.

    Raises:
        BadInput: a file holds no action or a wrong one, or a name is taken; the file is named.
    """
    found = [pair for path in paths for pair in _found(Path(path))]
    return STANDARD.with_added(found) if found else STANDARD


def _found(path: Path) -> list[tuple[Action, Origin]]:
    if not path.exists():
        raise BadInput(f"--actions {path}: no such file or folder; expected poses or a .py file")
    check_ordinary(path)
    if path.suffix == ".py":
        return [(action, _origin(action, path)) for action in _functions(path)]
    files = _pose_files(path) if path.is_dir() and not _is_frames(path) else [path]
    return [(action, _origin(action, file)) for file in files for action in (_filmed(file),)]


def _filmed(path: Path) -> Action:
    # Readers of keypoints and interpolation take half a second to import.
    from stickdance.choreography.actions.filmed import filmed_action

    return filmed_action(path)


def _is_frames(folder: Path) -> bool:
    """Return whether a folder holds one movement, a file for each frame."""
    return any(folder.glob("*" + _FRAMES))


def _pose_files(folder: Path) -> list[Path]:
    files = [
        file
        for file in sorted(folder.iterdir())
        if (file.suffix in _POSE_FILES and not file.name.endswith(SIDE_CAR))
        or (file.is_dir() and _is_frames(file))
    ]
    if not files:
        programs = ", ".join(sorted(file.name for file in folder.glob("*.py")))
        hint = f"; {programs}: name Python files themselves to run them" if programs else ""
        raise BadInput(
            f"--actions {folder}: holds no files of poses ({', '.join(_POSE_FILES)}){hint}"
        )
    return files


def _functions(path: Path) -> list[Action]:
    """Run a Python file and return its actions, in order."""
    spec = importlib.util.spec_from_file_location(f"own_actions_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise BadInput(f"--actions {path}: cannot be run as Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise BadInput(f"--actions {path}{_line(error, path)}: {_said(error)}") from None
    actions = [value for value in vars(module).values() if isinstance(value, Action)]
    own = [action for action in actions if action.movement.__module__ == spec.name]
    if not own:
        raise BadInput(
            f"--actions {path}: defines no action; expected a function of phase with the decorator "
            "@action of stickdance.choreography.actions.action"
        )
    for action in own:
        _check(action, path)
    return own


def _check(action: Action, path: Path) -> None:
    """Refuse an action whose function does not give poses."""
    where = f"--actions {path}: {action.name}"
    if not (action.counts >= 1 and 0 <= action.accent < action.counts and 0 <= action.energy <= 1):
        raise BadInput(
            f"{where}: expected counts of 1 or more, an accent among them and an energy of 0 to 1, "
            f"found {action.counts}, {action.accent} and {action.energy}"
        )
    try:
        values = np.asarray(action.poses(_CHECKED_PHASES), float)
    except Exception as error:
        raise BadInput(f"{where}{_line(error, path)}: {_said(error)}") from None
    expected = (len(_CHECKED_PHASES), len(CHANNELS))
    if values.shape != expected or not np.isfinite(values).all():
        found = "numbers that are not finite" if values.shape == expected else values.shape
        raise BadInput(f"{where}: expected poses {expected} for 9 phases, found {found}")


def _line(error: Exception, path: Path) -> str:
    """Return the line of a file that an error came from, as ', line 12'."""
    lines = [one.lineno for one in traceback.extract_tb(error.__traceback__)
             if one.filename == str(path)]  # fmt: skip
    if isinstance(error, SyntaxError) and error.lineno:
        lines = [error.lineno]
    return f", line {lines[-1]}" if lines else ""


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"


def _origin(action: Action, path: Path) -> Origin:
    return Origin(action.name, path.name, _hash(path))


def _hash(path: Path) -> str:
    """Return the SHA-256 of a file and what belongs to it, or of a folder's files and names."""
    total = hashlib.sha256()
    beside = path.with_name(path.name.split(".")[0] + SIDE_CAR)
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    for file in [*files, *([beside] if beside.is_file() else [])]:
        if file.is_file():
            total.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()
