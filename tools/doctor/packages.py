"""Python, the packages that stickdance needs, its extras, and what they would tell others."""

import os
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec

from stickdance.checkpoints import offline
from stickdance.tools.doctor.finding import Finding

NAME = "stickdance"
OLDEST, NEWEST = (3, 11), (3, 13)
INSTALL = "python -m pip install -c constraints.txt -e ."
"""Where stickdance was installed from."""
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_EXTRA = re.compile(r"""extra\s*==\s*['"]([^'"]+)['"]""")
_HEAVY = ("torch", "torchvision")  # imported in a process of their own, by `timing`
_MODULES = {
    "opencv-contrib-python": "cv2",
    "scikit-image": "skimage",
    "imageio-ffmpeg": "imageio_ffmpeg",
    "pillow": "PIL",
    "ai-edge-litert": "ai_edge_litert",
}  # by package, where their names differ


def python() -> Iterator[Finding]:
    """Tell which Python runs."""
    version = sys.version_info[:3]
    wanted = f"{'.'.join(map(str, OLDEST))} to {'.'.join(map(str, NEWEST))}"
    known = OLDEST <= version[:2] <= NEWEST
    told = f"{'.'.join(map(str, version))} ({sys.executable})"
    if known:
        yield Finding("Python", "fine", told)
    else:
        remedy = "make install PYTHON=python3.13"
        yield Finding("Python", "wrong", f"{told}; expected {wanted}", remedy)


def packages() -> Iterator[Finding]:
    """Tell of the packages without which nothing works: there, and of a version that is allowed."""
    wrong = [told for each in _without_extra() if (told := _trouble(each))]
    if wrong:
        yield Finding("packages", "wrong", "; ".join(wrong), INSTALL)
    else:
        yield Finding("packages", "fine", f"{len(_without_extra())} that are needed are here")


def extras() -> Iterator[Finding]:
    """Tell of every extra whether its packages are here."""
    wanted: dict[str, list[str]] = {}
    for text in metadata.requires(NAME) or ():
        if named := _EXTRA.search(text):
            wanted.setdefault(named[1], []).append(text)
    for extra, texts in sorted(wanted.items()):
        wrong = [told for text in texts if _applies(text, extra) and (told := _trouble(text))]
        part = f"extra {extra}"
        if wrong:
            yield Finding(part, "absent", "; ".join(wrong), f"pip install '{NAME}[{extra}]'")
        else:
            yield Finding(part, "fine", "installed")


def telemetry() -> Iterator[Finding]:
    """Tell whether libraries that would tell others about their use are kept from it."""
    loud = [name for name, value in offline.SETTINGS.items() if os.environ.get(name) != value]
    if sys.modules.get("openvino_telemetry") is not None:
        loud.append("openvino_telemetry")
    if loud:
        remedy = "import stickdance before them"
        yield Finding("telemetry", "absent", f"not switched off: {', '.join(loud)}", remedy)
    else:
        yield Finding("telemetry", "fine", f"off ({', '.join(offline.TALKATIVE)})")


def _without_extra() -> list[str]:
    return [text for text in metadata.requires(NAME) or () if not _EXTRA.search(text)]


def _applies(text: str, extra: str) -> bool:
    """Return whether a requirement holds for this Python and system."""
    try:
        from packaging.requirements import Requirement
    except ImportError:
        return True
    marker = Requirement(text).marker
    return marker is None or marker.evaluate({"extra": extra})


def _trouble(text: str) -> str:
    """Return what is wrong with the package that a requirement names; "" for nothing."""
    found = _NAME.match(text)
    assert found is not None
    name = found[0]
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return f"{name} is not installed"
    if not _allowed(text, version):
        return f"{name} {version} is here, expected {text.partition(';')[0].strip()}"
    if name in _HEAVY or name == NAME:
        return ""
    return _unfound(name)


def _allowed(text: str, version: str) -> bool:
    try:
        from packaging.requirements import Requirement
    except ImportError:  # it is told elsewhere that packages are broken
        return True
    return Requirement(text).specifier.contains(version, prereleases=True)


def _unfound(name: str) -> str:
    """Return what is wrong where a package is listed as installed and its files are gone."""
    module = _MODULES.get(name)
    if module is None or find_spec(module) is not None:
        return ""
    return f"{name} has lost its files"
