"""The drums of a composed song: a groove for each section, and rolls that lead to the next one."""

import numpy as np

from stickdance.tools.demo.song.style import FAST, FULLNESS, Note, SongStyle


def write_drums(random: np.random.Generator, style: SongStyle, label: str, bars: int) -> list[Note]:
    """Return the drums of a section of so many bars."""
    metre = style.metre
    pattern = _waltz(label) if metre == 3 else _groove(random, style, label)
    pattern += _hats(style, label)
    fullness = 0.55 + 0.45 * FULLNESS[label]
    notes = [
        Note(voice, bar * metre + at, 0.5, 50, velocity * fullness)
        for bar in range(bars)
        for voice, at, velocity in pattern
    ]
    if label in ("chorus", "bridge"):
        notes.append(Note("crash", 0, 4, 50, 0.8))
    return notes


def _waltz(label: str) -> list[tuple[str, float, float]]:
    if label == "chorus":
        return [("kick", 0, 1.0), ("snare", 1, 0.7), ("snare", 2, 0.7), ("kick", 2.5, 0.4)]
    return [("kick", 0, 0.95), ("rim", 1, 0.6), ("rim", 2, 0.6)]


def _groove(
    random: np.random.Generator, style: SongStyle, label: str
) -> list[tuple[str, float, float]]:
    extra = float(random.choice((1.5, 2.5, 3.5)))
    if label == "chorus":
        kicks = [("kick", float(beat), 1.0 if beat == 0 else 0.85) for beat in range(4)]
        return [*kicks, ("snare", 1, 1.0), ("snare", 3, 1.0), ("clap", 1, 0.6), ("clap", 3, 0.6)]
    if style.tempo > FAST:  # else every other beat is heard as the pulse
        kicks = [("kick", float(beat), 0.9 if beat == 0 else 0.7) for beat in range(4)]
        return [*kicks, ("rim", 1, 0.5), ("rim", 3, 0.5)]
    if label in ("intro", "outro"):
        return [("kick", 0, 0.9), ("kick", 2, 0.8), ("rim", 1, 0.6), ("rim", 3, 0.6)]
    back = "rim" if label == "bridge" else "snare"
    kicks = [("kick", 0.0, 1.0), ("kick", 2.0, 0.8), ("kick", extra, 0.6)]
    return [*kicks, (back, 1, 0.8), (back, 3, 0.8)]


def _hats(style: SongStyle, label: str) -> list[tuple[str, float, float]]:
    """Return hi-hats on the beats and, where the tempo leaves room, between them."""
    steps = 1 if style.tempo > FAST else 2
    hats = [
        ("hat", place / steps, 0.7 if place % steps == 0 else 0.4)
        for place in range(style.metre * steps)
    ]
    if label == "chorus" and style.metre == 4 and steps == 2:
        hats += [("open_hat", beat + 0.5, 0.5) for beat in range(4)]
    return hats


def write_fill(random: np.random.Generator, style: SongStyle, bars: int) -> tuple[Note, ...]:
    """Return the drum roll over the last beat of a section that leads to the next one."""
    steps = 4 if style.tempo < 130 else 2
    start = bars * style.metre - 1
    pitches = (57, 53, 48, 43) if random.random() < 0.6 else (50, 50, 50, 50)
    voice = "tom" if pitches[0] != pitches[1] else "snare"
    return tuple(
        Note(
            voice, start + step / steps, 0.25, pitches[step * 4 // steps], 0.5 + 0.4 * step / steps
        )
        for step in range(steps)
    )
