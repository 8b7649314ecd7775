"""The face: painted on the front of the head, in the head's own frame."""

import torch

from stickdance.tools.demo.looks import Colour, Look


def paint_face(
    albedo: torch.Tensor, local: torch.Tensor, face: torch.Tensor, look: Look, grain: float
) -> None:
    """Paint eyes, brows, lips and blush over the skin.

    Args:
        albedo: (samples, 3) linear RGB, painted over in place.
        local: (samples, 3) metres, in the frame of the head.
        face: (samples,) bool: which of them belong to parts of the face.
        look: colours.
        grain: metres between samples: edges are as soft.
    """
    x, y, z = local[:, 0].abs(), local[:, 1], local[:, 2]
    front = (face & (z > 0.02)).float()
    soft = max(0.0012, grain)

    def oval(cx: float, cy: float, rx: float, ry: float) -> torch.Tensor:
        return _ellipse(x - cx, y - cy, rx, ry, soft) * front

    def veil(cx: float, cy: float, rx: float, ry: float) -> torch.Tensor:
        return torch.exp(-(((x - cx) / rx) ** 2) - ((y - cy) / ry) ** 2) * front

    def tint(mask: torch.Tensor, colour: Colour | torch.Tensor, strength: float) -> None:
        albedo.add_((torch.as_tensor(colour) - albedo) * (mask * strength)[:, None])

    skin = torch.tensor(look.skin)
    hair = torch.tensor(look.hair) * 0.9 + 0.008
    smile = y - 7 * x * x  # the mouth's corners rise
    albedo *= (1 - 0.30 * veil(0.032, 0.016, 0.021, 0.015))[:, None]
    blush = 0.9 * veil(0.044, -0.024, 0.020, 0.018)[:, None] * torch.tensor([0.0, 0.15, 0.12])
    albedo *= 1 - blush
    albedo *= (1 - 0.18 * veil(0.0, -0.070, 0.020, 0.006))[:, None]
    tint(oval(0.032, 0.0130, 0.0160, 0.0084), (0.72, 0.69, 0.65), 1.0)
    tint(oval(0.032, 0.0130, 0.0078, 0.0082), (0.085, 0.045, 0.025), 1.0)
    tint(oval(0.032, 0.0130, 0.0036, 0.0038), (0.012, 0.010, 0.010), 1.0)
    tint(oval(0.0325, 0.0205, 0.0176, 0.0030), (0.030, 0.020, 0.016), 0.95)
    tint(oval(0.034, 0.0365, 0.0190, 0.0040), hair, 0.85)
    lips = skin * torch.tensor([0.86, 0.38, 0.42])
    tint(_ellipse(x, smile + 0.0535, 0.0240, 0.0072, soft) * front, lips, 0.9)
    tint(_ellipse(x, smile + 0.0530, 0.0235, 0.0014, soft) * front, (0.13, 0.04, 0.04), 0.8)
    tint(oval(0.0070, -0.0275, 0.0038, 0.0024), (0.13, 0.055, 0.045), 0.6)


def _ellipse(
    x: torch.Tensor, y: torch.Tensor, radius_x: float, radius_y: float, soft: float
) -> torch.Tensor:
    edge = (torch.hypot(x / radius_x, y / radius_y) - 1) * min(radius_x, radius_y)
    return (0.5 - edge / soft).clamp(0, 1)
