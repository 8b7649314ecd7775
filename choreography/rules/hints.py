"""Words about a section of a song -> what the rules lean to: "arms high in the chorus".

A hint names what is to be danced, and where: in the chorus, the verse (all else), the intro (the
first section), the ending (the last one) or sections by their label ("section B"); one that names
no place holds for the whole song. Its words are those of TOPICS, LEVELS (of the arms or legs
beside them, else of the body) and ENERGIES. Words that only join them are passed over; any other
word is refused, for a hint that is half understood is danced wrongly.

What an action does is measured on its poses: how high its hands are, how deep it goes, whether it
leaves the ground; nobody has to write it down for each of them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.suggestions import did_you_mean
from stickdance.choreography.actions.action import Action
from stickdance.choreography.body.pose_channels import DIRECTIONS, FEET, INDEX
from stickdance.choreography.music.structure import Section

TOPICS: Mapping[str, str] = {
    "arms": "arms", "arm": "arms", "hands": "arms", "hips": "hips", "hip": "hips",
    "legs": "legs", "feet": "legs", "footwork": "legs", "body": "whole",
    "steps": "travel", "travelling": "travel", "place": "place",
    "turns": "turns", "spins": "turns", "jumps": "hops", "hops": "hops", "kicks": "kicks",
}  # fmt: skip
"""Words for what is to be danced -> what it is called here."""
LEVELS: Mapping[str, float] = {"high": 1.0, "up": 1.0, "low": -1.0, "down": -1.0, "deep": -1.0}
ENERGIES: Mapping[str, float] = {
    "calm": -1.0, "soft": -1.0, "gentle": -1.0, "slow": -1.0,
    "wild": 1.0, "strong": 1.0, "big": 1.0, "lively": 1.0, "fast": 1.0,
}  # fmt: skip
PLACES = ("chorus", "verse", "intro", "ending")
_JOINING = frozenset(
    (
        "in",
        "the",
        "a",
        "an",
        "and",
        "with",
        "at",
        "on",
        "for",
        "of",
        "more",
        "very",
        "energy",
        "section",
    )
)
_OF_SECTION = "section"
_STRONGEST = 0.3  # of energy that one word asks for
_WANTED = 1.6  # gained by an action that does all of what is asked for
_PHASES = 16  # moments of an action that are looked at
_WORD = re.compile(r"[\w'-]+")


@dataclass(frozen=True)
class Hint:
    """What is wanted, and where."""

    places: tuple[str, ...] = ()
    """Of PLACES, or labels; none: everywhere."""
    energy: float = 0.0
    """Added to the energy that the music asks for."""
    wanted: Mapping[str, float] = field(default_factory=dict)
    """Traits of actions (`traits_of`) -> 1 wanted, -1 the contrary."""

    def holds_in(self, number: int, sections: Sequence[Section]) -> bool:
        """Tell whether it is about a section, by its number from 0."""
        section, last = sections[number], len(sections) - 1
        named = {
            "chorus": section.chorus, "verse": not section.chorus, "intro": number == 0,
            "ending": number == last, section.label.partition(PIECE)[0]: True,
        }  # fmt: skip
        return not self.places or any(named.get(place, False) for place in self.places)

    def suits(self, action: Action) -> float:
        """Return what an action gains by it."""
        traits = traits_of(action)
        return _WANTED * sum(by * traits[name] for name, by in self.wanted.items())


NO_HINT = Hint()
PIECE = "~"
"""Between a section's label and the number of a piece of it: "B~2" is a part of B."""


def read_hint(text: str) -> Hint:
    """Return what a text says.

    Raises:
        BadInput: a word of it is not known, or it asks for nothing.
    """
    words = _WORD.findall(text)
    places, energy, wanted = [], 0.0, dict[str, float]()
    for number, spelt in enumerate(words):
        word = spelt.lower()
        if word in PLACES:
            places.append(word)
        elif _is_label(words, number):
            places.append(spelt.upper())
        elif word in LEVELS:
            energy += _level(words, number, wanted)
        elif word in ENERGIES:
            energy += _STRONGEST * ENERGIES[word]
        elif word in TOPICS:
            wanted.setdefault(TOPICS[word], 1.0)
        elif word not in _JOINING:
            raise BadInput(_unknown(text, spelt))
    if not energy and not wanted:
        raise BadInput(f"--hint {text!r:.80}: says nothing to dance; known: {_known()}")
    return Hint(tuple(places), energy, wanted)


