import torch

from stickdance.choreography.one_thread import one_thread


def test_within_it_torch_has_one_thread_and_afterwards_as_many_as_before():
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        with one_thread():
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
