from dataclasses import replace

import pytest
import torch

from stickdance.checkpoints.errors import ChangedOptions
from stickdance.checkpoints.state import save_state
from stickdance.tools.make.earlier import check_size_kept
from stickdance.tools.make.options import MakeOptions


@pytest.fixture
def begun(tmp_path):
    """Return where a job lies whose network paints 256x128."""
    folder = tmp_path / "performer.training"
    folder.mkdir()
    save_state(folder, {"weight": torch.zeros(1)}, {"identity": {"size": [256, 128]}})
    return tmp_path / "take", tmp_path / "performer", tmp_path / "anna.mp4"


def test_the_same_size_is_carried_on(begun):
    check_size_kept(*begun, MakeOptions(size=(256, 128)))


def test_another_size_is_told_at_once_in_words_of_flags(begun):
    with pytest.raises(
        ChangedOptions, match=r"--size 512x256: anna\.mp4 was begun .* 256x128"
    ) as e:
        check_size_kept(*begun, MakeOptions(size=(512, 256)))
    assert "performer.training" not in str(e.value)


def test_training_afresh_may_have_any_size(begun):
    options = MakeOptions(size=(512, 256))
    afresh = replace(options.training, afresh=True)
    check_size_kept(*begun, replace(options, training=afresh))


def test_nothing_is_known_before_the_first_capture(begun):
    check_size_kept(*begun, MakeOptions())
