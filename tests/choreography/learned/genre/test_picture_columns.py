import numpy as np
import pytest
from torch import nn

from stickdance.capture.media.video import VideoWriter
from stickdance.checkpoints.errors import WeightsAbsent
from stickdance.checkpoints.public import pretrained
from stickdance.choreography.learned.genre.features import columns_of, look_at
from stickdance.choreography.learned.genre.items import labelled_items
from stickdance.choreography.learned.genre.picture_columns import (
    COLUMNS,
    picture_columns,
    stick_figures,
)
from stickdance.choreography.learned.genre.pose_columns import COLUMNS as POSE_COLUMNS

MEAN, SPREAD = 0.456, 0.224  # of green, as ImageNet's pictures have it


class MeanGreen(nn.Module):
    """Stands in for Inception-v3: every feature is the mean of the green channel."""

    seen = 0

    def forward(self, pictures):
        assert pictures.shape[1:] == (3, 299, 299)
        MeanGreen.seen += len(pictures)
        return pictures[:, 1].mean((1, 2))[:, None].expand(-1, COLUMNS)


@pytest.fixture
def video(tmp_path):
    path = tmp_path / "videos" / "waltz" / "grey.mp4"
    path.parent.mkdir(parents=True)
    with VideoWriter(path, (64, 48), 10.0, crf=0) as writer:
        for number in range(20):
            writer.write(np.full((48, 64, 3), 10 * number, np.uint8))
    return path


def test_every_frame_of_a_video_has_its_features(video, monkeypatch):
    monkeypatch.setattr(pretrained, "inception", MeanGreen)
    columns = picture_columns(video, 10.0, None)
    assert columns.shape == (20, COLUMNS)
    expected = (np.arange(20) * 10 / 255 - MEAN) / SPREAD
    assert columns[:, 0] == pytest.approx(expected, abs=0.03)


def test_what_was_computed_is_kept(video, monkeypatch, tmp_path):
    monkeypatch.setattr(pretrained, "inception", MeanGreen)
    first = picture_columns(video, 10.0, tmp_path / "kept")
    MeanGreen.seen = 0
    assert (picture_columns(video, 10.0, tmp_path / "kept") == first).all()
    assert MeanGreen.seen == 0
    assert len(picture_columns(video, 5.0, tmp_path / "kept")) == 10
    assert MeanGreen.seen == 10


def test_without_weights_pictures_are_refused_not_guessed(video, monkeypatch):
    def absent():
        raise WeightsAbsent("Inception-v3: its weights are not here")

    monkeypatch.setattr(pretrained, "inception", absent)
    with pytest.raises(WeightsAbsent):
        picture_columns(video, 10.0, None)


def test_a_video_without_poses_is_left_out_with_its_reason(video):
    items = labelled_items(video.parents[1], "auto")
    assert [item.genre for item in items] == ["waltz"]
    looked = look_at(items, "poses", 10.0, 5, None)
    assert not looked.seen
    assert "stickdance capture" in looked.notes[0]


def test_poses_without_pictures_are_drawn(dances, monkeypatch):
    monkeypatch.setattr(pretrained, "inception", MeanGreen)
    figures = list(stick_figures(dances / "slow" / "dance0", 2.0))
    assert {figure.shape for figure in figures} == {(299, 299, 3)}
    columns = columns_of(dances / "slow" / "dance0", "both", 2.0, None)
    assert columns.shape == (24, POSE_COLUMNS + COLUMNS)
    greens = np.array([figure[..., 1].mean() / 255 for figure in figures])
    assert columns[:, -1] == pytest.approx((greens - MEAN) / SPREAD, abs=1e-3)
