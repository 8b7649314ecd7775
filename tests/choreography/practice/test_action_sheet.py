import numpy as np
import pytest
from PIL import Image

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.actions.catalog import DANCED
from stickdance.choreography.practice.action_sheet import write_action_sheet


def test_the_sheet_shows_every_action_as_a_strip(tmp_path):
    path = write_action_sheet(tmp_path / "actions.png", side=60, columns=2)
    picture = np.array(Image.open(path))
    rows = -(-len(DANCED) // 2)
    assert picture.shape == (rows * 80, 2 * 9 * 60, 3)
    figures = picture.reshape(rows, 80, 18, 60, 3)[:, 20:]
    drawn = (figures.max(axis=-1) > 80).mean(axis=(1, 3))
    assert (drawn.ravel()[: len(DANCED) * 9] > 0.01).all()


def test_an_unknown_action_is_refused_and_no_file_is_left(tmp_path):
    with pytest.raises(BadInput, match="unknown action 'moonwalk'"):
        write_action_sheet(tmp_path / "actions.png", ["moonwalk"])
    assert list(tmp_path.iterdir()) == []
