"""Processor time and memory against length: how each stage grows, and what many machines would do.

    python -m stickdance.tools.benchmarks.scaling [--minutes 1 4 16] [--frames 250 1000]

A composed song is repeated to each length and danced; the dance is rendered by the built-in
performer; frames of that video are captured as footage of a person; pairs of its frames are scored.
Each is done in a process of its own. Processor time, unlike time on the clock, hardly depends on
what else the machine does. `exponent` is the slope between the two greatest lengths, both as
logarithms: 1 is as long as its input, and memory that does not grow has 0. `an_hour` is what the
growth between these two makes of an hour of song or footage, on paper.
"""

import math
import tempfile
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stickdance.tools.benchmarks.harness import call, machine, processor_seconds, run_benchmark

_ONCE = 30.0  # seconds of the song that is repeated
_RATE = 25.0  # frames a second


def measure(
    minutes: Sequence[float] = (1, 4, 16),
    frames: Sequence[int] = (250, 1000),
    pairs: Sequence[int] = (500, 5000, 20000),
) -> dict[str, Any]:
    """Measure processor time and memory of each stage against length.

    Args:
        minutes: of song, danced and rendered; ascending.
        frames: of footage, captured; ascending, no more than were rendered.
        pairs: of 256x256 frames, scored; ascending.
    """
    about = machine(["torch", "numpy", "librosa"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        songs = [_song(folder, each) for each in minutes]
        danced = _stage("minute", minutes, [(dance, song) for song in songs])
        rendered = _stage("minute", minutes, [(render, song) for song in songs])
        film = songs[-1].with_suffix(".mp4")
        taken = _stage("frame", frames, [(capture, film, count) for count in frames])
        scored = _stage("pair", pairs, [(score, film, count) for count in pairs])
    stages = {"choreograph": danced, "render": rendered, "capture": taken, "evaluate": scored}
    return {"machine": about, "stages": stages, "an_hour": _an_hour(stages)}


def dance(song: str) -> float:
    """Dance a song for the built-in performer; return the processor time."""
    from stickdance.capture.pose.body_profile import BodyProfile
    from stickdance.choreography.music_to_poses import music_to_poses
    from stickdance.choreography.options import ChoreographyOptions
    from stickdance.tools.make.song_to_video import demo_performer

    body = BodyProfile.load(demo_performer() / "body.json")
    options = ChoreographyOptions(preview=False)
    music_to_poses(Path(song), Path(song).with_suffix(""), options, body=body, size=body.size)
    return processor_seconds()


def render(song: str) -> float:
    """Render the dance to a song; return the processor time."""
    from stickdance.synth.options import RenderOptions
    from stickdance.synth.poses_to_video import poses_to_video
    from stickdance.tools.make.song_to_video import demo_performer

    place = Path(song)
    options = RenderOptions(faults="off")
    poses_to_video(place.with_suffix(""), demo_performer(), place.with_suffix(".mp4"), options)
    return processor_seconds()


def capture(film: str, frames: int) -> float:
    """Capture the first frames of a film; return the processor time."""
    from stickdance.capture.options import CaptureOptions
    from stickdance.capture.video_to_take import video_to_take

    options = CaptureOptions(end_seconds=frames / _RATE, conditions="warn")
    video_to_take([Path(film)], Path(film).with_name(f"take {frames}"), options)
    return processor_seconds()


def score(film: str, pairs: int) -> float:
    """Score pairs of frames of a film by PSNR and SSIM; return the processor time."""
    from stickdance.capture.media.video import read_frames
    from stickdance.synth.quality.functional import psnr, ssim

    left = pairs
    while left > 0:
        for frame in read_frames(Path(film)):
            psnr(frame, frame // 2), ssim(frame, frame // 2)
            left -= 1
            if left == 0:
                break
    return processor_seconds()


def _song(folder: Path, minutes: float) -> Path:
    """Write a composed song, repeated to a length."""
    from stickdance.tools.demo.song.compose import compose, write_song

    once, path = folder / "once.wav", folder / f"{minutes:g}.wav"
    if not once.exists():
        write_song(compose(4, seconds=_ONCE, tempo=120), once)
    with wave.open(str(once), "rb") as source, wave.open(str(path), "wb") as repeated:
        repeated.setparams(source.getparams())
        data = source.readframes(source.getnframes())
        for _ in range(math.ceil(minutes * 60 / _ONCE)):
            repeated.writeframesraw(data)
    return path


def _stage(unit: str, lengths: Sequence[float], work: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    rows = []
    for length, (function, *arguments) in zip(lengths, work, strict=True):
        called = call(function, *arguments)
        rows.append(
            {"length": length, "processor_seconds": called.answer, "megabytes": called.megabytes}
        )
    exponents = {
        f"exponent_of_{name}": _slope(rows, name) for name in ("processor_seconds", "megabytes")
    }
    return {"unit": unit, "rows": rows, **exponents}


def _slope(rows: Sequence[dict[str, Any]], name: str) -> float | None:
    if len(rows) < 2 or None in (rows[-1][name], rows[-2][name]):
        return None
    over, of = (rows[-1][key] / rows[-2][key] for key in ("length", name))
    return round(math.log(of) / math.log(over), 2)


def _an_hour(stages: dict[str, dict[str, Any]]) -> dict[str, float]:
    """Return processor hours for an hour of song or footage, by the growth that was measured."""
    count = {"minute": 60.0, "frame": 3600 * _RATE, "pair": 3600 * _RATE}
    found = {}
    for name, stage in stages.items():
        rows = stage["rows"]
        if len(rows) > 1:
            more, length = (
                rows[-1][key] - rows[-2][key] for key in ("processor_seconds", "length")
            )
            ahead = (count[stage["unit"]] - rows[-1]["length"]) * more / length
            found[name] = round((rows[-1]["processor_seconds"] + ahead) / 3600, 3)
    return found


if __name__ == "__main__":
    run_benchmark(measure)
