"""How thick a person's parts are, and where the room between their legs begins, from the mattes."""

import numpy as np

from stickdance.synth.appearance.body_parts import PARTS, PosedParts
from stickdance.synth.compute.array_types import Bytes, Floats

STATIONS = 5
"""Places along a part at which its thickness is known, from start to end."""

_GUESS = {"torso": 0.36, "head": 0.3, "thigh": 0.19, "shin": 0.14, "foot": 0.15}
_GUESS_OTHER = 0.13  # half thickness in torso lengths where the footage does not tell


def measure_thickness(parts: PosedParts, mattes: Bytes, length: float) -> Floats:
    """Return the half thickness (parts, STATIONS) of a person in pixels.

    From points along each part, the matte is followed sideways to its edge; the lower third over
    poses and sides is taken, since other parts behind or beside only make the way longer.

    Args:
        parts: the parts in the poses of `mattes`.
        mattes: (poses, height, width) uint8.
        length: torso length in pixels.
    """
    guesses = (
        np.array([by_name(_GUESS, part.name, _GUESS_OTHER) for part in PARTS], np.float32) * length
    )
    found = np.full((len(parts), 2, len(PARTS), STATIONS), np.nan, np.float32)
    share = (np.arange(STATIONS) + 0.5)[:, None] / STATIONS
    reach = np.arange(1, max(3, int(length * 0.6)), dtype=np.float32)
    for pose, matte in enumerate(mattes):
        start, end = parts.start[pose, :, None], parts.end[pose, :, None]
        along = (end - start) / np.maximum(np.linalg.norm(end - start, axis=-1, keepdims=True), 1)
        across = np.stack([-along[..., 1], along[..., 0]], -1)
        centres = start + (end - start) * share
        for side, sign in enumerate((1, -1)):
            rays = centres[:, :, None] + sign * across[:, :, None] * reach[:, None]
            found[pose, side] = _way_out(_sample(matte, centres), _sample(matte, rays), reach)
    values = found.reshape(-1, len(PARTS), STATIONS)
    known = np.isfinite(values).sum(0) >= 6
    measured = np.where(known, _lower_third(values), guesses[:, None])
    return measured.clip(0.5 * guesses[:, None], 1.7 * guesses[:, None]).astype(np.float32)


def by_name(values: dict[str, float], name: str, otherwise: float) -> float:
    """Return the value whose name ends the name of a part."""
    return next((value for key, value in values.items() if name.endswith(key)), otherwise)


def _sample(matte: Bytes, points: Floats) -> Bytes:
    height, width = matte.shape
    missing = ~np.isfinite(points).all(-1)
    whole = np.nan_to_num(points).astype(int)
    inside = (
        (whole[..., 0] >= 0) & (whole[..., 0] < width)
        & (whole[..., 1] >= 0) & (whole[..., 1] < height)
    )  # fmt: skip
    values = matte[whole[..., 1].clip(0, height - 1), whole[..., 0].clip(0, width - 1)]
    return np.where(inside & ~missing, values, 0)


def _way_out(centre: Bytes, ray: Bytes, reach: Floats) -> Floats:
    outside = ray < 128
    way = np.where(outside.any(-1), reach[outside.argmax(-1)], reach[-1])
    return np.where(centre >= 128, way, np.nan)


def _lower_third(values: Floats) -> Floats:
    filled = np.where(np.isfinite(values).any(0), values, 0)
    return np.nanpercentile(filled, 35, axis=0)
