"""Grooves of a composed song: what drums, bass and chords play in a bar of reggae, house or waltz.

A pattern is written as a drum machine shows it: a character for each part of a beat, `.` for a
rest, a digit for how hard a drum or a chord is struck. In a bass line `r` is the chord's root, `t`
its third, `f` its fifth, `o` the octave, `n` the next chord's root a step early. Spaces are for the
eye; a pattern of two bars has twice the characters.

Each groove has patterns to fit on and others, `kept` for testing: nothing is fitted on those.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Drums = Mapping[str, str]


@dataclass(frozen=True)
class Pattern:
    """What is played in a bar."""

    drums: Drums
    """Voices in `voices.VOICES` and what they strike."""
    bass: str
    chords: Mapping[str, str]
    """Voices that play the bar's chord, and when."""
    held: bool = False
    """Chords sound until the next one, else they are short."""


@dataclass(frozen=True)
class Groove:
    """A kind of music."""

    tempi: tuple[float, float]
    """Beats a minute, from and to."""
    patterns: tuple[Pattern, ...]
    kept: tuple[Pattern, ...]
    metre: int = 4
    parts: int = 4
    """Characters of a beat: 4 sixteenths, 2 eighths, 3 triplets."""
    swing: tuple[float, float] = (0.5, 0.5)
    """Where in a beat its second half begins, from and to."""
    sway: float = 0.0
    """Share by which beats come and go."""
    tune: bool = True
    """Whether a melody is played."""

    @property
    def division(self) -> int:
        """Return in how many parts a beat is heard: 3 where it is written in triplets, else 2."""
        return 3 if self.parts == 3 else 2


