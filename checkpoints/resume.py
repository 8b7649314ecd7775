"""Carrying on a training: what was found, whether it is the same one, how far it came."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stickdance.checkpoints.budget import Budget
from stickdance.checkpoints.errors import BadInput, ChangedOptions
from stickdance.checkpoints.state import STATE, TrainingState, load_state

_VARIATION = "augmentation."


def earlier_run(folder: Path, identity: Mapping[str, Any], afresh: bool) -> TrainingState | None:
    """Return the state of an earlier run of this very training; None where there is none.

    Args:
        folder: of the unfinished training.
        identity: what must be the same, as JSON values by the names that people know.
        afresh: forget what is there.

    Raises:
        ChangedOptions: a training of another identity is there; the message says what differs.
        BadInput: the state cannot be read.
    """
    if afresh:
        (folder / STATE).unlink(missing_ok=True)
        shutil.rmtree(folder / "tensorboard", ignore_errors=True)
    state = load_state(folder)
    if state is None:
        return None
    before = state.about.get("identity")
    if not isinstance(before, dict):
        raise BadInput(f"{state.path}: does not say what it trained; add --afresh")
    changed = differences(before, identity)
    if changed:
        said = "; ".join(f"{name} was {old!s:.40}, is {new!s:.40}" for name, old, new in changed)
        raise ChangedOptions(
            f"{folder}: holds a training begun otherwise ({said}); repeat its options, name "
            "another folder, or add --afresh"
        )
    return state


def differences(
    before: Mapping[str, Any], now: Mapping[str, Any], within: str = ""
) -> list[tuple[str, Any, Any]]:
    """Return (name, old, new) of all values that differ, those of inner objects by dotted names.

    Ways of varying samples that an earlier version did not have are no difference: such a training
    goes on with today's.
    """
    found: list[tuple[str, Any, Any]] = []
    for key in sorted(before.keys() | now.keys()):
        old, new, name = before.get(key), now.get(key), f"{within}{key}"
        if isinstance(old, dict) and isinstance(new, dict):
            found += differences(old, new, f"{name}.")
        elif old != new and not (within == _VARIATION and key not in before):
            found.append((name, old, new))
    return found


def budget_after(state: TrainingState | None, minutes: float, steps: int | None) -> Budget:
    """Return the budget with what earlier runs have used of it.

    Raises:
        BadInput: the state does not tell.
    """
    if state is None:
        return Budget(minutes, steps)
    done, seconds = state.about.get("steps"), state.about.get("seconds")
    if not isinstance(done, int) or not isinstance(seconds, int | float):
        raise BadInput(f"{state.path}: does not say how far it came; add --afresh")
    return Budget(minutes, steps, done, float(seconds))


def curves_of(state: TrainingState) -> dict[str, list[tuple[float, float]]]:
    """Return the curves of earlier runs: (minutes, value) points by name.

    Raises:
        KeyError, ValueError, TypeError, AttributeError: they are missing or not such.
    """
    curves = state.about["curves"]
    return {str(name): [(float(x), float(y)) for x, y in points] for name, points in curves.items()}


def as_read_back(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as they come back from JSON, where there are no tuples."""
    return dict(json.loads(json.dumps(values)))
