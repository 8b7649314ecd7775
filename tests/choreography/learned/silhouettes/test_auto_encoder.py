import torch

from stickdance.choreography.learned.silhouettes.auto_encoder import CODE, SilhouetteAutoEncoder


def test_four_levels_lead_to_128_numbers_and_back_to_the_size():
    torch.manual_seed(0)
    model = SilhouetteAutoEncoder()
    vectors = model.encode(torch.rand(3, 54, 96))
    assert vectors.shape == (3, CODE)
    assert vectors.abs().max() < 1
    pictures = model.decode(vectors)
    assert pictures.shape == (3, 54, 96)
    assert 0 < pictures.min() < pictures.max() < 1


def test_the_deepest_level_is_that_of_the_paper():
    assert SilhouetteAutoEncoder().from_code.out_features == 4 * 6 * 32
