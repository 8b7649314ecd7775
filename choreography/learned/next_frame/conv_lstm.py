"""A layer of long short-term memory whose gates are convolutions (Shi et al. 2015).

As in Keras' ConvLSTM2D: no peepholes, the forget gate's bias begins at 1, pictures keep their size.
"""

import torch
from torch import Tensor, nn

State = tuple[Tensor, Tensor]
"""What a layer remembers: output and cell, each (batch, filters, height, width)."""


class ConvLSTM(nn.Module):
    """Pictures over time in, feature maps over time out."""

    def __init__(self, channels: int, filters: int, kernel: int) -> None:
        """Build the layer.

        Args:
            channels: of the pictures.
            filters: feature maps given out.
            kernel: odd side of the convolutions.
        """
        super().__init__()
        self.filters = filters
        self.seen = nn.Conv2d(channels, 4 * filters, kernel, padding="same")
        self.remembered = nn.Conv2d(filters, 4 * filters, kernel, padding="same", bias=False)
        assert self.seen.bias is not None
        with torch.no_grad():
            self.seen.bias.zero_()
            self.seen.bias[filters : 2 * filters] = 1.0

    def forward(self, frames: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Return (batch, time, filters, height, width), and what to go on from.

        Args:
            frames: (batch, time, channels, height, width).
            state: of the frames before; None at the beginning.
        """
        batch, time, _, height, width = frames.shape
        seen = self.seen(frames.flatten(0, 1)).unflatten(0, (batch, time))
        if state is None:
            nothing = frames.new_zeros(batch, self.filters, height, width)
            state = (nothing, nothing)
        output, cell = state
        outputs = []
        for moment in range(time):
            gates = (seen[:, moment] + self.remembered(output)).chunk(4, dim=1)
            let_in, keep, let_out = (torch.sigmoid(gates[place]) for place in (0, 1, 3))
            cell = keep * cell + let_in * torch.tanh(gates[2])
            output = let_out * torch.tanh(cell)
            outputs.append(output)
        return torch.stack(outputs, dim=1), (output, cell)
