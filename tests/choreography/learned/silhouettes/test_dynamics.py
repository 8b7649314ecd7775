import torch

from stickdance.choreography.learned.silhouettes.dynamics import FeedForward, SilhouetteLstm


def test_a_free_run_of_the_lstm_is_what_it_tells_of_its_own_vectors():
    torch.manual_seed(0)
    lstm = SilhouetteLstm(12)
    seen = torch.randn(2, 6, 128)
    run = torch.stack(list(lstm.free_run(seen, 3)), dim=1)
    whole, _ = lstm(torch.cat([seen, run], dim=1))
    torch.testing.assert_close(run, whole[:, 5:8])


def test_surprises_are_added_and_seen_next():
    torch.manual_seed(0)
    lstm = SilhouetteLstm(12)
    seen, aside = torch.randn(1, 6, 128), torch.randn(1, 128)
    run = list(lstm.free_run(seen, 2, lambda: aside))
    torch.testing.assert_close(run[0], lstm(seen)[0][:, -1] + aside)
    whole, _ = lstm(torch.cat([seen, run[0][:, None]], dim=1))
    torch.testing.assert_close(run[1], whole[:, -1] + aside)


def test_the_baseline_sees_the_last_two_vectors_alone():
    torch.manual_seed(0)
    network = FeedForward()
    seen = torch.randn(1, 6, 128)
    run = list(network.free_run(seen, 3))
    torch.testing.assert_close(run[0], network(seen[:, 4], seen[:, 5]))
    torch.testing.assert_close(run[1], network(seen[:, 5], run[0]))
    other = torch.cat([torch.randn(1, 4, 128), seen[:, 4:]], dim=1)
    torch.testing.assert_close(list(network.free_run(other, 3))[2], run[2])
