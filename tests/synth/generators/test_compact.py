import pytest
import torch

from stickdance.synth.generators.compact import CompactGenerator

torch.manual_seed(0)


@pytest.fixture
def generator():
    torch.manual_seed(1)
    return CompactGenerator((8, 12, 16, 24), blocks=1)


def scene(count=2, height=96, width=80):
    torch.manual_seed(2)
    stick = torch.full((count, 3, height, width), -1.0)
    warped = torch.zeros(count, 4, height, width)
    stick[:, :, 30:70, 40:42] = 1
    warped[:, :3, 25:75, 30:50] = torch.rand(count, 3, 50, 20) * 2 - 1
    warped[:, 3, 25:75, 30:50] = 1
    return stick, warped, torch.rand(1, 3, height, width) * 2 - 1


def test_the_default_has_about_three_million_parameters():
    count = sum(each.numel() for each in CompactGenerator().parameters())
    assert 2_500_000 < count < 3_500_000


@pytest.mark.parametrize("size", [(96, 80), (64, 64), (75, 53), (30, 18)])
def test_it_answers_in_the_size_and_range_it_is_asked_in(generator, size):
    height, width = size
    stick, warped, plate = (each[..., :height, :width] for each in scene())
    for mode in (generator.train(), generator.eval()):
        picture, matte, _ = mode(stick, warped, plate)
        assert picture.shape == (2, 3, height, width)
        assert matte.shape == (2, 1, height, width)
        assert picture.abs().max() <= 1.0001
        assert 0 <= matte.min() <= matte.max() <= 1


def test_before_training_it_shows_the_warped_pixels_over_the_plate(generator):
    stick, warped, plate = scene(1)
    picture, matte, _ = generator.eval()(stick, warped, plate)
    assert (picture[..., 30:70, 33:47] - warped[:, :3, 30:70, 33:47]).abs().mean() < 0.1
    assert (picture[..., :20] - plate[..., :20]).abs().mean() < 0.05
    assert matte[..., 30:70, 33:47].mean() > 0.9 > 0.1 > matte[..., :20].mean()


def test_rendering_looks_only_at_the_box_around_the_person_and_leaves_the_rest_alone(generator):
    stick, warped, plate = scene(1, 160, 144)
    picture, matte, _ = generator.eval()(stick, warped, plate)
    assert torch.equal(picture[..., 110:, :], plate[..., 110:, :])
    assert (matte[..., 110:, :] == 0).all()


def test_the_box_hardly_changes_the_picture(generator):
    stick, warped, plate = scene(1, 160, 144)
    with torch.inference_mode():
        boxed = generator.eval()(stick, warped, plate).picture
        whole = generator.train()(stick, warped, plate).picture
    assert (boxed - whole)[..., 25:75, 30:50].abs().mean() < 0.02


def test_a_frame_without_a_person_is_the_plate(generator):
    _, _, plate = scene(1)
    nothing = torch.full((1, 3, 96, 80), -1.0), torch.zeros(1, 4, 96, 80)
    picture = generator.eval()(*nothing, plate).picture
    assert (picture - plate).abs().mean() < 0.05


def test_all_weights_learn(generator):
    stick, warped, plate = scene()
    optimiser = torch.optim.Adam(generator.parameters(), 1e-3)
    for _ in range(2):  # the movement starts at zero and passes nothing back at first
        optimiser.zero_grad()
        painted = generator.train()(stick, warped, plate)
        (painted.picture.square().mean() + painted.matte.mean()).backward()
        optimiser.step()
    assert all(each.grad is not None and each.grad.any() for each in generator.parameters())


def test_it_learns_to_move_warped_pixels_to_where_they_belong(generator):
    stick, warped, plate = scene(2)
    wanted = plate.expand(2, -1, -1, -1).clone()
    smooth = torch.nn.functional.avg_pool2d(warped[:, :3], 5, 1, 2)
    warped = torch.cat([smooth, warped[:, 3:]], 1)
    wanted[..., 25:75, 33:53] = smooth[..., 25:75, 30:50]
    optimiser = torch.optim.Adam(generator.parameters(), 3e-3)
    losses = []
    for _ in range(60):
        optimiser.zero_grad()
        loss = (generator.train()(stick, warped, plate).picture - wanted).abs().mean()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.6 * losses[0]


def test_while_training_it_says_how_far_it_fetched_pixels_within_its_reach(generator):
    torch.nn.init.normal_(generator.movement.weight)
    movement = generator.train()(*scene()).movement
    assert movement.shape == (2, 2, 96, 80)
    assert 1 < movement.abs().max() <= generator.reach
    assert generator.eval()(*scene()).movement is None


def test_the_four_pixels_of_an_output_block_start_alike(generator):
    weight = generator.colours.weight
    assert torch.equal(weight[::4], weight[1::4])
    assert torch.equal(weight[::4], weight[3::4])
