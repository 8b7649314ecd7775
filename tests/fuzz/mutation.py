"""Files changed at random: bytes, values of JSON, arrays of NPZ, words and numbers of text."""

import copy
import io
import json
import random
import struct
import zipfile
from collections.abc import Callable

import numpy as np

NASTY = (
    None,
    True,
    -1,
    0,
    1,
    2**31,
    -(2**63),
    10**19,
    1e308,
    -1e-308,
    1e400,
    "",
    "x",
    "\ud800",
    "\x00",
    "../../x",
    "9" * 30,
    [],
    {},
    [[]],
    [None],
    [1, "a"],
    {"a": 1},
    "true",
    0.5,
    float("nan"),
    [[[[1]]]],
    "é" * 300,
)
TEXTS = (
    b"nan",
    b"inf",
    b"-1",
    b"1e999",
    b"0",
    b"\xff\xfe",
    b"\x00",
    b"9" * 40,
    b"\t",
    b"\r",
    b"\n\n",
    b",",
    b";",
    b"-",
    b"{",
    b"}",
    b"\xef\xbb\xbf",
    "é".encode(),
    b" ",
    b'"',
    b"#",
    b":",
    b"0.0.0",
    b"99999999999",
    b"1e-320",
)
SHAPES = (
    (),
    (0,),
    (1,),
    (2, 3),
    (0, 3),
    (1, 1, 1),
    (7,),
    (3, 2, 2),
    (2, 18, 2),
    (12, 18),
    (12, 18, 3),
)
KINDS = ("<f4", "<f8", "<i8", "|u1", "|b1", "<U3", "<f2", ">f8", "<c16", "<M8[s]", "|S4")
Mutator = Callable[[bytes, random.Random], bytes]


