import numpy as np
import pytest
from PIL import features

from stickdance.checkpoints.errors import UsageError
from stickdance.synth.rendering import fonts
from stickdance.synth.rendering.fonts import font_files, has_letter, letters_in, runs_of
from stickdance.synth.rendering.label import check_label, labelled


@pytest.fixture
def font_of(tmp_path):
    """Give a function that writes a font in which each letter is a bar of its own width."""
    builder = pytest.importorskip("fontTools.fontBuilder")
    pens = pytest.importorskip("fontTools.pens.ttGlyphPen")

    def bar(width):
        pen = pens.TTGlyphPen(None)
        corners = [(0, 0), (0, 700), (width, 700), (width, 0)]
        pen.moveTo(corners[0])
        for corner in corners[1:]:
            pen.lineTo(corner)
        pen.closePath()
        return pen.glyph()

    def write(name, letters):
        names = {ord(letter): f"u{ord(letter):04x}" for letter in letters}
        order = [".notdef", *names.values()]
        font = builder.FontBuilder(1000)
        font.setupGlyphOrder(order)
        font.setupCharacterMap(names)
        font.setupGlyf({each: bar(900 - 80 * place) for place, each in enumerate(order)})
        font.setupHorizontalMetrics(dict.fromkeys(order, (1000, 0)))
        font.setupHorizontalHeader(ascent=800, descent=-200)
        font.setupOS2()
        font.setupPost()
        font.save(tmp_path / f"{name}.ttf")
        return tmp_path / f"{name}.ttf"

    return write


def test_a_font_that_has_all_letters_is_taken(font_of):
    files = [font_of("one", "合"), font_of("both", "合成")]
    (run,) = runs_of("合成", 20, lambda letters: files)
    assert run.letters == "合成"
    assert run.font.path == str(files[1])


def test_letters_of_two_scripts_come_from_two_fonts(font_of):
    files = [font_of("japanese", "踊り"), font_of("hindi", "न")]
    runs = runs_of("踊り by न 1", 20, lambda letters: files)
    assert [run.letters for run in runs] == ["踊り ", "by ", "न ", "1"]
    assert [run.font.path == str(files[0]) for run in runs] == [True, False, False, False]
    assert all(has_letter(run.font, letter) for run in runs for letter in letters_in(run.letters))


def test_letters_that_no_font_has_are_named(font_of):
    files = [font_of("one", "合")]
    with pytest.raises(UsageError, match=r"--label .*can draw 成 \(U\+6210\); install") as refused:
        runs_of("合成", 20, lambda letters: files)
    assert refused.value.exit_status == 2


def test_only_what_is_drawn_must_be_in_the_font():
    assert letters_in("a b\u200da\ufe0f e\u0301") == "abé"


def test_a_font_has_its_letters_and_no_others():
    (run,) = runs_of("a", 20, lambda letters: [])
    assert all(has_letter(run.font, letter) for letter in "aZ?1")
    assert not any(has_letter(run.font, letter) for letter in "合😀\u0e01")


def test_marks_are_composed_with_their_letters(font_of):
    (run,) = runs_of("e\u0301te\u0301", 20, lambda letters: [font_of("french", "té")])
    assert run.letters == "été"


def test_without_layout_right_to_left_is_refused_with_the_reason(monkeypatch):
    monkeypatch.setattr(features, "check", lambda feature: False)
    with pytest.raises(UsageError, match=r"--label .*from right to left, .* no libraqm"):
        runs_of("dance שלום", 20, lambda letters: [])
    assert runs_of("dance", 20, lambda letters: [])


def test_right_to_left_is_not_torn_apart_between_fonts(font_of):
    files = [font_of("hebrew", "של"), font_of("japanese", "合")]
    with pytest.raises(UsageError, match="right to left cannot be mixed"):
        runs_of("של合", 20, lambda letters: files)


def test_without_fontconfig_the_usual_folders_are_looked_through(font_of, tmp_path, monkeypatch):
    path = font_of("here", "合")
    (tmp_path / "readme.txt").write_text("no font")
    monkeypatch.setattr(fonts.shutil, "which", lambda program: None)
    monkeypatch.setattr(fonts, "_PLACES", {"linux": (str(tmp_path), "/absent")})
    monkeypatch.setattr(fonts.sys, "platform", "linux")
    assert font_files("合") == [path]


def test_a_label_is_refused_before_any_work_and_no_label_is_none(monkeypatch):
    monkeypatch.setattr(fonts, "font_files", lambda letters: [])
    with pytest.raises(UsageError, match=r"U\+5408"):
        check_label("合")
    with pytest.raises(UsageError, match="pixels wide"):
        check_label("much too long for this", (64, 64))
    check_label("synthetic")
    check_label("")


def test_a_label_in_two_fonts_stands_on_one_line(font_of, monkeypatch):
    path = font_of("japanese", "踊")
    monkeypatch.setattr(fonts, "font_files", lambda letters: [path])
    frame = np.zeros((96, 160, 3), np.uint8)
    (shown,) = labelled(iter([frame]), "踊 I踊", (160, 96))
    light = np.flatnonzero((shown > 200).all(-1).any(1))
    assert 5 <= np.ptp(light) <= 9  # letters of 9 pixels
