"""What somebody probably meant by a word that is not known."""

import difflib
from collections.abc import Iterable

_NEAR = 0.7  # share of letters in common, from which a word is taken for another


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return " (did you mean 'mambo'?)" where one of the known words is near, else ""."""
    by_lower = {each.lower(): each for each in known}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=_NEAR)
    return f" (did you mean {by_lower[near[0]]!r}?)" if near else ""
