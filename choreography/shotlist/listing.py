"""A song, or a style, -> the shot list that it takes to dance it.

1. The rules choreograph the song as `stickdance choreograph` does, with all actions.
2. The fewest actions that cover that dance are found (`covering`), for the chorus and for all else.
3. With these alone the song is placed once more (`placing`); what it uses is the list, so that
   the song's dance of the filmed list needs nothing else.

A style without a song asks for what its rules choose for soft and loud, low and high sounds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from stickdance.capture.media.audio import decode_sound
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import sha256
from stickdance.checkpoints.scratch import scratch_folder
from stickdance.choreography.actions.action import Action
from stickdance.choreography.actions.catalog import DANCED
from stickdance.choreography.listening import listen, listening_only
from stickdance.choreography.music.beat_features import BeatFeatures, beat_features
from stickdance.choreography.music.beats import Beats
from stickdance.choreography.music.structure import Structure
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.rules.action_choice import Chooser, pace_of
from stickdance.choreography.rules.choose_steps import choose_steps
from stickdance.choreography.rules.step_sequences import phrase_beats
from stickdance.choreography.shotlist.covering import Cover, Move, Need, fewest_moves
from stickdance.choreography.shotlist.guide import seconds_for
from stickdance.choreography.shotlist.options import ShotListOptions, check_shot_options
from stickdance.choreography.shotlist.placing import LEAST_BEATS, place_shots, shot_taste
from stickdance.choreography.shotlist.shared_poses import READY, REST
from stickdance.choreography.shotlist.shot_list import Shot, ShotList

_USUAL_TEMPO = 112.0  # beats a minute of a list for any song
_SOUNDS = ((0.6, 0.25, 0.15), (0.25, 0.5, 0.25), (0.15, 0.25, 0.6))  # low, middle, high
_LOUDNESS = (0.2, 0.5, 0.8)
_CHORUS = 0.2  # of energy, that a chorus has more
_SETTLES = 6  # rounds in which a dance comes to use a list wholly


@dataclass(frozen=True)
class Listed:
    """A shot list, and how much of the song it dances."""

    shot_list: ShotList
    beats: int = 0
    """Of the song that ask for a move."""
    beats_danced: int = 0
    """Of them, those on which a shot is danced."""


def song_to_shot_list(song: Path, options: ShotListOptions) -> Listed:
    """Return what is to be filmed for a song.

    Raises:
        BadInput: the song cannot be read or has no beat; an option is out of range, or leaves
            nothing to film.
    """
    check_shot_options(options)
    with scratch_folder() as scratch:
        sound = decode_sound(Path(song), scratch / "song.wav")
        heard = listen(sound, listening_only(options))
        features = beat_features(sound, heard.beats)
    about = {"name": Path(song).name, "sha256": sha256(Path(song))}
    return shots_for((heard.beats, heard.structure, features), options, about)


def shots_for(
    heard: tuple[Beats, Structure, BeatFeatures],
    options: ShotListOptions,
    song: dict[str, str] | None = None,
) -> Listed:
    """Return what is to be filmed for what was heard in a song; see `song_to_shot_list`."""
    beats, structure, _ = heard
    tempo, metre = beats.tempo, beats.metre
    steps = choose_steps(*heard, shot_taste(options))
    needs = _needs(steps, structure.chorus)
    cover = _cover(needs, tempo, metre, options)
    shots = _possible(cover.moves, tempo, metre, options)
    for _ in range(_SETTLES):
        placed = place_shots(shots, tempo, heard, options)
        used = [shot for shot in shots if any(one.shot == shot for one in placed)]
        if used == shots or not used:
            break
        shots = used
    if not placed:
        raise BadInput("the song is too short for a shot list: not one move fits in")
    listed = ShotList(tuple(shots), tempo, metre, options.style, song, _told(cover.missed))
    return Listed(listed, sum(s.beats for s in steps), sum(one.beats for one in placed))


def style_to_shot_list(options: ShotListOptions) -> ShotList:
    """Return what is to be filmed for any song of a style.

    Raises:
        BadInput: an option is out of range or leaves nothing to film.
    """
    check_shot_options(options)
    tempo, metre = options.tempo or _USUAL_TEMPO, options.metre or 4
    needs = list(_needs_of_style(options, tempo))
    cover = _cover(needs, tempo, metre, options)
    shots = _possible(cover.moves, tempo, metre, options)
    return ShotList(tuple(shots), tempo, metre, options.style, None, _told(cover.missed))


def _needs(steps: Sequence[Step], chorus: str | None) -> list[Need]:
    """Return what steps ask for, those of one action in one section together."""
    total: dict[tuple[str, str], int] = {}
    for step in steps:
        if step.action in DANCED:
            key = step.action, step.section
            total[key] = total.get(key, 0) + step.beats
    return [
        Need(DANCED[name], section, READY if section == chorus else REST, beats)
        for (name, section), beats in total.items()
    ]


def _needs_of_style(options: ShotListOptions, tempo: float) -> Iterable[Need]:
    style = options.chosen_style
    for pose, more in ((REST, 0.0), (READY, _CHORUS)):
        chooser = Chooser(tempo, shot_taste(options))
        for loud in _LOUDNESS:
            wanted = style.energy + more + style.contrast * (loud - 0.5)
            for shares in _SOUNDS:
                action = chooser.choose(float(np.clip(wanted, 0, 1)), np.array(shares), 8, 4)
                yield Need(action, f"{pose} {loud}", pose, 4)


def _cover(needs: Sequence[Need], tempo: float, metre: int, options: ShotListOptions) -> Cover:
    may = {
        name: action
        for name, action in DANCED.items()
        if shot_beats(action, tempo, metre) is not None
        and tempo / pace_of(action, tempo) >= action.tempo[0]
        and (options.full_turns or not action.shows_back)
    }
    sides = 2 if options.both_sides else 1

    def seconds(action: Action) -> float:
        shot = _shot(Move(action, REST), tempo, metre, options)
        return sides * seconds_for(shot, tempo, metre)

    most = None if options.most_minutes is None else 60 * options.most_minutes
    cover = fewest_moves(needs, may, seconds, most)
    if not cover.moves:
        asked = "" if most is None else f"--most-minutes {options.most_minutes:g}: "
        raise BadInput(f"{asked}not one move can be filmed; allow more minutes")
    return cover


def shot_beats(action: Action, tempo: float, metre: int) -> int | None:
    """Return the beats that a shot of an action takes, whole bars; None: it fits into no phrase."""
    whole, phrase = action.counts * pace_of(action, tempo), phrase_beats(metre)
    least = metre if metre % 3 == 0 else LEAST_BEATS
    fitting = [n for n in range(whole, phrase + 1, whole) if n >= least and phrase % n == 0]
    return fitting[0] if fitting else (phrase if metre in (5, 7) and whole <= phrase else None)


def _shot(move: Move, tempo: float, metre: int, options: ShotListOptions) -> Shot:
    beats = shot_beats(move.action, tempo, metre)
    assert beats is not None  # others are not among those that may be filmed
    pace = pace_of(move.action, tempo)
    return Shot(move.action.name, False, beats, pace, move.pose, move.pose, options.repeats)


def _possible(
    moves: Sequence[Move], tempo: float, metre: int, options: ShotListOptions
) -> list[Shot]:
    """Return the shots of moves, to one or both sides, and those that lead from pose to pose."""
    own = [_shot(move, tempo, metre, options) for move in moves]
    sides = (False, True) if options.both_sides else (False,)
    shots = [replace(shot, mirrored=side) for shot in own for side in sides]
    for begin, end in ((REST, READY), (READY, REST)):
        there = {shot.begin for shot in own}
        leads = min((s for s in own if s.begin == end), key=lambda s: s.beats, default=None)
        if begin in there and leads is not None:
            shots.append(replace(leads, begin=begin, end=end))
    return shots


def _told(missed: Sequence[Need]) -> tuple[str, ...]:
    return tuple(
        f"{need.action.name.replace('_', ' ')} ({need.beats} beats of section {need.section})"
        for need in missed
    )
