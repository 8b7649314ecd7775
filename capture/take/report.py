"""What a take's report may tell beside its frames: each value of the kind that its readers expect.

Pages, cards and merged takes show these; a report that was changed by hand is refused when the take
is opened, not in the middle of a long job.
"""

from collections.abc import Mapping
from typing import Any

Kinds = Mapping[str, type | tuple[type, ...]]

_NUMBER = (int, float)
_CONDITION: Kinds = {
    "name": str, "verdict": str, "reason": str, "unit": str, "judges": bool,
    "more_is_better": bool, "good": _NUMBER, "usable": _NUMBER, "measure": (*_NUMBER, type(None)),
}  # fmt: skip
_SEEN: Kinds = {"need": str, "seconds": _NUMBER, "met": bool, "advice": str}
_TOLD: Kinds = {
    "warnings": list, "conditions": list, "verdict": str, "movements": dict, "fps": _NUMBER,
    "seconds": _NUMBER, "pose_coverage": dict, "doubts": list,
}  # fmt: skip


def check_told(report: Mapping[str, Any]) -> None:
    """Check what a report may tell; a value that it does not tell is not missed.

    Raises:
        TypeError: a value is of another kind; it is named.
    """
    _check(report, {name: kind for name, kind in _TOLD.items() if name in report}, "the report")
    for number, condition in enumerate(report.get("conditions", ()), 1):
        _check(condition, _CONDITION, f"condition {number}")
    for name in ("movements", "pose_coverage"):  # as takes of earlier versions call them
        told = report.get(name, {})
        _check(told, {"seen": list} if "seen" in told else {}, name)
        for number, seen in enumerate(told.get("seen", ()), 1):
            _check(seen, _SEEN, f"movement {number} of {name}")


def _check(values: Any, kinds: Kinds, where: str) -> None:
    if not isinstance(values, dict):
        raise TypeError(f"{where} is no object")
    for name, kind in kinds.items():
        if name not in values or not isinstance(values[name], kind):
            raise TypeError(f"{where}: {name} is {values.get(name, 'absent')!r:.40}")
