import pytest

from stickdance.tools.make.stages import Stages, fingerprint


@pytest.fixture
def lines():
    return []


def stage(folder, lines, inputs, content="made"):
    stages = Stages(folder, lines.append)
    result = folder / "result.txt"
    stages.run("paint", inputs, result, lambda: result.write_text(content))
    return stages.records[0]


def test_a_finished_stage_is_reused_and_says_so(tmp_path, lines):
    assert not stage(tmp_path, lines, {"minutes": 1}).reused
    assert stage(tmp_path, lines, {"minutes": 1}, "never").reused
    assert (tmp_path / "result.txt").read_text() == "made"
    assert "reused" in lines[-1]


def test_a_changed_option_makes_the_stage_again_and_is_named(tmp_path, lines):
    stage(tmp_path, lines, {"minutes": 1, "seed": 0})
    assert not stage(tmp_path, lines, {"minutes": 2, "seed": 0}, "again").reused
    assert lines[-1] == "paint: made again, because of minutes"


@pytest.mark.parametrize("harm", ["delete", "change"])
def test_a_result_that_is_gone_or_changed_is_made_again(tmp_path, lines, harm):
    stage(tmp_path, lines, {})
    result = tmp_path / "result.txt"
    result.unlink() if harm == "delete" else result.write_text("edited")
    assert not stage(tmp_path, lines, {}).reused
    assert result.read_text() == "made"


def test_a_stage_that_fails_leaves_no_record(tmp_path, lines):
    def fail():
        raise OSError("no")

    with pytest.raises(OSError):
        Stages(tmp_path, lines.append).run("paint", {}, tmp_path / "result.txt", fail)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_record_is_no_record(tmp_path, lines):
    stage(tmp_path, lines, {})
    (tmp_path / "paint.stage.json").write_text("[1, 2")
    assert not stage(tmp_path, lines, {}).reused


def test_a_performer_is_known_by_its_weights_so_a_new_card_changes_nothing(tmp_path):
    (tmp_path / "weights.safetensors").write_bytes(b"weights")
    (tmp_path / "manifest.json").write_text("{}")
    before = fingerprint(tmp_path)
    (tmp_path / "manifest.json").write_text('{"scores": 1}')
    assert fingerprint(tmp_path) == before
