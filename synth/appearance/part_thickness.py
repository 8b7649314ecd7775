"""How thick a person's parts are, and where the room between their legs begins, from the mattes."""

import numpy as np

from stickdance.synth.appearance.body_parts import MIRRORED, PARTS, THIGHS, PosedParts
from stickdance.synth.compute.array_types import Bytes, Floats

STATIONS = 5
"""Places along a part at which its thickness is known, from start to end."""

_GUESS = {"torso": 0.36, "head": 0.3, "thigh": 0.19, "shin": 0.14, "foot": 0.15}
_GUESS_OTHER = 0.13  # half thickness in torso lengths where the footage does not tell
_STATION = (np.arange(STATIONS, dtype=np.float32) + 0.5) / STATIONS
_KNOWN = 6  # measurements from which on the footage tells
_FREE = 35  # percentile of poses and sides in which a part's edge is its own
_APART = 20  # percentile of the poses in which the inside of a thigh is free
_AS_FAR = 0.1  # torso lengths by which legs more apart than filmed show nothing of each other
_SKIRT = 1.4  # thicknesses; more from the line of a thigh to its inside is a skirt
_CROTCH = 1.1  # how much farther the inside of a thigh reaches at one station than at the next
_BLUR = 1.0  # pixels beyond the inside of a thigh that are still its own


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
    share, reach = _STATION[:, None], _rays(length)
    for pose, matte in enumerate(mattes):
        start, end = parts.start[pose, :, None], parts.end[pose, :, None]
        along = (end - start) / np.maximum(np.linalg.norm(end - start, axis=-1, keepdims=True), 1)
        across = np.stack([-along[..., 1], along[..., 0]], -1)
        centres = start + (end - start) * share
        for side, sign in enumerate((1, -1)):
            rays = centres[:, :, None] + sign * across[:, :, None] * reach[:, None]
            found[pose, side] = _way_out(_sample(matte, centres), _sample(matte, rays), reach)
    values = found.reshape(-1, len(PARTS), STATIONS)
    known = np.isfinite(values).sum(0) >= _KNOWN
    measured = np.where(known, _low(values, _FREE), guesses[:, None])
    return measured.clip(0.5 * guesses[:, None], 1.7 * guesses[:, None]).astype(np.float32)


def inner_thickness(parts: PosedParts, mattes: Bytes, length: float) -> Floats:
    """Return (parts, STATIONS) pixels from a thigh's line to its inside; inf of all other parts.

    The poses in which the legs are most apart tell. Where a skirt hangs, or they never were apart,
    that is beyond all that is cut out as the thigh.

    Args:
        parts: the parts in the poses of `mattes`.
        mattes: (poses, height, width) uint8.
        length: torso length in pixels.
    """
    out, reach = np.full((len(PARTS), STATIONS), np.inf, np.float32), _rays(length)
    for place in THIGHS:
        inwards = _inwards(parts, place)
        line = parts.end[:, place] - parts.start[:, place]
        centres = parts.start[:, place, None] + line[:, None] * _STATION[:, None]
        rays = centres[:, :, None] + inwards[:, None, None] * reach[:, None]
        found = np.stack(
            [
                _way_out(_sample(matte, centre), _sample(matte, ray), reach)
                for matte, centre, ray in zip(mattes, centres, rays, strict=True)
            ]
        )
        if (np.isfinite(found).sum(0) >= _KNOWN).all():
            out[place] = _low(found, _APART)
            # Near the hip no pose shows it: there it widens a little towards the crotch.
            for station in (1, 0):
                out[place, station] = min(out[place, station], _CROTCH * out[place, station + 1])
    return out


def wears_a_skirt(inner: Floats, thickness: Floats) -> bool:
    """Return whether no room is seen between the thighs where a leg would end.

    Args:
        inner: of `inner_thickness`.
        thickness: of `measure_thickness`.
    """
    reach, usual = (each[list(THIGHS), STATIONS // 2 :] for each in (inner, thickness))
    return bool((np.isfinite(reach) & (reach > _SKIRT * usual)).all())


def own_side(
    parts: PosedParts, pose: int, place: int, inner: Floats, box: tuple[int, int, int, int]
) -> Floats:
    """Return 0..1 float32 within `box`: 0 beyond the inside of a thigh, where the other leg is.

    Args:
        parts: posed parts in pixels.
        pose: which of the poses.
        place: the part.
        inner: (STATIONS,) its row of `inner_thickness`.
        box: left, top, right, bottom.
    """
    left, top, right, bottom = box
    start, line = parts.start[pose, place], parts.end[pose, place] - parts.start[pose, place]
    inwards = _inwards(parts, place)[pose]
    if not np.isfinite(inner).all() or not np.isfinite(inwards).all():
        return np.ones((bottom - top, right - left), np.float32)
    x = np.arange(left, right, dtype=np.float32) + 0.5 - start[0]
    y = np.arange(top, bottom, dtype=np.float32)[:, None] + 0.5 - start[1]
    share = (x * line[0] + y * line[1]) / max(float(line @ line), 1e-3)
    away = x * inwards[0] + y * inwards[1]
    inside = (np.interp(share, _STATION, inner) + _BLUR - away).clip(0, 1)
    return np.where(share > 1, 1, inside).astype(np.float32)


def as_far_apart(
    one: PosedParts, pose: int, two: PosedParts, number: int, place: int, length: float
) -> float:
    """Return 0..1: whether a limb and the other one of its kind lie alike in two poses.

    Args:
        one: parts, and of which pose.
        pose: as said.
        two: parts to compare with.
        number: of which pose of these.
        place: the limb.
        length: torso length in pixels.
    """
    here, there = (
        each.end[when, MIRRORED[place]] - each.start[when, MIRRORED[place]]
        - (each.end[when, place] - each.start[when, place])
        for each, when in ((one, pose), (two, number))
    )  # fmt: skip
    apart = float(np.hypot(*(here - there))) / length
    return min(max(2 - apart / _AS_FAR, 0.0), 1.0) if np.isfinite(apart) else 0.0


def by_name(values: dict[str, float], name: str, otherwise: float) -> float:
    """Return the value whose name ends the name of a part."""
    return next((value for key, value in values.items() if name.endswith(key)), otherwise)


def _rays(length: float) -> Floats:
    return np.arange(1, max(3, int(length * 0.6)), dtype=np.float32)


def _inwards(parts: PosedParts, place: int) -> Floats:
    """Return (poses, 2): the direction across a limb to the side where the other one lies."""
    start, end, twin = parts.start[:, place], parts.end[:, place], MIRRORED[place]
    line = (end - start) / np.maximum(np.linalg.norm(end - start, axis=-1, keepdims=True), 1)
    across = np.stack([-line[:, 1], line[:, 0]], -1)
    to_twin = parts.start[:, twin] + parts.end[:, twin] - start - end
    return across * np.where((to_twin * across).sum(-1) < 0, -1, 1)[:, None]


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


def _low(values: Floats, percentile: float) -> Floats:
    filled = np.where(np.isfinite(values).any(0), values, 0)
    return np.nanpercentile(filled, percentile, axis=0)
