"""The state of an unfinished training: enough to carry on as if it had never stopped.

One safetensors file holds it all: tensors by name, and in the header what is not a tensor (step,
seconds, options). One file is replaced by one rename, so a process that is killed at any moment
leaves either the state before or the state after. Nothing is pickled.
"""

import random
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from stickdance.checkpoints.errors import BadInput, NewerFormat
from stickdance.checkpoints.files import whole_file
from stickdance.checkpoints.tensors import read_tensors, write_tensors

FORMAT = 1
STATE = "state.safetensors"
_RANDOM = "random."


@dataclass(frozen=True)
class TrainingState:
    """What `load_state` finds."""

    tensors: Mapping[str, Tensor]
    about: Mapping[str, Any]
    """The JSON values that were given to `save_state`."""
    random: Mapping[str, Tensor]
    path: Path

    def restore_random(self) -> None:
        """Set the random states of torch, numpy and Python to what they were.

        Raises:
            BadInput: they are missing or damaged.
        """
        _take_over(self.random, self.path)


def save_state(folder: Path, tensors: Mapping[str, Tensor], about: Mapping[str, Any]) -> Path:
    """Write the state into `folder`, with the random states of torch, numpy and Python.

    Raises:
        OutputFailed: there is no space or no permission; the state before is kept.
    """
    path = Path(folder) / STATE
    everything = {**tensors, **_random_states()}
    with whole_file(path) as temporary:
        write_tensors(temporary, everything, {"kind": "training", "format": FORMAT, **about})
    return path


def load_state(folder: Path) -> TrainingState | None:
    """Read the state in `folder`; None where there is none.

    Raises:
        BadInput: the file is cut short or holds something else.
        NewerFormat: a newer version wrote it.
    """
    path = Path(folder) / STATE
    if not path.exists():
        return None
    tensors, about = read_tensors(path)
    if about.get("kind") != "training" or not isinstance(about.get("format"), int):
        raise BadInput(f"{path}: expected the state of a training, found another file")
    if about["format"] > FORMAT:
        raise NewerFormat(
            f"{path}: was written by a newer version (format {about['format']}, this one reads up "
            f"to {FORMAT}); install a later stickdance, or add --afresh"
        )
    rest = {name: value for name, value in tensors.items() if not name.startswith(_RANDOM)}
    random_states = {name: value for name, value in tensors.items() if name not in rest}
    return TrainingState(rest, about, random_states, path)


def seed_all(seed: int) -> None:
    """Begin the random states of torch, numpy and Python, which `save_state` keeps, from a seed."""
    torch.manual_seed(seed)
    np.random.seed(seed)
    random.seed(seed)


@contextmanager
def clearing_away_unbegun(folder: Path) -> Iterator[None]:
    """Remove the folder of a training whose block failed before its first state."""
    try:
        yield
    except BaseException:
        if not (folder / STATE).exists():
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _random_states() -> dict[str, Tensor]:
    states = {f"{_RANDOM}torch": torch.get_rng_state()}
    if torch.cuda.is_available():
        for place, state in enumerate(torch.cuda.get_rng_state_all()):
            states[f"{_RANDOM}cuda.{place}"] = state
    _, keys, position, has_gauss, gauss = np.random.get_state()
    states[f"{_RANDOM}numpy.keys"] = torch.from_numpy(np.asarray(keys, np.int64))
    states[f"{_RANDOM}numpy.rest"] = torch.tensor(
        [float(position), float(has_gauss), float(gauss)], dtype=torch.float64
    )
    _, internal, gauss_next = random.getstate()
    states[f"{_RANDOM}python"] = torch.tensor(internal, dtype=torch.int64)
    if gauss_next is not None:
        states[f"{_RANDOM}python.gauss"] = torch.tensor(gauss_next, dtype=torch.float64)
    return states


def _take_over(states: Mapping[str, Tensor], path: Path) -> None:
    try:
        torch.set_rng_state(states[f"{_RANDOM}torch"])
        position, has_gauss, gauss = states[f"{_RANDOM}numpy.rest"].tolist()
        keys = states[f"{_RANDOM}numpy.keys"].numpy().astype(np.uint32)
        np.random.set_state(("MT19937", keys, int(position), int(has_gauss), gauss))
        internal = tuple(int(value) for value in states[f"{_RANDOM}python"])
        gauss_next = states.get(f"{_RANDOM}python.gauss")
        random.setstate((3, internal, None if gauss_next is None else float(gauss_next)))
    except (KeyError, ValueError, RuntimeError, TypeError) as error:
        raise BadInput(f"{path}: its random states cannot be used ({error!r:.80})") from None
    if torch.cuda.is_available():
        for place in range(torch.cuda.device_count()):
            if (state := states.get(f"{_RANDOM}cuda.{place}")) is not None:
                torch.cuda.set_rng_state(state, place)
