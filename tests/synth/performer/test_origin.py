from types import SimpleNamespace

import pytest

from stickdance.synth.performer.origin import origin_of
from stickdance.synth.performer.performer import Performer
from stickdance.tools.make.song_to_video import demo_performer

CARD = "\n".join(
    ["## Footage", f"- anna: the film.mp4: 12 frames, SHA-256 {'ab' * 32}",
     "- consent of the person: Anna: yes"]
)  # fmt: skip


def test_a_training_tells_it():
    training = {"footage": ["cd" * 32], "consent": "Bob:\nyes"}
    origin = origin_of(SimpleNamespace(training=training, card=CARD))
    assert (origin.footage, origin.consent) == (("cd" * 32,), "Bob: yes")
    assert origin.shows_a_person


def test_the_card_of_an_earlier_version_tells_it():
    origin = origin_of(SimpleNamespace(training={}, card=CARD))
    assert (origin.footage, origin.consent) == (("ab" * 32,), "Anna: yes")


def test_where_nothing_is_told_somebody_was_filmed_who_was_not_asked():
    origin = origin_of(SimpleNamespace(training={}, card=""))
    assert (origin.footage, origin.consent, origin.shows_a_person) == ((), "not stated", True)


@pytest.mark.parametrize("consent", ["nobody was filmed", "My drawing. Nobody  was filmed!"])
def test_of_a_drawing_nobody_was_filmed(consent):
    origin = origin_of(SimpleNamespace(training={"footage": [], "consent": consent}, card=""))
    assert not origin.shows_a_person


def test_the_built_in_performer_is_a_drawing():
    origin = origin_of(Performer.load(demo_performer(), "cpu"))
    assert len(origin.footage) == 1
    assert not origin.shows_a_person
