"""Subcommands that judge ways of dancing: a corpus to learn from, and dances compared."""

from pathlib import Path
from typing import Any

from tyro.conf import Positional

from stickdance.tools.options import (
    AbPageOptions,
    CorpusOptions,
    DanceComparisonOptions,
    MaybeOutput,
    Output,
)


def corpus(
    videos: Positional[Path | None] = None,
    *,
    output: Output,
    songs: CorpusOptions = CorpusOptions(),
) -> dict[str, Any]:
    """Make dances to learn from, split by song into train/ and test/; repeated, it carries on.

    Songs are composed, and danced by the rules in every style, a minute in 6 MB; or dances are
    those that people dance in videos, to the videos' own sound.

    Example:
        stickdance corpus -o dances --minutes 60

    Args:
        videos: folder of films of one person dancing each, with their sound; those that cannot be
            used are named and left out.
        output: folder of the corpus.
        songs: how much, and of what.
    """
    if videos is not None:
        from stickdance.tools.corpus.film_corpus import make_film_corpus

        return make_film_corpus(videos, output, songs)
    from stickdance.tools.corpus.corpus import make_corpus

    return make_corpus(output, songs)


def compare_dances(
    real: Positional[Path],
    way: tuple[str, ...],
    output: Output,
    comparison: DanceComparisonOptions = DanceComparisonOptions(),
) -> dict[str, Any]:
    """Compare ways of dancing the same songs: distance, beats, alignment, diversity, seams.

    Example:
        stickdance compare-dances dances/test --way gru=checkpoints/gru -o scores

    Args:
        real: folder of real dances, e.g. the test part of a corpus.
        way: NAME=FOLDER of dances to the same songs, or of a learned choreographer, which dances
            them first.
        output: folder to write: scores.json, table.txt, and the dances made for it.
        comparison: how ways of dancing are compared.
    """
    from stickdance.tools.corpus.dance_comparison import compare_dances

    return compare_dances(real, way, output, comparison)


def ab_page(
    first: Positional[Path],
    second: Positional[Path],
    output: Output,
    page: AbPageOptions = AbPageOptions(),
) -> dict[str, Any]:
    """Make a page on which people judge two ways of dancing without knowing which is which.

    Example:
        stickdance ab-page dances/gru dances/rules -o blind.html

    Args:
        first: folder of dances by one way, or of videos.
        second: dances to the same songs by the other way, or videos of the same names.
        output: page (.html) to write; the key goes beside it, as NAME.key.json.
        page: what people are asked to look at.
    """
    from stickdance.tools.blind_test.page import make_ab_page

    return make_ab_page(first, second, output, page)


def ab_tally(
    key: Positional[Path], answers: Positional[tuple[Path, ...]], output: MaybeOutput = None
) -> dict[str, Any]:
    """Count the answers that people saved from a page of `stickdance ab-page`.

    Example:
        stickdance ab-tally blind.key.json answers-*.json

    Args:
        key: the key that was written with the page.
        answers: the files that people sent back.
        output: file (.json) to write the tally to as well.
    """
    from stickdance.tools.blind_test.tally import tally

    return tally(key, answers, output)
