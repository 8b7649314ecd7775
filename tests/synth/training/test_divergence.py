import torch

from stickdance.synth.training.divergence import Divergence


def settled(error=0.07):
    divergence = Divergence()
    assert not any(divergence.diverges(error * (1 + 0.3 * (step % 2))) for step in range(60))
    return divergence


def test_ordinary_batches_never_diverge():
    assert settled().rate == 1.0


def test_an_error_far_above_the_usual_one_diverges_and_halves_the_rate():
    divergence = settled()
    usual = divergence.usual
    assert divergence.diverges(0.3)
    assert divergence.rate == 0.5
    assert divergence.usual == usual, "what diverged is not usual"


def test_an_error_that_is_no_number_diverges():
    assert settled().diverges(float("nan"))


def test_at_the_beginning_nothing_is_usual_yet():
    divergence = Divergence()
    assert not any(divergence.diverges(error) for error in (0.1, 0.9, 0.2))


def test_it_gives_in_after_four_times():
    divergence = settled()
    assert [divergence.diverges(0.5) for _ in range(6)] == [True] * 4 + [False] * 2


def test_it_is_kept_in_a_file_to_the_last_bit():
    divergence, again = settled(), Divergence()
    divergence.diverges(0.4)
    again.load(torch.clone(divergence.state()))
    assert vars(again) == vars(divergence)
