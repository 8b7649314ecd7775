"""The subcommand that helps a shell."""

from typing import Any, Literal

from tyro.conf import Positional


def completion(shell: Positional[Literal["bash", "zsh", "fish"]]) -> dict[str, Any]:
    """Print what makes a shell complete subcommands, options and their values.

    Example:
        stickdance completion bash > ~/.local/share/bash-completion/completions/stickdance

    Args:
        shell: which shell; zsh reads it as a file _stickdance in a folder of its fpath, fish as
            ~/.config/fish/completions/stickdance.fish.
    """
    from stickdance.tools.cli import COMMANDS, function_of
    from stickdance.tools.command_line import completion_script

    return {"table": completion_script({name: function_of(name) for name in COMMANDS}, shell)}
