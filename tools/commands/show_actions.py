"""The actions that dances are made of: listed, drawn as a sheet, shown as a video."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import UsageError
from stickdance.choreography.actions.action import Action
from stickdance.choreography.actions.catalog import Repertoire
from stickdance.choreography.actions.own import repertoire_with
from stickdance.choreography.practice.action_preview import write_action_preview
from stickdance.choreography.practice.action_sheet import write_action_sheet


def show_actions(
    names: Sequence[str] = (),
    output: Path | None = None,
    tempo: float | None = None,
    own: Sequence[Path] = (),
) -> dict[str, Any]:
    """List actions by the part of the body that leads, and draw or show them.

    Args:
        names: which; by default all.
        output: a .png that draws them as strips of stick figures, or a .mp4 of the one named.
        tempo: counts a minute of the video; by default a comfortable one.
        own: files and folders of actions besides the built-in ones.

    Raises:
        UsageError: an output that is neither, or a video of no or several actions.
        BadInput: a name is unknown, or a file of actions is wrong.
    """
    kind = None if output is None else output.suffix.lower()
    _check(names, output, kind, tempo)
    repertoire = repertoire_with(own)
    chosen = [repertoire.find(name) for name in names] or list(repertoire.actions.values())
    told: dict[str, Any] = {"actions": len(chosen)}
    for source in ("arms", "hips", "legs", "whole"):
        led = [_described(action, repertoire) for action in chosen if action.source == source]
        told |= {source: led} if led else {}
    if output is not None and kind == ".png":
        shown = [action.name for action in chosen] if names else list(repertoire.danced)
        told["sheet"] = str(write_action_sheet(output, shown, repertoire=repertoire))
    elif output is not None:
        told["video"] = str(write_action_preview(chosen[0], repertoire, output, tempo))
    return told


def _check(
    names: Sequence[str], output: Path | None, kind: str | None, tempo: float | None
) -> None:
    if kind not in (None, ".png", ".mp4"):
        raise UsageError(f"--output {output}: expected NAME.png (sheet) or NAME.mp4 (video)")
    if kind == ".mp4" and len(names) != 1:
        raise UsageError(f"--output {output}: a video shows one action; name it: actions mambo")
    if tempo is not None and kind != ".mp4":
        raise UsageError("--tempo: belongs to a video of one action; name it with -o NAME.mp4")


def _described(action: Action, repertoire: Repertoire) -> dict[str, Any]:
    """Return what people should know of an action."""
    origin = repertoire.origins.get(action.name)
    traits = {
        "steps": action.moves_feet,
        "turns or changes level": action.changes,
        "shows the back": action.shows_back,
        "holds its last pose": action.holds,
    }
    return {
        "name": action.name,
        "counts": action.counts,
        "accent": action.accent,
        "energy": action.energy,
        "tempo": f"{action.tempo[0]:g}-{action.tempo[1]:g}",
        **({"from": origin.file} if origin else {}),
        "traits": "; ".join(name for name, there in traits.items() if there) or "in place",
        "about": action.about,
    }
