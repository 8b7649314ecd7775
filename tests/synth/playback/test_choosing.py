from itertools import combinations, pairwise, product

import numpy as np
import pytest

from stickdance.synth.playback.choosing import (
    PAINTED,
    Film,
    PlaybackCosts,
    begins_stretch,
    choose_frames,
)

COSTS = PlaybackCosts(shortest=2, switch=0.02, change=0.03, apart=1.0)


def chosen_for(away, film, costs=None, paints=True):
    away = np.asarray(away, np.float32)
    return choose_frames(len(away), away.__getitem__, film, costs or PlaybackCosts(), paints)


def film_of(frames, pace=1.0, apart=None, runs=None):
    apart = np.zeros((frames, frames)) if apart is None else apart
    return Film(np.zeros(frames, int) if runs is None else runs, pace, apart.astype(np.float32))


def price_of(ways, starts, away, film, costs, paints):
    """The price of a way through the poses, added up anew: infinite where it is not allowed."""
    shown = away * np.maximum(1, away / costs.near)
    far = 2.5 * costs.near if paints else np.inf
    total = 0.0
    for pose, frame in enumerate(ways):
        allowed = paints if frame == PAINTED else away[pose, frame] <= far
        total += (
            np.inf if not allowed else costs.painted if frame == PAINTED else shown[pose, frame]
        )
    for pose, (one, other) in enumerate(pairwise(ways), 1):
        if pose in starts:
            total += costs.change if PAINTED in (one, other) else costs.switch
            if PAINTED not in (one, other):
                lively = min(film.lively[one], film.lively[other])
                if paints and film.apart[one, other] > costs.morph + lively:
                    return np.inf
                total += costs.apart * film.apart[one, other]
            elif one == other:
                return np.inf
            else:
                total += costs.apart * (
                    shown[pose - 1, one] if other == PAINTED else shown[pose, other]
                )
        elif one == PAINTED or other == PAINTED:
            if one != other:
                return np.inf
        elif other - one not in film.steps or film.runs[one] != film.runs[other]:
            return np.inf
    ahead = film.ahead(costs.shortest)
    for first, stop in pairwise([*sorted(starts), len(ways)]):
        if stop - first < costs.shortest:
            return np.inf
        if ways[first] != PAINTED:
            begun = ways[first : first + costs.shortest]
            if list(begun) != [ways[first] + on for on in ahead]:
                return np.inf
            rest = pairwise(ways[first + costs.shortest - 1 : stop])
            total += sum(film.price(other - one, costs) for one, other in rest)
    return total


def cheapest(ways, away, film, costs, paints):
    places = range(1, len(ways))
    cuts = (cut for count in range(len(ways)) for cut in combinations(places, count))
    return min(price_of(ways, {0, *cut}, away, film, costs, paints) for cut in cuts)


@pytest.mark.parametrize("paints", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_no_other_way_costs_less(seed, paints):
    rng = np.random.default_rng(seed)
    poses, frames = 4, 4
    away, apart = rng.random((poses, frames)) * 0.1, rng.random((frames, frames)) * 0.1
    film = film_of(frames, [1.0, 0.6, 1.7][seed], apart, np.array([0, 0, 0, seed % 2]))
    all_ways = product(range(-1, frames), repeat=poses)
    least = min(cheapest(ways, away, film, COSTS, paints) for ways in all_ways)
    found = chosen_for(away, film, COSTS, paints)
    assert cheapest(tuple(found), away, film, COSTS, paints) == pytest.approx(least, abs=1e-6)


def shown(poses, frames, at, elsewhere=0.2):
    """Distances of poses from frames that are alike where `at` says."""
    away = np.full((poses, frames), elsewhere, np.float32)
    away[np.arange(poses), at] = 0
    return away


def test_a_dance_of_the_film_itself_is_the_film():
    away = shown(40, 60, np.arange(10, 50))
    assert chosen_for(away, film_of(60)).tolist() == list(range(10, 50))


def test_where_nothing_is_near_it_is_painted():
    away = shown(60, 100, np.arange(60))
    away[20:40] = 0.5
    chosen = chosen_for(away, film_of(100))
    assert (chosen[20:40] == PAINTED).all()
    assert chosen[:20].tolist() == list(range(20)) and chosen[40:].tolist() == list(range(40, 60))


def test_poses_too_far_apart_for_a_morph_are_not_joined():
    at = np.concatenate([np.arange(20), np.arange(60, 80)])
    away, apart = shown(40, 80, at), np.zeros((80, 80))
    apart[:40, 40:] = apart[40:, :40] = 0.3
    chosen = chosen_for(away, film_of(80, apart=apart))
    sides = np.sign(chosen - 39.5) * (chosen >= 0)
    assert PAINTED in chosen
    assert not ((sides[:-1] * sides[1:]) < 0).any()
    joined = chosen_for(away, film_of(80, apart=apart), paints=False)
    assert PAINTED not in joined


def test_no_stretch_is_shorter_than_the_shortest():
    rng = np.random.default_rng(0)
    away = rng.random((200, 80)).astype(np.float32) * 0.1
    film = film_of(80)
    starts = begins_stretch(chosen_for(away, film, PlaybackCosts(shortest=8)), film)
    assert np.diff(np.flatnonzero(starts), append=200).min() >= 8


def test_a_film_shorter_than_the_shortest_stretch_is_shown_all_the_same():
    chosen = chosen_for(np.zeros((30, 5)), film_of(5), paints=False)
    assert ((chosen >= 0) & (chosen < 5)).all()


def test_a_long_dance_is_chosen_in_parts_and_goes_on_between_them():
    at = np.arange(1500) % 250
    assert (chosen_for(shown(1500, 250, at), film_of(250)) == at).all()


def test_frames_a_second_change_what_a_switch_costs_in_frames():
    slow, fast = PlaybackCosts(), PlaybackCosts().at(50)
    assert (fast.switch, fast.shortest) == (2 * slow.switch, 2 * slow.shortest)
