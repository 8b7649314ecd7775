"""Looks: the colours of the people that the demo dancer can be."""

from dataclasses import dataclass

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Look:
    """Colours of one dancer, linear RGB."""

    skin: Colour
    shirt: Colour
    print: Colour
    trousers: Colour
    hair: Colour
    shoe: Colour
    band: Colour


LOOKS = (
    Look((0.56, 0.33, 0.235), (0.60, 0.045, 0.04), (0.80, 0.72, 0.55), (0.035, 0.065, 0.17),
         (0.045, 0.026, 0.017), (0.78, 0.78, 0.76), (0.02, 0.35, 0.36)),
    Look((0.30, 0.155, 0.095), (0.80, 0.48, 0.04), (0.10, 0.09, 0.10), (0.05, 0.05, 0.055),
         (0.014, 0.011, 0.010), (0.60, 0.08, 0.06), (0.75, 0.75, 0.72)),
    Look((0.64, 0.42, 0.32), (0.02, 0.24, 0.20), (0.80, 0.80, 0.74), (0.22, 0.17, 0.11),
         (0.24, 0.115, 0.045), (0.10, 0.10, 0.11), (0.65, 0.20, 0.05)),
)  # fmt: skip
"""The dancers to choose from by seed; the first one is the demo's."""
