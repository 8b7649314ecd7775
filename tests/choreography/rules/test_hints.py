import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.actions.catalog import ACTIONS
from stickdance.choreography.music.structure import Section
from stickdance.choreography.rules.hints import check_places, hint_for, read_hint, traits_of

SONG = (
    Section("A", 0, 10, False), Section("B", 10, 20, True), Section("A", 20, 30, False),
    Section("B", 30, 40, True), Section("C", 40, 44, False),
)  # fmt: skip


def test_a_level_belongs_to_the_limb_beside_it():
    assert read_hint("arms high in the chorus").wanted == {"arms": 1.0, "hands": 1.0}
    assert read_hint("low hips").wanted == {"level": -1.0, "hips": 1.0}
    assert read_hint("high legs").wanted == {"legs": 1.0, "kicks": 1.0}


def test_words_of_strength_and_energy_itself_add_up():
    assert read_hint("calm in section b").energy == pytest.approx(-0.3)
    assert read_hint("wild, with high energy").energy == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("text", "label", "counts"),
    [
        ("jumps in the chorus", "B", True),
        ("jumps in the chorus", "A", False),
        ("jumps in the verse", "A", True),
        ("jumps in section C", "C", True),
        ("jumps in the ending", "C", True),
        ("jumps in the intro", "A", True),
        ("jumps", "B", True),
    ],
)
def test_a_hint_counts_in_the_sections_that_it_names(text, label, counts):
    assert bool(hint_for(label, [text], SONG).wanted) == counts


def test_a_piece_of_a_section_is_of_that_section():
    pieces = (Section("B~1.0", 0, 5, True), Section("B~1.1", 5, 10, True))
    assert hint_for("B~1.1", ["jumps in section B"], pieces).wanted == {"hops": 1.0}


def test_an_unknown_word_is_named_with_the_one_that_was_meant():
    with pytest.raises(BadInput, match=r"unknown word 'chrous' \(did you mean 'chorus'\?\); known"):
        read_hint("arms high in the chrous")
    with pytest.raises(BadInput, match=r"unknown word 'elbows'; known: arms, arm, hands"):
        read_hint("more elbows")


def test_a_hint_without_a_wish_or_about_no_section_is_refused():
    with pytest.raises(BadInput, match="says nothing to dance"):
        read_hint("in the chorus")
    with pytest.raises(BadInput, match="the song has no X; its sections are A, B, C"):
        check_places(["jumps in section X"], SONG)


def test_what_an_action_does_is_measured_on_its_poses():
    jack, squat, kick = (traits_of(ACTIONS[name])
                         for name in ("jumping_jack", "squat_drop", "side_kick"))  # fmt: skip
    assert jack["hops"] > 0.5 and squat["level"] < jack["level"] and kick["kicks"] > squat["kicks"]
    assert (
        traits_of(ACTIONS["raise_the_roof"])["hands"] > 0.5 > traits_of(ACTIONS["mambo"])["hands"]
    )
