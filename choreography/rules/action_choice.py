"""Which action suits the music: one choice after another, remembering what was danced."""

from collections.abc import Mapping, Sequence

import numpy as np

from stickdance.choreography.actions.action import Action
from stickdance.choreography.actions.catalog import STANDARD, Repertoire
from stickdance.choreography.actions.size import picture_size
from stickdance.choreography.plan.styles import Taste
from stickdance.choreography.rules.hints import NO_HINT

_PACES = (1, 2, 4)
_STRANGE = 2.5  # what an action loses whose poses were never seen of the target
_SAME_SOURCE, _STANDING = 0.35, 0.4  # lost after one of the same source, or with feet still too
_MISFIT = 4.0  # lost where its counts do not fit the bars: threes in four, fours in three
_TIRED = 6.0  # sizes that a large action is worth less for every energy that it lacks
_AGAIN = 0.8  # lost for every time that it was danced
_REMEMBERED = 14  # actions that are not danced again so soon


class Chooser:
    """Chooses one action after another and remembers what was danced."""

    def __init__(
        self,
        tempo: float,
        taste: Taste,
        familiarity: Mapping[str, float] | None = None,
        repertoire: Repertoire = STANDARD,
    ) -> None:
        self.tempo = tempo
        self._style = taste.chosen_style
        self.beats_per_step = self._style.beats_per_step
        self._tired_of = frozenset(taste.tired_of)
        self._random = np.random.default_rng(taste.seed)
        self._recent: list[str] = []
        self._used: dict[str, int] = {}
        self._last: Action | None = None
        self._familiarity = familiarity or {}
        danced = repertoire.danced.values()
        self._actions = [a for a in danced if taste.full_turns or not a.shows_back]
        self.actions = repertoire.actions
        """All that steps may name."""
        self.hint = NO_HINT
        """What a person asks of the section that is danced."""
        self.size = 0.0
        """How much larger actions gain: in a chorus, which the rest leaves room for."""

    def choose(
        self,
        energy: float,
        shares: np.ndarray,
        beats: int,
        unit: int | None = None,
        tempo: float | None = None,
    ) -> Action:
        """Return the action that suits the music best, give or take some chance.

        Args:
            energy: 0..1 that is wanted.
            shares: (3,) of low, middle and high sounds.
            beats: how many are left to dance.
            unit: how many a step takes here; by default any number fits.
            tempo: beats a minute just here; by default the song's.
        """
        tempo = tempo or self.tempo
        best, best_score = self._actions[0], -np.inf
        for action in self._actions:
            score = self._suits(action, energy, shares, tempo)
            score += self._style.chance * self._random.random()
            score -= 3.0 * (action.name in self._recent) + self._sameness(action)
            score -= 3.0 * (action.name in self._tired_of)
            score -= _AGAIN * self._used.get(action.name, 0)
            score -= 2.0 * (action.counts * self.pace(action) > beats)
            score -= _MISFIT * (unit is not None and not self._fits(action, unit))
            if score > best_score:
                best, best_score = action, score
        self._recent = [*self._recent, best.name][-_REMEMBERED:]
        self._used[best.name] = self._used.get(best.name, 0) + 1
        self._last = best
        return best

    def _suits(self, action: Action, energy: float, shares: np.ndarray, tempo: float) -> float:
        """Return how well an action suits the music, the style and what the target can do."""
        low, mid, high = shares
        register = {"legs": low, "hips": low, "whole": mid, "arms": high}[action.source]
        pace = pace_of(action, tempo)
        score = -2.2 * abs(action.energy - energy) + 0.9 * (register - 1 / 3)
        score -= 0.5 * (pace > 1) + 1.0 * (tempo / pace < action.tempo[0])
        score -= _STRANGE * (1 - self._familiarity.get(action.name, 1.0))
        style = self._style
        score += style.travel * action.moves_feet + style.level * action.changes
        score += self.hint.suits(action)
        score += self.size * picture_size(action)
        score -= _TIRED * max(0.0, self.size) * max(0.0, energy - action.energy)
        return float(score + style.leanings.get(action.source, 0.0))

    def _sameness(self, action: Action) -> float:
        """Return what an action loses for coming after one of its kind: travel, then stand."""
        if self._last is None:
            return 0.0
        standing = not (action.moves_feet or self._last.moves_feet)
        return _SAME_SOURCE * (action.source == self._last.source) + _STANDING * standing

    def turn_of(self, beats: int) -> Action | None:
        """Return the turn that shows the back and takes so many beats, where there is one."""
        for action in self._actions:
            if action.shows_back and action.counts * self.pace(action) == beats:
                return action
        return None

    def chance(self) -> float:
        """Return a number from 0 to 1 drawn by the seed."""
        return float(self._random.random())

    def avoid(self, names: Sequence[str]) -> None:
        """Take actions as just danced."""
        self._recent = [*self._recent, *names][-_REMEMBERED:]

    def length(self, action: Action, unit: int, beats: int) -> int:
        """Return the beats that a step takes: twice the unit where one is too few and both fit."""
        whole = action.counts * self.pace(action)
        return 2 * unit if unit >= 4 and whole > unit and 2 * unit <= beats else unit

    def _fits(self, action: Action, unit: int) -> bool:
        """Tell whether an action ends with a step of so many beats, or goes on for a whole one."""
        whole = action.counts * self.pace(action)
        return unit <= 2 or unit % whole == 0 or whole % unit == 0

    def pace(self, action: Action) -> int:
        """Return the beats per count at which an action is comfortable."""
        return pace_of(action, self.tempo)


def pace_of(action: Action, tempo: float) -> int:
    """Return the fewest beats per count at which an action is not hurried."""
    for pace in _PACES:
        if tempo / pace <= action.tempo[1]:
            return pace
    return _PACES[-1]
