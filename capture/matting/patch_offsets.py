"""Where in a picture to copy from to fill a hole: by the offsets at which it is like itself.

    1. around the hole, in each neighbourhood, the offsets at which what is there comes again: folds
       of a curtain above, boards of a floor beside                        (`_offsets`)
    2. each place of the hole takes one of them, so that what lies side by side fits: the least of
       all seams, by moves that change many places at once                 (`_fitted`)

A picture is like itself along its own lines, so lines go on through the hole. Small things beside
them may come along.

Sources: He and Sun, "Statistics of Patch Offsets for Image Completion" (ECCV 2012); Boykov, Veksler
and Zabih, "Fast Approximate Energy Minimization via Graph Cuts" (PAMI 2001), alpha-expansion.

Conventions: an offset is (down, right) in pixels, from a place of the hole to what it shows.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from scipy import fft, sparse
from scipy.ndimage import distance_transform_edt
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

_ROWS = 200  # of the picture in which offsets are found
_PLACES = 2500  # of a hole, at most, in that picture
_CELL = 24  # pixels a side of a neighbourhood
_BAND = 10  # pixels around the hole that are compared
_LEAST = 40  # pixels of a neighbourhood that are enough
_NEAREST = 0.06  # share of the longer side: offsets so short tell nothing
_BEST = 6  # offsets of a neighbourhood that are tried
_APART = 3  # pixels between them
_THERE = 0.9  # share of a neighbourhood that must be known at an offset
_COVERED = 30.0  # squared steps of Lab that it costs an offset to fill nothing of the hole near by
_REACH = 40.0  # pixels over which a neighbourhood's offsets are meant for the hole
_LIKE = 0.1  # how much it counts to be like the smooth colours between those around
_AROUND = 2.0  # pixels over which that is
_SLOPE = 1.0  # how much slopes count beside colours where two places lie side by side
_UNKNOWN = 1e4  # cost of showing what is not known
_ROUNDS = 2  # of trying offsets: all, then those that are shown somewhere
_UNITS = 8.0  # whole numbers per grey level, of the flow


def offset_map(picture: np.ndarray, hole: np.ndarray) -> np.ndarray | None:
    """Return from where each place of a hole is to be filled.

    Args:
        picture: uint8 RGB (height, width, 3).
        hole: bool (height, width): what is to be filled; the rest may be copied.

    Returns:
        int (height, width, 2): offsets in the hole, 0 elsewhere; None where nothing can be copied.
    """
    size = picture.shape[1], picture.shape[0]
    scale = min(1.0, _ROWS / size[1], float(np.sqrt(_PLACES / max(1, hole.sum()))))
    small = max(8, round(size[0] * scale)), max(8, round(size[1] * scale))
    lab = cv2.cvtColor(
        cv2.resize(picture, small, interpolation=cv2.INTER_AREA).astype(np.float32) / 255,
        cv2.COLOR_RGB2LAB,
    )
    empty = cv2.resize(hole.astype(np.float32), small, interpolation=cv2.INTER_AREA) > 0
    offsets = _offsets(lab, empty)
    if not len(offsets):
        return None
    chosen = _fitted(lab, empty, offsets)
    back = np.array(size[::-1]) / np.array(small[::-1])
    places = np.zeros((*empty.shape, 2), np.float32)
    places[empty] = offsets[chosen]
    large = cv2.resize(places, size, interpolation=cv2.INTER_NEAREST) * back
    return np.where(hole[..., None], np.rint(large), 0).astype(int)


def _offsets(lab: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """Return int (n, 2): those at which some neighbourhood of the hole comes again."""
    shape = [fft.next_fast_len(2 * side, real=True) for side in hole.shape]

    def spectrum(values: np.ndarray) -> np.ndarray:
        return np.asarray(fft.rfft2(values, shape, axes=(0, 1)))

    there = (~hole).astype(np.float32)
    seen = spectrum(there)
    values, squares = spectrum(lab * there[..., None]), spectrum((lab**2).sum(-1) * there)
    found: list[tuple[int, int]] = []
    for weight, meant in _neighbourhoods(hole):
        own = spectrum(weight)
        total = float(weight.sum())
        apart = np.conj(spectrum(weight * (lab**2).sum(-1))) * seen + np.conj(own) * squares
        apart -= 2 * (np.conj(spectrum(lab * weight[..., None])) * values).sum(-1)
        shared = fft.irfft2(np.conj(own) * seen, shape)
        cost = fft.irfft2(apart, shape) / np.maximum(shared, 1e-3)
        shown = fft.irfft2(np.conj(spectrum(meant)) * seen, shape) / meant.sum()
        cost[shared < _THERE * total] = np.inf
        cost += _COVERED * (1 - shown.clip(0, 1))
        found += _lowest(cost, hole.shape)
    return np.array(sorted(set(found)), int).reshape(-1, 2)


def _neighbourhoods(hole: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield weights (height, width) of what is known around a part of the hole, and of the part."""
    band = ~hole & (distance_transform_edt(~hole) <= _BAND)
    rows, columns = np.indices(hole.shape)
    step = _CELL // 2
    for top in range(0, hole.shape[0], step):
        for left in range(0, hole.shape[1], step):
            cell = band[top : top + _CELL, left : left + _CELL]
            if cell.sum() < _LEAST:
                continue
            weight = np.zeros(hole.shape, np.float32)
            weight[top : top + _CELL, left : left + _CELL] = cell
            distance = np.hypot(rows - top - step, columns - left - step)
            meant = hole * (np.exp(-((distance / _REACH) ** 2)) + 1e-9)
            yield weight, meant.astype(np.float32)


