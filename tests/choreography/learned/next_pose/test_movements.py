import shutil

import numpy as np
import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.learned.next_pose.movements import gather, read_one
from stickdance.choreography.movement.options import PrepareOptions
from stickdance.choreography.movement.prepare import prepare_movements


def test_the_end_of_every_movement_is_held_out(bvh):
    gathered = gather([bvh.parent], 25.0, 3, held_out=0.25)
    assert [(part.movement.name, len(part.movement), part.split) for part in gathered.parts] == [
        ("swinging", 200, 150)
    ]


def test_folders_train_and_test_are_the_split(bvh, tmp_path):
    for part in ("train", "test"):
        (tmp_path / "split" / part).mkdir(parents=True)
        shutil.copy(bvh, tmp_path / "split" / part)
    gathered = gather([tmp_path / "split"], 25.0, 3, held_out=0.25)
    assert [part.split for part in gathered.parts] == [200, 0]


def test_a_file_its_folder_and_its_table_are_the_same_movement(bvh, tmp_path):
    prepare_movements(
        bvh.parent, tmp_path / "prepared", PrepareOptions(fps=25.0, without_sound=True)
    )
    found = [
        gather([path], 25.0, 3, 0.2).parts[0].movement.points
        for path in (bvh, bvh.parent, tmp_path / "prepared")
    ]
    np.testing.assert_allclose(found[0], found[1])
    np.testing.assert_allclose(found[0], found[2], atol=1e-6)


def test_movements_come_at_one_frame_rate(bvh):
    assert len(gather([bvh], 50.0, 3, 0.2).parts[0].movement) == 399


def test_what_cannot_be_read_is_named_and_left_out(bvh):
    (bvh.parent / "broken.bvh").write_text("HIERARCHY\nnothing")
    gathered = gather([bvh.parent], 25.0, 3, 0.2)
    assert len(gathered.parts) == 1
    assert "broken.bvh" in gathered.refused[0]


def test_a_path_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"nowhere: no such file"):
        gather([tmp_path / "nowhere"], 25.0, 3, 0.2)


def test_a_table_of_other_dimensions_is_refused(bvh, tmp_path):
    prepare_movements(
        bvh.parent, tmp_path / "prepared", PrepareOptions(fps=25.0, without_sound=True)
    )
    with pytest.raises(BadInput, match="has 3 dimensions, expected 2; add --axes 3"):
        gather([tmp_path / "prepared"], 25.0, 2, 0.2)


def test_one_movement_that_cannot_be_read_says_why(tmp_path):
    (tmp_path / "broken.bvh").write_text("HIERARCHY\nnothing")
    with pytest.raises(BadInput, match=r"broken\.bvh"):
        read_one(tmp_path / "broken.bvh", 25.0, 3)
