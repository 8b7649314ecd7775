"""Songs for pages: what is heard in one, and its waveform; the built-in one is composed.

sound.wav    decoded once: what is heard here is what is danced to and what the video carries
heard.json   seconds, tempo, metre, beats, downbeats, sections
peaks.bin    uint8, the loudest sample of each fortieth of a second, 255 for the song's own
"""

from pathlib import Path
from typing import Any

from stickdance.checkpoints.files import whole_file, write_json

HEARD, PEAKS, SOUND = "heard.json", "peaks.bin", "sound.wav"
PEAKS_A_SECOND = 40
_SEED, _SECONDS, _TEMPO = 0, 48.0, 118.0


def compose_built_in(folder: Path) -> dict[str, Any]:
    """Compose the built-in song into its folder and listen to it; see `hear_song`."""
    from stickdance.tools.demo.song.compose import compose, write_song

    song = folder / "composed.wav"
    write_song(compose(_SEED, seconds=_SECONDS, tempo=_TEMPO), song)
    return hear_song(song)


def hear_song(song: Path) -> dict[str, Any]:
    """Put its sound, what was heard and its waveform in the place of a song that came in.

    Returns:
        What its item says of it: seconds and tempo.

    Raises:
        BadInput: no song: unreadable, silent, too short or long, or without a beat.
    """
    from stickdance.capture.media.audio import decode_sound
    from stickdance.choreography.listening import listen

    sound = decode_sound(song, song.parent / SOUND)
    song.unlink()
    heard = listen(sound)
    beats = heard.beats
    told = {
        "seconds": round(sound.seconds, 3),
        "tempo": round(beats.tempo, 1),
        "metre": beats.metre,
        "beats": [round(float(time), 3) for time in beats.times],
        "downbeats": [int(beat) for beat in beats.downbeats],
        "sections": [
            {"label": each.label, "start": each.start, "end": each.end, "chorus": each.chorus}
            for each in heard.structure.sections
        ],
    }
    write_json(song.parent / HEARD, told, indent=None)
    with whole_file(song.parent / PEAKS) as temporary:
        temporary.write_bytes(_peaks(sound))
    return {"seconds": told["seconds"], "tempo": told["tempo"]}


def _peaks(sound: Any) -> bytes:
    import numpy as np

    from stickdance.capture.media.audio import blocks

    rate = 100 * PEAKS_A_SECOND
    samples = np.abs(np.concatenate(list(blocks(sound, rate))))
    whole = samples[: len(samples) // 100 * 100].reshape(-1, 100).max(axis=1)
    loudest = max(float(whole.max(initial=0.0)), 1e-6)
    return (255 * whole / loudest).round().astype(np.uint8).tobytes()
