from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stickdance.capture.media.video import VideoWriter
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.video_to_take import video_to_take
from stickdance.checkpoints.errors import UsageError
from stickdance.tools import cli
from stickdance.tools.commands import check_footage as footage_check
from stickdance.tools.commands.check_footage import check_footage, told_of

SIZE, FRAMES = (160, 128), 60


@pytest.fixture
def footage(tmp_path, monkeypatch):
    """A dark figure sways before a patterned wall; its poses are known and replayed."""
    chance = np.random.default_rng(4)
    wall = np.kron(chance.integers(120, 230, (16, 20, 3), np.uint8), np.ones((8, 8, 1), np.uint8))
    heights = np.linspace(20, 112, 18)
    points = np.zeros((FRAMES, 18, 2), np.float32)
    with VideoWriter(tmp_path / "anna.mp4", SIZE, 25.0) as video:
        for number in range(FRAMES):
            middle = 80 + 12 * np.sin(number / 6)
            picture = wall.copy()
            picture[14:118, round(middle) - 12 : round(middle) + 12] = 25
            video.write(picture)
            points[number] = np.stack([middle + np.linspace(-9, 9, 18), heights], axis=-1)
    poses = PoseSequence(points, np.ones((FRAMES, 18)), 25.0, SIZE).save(tmp_path / "poses.npz")

    def replayed(videos, to, options):
        return video_to_take(videos, to, replace(options, estimator="replay", poses=poses))

    monkeypatch.setattr(footage_check, "video_to_take", replayed)
    return tmp_path / "anna.mp4"


def with_poses(footage, capture):
    def replayed(videos, to, options):
        given = replace(options, estimator="replay", poses=footage.with_name("poses.npz"))
        return capture(videos, to, given)

    return replayed


def test_footage_is_judged_in_words_and_nothing_is_left_behind(footage, tmp_path):
    before = sorted(tmp_path.iterdir())
    told = check_footage([footage])
    assert "footage" in told["verdict"]
    assert told["conditions"]["camera motion"].endswith("the camera stands still")
    assert "only 2.4 s of footage" in told["conditions"]["length"]
    assert any(line.startswith("squat: bend your knees") for line in told["movements_missing"])
    assert told["page"] is None
    assert sorted(tmp_path.iterdir()) == before


def test_footage_that_is_not_usable_ends_with_3(footage, monkeypatch, capsys):
    assert "exit_status" not in check_footage([footage])

    def blurred(videos, to, options):
        assert options.conditions == "warn"
        take = video_to_take(videos, to, options)
        return replace(take, report={**take.report, "verdict": "not usable"})

    monkeypatch.setattr(footage_check, "video_to_take", with_poses(footage, blurred))
    assert cli.run(["check-footage", str(footage)]) == 3
    assert "conditions:" in capsys.readouterr().out


def test_the_page_stays_where_it_was_wanted(footage, tmp_path):
    told = check_footage([footage], tmp_path / "page.html")
    page = Path(told["page"]).read_text()
    assert "Footage of anna" in page
    assert "data:image/jpeg;base64," in page


def test_a_page_that_is_no_page_is_a_usage_error(footage, tmp_path):
    with pytest.raises(UsageError, match=r"--output .*anna.png: expected .* ends in .html"):
        check_footage([footage], tmp_path / "anna.png")


def test_takes_of_earlier_versions_have_no_verdict_and_no_conditions():
    told = told_of({"frames": 3})
    assert told == {"verdict": "", "conditions": {}, "doubts": [], "movements_missing": []}