GROOVES: Mapping[str, Groove] = {
    "house": Groove(
        (116, 130),
        (
            Pattern({"kick": "9... 9... 9... 9...", "open_hat": "..8. ..8. ..8. ..8.",
                     "clap": ".... 8... .... 8..."}, "..r. ..r. ..r. ..o.",
                    {"keys": "..7. .... ..7. ...."}),
            Pattern({"kick": "9... 9... 9... 9...", "hat": "..9. ..9. ..9. ..9."},
                    "..rr ..rr ..rr ..oo", {"pad": "7... .... .... ...."}, held=True),
            Pattern({"kick": "9... 9... 9... 9...", "hat": "4.9. 4.9. 4.9. 4.9.",
                     "snare": ".... 8... .... 8..."}, "r..r ..r. r..r ..f.",
                    {"keys": "7..7 ..7. ..7. ...."}),
            Pattern({"deep_kick": "9... 9... 9... 9...", "shaker": "3584 3584 3584 3584",
                     "clap": ".... 7... .... 7..."}, "..r. r... ..r. ..f.",
                    {"organ": "..8. ..8. ..8. ..8."}),
            Pattern({"deep_kick": "9... 9... 9... 9...", "open_hat": "..9. ..9. ..9. ..9."},
                    ".rrr .rrr .rrr .ooo", {"brass": "...7 ..7. .... ...."}),
        ),
        (
            Pattern({"cajon": "9... 9... 9... 9...", "tambourine": "..7. ..9. ..7. ..9.",
                     "clap": ".... 6... .... 6.6."}, ".r.. .r.r .r.. .o..",
                    {"marimba": "..7. .7.. ..7. .7.."}),
        ),
    ),
    "reggae": Groove(
        (66, 92),
        (
            Pattern({"kick": ".... .... 9... ....", "rim": ".... .... 8... ....",
                     "hat": "5.6. 5.6. 5.6. 5.6."}, "r... ..r. f..f ..t.",
                    {"keys": "..8. ..8. ..8. ..8."}),
            Pattern({"kick": "9... 9... 9... 9...", "rim": ".... 6... .... 6...",
                     "hat": "..8. ..8. ..8. ..8."}, "r..r ..t. f... ..r.",
                    {"keys": "..9. ..9. ..9. ..9."}),
            Pattern({"kick": "8... .... 9... ....", "snare": ".... .... 8... ....",
                     "hat": "..6. ..6. ..6. ..6."}, "r.r. .... f.t. ....",
                    {"keys": "..88 ..88 ..88 ..88"}),
            Pattern({"deep_kick": ".... .... 9... ....", "woodblock": ".... .... 8... ...4",
                     "shaker": "3.6. 3.6. 3.6. 3.6."}, "r... r.t. f... ..n.",
                    {"guitar": "..9. ..9. ..9. ..9.", "organ": "..67 ..67 ..67 ..67"}),
            Pattern({"deep_kick": "9... 5... 9... 5...", "brush": ".... .... 7... ....",
                     "shaker": "..8. ..8. ..8. ..8."}, "..r. t.f. ..r. ....",
                    {"guitar": "..99 ..99 ..99 ..99"}),
        ),
        (
            Pattern({"cajon": ".... .... 9... ..4.", "tambourine": "4.7. 4.7. 4.7. 4.7."},
                    "r..r ..t. f... ....", {"marimba": "..8. ..86 ..8. ..8."}),
        ),
    ),
    "ska": Groove(
        (112, 168),
        (
            Pattern({"kick": "9. .. 9. ..", "snare": ".. 8. .. 8.", "hat": ".7 .7 .7 .7"},
                    "r. t. f. t.", {"keys": ".9 .9 .9 .9"}),
            Pattern({"kick": ".. 8. .. 8.", "rim": ".. 8. .. 8.", "hat": "46 46 46 46"},
                    "r. r. f. f.", {"keys": ".8 .8 .8 .8"}),
            Pattern({"deep_kick": "9. 5. 9. 5.", "brush": ".. 8. .. 8."},
                    "r. f. t. f.", {"guitar": ".9 .9 .9 .9", "brass": ".. .. .7 .."}),
        ),
        (
            Pattern({"cajon": "8. .. 8. ..", "tambourine": ".8 .8 .8 .8", "clap": ".. 7. .. 7."},
                    "r. r. t. f.", {"marimba": ".9 .9 .9 .9"}),
        ),
        parts=2,
    ),
    "boom_chuck": Groove(
        (70, 118),
        (
            Pattern({"kick": "9... 9... 9... 9...", "snare": "..6. ..6. ..6. ..6."},
                    "r... f... r... f...", {"keys": "..8. ..8. ..8. ..8."}),
            Pattern({"rim": "..6. ..6. ..6. ..6.", "hat": "3.7. 3.7. 3.7. 3.7."},
                    "r... f... r... t...", {"keys": "..9. ..97 ..9. ..97"}),
            Pattern({"kick": "8... 8... 8... 8...", "hat": "..9. ..9. ..9. ..9."},
                    "r... r... f... f...", {"keys": "..7. ..7. ..7. ..7."}),
            Pattern({"brush": "3386 3386 3386 3386"}, "r... f... r... f...",
                    {"guitar": "..9. ..97 ..9. ..97"}),
            Pattern({"deep_kick": "7... 7... 7... 7...", "shaker": "..8. ..8. ..8. ..8."},
                    "r... f... t... f...", {"guitar": "..87 ..87 ..87 ..87"}),
        ),
        (
            Pattern({"cajon": "8... 8... 8... 8...", "tambourine": "..7. ..7. ..7. ..75"},
                    "r... f... o... f...", {"marimba": "..8. ..8. ..8. ..8."}),
        ),
    ),
    "two_beat": Groove(
        (130, 166),
        (
            Pattern({"kick": "9. .. 9. ..", "snare": ".. 7. .. 7."}, "r. .. f. ..",
                    {"keys": ".. 8. .. 8."}),
            Pattern({"kick": "9. .. 9. ..", "snare": "24 84 24 85"}, "r. .. f. t.",
                    {"keys": ".. 8. .. 8."}),
            Pattern({"brush": "35 83 35 85"}, "r. .. f. ..", {"guitar": ".. 9. .. 9."}),
        ),
        (
            Pattern({"cajon": "9. .. 8. ..", "tambourine": "3. 8. 3. 84"}, "r. .. f. ..",
                    {"marimba": ".. 8. .. 86"}),
        ),
        parts=2,
    ),
    "drum_and_bass": Groove(
        (164, 178),
        (
            Pattern({"kick": "9... .... ..9. ....", "snare": ".... 9... .... 9...",
                     "hat": "6.5. 6.5. 6.5. 6.5."}, "r... .... ..r. ....",
                    {"pad": "7... .... .... ...."}, held=True),
            Pattern({"kick": "9... ..7. ..9. ....", "snare": ".... 9..3 .3.. 9..3",
                     "hat": "5.5. 5.5. 5.5. 5.5."}, "r... ..r. .... r...",
                    {"keys": "7... .... .... ...."}, held=True),
            Pattern({"deep_kick": "9.8. .... ..98 ....", "snare": ".... 9..4 .... 9.4.",
                     "shaker": "6464 6464 6464 6464"}, "r... .... .... ....",
                    {"organ": "...6 .... ..6. ...."}),
        ),
        (
            Pattern({"cajon": "9... ...8 ..9. ....", "clap": ".... 9... .... 9...",
                     "tambourine": "7.5. 7.5. 7.5. 7.55"}, "r... .... ...r ....",
                    {"marimba": "7... .... .... ...."}),
        ),
    ),
    "ballad": Groove(
        (60, 84),
        (
            Pattern({"kick": "8... .... 8... ....", "rim": ".... 6... .... 6...",
                     "hat": "4.4. 4.4. 4.4. 4.4."}, "r... .... f... ....",
                    {"keys": "7.5. 6.5. 6.5. 6.5."}, held=True),
            Pattern({}, "r... .... r... ....", {"keys": "7.5. 5.5. 6.5. 5.5."}, held=True),
            Pattern({"deep_kick": "8... .... .57. ....", "brush": ".... 7... .... 7..."},
                    "r... .... .... t.n.", {"guitar": "7.55 6.55 6.55 6.55"}, held=True),
            Pattern({}, "r... .... .... ....", {"guitar": "7.6. 5.6. 7.6. 5.6."}, held=True),
        ),
        (
            Pattern({"cajon": "7... .... 7..5 ....", "tambourine": ".... 5... .... 5..."},
                    "r... .... f... ..t.", {"marimba": "7.6. 6.6. 7.6. 6.6."}),
        ),
    ),
    "twelve_eight": Groove(
        (48, 82),
        (
            Pattern({"kick": "9.. ... 9.. ...", "snare": "... 8.. ... 8..",
                     "hat": "655 655 655 655"}, "r.. ..r f.. ..t",
                    {"keys": "766 766 766 766"}),
            Pattern({"kick": "9.. ... 9.8 ...", "snare": "... 8.. ... 8..",
                     "hat": "7.5 7.5 7.5 7.5"}, "r.. t.. f.. t..",
                    {"keys": "8.. ... ... ..."}, held=True),
            Pattern({"deep_kick": "9.. ..5 9.. ...", "brush": "... 8.. ... 8.5",
                     "shaker": "644 644 644 644"}, "r.. ... f.. ..n",
                    {"guitar": "766 566 766 566"}, held=True),
        ),
        (
            Pattern({"cajon": "8.. ... 8.. ..6", "tambourine": "5.4 8.4 5.4 8.4"},
                    "r.. r.. f.. t..", {"marimba": "7.6 7.6 7.6 7.6"}),
        ),
        parts=3,
    ),
    "five_four": Groove(
        (100, 176),
        (
            Pattern({"kick": "9. .. .. 9. ..", "snare": ".. .. 7. .. 7.",
                     "hat": "64 64 64 64 64"}, "r. .. r. f. ..", {"keys": "8. .6 .. 7. .."}),
            Pattern({"hat": "6. 64 6. 6. 64", "rim": ".. .. .. 7. .."}, "r. .. .. f. ..",
                    {"keys": "8. .7 .. 8. 8."}),
            Pattern({"deep_kick": "9. .. 8. .. ..", "brush": ".. 7. .. 7. 7.",
                     "shaker": "64 64 64 64 64"}, "r. .. f. .. t.", {"guitar": "8. .. 8. .6 .."}),
        ),
        (
            Pattern({"cajon": "9. .. .. 8. ..", "tambourine": "5. 7. 7. 5. 7."}, "r. .f .. r. f.",
                    {"marimba": "8. .. 7. 8. .."}),
        ),
        metre=5, parts=2,
    ),
    "seven_eight": Groove(
        (120, 190),
        (
            Pattern({"kick": "9 . . . 8 . .", "snare": ". . 8 . . . 8", "hat": "6 5 6 5 6 5 5"},
                    "r . r . f . .", {"keys": "8 . 7 . 7 . ."}),
            Pattern({"kick": "9 . 7 . 8 . .", "rim": ". . . . . 7 .", "hat": "6 . 6 . 6 5 5"},
                    "r . f . r . t", {"keys": "8 . . . 7 . ."}),
            Pattern({"deep_kick": "9 . . 8 . . .", "brush": ". . . . . 8 .",
                     "shaker": "6 4 4 6 4 6 4"}, "r . . f . t .", {"guitar": "8 . . 7 . 7 ."}),
        ),
        (
            Pattern({"cajon": "9 . 6 . 8 . .", "tambourine": "5 7 5 7 5 7 7"}, "r . f . r f .",
                    {"marimba": "8 . 7 . 8 . 6"}),
        ),
        metre=7, parts=1,
    ),
    "swing": Groove(
        (104, 184),
        (
            Pattern({"hat": ".. 7. .. 7.", "ride": "7. 75 7. 75"}, "r. t. f. n.",
                    {"keys": "7. .6 .. .."}),
            Pattern({"kick": "5. 5. 5. 5.", "snare": ".. 6. .. 6.", "ride": "7. 76 7. 76"},
                    "r. t. f. t.", {"keys": ".. .7 .. .7"}),
            Pattern({"brush": "45 74 45 75"}, "r. f. t. n.", {"guitar": "6. 7. 6. 7."}),
            Pattern({"ride": "8. 86 8. 86", "brush": ".. .. .5 .."}, "r. t. f. o.",
                    {"brass": "7. .. .7 .."}),
        ),
        (
            Pattern({"tambourine": ".. 7. .. 7.", "cajon": "6. .. 6. .4"}, "r. t. f. t.",
                    {"marimba": "7. .6 7. .."}),
        ),
        parts=2, swing=(0.6, 0.68),
    ),
    "rubato": Groove(
        (66, 108),
        (
            Pattern({}, "r. .. f. ..", {"keys": "75 65 65 65"}, held=True),
            Pattern({}, "r. .. .. ..", {"keys": "7. 6. 6. 6.", "pad": "6. .. .. .."}, held=True),
            Pattern({}, "r. .. f. ..", {"guitar": "75 65 75 65"}, held=True),
        ),
        (
            Pattern({}, "r. .. t. ..", {"marimba": "76 66 76 66"}),
        ),
        parts=2, sway=0.11,
    ),
    "rock": Groove(
        (84, 148),
        (
            Pattern({"kick": "9. .. 9. ..", "snare": ".. 9. .. 9.", "hat": "75 75 75 75"},
                    "rr rr rr rr", {"keys": "8. .7 .. 8."}),
            Pattern({"kick": "9. .7 .7 ..", "snare": ".. 9. .. 9.", "hat": "76 76 76 76"},
                    "r. .r .r ..", {"keys": "8. .8 .8 .."}, held=True),
            Pattern({"kick": "9. .9 9. ..", "snare": ".. 9. .. 9.", "open_hat": "7. 7. 7. 7."},
                    "rr .r rr .f", {"pad": "7. .. .. .."}, held=True),
            Pattern({"deep_kick": "9. .. 89 ..", "snare": ".. 9. .. 9.", "ride": "7. 7. 7. 7."},
                    "r. rr .r rf", {"guitar": "87 87 87 87"}),
            Pattern({"deep_kick": "99 .. .9 ..", "snare": ".. 9. .. 9.", "shaker": "65 65 65 65"},
                    "rr .. .r .n", {"organ": "7. .. .. .."}, held=True),
        ),
        (
            Pattern({"cajon": "9. .8 .8 ..", "clap": ".. 9. .. 9.", "tambourine": "74 74 74 74"},
                    "r. .r .r ..", {"marimba": "8. 7. 8. 7."}),
        ),
        parts=2,
    ),
    "funk": Groove(
        (92, 116),
        (
            Pattern({"kick": "9..7 .... ..9. .7..", "snare": ".... 9..3 .3.. 9...",
                     "hat": "7575 7575 7575 7575"}, "r..r .... ..f. .o..",
                    {"keys": "..7. ..7. ..7. ..7."}),
            Pattern({"kick": "9... ..8. .8.. ....", "snare": ".... 9... .... 9..4",
                     "hat": "6.6. 6.6. 6.6. 6.6."}, "r... ..r. .r.f ....",
                    {"keys": ".7.. 7..7 .7.. 7..."}),
            Pattern({"deep_kick": "9.8. .... .89. ....", "snare": ".... 9... .... 9.3.",
                     "shaker": "6484 6484 6484 6484"}, "r.r. ..o. .r.. ..n.",
                    {"guitar": ".777 .7.7 .777 .7.7"}),
        ),
        (
            Pattern({"cajon": "9..8 .... 8..8 ....", "clap": ".... 9... .... 9...",
                     "tambourine": "6.86 6.86 6.86 6.86"}, "r..r ..o. r..f ....",
                    {"marimba": "7..7 ..7. 7..7 ..7."}),
        ),
    ),
    "disco": Groove(
        (108, 128),
        (
            Pattern({"kick": "9... 9... 9... 9...", "snare": ".... 8... .... 8...",
                     "open_hat": "..7. ..7. ..7. ..7."}, "r.o. r.o. r.o. r.o.",
                    {"keys": "..7. .7.. ..7. .7.."}),
            Pattern({"deep_kick": "9... 9... 9... 9...", "clap": ".... 8... .... 8...",
                     "shaker": "4.9. 4.9. 4.9. 4.9."}, "..o. r.o. ..o. r.of",
                    {"guitar": "7.77 7.77 7.77 7.77"}),
        ),
        (
            Pattern({"cajon": "9... 9... 9... 9...", "tambourine": "4.8. 4.8. 4.8. 4.8.",
                     "clap": ".... 8... .... 8..."}, "r.o. f.o. r.o. f.o.",
                    {"marimba": "7... ..7. 7... ..7."}),
        ),
    ),
    "hip_hop": Groove(
        (70, 100),
        (
            Pattern({"kick": "9... ..7. ..9. ....", "snare": ".... 9... .... 9...",
                     "hat": "7.5. 7.5. 7.5. 7.5."}, "r... ..r. ..r. ....",
                    {"keys": "7... .... ..6. ...."}, held=True),
            Pattern({"kick": "9..7 .... .9.. ..7.", "snare": ".... 9... .... 9...",
                     "hat": "7575 7575 7575 7777"}, "r... .... .r.. ....",
                    {"pad": "7... .... .... ...."}, held=True),
            Pattern({"deep_kick": "9... ...8 ..8. ....", "clap": ".... 9... .... 9...",
                     "shaker": "7464 7464 7464 7464"}, "r... .... ..t. ....",
                    {"guitar": "7..6 ..6. 7..6 ...."}),
        ),
        (
            Pattern({"cajon": "9..8 .... ..9. ....", "clap": ".... 9... .... 9...",
                     "tambourine": "6.5. 6.5. 6.55 6.5."}, "r..r .... ..f. ....",
                    {"marimba": "7... ..6. 7... ...."}),
        ),
    ),
    "bossa": Groove(
        (110, 148),
        (
            Pattern({"kick": "9..5 9..5 9..5 9..5", "rim": "7... ..7. .... 7...",
                     "hat": "5.5. 5.5. 5.5. 5.5."}, "r... ..f. f... ..r.",
                    {"keys": "7... ..7. ..7. ...."}),
            Pattern({"deep_kick": "7... ..7. 7... ..7.", "woodblock": "..7. .7.. 7... ..7.",
                     "shaker": "6464 6464 6464 6464"}, "r... ..f. f... ..n.",
                    {"guitar": "7... 7..7 ..7. 7..."}),
        ),
        (
            Pattern({"cajon": "8... 8..6 8... 8..6", "tambourine": "6.4. 6.4. 6.4. 6.4.",
                     "rim": "7..7 ..7. ..7. 7..."}, "r... f... r..r f...",
                    {"marimba": "7... ..7. .7.. 7..."}),
        ),
    ),
    "waltz": Groove(
        (84, 190),
        (
            Pattern({"kick": "9. .. ..", "hat": ".. 6. 6."}, "r. .. ..", {"keys": ".. 8. 8."}),
            Pattern({"kick": "9. .. ..", "snare": ".. 7. 74"}, "r. .. f.", {"keys": ".. 8. 8."}),
            Pattern({"ride": "7. 75 7."}, "r. t. f.", {"keys": "7. .. .6"}, held=True),
            Pattern({"brush": "5. 8. 8."}, "r. .. ..", {"guitar": ".. 9. 9."}),
            Pattern({"deep_kick": "9. .. ..", "shaker": "54 74 74"}, "r. .. t.",
                    {"organ": "7. .. .."}, held=True),
        ),
        (
            Pattern({"cajon": "8. .. ..", "tambourine": "3. 7. 75"}, "r. .. f.",
                    {"marimba": "5. 8. 8."}),
        ),
        metre=3, parts=2,
    ),
    "shuffle": Groove(
        (96, 138),
        (
            Pattern({"kick": "9.. ... 9.. ...", "snare": "... 9.. ... 9..",
                     "hat": "7.5 7.5 7.5 7.5"}, "r.r t.t f.f t.t", {"keys": "..7 ... ..7 ..."}),
            Pattern({"deep_kick": "9.. 7.. 9.. 7..", "brush": "3.4 8.4 3.4 8.4"},
                    "r.. t.. f.. n..", {"guitar": "7.7 7.7 7.7 7.7"}),
        ),
        (
            Pattern({"cajon": "9.. ..6 9.. ...", "tambourine": "6.4 8.4 6.4 8.4"},
                    "r.. t.. f.t r..", {"marimba": "7.. ..7 7.. ..7"}),
        ),
        parts=3,
    ),
}  # fmt: skip
"""By name: on the beat and off it, in three, four, five and seven."""
