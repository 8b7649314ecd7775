"""Anatomy of the demo dancer: the table of parts that hang on the frames of `stance`.

All measures are metres in the frame named first; limbs are written once and stand for both sides.
"""

from dataclasses import replace
from functools import partial

from stickdance.tools.demo.parts import PartMaterial, PartTable, RoundCone
from stickdance.tools.demo.stance import FOREARM, FRAME, SHIN, THIGH, UPPER_ARM

_Place = tuple[float, float, float]
_ACROSS, _UP, _AHEAD = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
_SKIN, _SHIRT, _TROUSERS = PartMaterial.SKIN, PartMaterial.SHIRT, PartMaterial.TROUSERS
_HAIR, _HAND, _BAND = PartMaterial.HAIR, PartMaterial.HAND, PartMaterial.BAND
_SHOE, _SOLE, _COLLAR = PartMaterial.SHOE, PartMaterial.SOLE, PartMaterial.COLLAR


def dancer_table() -> PartTable:
    """Return all parts of the dancer, to be placed by the frames of a stance."""
    pieces = [*_TRUNK, *_HEAD]
    for piece in (*_ARM, *_HAND_BACK, *_fingers(), *_THUMB, *_LEG, *_FOOT):
        pieces += [_sided(piece, "left"), _sided(piece, "right")]
    for side, name in ((1.0, "left"), (-1.0, "right")):
        pieces += _paired_trunk(side, name) + _paired_head(side)
    return PartTable(pieces, FRAME)


def _sided(piece: RoundCone, side: str) -> RoundCone:
    start = (f"{side}_{piece.start[0]}", *piece.start[1:])
    end = (f"{side}_{piece.end[0]}", *piece.end[1:])
    return replace(piece, start=start, end=end)


def _in(
    frame: str, start: _Place, end: _Place, radius: tuple[float, float], material: PartMaterial,
    normal: _Place | None = None, flat: float = 1.0, *, face: bool = False, casts: bool = False,
) -> RoundCone:  # fmt: skip
    """Return a part with both ends in one frame."""
    return RoundCone((frame, *start), (frame, *end), radius, material, normal, flat, face, casts)


_large = partial(_in, casts=True)
_face = partial(_in, "head", face=True)
_hair = partial(_in, "head", material=_HAIR)

