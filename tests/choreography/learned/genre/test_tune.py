import json

import pytest

from stickdance.choreography.learned.genre import tune
from stickdance.choreography.learned.genre.options import (
    PRESETS,
    Configuration,
    GenreOptions,
    as_json,
)
from stickdance.choreography.learned.genre.tune import tuned

optuna = pytest.importorskip("optuna")


class Pretending:
    """Learns the faster, the nearer its rate lies to 0.003, and never with relu."""

    made = 0

    def __init__(self, configuration):
        Pretending.made += 1
        self.wrong = abs(configuration.rate - 3e-3) + (configuration.activation == "relu")
        self.steps = 0

    def step(self, number, share):
        self.steps += 1
        return {}

    def validate(self):
        loss = self.wrong + 1 / self.steps
        return {"validation_cross_entropy": loss, "validation_windows": 1 / (1 + loss)}


def search(folder, trials, seed=0, way="hyperband"):
    Pretending.made = 0
    return tuned(Pretending, Configuration(), trials, 27, folder, {"data": "x"}, seed, way)


def test_the_default_is_tried_first_and_the_best_is_no_worse(tmp_path):
    found = search(tmp_path, 14)
    assert found.trials[0].configuration == as_json(Configuration())
    assert found.default.state == "complete"
    told = found.described()
    assert told["best"]["cross_entropy"] < told["default"]["cross_entropy"]
    assert found.best.activation == "tanh"
    assert json.loads((tmp_path / "tuning.json").read_text()) == json.loads(json.dumps(told))


def test_hyperband_stops_bad_configurations_early(tmp_path):
    found = search(tmp_path, 14)
    stopped = [trial for trial in found.trials if trial.state == "pruned"]
    whole = [trial for trial in found.trials if trial.state == "complete"]
    assert stopped
    assert all(trial.steps < 27 for trial in stopped)
    assert all(trial.steps == 27 for trial in whole)


def test_a_search_at_random_begins_alike_and_stops_nothing_early(tmp_path):
    found = search(tmp_path, 6, way="random")
    assert found.trials[0].configuration == as_json(Configuration())
    assert {trial.state for trial in found.trials} == {"complete"}
    assert found.steps == 6 * 27
    assert len({trial.configuration["rate"] for trial in found.trials}) == 6
    assert search(tmp_path, 6, way="random").best == found.best
    assert Pretending.made == 0  # it is not tried again


def test_a_search_goes_on_where_it_was(tmp_path):
    search(tmp_path, 5)
    assert Pretending.made == 5
    found = search(tmp_path, 8)
    assert Pretending.made == 3
    assert len(found.trials) == 8
    assert search(tmp_path, 8).best == found.best
    assert Pretending.made == 0


def test_a_trial_that_was_killed_is_tried_again(tmp_path, monkeypatch):
    def killed(self, number, share):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Pretending, "step", killed)
        with pytest.raises(KeyboardInterrupt):
            search(tmp_path, 3)
    found = search(tmp_path, 3)
    assert len(found.trials) == 3
    assert found.default.configuration == as_json(Configuration())


def test_every_preset_can_be_searched_from():
    for preset in PRESETS.values():
        values = tune._as_parameters(preset)
        assert values["cells"] in tune._CELLS
        assert values["dense"] in {f"{a}-{b}" for a, b in tune._DENSE}
    assert GenreOptions().tune == 0
