import json

import pytest

from stickdance.tools.benchmarks.held_out import HeldOutOptions, lines, table

STEPS = 1


@pytest.fixture(scope="module")
def result(make_take, tmp_path_factory):
    to, take = tmp_path_factory.mktemp("table"), make_take().path
    return again(to, take), to, take


def again(to, take):
    table((take,), options=HeldOutOptions(to=to, steps=STEPS, seeds=(0, 1), size=(64, 64)))
    return json.loads((to / "table.json").read_text())


def test_every_seed_is_a_row_with_its_scores_and_baselines(result):
    rows = result[0]["rows"]
    assert [row["seed"] for row in rows] == [0, 1]
    assert all(row["steps"] == STEPS for row in rows)
    assert all(0 < row["ssim_skimage"] < 1 for row in rows)
    assert {"plate", "ceiling"} <= rows[0]["baselines"].keys()
    assert rows[0]["flicker_ratio"] > 0
    assert rows[0]["head_patches"] > rows[0]["baselines"]["ceiling"]["head_patches"] > 0


def test_the_strip_shows_the_real_frames_above_the_rendered_ones(result):
    from stickdance.capture.media.images import read_picture

    (strip,) = result[1].glob("*.png")
    assert read_picture(strip).shape[0] == 2 * 64


def test_the_text_names_take_generator_and_seed(result):
    text = lines(result[0])
    assert "take, compact, 1 steps, seed 1" in text
    assert "nearest_frame" in text


def test_what_is_trained_is_scored_again_and_not_trained(result):
    before, to, take = result
    weights = sorted(to.glob("*/weights.safetensors"))
    written = [path.stat().st_mtime_ns for path in weights]
    assert [row["psnr"] for row in again(to, take)["rows"]] == [r["psnr"] for r in before["rows"]]
    assert [path.stat().st_mtime_ns for path in weights] == written