def _lowest(cost: np.ndarray, shape: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return the offsets of least cost, some pixels apart."""
    high, wide = shape
    rows = np.concatenate([np.arange(high), np.arange(-high + 1, 0)])
    columns = np.concatenate([np.arange(wide), np.arange(-wide + 1, 0)])
    plane = cost[np.ix_(rows, columns)]
    plane[np.hypot(rows[:, None], columns[None]) < _NEAREST * max(shape)] = np.inf
    out: list[tuple[int, int]] = []
    for _ in range(_BEST):
        place = int(plane.argmin())
        if not np.isfinite(plane.flat[place]):
            break
        down, right = int(rows[place // len(columns)]), int(columns[place % len(columns)])
        out.append((down, right))
        plane[np.ix_(np.abs(rows - down) < _APART, np.abs(columns - right) < _APART)] = np.inf
    return out


def _fitted(lab: np.ndarray, hole: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Return int (places,): which offset each place of the hole takes, row by row."""
    high, wide = hole.shape
    number = np.full(hole.shape, -1)
    number[hole] = np.arange(hole.sum())
    rows, columns = np.nonzero(hole)
    slopes = np.gradient(lab[..., 0], axis=(0, 1))
    looks = np.dstack([lab, *(_SLOPE * each for each in slopes)])

    def shown(row: np.ndarray, column: np.ndarray, of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return (offsets, n, channels) what places show by each offset, and if it is known."""
        down, right = row[None] + offsets[:, :1], column[None] + offsets[:, 1:]
        inside = (down >= 0) & (down < high) & (right >= 0) & (right < wide)
        down, right = down.clip(0, high - 1), right.clip(0, wide - 1)
        return of[down, right], inside & ~hole[down, right]

    mine, there = shown(rows, columns, looks)
    around = cv2.GaussianBlur(lab, (0, 0), _AROUND)
    far = np.abs(shown(rows, columns, around)[0] - lab[rows, columns]).sum(-1)
    alone = np.where(there, _LIKE * far, _UNKNOWN).astype(np.float32)
    ones, others = [], []
    for down, right in ((0, 1), (1, 0)):
        row, column = rows + down, columns + right
        inside = (row < high) & (column < wide)
        beside = np.where(inside, number[row.clip(0, high - 1), column.clip(0, wide - 1)], -1)
        ones.append(np.flatnonzero(beside >= 0))
        others.append(beside[beside >= 0])
    one, other = np.concatenate(ones), np.concatenate(others)
    # Beside what is known: what the offset shows in place of it.
    for down, right in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        row, column = rows + down, columns + right
        inside = (row >= 0) & (row < high) & (column >= 0) & (column < wide)
        row, column = row.clip(0, high - 1), column.clip(0, wide - 1)
        edge = np.flatnonzero(inside & ~hole[row, column])
        instead, fits = shown(row[edge], column[edge], looks)
        off = np.abs(instead - looks[row[edge], column[edge]]).sum(-1)
        alone[:, edge] += 2 * np.where(fits, off, 0)
    chosen = alone.argmin(0)
    tried = range(len(offsets))
    for _ in range(_ROUNDS):
        for label in tried:
            chosen = _expanded(chosen, label, alone, mine, (one, other))
        tried = np.unique(chosen).tolist()
    return chosen


def _expanded(
    chosen: np.ndarray,
    label: int,
    alone: np.ndarray,
    shown: np.ndarray,
    pairs: tuple[np.ndarray, np.ndarray],
) -> np.ndarray:
    """Return the choice in which the best places, many at once, take one label."""
    one, other = pairs
    places = np.flatnonzero((alone[label] < _UNKNOWN) & (chosen != label))
    if not len(places):
        return chosen
    count, number = len(places), np.full(len(chosen), -1)
    number[places] = np.arange(count)

    def seam(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        off = np.abs(shown[left, one] - shown[right, one]).sum(-1)
        off += np.abs(shown[left, other] - shown[right, other]).sum(-1)
        return np.asarray(off)

    new = np.full(len(one), label)
    stay, second, first = (
        seam(chosen[one], chosen[other]), seam(chosen[one], new), seam(new, chosen[other]),
    )  # fmt: skip
    change = alone[label] - alone[chosen, np.arange(len(chosen))]
    mine, theirs = number[one] >= 0, number[other] >= 0
    np.add.at(change, one, np.where(mine, first - stay, 0))
    np.add.at(change, other, np.where(theirs, np.where(mine, -first, second - stay), 0))
    both = mine & theirs
    between = np.maximum(second + first - stay, 0)[both]
    gain = change[places]
    source, sink = count, count + 1
    inner = np.arange(count)
    ends = np.concatenate([number[one[both]], np.full(count, source), inner])
    heads = np.concatenate([number[other[both]], inner, np.full(count, sink)])
    limits = np.concatenate([between, np.maximum(gain, 0), np.maximum(-gain, 0)])
    whole = np.rint(limits * _UNITS).astype(np.int32)
    graph = sparse.csr_matrix((whole, (ends, heads)), shape=(count + 2, count + 2))
    left = graph - maximum_flow(graph, source, sink).flow
    left.data[left.data < 0] = 0
    left.eliminate_zeros()
    moved = np.ones(count + 2, bool)
    moved[breadth_first_order(left, source, return_predecessors=False)] = False
    out = chosen.copy()
    out[places[moved[:count]]] = label
    return out
