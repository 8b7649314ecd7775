"""The card of a model of the next pose: what it learnt from, and how far off it is."""

from typing import Any

from stickdance.choreography.learned.learning import Learnt
from stickdance.choreography.learned.next_pose.movements import Gathered
from stickdance.choreography.learned.next_pose.options import NextPoseOptions

_ROWS = {
    "places": "intra- and inter-movement",
    "rotations": "the bones' rotations as quaternions",
}
_NETWORKS = {
    "window": "layers that mix the moments of a window",
    "gru": "two GRU layers and a linear one,",
}


def write(name: str, gathered: Gathered, options: NextPoseOptions, learnt: Learnt) -> str:
    """Return the Markdown card of a model, without its scores."""
    parts = gathered.parts
    learnt_from = sum(part.split for part in parts) / options.fps / 60
    held_out = sum(len(part.movement) - part.split for part in parts) / options.fps / 60
    kinds = sorted({part.movement.source for part in parts})
    notes = "\n".join(f"- {line}" for line in gathered.refused) or "- nothing to say"
    return f"""# {name}

Tells the next pose of a movement; fed with its own poses, the movement goes on.

## Material
- {len(parts)} movements ({", ".join(kinds)}): {learnt_from:.1f} minutes learnt from,
  {held_out:.1f} minutes held out
- {options.fps:g} frames a second, {options.axes} dimensions, {_ROWS[options.rows]}

## Network and training
- {_NETWORKS[options.network]} of {options.hidden} units, {options.batch} pieces a step
- {options.seen_seconds:g} s seen, {options.told_seconds:g} s on its own poses, in every piece
- steps: {learnt.steps:,} in {learnt.seconds / 60:.1f} minutes

## Notes
{notes}
"""


def table(scores: dict[str, Any]) -> str:
    """Return the scores as text: errors beside zero velocity, free runs, feasibility."""
    lines = []
    for source, errors in scores["errors"].items():
        lines.append(f"{source}: mean distance of a joint, in thousandths of a body height")
        lines.append(_row("milliseconds", [f"{key:>8}" for key in errors]))
        for way, words in (("model", "this model"), ("zero_velocity", "zero velocity")):
            cells = [f"{1000 * row[way]:8.1f}" for row in errors.values()]
            lines.append(_row(words, cells))
        lines.append(_row("better in", [f"{row['better']:8.0%}" for row in errors.values()]))
    if not scores["errors"]:
        lines.append("no movement is held out that is long enough to measure errors on")
    if free := scores.get("free_run"):
        lines.append(
            f"free runs of {free['seconds']:g} s move {free['with_goals']:.0%} as much as real "
            f"movement ({free['with_goals_last_quarter']:.0%} in their last quarter); without "
            f"goals {free['without_goals']:.0%} ({free['without_goals_last_quarter']:.0%})"
        )
    for way, found in scores.get("feasibility", {}).items():
        cells = [f"{name} {value:.3g}" for name, value in found.items() if value is not None]
        lines.append(_row(way.replace("_", " "), [", ".join(cells)]))
    return "\n".join(lines)


def _row(title: str, cells: list[str]) -> str:
    return f"  {title:<14} {' '.join(cells)}"
