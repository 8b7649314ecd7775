"""Distance: how far points along lines of sight are from the melted surface of parts.

Materials do not melt into each other: within a material, distances join by
-k log sum exp(-d / k), k being the material's melting; the nearest material wins.
"""

import torch

from stickdance.tools.demo.tiles import TileBatch


class Distance:
    """The signed distance along lines of sight; what does not depend on z is worked out once."""

    def __init__(self, batch: TileBatch) -> None:
        """Prepare a batch of tiles."""
        start_x, start_y, start_z = batch.start[..., None].unbind(2)
        axis_x, axis_y, self.axis_z = batch.axis[..., None].unbind(2)
        normal_x, normal_y, self.normal_z = batch.normal[..., None].unbind(2)
        x, y = batch.x - start_x, batch.y - start_y
        self.start_z = start_z
        self.along = x * axis_x + y * axis_y
        self.length2 = (batch.axis * batch.axis).sum(-1)[..., None]
        self.inverse = 1 / self.length2
        self.across2 = x * x + y * y
        self.off = x * normal_x + y * normal_y
        self.flat = batch.flat * batch.flat - 1
        self.slope = 2 * self.flat + self.flat * self.flat
        self.radius, self.taper = batch.radius, batch.taper
        self.material, self.melting = batch.material, batch.melting

    def of(self, tile: torch.Tensor, sample: torch.Tensor) -> "Distance":
        """Return the same for some samples only, each as a tile of its own."""
        few = Distance.__new__(Distance)
        for name, values in vars(self).items():
            single = values.shape[-1] == 1
            setattr(few, name, values[tile] if single else values[tile, :, sample][..., None])
        return few

    def each(self, z: torch.Tensor) -> torch.Tensor:
        """Return the distance to each part (T, K, S) at depth z (T, S)."""
        depth = z[:, None] - self.start_z
        along = torch.addcmul(self.along, depth, self.axis_z)
        share = (along * self.inverse).clamp_(0, 1)
        square = torch.addcmul(self.across2, depth, depth)
        square -= share * (2 * along).addcmul_(share, self.length2, value=-1)
        off2 = torch.addcmul(self.off, depth, self.normal_z).square_()
        length = torch.addcmul(square, self.flat, off2).clamp_min_(1e-8).sqrt_()
        slope = square.addcmul_(self.slope, off2).clamp_min_(1e-8).rsqrt_()
        return (length - torch.addcmul(self.radius, share, self.taper)).mul_(length).mul_(slope)

    def melted(self, z: torch.Tensor) -> torch.Tensor:
        """Return the distance (T, S) to the melted surface."""
        each = self.each(z)
        least, place = each.min(1, keepdim=True)
        winner = self.material[..., 0].gather(1, place[:, 0])[:, None]
        melting = self.melting[..., 0].gather(1, place[:, 0])[:, None]
        weight = each.sub_(least).div_(-melting).exp_().mul_(self.material == winner)
        return (least - melting * weight.sum(1, keepdim=True).log_())[:, 0]

    def first_guess(self, nearest: torch.Tensor) -> torch.Tensor:
        """Return the depth (T, S) at which to start walking.

        It is where the line of sight enters the foremost hull (each part taken as a round rod), or
        passes closest to the nearest one.
        """
        flat2 = (self.length2 - self.axis_z * self.axis_z).clamp_min(1e-8)
        share = (self.along / flat2).clamp_(0, 1)
        gap2 = self.across2 - share * (2 * self.along - share * flat2)
        radius = self.radius + share * self.taper
        inside = radius.square() - gap2
        middle = self.start_z + share * self.axis_z
        tilt = (self.length2 / flat2).clamp_max_(9.0)
        front = middle + (inside.clamp_min(0) * tilt).sqrt_()
        hit = (inside > 0) & (radius > 0)
        entry = torch.where(hit, front, -9.0).amax(1)
        gap = gap2.clamp_min_(0).sqrt_() - radius
        closest = middle.gather(1, gap.argmin(1, keepdim=True))[:, 0]
        return torch.minimum(torch.where(hit.any(1), entry, closest), nearest)
