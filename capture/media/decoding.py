"""ffmpeg's decoder as a stream of pictures at a constant rate, scaled and turned upright.

Pictures that shrink are scaled by ffmpeg on their way out of the decoder, by area averaging, so
that no large picture crosses the pipe; others are scaled here. Footage whose pictures change their
size on the way keeps the first size where the shape stays, and is refused where it does not.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np

from stickdance.capture.media.ffmpeg import ACCURATE_SCALING, AREA_SCALING, Ffmpeg, input_arguments
from stickdance.capture.media.framing import Framing
from stickdance.capture.media.probing import VideoInfo, probe
from stickdance.checkpoints.errors import BadInput

_SHORTFALL = 0.1  # share of announced frames that may fail to decode
_SHAPES_ALIKE = 0.02  # relative difference of two shapes that is not seen
_CHANGES = re.compile(
    r"filter context - w: (\d+) h: (\d+) .* incoming frame - w: (\d+) h: (\d+)"
    r"|parameters changed to .*?, (\d+)x(\d+)"
)  # what ffmpeg says where it passes the new pictures on, and where it starts its filters anew
_TO_USUAL_RANGE = (
    "format=yuv444p10le,setparams=colorspace=bt2020nc:color_primaries=bt2020,"
    "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=mobius:param=0.8:desat=0,"
    "zscale=t=bt709:m=bt709:r=pc"
)  # paper white, 203 cd/m2 (ITU-R BT.2408), stays paper white; what is brighter is rolled off
_WORTH_SEEKING, _SPARE = 10.0, 5.0  # seconds


@dataclass(frozen=True)
class Layout:
    """How pictures come through the pipe."""

    pixel_format: str
    planes: int
    deep: bool = False
    """Whether values have two bytes."""
    stored: bool = False
    """Whether values are those of the file, not brought to the full range."""


LAYOUTS = {
    "rgb": Layout("gbrp", 3),
    "rgb16": Layout("gbrp16le", 3, deep=True),
    "grey": Layout("gray", 1),
}


def stored_luma(info: VideoInfo) -> Layout:
    """Return the layout that gives a video's luma as it is stored.

    Raises:
        BadInput: the file stores no luma plane.
    """
    depth = info.colours.depth
    if not info.colours.pixel_format.startswith(("yuv", "gray", "nv")):
        raise BadInput(
            f"{info.path}: stores {info.colours.pixel_format or 'pictures'} and no luma, expected "
            "a video of kind yuv"
        )
    return Layout("gray" if depth == 8 else f"gray{depth}le", 1, depth > 8, stored=True)


def decode(
    info: VideoInfo,
    rate: Fraction,
    first: int,
    stop: int | None,
    size: tuple[int, int] | None,
    layout: Layout,
    only: Sequence[int] | None = None,
) -> Iterator[np.ndarray]:
    """Yield frames `first` up to `stop` of a video at `rate`; see `video.read_frames`.

    Raises:
        BadInput: too many frames fail to decode, or the shape of the pictures changes.
    """
    expected = round(info.seconds * rate)
    wanted = (expected if stop is None else min(stop, expected)) - first
    if only is not None:
        wanted = len(only)
    framing = Framing(info.size if size is None else size)
    width, height = _piped(info.size, framing.size)
    buffer = np.empty((layout.planes, height, width), np.uint16 if layout.deep else np.uint8)
    arguments = _arguments(info, rate, first, stop, (width, height), layout, only)
    count = 0
    with Ffmpeg(arguments, answers=True, notice=_CHANGES) as decoder:
        while decoder.fill(buffer.data.cast("B")) == buffer.nbytes:
            _refuse_new_shape(info, decoder)
            # Planes come as green, blue, red: interleaving here is much quicker than in ffmpeg.
            if layout.planes == 1:
                picture = buffer[0].copy()
            else:
                picture = cv2.merge([buffer[2], buffer[0], buffer[1]])
            yield info.treatment.painted(framing.picture(picture))
            count += 1
        status = decoder.finish()
        _refuse_new_shape(info, decoder)
        if status != 0 or count < wanted * (1 - _SHORTFALL) - 1:
            raise BadInput(
                f"{info.path}: only {count} of about {max(wanted, count)} frames could be decoded "
                f"({decoder.complaint}); it is damaged or was cut short, copy it again"
            )


def _piped(source: tuple[int, int], size: tuple[int, int]) -> tuple[int, int]:
    """Return the size that pictures have in the pipe: scaled where that makes them smaller."""
    return size if _shrinks(source, size) else source


def _shrinks(source: tuple[int, int], size: tuple[int, int]) -> bool:
    return size[0] <= source[0] and size[1] <= source[1] and size != source


def _arguments(
    info: VideoInfo,
    rate: Fraction,
    first: int,
    stop: int | None,
    size: tuple[int, int],
    layout: Layout,
    only: Sequence[int] | None,
) -> list[str]:
    seek, timing = _timing(info, rate, first, stop)
    scaling = AREA_SCALING if _shrinks(info.size, size) else ACCURATE_SCALING
    if only is not None:
        timing += f",select='{'+'.join(f'eq(n,{number})' for number in only) or '0'}'"
    lines = _deinterlacing(info)
    turned_here = info.rotation if lines else 0  # lines are told apart before the picture turns
    prepared = ",".join([*lines, timing, *info.treatment.filters(turned_here)])
    filters = f"{prepared},scale={size[0]}:{size[1]}:out_range=pc:{scaling}"
    if layout.stored:
        filters = f"{prepared},extractplanes=y,scale={size[0]}:{size[1]}:{scaling}"
    elif info.high_range:
        usual = _TO_USUAL_RANGE if layout.deep else f"{_TO_USUAL_RANGE},format=gbrp"
        filters = f"{prepared},scale={size[0]}:{size[1]}:{scaling},{usual}"
    return [
        *seek,
        *(("-reinit_filter", "0") if _takes_any_size(info) else ()),
        *(("-noautorotate",) if turned_here else ()),
        *input_arguments(info.path),
        *(
            "-map",
            "0:V:0",
            "-vf",
            f"{filters},format={layout.pixel_format}",
            "-fps_mode",
            "passthrough",
        ),
        *("-pix_fmt", layout.pixel_format, "-f", "rawvideo", "pipe:1"),
    ]


def _deinterlacing(info: VideoInfo) -> list[str]:
    found = info.treatment.deinterlace
    if found:
        return [f"bwdif=mode=send_frame:parity={found}:deint=all"]
    return ["bwdif=mode=send_frame:deint=interlaced"] if info.interlaced else []


def _takes_any_size(info: VideoInfo) -> bool:
    """Tell whether all filters can do with pictures that change their size.

    Then the filters, which count frames, need not start anew. Turning, deinterlacing and what makes
    HDR usual cannot.
    """
    turned = info.rotation != 0 or bool(info.treatment.filters())
    return not (turned or _deinterlacing(info) or info.high_range)


def _refuse_new_shape(info: VideoInfo, decoder: Ffmpeg) -> None:
    for found in decoder.noticed:
        if found[5] is not None:
            width, height = int(found[5]), int(found[6])
            announced = sorted(probe(info.path).size)
            changed = sorted((width, height)) != announced and not _takes_any_size(info)
        else:
            before, width, height = int(found[1]) / int(found[2]), int(found[3]), int(found[4])
            changed = abs(width / height / before - 1) > _SHAPES_ALIKE
        if changed:
            raise BadInput(
                f"{info.path}: its pictures change from {info.size[0]}x{info.size[1]} to "
                f"{width}x{height} on the way; cut it there, or convert it to one size"
            )


def _timing(info: VideoInfo, rate: Fraction, first: int, stop: int | None) -> tuple[list[str], str]:
    """Return input arguments and filters that give frames `first` to `stop` at a constant rate.

    A late start is sought in the index, with time to spare for frames held long, where that gives
    the same frames as decoding from the beginning; times then stay those of the file.
    """
    start = float(first / rate)
    if not info.seekable or start < _WORTH_SEEKING:
        end = "" if stop is None else f":end_frame={stop}"
        return [], f"fps={rate},trim=start_frame={first}{end}"
    seek = ["-ss", f"{start - _SPARE:.3f}", "-copyts", "-start_at_zero"]
    end = "" if stop is None else f",trim=end_frame={stop - first}"
    return seek, f"fps={rate}:start_time={start:.6f}{end}"
