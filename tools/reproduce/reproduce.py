"""A result made again and compared: the same, or what differs first, and by how much.

On the same kind of processor, with the same versions, all frames, samples and values are the same.
Elsewhere, or where a training was given minutes and is replayed by its steps, numbers differ, and
limits are held instead: they are told with the reasons.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stickdance.checkpoints.made_by import WITH_A_GPU, machine, versions
from stickdance.checkpoints.scratch import scratch_folder
from stickdance.tools.reproduce.again import Told, run_again, told_by
from stickdance.tools.reproduce.comparison import Difference, differences, frame_count
from stickdance.tools.reproduce.inputs import places_of_batch

DIFFERS = 6
LEAST_PSNR = 30.0
"""dB of the worst frame, where frames need not be the same."""
_SCORES, _SCORE_LIMITS = "scores.json", {"psnr": 1.0, "ssim_gaussian": 0.03}


def reproduce(result: Path, folders: Sequence[Path]) -> dict[str, Any]:
    """Make a result again, elsewhere, and compare the two.

    Args:
        result: folder of a take, a dance or a performer, or a video.
        folders: where inputs may be that are not where they were.

    Returns:
        `same`, `differences`, `why_not_exact`, and `exit_status` 6 where it differs.

    Raises:
        BadInput: it does not tell what made it, or an input is not found.
        StickdanceError: the command failed this time.
    """
    told = told_by(result)
    with scratch_folder() as folder:
        made = run_again(told, [*folders, *places_of_batch(result)], folder)
        found = differences(result, made)
        reasons = why_not_exact(told)
        faults = found if not reasons else beyond_limits(found, result, made)
        seen = f"{frame_count(result)} frames and the sound" if result.is_file() else "all of it"
    return _answer(told, found, faults, reasons, seen)


def why_not_exact(told: Told) -> list[str]:
    """Return why a result need not be the same to the bit."""
    reasons = []
    if told.machine != machine():
        reasons.append(f"it was made on {told.machine}, this is {machine()}")
    if WITH_A_GPU in machine():
        reasons.append("a GPU takes sums in no fixed order")
    now = versions()
    for name in sorted(told.versions.keys() | now.keys()):
        if told.versions.get(name) != now.get(name):
            before, after = told.versions.get(name, "none"), now.get(name, "none")
            reasons.append(f"{name} was {before}, is {after}")
    if told.is_trained_by_minutes:
        reasons.append(f"its training was given minutes, and is replayed by {told.steps} steps")
    return reasons


def beyond_limits(found: Sequence[Difference], result: Path, made: Path) -> list[Difference]:
    """Return differences that are larger than rounding and learning explain.

    Frames are held to `LEAST_PSNR`, a performer's weights to the scores that it has on unseen
    frames; a sound is the same anywhere.
    """
    if (result / _SCORES).is_file():
        return list(_of_scores(result, made))
    return [
        each
        for each in found
        if (each.psnr < LEAST_PSNR if "frames" in each.what else not _is_near(each))
    ]


def _is_near(difference: Difference) -> bool:
    return any(f"{suffix}:" in difference.what for suffix in (".npz", ".json", ".png"))


def _of_scores(result: Path, made: Path) -> list[Difference]:
    old, new = (json.loads((each / _SCORES).read_text()) for each in (result, made))
    return [
        Difference(f"{_SCORES}: {name}", f"was {old[name]:.4g}, is {new[name]:.4g}")
        for name, limit in _SCORE_LIMITS.items()
        if old.get(name) is not None and not abs(old[name] - new.get(name, 1e9)) <= limit
    ]


def _answer(
    told: Told,
    found: Sequence[Difference],
    faults: Sequence[Difference],
    reasons: Sequence[str],
    seen: str,
) -> dict[str, Any]:
    exact = not found
    kind = "the same to the bit" if exact else "within the limits"
    line = f"{told.result}: {seen} made again, {kind}"
    if faults:
        line = f"{told.result}: differs: {faults[0].what}: {faults[0].told}"
    if reasons and not exact:
        limits = f"frames from {LEAST_PSNR:g} dB, scores within 1 dB of PSNR and 0.03 of SSIM"
        line += f" (held to {limits}, since {'; '.join(reasons)})"
    return {
        "result": str(told.result),
        "same": exact,
        "differences": [f"{each.what}: {each.told}" for each in found],
        "why_not_exact": list(reasons),
        **({"exit_status": DIFFERS} if faults else {}),
        "in_a_line": line,
    }
