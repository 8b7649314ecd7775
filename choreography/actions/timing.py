"""From key poses to movement: wind-up, successive joints, arrival on the count, recoil, steps.

Between two counts the hips start first, then the spine, the upper arms and last the forearms, and
all arrive together on the later count: the delay grows towards the hands as in a whip. After an
arrival each joint springs back a little along the way it came. So joints are slowest on the count
and fastest between counts.
"""

import numpy as np

from stickdance.choreography.body.pose_channels import CHANNELS, DIRECTIONS, FEET, INDEX, blend

_RECOIL = 0.07  # share of the last way that a joint springs back after an arrival
_TOP = 0.6  # of the way to a count, the body is highest
_STEP_LIFT = 0.035  # body heights that a stepping foot rises
_SHORT_STEP = 0.06  # steps shorter than this rise less
_HIPS_LAG = 1.3  # exponent by which the hips leave later than the feet
_SPREAD = 0.46  # of the way between the feet that full weight goes to one side of their middle
_USUAL_STANCE = 0.096  # body heights of a resting foot from the middle
_OFF, _ON = 0.3, 0.84  # shares of the way to a count between which a hop is in the air
_LANDED = 0.87  # share of the way to a count at which a step has landed


def _lags() -> np.ndarray:
    """Return the exponent of each channel's start: the larger, the later it leaves."""
    lags = np.ones(len(CHANNELS))
    for name in ("twist", "lean", "bend", "rib_x", "rib_z", "shoulder_twist", "shoulder_roll"):
        lags[INDEX[name]] = 1.12
    for name in ("head_turn", "head_tilt", "head_nod"):
        lags[INDEX[name]] = 1.35
    for (_, limb), place in DIRECTIONS.items():
        lags[place] = 1.2 if limb == "upper" else 1.5
    return lags


LAGS = _lags()
"""Exponent (channels,) of each channel's start: the larger, the later it leaves."""
_FOOT_CHANNELS = {
    side: [*range(place.start, place.stop), INDEX[f"{side}_facing"]] for side, place in FEET.items()
}
_FLAT = {side: (INDEX[f"{side}_foot_out"], INDEX[f"{side}_foot_front"]) for side in FEET}


def through(phase: np.ndarray, *keys: np.ndarray, groove: float = 0.02) -> np.ndarray:
    """Return the movement (frames, channels) through one key pose per count, in a circle.

    Args:
        phase: (frames,) in 0..1; key k is reached at (k + 1) / number of keys.
        keys: pose vectors; the last is also where the movement starts, its feet home.
        groove: body heights that the knees give on every count.
    """
    table = np.stack(keys)
    count = len(table)
    position = np.clip(phase, 0, 1) * count
    interval = np.minimum(np.floor(position).astype(int), count - 1)
    share = position - interval
    before, start, goal = table[(interval - 2) % count], table[interval - 1], table[interval]
    start = _same_turn(start, goal)
    out = blend(start, goal, _arrival(share[:, None] ** LAGS))
    spring = _recoil(table)[interval] * np.sin(np.pi * np.clip(share / 0.5, 0, 1)) ** 2
    sprung = blend(out, before, spring[:, None] * (1 - share[:, None]))
    springy = [place for place in range(len(CHANNELS)) if place not in _STEADY]
    out[:, springy] = sprung[:, springy]
    _hop(out, goal, share)
    _step(out, start, goal, share)
    return out + bounce(position, 1.7 * groove)


def bounce(position: np.ndarray, depth: float) -> np.ndarray:
    """Return poses to add (frames, channels): knees that give on every whole count.

    They rise slowly and drop into the count; the turning point lies where the limbs are fastest,
    so that it is no moment of rest.
    """
    share = np.mod(position, 1.0)
    rising, falling = share / _TOP, (1 - share) / (1 - _TOP)
    high = np.where(share < _TOP, _arrival(rising), _arrival(falling))
    out = np.zeros((len(position), len(CHANNELS)))
    out[:, INDEX["lower"]] = depth * (1 - high)
    return out


def held(phase: np.ndarray, key: np.ndarray) -> np.ndarray:
    """Return one pose for every phase (frames, channels), to be varied."""
    return np.repeat(key[None], len(phase), axis=0)


def pulse(phase: np.ndarray, counts: int, sharpness: float = 1.6) -> np.ndarray:
    """Return phase (frames,) warped so that an even circle lingers on each count.

    Between counts it runs ahead, near a count it slows down; 1 would be even.
    """
    position = np.clip(phase, 0, 1) * counts
    whole = np.minimum(np.floor(position), counts - 1)
    share = position - whole
    mixed = (sharpness - 1) * _arrival(share) + (2 - sharpness) * share
    return (whole + mixed) / counts


def _recoil(table: np.ndarray) -> np.ndarray:
    """Return (keys,) how far to spring back when leaving for each key: little before small ways.

    Else the end of the recoil would be the slowest moment, and not the count.
    """
    away = table - np.roll(table, 1, axis=0)
    arms = [k for place in DIRECTIONS.values() for k in range(place.start, place.stop)]
    ways = np.linalg.norm(away[:, arms], axis=1) + 0.02
    return _RECOIL * np.minimum(1, (ways / np.roll(ways, 1)) ** 1.5)


