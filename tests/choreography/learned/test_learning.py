import numpy as np
import pytest
import torch
from torch import nn

from stickdance.checkpoints.errors import BadInput, ChangedOptions
from stickdance.checkpoints.folder import load_model
from stickdance.checkpoints.networks import load_training_tensors, training_tensors
from stickdance.choreography.learned.learning import cooled, learn
from stickdance.choreography.learned.options import LearningOptions


class Line:
    """Learns y = 3 x."""

    def __init__(self, fails_at: int | None = None) -> None:
        self.network, self.fails_at = nn.Linear(1, 1), fails_at
        self.optimiser = torch.optim.Adam(self.network.parameters(), 0.05)

    @property
    def parts(self):
        return {"network": (self.network, self.optimiser)}

    def step(self, number, share):
        if number == self.fails_at:
            return {"error": float("nan")}
        x = torch.from_numpy(np.random.default_rng((0, number)).normal(size=(16, 1))).float()
        loss = nn.functional.mse_loss(self.network(x), 3 * x)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        return {"error": loss.item()}

    def validate(self):
        return {"held_out": float((self.network.weight - 3).abs())}

    def tensors(self):
        return training_tensors(self.parts)

    def load(self, tensors):
        load_training_tensors(self.parts, tensors)

    def weights(self):
        return self.network.state_dict()


def run(to, steps, make=Line, identity=None, **options):
    return learn(
        to,
        "line",
        LearningOptions(steps=steps, **options),
        {"rate": 0.05} if identity is None else identity,
        make,
        {"size": 1},
        lambda learnt: f"# line\n{learnt.steps} steps\n",
    )


def test_a_model_is_learnt_and_its_folder_written(tmp_path):
    folder = run(tmp_path / "line", 200)
    model = load_model(folder, "line")
    assert model.tensors()["weight"].item() == pytest.approx(3, abs=0.1)
    assert model.options["steps"] == 200
    assert model.json("curves.json")["held_out"]
    assert "200 steps" in model.card


def test_a_run_that_is_carried_on_ends_as_an_unbroken_one(tmp_path):
    run(tmp_path / "whole", 60)
    run(tmp_path / "broken", 25)
    run(tmp_path / "broken", 60)
    whole, broken = (load_model(tmp_path / name, "line").tensors() for name in ("whole", "broken"))
    assert all(torch.equal(whole[name], broken[name]) for name in whole)


def test_another_identity_is_refused_by_name(tmp_path):
    run(tmp_path / "line", 5)
    with pytest.raises(ChangedOptions, match=r"rate was 0.05, is 0.1"):
        run(tmp_path / "line", 10, identity={"rate": 0.1})
    run(tmp_path / "line", 10, identity={"rate": 0.1}, afresh=True)


def test_a_loss_that_is_no_number_stops_and_says_which(tmp_path):
    run(tmp_path / "line", 5)
    with pytest.raises(BadInput, match="'error' became nan at step 8"):
        run(tmp_path / "line", 20, make=lambda: Line(fails_at=7))
    assert run(tmp_path / "line", 20)


@pytest.mark.parametrize("options", [{"minutes": 0.0}, {"steps": 0}, {"minutes": float("nan")}])
def test_budgets_that_are_none_are_refused(tmp_path, options):
    with pytest.raises(BadInput, match="--"):
        learn(tmp_path / "x", "line", LearningOptions(**options), {}, Line, {}, lambda _: "")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("share", "left"), [(0.0, 1.0), (0.5, 0.5), (1.0, 0.01)])
def test_a_rate_falls_along_half_a_cosine_to_a_hundredth(share, left):
    assert cooled(2.0, share) == pytest.approx(2.0 * left)
