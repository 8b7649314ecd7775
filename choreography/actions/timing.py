"""From key poses to movement: paths that flow through the counts, successive joints, steps.

A movement goes through its key poses without a stop: on a count every channel moves on at the speed
of the way from the key before to the key after (a Catmull-Rom spline; along great circles for the
arms' bones), so that only what turns back comes to rest. Feet and hips lead; the spine, the upper
arms, the head and last the forearms follow by shares of a count, as in a whip. Feet are set down
on the counts, and the knees give after them.

Source: Catmull and Rom 1974; Lasseter 1987 (follow through and overlapping action).
"""

import numpy as np

from stickdance.choreography.body.pose_channels import (
    CHANNELS,
    DIRECTIONS,
    FEET,
    INDEX,
    Arm,
    blend,
    pose,
)

_TENSION = 0.8  # of the speed that a Catmull-Rom spline has on a key
_STEP_LIFT = 0.035  # body heights that a stepping foot rises
_SHORT_STEP = 0.06  # steps shorter than this rise less
_SPREAD = 0.46  # of the way between the feet that full weight goes to one side of their middle
_USUAL_STANCE = 0.096  # body heights of a resting foot from the middle
_OFF, _ON = 0.3, 0.97  # shares of the way to a count between which a hop is in the air
_LEAVES, _LANDS = 0.4, 1.0  # shares of the way to a count at which a foot leaves and lands
_LOWEST = 0.18  # of a count after a footfall, the knees have given most


def _delays() -> np.ndarray:
    """Return by how many counts each channel follows the hips."""
    delays = np.zeros(len(CHANNELS))
    for name in ("twist", "lean", "bend", "rib_x", "rib_z", "shoulder_twist", "shoulder_roll"):
        delays[INDEX[name]] = 0.08
    for name in ("head_turn", "head_tilt", "head_nod"):
        delays[INDEX[name]] = 0.16
    for (_, limb), place in DIRECTIONS.items():
        delays[place] = 0.12 if limb == "upper" else 0.22
    return delays


DELAYS = _delays()
"""By how many counts (channels,) each channel comes after the hips."""
_ARMS = [k for place in DIRECTIONS.values() for k in range(place.start, place.stop)]
_DRAGS = np.where(DELAYS[DIRECTIONS["left", "fore"].start] == DELAYS, 0.12, 0.0)
_FOOT_CHANNELS = {
    side: [*range(place.start, place.stop), INDEX[f"{side}_facing"]] for side, place in FEET.items()
}
_FLAT = {side: (INDEX[f"{side}_foot_out"], INDEX[f"{side}_foot_front"]) for side in FEET}
_TURNS = ("turn", "left_facing", "right_facing")


def through(phase: np.ndarray, *keys: np.ndarray, groove: float = 0.02) -> np.ndarray:
    """Return the movement (frames, channels) through one key pose per count, in a circle.

    Args:
        phase: (frames,) in 0..1; feet and hips reach key k at (k + 1) / number of keys, what is
            farther from them a little later.
        keys: pose vectors; the last is also where the movement starts, its feet home.
        groove: body heights that the knees give on every count.
    """
    table = np.stack(keys)
    position = np.clip(phase, 0, 1) * len(table)
    out = _along(table, position[:, None] - DELAYS)
    interval = np.minimum(np.floor(position).astype(int), len(table) - 1)
    start, goal = _same_turn(table[interval - 1], table[interval]), table[interval]
    step_over(out, start, goal, position - interval)
    return out + bounce(position, 1.7 * groove)


def _along(table: np.ndarray, position: np.ndarray) -> np.ndarray:
    """Return the spline through a circle of keys at positions (frames, channels) in counts."""
    count = len(table)
    ways = table - np.roll(table, 1, axis=0)
    turns = [INDEX[name] for name in _TURNS]
    ways[:, turns] -= 360 * np.round(ways[:, turns] / 360)
    speeds = 0.5 * _TENSION * (ways + np.roll(ways, -1, axis=0))
    interval = np.floor(position).astype(int)
    interval = np.where(position == count, count - 1, interval)  # the end of the last way
    channels = np.arange(table.shape[1])
    to, since = (interval % count, channels), ((interval - 1) % count, channels)
    goal = table[to]
    return flowing(goal - ways[to], goal, speeds[since], speeds[to], position - interval)


def sweep_arms(
    out: np.ndarray, phase: np.ndarray, *keys: tuple[Arm, Arm], late: float = 0.15
) -> np.ndarray:
    """Let the arms go their own way over the rest of a movement, and return it.

    Fewer keys than counts give arms that go on through the counts.

    Args:
        out: (frames, channels), changed in its arms.
        phase: (frames,) in 0..1.
        keys: shapes of the left and the right arm, spread evenly over the phase, in a circle.
        late: by which share of the way from key to key the arms come after it.
    """
    table = np.stack([pose(left=left, right=right) for left, right in keys])
    position = np.clip(phase, 0, 1) * len(table) - late
    values = _along(table, position[:, None] - _DRAGS)
    out[:, _ARMS] = values[:, _ARMS]
    return out


