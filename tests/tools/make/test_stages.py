import pytest

from stickdance.tools.make.stages import Stages, fingerprint
from stickdance.tools.make.time_left import TimeLeft, Usual

NAMES = ["sketch", "paint"]


def stages(folder):
    return Stages(folder, NAMES, TimeLeft(dict.fromkeys(NAMES, Usual(40)), None))


def stage(folder, inputs, content="made"):
    """Run the second of two stages and return what became of it."""
    ran = stages(folder)
    result = folder / "result.txt"
    ran.run("paint", inputs, result, lambda: result.write_text(content))
    return ran.records[0]


def test_a_stage_says_which_it_is_and_how_long_the_whole_job_takes(tmp_path, told):
    assert not stage(tmp_path, {}).reused
    assert told.lines == ["stage 2 of 2: paint, about 80 s left"]


def test_a_finished_stage_is_reused_and_says_so(tmp_path, told):
    stage(tmp_path, {"minutes": 1})
    assert stage(tmp_path, {"minutes": 1}, "never").reused
    assert (tmp_path / "result.txt").read_text() == "made"
    assert told.lines[-1] == "stage 2 of 2: paint, reused, nothing it needs has changed"


def test_a_changed_option_makes_the_stage_again_and_is_named(tmp_path, told):
    stage(tmp_path, {"options": {"minutes": 1, "seed": 0}})
    assert not stage(tmp_path, {"options": {"minutes": 2, "seed": 0}}, "again").reused
    assert told.lines[-1] == "stage 2 of 2: paint, again, because of minutes, about 80 s left"


@pytest.mark.parametrize("harm", ["delete", "change"])
def test_a_result_that_is_gone_or_changed_is_made_again(tmp_path, harm):
    stage(tmp_path, {})
    result = tmp_path / "result.txt"
    result.unlink() if harm == "delete" else result.write_text("edited")
    assert not stage(tmp_path, {}).reused
    assert result.read_text() == "made"


def test_a_stage_that_fails_leaves_no_record(tmp_path):
    def fail():
        raise OSError("no")

    with pytest.raises(OSError):
        stages(tmp_path).run("paint", {}, tmp_path / "result.txt", fail)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_record_is_no_record(tmp_path):
    stage(tmp_path, {})
    (tmp_path / "paint.stage.json").write_text("[1, 2")
    assert not stage(tmp_path, {}).reused


def test_a_performer_is_known_by_its_weights_so_a_new_card_changes_nothing(tmp_path):
    (tmp_path / "weights.safetensors").write_bytes(b"weights")
    (tmp_path / "manifest.json").write_text("{}")
    before = fingerprint(tmp_path)
    (tmp_path / "manifest.json").write_text('{"scores": 1}')
    assert fingerprint(tmp_path) == before
