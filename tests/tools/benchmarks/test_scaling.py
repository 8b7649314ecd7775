import json
import os
import time
from types import SimpleNamespace

import pytest

from stickdance.choreography.plan.choreography import Choreography
from stickdance.tools.benchmarks import scaling, scaling_stages
from stickdance.tools.benchmarks.memory import watched
from stickdance.tools.benchmarks.scaling import growth, measure, on_paper


def row(length, seconds, megabytes=100.0):
    return {"length": length, "processor_seconds": seconds, "megabytes": megabytes}


def test_exponents_are_the_slopes_between_the_two_greatest_lengths():
    found = growth([row(1, 90.0), row(10, 20.0, 200.0), row(40, 80.0, 200.0)])
    assert found["exponent_of_processor_seconds"] == 1.0
    assert found["exponent_of_megabytes"] == 0.0
    assert found["seconds_a_unit"] == pytest.approx(2.0)
    assert "seconds_a_unit" not in growth([row(1, 1.0)])


def test_an_hour_on_many_machines_is_reckoned_from_the_growth():
    render = {"unit": "minutes", **growth([row(1, 70.0), row(4, 250.0)])}  # 10 s and 60 a minute
    found = on_paper({"render": render, "plan": {"unit": "steps", "rows": []}}, 1000, 2, 0.05)
    hours = (10 + 60 * 60) / 3600
    assert found == {
        "render": {
            "core_hours": pytest.approx(hours, abs=1e-4),
            "price": pytest.approx(hours * 0.05, abs=1e-4),
            "per_hour": round(2000 / hours),
        }
    }


def test_what_was_measured_is_kept_and_not_measured_again(monkeypatch, tmp_path):
    worked = []

    def call(function, stage, folder, length):
        worked.append((stage, length))
        return SimpleNamespace(answer=row(length, 3.0 * length))

    monkeypatch.setattr(scaling, "call", call)
    asked = {"to": tmp_path / "new", "stages": ("evaluate",), "machines": 1}
    monkeypatch.setattr(scaling_stages, "evaluate_material", lambda folder, pairs: None)
    measure(pairs=(40, 10), **asked)
    found = measure(pairs=(10, 20, 40), **asked)
    assert worked == [("evaluate", 40), ("evaluate", 10), ("evaluate", 20)]
    stage = found["stages"]["evaluate"]
    assert [one["length"] for one in stage["rows"]] == [10, 20, 40]
    assert (stage["unit"], stage["exponent_of_processor_seconds"]) == ("pairs", 1.0)
    assert json.loads((tmp_path / "new/rows.json").read_text())["evaluate"] == stage["rows"]


def test_every_stage_has_a_unit_and_its_work():
    for stage in scaling.STAGES:
        assert scaling.UNITS[stage]
        assert callable(getattr(scaling_stages, stage))


def test_a_plan_of_any_length_can_be_danced(tmp_path):
    scaling_stages.plan_material(tmp_path, 10)
    plan = Choreography.load(tmp_path / "steps 10.json")
    assert len(plan.steps) == 10
    assert plan.steps[-1].end_beat == len(plan.beats)
    assert (tmp_path / "steps 10.wav").is_file()


@pytest.mark.skipif(not os.path.exists("/proc/self/smaps_rollup"), reason="only Linux tells it")
def test_memory_is_watched_while_something_works():
    with watched(os.getpid()) as memory:
        held = bytearray(b"x" * (64 << 20))
        while len(memory) < 2:
            time.sleep(0.05)
    assert len(held) / 1e6 < max(memory) < 20_000
