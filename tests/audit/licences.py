"""The licences of all that is installed: permissive, or an exception with a reason.

    python tests/audit/licences.py

`licences.toml` has both. Exit status 1 where something is neither; the default install is told
apart from what extras and tests bring.
"""

import re
import sys
import tomllib
from fnmatch import fnmatch
from importlib import metadata
from pathlib import Path

KNOWN = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
OURS = "stickdance"


def licence_of(package: metadata.Distribution) -> str:
    """Return the licence that a package states, in SPDX's words where we know them; "" for none."""
    facts = package.metadata
    if stated := facts.get("License-Expression"):
        return str(stated)
    named = [
        line.rpartition("::")[2].strip()
        for line in facts.get_all("Classifier") or ()
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    lines = str(facts.get("License") or "").splitlines()
    named = named or [line for line in lines[:1] if len(line) < 60 and line != "UNKNOWN"]
    return " AND ".join(KNOWN["names"].get(each, each) for each in named)


def is_permissive(licence: str) -> bool:
    """Tell whether an SPDX expression leaves a choice of permissive licences alone."""
    words = re.findall(r"[()]|[^\s()]+", re.sub(r" WITH [\w.-]+", "", licence))

    def one_of() -> bool:
        found = [all_of()]
        while words[:1] == ["OR"]:
            words.pop(0)
            found.append(all_of())
        return any(found)

    def all_of() -> bool:
        found = [one()]
        while words[:1] == ["AND"]:
            words.pop(0)
            found.append(one())
        return all(found)

    def one() -> bool:
        word = words.pop(0) if words else ""
        if word != "(":
            return word in KNOWN["permissive"]
        found = one_of()
        return words[:1] == [")"] and words.pop(0) == ")" and found

    return one_of() and not words  # what is left is no expression


def reason_for(name: str, licence: str) -> str:
    """Return why a package may be here under a licence that is not permissive; "" for no reason."""
    found = (one for pattern, one in KNOWN["packages"].items() if fnmatch(name, pattern))
    return next((one["why"] for one in found if one["licence"] == licence), "")


def default_install() -> set[str]:
    """Return the names of the packages that stickdance needs, and those that they need."""
    from packaging.requirements import Requirement

    names: set[str] = set()
    waiting = [(OURS, "")]
    while waiting:
        name, extra = waiting.pop()
        try:
            wanted = metadata.requires(name) or ()
        except metadata.PackageNotFoundError:
            continue
        for one in map(Requirement, wanted):
            if one.marker is not None and not one.marker.evaluate({"extra": extra}):
                continue
            if plain(one.name) not in names:
                names.add(plain(one.name))
                waiting += [(one.name, each) for each in ("", *one.extras)]
    return names


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def audited() -> tuple[list[str], int]:
    """Return lines about what is not permissive, and how many packages have no reason."""
    needed, lines, unknown, count = default_install(), [], 0, 0
    for package in sorted(metadata.distributions(), key=lambda each: plain(each.name)):
        name, licence = plain(package.name), licence_of(package)
        count += 1
        if name == OURS or is_permissive(licence):
            continue
        why = reason_for(name, licence)
        unknown += not why
        place = "default install" if name in needed else "extras and tests"
        mark = why or "NOT PERMISSIVE AND NOT LISTED in tests/audit/licences.toml"
        lines.append(f"{name} ({licence or 'states none'}; {place}): {mark}")
    for name, one in KNOWN["programs"].items():
        lines.append(f"{name} ({one['licence']}; a program): {one['why']}")
    return [f"{count} packages; all permissive but:", *lines], unknown


if __name__ == "__main__":
    told, without_reason = audited()
    print("\n".join(told))
    sys.exit(min(1, without_reason))
