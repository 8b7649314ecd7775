"""The processes that train together: who leads them, what they add up and what they agree on.

Started by torchrun, each process draws its own part of every batch, and gradients and losses are
averaged, so that all take the very step that one process would have taken with the whole batch.
The first process leads: it alone saves and prints, and its clock counts. Lightning Fabric joins
the processes and picks the back end: gloo on CPUs, nccl on GPUs. One process alone loads none of
it, and everything here does nothing.
"""

import atexit
import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from stickdance.checkpoints.errors import LeftAlone, MissingDependency, UsageError
from stickdance.synth.compute.device import choose_device

if TYPE_CHECKING:
    from lightning_fabric import Fabric

_AT_ONCE = 1 << 24  # numbers that are averaged together


class Processes:
    """This process among those that train together."""

    def __init__(self, fabric: "Fabric | None" = None) -> None:
        """Take part by a launched Fabric; None for one process alone."""
        self._fabric = fabric
        self.count: int = 1 if fabric is None else fabric.world_size
        self.rank: int = 0 if fabric is None else fabric.global_rank

    @property
    def leads(self) -> bool:
        """Return whether this process is the one that saves and prints."""
        return self.rank == 0

    def average(self, tensors: Iterable[Tensor]) -> None:
        """Replace tensors, the same ones in every process, by their means over the processes."""
        if self._fabric is None:
            return
        for group in _grouped(tensors):
            mean = self._reduced(torch.cat([each.flatten() for each in group]), "mean")
            for each, values in zip(group, mean.split([t.numel() for t in group]), strict=True):
                each.copy_(values.view_as(each))

    def mean(self, values: Mapping[str, float]) -> dict[str, float]:
        """Return the means over the processes of values with the same names in all."""
        if self._fabric is None:
            return dict(values)
        means = torch.tensor(list(values.values()), dtype=torch.float64)
        return dict(zip(values, self._reduced(means, "mean").tolist(), strict=True))

    def greatest(self, values: Sequence[float]) -> list[float]:
        """Return the greatest over the processes, value by value."""
        if self._fabric is None:
            return list(values)
        return self._reduced(torch.tensor(values, dtype=torch.float64), "max").tolist()

    @contextmanager
    def all_or_none(self) -> Iterator[None]:
        """Wait at the block's end for all, and let none go on where the block failed in one.

        Raises:
            LeftAlone: it failed in another process, which says why.
        """
        try:
            yield
        except Exception:
            self.greatest([1.0])
            raise
        if self.greatest([0.0])[0] > 0:
            raise LeftAlone(
                f"process {self.rank + 1} of {self.count}: stops, because another one failed"
            )

    def _reduced(self, tensor: Tensor, how: str) -> Tensor:
        assert self._fabric is not None
        reduced = self._fabric.all_reduce(tensor.to(self._fabric.device), reduce_op=how)
        assert isinstance(reduced, Tensor)
        return reduced


ALONE = Processes()
"""One process."""


def joined(device: str) -> tuple[Processes, torch.device]:
    """Join the processes that torchrun started with this one, and return where this one computes.

    Args:
        device: "auto", "cpu", "cuda" or "mps".

    Raises:
        UsageError: the device is not there, or not as often as there are processes.
        MissingDependency: there are several processes and no Fabric.
    """
    chosen = choose_device(device)
    count, here = (_from_torchrun(name) for name in ("WORLD_SIZE", "LOCAL_WORLD_SIZE"))
    if count == 1:
        return ALONE, chosen
    _check_devices(chosen, here)
    fabric = _fabric(chosen.type, here, count // here)
    return Processes(fabric), fabric.device


def _fabric(accelerator: str, devices: int, machines: int) -> "Fabric":
    try:
        from lightning_fabric import Fabric
    except ImportError:
        raise MissingDependency(
            "several processes train together by Lightning Fabric; "
            "pip install 'stickdance[distributed]'"
        ) from None
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    fabric = Fabric(accelerator=accelerator, devices=devices, num_nodes=machines, strategy="ddp")
    fabric.launch()
    # Left to the interpreter's end, gloo's threads may outlive what they hold, and abort.
    atexit.register(_leave)
    return fabric


def _leave() -> None:
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


def follows() -> bool:
    """Return whether torchrun started this process, and another one leads."""
    return _from_torchrun("RANK", 0) > 0


def _from_torchrun(name: str, alone: int = 1) -> int:
    return int(os.environ.get(name, alone)) if "TORCHELASTIC_RUN_ID" in os.environ else alone


def _check_devices(chosen: torch.device, here: int) -> None:
    there = {"cpu": here, "cuda": torch.cuda.device_count()}.get(chosen.type, 1)
    if here > there:
        raise UsageError(
            f"--device {chosen.type}: {there} there, {here} processes on this machine; start "
            f"torchrun with --nproc-per-node {there}, or train on --device cpu"
        )


def _grouped(tensors: Iterable[Tensor]) -> Iterator[list[Tensor]]:
    """Yield the tensors in lists that are not too large to be laid end to end."""
    group: list[Tensor] = []
    for tensor in tensors:
        group.append(tensor)
        if sum(each.numel() for each in group) >= _AT_ONCE:
            yield group
            group = []
    if group:
        yield group
