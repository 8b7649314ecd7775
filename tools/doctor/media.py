"""ffmpeg with what it was built with, fonts, the voice of the system, a browser."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from stickdance.tools.doctor.finding import Finding

GET_FFMPEG = "pip install --force-reinstall imageio-ffmpeg"
_SECONDS = 30  # that ffmpeg may take for two frames
_NEEDED = {
    "encoders": ("libx264", "aac", "pcm_s16le"),
    "filters": (
        *("scale", "format", "fps", "crop", "hflip", "vflip", "transpose", "bwdif"),
        *("trim", "setpts", "apad", "atrim", "asetpts", "adelay"),
    ),
}
_USED = {
    "libvpx-vp9": "transparent .webm",
    "libopus": "sound of .webm",
    "prores_ks": "transparent .mov",
    "libvmaf": "evaluate --metrics vmaf",
    "xpsnr": "evaluate --metrics xpsnr",
    "psnr": "evaluate --metrics psnr_ffmpeg",
    "ssim": "evaluate --metrics ssim_ffmpeg",
    "atempo": "practice at another speed",
}  # what is left out without each
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def ffmpeg() -> Iterator[Finding]:
    """Tell of ffmpeg: whether it encodes and decodes, and which codecs and filters it lacks."""
    from stickdance.capture.media.ffmpeg import program

    path = program()
    version = re.search(r"ffmpeg version (\S+)", _said(path, "-version"))
    called = f"{version[1] if version else 'of unknown version'} ({path})"
    listed = {kind: _listed(path, kind) for kind in _NEEDED}
    lacking = [name for kind, names in _NEEDED.items() for name in set(names) - listed[kind]]
    if lacking:
        told = f"{called} was built without {', '.join(sorted(lacking))}"
        yield Finding("ffmpeg", "wrong", told, GET_FFMPEG)
        return
    yield _tried(path, called)
    for name, what in _USED.items():
        if name not in listed["encoders"] | listed["filters"]:
            yield Finding(
                f"ffmpeg's {name}", "absent", f"not built in: no {what}",
                "pip install --upgrade imageio-ffmpeg, or name another in IMAGEIO_FFMPEG_EXE",
            )  # fmt: skip


def fonts() -> Iterator[Finding]:
    """Tell how many fonts this computer has for the words on frames."""
    from stickdance.synth.rendering.fonts import font_files, runs_of

    runs_of("Synthetic", 20)
    count = len(font_files("Aя中"))
    if count:
        yield Finding("fonts", "fine", f"{count} fonts besides Pillow's own, for --label")
    else:
        told = "Pillow's own alone: --label has Latin letters"
        yield Finding("fonts", "absent", told, "apt install fonts-noto fontconfig")


def voice() -> Iterator[Finding]:
    """Tell whether `record` can speak and click."""
    from stickdance.tools.recording.voice import Voice

    if Voice().silent:
        told = "no voice: record shows its moves without saying them"
        yield Finding("voice", "absent", told, "apt install espeak-ng")
    else:
        yield Finding("voice", "fine", "record speaks")


def browser() -> Iterator[Finding]:
    """Tell whether a chromium is here, which the studio's tests drive."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found:
        yield Finding("browser", "fine", found)
    else:
        told = "no chromium: the studio's tests in a browser are skipped"
        yield Finding("browser", "absent", told, "apt install chromium")


def _said(path: str, *words: str) -> str:
    run = subprocess.run(
        [path, "-hide_banner", *words], capture_output=True, check=False, timeout=_SECONDS,
        stdin=subprocess.DEVNULL, text=True, errors="replace",
    )  # fmt: skip
    return run.stdout + run.stderr


def _listed(path: str, kind: str) -> set[str]:
    return set(re.findall(r"^ [A-Z.|]{2,6} +(\w[\w-]*) ", _said(path, f"-{kind}"), re.MULTILINE))


def _tried(path: str, called: str) -> Finding:
    """Encode two frames with sound and decode them again."""
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder, "tried.mp4"))
        source = ("-f", "lavfi", "-i", "testsrc=size=64x64:rate=25", "-f", "lavfi", "-i", "sine")
        said = _said(
            path, "-v", "error", *source, "-t", "0.08", "-c:v", "libx264", "-c:a", "aac", file
        )
        said = said or _said(path, "-v", "error", "-i", file, "-f", "null", "-")
    if said:
        told = f"{called} cannot encode and decode: {' '.join(said.split()):.120}"
        return Finding("ffmpeg", "wrong", told, GET_FFMPEG)
    return Finding("ffmpeg", "fine", f"{called} encodes and decodes H.264 and AAC")
