"""Augmentation: how samples of a take are varied, in pose space and in picture space.

    pose space      joints exchanged in a mirror, turned, scaled and shifted with their picture;
                    limbs left out of the stick figure or of the warped pixels; warped pixels from
                    other frames than the likest
    picture space   the same movement of photo, matte, plate and warped pixels; brightness, gamma,
                    saturation and colour of all that shows light alike

All chances and amounts are drawn first (`drawn`), from the random numbers of one sample alone, and
applied afterwards with kornia's functions, which draw nothing: so a sample does not depend on its
batch, its process or the samples before, and two frames can be varied alike. kornia's own random
modules are not used for that reason, and because a mirrored or moved stick figure is not a mirrored
picture: it is drawn afresh from the joints.

Limbs left out of stick figures follow vid2vid (Wang et al., NeurIPS 2018).

kornia is imported where it works: `stickdance render` needs none of it.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from stickdance.synth.compute.array_types import Floats
from stickdance.synth.generators.recipe import Augmentation

_LIMBS = (
    ("right_elbow", "right_wrist"),
    ("left_elbow", "left_wrist"),
    ("right_wrist",),
    ("left_wrist",),
    ("right_ankle",),
    ("left_ankle",),
)
_FADING = ("matte", "warped")  # nothing lies outside of them; photo and plate go on as at the edge
SHARES = ("matte", "filmed")
"""What is not a colour: 0..1."""


@dataclass(frozen=True)
class LightChange:
    """A change of light."""

    gains: tuple[float, float, float]
    """What red, green and blue are multiplied by."""
    gamma: float
    """The exponent of colours in 0..1."""
    saturation: float
    """What saturation is multiplied by."""


@dataclass(frozen=True)
class Variation:
    """How one sample is varied."""

    gap_seconds: float
    """Warped pixels come from frames at least this far in time."""
    lost: tuple[str, ...] = ()
    """Joints whose parts the warped pixels lack."""
    undrawn: tuple[str, ...] = ()
    """Joints that the stick figure lacks."""
    fine: bool = True
    """The stick figure has hands and face, where they are known."""
    flipped: bool = False
    scale: float = 1.0
    turn: float = 0.0
    """Degrees."""
    shift: tuple[float, float] = (0.0, 0.0)
    """Right and down, as shares of the frame's height."""
    light: LightChange | None = None
    joint_shifts: tuple[tuple[float, float], ...] = ()
    """Of the stick figure's joints, right and down, as shares of the frame's height."""
    placed: bool = False
    """Warped pixels lie where the photo has them."""
    source_noise: float = 0.0
    """Usual change, as a logarithm, of what it costs to take pixels from a filmed frame."""
    source_seed: int = 0
    """Of these changes."""

    @property
    def moves(self) -> bool:
        """Return whether pictures must be resampled."""
        return (self.scale, self.turn, self.shift) != (1.0, 0.0, (0.0, 0.0))

    def movement(self, points: Floats, height: int) -> Floats:
        """Return the map (2, 3) of a frame's pixels, about the middle of a pose.

        Args:
            points: (joints, 2) pixels, NaN where missing.
            height: of the frame.
        """
        centre, turn = np.nanmean(points, 0), np.deg2rad(self.turn)
        cos, sin = self.scale * np.cos(turn), self.scale * np.sin(turn)
        linear = np.array([[cos, sin], [-sin, cos]])
        return np.column_stack([linear, centre - linear @ centre + np.array(self.shift) * height])

    def source_prices(self, shape: tuple[int, ...]) -> Floats | None:
        """Return what the costs of sources are multiplied by, float32; None: by nothing."""
        if not self.source_noise:
            return None
        random = np.random.default_rng(self.source_seed)
        return np.exp(self.source_noise * random.standard_normal(shape, np.float32))


def drawn(options: Augmentation, random: np.random.Generator, joints: int) -> Variation:
    """Draw how one sample is varied, the pose of so many joints among it."""
    shortest, longest = np.log(options.gap_seconds)
    gap = float(np.exp(random.uniform(shortest, longest)))
    lost, undrawn = (_limb(chance, random) for chance in (options.lost_limb, options.lost_stick))
    flipped = bool(random.random() < options.flip)
    still = Variation(gap, lost, undrawn, flipped=flipped)
    if random.random() < options.reshape:
        scale, turn, right, down = random.uniform(-1, 1, 4)
        still = replace(
            still,
            scale=1 + scale * options.scale,
            turn=turn * options.turn,
            shift=(right * options.shift, down * options.shift),
        )
    if random.random() < options.light:
        still = replace(still, light=_light(options, random))
    if options.joints > 0:
        shifts = random.normal(0, options.joints, (joints, 2))
        still = replace(still, joint_shifts=tuple(map(tuple, shifts.tolist())))
    if options.lost_fine > 0:
        still = replace(still, fine=bool(random.random() >= options.lost_fine))
    if options.placed > 0:
        still = replace(still, placed=bool(random.random() < options.placed))
    if options.source_noise > 0:
        seed = int(random.integers(1 << 62))
        still = replace(still, source_noise=options.source_noise, source_seed=seed)
    return still


def moved(picture: Tensor, movement: Floats, window: tuple[slice, slice], name: str) -> Tensor:
    """Return a window (1, channels, h, w) of a moved picture.

    Args:
        picture: (1, channels, height, width).
        movement: (2, 3) map of its pixels, whose middles lie at halves.
        window: rows and columns of what is returned.
        name: "matte" and "warped" fade out beyond the picture's edge; others go on as at the edge.
    """
    from kornia.geometry.transform import warp_affine

    rows, columns = window
    on_centres = movement.copy()  # kornia's pixel middles lie on whole numbers
    on_centres[:, 2] += movement[:, :2] @ (0.5, 0.5) - 0.5 - (columns.start, rows.start)
    out = warp_affine(
        picture,
        torch.from_numpy(on_centres)[None].to(picture.dtype),
        (rows.stop - rows.start, columns.stop - columns.start),
        # Cubic: what is trained towards must not be blurred by the way.
        mode="bilinear" if name in SHARES else "bicubic",
        padding_mode="zeros" if name in _FADING else "border",
    )
    if name in SHARES:
        return out.clamp(0, 1)
    out[:, :3].clamp_(-1, 1)
    out[:, 3:].clamp_(0, 1)
    return out


def relit(colours: Tensor, light: LightChange) -> Tensor:
    """Return colours (N, 3, h, w) in [-1, 1] under another light."""
    from kornia.enhance import adjust_gamma, adjust_saturation

    lit = colours / 2 + 0.5
    if light.gamma != 1:
        lit = adjust_gamma(lit, light.gamma)
    if light.saturation != 1:
        lit = adjust_saturation(lit, light.saturation)
    gains = torch.tensor(light.gains, dtype=lit.dtype)[:, None, None]
    return (lit * gains).clamp(0, 1) * 2 - 1


def _limb(chance: float, random: np.random.Generator) -> tuple[str, ...]:
    if random.random() >= chance:
        return ()
    return _LIMBS[int(random.integers(len(_LIMBS)))]


def _light(options: Augmentation, random: np.random.Generator) -> LightChange:
    gain, gamma, saturation = (
        1 + random.uniform(-1, 1) * most
        for most in (options.gain, options.gamma, options.saturation)
    )
    red, green, blue = gain * (1 + random.uniform(-1, 1, 3) * options.gain / 2)
    return LightChange((float(red), float(green), float(blue)), float(gamma), float(saturation))
