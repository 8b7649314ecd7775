"""Native libraries kept from chattering on stderr while they start; their errors still show."""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_chatter(chatter: re.Pattern[bytes]) -> Iterator[None]:
    """Hold back what is written on stderr, also by native code, then pass on all but `chatter`.

    Args:
        chatter: matches the beginnings of the lines to leave out.
    """
    sys.stderr.flush()
    with tempfile.TemporaryFile() as held:
        original = os.dup(2)
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(original, 2)
            os.close(original)
            held.seek(0)
            for line in held:
                if not chatter.match(line):
                    os.write(2, line)
