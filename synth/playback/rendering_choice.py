"""Which renderer shows a dance: the generator, filmed frames, or each where it is better."""

from collections.abc import Iterator

from stickdance.capture.options import Mirroring
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import UsageError
from stickdance.synth.generators.catalog import GENERATORS
from stickdance.synth.options import RendererName
from stickdance.synth.performer.performer import Performer
from stickdance.synth.playback.player import Played, Player
from stickdance.synth.playback.shares import PAINTED, How
from stickdance.synth.rendering.renderer import Poses


def dance_frames(
    actor: Performer,
    poses: PoseSequence,
    renderer: RendererName,
    mirroring: Mirroring = "auto",
) -> Iterator[Played]:
    """Return the frames of a dance over the performer's plate.

    Args:
        actor: whose frames.
        poses: in pixels of the performer's pictures.
        renderer: as asked for; "auto" is the generator alone where the performer keeps no filmed
            frames, or its generator knows no person apart from the room.
        mirroring: whether filmed frames are shown mirrored too.

    Raises:
        UsageError: playback is asked of a performer that keeps no filmed frames.
    """
    player = _player(actor, renderer, mirroring)
    return _painted(actor, poses) if player is None else player.play(poses)


def dance_hows(
    actor: Performer,
    poses: PoseSequence,
    renderer: RendererName = "auto",
    mirroring: Mirroring = "auto",
) -> list[How]:
    """Return how `dance_frames` would make each frame, and make none."""
    player = _player(actor, renderer, mirroring)
    return [PAINTED] * len(poses) if player is None else player.hows(poses)


def _player(actor: Performer, renderer: RendererName, mirroring: Mirroring) -> Player | None:
    """Return what plays filmed frames; None where the generator paints all."""
    if renderer == "playback" and actor.filmed is None:
        raise UsageError(
            f"--renderer playback: {actor.path} keeps no filmed frames; train it again with this "
            "version, or use --renderer gan"
        )
    whole = GENERATORS[actor.generator_name].paints_matte
    if actor.filmed is None or renderer == "gan" or (renderer == "auto" and not whole):
        return None
    paint = actor.renderer.paint if renderer == "auto" else None
    return Player(actor.filmed, actor.body, paint, mirroring=mirroring)


def _painted(actor: Performer, poses: PoseSequence) -> Iterator[Played]:
    for frames in actor.renderer.paint(Poses.of(poses)):
        yield Played(frames, PAINTED)
