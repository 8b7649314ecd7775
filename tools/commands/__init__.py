"""The subcommands of `stickdance`, by stage: each file names its own in `COMMANDS`.

Conventions: a function here imports what its subcommand needs and returns the callable whose
signature, option dataclasses and docstrings become its flags and help; the callable answers with
a dict that can be printed as JSON. So `stickdance --help` loads nothing heavy.
"""
