"""The actions that dances are made of: listed, drawn as a sheet, shown as a video."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.actions.action import Action
from stickdance.choreography.actions.catalog import Repertoire
from stickdance.choreography.actions.own import repertoire_with
from stickdance.choreography.practice.action_preview import write_action_preview
from stickdance.choreography.practice.action_sheet import write_action_sheet


@dataclass(frozen=True)
class ActionsOptions:
    """What to show of the actions."""

    actions: tyro.conf.UseAppendAction[tuple[Path, ...]] = ()
    """Actions of your own too: a file of poses, a folder of them, or a Python file, which is then
    run. May be given several times."""
    sheet: Path | None = None
    """Write a picture (.png) of the actions as strips of stick figures."""
    preview: str | None = None
    """Show this action as a video, to a metronome; --output names the file."""
    output: Annotated[Path | None, tyro.conf.arg(aliases=["-o"])] = None
    """The .mp4 of the preview; by default NAME.mp4."""
    tempo: float | None = None
    """Counts a minute of the preview; by default a comfortable one."""


def show_actions(names: tuple[str, ...], options: ActionsOptions) -> dict[str, Any]:
    """List actions by the part of the body that leads, and draw or show them.

    Args:
        names: which; by default all.
        options: what else to do.

    Raises:
        BadInput: a name is unknown, or a file of actions is wrong.
    """
    if options.preview is None and (options.output is not None or options.tempo is not None):
        raise BadInput("--output and --tempo belong to --preview; name the action: --preview mambo")
    repertoire = repertoire_with(options.actions)
    chosen = [repertoire.find(name) for name in names] or list(repertoire.actions.values())
    out: dict[str, Any] = {
        source: [_described(action, repertoire) for action in chosen if action.source == source]
        for source in ("arms", "hips", "legs", "whole")
    }
    out = {"actions": len(chosen)} | {source: part for source, part in out.items() if part}
    if options.sheet is not None:
        shown = [action.name for action in chosen] if names else list(repertoire.danced)
        out["sheet"] = str(write_action_sheet(options.sheet, shown, repertoire=repertoire))
    if options.preview is not None:
        action = repertoire.find(options.preview)
        to = options.output or Path(f"{action.name}.mp4")
        out["preview"] = str(write_action_preview(action, repertoire, to, options.tempo))
    return out


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
