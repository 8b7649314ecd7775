"""What the headers of two videos say of their colours, where they disagree."""

from collections.abc import Iterator

from stickdance.capture.media.colour_tags import ColourTags

_MATRICES = {
    "bt709": "BT.709", "smpte170m": "BT.601", "bt470bg": "BT.601", "smpte240m": "SMPTE 240M",
    "bt2020nc": "BT.2020", "bt2020c": "BT.2020", "gbr": "RGB",
}  # fmt: skip
_HIGH_RANGE = {"smpte2084": "HDR (PQ)", "arib-std-b67": "HDR (HLG)"}
UNNAMED_MATRIX = "BT.601"
"""What is read where a file names no matrix, as ffmpeg does."""


def tag_lines(real: ColourTags | None, rendered: ColourTags | None, deep: bool) -> Iterator[str]:
    """Yield what differs, a line each.

    Args:
        real: of the reference; None: it is no video.
        rendered: of the rendered side.
        deep: whether more than 8 bits are compared as they are, instead of rounded to 8.
    """
    if real is None or rendered is None:
        return
    first, second = (_HIGH_RANGE.get(tags.transfer, "SDR") for tags in (real, rendered))
    if first != second:
        yield (
            f"the reference is {first}, the rendered side {second}; HDR was brought to SDR "
            "(BT.709) before, so colours say little"
        )
    elif first != "SDR":
        yield f"both sides are {first}, brought to SDR (BT.709) before they were compared"
    if (real.range or "limited") != (rendered.range or "limited"):
        yield f"the reference says {_range(real)}, the rendered side {_range(rendered)}"
    if _matrix(real) != _matrix(rendered) and first == second:
        yield f"the reference has the matrix {_said(real)}, the rendered side {_said(rendered)}"
    depths = real.depth, rendered.depth
    if max(depths) > 8 and not deep:
        yield f"{depths[0]} and {depths[1]} bits a channel were rounded to 8 (--depth 8)"
    elif depths[0] != depths[1]:
        yield (
            f"the reference has {depths[0]} bits a channel, the rendered side {depths[1]}; "
            "compared with fractions of a level"
        )


def _range(tags: ColourTags) -> str:
    return f"{tags.range} range" if tags.range else "no range (read as limited)"


def _matrix(tags: ColourTags) -> str:
    return _MATRICES.get(tags.matrix, tags.matrix) or UNNAMED_MATRIX


def _said(tags: ColourTags) -> str:
    return _matrix(tags) if tags.matrix else f"unnamed (read as {UNNAMED_MATRIX})"
