import json
import os.path
import sys

import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.tools.benchmarks.harness import call, cold_caches, keep, run_benchmark


def test_a_function_is_called_in_a_process_of_its_own_and_what_that_took_is_told():
    done = call(os.path.basename, "/songs/waltz.wav")
    assert done.answer == "waltz.wav"
    assert 0 < done.seconds < 600 and 1 < done.megabytes < 10_000


def test_it_has_the_environment_that_is_asked_for(tmp_path):
    environment = cold_caches(tmp_path)
    assert set(environment.values()) == {str(tmp_path / name) for name in environment}
    for name, place in environment.items():
        assert call(os.getenv, name, environment=environment).answer == place


def test_one_that_fails_ends_the_benchmark_with_its_last_line():
    with pytest.raises(SystemExit, match=r"^loads failed: json\.decoder\.JSONDecodeError: "):
        call(json.loads, "{")


def left(monkeypatch, words, measure, **more):
    monkeypatch.setattr(sys, "argv", ["measure", *words])
    with pytest.raises(SystemExit) as gone:
        run_benchmark(measure, **more)
    return gone.value.code


def measure(pairs: int = 2) -> dict:
    """Count."""
    if pairs < 0:
        raise BadInput(f"--pairs {pairs}: expected 0 or more")
    return {"pairs": pairs, "twice": 2 * pairs}


def test_a_result_is_printed_for_people_or_as_one_json_object(monkeypatch, capsys):
    assert left(monkeypatch, ["--pairs", "3"], measure, text=lambda one: f"{one['twice']}!") == 0
    assert capsys.readouterr().out == "6!\n"
    assert left(monkeypatch, ["--json"], measure) == 0
    assert json.loads(capsys.readouterr().out) == {"pairs": 2, "twice": 4}


def test_its_exit_status_says_whether_a_goal_was_missed_or_the_input_was_bad(monkeypatch, capsys):
    assert left(monkeypatch, [], measure, failed=lambda one: one["twice"] > 3) == 1
    assert left(monkeypatch, ["--pairs", "-1"], measure) == 3
    assert capsys.readouterr().err == "measure: --pairs -1: expected 0 or more\n"
    assert left(monkeypatch, ["--help"], measure) == 0
    assert "Count. --json prints one JSON object." in capsys.readouterr().out


def test_what_is_kept_is_the_result(tmp_path):
    result = keep({"rows": [1]}, tmp_path)
    assert json.loads((tmp_path / "table.json").read_text()) == result == {"rows": [1]}
