import numpy as np
import pytest

from stickdance.synth.marking.code import BYTES, LENGTH, decoded, encoded

MESSAGE = bytes([0, 255, 127, 128, 1, 86])


def test_what_was_encoded_is_decoded_and_sure():
    told = decoded(encoded(MESSAGE))
    assert told.message == MESSAGE
    assert told.sureness == pytest.approx(1)


def test_messages_of_one_other_bit_differ_in_at_least_sixty_signs():
    one = encoded(MESSAGE)
    for bit in range(8 * BYTES):
        other = bytearray(MESSAGE)
        other[bit // 8] ^= 1 << bit % 8
        assert int((encoded(bytes(other)) != one).sum()) >= 60


def test_thirty_percent_of_wrong_signs_are_mended():
    signs = encoded(MESSAGE).reshape(-1)
    wrong = np.random.default_rng(0).choice(signs.size, signs.size * 3 // 10, replace=False)
    signs[wrong] *= -1
    assert decoded(signs.reshape(BYTES, LENGTH)).message == MESSAGE


def test_messages_in_noise_are_right_as_often_as_they_are_said_to_be():
    """At an energy of 2 dB a bit above that of the noise, half of which the usual codes need."""
    random, right, said = np.random.default_rng(1), [], []
    for _ in range(60):
        message = random.bytes(BYTES)
        told = decoded(0.45 * encoded(message) + random.normal(size=(BYTES, LENGTH)))
        right.append(told.message == message)
        said.append(told.sureness)
    assert np.mean(right) > 0.85
    assert np.mean(right) == pytest.approx(np.mean(said), abs=0.1)


def test_noise_is_read_as_something_and_never_sure():
    random = np.random.default_rng(0)
    assert max(decoded(random.normal(size=(BYTES, LENGTH))).sureness for _ in range(50)) < 0.9
    assert decoded(np.zeros((BYTES, LENGTH))).sureness < 0.9
