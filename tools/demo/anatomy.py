"""Anatomy of the demo dancer: the table of parts that hang on the frames of `stance`.

All measures are metres in the frame named first; limbs are written once and stand for both sides.
"""

from collections.abc import Iterator
from dataclasses import replace

from stickdance.tools.demo.parts import Material, Piece, PieceTable
from stickdance.tools.demo.stance import FOREARM, FRAME, SHIN, THIGH, UPPER_ARM

_ACROSS, _UP, _AHEAD = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
_SKIN, _SHIRT, _TROUSERS = Material.SKIN, Material.SHIRT, Material.TROUSERS
_HAIR, _HAND = Material.HAIR, Material.HAND


def dancer_table() -> PieceTable:
    """Return all parts of the dancer, to be placed by the frames of a stance."""
    pieces = [*_trunk(), *_skull(), *_face(), *_hair()]
    for limb in (_arm, _hand, _leg, _foot):
        for piece in limb():
            pieces += [_sided(piece, "left"), _sided(piece, "right")]
    for side in (1.0, -1.0):
        pieces += _paired_trunk(side) + _paired_head(side)
    return PieceTable(pieces, FRAME)


def _sided(piece: Piece, side: str) -> Piece:
    start = (f"{side}_{piece.start[0]}", *piece.start[1:])
    end = (f"{side}_{piece.end[0]}", *piece.end[1:])
    return replace(piece, start=start, end=end)


def _trunk() -> Iterator[Piece]:
    def chest(x: float, y: float, z: float) -> tuple[str, float, float, float]:
        return ("chest", x, y, z)

    def waist(x: float, y: float, z: float) -> tuple[str, float, float, float]:
        return ("waist", x, y, z)

    def pelvis(x: float, y: float, z: float) -> tuple[str, float, float, float]:
        return ("pelvis", x, y, z)

    yield Piece(chest(0, -0.26, 0), chest(0, -0.09, 0.005), (0.136, 0.152), _SHIRT, _AHEAD, 1.42,
                casts=True)  # fmt: skip
    yield Piece(chest(-0.07, -0.135, 0.034), chest(0.07, -0.135, 0.034), (0.076, 0.076), _SHIRT,
                _UP, 0.85)  # fmt: skip
    yield Piece(waist(0, -0.16, 0), waist(0, -0.03, 0), (0.142, 0.134), _SHIRT, _AHEAD, 1.36,
                casts=True)  # fmt: skip
    yield Piece(pelvis(-0.052, 0.035, 0), pelvis(0.052, 0.035, 0), (0.117, 0.117), _SHIRT,
                _AHEAD, 1.08, casts=True)  # fmt: skip
    yield Piece(chest(-0.105, -0.014, -0.008), chest(0.105, -0.014, -0.008), (0.050, 0.050),
                _SHIRT, casts=True)  # fmt: skip
    yield Piece(chest(0, -0.02, -0.012), ("head", 0, -0.035, -0.022), (0.052, 0.049), _SKIN,
                casts=True)  # fmt: skip
    yield Piece(chest(-0.03, 0.012, 0.012), chest(0.03, 0.012, 0.012), (0.042, 0.042), _SKIN)
    yield Piece(chest(-0.028, 0.026, -0.036), chest(0.028, 0.026, -0.036), (0.034, 0.034), _SHIRT)
    yield Piece(pelvis(-0.058, 0.0, -0.004), pelvis(0.058, 0.0, -0.004), (0.109, 0.109),
                _TROUSERS, _AHEAD, 1.05)  # fmt: skip


def _paired_trunk(side: float) -> list[Piece]:
    name = "left" if side > 0 else "right"
    shoulder = (f"{name}_upper_arm", 0.0, 0.0, 0.0)
    return [
        Piece(("chest", side * 0.030, 0.032, -0.022), shoulder, (0.036, 0.046), _SHIRT),
        Piece(("chest", side * 0.07, -0.20, 0.0), shoulder, (0.060, 0.050), _SHIRT),
        Piece(("pelvis", side * 0.062, -0.035, -0.036), ("pelvis", side * 0.055, -0.06, -0.036),
              (0.088, 0.080), _TROUSERS),
    ]  # fmt: skip


