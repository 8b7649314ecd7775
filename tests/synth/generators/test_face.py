import numpy as np
import pytest
import torch

from stickdance.capture.pose.stick_figure import draw_pose
from stickdance.synth.appearance.head_boxes import head_boxes, head_side
from stickdance.synth.compute.image_tensors import as_pictures, as_tensor
from stickdance.synth.generators.face import (
    CompactFace,
    FaceRefiner,
    PublishedFace,
    cropped,
    soft_edge,
    with_heads,
)
from stickdance.synth.training.options import TrainingOptions
from stickdance.synth.training.trainer import train

HEADS = torch.tensor([[8, 4, 16, 16], [20, 12, 16, 16], [0, 0, 0, 0]])


@pytest.fixture
def seen():
    random = torch.Generator().manual_seed(0)
    shapes = {"picture": 3, "stick": 3, "warped": 4}
    return {
        name: torch.rand(3, channels, 40, 48, generator=random) for name, channels in shapes.items()
    } | {"heads": HEADS}


@pytest.fixture
def refiner():
    torch.manual_seed(0)
    network = FaceRefiner(CompactFace(8))
    torch.nn.init.normal_(network.network.shares.weight, std=0.5)
    return network


def test_the_published_network_has_its_published_size():
    assert sum(each.numel() for each in PublishedFace().parameters()) == 26_724_291


def test_at_first_nothing_changes(seen):
    assert torch.equal(FaceRefiner(CompactFace())(**seen), seen["picture"])


def test_crops_are_the_parts_of_their_pictures(seen):
    crops = cropped(seen["picture"], HEADS, 16)
    assert torch.equal(crops[0], seen["picture"][0, :, 4:20, 8:24])
    assert torch.equal(crops[1], seen["picture"][1, :, 12:28, 20:36])


def test_only_the_inside_of_the_boxes_changes(seen, refiner):
    changed = (refiner(**seen) - seen["picture"]).abs().amax(1)
    inside = torch.zeros(3, 40, 48, dtype=torch.bool)
    inside[0, 4:20, 8:24] = inside[1, 12:28, 20:36] = True
    assert (changed[~inside] == 0).all()
    assert (changed[:2, :][inside[:2]] > 0).float().mean() > 0.9


def test_heads_of_a_batch_are_mended_as_they_are_one_by_one(seen, refiner):
    together = refiner(**seen)
    alone = [refiner(**{name: each[n : n + 1] for name, each in seen.items()}) for n in range(3)]
    assert torch.allclose(together, torch.cat(alone), atol=1e-6)


def test_the_edge_fades_without_a_step():
    soft = soft_edge(48)
    assert soft[24, 24] == 1
    assert soft[0].max() < 0.02
    assert torch.equal(soft, soft.T)
    assert torch.equal(soft, soft.flip(0))
    assert soft.diff(dim=0).abs().max() < 0.2


def test_a_residual_is_added_at_full_strength_in_the_middle():
    out = with_heads(torch.zeros(3, 3, 40, 48), torch.full((3, 3, 16, 16), 0.5), HEADS)
    assert out[0, 0, 12, 16] == 0.5
    assert out[2].abs().max() == 0


def test_it_learns_a_detail_that_the_painting_lacks(seen):
    """Painted heads are blurred; the sharp ones lie in the warped pixels, elsewhere in colour."""
    torch.manual_seed(0)
    refiner = FaceRefiner(CompactFace(8))
    warped = torch.cat([seen["warped"][:, :3], torch.ones(3, 1, 40, 48)], 1)
    wanted, painted = warped[:, :3] * 0.8, torch.full((3, 3, 40, 48), 0.4)
    optimiser = torch.optim.Adam(refiner.parameters(), 5e-3)
    inside = (slice(0, 1), slice(None), slice(8, 16), slice(12, 20))

    def error():
        out = refiner(painted, seen["stick"], warped, HEADS)
        return (out - wanted)[inside].abs().mean()

    before = error().item()
    for _ in range(80):
        optimiser.zero_grad()
        loss = error()
        loss.backward()
        optimiser.step()
    assert error().item() < 0.5 * before


def test_nothing_alternates_from_pixel_to_pixel(refiner):
    """On flat pictures the answer is smooth, whatever the weights: no checkerboard can appear."""
    flat = {
        name: torch.full((1, size, 32, 32), 0.3) for name, size in (("stick", 3), ("warped", 4))
    }
    out = refiner.network(flat["stick"], torch.full((1, 3, 32, 32), -0.2), flat["warped"])
    inside = out[..., 8:-8, 8:-8].detach()
    alternating = inside[..., ::2].mean((2, 3)) - inside[..., 1::2].mean((2, 3))
    assert inside.abs().mean() > 0.01
    assert alternating.abs().max() < 1e-3


def test_the_painted_picture_is_not_bent_to_suit_the_refiner(seen, refiner):
    picture = seen["picture"].requires_grad_()
    refiner(picture, seen["stick"], seen["warped"], HEADS).sum().backward()
    assert torch.equal(picture.grad, torch.ones_like(picture))


def test_rendering_mends_heads_as_the_generator_does(tiny_take, tmp_path, monkeypatch):
    monkeypatch.setattr("stickdance.synth.rendering.own_arms._SHARE", 0.0)
    size = tiny_take.size
    options = TrainingOptions(minutes=0, size=size, face="on", device="cpu", precision="float32")
    performer = train(tiny_take, tmp_path / "anna", options)
    network = performer.generator.face.network
    torch.manual_seed(0)
    torch.nn.init.normal_(network.shares.weight, std=0.3)
    poses = tiny_take.poses.part(20, 26)
    painted = performer.render(poses.points, poses.confidence)
    body, skeleton = performer.body, performer.skeleton
    side = head_side(body)
    heads = head_boxes(poses.points, poses.confidence, body.face, side, size, skeleton)
    sticks = [
        draw_pose(points, sure, size, performer.style, skeleton)
        for points, sure in zip(poses.points, poses.confidence, strict=True)
    ]
    warped = performer.appearance.paint(poses.points, poses.confidence)
    seen = as_tensor(np.stack(sticks)), as_tensor(warped), as_tensor(performer.plate[None])
    with torch.inference_mode():
        wanted = as_pictures(performer.generator(*seen, head=torch.from_numpy(heads)).picture)
        plain = as_pictures(performer.generator(*seen).picture)
    assert (heads[:, 2] == side).all()
    assert np.abs(plain.astype(int) - wanted).max() > 20
    assert np.abs(painted.astype(int) - wanted).max() <= 2