def flowing(
    start: np.ndarray, goal: np.ndarray, leaving: np.ndarray, arriving: np.ndarray,
    share: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Return poses (frames, channels) from `start` to `goal` with given speeds at both ends.

    Args:
        start: (frames, channels).
        goal: (frames, channels).
        leaving: speed at the start, channels by the whole way; not of a unit length for bones.
        arriving: speed at the goal.
        share: (frames,) or (frames, channels), 0..1 of the way.
    """
    s = share if share.ndim == 2 else share[:, None]
    out = blend(start, goal, s * s * (3 - 2 * s) + np.zeros(start.shape))
    out += s * (1 - s) ** 2 * leaving - s * s * (1 - s) * arriving
    for place in DIRECTIONS.values():
        length = np.linalg.norm(out[:, place], axis=-1, keepdims=True)
        out[:, place] /= np.maximum(length, 1e-9)
    return out


def lifted(share: np.ndarray) -> np.ndarray:
    """Return how high (0..1) a foot is on its way, 0..1 of its time: up before it goes, then down.

    A foot that rises only as it gets on slides over the ground as it leaves.
    """
    gone = share**1.6  # it is highest past the middle of its time
    out: np.ndarray = 4 * gone * (1 - gone)
    return out


def bounce(position: np.ndarray, depth: float) -> np.ndarray:
    """Return poses to add (frames, channels): knees that give a little after every whole count."""
    out = np.zeros((len(position), len(CHANNELS)))
    out[:, INDEX["lower"]] = depth * (0.5 + 0.5 * np.cos(2 * np.pi * (position - _LOWEST)))
    return out


def held(phase: np.ndarray, key: np.ndarray) -> np.ndarray:
    """Return one pose for every phase (frames, channels), to be varied."""
    return np.repeat(key[None], len(phase), axis=0)


def pulse(phase: np.ndarray, counts: int, sharpness: float = 1.3) -> np.ndarray:
    """Return phase (frames,) warped so that an even circle slows down on each count.

    Between counts it runs ahead, near a count it is slower; 1 would be even, 2 stops there.
    """
    position = np.clip(phase, 0, 1) * counts
    whole = np.minimum(np.floor(position), counts - 1)
    share = position - whole
    mixed = (sharpness - 1) * _arrival(share) + (2 - sharpness) * share
    return (whole + mixed) / counts


def _arrival(share: np.ndarray) -> np.ndarray:
    """Ease 0..1 -> 0..1 with the least jerk: at rest at both ends (Flash and Hogan 1985)."""
    return share**3 * (10 - 15 * share + 6 * share**2)


def _landing(share: np.ndarray) -> np.ndarray:
    """Ease 0..1 -> 0..1 of a foot: it leaves slowly and is fast until it is set down."""
    return share**2.5 * (3.5 - 2.5 * share)


def _same_turn(start: np.ndarray, goal: np.ndarray) -> np.ndarray:
    """Take whole turns off the start, so that a full turn does not unwind when it repeats."""
    start = start.copy()
    for name in _TURNS:
        place = INDEX[name]
        turns = np.round((start[:, place] - goal[:, place]) / 360)
        start[:, place] -= 360 * turns
    return start


def step_over(out: np.ndarray, start: np.ndarray, goal: np.ndarray, share: np.ndarray) -> None:
    """Let feet go, lifted, from where they stand in `start` to where in `goal`; hop where it says.

    Args:
        out: (frames, channels), feet and weight going straight through the keys; changed in feet,
            weight and height alone.
        start: (frames, channels) poses.
        goal: (frames, channels) poses; their `hop` is how high the body jumps on the way.
        share: (frames,) 0..1 of the way.
    """
    _hop(out, goal, share)
    _step(out, start, goal, share)


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

    A step lands on its count, and the hips follow the feet, so that the body arrives over a foot
    that stands.
    """
    hips = _hips_between(out)
    both = _distance(start, goal, "left") * _distance(start, goal, "right") > 1e-6
    hopped = goal[:, INDEX["hop"]] > 0
    left_first = start[:, INDEX["weight"]] < 0
    for side in FEET:
        first = left_first if side == "left" else ~left_first
        begin = np.where(hopped, _OFF, np.where(both, np.where(first, 0.04, 0.5), _LEAVES))
        end = np.where(hopped, _ON, np.where(both & first, 0.5, _LANDS))
        gone = np.clip((share - begin) / (end - begin), 0, 1)
        moved = _landing(gone)
        for place in _FOOT_CHANNELS[side]:
            out[:, place] = start[:, place] + (goal[:, place] - start[:, place]) * moved
        rise = np.minimum(_distance(start, goal, side) / _SHORT_STEP, 1) * _STEP_LIFT
        arc = lifted(gone) * np.where(hopped, 0, rise)
        out[:, INDEX[f"{side}_foot_up"]] += arc
    _carry(out, hips, start, goal, ~hopped)


def _carry(
    out: np.ndarray, hips: np.ndarray, start: np.ndarray, goal: np.ndarray, walked: np.ndarray
) -> None:
    """Bring the hips along their own path (frames, 2), wherever the feet are on their ways.

    The weight that does so follows from where the feet are: it stays on the foot that stands until
    the other one has landed.
    """
    left, right = _standing(out, "left"), _standing(out, "right")
    apart = left - right
    along = ((hips - (left + right) / 2) * apart).sum(axis=-1)
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
