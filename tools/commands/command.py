"""What a subcommand is: a callable that answers with a result for people and for JSON."""

from collections.abc import Callable
from typing import Any

Command = Callable[..., dict[str, Any]]
Commands = dict[str, Callable[[], Command]]
