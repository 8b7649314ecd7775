import numpy as np
import pytest

from stickdance.choreography.music.phrases import join_phrases


def joined(letters, timbres=None):
    numbers = [ord(letter) - ord("a") for letter in letters]
    values = np.arange(10.0) if timbres is None else np.asarray(timbres, float)
    timbre = np.array([[values[number], 0.0] for number in numbers])
    bounds, labels = join_phrases(list(range(len(letters) + 1)), numbers, timbre)
    return "".join(chr(ord("A") + label) for label in labels), bounds


def test_a_run_is_cut_into_what_all_runs_have_in_common():
    assert joined("aaaabbaabb", [0, 5]) == ("AABAB", [0, 2, 4, 6, 8, 10])


def test_phrases_that_never_part_and_sound_alike_are_one_section():
    assert joined("abcabd", [0, 0.1, 5, 9]) == ("ABAC", [0, 2, 3, 5, 6])


def test_verse_and_chorus_in_turn_are_not_joined_where_their_sound_differs():
    assert joined("abab", [0, 5]) == ("ABAB", [0, 1, 2, 3, 4])


def test_two_that_only_alternate_are_verse_and_chorus_even_by_the_same_band():
    assert joined("cababd", [0, 0.1, 5, 9]) == ("ABCBCD", [0, 1, 2, 3, 4, 5, 6])


@pytest.mark.parametrize("letters", ["a", "abc", "abac"])
def test_other_sections_stay_as_they_are(letters):
    assert joined(letters, [0, 5, 9]) == (letters.upper(), list(range(len(letters) + 1)))
