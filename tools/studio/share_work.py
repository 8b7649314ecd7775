"""Copies of a video for sharing: upright, across, or as it is, no larger than what is taken.

Nothing of the picture is cut away: what a shape has besides is filled with the picture itself,
enlarged and blurred. What the video says of itself stays in its copies: texts, the mark in its
pixels, and its content credentials, in those of the copy.
"""

from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import whole_file

SHAPES: dict[str, tuple[int, int] | None] = {"same": None, "tall": (720, 1280), "wide": (1280, 720)}
"""Width and height of each shape: 9:16 for phones, 16:9 for screens; None for the video's own."""
MOST_BYTES = 16_000_000
"""What messengers take."""
_SOUND_BITS, _LEAST_BITS, _MOST_BITS = 128_000, 150_000, 5_000_000  # a second
_TRIES, _SMALLER = 3, 0.85
_OVERHEAD = 0.95  # share of the bytes that is picture and sound


def write_share(video: Path, to: Path, shape: str, most: int = MOST_BYTES) -> dict[str, Any]:
    """Write a copy of a video in a shape, and return its size in bytes and pixels.

    Args:
        video: an MP4, with sound or without.
        to: the MP4 to write.
        shape: a name of `SHAPES`.
        most: bytes that it may have.

    Raises:
        BadInput: no video, an unknown shape, or it is too long for so few bytes.
        OutputFailed: `to` cannot be written.
    """
    from stickdance.capture.media.video import probe

    if shape not in SHAPES:
        raise BadInput(f"shape {shape!r:.20}: expected one of {', '.join(SHAPES)}")
    info = probe(video)
    size = SHAPES[shape] or info.size
    bits = min(_MOST_BITS, _OVERHEAD * 8 * most / max(info.seconds, 1.0) - _SOUND_BITS)
    for _ in range(_TRIES):
        if bits < _LEAST_BITS:
            break
        written = _encoded(video, to, info.size, size, round(bits))
        if written <= most:
            return {"bytes": written, "size": list(size)}
        bits *= _SMALLER
    to.unlink(missing_ok=True)
    minutes = info.seconds / 60
    raise BadInput(
        f"{minutes:.1f} minutes do not fit into {most / 1e6:g} MB; make the video of the best 20 "
        "seconds, or send the whole one another way"
    )


def _encoded(video: Path, to: Path, own: tuple[int, int], size: tuple[int, int], bits: int) -> int:
    from stickdance.capture.media.ffmpeg import Ffmpeg, input_arguments

    with whole_file(to) as temporary:
        arguments = [
            *input_arguments(video), "-filter_complex", _filter(own, size),
            *("-map", "[out]", "-map", "0:a:0?", "-map_metadata", "0"),
            *("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p"),
            *("-maxrate", str(bits), "-bufsize", str(2 * bits)),
            *("-c:a", "aac", "-b:a", str(_SOUND_BITS), "-movflags", "+faststart"),
            *("-f", "mp4", "-y", f"file:{temporary}"),
        ]  # fmt: skip
        with Ffmpeg(arguments) as encoder:
            if encoder.finish() != 0:
                raise BadInput(f"the video cannot be copied ({encoder.complaint})")
        _sign(temporary, video, to)
        return temporary.stat().st_size


def _sign(temporary: Path, video: Path, to: Path) -> None:
    """Say whose copy it is, where credentials can be written on this computer."""
    from stickdance.synth.credentials.c2pa_library import why_absent
    from stickdance.synth.credentials.signer import signer_from
    from stickdance.synth.credentials.signing import sign_copy

    if why_absent() is None:
        sign_copy(temporary, video, signer_from(None, None), to.name)


def _filter(own: tuple[int, int], size: tuple[int, int]) -> str:
    width, height = size
    if own == size:
        return "[0:v:0]null[out]"
    whole = f"scale={width}:{height}:force_original_aspect_ratio"
    behind = f"{whole}=increase,crop={width}:{height},boxblur=24:2,eq=brightness=-0.08"
    return (
        f"[0:v:0]split[one][other];[one]{behind}[behind];"
        f"[other]{whole}=decrease:flags=lanczos[front];"
        "[behind][front]overlay=(W-w)/2:(H-h)/2,format=yuv420p[out]"
    )
