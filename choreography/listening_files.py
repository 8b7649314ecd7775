"""What was heard in a song, as a folder of files that other programs open and people correct.

`beats.beats`, `beats.txt` and `sections.txt` (Audacity labels), `song.jams`, `listening.json` with
all of it, `beats.png` (the beat and other readings of it), `lag_matrix.png`, and `frames.npz` with
the sound of every video frame where that is asked for. Every file of beats or sections can be given
back to `stickdance choreograph`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from stickdance.capture.media.audio import Sound, cancelling_warning, decode_sound
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import sha256
from stickdance.checkpoints.manifest import result_folder
from stickdance.checkpoints.scratch import scratch_folder
from stickdance.choreography.annotations.audacity import write_beat_labels, write_section_labels
from stickdance.choreography.annotations.beats_file import write_beats_file
from stickdance.choreography.annotations.jams_file import write_jams
from stickdance.choreography.annotations.marks import BeatMarks, SectionMark
from stickdance.choreography.annotations.summary_file import write_summary
from stickdance.choreography.listening import Heard, listen
from stickdance.choreography.music.beat_picture import draw_beats
from stickdance.choreography.music.beats import Beats, OtherReading
from stickdance.choreography.music.frame_features import frame_features
from stickdance.choreography.music.lag_picture import draw_lag_matrix
from stickdance.choreography.options import ListeningOptions

KIND = "listening"
BEATS, BEAT_LABELS, SECTION_LABELS = "beats.beats", "beats.txt", "sections.txt"
JAMS, SUMMARY, PICTURE, FRAMES = "song.jams", "listening.json", "lag_matrix.png", "frames.npz"
BEAT_PICTURE = "beats.png"


@dataclass(frozen=True)
class ListeningResult:
    """Where a listening lies, and what was heard."""

    folder: Path
    seconds: float
    heard: Heard
    warnings: tuple[str, ...] = ()

    def described(self) -> dict[str, Any]:
        """Return it as JSON values."""
        beats, structure = self.heard.beats, self.heard.structure
        return {
            "listening": str(self.folder),
            "seconds": round(self.seconds, 3),
            "tempo": round(beats.tempo, 2),
            "metre": beats.metre,
            "beats": len(beats),
            "confidence": round(beats.confidence, 3),
            "listener": self.heard.listener,
            "other_readings": _readings(beats.others),
            "also_counted": _counted(beats),
            "form": " ".join(section.label for section in structure.sections),
            "chorus": structure.chorus,
            "choruses": [
                [round(one.start, 2), round(one.end, 2)] for one in structure.sections if one.chorus
            ],
            "repetitions": len(structure.repetitions),
            "warnings": list(self.warnings),
        }


def song_to_listening(
    song: Path, to: Path, options: ListeningOptions | None = None, fps: float | None = None
) -> ListeningResult:
    """Listen to a song and write what was heard.

    Args:
        song: any sound or video file.
        to: the folder to write; an older listening there is replaced.
        options: who listens, and what is given by hand.
        fps: also write the sound of every video frame at this rate, 1 to 240.

    Raises:
        BadInput: the song cannot be read or has no beat; a file of beats or sections is wrong.
        MissingDependency: the listener is not installed, or its weights are absent.
        OutputFailed: `to` cannot be written.
    """
    options = options or ListeningOptions()
    if fps is not None and not 1 <= fps <= 240:
        raise BadInput(f"--frames: expected 1 to 240 frames a second, found {fps}")
    song, to = Path(song), Path(to)
    about: dict[str, Any] = {"song": song.name, "listener": options.listener or "best at hand"}
    with result_folder(to, KIND, about) as folder, scratch_folder() as scratch:
        sound = decode_sound(song, scratch / "song.wav")
        heard = listen(sound, options)
        _write(folder, song, sound, heard)
        if fps is not None:
            frame_features(sound, fps).save(folder / FRAMES)
        warnings = (*cancelling_warning(sound), *heard.warnings)
    return ListeningResult(to, sound.seconds, heard, warnings)


def _write(folder: Path, song: Path, sound: Sound, heard: Heard) -> None:
    beats, structure = heard.beats, heard.structure
    marks = BeatMarks(beats.times, beats.positions)
    sections = tuple(
        SectionMark(one.start, one.end, one.label, one.chorus) for one in structure.sections
    )
    about = {
        "song": song.name,
        "sha256": sha256(song),
        "seconds": round(sound.seconds, 4),
        "tempo": round(beats.tempo, 3),
        "metre": beats.metre,
        "confidence": round(beats.confidence, 3),
        "listener": heard.listener,
        "other_readings": _readings(beats.others),
        "also_counted": _counted(beats),
        "chorus": structure.chorus,
    }
    write_beats_file(folder / BEATS, marks)
    write_beat_labels(folder / BEAT_LABELS, marks)
    write_section_labels(folder / SECTION_LABELS, sections)
    write_jams(folder / JAMS, song.stem, sound.seconds, marks, beats.tempo, sections)
    write_summary(folder / SUMMARY, about, marks, sections, structure.repetitions)
    picture = draw_lag_matrix(heard.hearing.chroma, sound.seconds, beats, structure)
    (folder / PICTURE).write_bytes(_png(picture))
    (folder / BEAT_PICTURE).write_bytes(_png(draw_beats(heard.hearing.onsets, beats)))


def _readings(others: Sequence[OtherReading]) -> list[dict[str, Any]]:
    """Return other readings of the beat as JSON values."""
    return [
        {"tempo": round(one.tempo, 1), "probability": round(one.probability, 2), "flag": one.flag}
        for one in others
    ]


def _counted(beats: Beats) -> str | None:
    """Return how else the same beat can be counted, and the option that does so."""
    other = beats.counted
    return None if other is None else f"{other.tempo:.0f} BPM ({other.flag})"


def _png(picture: np.ndarray) -> bytes:
    return bytes(cv2.imencode(".png", picture[:, :, ::-1])[1])
