"""Main path 3: a dance and a performer in, a video of that person dancing out.

    1. read the dance's poses, body and sound
    2. put the poses onto the performer's body, where they were made for another
    3. look for poses far from all that the performer was trained on; hold them to it where asked
    4. show them by filmed frames, where some are near       (`stickdance.synth.playback`)
    5. draw, paint and encode, each in a thread or process of its own, and add the sound
    6. look for faults in some of the frames                (`stickdance.synth.faults`)

Everything streams: an hour of dance needs no more memory than a minute, but for its poses.
"""

import time
import wave
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import repeat
from pathlib import Path
from typing import Any, Literal

import numpy as np

from stickdance.capture.conditions.pose_coverage import pose_coverage
from stickdance.capture.media.audio import Sound, read_wav
from stickdance.capture.media.prefetch import prefetched
from stickdance.capture.media.video_writer import VideoWriter
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.retargeting.retarget import on_body
from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.checkpoints.manifest import read_manifest
from stickdance.checkpoints.progress import tracked
from stickdance.checkpoints.scratch import scratch_folder
from stickdance.synth.compute.array_types import Bytes
from stickdance.synth.credentials.of_rendering import claims_of, signing_of
from stickdance.synth.faults.rendered import Kept, why_not
from stickdance.synth.marking.of_rendering import marking_of
from stickdance.synth.options import ROOM, TRANSPARENT, RenderOptions
from stickdance.synth.performer.origin import origin_of
from stickdance.synth.performer.performer import Performer
from stickdance.synth.playback.crew import crew_frames
from stickdance.synth.playback.rendering_choice import dance_frames
from stickdance.synth.playback.shares import Shares
from stickdance.synth.rendering.backgrounds import background_frames, composed
from stickdance.synth.rendering.formation import Formation, formation_of, tempo_of
from stickdance.synth.rendering.known_poses import held_to_known
from stickdance.synth.rendering.label import labelled, words_for
from stickdance.synth.rendering.pose_novelty import cut_poses, empty_poses, far_poses
from stickdance.synth.rendering.recipe import recipe_hash, recipe_of
from stickdance.synth.rendering.renderer import PaintedFrames
from stickdance.synth.rendering.shadowing import with_cast_shadow

_WAV_BLOCK = 1 << 16


@dataclass(frozen=True)
class Rendered:
    """A video that was rendered."""

    path: Path
    frames: int
    seconds: float
    """Length of the video."""
    fps: float
    size: tuple[int, int]
    painted_size: tuple[int, int]
    """What the network paints; where it is smaller than `size`, its person is enlarged."""
    frames_per_second: float
    """How fast it was made: drawing, painting and encoding together."""
    engine: str
    """What computed the generator."""
    held: int
    """Poses that were moved towards the nearest known one."""
    pose_coverage: dict[str, float] | None
    """Of the poses rendered (`capture.conditions.pose_coverage`); None where none were seen."""
    shares: dict[str, dict[str, float]]
    """Of all frames, and of the person's pixels in them, how many were filmed, joined (in a change
    from one stretch to another) and painted."""
    faults: dict[str, Any]
    """Faults found in some of the frames (`synth.faults.account.Faults.as_json`), or `not_looked`:
    why they were not looked for."""
    shadow: Literal["cast", "none found", "left out"]
    """Whether the person casts the shadow on the background that was found in the footage."""
    warnings: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return {**asdict(self), "path": str(self.path)}


_DEFAULT = RenderOptions()


def poses_to_video(
    dance: Path, performer: Path, to: Path, options: RenderOptions = _DEFAULT
) -> Rendered:
    """Render a dance as a video of a performer, with the song's sound.

    Args:
        dance: folder with poses.npz, body.json and song.wav.
        performer: folder that `trainer.train` wrote.
        to: the .mp4 to write.
        options: which part, how fast.

    Raises:
        BadInput: the dance is not whole, or its files are not what they should be.
        BadInput: the performer is not whole.
        UsageError: the part asked for does not lie within the dance.
        BadInput: a crew that does not fit into the picture.
        OutputFailed: the video cannot be written.
    """
    dance, to = Path(dance), Path(to)
    if options.fade is not None and not 0 <= options.fade < 1:
        raise UsageError(f"--fade {options.fade:g}: must be from 0 up to below 1")
    signing = signing_of(options, to)
    actor = Performer.load(performer, options.device, options.engine, options.batch).in_video
    origin = origin_of(actor)
    words = words_for(options, origin.shows_a_person, actor.size)
    texts = recipe_of(actor, dance, options, words)
    recipe = recipe_hash(texts["comment"])
    marking = marking_of(options, recipe, actor.size)
    claims = claims_of(actor.path.name, origin, dance, recipe, marking.told)
    if actor.appearance is not None and options.fade is not None:
        actor.appearance.fade = options.fade
    poses, sound = read_dance(dance, actor)
    first, last = _part(poses, options)
    held = held_to_known(poses.part(first, last), actor.body, options.hold_to_known)
    poses = held.poses
    begins, coverage = first / poses.fps, pose_coverage(poses, actor.body)
    warnings = (
        *far_poses(poses, actor.body, begins),
        *cut_poses(poses, actor.body, begins),
        *empty_poses(poses, begins),
        *_without_shadow(actor, options),
        *signing.notes,
        *marking.notes,
    )
    crew = formation_of(poses, actor.body, options, tempo_of(dance))
    renderer, shares = actor.renderer, Shares()
    unseen = why_not(actor, options.faults)
    began = time.perf_counter()
    with _sound_from(sound, first / poses.fps) as song, scratch_folder() as folder:
        kept = Kept(folder, actor, poses)
        writer = VideoWriter(
            to,
            actor.size,
            poses.fps,
            sound=song,
            metadata=texts,
            crf=options.crf,
            pixel_format="rgba" if options.background == TRANSPARENT else "yuv420p",
            finish=signing.step(claims, to),
        )
        made = shares.counting(dance_frames(actor, poses, options.renderer, options.mirror_filmed))
        made = _crewed(actor, made if unseen else kept.keeping(made), options, crew)
        frames = labelled(_frames(actor, made, poses.fps, options), words, actor.size)
        with writer, closing(prefetched(marking.on(frames, poses.fps))) as painted:
            for frame in tracked(painted, "render", len(poses)):
                writer.write(frame)
        speed = len(poses) / (time.perf_counter() - began)
        faults = {"not_looked": unseen} if unseen else kept.faults()
    return Rendered(
        to,
        len(poses),
        poses.seconds,
        poses.fps,
        actor.size,
        (actor.painter or actor).size,
        round(speed, 2),
        renderer.engine.name,
        held.moved,
        None if coverage is None else coverage.as_json(),
        shares.as_json(),
        faults,
        _shadow(actor, options),
        (*warnings, *renderer.notes),
    )


