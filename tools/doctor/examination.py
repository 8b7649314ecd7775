"""The whole examination: every part of the machine, in the order in which people mend it."""

from typing import Any

from stickdance.tools.doctor import devices, media, models, packages, room
from stickdance.tools.doctor.finding import Finding, Look, looked_at

_REINSTALL = packages.INSTALL
_MISSING = 4  # exit status
_PARTS: tuple[tuple[str, Look, bool, str], ...] = (
    ("Python", packages.python, True, "make install"),
    ("packages", packages.packages, True, _REINSTALL),
    ("ffmpeg", media.ffmpeg, True, media.GET_FFMPEG),
    ("models", models.models, True, "stickdance models get blazepose"),
    ("demo performer", models.demo_performer, False, _REINSTALL),
    ("disk", room.disk, True, "free some space"),
    ("memory", room.memory, False, "see how much memory there is"),
    ("writing", room.folders, True, "choose another folder"),
    ("fonts", media.fonts, False, "pip install --force-reinstall pillow"),
    ("voice", media.voice, False, "apt install espeak-ng"),
    ("browser", media.browser, False, "apt install chromium"),
    ("extras", packages.extras, False, _REINSTALL),
    ("telemetry", packages.telemetry, False, _REINSTALL),
)  # what it is called, who looks, whether the main job needs it, what mends a look that fails
_SIGNS = {"fine": "ok", "absent": "-", "wrong": "MISSING"}


def examined() -> dict[str, Any]:
    """Return what was found, as a table too; the exit status is 4 where the main job cannot run."""
    timing = devices.Timing()
    try:
        found = [each for part in _PARTS for each in looked_at(*part)]
        remedy = devices.INSTALL_TORCH
        found += looked_at("torch", timing.findings, True, remedy)
    finally:
        timing.end()
    wrong = [each.part for each in found if each.state == "wrong"]
    return {
        "ready": not wrong,
        "missing": wrong,
        "findings": [vars(each) for each in found],
        "table": _table(found, wrong),
        **({"exit_status": _MISSING} if wrong else {}),
    }


def _table(found: list[Finding], wrong: list[str]) -> str:
    width = max(len(each.part) for each in found)
    lines = []
    for each in found:
        lines.append(f"{_SIGNS[each.state]:<8}{each.part:<{width}}  {each.told}")
        if each.remedy:
            lines.append(f"{'':<8}{'':<{width}}  -> {each.remedy}")
    end = "The main job can run here."
    if wrong:
        end = f"The main job cannot run here: {', '.join(wrong)}."
    return "\n".join([*lines, end])
