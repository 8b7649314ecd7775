"""Spatial temporal graph convolutions over poses: what the pose perceptual loss looks through.

Two dances are alike to it when a network that knows dances sees alike things in them, layer by
layer, as VGG's layers tell pictures apart. The network is Yan et al.'s with ten layers over the 18
joints of OpenPose; Ren et al. weigh the first two more. Their weights, trained on kinds of
movement, can be read (the names are theirs); where there are none the network first learns, a
quarter as wide, to tell which of the dances a chunk is of.

Sources: Yan, Xiong and Lin 2018 (ST-GCN, spatial partition); Ren et al. 2020 (pose perceptual
loss), which Ban's thesis names "Original" and leaves out.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.learned.music_to_dance.published_weights import (
    fitting,
    published_weights,
)

WEIGHTS = (20.0, 5.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
"""Of the layers in the loss."""

_PUBLISHED_WIDTH, _OWN_WIDTH = 64, 16
_GROWTH = (1, 1, 1, 1, 2, 2, 2, 4, 4, 4)  # widths of the layers, in those of the first
_STRIDES = (1, 1, 1, 1, 2, 1, 1, 2, 1, 1)
_KERNEL = 9  # frames
_EDGES = (
    ("right_wrist", "right_elbow"), ("right_elbow", "right_shoulder"),
    ("left_wrist", "left_elbow"), ("left_elbow", "left_shoulder"),
    ("left_ankle", "left_knee"), ("left_knee", "left_hip"), ("right_ankle", "right_knee"),
    ("right_knee", "right_hip"), ("left_hip", "left_shoulder"), ("right_hip", "right_shoulder"),
    ("left_shoulder", "neck"), ("right_shoulder", "neck"), ("nose", "neck"),
    ("right_eye", "nose"), ("left_eye", "nose"), ("left_ear", "left_eye"),
    ("right_ear", "right_eye"),
)  # fmt: skip


class StGcn(nn.Module):
    """Poses of a chunk -> what each layer sees in them, and which kind of dance they are of."""

    A: Tensor

    def __init__(self, kinds: int, width: int = _OWN_WIDTH) -> None:
        super().__init__()
        self.register_buffer("A", partitions())
        self.data_bn = nn.BatchNorm1d(2 * len(OPENPOSE_18))
        widths = [width * growth for growth in _GROWTH]
        pairs = zip([2, *widths[:-1]], widths, _STRIDES, strict=True)
        self.st_gcn_networks = nn.ModuleList(
            _Layer(inputs, outputs, stride, residual=number > 0)
            for number, (inputs, outputs, stride) in enumerate(pairs)
        )
        self.edge_importance = nn.ParameterList(
            nn.Parameter(torch.ones_like(self.A)) for _ in widths
        )
        self.fcn = nn.Conv2d(widths[-1], kinds, 1)

    def seen(self, poses: Tensor) -> list[Tensor]:
        """Return what each of the ten layers sees, (B, width, frames, 18), in poses (B, T, 36)."""
        values = self.data_bn(poses.transpose(1, 2)).unflatten(1, (len(OPENPOSE_18), 2))
        values, found = values.permute(0, 2, 3, 1), []
        for layer, importance in zip(self.st_gcn_networks, self.edge_importance, strict=True):
            values = layer(values, self.A * importance)
            found.append(values)
        return found

    def forward(self, poses: Tensor) -> Tensor:
        """Return how much poses (B, T, 36) are of each kind, (B, kinds)."""
        kinds: Tensor = self.fcn(self.seen(poses)[-1].mean(dim=(2, 3), keepdim=True))
        return kinds.flatten(1)


class _Layer(nn.Module):
    """A convolution over the joints of each frame, then one over the frames of each joint."""

    def __init__(self, inputs: int, outputs: int, stride: int, residual: bool) -> None:
        super().__init__()
        self.gcn = nn.ModuleDict({"conv": nn.Conv2d(inputs, 3 * outputs, 1)})
        self.tcn = nn.Sequential(
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, (_KERNEL, 1), (stride, 1), (_KERNEL // 2, 0)),
            nn.BatchNorm2d(outputs),
        )
        self.residual: nn.Module | None = nn.Identity() if residual else None
        if residual and (inputs != outputs or stride > 1):
            self.residual = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, (stride, 1)), nn.BatchNorm2d(outputs)
            )

    def forward(self, values: Tensor, graph: Tensor) -> Tensor:
        parts = self.gcn["conv"](values).unflatten(1, (3, -1))
        over = self.tcn(torch.einsum("bkctv,kvw->bctw", parts, graph))
        return functional.relu(over if self.residual is None else over + self.residual(values))


def partitions() -> Tensor:
    """Return the graph (3, 18, 18): each joint itself, what is nearer to the neck, what is farther.

    Columns are divided by how many neighbours a joint has, itself among them.
    """
    index, count = OPENPOSE_18.index, len(OPENPOSE_18)
    linked = np.eye(count, dtype=bool)
    for a, b in _EDGES:
        linked[index[a], index[b]] = linked[index[b], index[a]] = True
    away = np.full(count, count)
    away[index["neck"]] = 0
    for _ in range(count):
        away = np.minimum(away, np.where(linked, away[None] + 1, count).min(axis=1))
    even = linked / linked.sum(axis=0)
    nearer = away[:, None] >= away[None]  # rows are no nearer to the neck than columns
    itself = np.eye(count, dtype=bool)
    parts = [even * itself, even * (nearer & ~itself), even * (~nearer & ~itself)]
    return torch.from_numpy(np.stack(parts).astype(np.float32))


def perceptual_distance(network: StGcn, generated: Tensor, real: Tensor) -> Tensor:
    """Return how far apart the network sees two dances (B, T, 36): weighted L1 of its layers."""
    with torch.no_grad():
        theirs = network.seen(real)
    pairs = zip(WEIGHTS, network.seen(generated), theirs, strict=True)
    return torch.stack([weight * functional.l1_loss(a, b) for weight, a, b in pairs]).sum()


def published_st_gcn(path: Path) -> StGcn:
    """Return a network with weights that were published, of any width.

    Raises:
        BadInput: the file holds no weights of such a network.
    """
    weights: Mapping[str, Tensor] = published_weights(path)
    kinds = weights.get("fcn.weight")
    if kinds is None or kinds.ndim != 4:
        raise BadInput(f"{path}: expected the weights of an ST-GCN, found no fcn.weight in it")
    width = kinds.shape[1] // _GROWTH[-1]
    return fitting(StGcn(len(kinds), max(1, width)), weights, path).eval()
