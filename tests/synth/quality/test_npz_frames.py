import tracemalloc

import numpy as np
import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.synth.quality.npz_frames import npz_frames, npz_shape


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_frames_come_back_one_by_one(tmp_path, save, noise_frames):
    frames = np.stack(noise_frames(1))
    save(tmp_path / "a.npz", frames=frames, other=np.zeros(3))
    assert npz_shape(tmp_path / "a.npz") == (5, 48, 64)
    assert (np.stack(list(npz_frames(tmp_path / "a.npz"))) == frames).all()


def test_a_single_array_may_have_any_name(tmp_path, noise_frames):
    np.savez(tmp_path / "a.npz", video=np.stack(noise_frames(1)))
    assert len(list(npz_frames(tmp_path / "a.npz"))) == 5


def test_a_long_array_needs_the_memory_of_a_frame(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", frames=np.zeros((400, 100, 100, 3), np.uint8))
    tracemalloc.start()
    assert sum(1 for _ in npz_frames(tmp_path / "a.npz")) == 400
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000  # the array has 12 MB


def test_other_arrays_and_files_are_refused_in_one_line(tmp_path):
    whole = np.zeros((4, 8, 8, 3), np.uint8)
    cases = {
        "float": {"frames": whole.astype(np.float32)},
        "grey": {"frames": whole[..., 0]},
        "columns": {"frames": np.asfortranarray(whole + np.arange(3, dtype=np.uint8))},
        "two": {"a": whole, "b": whole},
        "objects": {"frames": np.array([{"a": 1}], object)},
        "none": {"frames": whole[:0]},
        "large": {"frames": np.zeros((1, 1, 8193, 3), np.uint8)},
    }
    for name, arrays in cases.items():
        np.savez(tmp_path / f"{name}.npz", **arrays)
    (tmp_path / "text.npz").write_text("not an archive")
    for path in (*tmp_path.iterdir(), tmp_path / "absent.npz"):
        with pytest.raises(BadInput) as caught:
            npz_shape(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_file_cut_short_or_damaged_is_refused(tmp_path, noise_frames):
    np.savez(tmp_path / "whole.npz", frames=np.stack(noise_frames(1)))
    whole = bytearray((tmp_path / "whole.npz").read_bytes())
    (tmp_path / "cut.npz").write_bytes(whole[: len(whole) // 2])
    whole[len(whole) // 2] ^= 255
    (tmp_path / "changed.npz").write_bytes(whole)
    for name in ("cut", "changed"):
        with pytest.raises(BadInput, match=name):
            list(npz_frames(tmp_path / f"{name}.npz"))
