"""Frame sizes: what `--size` means, and how large a picture the network paints for it.

The network works at up to a few hundred rows, however large the video is: its person is enlarged
over the room as it was filmed, among frames as they were filmed.
"""

from dataclasses import replace

from stickdance.checkpoints.errors import UsageError
from stickdance.synth.training.options import TrainingOptions

_STEP = 16  # the renderers halve a picture four times
_SMALLEST, _LARGEST = 64, 1920
_DEFAULT_HEIGHT = 256
LARGEST_ROWS = 720
"""Rows of a video at most, where no size is asked for."""
_PAINTED_WHOLE, _PAINTED_ROWS = 512, 384  # rows up to which all are painted; beyond, so many
_WIDEST = 1024  # columns that are painted


def working_size(size: tuple[int, int] | None, shape: tuple[int, int]) -> tuple[int, int]:
    """Return the size asked for, or 256 high in the given shape where there is none.

    Args:
        size: (width, height) in pixels, or None.
        shape: (width, height) of what is to be shown.

    Raises:
        UsageError: a side is out of range or odd.
    """
    if size is None:
        return _in_steps(shape, _DEFAULT_HEIGHT)
    if not all(_SMALLEST <= side <= _LARGEST and side % 2 == 0 for side in size):
        raise UsageError(
            f"--size {size[0]}x{size[1]}: sides must be even, from {_SMALLEST} to {_LARGEST}"
        )
    return size[0], size[1]


def video_size(size: tuple[int, int] | None, footage: tuple[int, int]) -> tuple[int, int]:
    """Return the size asked for, or the footage's own, up to 720 rows.

    Args:
        size: (width, height) in pixels, or None.
        footage: (width, height) of what was filmed.

    Raises:
        UsageError: as `working_size`.
    """
    if size is not None:
        return working_size(size, footage)
    scale = min(1.0, LARGEST_ROWS / footage[1], _LARGEST / footage[0])
    width, height = (max(_SMALLEST, 2 * round(side * scale / 2)) for side in footage)
    return width, height


def at_video_size(
    options: TrainingOptions, size: tuple[int, int] | None, footage: tuple[int, int]
) -> TrainingOptions:
    """Return the options of a training with both sizes: of what is painted, and of the videos.

    Args:
        options: otherwise.
        size: asked for; None: the footage's own, painted at 256 rows.
        footage: (width, height) of what was filmed.

    Raises:
        UsageError: as `working_size`; or whole frames are painted, in sides of 16 pixels.
    """
    if options.generator != "compact":  # which alone knows the person apart from the room
        return replace(options, size=_whole_steps(working_size(size, footage)), video_size=None)
    video = video_size(size, footage)
    painted = _painted(video, _DEFAULT_HEIGHT if size is None else _PAINTED_WHOLE)
    return replace(options, size=painted, video_size=None if painted == video else video)


def _painted(video: tuple[int, int], most_rows: int) -> tuple[int, int]:
    """Return the size that the network paints for a video of a size."""
    rows = video[1] if video[1] <= most_rows else min(most_rows, _PAINTED_ROWS)
    if rows == video[1] and not any(side % _STEP for side in video) and video[0] <= _WIDEST:
        return video
    width, height = _in_steps(video, rows // _STEP * _STEP)
    return min(width, video[0] // _STEP * _STEP), height


def _in_steps(shape: tuple[int, int], height: int) -> tuple[int, int]:
    width = round(shape[0] / shape[1] * height / _STEP) * _STEP
    return min(max(width, _SMALLEST), _WIDEST), height


def _whole_steps(size: tuple[int, int]) -> tuple[int, int]:
    if any(side % _STEP for side in size):
        raise UsageError(
            f"--size {size[0]}x{size[1]}: whole frames are painted in multiples of {_STEP}; take "
            "such sides, or --generator compact"
        )
    return size
