import json
import sys
from importlib import metadata
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
import advisories
import licences


@pytest.mark.parametrize(
    ("licence", "permissive"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("MIT AND LGPL-2.1-or-later", False),
        ("Apache-2.0 WITH LLVM-exception AND (MIT OR GPL-2.0-only)", True),
        ("GPL-2.0-only AND (MIT OR Apache-2.0)", False),
        ("MIT but not for sale", False),
        ("GPL-3.0-or-later", False),
        ("", False),
    ],
)
def test_a_licence_is_permissive_where_one_choice_of_it_is(licence, permissive):
    assert licences.is_permissive(licence) is permissive


def test_an_exception_holds_for_the_licence_that_it_was_made_for_alone():
    assert licences.reason_for("soxr", "LGPL-2.1-or-later")
    assert not licences.reason_for("soxr", "GPL-3.0-or-later")
    assert licences.reason_for("nvidia-cublas", "LicenseRef-NVIDIA-Proprietary")
    assert not licences.reason_for("unknown", "GPL-3.0-or-later")


def test_a_package_of_an_unknown_licence_fails_the_audit(monkeypatch):
    class Package:
        name, metadata = "newcomer", {"License": "Proprietary"}

    Package.metadata = type("Facts", (dict,), {"get_all": lambda self, name: []})(Package.metadata)
    monkeypatch.setattr(metadata, "distributions", lambda: [Package])
    lines, unknown = licences.audited()
    assert unknown == 1
    assert any("newcomer (Proprietary; extras and tests): NOT PERMISSIVE" in line for line in lines)


def test_all_that_the_default_install_needs_is_permissive_or_has_a_reason():
    needed = licences.default_install()
    assert {"torch", "numpy", "soxr"} <= needed
    assert "pytest" not in needed
    for package in metadata.distributions():
        name, licence = licences.plain(package.name), licences.licence_of(package)
        if name in needed:
            assert licences.is_permissive(licence) or licences.reason_for(name, licence), name


def test_advisories_are_listed_and_a_missing_database_is_said():
    vulns = [{"id": "PYSEC-1", "fix_versions": ["2.0"]}]
    answer = {"dependencies": [{"name": "a", "version": "1.0", "vulns": vulns}, {"name": "b"}]}
    lines, count = advisories.told(json.dumps(answer))
    assert count == 1
    assert lines[1] == "a 1.0: PYSEC-1, mended in 2.0"
    assert advisories.told("") == (
        ["no database of advisories could be reached: versions were not compared"],
        0,
    )