def check_places(texts: Iterable[str], sections: Sequence[Section]) -> None:
    """Refuse hints about sections that a song has not.

    Raises:
        BadInput: the message names those that it has.
    """
    labels = list(dict.fromkeys(section.label for section in sections))
    for text in texts:
        hint = read_hint(text)
        if not any(hint.holds_in(number, sections) for number in range(len(sections))):
            raise BadInput(
                f"--hint {text!r:.80}: the song has no {' or '.join(hint.places)}; its sections "
                f"are {', '.join(labels)}"
            )


def hint_for(label: str, texts: Iterable[str], sections: Sequence[Section]) -> Hint:
    """Return all that hints say about a label's sections, in one."""
    places = [number for number, section in enumerate(sections) if section.label == label]
    energy, wanted = 0.0, dict[str, float]()
    for hint in map(read_hint, texts):
        if any(hint.holds_in(number, sections) for number in places):
            energy += hint.energy
            wanted |= hint.wanted
    return Hint((label,), energy, wanted)


def sections_hinted(texts: Iterable[str], sections: Sequence[Section]) -> frozenset[int]:
    """Return the sections, by number, that hints are about: with one of a label, all of it.

    Raises:
        BadInput: a hint is about none, or has words that are not known.
    """
    texts = tuple(texts)
    check_places(texts, sections)
    hints = [read_hint(text) for text in texts]
    labels = {
        section.label
        for number, section in enumerate(sections)
        if any(hint.holds_in(number, sections) for hint in hints)
    }
    return frozenset(n for n, section in enumerate(sections) if section.label in labels)


@cache
def traits_of(action: Action) -> Mapping[str, float]:
    """Return how much an action is of each kind, 0..1; hands and level from -1 (low) to 1."""
    values = action.poses(np.linspace(0, 1, _PHASES, endpoint=False))
    hands = max(
        float(np.mean([values[:, DIRECTIONS[side, limb].start + 1] for limb in ("upper", "fore")]))
        for side in ("left", "right")
    )
    feet = max(float(values[:, place.start + 1].max()) for place in FEET.values())
    off, deep = float(values[:, INDEX["air"]].max()), float(values[:, INDEX["lower"]].max())
    led = {source: float(action.source == source) for source in ("arms", "hips", "legs", "whole")}
    return led | {
        "hands": float(np.clip(hands, -1, 1)),
        "kicks": min(feet / _HIGH_FOOT, 1.0),
        "hops": min(off / _HIGH_HOP, 1.0),
        "level": min(off / _HIGH_HOP, 1.0) - min(deep / _DEEP, 1.0),
        "turns": float(np.ptp(values[:, INDEX["turn"]]) >= _TURN),
        "travel": float(action.moves_feet),
        "place": float(not action.moves_feet),
    }


_HIGH_FOOT, _HIGH_HOP, _DEEP = (
    0.25,
    0.06,
    0.2,
)  # body heights that count as all of a kick, hop, squat
_TURN = 60.0  # degrees


def _level(words: Sequence[str], number: int, wanted: dict[str, float]) -> float:
    """Add what is to be high or low to `wanted`; return the energy that is meant, if that is."""
    level = LEVELS[words[number].lower()]
    for beside in (number - 1, number + 1):
        other = words[beside].lower() if 0 <= beside < len(words) else ""
        if other == "energy":
            return _STRONGEST * level
        if TOPICS.get(other) == "arms":
            wanted["hands"] = level
            return 0.0
        if TOPICS.get(other) == "legs" and level > 0:
            wanted["kicks"] = level
            return 0.0
    wanted["level"] = level
    return 0.0


def _is_label(words: Sequence[str], number: int) -> bool:
    """Tell whether a word is a section's label: "B", or whatever follows "section"."""
    before = words[number - 1].lower() if number else ""
    one = words[number]
    return before == _OF_SECTION or (one.isupper() and len(one) <= 2 and one not in ("A", "I"))


def _unknown(text: str, word: str) -> str:
    near = did_you_mean(word, [*PLACES, *TOPICS, *LEVELS, *ENERGIES])
    return f"--hint {text!r:.80}: unknown word {word!r:.40}{near}; known: {_known()}"


def _known() -> str:
    topics = [*TOPICS, *LEVELS, *ENERGIES, "high energy", "low energy"]
    return f"{', '.join(topics)}; in the {', '.join(PLACES)}, or in section B"
