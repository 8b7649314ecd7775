"""The single stages as commands: a dance fitted to a take or performer, a performer from a take.

The renderer is imported where it is used: a dance for nobody needs no torch, which takes seconds.
"""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.take.take import Take
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.manifest import read_manifest
from stickdance.choreography.dance.folder import Dance
from stickdance.choreography.music_to_poses import music_to_poses
from stickdance.choreography.options import ChoreographyOptions
from stickdance.choreography.shotlist.filmed import shots_of
from stickdance.synth.training.options import TrainingOptions
from stickdance.tools.frame_size import at_video_size, working_size


def dance_for(
    song: Path,
    to: Path,
    target: Path | None,
    size: tuple[int, int] | None,
    options: ChoreographyOptions,
) -> dict[str, Any]:
    """Make a dance for a target (or a body of average proportions) and return what was decided.

    Raises:
        BadInput: `target` is neither a take nor a performer.
    """
    options = with_filmed_shots(options, target)
    flag, moves = "--moves" if target is None else "--for", options.moves
    take = None if moves is None or moves.is_file() else moves  # who is in a video brings a body
    body, shape = target_body(target or take, size, flag)
    dance = music_to_poses(song, to, options, body=body, size=shape)
    return about_dance(dance)


def with_filmed_shots(options: ChoreographyOptions, target: Path | None) -> ChoreographyOptions:
    """Return options that dance the shots of a target that was filmed by a shot list.

    Where anything else is asked to be danced, they stay as they are.
    """
    asked = options.moves or options.plan or options.choreographer or options.actions
    if target is None or asked or options.dance_with != "auto" or shots_of(target) is None:
        return options
    return replace(options, moves=target)


def about_dance(dance: Dance) -> dict[str, Any]:
    """Return what was heard in the song and decided for it, as JSON values."""
    plan = dance.choreography
    return {
        "dance": str(dance.path),
        "preview": str(dance.preview) if dance.preview.is_file() else None,
        "seconds": round(dance.poses.seconds, 3),
        "frames": len(dance.poses),
        "tempo": round(plan.tempo, 2),
        "metre": plan.metre,
        "style": dance.manifest.get("style"),
        "beats": [round(float(time), 3) for time in plan.beats],
        "sections": [asdict(section) for section in plan.sections],
        "steps": [asdict(step) for step in plan.steps],
        **{
            name: dance.manifest[name]
            for name in ("moves", "pose_coverage")
            if name in dance.manifest
        },
        "warnings": [*dance.consent_not_stated, *dance.warnings],
    }


def target_body(
    target: Path | None, size: tuple[int, int] | None, flag: str = "--for"
) -> tuple[BodyProfile | None, tuple[int, int]]:
    """Return the body profile of a take or performer, and the frame size to dance in.

    `flag` is what an error names.
    """
    if target is None:
        return None, working_size(size, (1, 1))
    from stickdance.synth.performer.performer import Performer
    from stickdance.synth.training.preparation import framing_of

    if not target.exists():
        more = " or a video" if flag == "--moves" else " or a performer"
        raise BadInput(f"{flag} {target}: no such file; expected the folder of a take{more}")
    if (target / "weights.safetensors").is_file():
        performer = Performer.load(target).in_video
        return performer.body, performer.size
    try:
        read_manifest(target, "take")
    except BadInput as error:
        raise BadInput(f"{flag} {target}: neither a performer nor a take ({error})") from None
    take = Take.load(target)
    shape = working_size(size, take.size)
    return take.body.framed(framing_of(take, shape)), shape


def performer_from(
    take: Path, to: Path, size: tuple[int, int] | None, options: TrainingOptions
) -> dict[str, Any]:
    """Train a performer, score it by the held-out protocol, and return both.

    Of several processes that train together, the first one scores; the others are done.
    """
    from stickdance.synth.performer.card import add_scores
    from stickdance.synth.quality.held_out import held_out
    from stickdance.synth.training.distributed import follows
    from stickdance.synth.training.trainer import train

    loaded = Take.load(take)
    options = at_video_size(options, size, loaded.size)
    performer = train(loaded, to, options)
    if follows():
        raise SystemExit(0)
    scores = held_out(loaded, performer)
    add_scores(to, scores)
    return {"performer": str(to), "held_out": scores, "warnings": list(performer.warnings)}
