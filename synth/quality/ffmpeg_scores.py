"""Scores that ffmpeg's own filters take of two videos: PSNR, SSIM, XPSNR, and VMAF and CAMBI.

`psnr_ffmpeg`   over the planes as they are stored, of the sum of their errors: psnr_avg of ffmpeg
`ssim_ffmpeg`   blocks of 8 x 8 on every fourth pixel, the planes weighed by their size: All
`xpsnr`         of the luma (Helmrich et al., 2020)
`vmaf`          libvmaf's default model, vmaf_v0.6.1
`cambi`         banding in the rendered side alone, 0 none to 24 unbearable (Tandon et al., 2021)

The filters see what the files store, frame by frame by number. They run once, before the other
scores, in the ffmpeg that comes with imageio-ffmpeg; what it was built without cannot be had.
"""

import json
import re
import subprocess
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from stickdance.capture.media.ffmpeg import Ffmpeg, exact_rate, input_arguments, program
from stickdance.checkpoints.errors import BadInput, MissingDependency
from stickdance.synth.quality.metrics import FFMPEG
from stickdance.synth.quality.pairing import Pairing
from stickdance.synth.quality.psnr import IDENTICAL, psnr_of_mse
from stickdance.synth.quality.side_by_side import WORKERS

_TAGS = {
    "psnr_ffmpeg": "lavfi.psnr.psnr_avg",
    "ssim_ffmpeg": "lavfi.ssim.All",
    "xpsnr": "lavfi.xpsnr.xpsnr.y",
}
_ERROR = "lavfi.psnr.mse_avg"


@dataclass(frozen=True)
class FfmpegScores:
    """By key the score of each pair, in their order."""

    values: dict[str, list[float]] = field(default_factory=dict)
    psnr_average: float | None = None
    """dB of the mean error over all frames: "average" in ffmpeg's last line."""
    absent: str = ""
    """Why there are none."""


NOT_BY_FFMPEG = FfmpegScores()


@cache
def filters() -> frozenset[str]:
    """Return the names of the filters that this ffmpeg has."""
    listed = subprocess.run(
        [program(), "-hide_banner", "-filters"], capture_output=True, check=False, text=True
    )
    return frozenset(re.findall(r"^ [.TSC|]+ +(\w+) ", listed.stdout, re.MULTILINE))


def check_filters(keys: Collection[str]) -> None:
    """Refuse scores whose filter this ffmpeg was built without.

    Raises:
        MissingDependency: names them, and the command that gets an ffmpeg that usually has them.
    """
    lacking = {FFMPEG[key] for key in keys if key in FFMPEG} - filters()
    if lacking:
        names = ", ".join(sorted(key for key in keys if FFMPEG.get(key) in lacking))
        raise MissingDependency(
            f"{names}: ffmpeg ({program()}) was built without {', '.join(sorted(lacking))}; run "
            "`pip install --upgrade imageio-ffmpeg`, or name another in IMAGEIO_FFMPEG_EXE"
        )


def ffmpeg_scores(pairing: Pairing, keys: Sequence[str], resize: bool) -> FfmpegScores:
    """Return the scores of two videos, or why there are none.

    Args:
        pairing: which frames belong together.
        keys: of `metrics.FFMPEG`.
        resize: whether rendered frames of another size are scaled, bicubically.

    Raises:
        MissingDependency: this ffmpeg lacks a filter.
        BadInput: ffmpeg cannot compare the two.
    """
    check_filters(keys)
    absent = _why_not(pairing, resize)
    if absent or not keys:
        return FfmpegScores(absent=absent)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "vmaf.json")
        arguments = [
            *input_arguments(pairing.rendered.path),
            *input_arguments(pairing.reference.path),
            *("-lavfi", _graph(pairing, keys, log), "-map", "[out]", "-f", "null", "-"),
        ]
        with Ffmpeg(arguments, answers=True) as run:
            lines = list(run.lines())
            if run.finish() != 0:
                raise BadInput(
                    f"{pairing.rendered.path}: {run.complaint}; ffmpeg cannot score "
                    f"{', '.join(keys)} of pictures of {_size(pairing)}; "
                    "leave that out of --metrics"
                )
        values = {key: _tagged(lines, _TAGS[key]) for key in keys if key in _TAGS}
        if log.exists():
            values |= _logged(log, keys)
        for key in ("vmaf", "cambi"):
            if key in keys and not values.get(key):
                raise BadInput(
                    f"{pairing.rendered.path}: ffmpeg gives no {key} of pictures of "
                    f"{_size(pairing)}, which may be too small; leave it out of --metrics"
                )
    errors = _tagged(lines, _ERROR)
    average = psnr_of_mse(sum(errors) / len(errors)) if errors else None
    return FfmpegScores(values, average)