def read_dance(folder: Path, actor: Performer) -> tuple[PoseSequence, Sound]:
    """Return a dance's poses on a performer's body, in its pixels, and the sound.

    Raises:
        BadInput: the dance is not whole, or its files are not what they should be.
        BadInput: it holds no poses, or not one joint.
    """
    read_manifest(folder, "dance", content=True)
    path = folder / "poses.npz"
    poses = PoseSequence.load(path).converted(actor.skeleton)
    there = np.all(np.isfinite(poses.points), axis=-1)
    if not there.any():
        what = "poses" if len(poses) == 0 else "joints in any of its poses"
        raise BadInput(f"{path}: holds no {what}, so there is nothing to render")
    poses = replace(poses, points=np.where(there[..., None], poses.points, np.nan))
    body = BodyProfile.load(folder / "body.json")
    return on_body(poses, body, actor.body), read_wav(folder / "song.wav")


def _part(poses: PoseSequence, options: RenderOptions) -> tuple[int, int]:
    if options.batch is not None and options.batch < 1:
        raise UsageError(f"--batch {options.batch}: must be at least 1")
    end = poses.seconds if options.end_seconds is None else options.end_seconds
    first = round(options.start_seconds * poses.fps)
    last = min(round(end * poses.fps), len(poses))
    if not 0 <= first < last:
        raise UsageError(
            f"--from {options.start_seconds:g} --to {end:g}: expected a part "
            f"of the dance's {poses.seconds:.2f} s"
        )
    return first, last


def _shadow(actor: Performer, options: RenderOptions) -> Literal["cast", "none found", "left out"]:
    if actor.shadow is None:
        return "none found"
    return "cast" if options.shadow or options.background == ROOM else "left out"


def _without_shadow(actor: Performer, options: RenderOptions) -> list[str]:
    if not options.shadow or actor.shadow is not None:
        return []
    return [f"{actor.path.name}: no shadow was found in its footage, so --shadow casts none"]


def _crewed(
    actor: Performer,
    made: Iterator[PaintedFrames],
    options: RenderOptions,
    crew: Formation | None,
) -> Iterator[PaintedFrames]:
    """Return the frames of a whole crew, or those of one who dances alone."""
    if crew is None:
        return made
    if options.renderer != "playback":
        actor.check_matte()
    return crew_frames(made, crew, actor.plate)


def _frames(
    actor: Performer, made: Iterator[PaintedFrames], fps: float, options: RenderOptions
) -> Iterator[Bytes]:
    """Return uint8 RGB frames, or RGBA ones for a transparent background, as they are made.

    What cannot be opened is refused at once.

    Args:
        actor: who dances.
        made: over the performer's plate.
        fps: frames a second.
        options: renderer, background and shadow.
    """
    if options.background == ROOM:
        return actor.in_room(made)
    if options.renderer != "playback":
        actor.check_matte()
    people = actor.alone(made)
    shadow = actor.shadow if options.shadow else None
    if options.background == TRANSPARENT:
        return people if shadow is None else (with_cast_shadow(each, shadow) for each in people)
    behind = background_frames(options.background, actor.size, fps)
    return map(composed, people, behind, repeat(shadow))


@contextmanager
def _sound_from(sound: Sound, seconds: float) -> Iterator[Path]:
    """Give the sound from `seconds` on; the writer cuts it to the picture's length."""
    skipped = round(seconds * sound.rate)
    if skipped == 0:
        yield sound.path
        return
    with scratch_folder() as folder:
        path = folder / "part.wav"
        with wave.open(str(sound.path), "rb") as source, wave.open(str(path), "wb") as part:
            part.setparams(source.getparams())
            source.setpos(min(skipped, source.getnframes()))
            while block := source.readframes(_WAV_BLOCK):
                part.writeframesraw(block)
        yield path