def _arrival(share: np.ndarray) -> np.ndarray:
    """Ease 0..1 -> 0..1 with the least jerk: at rest at both ends (Flash and Hogan 1985)."""
    return share**3 * (10 - 15 * share + 6 * share**2)


_STEADY = {
    *(place for places in _FOOT_CHANNELS.values() for place in places),
    *(INDEX[name] for name in ("weight", "sway_x", "sway_z", "lower", "air", "hop", "turn")),
}
"""Channels that do not spring back: what stands on the ground, and how deep."""


def _same_turn(start: np.ndarray, goal: np.ndarray) -> np.ndarray:
    """Take whole turns off the start, so that a full turn does not unwind when it repeats."""
    start = start.copy()
    for name in ("turn", "left_facing", "right_facing"):
        place = INDEX[name]
        turns = np.round((start[:, place] - goal[:, place]) / 360)
        start[:, place] -= 360 * turns
    return start


def _hop(out: np.ndarray, goal: np.ndarray, share: np.ndarray) -> None:
    """Lift the body off the ground on the way into a key that is hopped into."""
    height = goal[:, INDEX["hop"]]
    flight = np.clip((share - _OFF) / (_ON - _OFF), 0, 1)
    out[:, INDEX["air"]] += height * 4 * flight * (1 - flight)
    crouch = np.sin(np.pi * np.clip(share / _OFF, 0, 1)) ** 2
    out[:, INDEX["lower"]] += 0.25 * height * crouch
    out[:, INDEX["hop"]] = 0


def _step(out: np.ndarray, start: np.ndarray, goal: np.ndarray, share: np.ndarray) -> None:
    """Move feet one after the other (together in a hop), lifted on the way.

    A step lands before its count, and the hips follow the feet, so that the body arrives over a
    foot that stands.
    """
    both = _distance(start, goal, "left") * _distance(start, goal, "right") > 1e-6
    hopped = goal[:, INDEX["hop"]] > 0
    left_first = start[:, INDEX["weight"]] < 0
    for side in FEET:
        first = left_first if side == "left" else ~left_first
        begin = np.where(hopped, _OFF, np.where(both & ~first, 0.46, 0.06))
        end = np.where(hopped, _ON, np.where(both, np.where(first, 0.52, 0.92), _LANDED))
        moved = _arrival(np.clip((share - begin) / (end - begin), 0, 1))
        for place in _FOOT_CHANNELS[side]:
            out[:, place] = start[:, place] + (goal[:, place] - start[:, place]) * moved
        rise = np.minimum(_distance(start, goal, side) / _SHORT_STEP, 1) * _STEP_LIFT
        arc = np.sin(np.pi * moved) * np.where(hopped, 0, rise)
        out[:, INDEX[f"{side}_foot_up"]] += arc
    _carry(out, start, goal, share, ~hopped)


def _carry(
    out: np.ndarray, start: np.ndarray, goal: np.ndarray, share: np.ndarray, walked: np.ndarray
) -> None:
    """Bring the hips over the goal's feet after the feet, and without a way back.

    The weight that does so follows from where the feet are: it stays on the foot that stands until
    the other one has landed.
    """
    begin, end = _hips_between(start), _hips_between(goal)
    wanted = begin + (end - begin) * _arrival(share**_HIPS_LAG)[:, None]
    left, right = _standing(out, "left"), _standing(out, "right")
    apart = left - right
    along = ((wanted - (left + right) / 2) * apart).sum(axis=-1)
    weight = np.clip(along / (_SPREAD * (apart * apart).sum(axis=-1)), -1, 1)
    turned = np.abs(goal - start)[:, [INDEX["left_facing"], INDEX["right_facing"]]].max(axis=1)
    travelled = _distance(start, goal, "left") + _distance(start, goal, "right")
    steps = walked & (turned < 1) & (travelled > 0)
    out[:, INDEX["weight"]] = np.where(steps, weight, out[:, INDEX["weight"]])


def _hips_between(values: np.ndarray) -> np.ndarray:
    """Return where over the ground (frames, 2) feet and weight of a key pose carry the hips."""
    left, right = _standing(values, "left"), _standing(values, "right")
    weight = values[:, INDEX["weight"], None]
    return (left + right) / 2 + _SPREAD * weight * (left - right)


def _standing(values: np.ndarray, side: str) -> np.ndarray:
    """Return where over the ground (frames, 2) a foot of a usual body stands."""
    outward, ahead = (values[:, place] for place in _FLAT[side])
    sign = 1.0 if side == "left" else -1.0
    return np.stack([sign * (_USUAL_STANCE + outward), ahead], axis=-1)


def _distance(start: np.ndarray, goal: np.ndarray, side: str) -> np.ndarray:
    """Return how far (frames,) a foot travels over the ground, in body heights."""
    flat = list(_FLAT[side])
    straight = np.linalg.norm(goal[:, flat] - start[:, flat], axis=-1)
    turned = np.abs(
        np.radians(goal[:, INDEX[f"{side}_facing"]] - start[:, INDEX[f"{side}_facing"]])
    )
    return straight + 0.08 * turned