def _size(pairing: Pairing) -> str:
    return "x".join(map(str, pairing.reference.size or ()))


def _why_not(pairing: Pairing, resize: bool) -> str:
    reference, rendered = pairing.reference, pairing.rendered
    if not reference.kind == rendered.kind == "video":
        return "needs two videos"
    if pairing.rule != "by number":
        return "needs two videos of one rate"
    if reference.size != rendered.size and not resize:
        return "needs two videos of one size, or --resize"
    return ""


def _graph(pairing: Pairing, keys: Sequence[str], log: Path) -> str:
    """Return ffmpeg's filters: each compares, and hands the rendered pictures on to the next."""
    wanted = list(dict.fromkeys(FFMPEG[key] for key in keys))
    assert pairing.reference.colours is not None
    assert pairing.reference.size is not None
    kind = pairing.reference.colours.pixel_format
    width, height = pairing.reference.size
    scaled = (
        f",scale={width}:{height}:flags=bicubic"
        if pairing.rendered.size != (pairing.reference.size)
        else ""
    )
    offset, rate = pairing.offset, exact_rate(pairing.reference.fps or 25)
    copies = "".join(f"[r{number}]" for number in range(len(wanted)))
    parts = [
        f"[0:V:0]{_numbered(pairing.rendered.fps, max(0, offset), rate)}{scaled},format={kind}[d0]",
        f"[1:V:0]{_numbered(pairing.reference.fps, max(0, -offset), rate)},format={kind},"
        f"split={len(wanted)}{copies}",
    ]
    for number, name in enumerate(wanted):
        how = "shortest=1:repeatlast=0"
        if name == "libvmaf":
            path = log.as_posix().replace("\\", "/").replace(":", "\\\\:").replace("'", "")
            banding = ":feature=name=cambi" if "cambi" in keys else ""
            how += f":log_fmt=json:log_path={path}:n_threads={WORKERS}{banding}"
        parts.append(f"[d{number}][r{number}]{name}={how}[d{number + 1}]")
    parts.append(f"[d{len(wanted)}]metadata=mode=print:file=-[out]")
    return ";".join(parts)


def _numbered(fps: float | None, first: int, rate: object) -> str:
    """Return filters that give frames from number `first` on, timed by their number."""
    return f"fps={exact_rate(fps or 25)},trim=start_frame={first},setpts=N/({rate})/TB,settb=AVTB"


def _tagged(lines: Sequence[str], tag: str) -> list[float]:
    start = f"{tag}="
    found = (line[len(start) :].strip() for line in lines if line.startswith(start))
    return (
        [min(IDENTICAL, float(text)) for text in found]
        if tag != _ERROR
        else [float(text) for text in found]
    )


def _logged(log: Path, keys: Sequence[str]) -> dict[str, list[float]]:
    frames = json.loads(log.read_text(encoding="utf-8"))["frames"]
    return {
        key: [float(frame["metrics"][key]) for frame in frames if key in frame["metrics"]]
        for key in ("vmaf", "cambi")
        if key in keys
    }
