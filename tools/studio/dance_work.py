"""Dances for pages: a song danced, and its steps changed.

Each change writes a new plan, `plans/N.json`, and dances it; going back takes an earlier one, so
that nothing a person made is lost, by a crash neither. `figure.bin` is what a page draws: float32
(frames, 18, 2), shares of the frame's width and height, not a number where a joint is not seen.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import whole_file, write_json
from stickdance.checkpoints.json_reader import read_json_object

DANCE, FIGURE, PLANS, VIEW = "dance", "figure.bin", "plans", "view.json"
CHANGES = ("action", "mirror", "energy", "remove", "lock", "swap")


@dataclass(frozen=True)
class Floor:
    """Where and by whom a dance is danced."""

    folder: Path
    """Of the dance."""
    song: Path
    """Its sound."""
    performer: Path
    """Whose body dances."""
    moves: Path | None = None
    """Take whose own moves are danced; None for named steps alone."""
    heard: Path | None = None
    """Beats and sections as people corrected them; None for those that are heard."""


def first_dance(
    floor: Floor, style: str, energy: float | None, seed: int, insists: bool = True
) -> dict[str, Any]:
    """Dance a song anew and keep its plan as the first.

    Args:
        floor: where, and by whom.
        style: a name of `choreography.plan.styles`.
        energy: 0..1; None for the style's own.
        seed: choice among equally good steps.
        insists: on own moves, where there are some; else named steps do where they are too few.

    Raises:
        BadInput: the song or an option cannot be danced.
    """
    from stickdance.choreography.motion_graph.segmentation import TooFewMoves, cut_take
    from stickdance.choreography.options import ChoreographyOptions

    if floor.moves is not None and not insists:
        try:
            cut_take(floor.moves)
        except TooFewMoves:
            floor = replace(floor, moves=None)
    options = ChoreographyOptions(
        style=style, energy=energy, seed=seed, preview=False, moves=floor.moves,  # type: ignore[arg-type]
        beats=floor.heard, sections=floor.heard,
    )  # fmt: skip
    plan = _danced(floor, options)
    (floor.folder / PLANS).mkdir(exist_ok=True)
    plan.save(floor.folder / PLANS / "1.json")
    return {**_shown(floor.folder, plan, 1), "own": floor.moves is not None}


def changed_dance(floor: Floor, revision: int, change: Mapping[str, Any]) -> dict[str, Any]:
    """Change steps of a dance's plan, keep that as the next plan, and dance it.

    Args:
        floor: where, and by whom.
        revision: the number of the plan that is changed.
        change: {"step": its place from 0, "do": "action", "to": NAME}, or "mirror", "remove",
            "lock", "swap" (to another step's place), "energy" (to 0..1; with "last", all steps up
            to that one, each as much calmer or wilder than the others as before).

    Raises:
        BadInput: there is no such step or action, or the value is out of range.
    """
    from stickdance.choreography.plan.choreography import Choreography, from_json

    plan = Choreography.load(floor.folder / PLANS / f"{revision}.json")
    values = json.loads(plan.to_json())
    values["steps"] = _changed(values["steps"], change)
    plan = from_json(values)
    file = floor.folder / PLANS / f"{revision + 1}.json"
    plan.save(file)
    return _redanced(floor, file, revision + 1)


def rerolled_dance(
    floor: Floor, revision: int, first: int, last: int, style: str | None = None
) -> dict[str, Any]:
    """Choose steps of a dance anew but for those that are locked; keep that as the next plan.

    Args:
        floor: where, and by whom.
        revision: the number of the plan that is changed.
        first: place of the first step, from 0.
        last: place of the last one.
        style: way of dancing for these steps; None for the dance's.

    Raises:
        BadInput: there are no such steps, or all of them are locked.
    """
    from stickdance.choreography.dance.folder import Dance
    from stickdance.choreography.editing.edit_dance import edit_dance
    from stickdance.choreography.editing.options import EditOptions

    folder = floor.folder
    if _view_of(folder) != revision:  # broken off in the middle of a change
        earlier_dance(floor, revision)
    words = (f"{first + 1}-{last + 1}",)
    options = EditOptions(reroll=words, style=style, moves=floor.moves)  # type: ignore[arg-type]
    edited = edit_dance(Dance.load(folder / DANCE), folder / DANCE, options)
    plan = edited.dance.choreography
    plan.save(folder / PLANS / f"{revision + 1}.json")
    _write_figure(folder, edited.dance)
    return _shown(folder, plan, revision + 1)


def earlier_dance(floor: Floor, revision: int) -> dict[str, Any]:
    """Dance a plan that was made before.

    Raises:
        BadInput: it is not there.
    """
    return _redanced(floor, floor.folder / PLANS / f"{revision}.json", revision)


def _redanced(floor: Floor, file: Path, revision: int) -> dict[str, Any]:
    from stickdance.choreography.options import ChoreographyOptions

    options = ChoreographyOptions(plan=file, preview=False, moves=floor.moves)
    return _shown(floor.folder, _danced(floor, options), revision)


def _changed(steps: list[dict[str, Any]], change: Mapping[str, Any]) -> list[dict[str, Any]]:
    does, to = change.get("do"), change.get("to")
    place = _place(change.get("step"), steps)
    step = steps[place]
    if does == "mirror":
        step["mirrored"] = not step["mirrored"]
    elif does == "remove":
        del steps[place]
    elif does == "action":
        step |= {"action": to, "first_count": 0}
    elif does == "energy":
        _level(steps[place : _place(change.get("last", place), steps) + 1], to)
    elif does == "lock":
        step["locked"] = not step.get("locked", False)
    elif does == "swap":
        _swap(step, steps[_place(to, steps)])
    else:
        raise BadInput(f"change {does!r:.20}: expected one of {', '.join(CHANGES)}")
    return steps


def _place(value: Any, steps: list[dict[str, Any]]) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < len(steps):
        raise BadInput(f"step {value!r:.20}: expected one from 0 to {len(steps) - 1}")
    return value


def _level(steps: list[dict[str, Any]], to: Any) -> None:
    """Give steps an energy on average, and leave them as unlike as they are."""
    if isinstance(to, bool) or not isinstance(to, int | float) or not 0 <= to <= 1:
        raise BadInput(f"energy {to!r:.20}: expected 0 to 1")
    more = to - sum(step["energy"] for step in steps) / max(1, len(steps))
    for step in steps:
        step["energy"] = round(min(1.0, max(0.0, step["energy"] + more)), 3)


def _swap(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Let two steps change places: each is danced on the other's beats."""
    for name in ("action", "mirrored", "pace", "first_count", "facing", "hit"):
        values = {id(step): step.pop(name) for step in (one, other) if name in step}
        for to, of in ((one, other), (other, one)):
            if id(of) in values:
                to[name] = values[id(of)]


