"""Running a learner: steps within a budget, states that a killed process comes back to, a folder.

    1. carry on from NAME.training/ where there is one   (`stickdance.checkpoints.state`)
    2. step until the budget is used; save and validate each while, and at Ctrl-C
    3. write the folder: weights, options, card, curves   (`stickdance.checkpoints.folder`)

Data is drawn by seed and number of the step, so a run with `--steps` that was killed and started
again ends with the very weights of an unbroken one (on a CPU).
"""

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from stickdance.checkpoints.budget import Budget
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.folder import (
    CARD,
    OPTIONS,
    amend_model,
    check_model_place,
    load_model,
    save_model,
)
from stickdance.checkpoints.locks import only_one
from stickdance.checkpoints.monitor import Curves, Monitor
from stickdance.checkpoints.networks import Trained, load_training_tensors, training_tensors
from stickdance.checkpoints.progress import note
from stickdance.checkpoints.resume import as_read_back, budget_after, curves_of, earlier_run
from stickdance.checkpoints.state import TrainingState, clearing_away_unbegun, save_state
from stickdance.checkpoints.stopping import StopRequests, resumable
from stickdance.choreography.learned.options import LearningOptions

CURVES, SCORES = "curves.json", "scores.json"
_SCORES_TITLE = "## Held-out scores"


class Learner(Protocol):
    """Networks, optimisers and data; what is not said below is the same for all."""

    parts: Trained
    """The networks with their optimisers, by name."""

    def step(self, number: int, share: float) -> dict[str, float]:
        """Train on what `number` draws and return the losses by name; `share` of budget, 0..1."""

    def validate(self) -> dict[str, float]:
        """Return scores by name on data that is not trained on; {} where there is none."""
        return {}

    def descend(self, part: str, loss: Tensor, rate: float, largest: float | None = None) -> None:
        """Let a network learn from a loss; the norm of its gradient is `largest` at most."""
        network, optimiser = self.parts[part]
        for group in optimiser.param_groups:
            group["lr"] = rate
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        if largest is not None:
            torch.nn.utils.clip_grad_norm_(network.parameters(), largest)
        optimiser.step()

    def tensors(self) -> dict[str, Tensor]:
        """Return all that changes, for the state."""
        return training_tensors(self.parts)

    def load(self, tensors: Mapping[str, Tensor]) -> None:
        """Carry on from what `tensors` gave."""
        load_training_tensors(self.parts, tensors)

    def weights(self) -> dict[str, Tensor]:
        """Return what the finished model needs, for its folder: by default its one network."""
        ((network, _),) = self.parts.values()
        return network.state_dict()


@dataclass(frozen=True)
class Learnt:
    """A training that used its budget."""

    steps: int
    seconds: float
    curves: Curves


def learn(
    to: Path,
    kind: str,
    options: LearningOptions,
    identity: Mapping[str, Any],
    make: Callable[[], Learner],
    about: Mapping[str, Any],
    card: Callable[[Learnt], str],
) -> Path:
    """Train, or carry on with an earlier run, and write the model's folder; return its path.

    Args:
        to: the model's folder; the unfinished training lies beside it as NAME.training.
        kind: of the model, e.g. "choreographer".
        options: how long.
        identity: what must stay the same when a training is carried on: data, sizes, rates, as
            JSON values by the names that people know.
        make: builds the learner; called after `torch.manual_seed(options.seed)`.
        about: JSON values that the model needs to be built again; kept as its options.json.
        card: Markdown of the finished model.

    Raises:
        BadInput: a value out of range, or a loss that is not a number any more.
        ChangedOptions: an earlier run had another identity; the message says what differs.
        BadInput, OutputFailed, InUse: the state cannot be read, written, or is in use.
    """
    check(options)
    to = Path(to)
    check_model_place(to, kind)
    folder = to.with_name(f"{to.name}.training")
    known = as_read_back({**identity, "seed": options.seed})
    with only_one(folder), clearing_away_unbegun(folder):
        state = earlier_run(folder, known, options.afresh)
        budget = budget_after(state, options.minutes, options.steps)
        if budget.is_used and _is_finished(to, kind, known, budget.steps):
            note(f"learn: {to} is trained already ({budget.steps:,} steps); more --minutes go on")
            return to
        torch.manual_seed(options.seed)
        learner = make()
        curves = _carried_on(learner, state)
        with resumable(), StopRequests() as stop:
            _until_done(learner, budget, curves, folder, known, options, stop)
        learnt = Learnt(budget.steps, round(budget.seconds, 1), curves)
        settings = {**about, "identity": known, "steps": learnt.steps, "seconds": learnt.seconds}
        return save_model(
            to, kind, learner.weights(), settings, card(learnt), lambda at: _curves(at, curves)
        )


