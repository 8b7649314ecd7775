import numpy as np
import pytest

from stickdance.synth.marking.code import BYTES, LENGTH, decoded, encoded

MESSAGE = bytes([0, 255, 127, 128, 1, 86])


def test_what_was_encoded_is_decoded_and_sure():
    told = decoded(encoded(MESSAGE))
    assert told.message == MESSAGE
    assert told.sureness == pytest.approx(1)


def test_words_of_two_bytes_differ_in_half_of_their_signs_or_in_all():
    one = encoded(bytes([5] * BYTES))
    differ = {int((encoded(bytes([b] * BYTES))[0] != one[0]).sum()) for b in range(256) if b != 5}
    assert differ == {LENGTH // 2, LENGTH}


def test_thirty_one_wrong_signs_in_each_byte_are_mended():
    signs = encoded(MESSAGE)
    for row in signs:
        row[np.random.default_rng(0).choice(LENGTH, 31, replace=False)] *= -1
    assert decoded(signs).message == MESSAGE


def test_noise_is_read_as_something_and_never_sure():
    random = np.random.default_rng(0)
    assert max(decoded(random.normal(size=(BYTES, LENGTH))).sureness for _ in range(50)) < 0.9
    assert decoded(np.zeros((BYTES, LENGTH))).sureness < 0.9
