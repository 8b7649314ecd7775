import sys
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest
import torch

import stickdance.choreography.music.beat_this_listener as module
from stickdance.checkpoints.errors import BadInput, MissingDependency, WeightsAbsent
from stickdance.checkpoints.public.public_weights import PUBLIC_WEIGHTS
from stickdance.choreography.listening import listen
from stickdance.choreography.music.beat_this_listener import log_mel
from stickdance.choreography.options import ListeningOptions

TIMES = 0.5 + np.arange(90) * 0.5  # 45 s: two chunks


class FakeNetwork(torch.nn.Module):
    """Hears a beat where the loudness of the lowest bands rises, a downbeat where all do."""

    def __init__(self, gain=1.0):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor(gain))

    def forward(self, mel):
        rise = torch.nn.functional.pad(mel[:, 1:] - mel[:, :-1], (0, 0, 1, 0))
        low, high = rise[:, :, :4].mean(dim=2), rise[:, :, 40:90].mean(dim=2)
        either = torch.maximum(low, high)
        return {"beat": self.weight * (either - 1), "downbeat": self.weight * (low - high - 0.5)}


class FakePeaks:
    def __init__(self, type, fps):
        assert (type, fps) == ("minimal", 50)

    def __call__(self, beat, downbeat):
        def peaks(logits):
            near = torch.nn.functional.max_pool1d(logits[None, None], 7, 1, 3)[0, 0]
            return (torch.nonzero((logits == near) & (logits > 0))[:, 0] / 50).numpy()

        beats, downbeats = peaks(beat), peaks(downbeat)
        return beats, np.unique([beats[np.abs(beats - time).argmin()] for time in downbeats])


@pytest.fixture
def installed(monkeypatch, tmp_path):
    """A module that answers like beat_this, and weights for it."""
    tracker, picker = ModuleType("tracker"), ModuleType("picker")
    tracker.BeatThis, picker.Postprocessor = FakeNetwork, FakePeaks
    monkeypatch.setitem(sys.modules, "beat_this", ModuleType("beat_this"))
    monkeypatch.setitem(sys.modules, "beat_this.model", ModuleType("model"))
    monkeypatch.setitem(sys.modules, "beat_this.model.beat_tracker", tracker)
    monkeypatch.setitem(sys.modules, "beat_this.model.postprocessor", picker)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    ours = replace(PUBLIC_WEIGHTS["beat_this"], sha256="")  # whatever these weights have
    monkeypatch.setitem(PUBLIC_WEIGHTS, "beat_this", ours)
    path = ours.path
    path.parent.mkdir(parents=True)
    weights = {"state_dict": {"model.weight": torch.tensor(2.0)}, "hyper_parameters": {"lr": 1}}
    torch.save(weights, path)
    return path


@pytest.fixture
def waltz(sounds):
    shapes = [sounds.drum() if k % 3 == 0 else sounds.click(4000, 0.4) for k in range(len(TIMES))]
    return sounds.write(sounds.hits(TIMES, shapes, 46))


def test_what_the_network_hears_becomes_beats_and_bars(waltz, installed):
    beats = listen(waltz, ListeningOptions(listener="beat_this")).beats
    assert beats.times == pytest.approx(TIMES, abs=0.03)
    assert beats.metre == 3
    assert beats.downbeat_times == pytest.approx(TIMES[::3], abs=0.03)


def test_chunks_join_into_the_same_as_the_whole(waltz, installed, monkeypatch):
    network = FakeNetwork(2.0)
    whole = torch.from_numpy(np.concatenate(list(log_mel(waltz))))[None]
    expected = network(whole)["beat"][0].detach()
    joined = module._logits(network, waltz)[0]
    assert len(joined) == len(expected)
    torch.testing.assert_close(joined[1:], expected[1:])


def test_the_spectrum_is_torchs_with_the_published_parameters(waltz):
    librosa = pytest.importorskip("librosa")
    from stickdance.capture.media.audio import blocks

    samples = torch.from_numpy(np.concatenate(list(blocks(waltz, rate=22_050))))
    bins = torch.stft(
        samples, 1024, 441, window=torch.hann_window(1024), normalized=True,
        return_complex=True, pad_mode="constant",
    ).abs()  # fmt: skip
    filters = librosa.filters.mel(
        sr=22_050, n_fft=1024, n_mels=128, fmin=30, fmax=11_000, norm=None
    )
    expected = np.log1p(1000 * filters @ bins.numpy()).T
    found = np.concatenate(list(log_mel(waltz)))
    assert found == pytest.approx(expected[: len(found)], abs=2e-3)


def test_without_the_package_or_its_weights_it_says_how_to_get_them(waltz, installed, monkeypatch):
    installed.unlink()
    with pytest.raises(WeightsAbsent, match=r"not here; `stickdance models get beat_this`"):
        listen(waltz, ListeningOptions(listener="beat_this"))
    monkeypatch.setitem(sys.modules, "beat_this.model.beat_tracker", None)
    with pytest.raises(MissingDependency, match="make beat-this"):
        listen(waltz, ListeningOptions(listener="beat_this"))


def test_weights_that_are_not_the_published_ones_are_not_read(waltz, installed, monkeypatch):
    published = replace(PUBLIC_WEIGHTS["beat_this"], sha256="8c328b45")
    monkeypatch.setitem(PUBLIC_WEIGHTS, "beat_this", published)
    with pytest.raises(WeightsAbsent, match=r"SHA-256 is not 8c328b45"):
        listen(waltz, ListeningOptions(listener="beat_this"))


class Harmful:
    def __reduce__(self):
        return print, ("run by a checkpoint",)


def test_a_checkpoint_that_would_run_code_is_refused_unrun(waltz, installed, capsys):
    torch.save({"state_dict": {}, "hyper_parameters": {"x": Harmful()}}, installed)
    with pytest.raises(MissingDependency, match="no checkpoint of beat_this"):
        listen(waltz, ListeningOptions(listener="beat_this"))
    assert "run by" not in capsys.readouterr().out


def test_weights_of_another_network_are_refused(waltz, installed):
    torch.save({"state_dict": {"model.other": torch.zeros(3)}, "hyper_parameters": {}}, installed)
    with pytest.raises(MissingDependency, match="another network"):
        listen(waltz, ListeningOptions(listener="beat_this"))


def test_a_song_in_which_it_hears_nothing_is_refused(sounds, installed):
    quiet = sounds.write(sounds.hits([1.0], sounds.click(), 8))
    with pytest.raises(BadInput, match="beat_this heard"):
        listen(quiet, ListeningOptions(listener="beat_this"))
