"""Short clips for a blind comparison: of dances or videos, all encoded alike and without a name.

Conventions: seconds from the beginning of the dance or video; both clips of a pair show the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import soundfile

from stickdance.capture.media.ffmpeg import Ffmpeg, input_arguments
from stickdance.capture.media.probing import probe
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import whole_file
from stickdance.choreography.dance.folder import Dance
from stickdance.choreography.dance.preview import write_preview
from stickdance.tools.corpus.dance_comparison import dances_in, song_of_dance

_VIDEOS = (".mp4", ".m4v", ".mov", ".webm", ".mkv")
_CRF = 23


@dataclass(frozen=True)
class ClipSource:
    """What is shown on one side: a dance, or a video of one."""

    name: str
    """For the key: the folder's or file's name."""
    seconds: float
    dance: Dance | None = None
    video: Path | None = None


def sides_in(folder: Path) -> dict[str, ClipSource]:
    """Return the dances or the videos in a folder by what tells their songs.

    Songs of dances are told by their samples, those of videos by the file's name.

    Raises:
        BadInput: neither dances nor videos are there.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise BadInput(f"{folder}: expected a folder of dances or videos, found none")
    videos = sorted(path for path in folder.iterdir() if path.suffix.lower() in _VIDEOS)
    if videos:
        return {
            one.stem: ClipSource(one.name, probe(one).seconds or 0.0, video=one) for one in videos
        }
    return {
        song_of_dance(dance): ClipSource(dance.path.name, dance.poses.seconds, dance=dance)
        for dance in dances_in(folder)
    }


def common_songs(first: Mapping[str, ClipSource], second: Mapping[str, ClipSource]) -> list[str]:
    """Return the songs that both sides have, in the order of their names.

    Raises:
        BadInput: there is none.
    """
    both = sorted(set(first) & set(second), key=lambda song: first[song].name)
    if not both:
        raise BadInput(
            f"no song is danced on both sides ({len(first)} and {len(second)} found); dances need "
            "the very same song, videos the same file name"
        )
    return both


def write_clip(
    side: ClipSource, to: Path, start: float, end: float, performer: Path | None
) -> Path:
    """Write the part of a side from `start` to `end` as an MP4 and return its path.

    Args:
        side: what to show.
        to: the .mp4.
        start: seconds.
        end: seconds.
        performer: who dances; None for stick figures. Videos are shown as they are.

    Raises:
        BadInput: the video cannot be read.
        OutputFailed: `to` cannot be written.
    """
    if side.video is not None:
        return _encoded(side.video, to, start, end)
    assert side.dance is not None
    drawn = to.with_name(f"drawn_{to.name}")
    if performer is not None:
        _rendered(side.dance, performer, drawn, start, end)
    else:
        _drawn(side.dance, drawn, start, end)
    try:
        return _encoded(drawn, to, 0.0, end - start)
    finally:
        drawn.unlink(missing_ok=True)


def _rendered(dance: Dance, performer: Path, to: Path, start: float, end: float) -> None:
    from stickdance.synth.options import RenderOptions
    from stickdance.synth.poses_to_video import poses_to_video

    poses_to_video(dance.path, performer, to, RenderOptions(start_seconds=start, end_seconds=end))


def _drawn(dance: Dance, to: Path, start: float, end: float) -> None:
    poses, wav = dance.poses, to.with_suffix(".wav")
    rate = dance.sound.rate
    samples, _ = soundfile.read(
        dance.sound.path, dtype="int16", start=round(start * rate), stop=round(end * rate)
    )
    soundfile.write(wav, samples, rate, subtype="PCM_16")
    part = poses.part(round(start * poses.fps), round(end * poses.fps))
    try:
        write_preview(part, wav, to, dance.body.ground)
    finally:
        wav.unlink()


def _encoded(source: Path, to: Path, start: float, end: float) -> Path:
    """Encode a part of a video anew: every clip alike, and nothing in it tells where it is from."""
    with whole_file(to) as temporary:
        arguments = [
            *("-ss", f"{start:.3f}", *input_arguments(source), "-t", f"{end - start:.3f}"),
            *("-map", "0:v:0", "-map", "0:a:0?", "-map_metadata", "-1", "-map_chapters", "-1"),
            *("-c:v", "libx264", "-crf", str(_CRF), "-preset", "fast", "-pix_fmt", "yuv420p"),
            *("-g", "25", "-c:a", "aac", "-b:a", "128k", "-fflags", "+bitexact"),
            *("-flags:v", "+bitexact", "-flags:a", "+bitexact", "-movflags", "+faststart"),
            *("-f", "mp4", "-y", f"file:{temporary}"),
        ]
        with Ffmpeg(arguments) as encoder:
            if encoder.finish() != 0:
                raise BadInput(f"{source}: cannot be shown ({encoder.complaint})")
    return to
