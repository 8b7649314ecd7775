"""A song danced with shots alone: which shot on which beats, every join in a shared pose.

1. The rules choose steps of the actions that there are shots of, for the chorus among those that
   begin and end in `READY`, for all else among the others.
2. Shots are laid on these steps one after another, none cut short: one of the step's own action
   and side where it fits, else the nearest to it. A shot may take up a fill that comes after it.
3. Where the chorus begins or ends, the last shot before it leads from one pose to the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from stickdance.choreography.actions.catalog import ACTIONS, Repertoire
from stickdance.choreography.music.beat_features import BeatFeatures
from stickdance.choreography.music.beats import Beats
from stickdance.choreography.music.structure import Structure
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan.styles import Taste
from stickdance.choreography.rules.choose_steps import choose_steps
from stickdance.choreography.shotlist.shared_poses import READY, REST
from stickdance.choreography.shotlist.shot_list import Shot

LEAST_BEATS: Literal[4] = 4
"""Beats that a step of shots takes at least, whatever the style says."""


@dataclass(frozen=True)
class PlacedShot:
    """A shot on a song's beats."""

    shot: Shot
    start_beat: int
    beats: int
    mirrored: bool
    """The side that is seen; other than the shot's where it is shown in a mirror."""
    section: str
    energy: float


@dataclass(frozen=True)
class _Block:
    """Beats that follow one another, danced in one pose's shots."""

    pose: str
    steps: tuple[Step, ...]
    next_pose: str | None = None
    """Of the block that follows without a break."""

    @property
    def start(self) -> int:
        return int(self.steps[0].start_beat)

    @property
    def stop(self) -> int:
        return int(self.steps[-1].end_beat)


def place_shots(
    shots: Sequence[Shot],
    tempo: float,
    heard: tuple[Beats, Structure, BeatFeatures],
    taste: Taste,
    mirrors: bool = False,
) -> tuple[PlacedShot, ...]:
    """Choose and place shots for a song.

    Args:
        shots: what there is, at least one that begins and ends in the same pose.
        tempo: beats a minute that they are danced at.
        heard: in the song.
        taste: of the person who asks.
        mirrors: whether a shot may be seen in a mirror where its other side was not filmed.
    """
    times = pace_factor(tempo, heard[0].tempo)
    steps = _steps(shots, heard, taste)
    chorus = heard[1].chorus
    out: list[PlacedShot] = []
    for block in _blocks(steps, _poses(shots), chorus):
        out += _laid(block, shots, times, mirrors)
    return tuple(out)


def pace_factor(tempo: float, wanted: float) -> int:
    """Return how many beats of a song one beat of the click takes: 2 for a song twice as fast."""
    return 2 if wanted / tempo > np.sqrt(2) else 1


def shot_taste(taste: Taste) -> Taste:
    """Return a taste with steps that are long enough to come back to a shared pose."""
    beats = taste.chosen_style.beats_per_step
    return taste if beats >= LEAST_BEATS else replace(taste, beats_per_step=LEAST_BEATS)


def _poses(shots: Sequence[Shot]) -> tuple[str, ...]:
    """Return the poses that there are shots in, that of the verse first."""
    there = {shot.begin for shot in shots if shot.begin == shot.end}
    return tuple(pose for pose in (REST, READY) if pose in there)


def _steps(
    shots: Sequence[Shot], heard: tuple[Beats, Structure, BeatFeatures], taste: Taste
) -> list[Step]:
    """Return the steps of the rules, those of the chorus from its own actions."""
    taste = replace(shot_taste(taste), full_turns=True)  # what was filmed may be seen
    poses = _poses(shots)
    steps: list[Step] = []
    for pose in poses:
        names = {shot.action for shot in shots if shot.begin == shot.end == pose}
        # In the catalogue's order: chance is drawn action by action.
        danced = {name: action for name, action in ACTIONS.items() if name in names}
        chosen = choose_steps(*heard, taste, repertoire=Repertoire(danced=danced))
        here = [step for step in chosen if _pose_of(step, poses, heard[1].chorus) == pose]
        steps += here
    return sorted(steps, key=lambda step: step.start_beat)


def _pose_of(step: Step, poses: Sequence[str], chorus: str | None) -> str:
    return poses[-1] if step.section == chorus else poses[0]


def _blocks(steps: Sequence[Step], poses: Sequence[str], chorus: str | None) -> list[_Block]:
    blocks: list[list[Step]] = []
    for step in steps:
        before = blocks[-1][-1] if blocks else None
        goes_on = before is not None and before.end_beat == step.start_beat
        same = before is not None and _pose_of(before, poses, chorus) == _pose_of(
            step, poses, chorus
        )
        if goes_on and same:
            blocks[-1].append(step)
        else:
            blocks.append([step])
    found = [_Block(_pose_of(each[0], poses, chorus), tuple(each)) for each in blocks]
    joined = [
        replace(one, next_pose=other.pose if one.stop == other.start else None)
        for one, other in pairwise(found)
    ]
    return [*joined, *found[-1:]]


def _laid(block: _Block, shots: Sequence[Shot], times: int, mirrors: bool) -> list[PlacedShot]:
    """Return the shots of a block, in order."""
    bridge = _bridge(block, shots, times)
    own = [shot for shot in shots if shot.begin == shot.end == block.pose]
    at, stop = block.start, block.stop - (0 if bridge is None else times * bridge.beats)
    out: list[PlacedShot] = []
    while True:
        step = next((one for one in block.steps if one.end_beat > at), block.steps[-1])
        fitting = [shot for shot in own if at + times * shot.beats <= stop]
        if not fitting:
            break
        before = out[-1].shot if out else None
        shot = min(fitting, key=lambda one: _misfit(one, step, at, times, before))
        out.append(_placed(shot, step, at, times, mirrors))
        at += out[-1].beats
    if bridge is not None:
        out.append(_placed(bridge, block.steps[-1], stop, times, mirrors))
    return out


def _bridge(block: _Block, shots: Sequence[Shot], times: int) -> Shot | None:
    """Return the shot that leads over to the next block's pose, the shortest that fits."""
    if block.next_pose in (None, block.pose):
        return None
    room = block.stop - block.start
    leading = [
        shot
        for shot in shots
        if (shot.begin, shot.end) == (block.pose, block.next_pose) and times * shot.beats <= room
    ]
    return min(leading, key=lambda shot: shot.beats, default=None)


def _misfit(
    shot: Shot, step: Step, at: int, times: int, before: Shot | None
) -> tuple[bool, bool, bool, float, float]:
    """Return how badly a shot dances a step from a beat on; the smaller the better."""
    beats = times * shot.beats
    left = step.end_beat - at
    other = shot.action != step.action
    again = other and before is not None and shot.action == before.action
    energy = abs(shot.danced.energy - step.energy) if other else 0.0
    return other, again, shot.mirrored != step.mirrored, energy, abs(left - beats)


def _placed(shot: Shot, step: Step, at: int, times: int, mirrors: bool) -> PlacedShot:
    side = step.mirrored if mirrors and shot.action == step.action else shot.mirrored
    return PlacedShot(shot, at, times * shot.beats, side, step.section, step.energy)
