"""The search: better than chance, never worse for being improved, the same for a seed."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from services.gateway.casting import Director, Slot
from services.gateway.casting_cost import Usage
from services.gateway.casting_search import Search, SlotOptions
from services.gateway.options import Catalogue
from services.gateway.windows import content
from tests.gateway.synthetic import material, motion, style


def search(num_slots: int) -> Search:
    random = np.random.default_rng(3)
    clips = {
        name: replace(
            motion(8, speed=speed),
            sharpness=random.uniform(0.5, 1.5, 200).astype(np.float32),
            flow=np.cumsum(random.normal(0, 0.05, (200, 2)), axis=0).astype(np.float32),
            saliency_center=random.uniform(0, 1, (200, 2)).astype(np.float32),
        )
        for name, speed in (("a", 0.05), ("b", 0.2), ("c", 0.4))
    }
    catalogue = Catalogue(material(clips, {"p": style()}))
    options = catalogue.options(Fraction(1))
    slots = []
    for index in range(num_slots):
        worth = content(options, index / num_slots)
        slots.append(SlotOptions(options.features, worth, np.zeros(len(worth)), True))
    return Search(catalogue, slots, Usage(catalogue, 1.0))


def test_what_is_found_is_in_order_and_repeatable() -> None:
    found = search(6).best(0)
    assert [film.score for film in found] == sorted((f.score for f in found), reverse=True)
    assert len({film.chosen for film in found}) == len(found) > 1
    assert search(6).best(0)[0].chosen == found[0].chosen
    assert found[0].score == pytest.approx(sum(found[0].terms.values()))


def test_every_exchange_of_one_shot_is_worse() -> None:
    searched = search(5)
    best = searched.best(0)[0]
    for index in range(5):
        for option in range(0, 530, 41):
            changed = (*best.chosen[:index], option, *best.chosen[index + 1 :])
            assert searched.film(changed).score <= best.score + 1e-9


def test_it_beats_the_best_of_twenty_random_casts() -> None:
    slots = tuple(Slot(Fraction(1), index / 8) for index in range(8))
    found = material({n: motion(9, speed=s) for n, s in (("a", 0.1), ("b", 0.3))}, {"p": style()})
    director = Director(slots, found)
    best = director.cast(0).score
    assert best > max(director.random(seed).score for seed in range(20))


def test_one_slot_and_one_option_are_enough() -> None:
    director = Director((Slot(Fraction(1), 0.5),), material({}, {"p": style()}))
    casting = director.cast(0)
    assert casting.runner_up is None
    assert casting.casts[0].reference.handle == "p"
