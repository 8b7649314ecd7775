"""Frame sizes: what `--size` means."""

from stickdance.checkpoints.errors import UsageError

_STEP = 16  # the renderers halve a picture four times
_SIDES = range(64, 1025, _STEP)
_DEFAULT_HEIGHT = 256


def working_size(words: str, shape: tuple[int, int]) -> tuple[int, int]:
    """Return (width, height) for `--size`, or 256 high in the given shape where it is empty.

    Raises:
        UsageError: not WIDTHxHEIGHT, or a side out of range or not a multiple of 16.
    """
    if not words:
        width = round(shape[0] / shape[1] * _DEFAULT_HEIGHT / _STEP) * _STEP
        return min(max(width, _SIDES[0]), _SIDES[-1]), _DEFAULT_HEIGHT
    try:
        width, height = (int(side) for side in words.lower().split("x"))
    except ValueError:
        raise UsageError(f"--size {words}: expected WIDTHxHEIGHT, e.g. 256x256") from None
    if width not in _SIDES or height not in _SIDES:
        raise UsageError(f"--size {words}: sides must be multiples of 16 from 64 to 1024")
    return width, height
