"""Public weights and the networks of estimators, by their SHA-256."""

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from stickdance.checkpoints.public.published import PUBLISHED
from stickdance.tools.doctor.finding import Finding

_NEEDED = ("blazepose",)  # without it no footage is captured


def models() -> Iterator[Finding]:
    """Tell which are here and undamaged; all of them are read."""
    for name, each in PUBLISHED.items():
        state = each.state()
        if state == "here":
            yield Finding(f"model {name}", "fine", str(each.path))
        else:
            told = f"{state}; it is for: {each.purpose}"
            yield Finding(
                f"model {name}",
                "wrong" if name in _NEEDED else "absent",
                told,
                f"stickdance models get {name}",
            )


def demo_performer() -> Iterator[Finding]:
    """Tell whether the performer that comes with stickdance is whole."""
    from stickdance.checkpoints.manifest import read_manifest

    folder = Path(str(resources.files("stickdance.checkpoints") / "demo"))
    read_manifest(folder, "performer", content=True)
    yield Finding("demo performer", "fine", "whole, by the SHA-256 of its files")
