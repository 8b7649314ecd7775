"""Where each place of a picture lies in the next, and pictures moved accordingly.

Dense inverse search (Kroeger et al., "Fast Optical Flow using Dense Inverse Search", 2016), at few
rows: what moves is a person, and a millisecond counts.

Conventions: pictures uint8 RGB (height, width, 3); flows float32 (rows, columns, 2), small: pixels
of the picture to the right and down.
"""

import cv2
import numpy as np

_ROWS = 256  # at which a flow is found at most
_SMALLEST = 16  # pixels a side, that the search needs


def flow(picture: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return where each place of a picture lies in another of its size, from itself."""
    return flow_of_small(small_grey(picture), small_grey(other), picture.shape)


def small_grey(picture: np.ndarray) -> np.ndarray:
    """Return a picture as `flow_of_small` wants it: uint8 (rows, columns)."""
    scale = min(1.0, _ROWS / len(picture))
    small = [max(_SMALLEST, round(side * scale)) for side in picture.shape[1::-1]]
    return cv2.resize(
        cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), small, interpolation=cv2.INTER_AREA
    )


def flow_of_small(first: np.ndarray, second: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return the flow from one small grey picture to another; `shape` is that of the large ones."""
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
    way = search.calc(first, second, None)  # type: ignore[call-overload]
    scale = shape[1] / first.shape[1], shape[0] / first.shape[0]
    return np.asarray(way * np.array(scale, np.float32))


def moved(
    pictures: tuple[np.ndarray, ...], way: np.ndarray, box: tuple[slice, slice]
) -> list[np.ndarray]:
    """Return the parts of some pictures that a flow leads to from a box of another.

    Args:
        pictures: of any kind, of one size.
        way: the flow of that other picture into them.
        box: rows and columns of it.
    """
    height, width = pictures[0].shape[:2]
    here = cv2.resize(way, (width, height), interpolation=cv2.INTER_LINEAR)[box]
    rows, columns = (np.arange(part.start, part.stop, dtype=np.float32) for part in box)
    across, down = here[..., 0] + columns, here[..., 1] + rows[:, None]
    return [
        cv2.remap(each, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        for each in pictures
    ]
