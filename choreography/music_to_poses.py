"""Main path 2: a song -> a dance.

1. The song's sound is decoded once into `song.wav`.
2. Beats, sections and the sound of every beat are found (unless a plan is given).
3. Rules choose steps: the plan. Or a learned choreographer dances (`options.choreographer`).
4. The plan becomes poses of the target's body, in the target's place.
5. All of it, with a preview, becomes the dance folder.
"""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.media.audio import Sound, cancelling_warning, decode_sound
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.manifest import result_folder, sha256
from stickdance.choreography.actions.catalog import Repertoire
from stickdance.choreography.actions.own import repertoire_with
from stickdance.choreography.body.kinematics import Body
from stickdance.choreography.body.proportions import body_from_profile, default_profile
from stickdance.choreography.dance.folder import JOINTS, KIND, SONG, Dance
from stickdance.choreography.dance.writing import write_dance
from stickdance.choreography.motion_graph.moves_to_poses import (
    check_moves,
    moves_to_poses,
    without_moves,
)
from stickdance.choreography.motion_graph.report import report_moves
from stickdance.choreography.motion_graph.segmentation import material_of
from stickdance.choreography.options import (
    ChoreographyOptions,
    check_options,
    options_as_json,
)
from stickdance.choreography.plan.action_provenance import check_origins, used_origins
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan_to_poses.framing import staged
from stickdance.choreography.plan_to_poses.joints_3d import plan_in_space, save_joints
from stickdance.choreography.plan_to_poses.transitions import linear_poses, pose_values
from stickdance.choreography.rules.action_familiarity import familiarity
from stickdance.choreography.song_part import cut, end_of
from stickdance.choreography.song_to_plan import plan_song


def music_to_poses(
    song: Path,
    to: Path,
    options: ChoreographyOptions | None = None,
    body: BodyProfile | None = None,
    size: tuple[int, int] = (256, 256),
) -> Dance:
    """Turn a song into a dance.

    Args:
        song: any sound or video file.
        to: the dance folder to write; an older dance there is replaced.
        options: how to dance.
        body: whose body and place in the frame; by default an average adult.
        size: (width, height) of the frame where no `body` is given.

    Raises:
        BadInput: the song cannot be read, is silent or without a beat; the plan or an option is
            wrong.
        OutputFailed: `to` cannot be written.
    """
    options = options or ChoreographyOptions()
    check_options(options)
    if options.choreographer is not None:
        return _learned(Path(song), Path(to), options, body or default_profile(size))
    material = None if options.moves is None else material_of(options.moves, body)
    profile = body or (material.footage.body if material else default_profile(size))
    dancer = body_from_profile(profile)
    song, to = Path(song), Path(to)
    repertoire = repertoire_with(options.actions)
    edited = None if options.plan is None else edited_plan(options.plan, repertoire)
    about: dict[str, Any] = {
        "options": options_as_json(options),
        "seed": options.seed,
        "start_seconds": options.start_seconds,
        "song": song.name,
    }
    if edited is None:
        about["style"] = f"{options.style}: {options.chosen_style.describe()}"
    with result_folder(to, KIND, about) as folder:
        whole = decode_sound(song, folder / SONG)
        end = end_of(options, whole, song)
        familiar = familiarity(repertoire.danced, profile, dancer, options.prefer_seen)
        plan = edited or plan_song(song, whole, options, material, familiar, repertoire)
        plan = replace(
            plan,
            transitions=options.transitions or plan.transitions,
            actions=used_origins(plan.steps, repertoire),
        )
        check_moves(plan, material, options.moves)
        about["warnings"] = warnings = _warnings(plan, song, whole)
        sound = cut(whole, options.start_seconds, end)
        frames = max(1, round(sound.seconds * options.fps))
        times = options.start_seconds + np.arange(frames) / options.fps
        poses = _danced(without_moves(plan), times, dancer, options.fps, repertoire)
        if material is not None and plan.moves is not None:
            poses = moves_to_poses(plan, material, times, options.fps, poses)
            report = report_moves(plan, material)
            about["moves"] = asdict(report)
            about["warnings"] = [*warnings, *report.warnings]
        if plan.actions and plan.moves is None:
            joints = plan_in_space(plan, times, dancer, options.fps, repertoire)
            save_joints(folder / JOINTS, joints)
        about |= write_dance(folder, plan, poses, profile, sound.path if options.preview else None)
    return Dance.load(to)


def _learned(song: Path, to: Path, options: ChoreographyOptions, profile: BodyProfile) -> Dance:
    # Networks load torch, which a dance by rules does without.
    from stickdance.choreography.learned.music_to_dance.song_to_dance import song_to_dance

    assert options.choreographer is not None
    return song_to_dance(song, to, options.choreographer, options, profile)


def edited_plan(path: Path, repertoire: Repertoire) -> Choreography:
    """Return a plan whose actions are all at hand.

    Raises:
        BadInput: the file is no plan, or an action of it is absent or another one.
    """
    plan = Choreography.load(path, repertoire)
    try:
        check_origins(plan, repertoire)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from None
    return plan


def _danced(
    plan: Choreography, times: np.ndarray, body: Body, fps: float, repertoire: Repertoire
) -> PoseSequence:
    if plan.transitions == "linear":
        values, fade = linear_poses(plan, times, body, repertoire)
        return staged(values, body, fps, fade)
    return staged(pose_values(plan, times, body, repertoire), body, fps)


def _warnings(plan: Choreography, song: Path, sound: Sound) -> list[str]:
    """Return what people should know about a plan and the song it is danced to."""
    out = cancelling_warning(sound)
    if plan.sha256 != sha256(song):
        out.append(f"the plan was made for {plan.song!r}, another file than {song.name!r}")
    if plan.beats[-1] > sound.seconds:
        out.append(
            f"the plan's beats last until {plan.beats[-1]:.1f} s, the song only {sound.seconds:.1f}"
        )
    if not plan.steps:
        out.append("the plan has no steps: the dance is an idle sway")
    return out
