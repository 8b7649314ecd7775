import pytest
import torch

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.tensors import check_header, read_shapes, read_tensors, write_tensors


@pytest.fixture
def path(tmp_path):
    write_tensors(tmp_path / "a.safetensors", {"x": torch.ones(4)}, {"step": 3})
    return tmp_path / "a.safetensors"


def test_tensors_and_facts_come_back(path):
    tensors, about = read_tensors(path)
    assert torch.equal(tensors["x"], torch.ones(4))
    assert about == {"step": 3}
    assert read_shapes(path) == {"x": (4,)}


def test_the_same_tensors_make_the_same_bytes(path, tmp_path):
    write_tensors(tmp_path / "b.safetensors", {"x": torch.ones(4)}, {"step": 3})
    assert path.read_bytes() == (tmp_path / "b.safetensors").read_bytes()


def test_every_way_of_cutting_a_file_short_is_found(path):
    data = path.read_bytes()
    for length in range(len(data)):
        path.write_bytes(data[:length])
        with pytest.raises(BadInput, match=r"a\.safetensors"):
            read_tensors(path)


def test_bytes_too_many_are_found(path):
    path.write_bytes(path.read_bytes() + b"more")
    with pytest.raises(BadInput):
        read_tensors(path)


def test_a_header_that_claims_gigabytes_is_refused_before_it_is_read(path):
    path.write_bytes((1 << 40).to_bytes(8, "little") + b"{}")
    with pytest.raises(BadInput, match="no safetensors file"):
        check_header(path)


def test_a_folder_and_nothing_at_all_are_refused(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        read_tensors(tmp_path)
    with pytest.raises(BadInput, match="is missing"):
        read_tensors(tmp_path / "none")
