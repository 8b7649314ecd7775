"""Songs for pages: what is heard in one, and its waveform; the built-in one is composed.

sound.wav    decoded once: what is heard here is what is danced to and what the video carries
heard.json   seconds, tempo, metre, beats, downbeats, sections, as `stickdance listen` writes them
peaks.bin    uint8, the loudest sample of each fortieth of a second, 255 for the song's own
"""

from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import whole_file, write_json
from stickdance.checkpoints.json_reader import read_json_object

HEARD, PEAKS, SOUND = "heard.json", "peaks.bin", "sound.wav"
PEAKS_A_SECOND = 40
_SEED, _SECONDS, _TEMPO = 0, 48.0, 118.0
_LEAST_BEATS = 2  # of a section


def compose_built_in(folder: Path) -> dict[str, Any]:
    """Compose the built-in song into its folder and listen to it; see `hear_song`."""
    from stickdance.tools.demo.song.compose import compose, write_song

    song = folder / "composed.wav"
    write_song(compose(_SEED, seconds=_SECONDS, tempo=_TEMPO), song)
    return hear_song(song)


def hear_song(song: Path) -> dict[str, Any]:
    """Put its sound, what was heard and its waveform in the place of a song that came in.

    Returns:
        What its item says of it: seconds and tempo; no beats of other hands.

    Raises:
        BadInput: no song: unreadable, silent, too short or long, or without a beat.
    """
    from stickdance.capture.media.audio import decode_sound

    sound = decode_sound(song, song.parent / SOUND)
    song.unlink()
    told = _heard(song.parent, sound, "")
    with whole_file(song.parent / PEAKS) as temporary:
        temporary.write_bytes(_peaks(sound))
    return {"seconds": round(sound.seconds, 3), **told}


def heard_again(folder: Path, shift: str) -> dict[str, Any]:
    """Listen to a song again with its beat corrected; sections are found anew on these beats.

    Args:
        folder: of the song.
        shift: half, double, offbeat, as `--beat-shift` says it; "" for the beat as it is heard.

    Raises:
        BadInput: that leaves no beat.
    """
    from stickdance.capture.media.audio import read_wav

    return _heard(folder, read_wav(folder / SOUND), shift)


def section_moved(folder: Path, number: int, to: float) -> dict[str, Any]:
    """Move where a section begins to the beat that is nearest, between its neighbours'.

    Args:
        folder: of the song.
        number: of the section, from 1: the first one begins with the song.
        to: second of the song.

    Raises:
        BadInput: there is no such section, or no room for it there.
    """
    heard = read_json_object(folder / HEARD, "what was heard")
    sections, beats = heard["sections"], heard["beats"]
    if not 1 <= number < len(sections):
        raise BadInput(f"section {number}: expected one from 1 to {len(sections) - 1}")
    before, after = sections[number - 1], sections[number]
    inside = [beat for beat in beats if before["start"] < beat < after["end"]]
    places = inside[_LEAST_BEATS - 1 : len(inside) - _LEAST_BEATS + 1]
    if not places:
        raise BadInput("these two sections are too short to be divided in another way")
    before["end"] = after["start"] = min(places, key=lambda beat: abs(beat - to))
    write_json(folder / HEARD, heard, indent=None)
    return {"corrected": True}


def _heard(folder: Path, sound: Any, shift: str) -> dict[str, Any]:
    from stickdance.choreography.annotations.marks import BeatMarks, SectionMark
    from stickdance.choreography.annotations.summary_file import write_summary
    from stickdance.choreography.listening import listen
    from stickdance.choreography.options import ListeningOptions

    heard = listen(sound, ListeningOptions(beat_shift=shift or None))  # type: ignore[arg-type]
    beats = heard.beats
    about = {"seconds": round(sound.seconds, 3), "tempo": round(beats.tempo, 1)}
    sections = [
        SectionMark(each.start, each.end, each.label, each.chorus)
        for each in heard.structure.sections
    ]
    marks = BeatMarks(beats.times, beats.positions)
    told = {**about, "metre": beats.metre}
    write_summary(folder / HEARD, told, marks, sections, heard.structure.repetitions)
    return {"tempo": about["tempo"], "beats": shift, "corrected": bool(shift)}


def _peaks(sound: Any) -> bytes:
    import numpy as np

    from stickdance.capture.media.audio import blocks

    rate = 100 * PEAKS_A_SECOND
    samples = np.abs(np.concatenate(list(blocks(sound, rate))))
    whole = samples[: len(samples) // 100 * 100].reshape(-1, 100).max(axis=1)
    loudest = max(float(whole.max(initial=0.0)), 1e-6)
    return (255 * whole / loudest).round().astype(np.uint8).tobytes()
