from pathlib import Path

import numpy as np
import pytest
import torch

from stickdance.choreography.learned.genre.confusion import confusion_text, draw_confusion
from stickdance.choreography.learned.genre.evaluate import evaluate, log_probabilities
from stickdance.choreography.learned.genre.features import SeenItem
from stickdance.choreography.learned.genre.items import Item


class FirstColumn(torch.nn.Module):
    """Tells the genre whose number stands in a window's first column."""

    def forward(self, windows):
        return 5 * torch.nn.functional.one_hot(windows[:, 0, 0].long(), 3).float()


def told(genre, *windows):
    """A dance of one genre whose windows of two frames look like the genres given."""
    columns = np.repeat(np.array(windows, np.float32), 2)[:, None]
    return SeenItem(Item(Path(genre), genre, genre, genre, True, True), columns)


SEEN = [told("a", 0, 0, 1), told("b", 1, 1, 1), told("c", 0, 0, 2)]


def test_windows_and_dances_are_counted_by_hand():
    scores = evaluate(FirstColumn(), SEEN, ["a", "b", "c"], 2)
    assert scores["confusion"]["windows"] == [[2, 1, 0], [0, 3, 0], [2, 0, 1]]
    assert scores["confusion"]["dances"] == [[1, 0, 0], [0, 1, 0], [1, 0, 0]]
    assert scores["accuracy"] == {
        "windows": pytest.approx(6 / 9),
        "dances": pytest.approx(2 / 3),
        "genres": pytest.approx((2 / 3 + 1 + 1 / 3) / 3),
        "chance": pytest.approx(1 / 3),
    }
    assert scores["recall"] == pytest.approx({"a": 2 / 3, "b": 1.0, "c": 1 / 3})
    right, wrong = -np.log(np.exp(5) / (np.exp(5) + 2)), -np.log(1 / (np.exp(5) + 2))
    assert scores["cross_entropy"] == pytest.approx((6 * right + 3 * wrong) / 9, rel=1e-5)


def test_probabilities_of_a_window_sum_to_one():
    logs = log_probabilities(FirstColumn(), SEEN[0].columns, 2)
    assert np.exp(logs).sum(axis=1) == pytest.approx(1)


def test_the_matrix_in_words_has_a_row_for_each_genre():
    lines = confusion_text([[2, 1], [0, 3]], ["pop", "calm"]).splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["pop", "2", "1", "67%"],
        ["calm", "0", "3", "100%"],
    ]


def test_the_picture_is_darkest_where_most_was_told_rightly():
    picture = draw_confusion([[9, 1], [0, 10]], ["pop", "calm"], "title").astype(int)
    cells = {(y, x): picture[155 + 64 * y, 155 + 64 * x].sum() for y in (0, 1) for x in (0, 1)}
    assert cells[1, 1] < cells[0, 0] < cells[0, 1] < cells[1, 0] == 3 * 255


def test_windows_that_overlap_are_counted_too():
    scores = evaluate(FirstColumn(), SEEN, ["a", "b", "c"], 2, 1)
    assert scores["windows"] == 3 * 5
    assert scores["confusion"]["windows"][0] == [4, 1, 0]
