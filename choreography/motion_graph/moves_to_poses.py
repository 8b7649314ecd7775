"""A plan of moves -> poses: footage stretched to the beats and joined without a jump.

1. The song is cut into spans: steps that name moves, steps that name actions, and standing at ease
   (the calmest stretch of the take, to and fro, slowly).
2. Within a span of a move the footage plays so that its accents fall on beats (`time_warp`).
3. At a cut, what the body would jump by fades out over the next beat (`crossfade`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.motion_graph.clip import FilmedMovement
from stickdance.choreography.motion_graph.crossfade import faded
from stickdance.choreography.motion_graph.danced_parts import Origin, with_filmed_parts
from stickdance.choreography.motion_graph.segmentation import MoveLibrary
from stickdance.choreography.motion_graph.time_warp import Laying, footage_times, lay
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan_to_poses.transitions import beat_positions

_FADE = 0.3, 0.95  # seconds: a cut fades over one beat, within these, so that feet land on the next
_CALM_SECONDS = 1.6  # of footage that standing at ease is made of
_CALM_PACE = 0.45
_CALM_FADE = 1.2  # seconds

_Joints = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class _Span:
    """A stretch of the song with one source of movement."""

    start: float
    """Seconds of the song."""
    end: float
    joints: _Joints
    """Seconds of the song (frames,) to joints (frames, 18, 3)."""
    confidence: _Joints
    source: str
    """Spans that follow each other with the same non-empty source need no fading."""
    fade: float
    filmed: _Joints | None = None
    """Seconds of the song to those of the footage (frames,), where it comes from there."""
    mirrored: bool = False


def moves_to_poses(
    plan: Choreography,
    library: MoveLibrary,
    times: np.ndarray,
    fps: float,
    acted: PoseSequence | None = None,
) -> PoseSequence:
    """Return the poses of a plan of moves, in pixels of the library's body's frame.

    Args:
        plan: its steps name moves of the library, or actions where `acted` is given.
        library: the take.
        times: (frames,) seconds of the song, evenly spaced.
        fps: frames a second.
        acted: the same frames of the plan's actions, danced by the same body.
    """
    spans = _spans(plan, library, times, acted)
    joints = np.empty((len(times), len(OPENPOSE_18), 3))
    confidence = np.ones((len(times), len(OPENPOSE_18)))
    origin = Origin(np.full(len(times), -1), np.zeros(len(times), bool))
    before: _Span | None = None
    for span in spans:
        first, stop = np.searchsorted(times, [span.start, span.end], side="right")
        if before is None:
            first = 0
        if span is spans[-1]:
            stop = len(times)
        at = times[first:stop]
        if len(at):
            joints[first:stop] = _entered(before, span, at, library.footage)
            confidence[first:stop] = span.confidence(at)
            origin.mirrored[first:stop] = span.mirrored
            if span.filmed is not None:
                origin.frames[first:stop] = library.footage.frames_at(span.filmed(at))
        before = span
    points, depth = joints[..., :2], joints[..., 2] if library.footage.has_depth else None
    body = library.footage.body
    danced = PoseSequence(points, confidence, fps, body.size, OPENPOSE_18, depth)
    return with_filmed_parts(danced, library.footage.poses, origin)


def check_moves(plan: Choreography, library: MoveLibrary, source: Path) -> None:
    """Refuse to dance a plan of moves with another take than its own.

    Raises:
        BadInput: as said.
    """
    if plan.moves is not None and library.moves.sha256 != plan.moves.sha256:
        raise BadInput(
            f"--moves {source}: its poses are not those that the plan's moves were cut from "
            f"(take {plan.moves.take!r}, SHA-256 {plan.moves.sha256[:12]}...); name that take"
        )


def without_moves(plan: Choreography) -> Choreography:
    """Return a plan with its actions alone."""
    names = plan.moves.names if plan.moves else frozenset()
    return replace(plan, steps=tuple(s for s in plan.steps if s.action not in names), moves=None)


def move_steps(plan: Choreography) -> list[tuple[int, Step]]:
    """Return the steps that name moves, each with its number from 1."""
    names = plan.moves.names if plan.moves else frozenset()
    return [(n, step) for n, step in enumerate(plan.steps, 1) if step.action in names]


def laying_of(plan: Choreography, step: Step) -> Laying:
    """Return how a step's move lies on the plan's beats."""
    assert plan.moves is not None
    return lay(plan.moves.find(step.action), _beat_times(plan, step))


def _beat_times(plan: Choreography, step: Step) -> np.ndarray:
    """Return the seconds of a step's beats, with the one before its first count."""
    beats = np.array(plan.beats)
    usual = float(np.median(np.diff(beats)))
    at = np.arange(step.start_beat - 1, step.end_beat)
    return np.where(at < 0, beats[0] + at * usual, np.interp(at, np.arange(len(beats)), beats))


