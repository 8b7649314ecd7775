"""Subcommands that judge ways of dancing: a corpus to learn from, and dances compared."""

from pathlib import Path
from typing import Any

from tools.commands.command import Command, Commands


def corpus() -> Command:
    """An hour of dances to learn from: composed songs, danced by the rules in every style."""
    import tyro

    from tools.corpus import CorpusOptions, make_corpus

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


COMMANDS: Commands = {
    "corpus": corpus,
}
