"""The report on a cast: figures that people can compare, and what footage did not allow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from services.gateway.casting import Casting
from services.gateway.casting_report import casting_document
from services.gateway.director import Directed, Heard, direct_film
from services.gateway.plan import Planned
from shared.digest import Digest
from tests.gateway.synthetic import material, motion, style
from tests.gateway.test_director import ANY, BRIEF, plan


class Cast(NamedTuple):
    """A film that was planned, and how it was directed."""

    planned: Planned
    directed: Directed


def planned(seconds: float, *cuts: int) -> Cast:
    heard = Heard(None, None, plan(240, *cuts), ANY)
    directed = direct_film(BRIEF, material({"a": motion(seconds)}, {"p": style()}), heard, None)
    notes = ("faces in photos: not looked at",)
    return Cast(Planned(directed.timeline, directed, notes), directed)


def document_of(found: Planned) -> dict[str, Any]:
    document = casting_document(found)
    assert document is not None
    return document


def test_demands_are_apart_from_the_score() -> None:
    found = planned(30, 60, 120)
    casting = replace(
        found.directed.casting, score=203.5, terms={"content": 3.5, "demands": 200.0}, runner_up=202
    )
    document = document_of(
        replace(found.planned, directed=replace(found.directed, casting=casting))
    )
    assert document["score"] == pytest.approx(3.5)
    assert document["runner_up"] == {"score": 2, "shots_that_differ": casting.differs}
    assert document["shots"] == 3
    assert document["notes"] == ["faces in photos: not looked at"]


def test_want_of_footage_is_a_note_with_figures() -> None:
    found = planned(2.0, *range(30, 240, 30))
    document = document_of(found.planned)
    assert document["cuts_left_out"] == found.directed.dropped > 0
    assert document["repeating_shots"] == len(found.directed.casting.repeats)
    assert document["notes"][1].startswith("footage ran out: ")
    assert f"{found.directed.dropped} cut" in document["notes"][1]


def test_an_only_cast_has_no_runner_up() -> None:
    found = planned(30, 60)
    lone = Casting(found.directed.casting.casts, 1.0, {"demands": 0.0})
    directed = Directed(found.planned.timeline, lone, found.directed.cut_plan)
    assert document_of(Planned(found.planned.timeline, directed))["runner_up"] is None
    assert isinstance(found.planned.timeline.cut_plan, Digest)
