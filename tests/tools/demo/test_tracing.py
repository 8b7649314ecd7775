import numpy as np
import pytest
import torch

from stickdance.tools.demo.lighting import Casters
from stickdance.tools.demo.parts import MELTING, PartMaterial, PartTable, RoundCone
from stickdance.tools.demo.tiles import View
from stickdance.tools.demo.tracing import trace

VIEW = View(columns=96, rows=80, scale=100.0, centre=48.0, floor=70.0)
WHOLE = np.column_stack([np.eye(3), np.zeros(3)])[None]


def placed(*pieces):
    return PartTable(list(pieces), {"": 0}).placed(WHOLE)


def ball(x, y, z, radius, material=PartMaterial.SKIN, **more):
    at = ("", x, y, z)
    return RoundCone(at, at, (radius, radius), material, **more)


def seen(surface):
    share = np.zeros((VIEW.rows, VIEW.columns))
    share[surface.row, surface.column] = surface.share
    return share


def test_a_ball_is_met_where_geometry_says():
    surface = trace(placed(ball(0.05, 0.3, 0.2, 0.15)), VIEW)
    point, normal = surface.point.numpy(), surface.normal.numpy()
    across = np.hypot(point[:, 0] - 0.05, point[:, 1] - 0.3)
    inner = across < 0.13
    assert inner.sum() > 400
    assert np.allclose(point[inner, 2], 0.2 + np.sqrt(0.15**2 - across[inner] ** 2), atol=0.004)
    outward = (point - [0.05, 0.3, 0.2]) / 0.15
    assert np.abs(normal[inner] - outward[inner]).max() < 0.05
    assert seen(surface).sum() == pytest.approx(np.pi * 15**2, rel=0.06)


def test_a_flattened_ball_is_an_ellipse():
    lens = RoundCone(
        ("", -0.001, 0.3, 0),
        ("", 0.001, 0.3, 0),
        (0.2, 0.2),
        PartMaterial.SKIN,
        (0.0, 1.0, 0.0),
        2.0,
    )
    share = seen(trace(placed(lens), VIEW))
    assert share.sum() == pytest.approx(np.pi * 20 * 10, rel=0.08)
    assert share.any(1).sum() == pytest.approx(20, abs=2)


def test_the_nearer_part_hides_the_farther_one():
    behind, ahead = (
        ball(0, 0.3, 0, 0.2, PartMaterial.SHIRT),
        ball(0, 0.3, 0.5, 0.1, PartMaterial.SHOE),
    )
    surface = trace(placed(behind, ahead), VIEW)
    middle = (surface.column == 48) & (surface.row == 40)
    assert surface.material[middle].tolist() == [int(PartMaterial.SHOE)]
    assert surface.point[middle, 2].item() == pytest.approx(0.6, abs=0.005)


def test_parts_of_one_material_melt_and_of_two_do_not():
    def waist(material):
        pair = placed(
            ball(-0.1, 0.3, 0, 0.11, PartMaterial.SHIRT), ball(0.1, 0.3, 0, 0.11, material)
        )
        return seen(trace(pair, VIEW))[:, 47:49].sum(0).mean()

    assert waist(PartMaterial.SHIRT) > waist(PartMaterial.SHOE) + 1
    grown = np.sqrt((0.11 + MELTING[PartMaterial.SHIRT] * np.log(2)) ** 2 - 0.1**2) * 200
    assert waist(PartMaterial.SHIRT) == pytest.approx(grown, abs=2.5)


def test_the_picture_does_not_depend_on_where_tiles_begin():
    figure = placed(ball(0, 0.3, 0, 0.1), ball(0.12, 0.36, 0.1, 0.07), ball(0, 0.1, 0, 0.12))
    moved = View(VIEW.columns, VIEW.rows, VIEW.scale, VIEW.centre + 3, VIEW.floor - 5)
    there = seen(trace(figure, VIEW))
    shifted = np.roll(seen(trace(figure, moved)), (5, -3), axis=(0, 1))
    assert np.abs(there - shifted).max() < 0.05


def test_nothing_in_sight_gives_an_empty_surface():
    assert len(trace(placed(ball(30.0, 0.3, 0, 0.1)), VIEW)) == 0


def test_a_small_ball_hides_the_share_of_the_sky_that_geometry_says():
    casters = Casters(placed(ball(0, 1.0, 0, 0.2, casts=True)), np.array([0.0, 1.0, 0.0]))
    ground = torch.tensor([[0.0, 0.0, 0.0], [5.0, 0.0, 0.0]])
    light = casters.reach(ground, torch.tensor([[0.0, 1.0, 0.0]] * 2), softness=8.0, lift=0.0)
    assert light.sky[0].item() == pytest.approx((1 - 0.2**2) ** 1.1, abs=0.003)
    assert light.sky[1].item() > 0.99
    assert light.key[0].item() < 0.01
    assert light.key[1].item() == 1.0