# fmt: off
_TRUNK = [
    _large("chest", (0, -0.26, 0), (0, -0.09, 0.005), (0.136, 0.152), _SHIRT, _AHEAD, 1.42),
    _in("chest", (-0.07, -0.135, 0.034), (0.07, -0.135, 0.034), (0.076, 0.076), _SHIRT, _UP, 0.85),
    _large("waist", (0, -0.16, 0), (0, -0.03, 0), (0.142, 0.134), _SHIRT, _AHEAD, 1.36),
    _large("pelvis", (-0.052, 0.035, 0), (0.052, 0.035, 0), (0.117, 0.117), _SHIRT, _AHEAD, 1.08),
    _large("chest", (-0.105, -0.014, -0.008), (0.105, -0.014, -0.008), (0.050, 0.050), _SHIRT),
    RoundCone(("chest", 0, -0.02, -0.012), ("head", 0, -0.035, -0.022), (0.052, 0.049), _SKIN,
              casts=True),
    _in("chest", (-0.03, 0.012, 0.012), (0.03, 0.012, 0.012), (0.042, 0.042), _SKIN),
    _in("chest", (-0.028, 0.026, -0.036), (0.028, 0.026, -0.036), (0.034, 0.034), _SHIRT),
    _in("pelvis", (-0.058, 0.0, -0.004), (0.058, 0.0, -0.004), (0.109, 0.109), _TROUSERS, _AHEAD,
        1.05),
]
_HEAD = [
    # the skull
    _large("head", (0, 0.040, -0.035), (0, 0.036, 0.010), (0.084, 0.080), _SKIN, _ACROSS, 1.13),
    _face((0, 0.004, 0.026), (0, -0.080, 0.050), (0.064, 0.031), _SKIN, _ACROSS, 1.0),
    # the face
    _face((0, 0.036, 0.002), (0, 0.030, 0.012), (0.079, 0.078), _SKIN, _ACROSS, 1.14),
    _face((-0.030, -0.018, 0.050), (0.030, -0.018, 0.050), (0.033, 0.033), _SKIN),
    _face((0, -0.090, 0.066), (0, -0.088, 0.064), (0.017, 0.017), _SKIN),
    _face((0, 0.022, 0.085), (0, -0.017, 0.103), (0.0065, 0.0095), _SKIN),
    _face((-0.008, -0.021, 0.095), (0.008, -0.021, 0.095), (0.0078, 0.0078), _SKIN),
    _face((-0.014, -0.0535, 0.0805), (0.014, -0.0535, 0.0805), (0.0078, 0.0078), _SKIN),
    # the hair
    _large("head", (0, 0.062, -0.040), (0, 0.066, -0.006), (0.092, 0.083), _HAIR, _ACROSS, 1.10),
    _hair((0, 0.045, -0.066), (0, -0.010, -0.064), (0.076, 0.061)),
    # a fringe swept from the parting (on the dancer's left) to the right
    _hair((0.030, 0.120, 0.050), (-0.028, 0.104, 0.070), (0.021, 0.019)),
    _hair((-0.028, 0.104, 0.070), (-0.066, 0.062, 0.048), (0.019, 0.011)),
    _hair((0.034, 0.118, 0.046), (0.066, 0.074, 0.040), (0.019, 0.012)),
    # the knot at the back
    _hair((0, 0.088, -0.150), (0, 0.094, -0.166), (0.036, 0.037), casts=True),
    _in("head", (0, 0.078, -0.128), (0, 0.083, -0.136), (0.030, 0.030), _BAND),
]
_ARM = [
    _in("upper_arm", (0, 0, 0), (0, 0.112, 0), (0.048, 0.0490), _SHIRT),
    _in("upper_arm", (-0.004, 0.146, 0), (0.004, 0.146, 0), (0.054, 0.054), _COLLAR, _UP, 2.0),
    _large("upper_arm", (0, 0.03, 0), (0, UPPER_ARM, 0), (0.040, 0.0320), _SKIN),
    _in("upper_arm", (0, 0.13, 0.006), (0, 0.20, 0.005), (0.038, 0.035), _SKIN),
    _large("forearm", (0, 0, 0), (0, FOREARM, 0), (0.0320, 0.0225), _SKIN),
    _in("forearm", (0.003, 0.03, 0), (0.002, 0.11, 0), (0.0355, 0.031), _SKIN),
]
_HAND_BACK = [
    RoundCone(("forearm", 0, FOREARM - 0.03, 0), ("hand", 0, 0.03, 0), (0.0245, 0.027), _SKIN,
              _ACROSS, 1.35),
    _large("hand", (0, 0.03, -0.002), (0, 0.075, 0), (0.032, 0.040), _HAND, _ACROSS, 2.4),
]
_FINGERS = (  # across, length, curl
    (0.030, 0.072, 0.010), (0.0105, 0.082, 0.013), (-0.0095, 0.076, 0.016),
    (-0.0285, 0.060, 0.018),
)
_THUMB = [
    _in("hand", (-0.006, 0.022, 0.022), (-0.012, 0.060, 0.050), (0.0165, 0.0125), _HAND),
    _in("hand", (-0.012, 0.060, 0.050), (-0.014, 0.092, 0.058), (0.0115, 0.0090), _HAND),
]
_LEG = [
    _large("thigh", (-0.004, 0.03, 0), (0, THIGH + 0.01, 0), (0.086, 0.055), _TROUSERS),
    _in("thigh", (0.005, 0.08, 0.014), (0.004, 0.24, 0.012), (0.076, 0.061), _TROUSERS),
    _large("shin", (0, 0.0, 0.004), (0, SHIN + 0.002, -0.004), (0.055, 0.049), _TROUSERS),
    _in("shin", (0, 0.08, -0.016), (0, 0.19, -0.014), (0.046, 0.043), _TROUSERS),
    _in("shin", (0, SHIN - 0.035, -0.003), (0, SHIN + 0.014, -0.002), (0.053, 0.056), _TROUSERS),
]
_FOOT = [
    _in("foot", (0, -0.020, -0.008), (0, -0.057, -0.008), (0.041, 0.043), _SHOE),
    _large("foot", (0, -0.065, -0.042), (0.004, -0.078, 0.135), (0.040, 0.034), _SHOE, _ACROSS,
           1.06),
    _in("foot", (0, -0.030, 0.015), (0.002, -0.066, 0.105), (0.036, 0.032), _SHOE),
    _in("foot", (0, -0.095, -0.042), (0.004, -0.095, 0.135), (0.044, 0.041), _SOLE, _UP, 3.4),
    _in("foot", (0, -0.045, 0.055), (0, -0.060, 0.098), (0.0385, 0.0355), _BAND, _AHEAD, 2.6),
]


def _fingers() -> list[RoundCone]:
    pieces = []
    for across, length, curl in _FINGERS:
        knuckle = (0.0, 0.086, across)
        middle = (-curl * 0.3, 0.086 + 0.52 * length, across * 1.22)
        tip = (-curl * 1.4, 0.086 + length, across * 1.40)
        pieces.append(_in("hand", knuckle, middle, (0.0104, 0.0096), _HAND))
        pieces.append(_in("hand", middle, tip, (0.0098, 0.0078), _HAND))
    return pieces


def _paired_trunk(side: float, name: str) -> list[RoundCone]:
    shoulder = (f"{name}_upper_arm", 0.0, 0.0, 0.0)
    return [
        RoundCone(("chest", side * 0.030, 0.032, -0.022), shoulder, (0.036, 0.046), _SHIRT),
        RoundCone(("chest", side * 0.07, -0.20, 0.0), shoulder, (0.060, 0.050), _SHIRT),
        _in("pelvis", (side * 0.062, -0.035, -0.036), (side * 0.055, -0.06, -0.036),
            (0.088, 0.080), _TROUSERS),
    ]


def _paired_head(side: float) -> list[RoundCone]:
    def at(x: float, y: float, z: float) -> _Place:
        return side * x, y, z

    return [
        _face(at(0.016, 0.036, 0.083), at(0.044, 0.037, 0.068), (0.0090, 0.0085), _SKIN),
        _in("head", at(0.076, 0.014, -0.012), at(0.073, -0.020, -0.006), (0.020, 0.012), _SKIN,
            _ACROSS, 2.2),
        # hair drawn back over the temple, and the short hairs of the nape
        _hair(at(0.058, 0.084, 0.022), at(0.064, 0.046, -0.040), (0.026, 0.026)),
        _hair(at(0.070, 0.060, 0.014), at(0.0715, 0.020, 0.006), (0.0125, 0.0045)),
        _hair(at(0.034, 0.010, -0.072), at(0.014, -0.062, -0.066), (0.034, 0.017)),
    ]
# fmt: on
