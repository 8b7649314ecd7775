"""Subcommands that judge ways of dancing: a corpus to learn from, and dances compared."""

from pathlib import Path
from typing import Annotated, Any

from stickdance.tools.commands.command import Command, Commands


def corpus() -> Command:
    """An hour of dances to learn from: composed songs, danced by the rules in every style."""
    import tyro

    from stickdance.tools.corpus.corpus import CorpusOptions, make_corpus

    def command(
        folder: tyro.conf.Positional[Path],
        /,
        *,
        options: tyro.conf.OmitArgPrefixes[CorpusOptions] = CorpusOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Make a corpus, split by song into train/ and test/; repeated, it carries on.

        Args:
            folder: where to; 6 MB a minute.
            options: how much, and of what.
        """
        return make_corpus(folder, options)

    return command


def compare_dances() -> Command:
    """Real dances, choreographers and dances of any origin -> one table of scores."""
    import tyro

    from stickdance.tools.corpus.dance_comparison import DanceComparisonOptions
    from stickdance.tools.corpus.dance_comparison import compare_dances as run

    def command(
        real: tyro.conf.Positional[Path],
        /,
        *,
        way: tyro.conf.UseAppendAction[tuple[str, ...]],
        output: Annotated[Path, tyro.conf.arg(aliases=["-o"])],
        options: tyro.conf.OmitArgPrefixes[DanceComparisonOptions] = DanceComparisonOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Compare ways of dancing the same songs: distance, beats, alignment, diversity, seams.

        Args:
            real: a folder of real dances, e.g. the test part of a corpus.
            way: NAME=FOLDER of dances to the same songs, or of a learned choreographer, which
                dances them first; may be given several times.
            output: the folder to write: scores.json, table.txt, and the dances made for it.
            options: how.
        """
        return run(real, way, output, options)

    return command


def ab_page() -> Command:
    """Two ways of dancing -> a blind comparison as one HTML page, and its key."""
    import tyro

    from stickdance.tools.blind_test.page import AbPageOptions, make_ab_page

    def command(
        first: tyro.conf.Positional[Path],
        second: tyro.conf.Positional[Path],
        /,
        *,
        output: Annotated[Path, tyro.conf.arg(aliases=["-o"])],
        options: tyro.conf.OmitArgPrefixes[AbPageOptions] = AbPageOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Make a page on which people judge two ways of dancing without knowing which is which.

        Args:
            first: a folder of dances by one way, or of videos.
            second: dances to the same songs by the other way, or videos of the same names.
            output: the .html to write; the key goes beside it, as NAME.key.json.
            options: what is shown.
        """
        return make_ab_page(first, second, output, options)

    return command


def ab_tally() -> Command:
    """The answers to a blind comparison -> what people preferred, with intervals."""
    import tyro

    from stickdance.tools.blind_test.tally import tally

    def command(
        key: tyro.conf.Positional[Path],
        answers: tyro.conf.Positional[tuple[Path, ...]],
        /,
        *,
        output: Annotated[Path | None, tyro.conf.arg(aliases=["-o"])] = None,
    ) -> dict[str, Any]:
        """Count the answers that people saved from a page.

        Args:
            key: the key that was written with the page.
            answers: the files that people sent back.
            output: a .json to write the tally to as well.
        """
        return tally(key, answers, output)

    return command


COMMANDS: Commands = {
    "corpus": corpus,
    "compare-dances": compare_dances,
    "ab-page": ab_page,
    "ab-tally": ab_tally,
}
