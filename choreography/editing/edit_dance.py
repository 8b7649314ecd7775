"""A dance -> a dance with some of its steps changed and all else as it was.

The song is not listened to again: beats and sections are those of the plan, the sound is the
dance's own. Body, frame rate and the part of the song stay. Poses between the changed steps and
their neighbours' counts are danced anew; all others come out as they were, to the last digit.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.media.audio import Sound
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.manifest import result_folder
from stickdance.choreography.choreographer import Danced, FrameTimes, Song
from stickdance.choreography.dance.folder import KIND, SONG, Dance
from stickdance.choreography.dance.writing import write_dance
from stickdance.choreography.editing.changes import Edit, edit_of, with_locks
from stickdance.choreography.editing.options import EditOptions
from stickdance.choreography.editing.reroll import beats_of_plan, reroll, stretches_of, within
from stickdance.choreography.editing.selection import beats_of
from stickdance.choreography.motion_graph.move_choreographer import (
    MoveChoreographer,
    move_choreographer,
)
from stickdance.choreography.motion_graph.moves_to_poses import check_moves
from stickdance.choreography.music.beat_features import BeatFeatures, beat_features
from stickdance.choreography.options import ChoreographyOptions, check_options
from stickdance.choreography.plan.action_provenance import check_origins
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.rules.rule_choreographer import RuleChoreographer, rule_choreographer

Dancer = RuleChoreographer | MoveChoreographer
_OF_THE_DANCE = (
    "style", "beats_per_step", "energy", "mirror_repeats", "full_turns", "prefer_seen", "hint",
    "dance_with", "mirror_filmed", "moves_consent",
)  # fmt: skip
"""Options that a dance was made with and that count when steps are chosen anew."""
_ANEW = ("kind", "stickdance", "command", "files", "warnings", "pose_coverage", "moves", "edits")


@dataclass(frozen=True)
class EditedDance:
    """A dance that was edited."""

    dance: Dance
    told: tuple[str, ...]
    """What was changed, a line each."""
    seconds: tuple[tuple[float, float], ...]
    """From when to when of the song poses differ, at most."""


def edit_dance(dance: Dance, to: Path, options: EditOptions) -> EditedDance:
    """Change some steps of a dance.

    Args:
        dance: of named actions, or of moves of a take.
        to: the dance folder to write; an older dance there is replaced.
        options: what to change.

    Raises:
        UsageError: options that do not fit together, or words that name no steps.
        BadInput: the dance has no steps, there is no such step, section or action, or what its
            steps come from is no longer there.
        OutputFailed: `to` cannot be written.
    """
    options.check()
    check_editable(dance)
    made_with = _options_of(dance, options)
    check_options(made_with)
    dancer = _dancer(dance, made_with)
    old = with_locks(dance.choreography, options)
    edit = edit_of(old, options, _actions(dancer).repertoire)
    plan, told = _edited(old, edit, dance, dancer, made_with)
    changed = _changed_seconds(dance.choreography, plan)
    danced = _danced(dance, dancer, plan)
    about = {name: value for name, value in dance.manifest.items() if name not in _ANEW}
    about["options"] = {
        **dict(about.get("options", {})), "hint": list(made_with.hint), "style": made_with.style,
    }  # fmt: skip
    about["edits"] = [*dance.manifest.get("edits", []), *told]
    with result_folder(to, KIND, about) as folder:
        shutil.copyfile(dance.sound.path, folder / SONG)
        shown = folder / SONG if dance.preview.is_file() else None
        about |= write_dance(folder, danced, dance.body, shown)
        about["warnings"] = [*danced.warnings, *_drifted(dance, danced, changed)]
    return EditedDance(Dance.load(to), told, changed)


def check_editable(dance: Dance) -> None:
    """Refuse a dance without steps.

    Raises:
        BadInput: it has none.
    """
    if not dance.choreography.steps:
        who = "a network" if dance.learned else "somebody in a video"
        danced = f"was danced by {who} and " if dance.learned or dance.followed else ""
        raise BadInput(f"{dance.path}: {danced}has no steps to edit; expected one of named steps")


def _options_of(dance: Dance, asked: EditOptions) -> ChoreographyOptions:
    """Return what a dance was made with, and what is asked for now.

    Options of other versions that are not known here are passed over.
    """
    recorded: Mapping[str, Any] = dance.manifest.get("options", {})
    told = {name: recorded[name] for name in _OF_THE_DANCE if name in recorded}
    told["hint"] = (*told.get("hint", ()), *asked.hint)
    moves, actions = recorded.get("moves"), recorded.get("actions", ())
    seed = dance.choreography.seed + 1 if asked.seed is None else asked.seed
    plan = dance.choreography
    found = asked.moves or (Path(moves) if moves and plan.moves else None)
    return ChoreographyOptions(
        **{**told, **({"style": asked.style} if asked.style else {})},
        fps=dance.poses.fps,
        seed=seed,
        moves=found,
        actions=asked.actions or (tuple(map(Path, actions)) if plan.actions else ()),
    )


def _dancer(dance: Dance, options: ChoreographyOptions) -> Dancer:
    plan = dance.choreography
    if plan.moves is None:
        made = replace(options, moves=None, dance_with="auto", moves_consent=_NO_CONSENT)
        rules = rule_choreographer(made, dance.body)
        check_origins(plan, rules.repertoire)
        return rules
    if options.moves is None or not options.moves.exists():
        was = f" {options.moves}" if options.moves else ""
        raise BadInput(
            f"{dance.path}: dances moves of the take {plan.moves.take!r}, which is not found at"
            f"{was or ' any place known'}; name it with --moves"
        )
    mover = move_choreographer(options.moves, options, dance.body)
    check_moves(plan, mover.library, options.moves)
    return mover


_NO_CONSENT = ChoreographyOptions.moves_consent


def _actions(dancer: Dancer) -> RuleChoreographer:
    return dancer if isinstance(dancer, RuleChoreographer) else dancer.actions


def _edited(
    plan: Choreography, edit: Edit, dance: Dance, dancer: Dancer, options: ChoreographyOptions
) -> tuple[Choreography, tuple[str, ...]]:
    """Return the plan that is danced, and what was changed."""
    told, steps = list(edit.told), list(plan.steps)
    stretches = stretches_of(plan, edit.rerolled)
    fresh: list[Step] = []
    seed = plan.seed
    if stretches:
        features = features_of(dance, plan)
        found = reroll(plan, stretches, dancer.choose, features, options)
        seed = found.seed
        for stretch, new in found.steps:
            fresh += new
            told.append(_told(plan, within(plan, stretch), new))
    kept = [edit.changed.get(place, step) for place, step in enumerate(steps)
            if place not in edit.rerolled]  # fmt: skip
    both = sorted([*filter(None, kept), *fresh], key=lambda step: step.start_beat)
    if not both:
        raise BadInput(f"{dance.path}: no step would be left")
    told += _renumbered(steps, both)
    return replace(plan, steps=tuple(both), seed=seed), tuple(told)


def features_of(dance: Dance, plan: Choreography) -> BeatFeatures:
    """Return what each beat of a plan sounds like; of beats that the dance leaves out, nothing."""
    beats = beats_of_plan(plan)
    shifted = replace(beats, times=beats.times - dance.start_seconds)
    heard = beat_features(dance.sound, shifted)
    inside = (shifted.times >= -0.05) & (shifted.times < dance.sound.seconds)
    return BeatFeatures(
        amplitude=np.where(inside, heard.amplitude, 0.5).astype(np.float32),
        interval=heard.interval,
        shares=np.where(inside[:, None], heard.shares, 1 / 3).astype(np.float32),
        silent=heard.silent & inside,
    )


def _danced(dance: Dance, dancer: Dancer, plan: Choreography) -> Danced:
    frames = FrameTimes(dance.start_seconds, len(dance.poses), dance.poses.fps)
    # The dance's sound is a part of the song that its plan is for.
    sound: Sound = replace(dance.sound, seconds=max(plan.seconds, dance.sound.seconds))
    actions = replace(_actions(dancer), edited=plan)
    told: Dancer = actions
    if isinstance(dancer, MoveChoreographer):
        told = replace(dancer, actions=actions)
    return told.dance(Song(plan.song, plan.sha256, sound), frames)


def _told(plan: Choreography, before: tuple[Step, ...], now: tuple[Step, ...]) -> str:
    old, new = (", ".join(step.action for step in steps) or "nothing" for steps in (before, now))
    first, last = (before or now)[0], (before or now)[-1]
    span = replace(first, beats=round(last.end_beat - first.start_beat))
    same = "; nothing else was found that suits" if old == new else ""
    return f"{beats_of(span)}: {old} -> {new}{same}"


def _renumbered(old: Sequence[Step], new: Sequence[Step]) -> list[str]:
    """Return a line where steps that stay have other numbers from some step on."""
    now = {step.start_beat: number for number, step in enumerate(new, 1)}
    for number, step in enumerate(old, 1):
        other = now.get(step.start_beat, number)
        if other != number and step in new:
            return [f"numbers change: what was step {number} ({step.action}) is now step {other}"]
    return []


def _changed_seconds(old: Choreography, new: Choreography) -> tuple[tuple[float, float], ...]:
    """Return from when to when poses may differ: from the count before a changed step to the next.

    What follows a take's moves fades in over up to 0.7 s, and arms are drawn in softly.
    """
    plain = [
        [replace(step, section="", locked=False) for step in each.steps] for each in (old, new)
    ]
    changed = [step for steps, others in (plain, plain[::-1]) for step in steps
               if step not in others]  # fmt: skip
    beats = np.array(old.beats)
    usual = float(np.median(np.diff(beats)))
    spans = []
    for step in changed:
        before = [s for steps in plain for s in steps if s.end_beat <= step.start_beat]
        after = [s.start_beat for steps in plain for s in steps if s.start_beat >= step.end_beat]
        nearest = max((s.end_beat for s in before), default=step.start_beat - 2)
        pace = max((s.pace for s in before if s.end_beat == nearest), default=1)
        begin = min(nearest, step.start_beat) - 2 * pace
        end = min(after, default=float("inf"))
        spans.append((_seconds(beats, begin, usual) - _SOFT, _seconds(beats, end, usual) + _SOFT))
    return _joined(spans)


_SOFT = 0.75  # seconds
_DRIFT = 0.05  # pixels


def _seconds(beats: np.ndarray, at: float, usual: float) -> float:
    if at < 0:
        return float(beats[0] + at * usual)
    if at > len(beats) - 1:
        return float("inf")
    return float(np.interp(at, np.arange(len(beats)), beats))


def _joined(spans: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    out: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = out[-1][0], max(end, out[-1][1])
        else:
            out.append((max(start, 0.0), end))
    return tuple(out)


def _drifted(
    dance: Dance, danced: Danced, changed: tuple[tuple[float, float], ...]
) -> tuple[str, ...]:
    """Return a line where poses that nothing was asked of came out otherwise than they were."""
    seconds = dance.start_seconds + np.arange(len(dance.poses)) / dance.poses.fps
    asked = np.zeros(len(seconds), bool)
    for start, end in changed:
        asked |= (seconds >= start) & (seconds <= end)
    away = np.abs(danced.poses.points - dance.poses.points).max(axis=(1, 2))
    same = (away < _DRIFT) | asked
    if same.all():
        return ()
    return (
        f"{(~same).sum()} frames that nothing was asked of came out otherwise, as another version "
        "made the dance, or its take or actions have changed",
    )
