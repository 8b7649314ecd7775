import shutil
from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.matting.cast_shadow import WEIGHTS, CastShadow
from stickdance.capture.media.framing import Framing
from stickdance.capture.take.room import RoomLight
from stickdance.capture.take.splitting import SplitOptions, split_take
from stickdance.capture.take.take import Take
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.manifest import MANIFEST, write_manifest


@pytest.fixture
def kept():
    weights = np.full(WEIGHTS, -0.01, np.float32)
    shadow = CastShadow(weights, np.array([1.1, 1.0, 0.9], np.float32), 0.7)
    light = np.linspace(0.9, 1.1, 15, dtype=np.float32).reshape(5, 3)
    return RoomLight(shadow, light, np.full((6, 8), 2.5, np.float16))


def test_a_room_that_is_read_again_is_the_same(kept, tmp_path):
    again = RoomLight.load(kept.save(tmp_path / "room.npz"), 5, (8, 6))
    np.testing.assert_array_equal(again.light, kept.light)
    np.testing.assert_array_equal(again.spread, kept.spread)
    np.testing.assert_array_equal(again.shadow.weights, kept.shadow.weights)
    assert again.shadow.tall == kept.shadow.tall
    bare = replace(kept, shadow=None).save(tmp_path / "bare.npz")
    assert RoomLight.load(bare, 5, (8, 6)).shadow is None


def test_a_room_of_another_take_or_of_nonsense_is_refused(kept, tmp_path):
    path = kept.save(tmp_path / "room.npz")
    for frames, size in ((6, (8, 6)), (5, (6, 8))):
        with pytest.raises(BadInput, match=r"room.npz: does not fit"):
            RoomLight.load(path, frames, size)
    replace(kept, light=kept.light * np.nan).save(path)
    with pytest.raises(BadInput, match=r"room.npz"):
        RoomLight.load(path, 5, (8, 6))
    replace(kept, shadow=replace(kept.shadow, tall=-1.0)).save(path)
    with pytest.raises(BadInput, match=r"room.npz"):
        RoomLight.load(path, 5, (8, 6))
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(BadInput, match=r"room.npz"):
        RoomLight.load(path, 5, (8, 6))


@pytest.mark.filterwarnings("error")
def test_a_room_with_a_number_beyond_all_measure_is_refused_without_another_word(kept, tmp_path):
    path = kept.save(tmp_path / "room.npz")
    with np.load(path) as values:
        np.savez(path, **{**values, "spread": np.full((6, 8), 1e9)})
    with pytest.raises(BadInput, match="overflow"):
        RoomLight.load(path, 5, (8, 6))


def test_a_take_of_an_earlier_version_has_no_shadow_and_even_light(take, tmp_path):
    folder = shutil.copytree(take.path, tmp_path / "older")
    (folder / "room.npz").unlink()
    (folder / MANIFEST).unlink()
    write_manifest(folder, "take", {})
    older = Take.load(folder)
    assert older.room is None
    assert older.shadow is None
    matte = next(iter(take.mattes()))
    assert older.behind(0, matte, take.plate, Framing(take.size)) is take.plate
    assert older.as_filmed(take.plate, 0) is take.plate


def test_the_room_behind_a_frame_has_its_shadow_and_light(take):
    weights = np.full(WEIGHTS, -0.02, np.float32)
    shadow = CastShadow(weights, np.ones(3, np.float32), 0.6)
    light = np.full((take.frame_count, 3), 1.1, np.float32)
    lit = replace(take, room=replace(take.room, shadow=shadow, light=light))
    matte = next(iter(take.mattes()))
    expected = (take.plate * shadow.light_left(matte) * 1.1).clip(0, 255)
    found = lit.behind(0, matte, take.plate, Framing(take.size))
    np.testing.assert_allclose(found, expected, atol=0.6)
    np.testing.assert_allclose(
        lit.as_filmed(take.plate, 0), (take.plate * 1.1).clip(0, 255), atol=0.6
    )


def test_a_part_of_a_take_keeps_its_frames_light(take, tmp_path):
    _, second = split_take(take, tmp_path / "parts", SplitOptions(at=(1.2,)))
    np.testing.assert_array_equal(second.room.light, take.room.light[30:])
