"""One row of numbers for each song: VGG-19's of its spectrogram, or librosa's of its sound.

VGG-19's: the mel spectrogram of the song's middle is a picture of 224x224, time to the right, pitch
upwards; its convolutional part answers with 25,088 numbers, as in "What if we are able to predict
movement?". Where its weights are absent, mean and spread over time of the frame features stand in,
and the kind says so.

Conventions: a spectrogram in decibels below its loudest, -80..0, as grey 0..1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import librosa
import numpy as np

from stickdance.capture.media.audio import blocks, decode_sound
from stickdance.checkpoints.errors import WeightsAbsent
from stickdance.checkpoints.public.pretrained import IMAGENET_MEAN, IMAGENET_SPREAD, backbone
from stickdance.checkpoints.scratch import scratch_folder
from stickdance.choreography.movement.options import FeaturesChoice
from stickdance.choreography.music import frame_features

DESCRIPTORS = (
    "centroid", "roll_off", "zero_crossings", "bandwidth", "contrast", "flatness", "rms", "mfcc_1",
)  # fmt: skip
"""The eight means of a song that the clusters of "What if we are able to predict
movement?" are tested on. Of contrast it is the mean of the
bands; of the cepstrum the first coefficient that is not loudness."""

_RATE = 22_050
_SECONDS = 30.0
_SIDE = 224
_DECIBELS = 80.0
_FPS = 10.0  # of the frame features that stand in


@dataclass(frozen=True)
class SongFeatures:
    """What songs sound like as wholes."""

    kind: str
    """"VGG-19 of the spectrogram", or "librosa" and why."""
    values: np.ndarray
    """(songs, features) float64."""
    descriptors: np.ndarray
    """(songs, 8) float64, columns as in DESCRIPTORS."""


def song_features(songs: Sequence[Path], choice: FeaturesChoice = "auto") -> SongFeatures:
    """Listen to songs, one after another.

    Raises:
        BadInput: a song cannot be read.
        WeightsAbsent: VGG-19 was asked for by name and is absent.
    """
    network, kind = None, "librosa, as asked for"
    if choice != "librosa":
        try:
            network, kind = backbone("vgg19"), "VGG-19 of the spectrogram"
        except WeightsAbsent as absent:
            if choice == "vgg19":
                raise
            kind = f"librosa, since weights are absent ({absent})"
    rows, descriptors = [], []
    for song in songs:
        with scratch_folder() as folder:
            sound = decode_sound(song, folder / "song.wav")
            heard = frame_features.frame_features(sound, _FPS)
            descriptors.append(described(heard))
            if network is None:
                values = heard.values.astype(np.float64)
                rows.append(np.concatenate([values.mean(axis=0), values.std(axis=0)]))
            else:
                samples = np.concatenate(list(blocks(sound, rate=_RATE)))
                rows.append(_seen(network, spectrogram_picture(samples)))
    return SongFeatures(kind, np.array(rows), np.array(descriptors))


def described(heard: frame_features.FrameFeatures) -> np.ndarray:
    """Return (8,) the means over a song of DESCRIPTORS."""
    names = frame_features.NAMES
    bands = [number for number, name in enumerate(names) if name.startswith("contrast_")]
    means = heard.values.astype(np.float64).mean(axis=0)
    return np.array(
        [means[bands].mean() if name == "contrast" else means[names.index(name)]
         for name in DESCRIPTORS]
    )  # fmt: skip


def spectrogram_picture(samples: np.ndarray, rate: int = _RATE) -> np.ndarray:
    """Return the mel spectrogram of the middle half minute, (224, 224) float32 in 0..1.

    Low notes are at the bottom, as spectrograms are drawn. A shorter song is seen whole.
    """
    import cv2

    length = min(len(samples), round(_SECONDS * rate))
    start = (len(samples) - length) // 2
    power = librosa.feature.melspectrogram(
        y=samples[start : start + length], sr=rate, n_fft=2048, hop_length=512, n_mels=_SIDE
    )
    decibels = librosa.power_to_db(power, ref=np.max, top_db=_DECIBELS)
    grey = (decibels / _DECIBELS + 1)[::-1].astype(np.float32)
    return cv2.resize(grey, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)


def _seen(network: object, picture: np.ndarray) -> np.ndarray:
    import torch

    mean, spread = (np.array(each)[:, None, None] for each in (IMAGENET_MEAN, IMAGENET_SPREAD))
    grey = (picture[None] - mean) / spread
    with torch.inference_mode():
        answer = network(torch.from_numpy(grey[None].astype(np.float32)))  # type: ignore[operator]
    return np.asarray(answer.flatten().numpy(), np.float64)