def _arm() -> Iterator[Piece]:
    yield Piece(("upper_arm", 0, 0, 0), ("upper_arm", 0, 0.112, 0), (0.048, 0.0490), _SHIRT)
    yield Piece(("upper_arm", -0.004, 0.146, 0), ("upper_arm", 0.004, 0.146, 0), (0.054, 0.054),
                Material.COLLAR, _UP, 2.0)  # fmt: skip
    yield Piece(("upper_arm", 0, 0.03, 0), ("upper_arm", 0, UPPER_ARM, 0), (0.040, 0.0320), _SKIN,
                casts=True)  # fmt: skip
    yield Piece(("upper_arm", 0, 0.13, 0.006), ("upper_arm", 0, 0.20, 0.005), (0.038, 0.035),
                _SKIN)  # fmt: skip
    yield Piece(("forearm", 0, 0, 0), ("forearm", 0, FOREARM, 0), (0.0320, 0.0225), _SKIN,
                casts=True)  # fmt: skip
    yield Piece(("forearm", 0.003, 0.03, 0), ("forearm", 0.002, 0.11, 0), (0.0355, 0.031), _SKIN)


def _hand() -> Iterator[Piece]:
    yield Piece(("forearm", 0, FOREARM - 0.03, 0), ("hand", 0, 0.03, 0), (0.0245, 0.027), _SKIN,
                _ACROSS, 1.35)  # fmt: skip
    yield Piece(("hand", 0, 0.03, -0.002), ("hand", 0, 0.075, 0), (0.032, 0.040), _HAND, _ACROSS,
                2.4, casts=True)  # fmt: skip
    for across, length, curl in (
        (0.030, 0.072, 0.010), (0.0105, 0.082, 0.013), (-0.0095, 0.076, 0.016),
        (-0.0285, 0.060, 0.018),
    ):  # fmt: skip
        knuckle = ("hand", 0.0, 0.086, across)
        middle = ("hand", -curl * 0.3, 0.086 + 0.52 * length, across * 1.22)
        tip = ("hand", -curl * 1.4, 0.086 + length, across * 1.40)
        yield Piece(knuckle, middle, (0.0104, 0.0096), _HAND)
        yield Piece(middle, tip, (0.0098, 0.0078), _HAND)
    yield Piece(("hand", -0.006, 0.022, 0.022), ("hand", -0.012, 0.060, 0.050), (0.0165, 0.0125),
                _HAND)  # fmt: skip
    yield Piece(("hand", -0.012, 0.060, 0.050), ("hand", -0.014, 0.092, 0.058), (0.0115, 0.0090),
                _HAND)  # fmt: skip


def _leg() -> Iterator[Piece]:
    yield Piece(("thigh", -0.004, 0.03, 0), ("thigh", 0, THIGH + 0.01, 0), (0.086, 0.055),
                _TROUSERS, casts=True)  # fmt: skip
    yield Piece(("thigh", 0.005, 0.08, 0.014), ("thigh", 0.004, 0.24, 0.012), (0.076, 0.061),
                _TROUSERS)  # fmt: skip
    yield Piece(("shin", 0, 0.0, 0.004), ("shin", 0, SHIN + 0.002, -0.004), (0.055, 0.049),
                _TROUSERS, casts=True)  # fmt: skip
    yield Piece(("shin", 0, 0.08, -0.016), ("shin", 0, 0.19, -0.014), (0.046, 0.043), _TROUSERS)
    yield Piece(("shin", 0, SHIN - 0.035, -0.003), ("shin", 0, SHIN + 0.014, -0.002),
                (0.053, 0.056), _TROUSERS)  # fmt: skip


def _foot() -> Iterator[Piece]:
    shoe, sole = Material.SHOE, Material.SOLE
    yield Piece(("foot", 0, -0.020, -0.008), ("foot", 0, -0.057, -0.008), (0.041, 0.043), shoe)
    yield Piece(("foot", 0, -0.065, -0.042), ("foot", 0.004, -0.078, 0.135), (0.040, 0.034), shoe,
                _ACROSS, 1.06, casts=True)  # fmt: skip
    yield Piece(("foot", 0, -0.030, 0.015), ("foot", 0.002, -0.066, 0.105), (0.036, 0.032), shoe)
    yield Piece(("foot", 0, -0.095, -0.042), ("foot", 0.004, -0.095, 0.135), (0.044, 0.041), sole,
                _UP, 3.4)  # fmt: skip
    yield Piece(("foot", 0, -0.045, 0.055), ("foot", 0, -0.060, 0.098), (0.0385, 0.0355),
                Material.BAND, _AHEAD, 2.6)  # fmt: skip