def _danced(floor: Floor, options: Any) -> Any:
    """Write the dance and its figure, and return its plan."""
    from stickdance.capture.pose.body_profile import BodyProfile
    from stickdance.choreography.music_to_poses import music_to_poses

    body = BodyProfile.load(floor.performer / "body.json")
    dance = music_to_poses(floor.song, floor.folder / DANCE, options, body=body, size=body.size)
    _write_figure(floor.folder, dance)
    return dance.choreography


def _write_figure(folder: Path, dance: Any) -> None:
    import numpy as np

    poses = dance.poses
    shown = poses.points / np.array(poses.size, np.float64)
    shown[poses.confidence <= 0] = np.nan
    with whole_file(folder / FIGURE) as temporary:
        temporary.write_bytes(shown[:, :18].astype("<f4").tobytes())


def _view_of(folder: Path) -> Any:
    """Return the number of the plan that lies danced in the folder."""
    return read_json_object(folder / VIEW, "a dance's view").get("revision")


def _shown(folder: Path, plan: Any, revision: int) -> dict[str, Any]:
    """Write what a page shows of a plan, and return what the dance's item says of it."""
    from stickdance.choreography.dance.folder import Dance

    dance = Dance.load(folder / DANCE)
    beats = plan.beats
    last = beats[-1] - beats[-2]

    def second(beat: float) -> float:
        whole, part = int(beat), beat % 1
        if whole >= len(beats):
            return float(beats[-1] + (beat - len(beats) + 1) * last)
        after = beats[whole + 1] if whole + 1 < len(beats) else beats[whole] + last
        return float(beats[whole] + part * (after - beats[whole]))

    view = {
        "revision": revision,
        "fps": dance.poses.fps,
        "frames": len(dance.poses),
        "aspect": dance.poses.size[0] / dance.poses.size[1],
        "seconds": round(plan.seconds, 3),
        "beats": [round(beat, 3) for beat in beats],
        "downbeats": [round(beats[place], 3) for place in plan.downbeats],
        "moves": [] if plan.moves is None else sorted(plan.moves.names),
        "sections": [
            {"label": each.label, "start": each.start, "end": each.end, "chorus": each.chorus}
            for each in plan.sections
        ],
        "steps": [
            {
                "action": step.action, "mirrored": step.mirrored, "energy": step.energy,
                "start": round(second(step.start_beat), 3), "end": round(second(step.end_beat), 3),
                "beats": step.beats, "section": step.section, "locked": step.locked,
            }
            for step in plan.steps
        ],
    }  # fmt: skip
    write_json(folder / VIEW, view, indent=None)
    return {"revision": revision, "steps": len(plan.steps), "state": "ready", "reason": ""}


def known_actions() -> list[dict[str, Any]]:
    """Return the named actions that a step may be, with what each is."""
    from stickdance.choreography.actions.catalog import STANDARD

    return [
        {"name": action.name, "counts": action.counts, "source": action.source}
        for action in sorted(STANDARD.danced.values(), key=lambda action: action.name)
    ]
