"""The batches of a training, step by step: prepared beside the steps, the same at every start."""

import signal
from collections.abc import Generator

import cv2
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from stickdance.capture.media.prefetch import prefetched
from stickdance.synth.training.dataset import TakeDataset
from stickdance.synth.training.distributed import Processes

_AHEAD = 2  # batches prepared beside the steps


class StepBatches(Dataset[dict[str, Tensor]]):
    """This process's part of the batch of every step, by the number of the step."""

    def __init__(self, samples: TakeDataset, batch: int, rank: int = 0, count: int = 1) -> None:
        """Share out the batches.

        Args:
            samples: what is drawn from, by the number of the sample.
            batch: samples a step of all processes together, a multiple of their number.
            rank: of this process.
            count: of processes.
        """
        self.samples, self.batch = samples, batch
        self.own = batch // count
        self.first = rank * self.own

    def __getitem__(self, step: int) -> dict[str, Tensor]:
        """Return this process's samples of a step."""
        first = step * self.batch + self.first
        return self.samples.samples(range(first, first + self.own))


def batches(
    samples: TakeDataset,
    batch: int,
    processes: Processes,
    first_step: int,
    workers: int = 0,
    pin: bool = False,
) -> Generator[dict[str, Tensor], None, None]:
    """Yield this process's part of every batch from a step on, without end.

    Args:
        samples: what is drawn from.
        batch: samples a step of all processes together.
        processes: those that train together.
        first_step: its number.
        workers: processes that prepare samples; 0 prepares them in a thread.
        pin: lay them where a GPU can fetch them.
    """
    loader = DataLoader(
        StepBatches(samples, batch, processes.rank, processes.count),
        batch_size=None,
        sampler=range(first_step, 1 << 40),
        num_workers=workers,
        # A forked process inherits locks that other threads hold, and may wait for ever.
        multiprocessing_context="spawn" if workers else None,
        worker_init_fn=_settle_worker,
        pin_memory=pin,
        generator=torch.Generator(),  # leaves the global random state alone
    )
    yield from iter(loader) if workers else prefetched(loader, _AHEAD)


def _settle_worker(worker: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the training decides when to stop
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    cv2.setNumThreads(1)