def bytes_changed(data: bytes, chance: random.Random) -> bytes:
    """Flip, set, insert, remove, repeat or cut bytes."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 9))):
        place = chance.randrange(len(out) + 1)
        deed = chance.randrange(7)
        if deed == 0 and out:
            out[min(place, len(out) - 1)] ^= 1 << chance.randrange(8)
        elif deed == 1 and out:
            out[min(place, len(out) - 1)] = chance.choice((0, 255, 127, 128, chance.randrange(256)))
        elif deed == 2:
            out[place:place] = chance.choice(TEXTS)
        elif deed == 3:
            del out[place : place + chance.choice((1, 2, 8, 64))]
        elif deed == 4:
            out[place:place] = out[place : place + chance.choice((1, 4, 50))]
        elif deed == 5:
            out[place : place + 4] = struct.pack("<I", chance.choice((0, 1, 2**31, 2**32 - 1)))
        else:
            del out[place:]
    return bytes(out)


def text_changed(data: bytes, chance: random.Random) -> bytes:
    """Change words and lines; now and then bytes."""
    if chance.random() < 0.3:
        return bytes_changed(data, chance)
    lines = data.split(b"\n")
    for _ in range(chance.choice((1, 1, 2, 5))):
        number = chance.randrange(len(lines))
        words = lines[number].split(b" ") if chance.random() < 0.5 else lines[number].split(b"\t")
        glue = b" " if b" " in lines[number] else b"\t"
        deed = chance.randrange(5)
        if deed == 0:
            words[chance.randrange(len(words))] = chance.choice(TEXTS)
        elif deed == 1:
            words.insert(chance.randrange(len(words) + 1), chance.choice(TEXTS))
        elif deed == 2:
            del words[chance.randrange(len(words))]
        lines[number] = glue.join(words)
        if deed == 3:
            del lines[number]
            lines = lines or [b""]
        elif deed == 4:
            lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
    return b"\n".join(lines)


def json_changed(data: bytes, chance: random.Random) -> bytes:
    """Replace, remove, repeat or swap values of JSON; now and then bytes."""
    try:
        values = json.loads(data)
    except (ValueError, RecursionError):
        return bytes_changed(data, chance)
    if chance.random() < 0.1:
        return bytes_changed(data, chance)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        values = _one_change(values, chance)
    return json.dumps(values).encode()


def _one_change(values: object, chance: random.Random) -> object:
    holder = {"": values}
    places = list(_places(holder))
    where, key = places[int(len(places) * chance.random() ** chance.choice((1, 3)))]
    deed = chance.randrange(8)
    if deed < 4:
        where[key] = copy.deepcopy(chance.choice(NASTY))
    elif deed == 4 and where is not holder:
        del where[key]
    elif deed == 5 and isinstance(where, list):
        where.insert(key, copy.deepcopy(where[key]))
    elif deed == 6:
        other, name = chance.choice(places)
        where[key] = copy.deepcopy(other[name])
    elif isinstance(where[key], int | float) and not isinstance(where[key], bool):
        where[key] = chance.choice((-where[key], where[key] * 10**9, where[key] + 0.5, 1 / 3))
    return holder.get("")


def _places(value: object):
    if isinstance(value, dict):
        for key in value:
            yield value, key
            yield from _places(value[key])
    elif isinstance(value, list):
        for key in range(len(value)):
            yield value, key
            if key < 40:
                yield from _places(value[key])


def npz_changed(data: bytes, chance: random.Random) -> bytes:
    """Replace, reshape, remove or rename arrays; now and then bytes."""
    if chance.random() < 0.25:
        return bytes_changed(data, chance)
    try:
        with np.load(io.BytesIO(data)) as file:
            arrays = {name: file[name] for name in file.files}
    except Exception:
        return bytes_changed(data, chance)
    for _ in range(chance.choice((1, 1, 2))):
        if not arrays:
            break
        _change_array(arrays, chance.choice(sorted(arrays)), chance)
    target = io.BytesIO()
    (np.savez if chance.random() < 0.5 else np.savez_compressed)(target, **arrays)
    return target.getvalue()


def _change_array(arrays: dict, name: str, chance: random.Random) -> None:
    array = arrays[name]
    deed = chance.randrange(7)
    if deed == 0:
        del arrays[name]
    elif deed == 1:
        arrays[chance.choice(("x", "a/b", name + "2", "../out"))] = arrays.pop(name)
    elif deed == 2:
        arrays[name] = np.zeros(chance.choice(SHAPES), chance.choice(KINDS))
    elif deed == 3 and array.dtype.kind in "fiu" and array.size:
        changed = np.array(array, order="C")
        flat = changed.reshape(-1)
        with np.errstate(all="ignore"):
            value = chance.choice((np.nan, np.inf, -1.0, 1e30, 0.0))
            flat[chance.randrange(flat.size)] = value if array.dtype.kind == "f" else 255
        arrays[name] = changed
    elif deed == 4 and array.ndim:
        arrays[name] = array[: chance.randrange(len(array) + 1)]
    elif deed == 5:
        arrays[name] = array[None]
    else:
        with np.errstate(all="ignore"):
            arrays[name] = np.asarray(chance.choice((np.nan, -1, 0, 10**18, "x", True)))


def zip_changed(data: bytes, chance: random.Random) -> bytes:
    """Change the members of a ZIP, JSON as JSON; now and then bytes."""
    if chance.random() < 0.3:
        return bytes_changed(data, chance)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except Exception:
        return bytes_changed(data, chance)
    if not members:
        return bytes_changed(data, chance)
    name = chance.choice(sorted(members))
    if chance.random() < 0.2:
        members[chance.choice(("../x", "/x", "a\\b", "files/../../x"))] = members.pop(name)
    else:
        members[name] = json_changed(members[name], chance)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def safetensors_changed(data: bytes, chance: random.Random) -> bytes:
    """Change the JSON in the header and its length; now and then bytes."""
    length = int.from_bytes(data[:8], "little") if len(data) > 8 else 0
    if chance.random() < 0.4 or not 0 < length < len(data):
        return bytes_changed(data, chance)
    head = json_changed(data[8 : 8 + length], chance)
    told = len(head) if chance.random() < 0.8 else chance.choice((0, 1, 2**40, 2**63, len(data)))
    return told.to_bytes(8, "little", signed=False) + head + data[8 + length :]