def _skull() -> Iterator[Piece]:
    yield Piece(("head", 0, 0.040, -0.035), ("head", 0, 0.036, 0.010), (0.084, 0.080), _SKIN,
                _ACROSS, 1.13, casts=True)  # fmt: skip
    yield Piece(("head", 0, 0.004, 0.026), ("head", 0, -0.080, 0.050), (0.064, 0.031), _SKIN,
                _ACROSS, 1.0, face=True)  # fmt: skip


def _face() -> Iterator[Piece]:
    def at(x: float, y: float, z: float) -> tuple[str, float, float, float]:
        return ("head", x, y, z)

    yield Piece(at(0, 0.036, 0.002), at(0, 0.030, 0.012), (0.079, 0.078), _SKIN, _ACROSS, 1.14,
                face=True)  # fmt: skip
    yield Piece(at(-0.030, -0.018, 0.050), at(0.030, -0.018, 0.050), (0.033, 0.033), _SKIN,
                face=True)  # fmt: skip
    yield Piece(at(0, -0.090, 0.066), at(0, -0.088, 0.064), (0.017, 0.017), _SKIN, face=True)
    yield Piece(at(0, 0.022, 0.085), at(0, -0.017, 0.103), (0.0065, 0.0095), _SKIN, face=True)
    yield Piece(at(-0.008, -0.021, 0.095), at(0.008, -0.021, 0.095), (0.0078, 0.0078), _SKIN,
                face=True)  # fmt: skip
    yield Piece(at(-0.014, -0.0535, 0.0805), at(0.014, -0.0535, 0.0805), (0.0078, 0.0078), _SKIN,
                face=True)  # fmt: skip


def _paired_head(side: float) -> list[Piece]:
    def at(x: float, y: float, z: float) -> tuple[str, float, float, float]:
        return ("head", side * x, y, z)

    return [
        Piece(at(0.016, 0.036, 0.083), at(0.044, 0.037, 0.068), (0.0090, 0.0085), _SKIN,
              face=True),
        Piece(at(0.076, 0.014, -0.012), at(0.073, -0.020, -0.006), (0.020, 0.012), _SKIN, _ACROSS,
              2.2),
        # hair drawn back over the temple, and the short hairs of the nape
        Piece(at(0.058, 0.084, 0.022), at(0.064, 0.046, -0.040), (0.026, 0.026), _HAIR),
        Piece(at(0.070, 0.060, 0.014), at(0.0715, 0.020, 0.006), (0.0125, 0.0045), _HAIR),
        Piece(at(0.034, 0.010, -0.072), at(0.014, -0.062, -0.066), (0.034, 0.017), _HAIR),
    ]  # fmt: skip


def _hair() -> Iterator[Piece]:
    def at(x: float, y: float, z: float) -> tuple[str, float, float, float]:
        return ("head", x, y, z)

    yield Piece(at(0, 0.062, -0.040), at(0, 0.066, -0.006), (0.092, 0.083), _HAIR, _ACROSS, 1.10,
                casts=True)  # fmt: skip
    yield Piece(at(0, 0.045, -0.066), at(0, -0.010, -0.064), (0.076, 0.061), _HAIR)
    # a fringe swept from the parting (on the dancer's left) to the right
    yield Piece(at(0.030, 0.120, 0.050), at(-0.028, 0.104, 0.070), (0.021, 0.019), _HAIR)
    yield Piece(at(-0.028, 0.104, 0.070), at(-0.066, 0.062, 0.048), (0.019, 0.011), _HAIR)
    yield Piece(at(0.034, 0.118, 0.046), at(0.066, 0.074, 0.040), (0.019, 0.012), _HAIR)
    # the knot at the back
    yield Piece(at(0, 0.088, -0.150), at(0, 0.094, -0.166), (0.036, 0.037), _HAIR, casts=True)
    yield Piece(at(0, 0.078, -0.128), at(0, 0.083, -0.136), (0.030, 0.030), Material.BAND)
