import io
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.npz_reader import opened_npz, read_npy, read_npz

ARRAYS = {
    "a": np.arange(12.0).reshape(3, 4),
    "b": np.asfortranarray(np.arange(6, dtype=np.int16).reshape(2, 3)),
    "name": np.array("anna"),
    "none": np.zeros((0, 3)),
}


def npy(claim: str, data: bytes = b"") -> bytes:
    """Return an NPY file with whatever header."""
    header = claim.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


def archive(path, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as opened:
        for name, data in members.items():
            opened.writestr(f"{name}.npy", data)
    return path


def claim(shape: str, kind: str = "<f4") -> str:
    return f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}}}"


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_what_numpy_writes_is_read_as_numpy_reads_it(tmp_path, save):
    save(tmp_path / "a.npz", **ARRAYS)
    read = read_npz(tmp_path / "a.npz", "arrays", wanted=tuple(ARRAYS))
    for name, array in ARRAYS.items():
        assert read[name].dtype == array.dtype
        np.testing.assert_array_equal(read[name], array)
    np.save(tmp_path / "a.npy", ARRAYS["b"])
    np.testing.assert_array_equal(read_npy(tmp_path / "a.npy", "an array"), ARRAYS["b"])


@pytest.mark.parametrize(
    ("member", "told"),
    [
        (npy(claim("(600000000, 18, 2)"), b"\0" * 64), "claims .600000000, 18, 2. values"),
        (npy(claim("(-1, 2)"), b"\0" * 64), "has the shape"),
        (npy(claim(f"(0, {2**62})")), "has the shape"),
        (npy(claim("(1,) * 9")), "cannot be read"),
        (npy(claim("(2,)"), b"\0" * 12), "the archive"),
        (npy(claim("(", "<f4")), "cannot be read"),
        (npy("{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,)}", b"\0" * 4), "exp"),
        (npy(claim("(1,)", "|O"), b"\0" * 8), "holds Python objects, which are never read"),
        (npy(claim("(1,)", "<c8"), b"\0" * 8), "an array of complex64, expected numbers"),
        (b"\x93NUMPY\x02\x00" + struct.pack("<I", 1 << 31) + b"{" * 99, "a header of 2147483648"),
        (b"\x93NUMPY\x03\x00" + struct.pack("<I", 9) + b"{" * 99, r"format \(3, 0\)"),
        (b"nothing", "cannot be read"),
        (b"", "cannot be read"),
    ],
)
def test_an_array_that_lies_is_refused_before_it_is_allocated(tmp_path, member, told):
    path = archive(tmp_path / "a.npz", {"a": member})
    tracemalloc.start()
    with pytest.raises(BadInput, match=told) as caught:
        read_npz(path, "arrays", wanted=("a",))
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
    assert "\n" not in str(caught.value)
    (tmp_path / "a.npy").write_bytes(member)
    with pytest.raises(BadInput):
        read_npy(tmp_path / "a.npy", "an array")


def changed(data: bytes, offset: int, value: bytes) -> bytes:
    """Return a ZIP of one member with two bytes changed in its directory and its local header."""
    directory = data.index(b"PK\x01\x02")
    data = data[: directory + offset] + value + data[directory + offset + len(value) :]
    local = offset - 2
    return data[:local] + value + data[local + len(value) :]


@pytest.mark.parametrize(
    ("offset", "value", "told"),
    [(8, b"\x01\x00", "is encrypted"), (10, b"\x63\x00", "packed by method 99, expected deflate")],
)
def test_what_is_encrypted_or_packed_otherwise_is_refused(tmp_path, offset, value, told):
    buffer = io.BytesIO()
    np.savez_compressed(buffer, a=ARRAYS["a"])
    (tmp_path / "a.npz").write_bytes(changed(buffer.getvalue(), offset, value))
    with pytest.raises(BadInput, match=told):
        read_npz(tmp_path / "a.npz", "arrays", wanted=("a",))


@pytest.mark.parametrize("place", [0.2, 0.5, 0.7, 0.95])
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_an_archive_that_was_cut_or_changed_is_refused(tmp_path, place, save):
    buffer = io.BytesIO()
    save(buffer, a=np.random.default_rng(0).random((50, 50)))
    data = buffer.getvalue()
    at = int(place * len(data))
    (tmp_path / "a.npz").write_bytes(data[:at])
    with pytest.raises(BadInput, match="cannot be read as arrays"):
        read_npz(tmp_path / "a.npz", "arrays", wanted=("a",))
    (tmp_path / "b.npz").write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
    try:  # a byte of a time stamp may change unnoticed: then all values are right
        read = read_npz(tmp_path / "b.npz", "arrays", wanted=("a",))["a"]
    except BadInput:
        return
    np.testing.assert_array_equal(read, np.random.default_rng(0).random((50, 50)))


def test_too_many_members_two_of_one_name_and_too_many_bytes(tmp_path):
    whole = npy(claim("(1,)"), b"\0" * 4)
    many = archive(tmp_path / "many.npz", {f"a{number}": whole for number in range(300)})
    with pytest.raises(BadInput, match="it has 300 members"):
        read_npz(many, "arrays", wanted=("a1",))
    large = archive(tmp_path / "large.npz", {"a": npy(claim("(3000000,)"), b"\0" * 12_000_000)})
    with pytest.raises(BadInput, match="unpacks to 11 MiB, at most 1 MiB"):
        read_npz(large, "arrays", wanted=("a",), largest=1 << 20)


def test_arrays_that_are_not_wanted_are_not_unpacked(tmp_path):
    whole = npy(claim("(1,)"), b"\0" * 4)
    path = archive(tmp_path / "a.npz", {"a": whole, "evil": npy(claim("(1,)", "|O"), b"")})
    assert read_npz(path, "arrays", wanted=("a",), optional=("b",)).keys() == {"a"}
    with pytest.raises(BadInput, match="lacks b; expected arrays"):
        read_npz(path, "arrays", wanted=("a", "b"))


def test_values_are_streamed(tmp_path):
    np.savez(tmp_path / "a.npz", a=ARRAYS["a"])
    with (
        opened_npz(tmp_path / "a.npz", "arrays") as opened,
        opened.stream("a") as (file, header),
    ):
        assert header.shape == (3, 4)
        assert np.frombuffer(file.read(8 * 4), float).tolist() == [0, 1, 2, 3]
