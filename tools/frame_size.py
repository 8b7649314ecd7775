"""Frame sizes: what `--size` means."""

from stickdance.checkpoints.errors import UsageError

_STEP = 16  # the renderers halve a picture four times
_SIDES = range(64, 1025, _STEP)
_DEFAULT_HEIGHT = 256


def working_size(size: tuple[int, int] | None, shape: tuple[int, int]) -> tuple[int, int]:
    """Return the size asked for, or 256 high in the given shape where there is none.

    Args:
        size: (width, height) in pixels, or None.
        shape: (width, height) of what is to be shown.

    Raises:
        UsageError: a side is out of range or no multiple of 16.
    """
    if size is None:
        width = round(shape[0] / shape[1] * _DEFAULT_HEIGHT / _STEP) * _STEP
        return min(max(width, _SIDES[0]), _SIDES[-1]), _DEFAULT_HEIGHT
    if not all(side in _SIDES for side in size):
        raise UsageError(
            f"--size {size[0]}x{size[1]}: sides must be multiples of 16 from 64 to 1024"
        )
    return size[0], size[1]