def cooled(rate: float, share: float, last: float = 0.01) -> float:
    """Return what is left of a rate at a share of the budget, 0..1; `last` of it at the end.

    It falls along half a cosine (Loshchilov and Hutter, 2017).
    """
    return rate * max(last, (1 + math.cos(math.pi * share)) / 2)


def digest_of(named: Iterable[tuple[str, np.ndarray]]) -> str:
    """Return what tells arrays, each with a name, from others: 16 hexadecimal digits."""
    text = hashlib.sha256()
    for name, values in named:
        text.update(name.encode())
        text.update(values.tobytes())
    return text.hexdigest()[:16]


def put_scores(
    folder: Path,
    kind: str,
    scores: Mapping[str, Any],
    text: str,
    pictures: Mapping[str, bytes] | None = None,
) -> None:
    """Add scores to a model's folder: as JSON, in its card, and as pictures."""
    before = load_model(folder, kind).card.split(_SCORES_TITLE)[0].rstrip()
    texts: dict[str, str | bytes] = {
        CARD: f"{before}\n\n{_SCORES_TITLE}\n{text}\n",
        SCORES: json.dumps(scores, indent=2) + "\n",
    }
    amend_model(folder, kind, {**texts, **(pictures or {})})


@contextmanager
def reading_options(folder: Path) -> Iterator[None]:
    """Tell in one line that a model's options are damaged or are those of another model.

    Raises:
        BadInput: they were found to be so while the block ran.
    """
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError, RuntimeError) as why:
        raise BadInput(
            f"{Path(folder) / OPTIONS}: is damaged or does not fit the weights ({why!r:.100}); "
            "learn again"
        ) from None


def check(options: LearningOptions) -> None:
    """Refuse budgets that are none.

    Raises:
        BadInput: names the flag.
    """
    if options.steps is None and not 0 < options.minutes < 1e6:
        raise BadInput(f"--minutes {options.minutes:g}: must be more than 0")
    if options.steps is not None and options.steps < 1:
        raise BadInput(f"--steps {options.steps}: must be at least 1")


def _until_done(
    learner: Learner,
    budget: Budget,
    curves: Curves,
    folder: Path,
    identity: Mapping[str, Any],
    options: LearningOptions,
    stop: StopRequests,
) -> None:
    monitor = Monitor(folder / "tensorboard", budget, curves)
    try:
        budget.start()
        saved = budget.seconds
        while not budget.is_used and not stop:
            losses = learner.step(budget.steps, budget.share)
            _check_losses(losses, budget, folder)
            budget.count_step()
            stop.waits = True
            monitor.after_step(losses)
            if budget.seconds - saved >= options.save_seconds:
                _look_and_save(learner, monitor, budget, folder, identity)
                saved = budget.seconds
        _look_and_save(learner, monitor, budget, folder, identity)
    finally:
        monitor.close()
    if stop:
        note(f"learn: saved after {budget.steps:,} steps")


def _check_losses(losses: Mapping[str, float], budget: Budget, folder: Path) -> None:
    for name, value in losses.items():
        if not math.isfinite(value):
            raise BadInput(
                f"{folder}: the loss {name!r} became {value} at step {budget.steps + 1}; the state "
                "before is kept there; try another --seed, a lower --rate, or --afresh"
            )


def _look_and_save(
    learner: Learner,
    monitor: Monitor,
    budget: Budget,
    folder: Path,
    identity: Mapping[str, Any],
) -> None:
    for name, value in learner.validate().items():
        monitor.note(name, value)
    monitor.note_losses()
    about = {
        "identity": dict(identity),
        "steps": budget.steps,
        "seconds": budget.seconds,
        "curves": monitor.curves,
    }
    save_state(folder, learner.tensors(), about)


def _carried_on(learner: Learner, state: TrainingState | None) -> Curves:
    if state is None:
        return {}
    try:
        learner.load(state.tensors)
        curves = curves_of(state)
    except (KeyError, ValueError, TypeError, AttributeError, RuntimeError) as error:
        raise BadInput(
            f"{state.path}: does not fit this training ({error!s:.100}); add --afresh"
        ) from None
    state.restore_random()
    return curves


def _is_finished(to: Path, kind: str, identity: Mapping[str, Any], steps: int) -> bool:
    try:
        options = load_model(to, kind).options
    except BadInput:
        return False
    return options.get("identity") == identity and options.get("steps") == steps


def _curves(folder: Path, curves: Curves) -> None:
    (folder / CURVES).write_text(json.dumps(curves) + "\n", encoding="utf-8")