def _spans(
    plan: Choreography, library: MoveLibrary, times: np.ndarray, acted: PoseSequence | None
) -> list[_Span]:
    """Return the spans in order; they cover all `times`."""
    spans: list[_Span] = []
    done = min(float(times[0]), 0.0) - 1.0
    end = float(times[-1]) + 1.0
    ease = _ease(library.footage)
    moves = dict(move_steps(plan))
    for number, step in enumerate(plan.steps, 1):
        beats = _beat_times(plan, step)
        if beats[0] > done + 1e-6:
            spans.append(_Span(done, float(beats[0]), *ease[:2], "ease", _CALM_FADE, ease[2]))
        fade = float(np.clip(beats[1] - beats[0], *_FADE))
        if number in moves:
            spans.append(_move_span(plan, step, library.footage, beats, fade))
        elif acted is not None and step.action != "idle":
            spans.append(_acted_span(acted, times[0], beats, fade))
        else:
            spans.append(
                _Span(float(beats[0]), float(beats[-1]), *ease[:2], "ease", _CALM_FADE, ease[2])
            )
        done = float(beats[-1])
    if done < end:
        spans.append(_Span(done, end, *ease[:2], "ease", _CALM_FADE, ease[2]))
    return spans


def _move_span(
    plan: Choreography, step: Step, footage: FilmedMovement, beats: np.ndarray, fade: float
) -> _Span:
    laying = laying_of(plan, step)
    song = np.array(plan.beats)

    def at(times: np.ndarray) -> np.ndarray:
        positions = beat_positions(song, times) - (step.start_beat - 1)
        return footage_times(laying, positions, footage.speed_at)

    return _Span(
        float(beats[0]),
        float(beats[-1]),
        lambda times: footage.joints_at(at(times), step.mirrored),
        lambda times: footage.confidence_at(at(times), step.mirrored),
        "",
        fade,
        at,
        step.mirrored,
    )


def _acted_span(acted: PoseSequence, first: float, beats: np.ndarray, fade: float) -> _Span:
    depth = np.zeros(acted.confidence.shape) if acted.depth is None else acted.depth
    joints = np.concatenate([acted.points, depth[..., None]], axis=-1).astype(float)

    def at(times: np.ndarray) -> np.ndarray:
        place = np.clip((times - first) * acted.fps, 0, len(joints) - 1)
        low = np.floor(place).astype(int)
        share = (place - low)[:, None, None]
        return joints[low] * (1 - share) + joints[np.minimum(low + 1, len(joints) - 1)] * share

    return _Span(
        float(beats[0]),
        float(beats[-1]),
        at,
        lambda times: np.ones((len(times), 18)),
        "acted",
        fade,
    )


def _ease(footage: FilmedMovement) -> tuple[_Joints, _Joints, _Joints]:
    """Return standing at ease, the calmest stretch of the footage, to and fro.

    Joints, confidence and seconds of the footage at seconds of the song.
    """
    length = min(_CALM_SECONDS, footage.seconds)
    starts = np.arange(0, footage.seconds - length + 1e-9, 0.1)
    speed = [footage.speed_at(np.linspace(s, s + length, 30)).mean() for s in starts]
    start = float(starts[int(np.argmin(speed))])

    def at(times: np.ndarray) -> np.ndarray:
        turn = np.pi * _CALM_PACE * np.asarray(times) / length
        return start + length * (0.5 - 0.5 * np.cos(turn))

    return (
        lambda times: footage.joints_at(at(times)),
        lambda times: footage.confidence_at(at(times)),
        at,
    )


def _entered(
    before: _Span | None, span: _Span, times: np.ndarray, footage: FilmedMovement
) -> np.ndarray:
    """Return a span's joints, coming from where the span before it ends."""
    danced = span.joints(times)
    if before is None or (before.source and before.source == span.source):
        return danced
    edge = np.array([span.start])
    leaving, entering = before.joints(edge)[0], span.joints(edge)[0]
    fade = min(span.fade, max(span.end - span.start, 1e-3))
    passed = np.clip((times - span.start) / fade, 0, 1)
    return faded(danced, leaving, entering, passed, footage.body)
