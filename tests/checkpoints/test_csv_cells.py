import csv
import io

import pytest

from stickdance.checkpoints.csv_cells import escaped, unescaped


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+SUM(A1)", "'+SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("@cmd", "'@cmd"),
        ("\tx", "'\tx"),
        ("\r=x", "'\r=x"),
        ("\uff1d1", "'\uff1d1"),
        ("'=1", "''=1"),
        ("-0.5", "-0.5"),
        ("+1e-3", "+1e-3"),
        ("a=b", "a=b"),
        ("'tis", "'tis"),
        ("", ""),
    ],
)
def test_formulas_become_texts_and_come_back(text, cell):
    assert escaped(text) == cell
    file = io.StringIO()
    csv.writer(file).writerow([escaped(text), 1])
    assert unescaped(next(csv.reader(io.StringIO(file.getvalue(), newline="")))[0]) == text
