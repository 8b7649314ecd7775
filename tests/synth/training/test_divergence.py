import torch

from stickdance.synth.training.divergence import Steadiness


def settled(error=0.07):
    steadiness = Steadiness()
    assert not any(steadiness.strays(error * (1 + 0.3 * (step % 2))) for step in range(60))
    return steadiness


def test_ordinary_batches_never_stray():
    assert settled().rate == 1.0


def test_an_error_far_above_the_usual_one_strays_and_halves_the_rate():
    steadiness = settled()
    usual = steadiness.usual
    assert steadiness.strays(0.3)
    assert steadiness.rate == 0.5
    assert steadiness.usual == usual, "what went astray is not usual"


def test_an_error_that_is_no_number_strays():
    assert settled().strays(float("nan"))


def test_at_the_beginning_nothing_is_usual_yet():
    steadiness = Steadiness()
    assert not any(steadiness.strays(error) for error in (0.1, 0.9, 0.2))


def test_it_gives_in_after_four_times():
    steadiness = settled()
    assert [steadiness.strays(0.5) for _ in range(6)] == [True] * 4 + [False] * 2


def test_it_is_kept_in_a_file_to_the_last_bit():
    steadiness, again = settled(), Steadiness()
    steadiness.strays(0.4)
    again.load(torch.clone(steadiness.tensors()["steadiness"]))
    assert vars(again) == vars(steadiness)
