"""The configuration that learns a genre best, found by Hyperband (Li et al. 2018) in Optuna.

    first trial   the configuration that was asked for, never stopped early: what others must beat
    others        cells, dense layers, activation, dropout and rate, chosen by a tree of Parzen
                  estimators; Hyperband stops those that learn worse than others of their bracket

Beside it stands a search at random (`way`), which stops nothing early: what Hyperband gains is told
at equal budgets of steps by `searches`.

A trial is judged by its cross-entropy on songs that nothing is learnt from. Every trial is written
to a journal at once, so a search that was killed goes on where it was.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from stickdance.checkpoints import progress
from stickdance.checkpoints.errors import MissingDependency
from stickdance.checkpoints.files import write_json
from stickdance.checkpoints.locks import only_one
from stickdance.checkpoints.progress import Work
from stickdance.choreography.learned.genre.learner import GenreLearner
from stickdance.choreography.learned.genre.options import (
    ACTIVATIONS,
    Configuration,
    as_json,
    configuration_from,
)

if TYPE_CHECKING:
    import optuna

Way = Literal["hyperband", "random"]
JOURNAL, TUNING = "journal.log", "tuning.json"
REDUCTION = 3
"""Of three configurations of a bracket, one goes on."""

_CELLS = (32, 64, 96, 128, 192, 256, 448)
_DENSE = ((32, 16), (64, 32), (128, 64), (320, 160))
_OTHER_DRAWS = 1_000_000  # a search at random must not draw what Hyperband's first trials drew
_JUDGEMENTS = 9  # times that a whole trial is judged
_CHOSEN, _DEFAULT = "configuration", "default"


@dataclass(frozen=True)
class Trial:
    """One configuration that was tried."""

    number: int
    state: str
    """"complete", or "pruned": stopped early."""
    configuration: dict[str, Any]
    cross_entropy: float | None
    """On the validation songs, the last that was measured."""
    accuracy: float | None
    """Of windows, likewise."""
    steps: int


@dataclass(frozen=True)
class Tuning:
    """What a search found."""

    best: Configuration
    asked: Configuration
    trials: tuple[Trial, ...]

    @property
    def default(self) -> Trial:
        """Return the trial of the configuration that was asked for; it is never stopped early."""
        asked = as_json(self.asked)
        return next(
            trial
            for trial in self.trials
            if trial.configuration == asked and trial.state == "complete"
        )

    @property
    def steps(self) -> int:
        """Return the steps of all trials together."""
        return sum(trial.steps for trial in self.trials)

    def described(self) -> dict[str, Any]:
        """Return all of it as JSON values."""
        chosen = min(
            (trial for trial in self.trials if trial.state == "complete"),
            key=lambda trial: trial.cross_entropy or 0.0,
        )
        return {
            "best": asdict(chosen),
            "default": asdict(self.default),
            "trials": [asdict(trial) for trial in self.trials],
            "stopped_early": sum(trial.state == "pruned" for trial in self.trials),
        }


def tuned(
    make: Callable[[Configuration], GenreLearner],
    default: Configuration,
    trials: int,
    steps: int,
    folder: Path,
    identity: Mapping[str, Any],
    seed: int,
    way: Way = "hyperband",
) -> Tuning:
    """Try configurations and return the best; what lies in `folder` already is not tried again.

    Args:
        make: builds a learner of a configuration.
        default: the configuration that is tried first.
        trials: how many.
        steps: of a trial that is not stopped early.
        folder: of the journal.
        identity: what tells this search from others.
        seed: of the choices.
        way: random chooses at random and stops nothing early.

    Raises:
        MissingDependency: Optuna is not installed.
        InUse: another process searches there.
    """
    with only_one(folder):
        told = {"way": way} if way == "random" else {}
        study = _study(folder, steps, {**identity, "steps": steps, "seed": seed, **told}, seed, way)
        _see_to_default(study, default)
        done = sum(trial.state in _counted() for trial in study.trials)
        with Work(f"tune ({way})", trials, "trial", min(done, trials)) as work:

            def after(_: "optuna.Study", trial: "optuna.trial.FrozenTrial") -> None:
                work.advance()
                progress.note(f"tune: {_line(trial)}")

            study.optimize(
                lambda trial: _judged(trial, make, steps, default),
                n_trials=max(0, trials - done),
                callbacks=[after],
            )
    best = configuration_from(study.best_trial.user_attrs[_CHOSEN], folder / JOURNAL)
    finished = [trial for trial in study.trials if trial.state in _counted()]
    tuning = Tuning(best, default, tuple(_trial(one) for one in finished))
    write_json(folder / TUNING, tuning.described())
    return tuning


def _study(
    folder: Path, steps: int, identity: Mapping[str, Any], seed: int, way: Way
) -> "optuna.Study":
    try:
        import optuna
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
    except ModuleNotFoundError:
        raise MissingDependency("--tune needs Optuna; pip install 'stickdance[tune]'") from None
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    folder.mkdir(parents=True, exist_ok=True)
    journal = str(folder / JOURNAL)
    storage = JournalStorage(JournalFileBackend(journal, JournalFileOpenLock(journal)))
    name = json.dumps(identity, sort_keys=True)
    earlier = [one for one in optuna.get_all_study_names(storage) if one == name]
    so_far = len(optuna.load_study(study_name=name, storage=storage).trials) if earlier else 0
    study = optuna.create_study(
        study_name=name,
        storage=storage,
        **_searching(way, steps, seed + so_far),
        load_if_exists=True,
    )
    for trial in study.trials:  # of a run that was killed
        if trial.state == optuna.trial.TrialState.RUNNING:
            study.tell(trial.number, state=optuna.trial.TrialState.FAIL)
    return study


def _searching(way: Way, steps: int, seed: int) -> dict[str, Any]:
    import optuna

    if way == "random":
        return {
            "sampler": optuna.samplers.RandomSampler(seed=seed + _OTHER_DRAWS),
            "pruner": optuna.pruners.NopPruner(),
        }
    return {
        "sampler": optuna.samplers.TPESampler(seed=seed),
        "pruner": optuna.pruners.HyperbandPruner(
            min_resource=max(1, steps // _JUDGEMENTS),
            max_resource=steps,
            reduction_factor=REDUCTION,
        ),
    }


def _see_to_default(study: "optuna.Study", default: Configuration) -> None:
    """Let the configuration that was asked for be tried next, unless it was tried to its end."""
    from optuna.trial import TrialState

    tried = (TrialState.COMPLETE, TrialState.WAITING)
    if not any(_DEFAULT in one.user_attrs and one.state in tried for one in study.trials):
        study.enqueue_trial(_as_parameters(default), user_attrs={_DEFAULT: True})


def _counted() -> "tuple[optuna.trial.TrialState, ...]":
    from optuna.trial import TrialState

    return TrialState.COMPLETE, TrialState.PRUNED


def _judged(
    trial: "optuna.Trial",
    make: Callable[[Configuration], GenreLearner],
    steps: int,
    default: Configuration,
) -> float:
    import optuna

    configuration = _chosen(trial, default)
    trial.set_user_attr(_CHOSEN, as_json(configuration))
    learner = make(configuration)
    every, scores = max(1, steps // _JUDGEMENTS), {}
    for number in range(steps):
        learner.step(number, number / steps)
        last = number + 1 == steps
        if last or (number + 1) % every == 0:
            scores = learner.validate()
            trial.set_user_attr("steps", number + 1)
            trial.set_user_attr("accuracy", scores["validation_windows"])
            trial.report(scores["validation_cross_entropy"], number + 1)
            if not last and configuration != default and trial.should_prune():
                raise optuna.TrialPruned
    return scores["validation_cross_entropy"]


def _chosen(trial: "optuna.Trial", default: Configuration) -> Configuration:
    dense = trial.suggest_categorical("dense", [f"{a}-{b}" for a, b in _DENSE])
    first, second = (int(units) for units in dense.split("-"))
    return Configuration(
        cells=trial.suggest_categorical("cells", _CELLS),
        dense=(first, second),
        activation=trial.suggest_categorical("activation", tuple(ACTIVATIONS)),  # type: ignore[arg-type]
        dropout=round(trial.suggest_float("dropout", 0.0, 0.6, step=0.1), 1),
        rate=trial.suggest_float("rate", 1e-4, 1e-2, log=True),
        batch=default.batch,
    )


def _as_parameters(configuration: Configuration) -> dict[str, Any]:
    values = as_json(configuration)
    values["dense"] = "{}-{}".format(*configuration.dense)
    del values["batch"]
    return values


def _trial(trial: "optuna.trial.FrozenTrial") -> Trial:
    reported = trial.intermediate_values
    return Trial(
        trial.number,
        trial.state.name.lower(),
        dict(trial.user_attrs.get(_CHOSEN, {})),
        reported[max(reported)] if reported else None,
        trial.user_attrs.get("accuracy"),
        int(trial.user_attrs.get("steps", 0)),
    )


def _line(trial: "optuna.trial.FrozenTrial") -> str:
    one = _trial(trial)
    told = ", ".join(f"{name} {value}" for name, value in one.configuration.items())
    accuracy = "" if one.accuracy is None else f", {one.accuracy:.1%} of windows"
    return f"trial {one.number} {one.state} after {one.steps} steps{accuracy}: {told}"
