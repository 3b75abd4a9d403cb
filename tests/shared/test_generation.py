"""A generated source: plain values, a name before it is made, a seed of its shot."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from shared.brief import MediaKind, Role
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.generation import Generated, Param, RoleInput, params_of, seed_of
from shared.schema import from_document, from_json, to_json
from shared.shot import Footage, Shot, is_clip

BLOB = Digest.of_bytes(b"a")
SOURCE = Generated(
    "wan",
    "text_to_video",
    "rain",
    (RoleInput("hero", BLOB, MediaKind.IMAGE, Role.SUBJECT),),
    params_of(steps=30, guidance=5.0, fast=False, negative="blur"),
    energy=(0.5, 1.0),
    accents=((3, 0.5),),
)
SHOT = Shot("s1-abcde", 20, SOURCE)


def document(**source: Any) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(to_json(SHOT))
    read["source"] |= source
    return read


def test_both_kinds_of_source_read_back_as_what_they_are() -> None:
    assert from_json(Shot, to_json(SHOT)) == SHOT
    footage = Shot("s1-abcde", 20, Footage("a", BLOB, MediaKind.VIDEO))
    assert from_json(Shot, to_json(footage)) == footage
    values = [item.value for item in from_json(Shot, to_json(SHOT)).source.params]  # type: ignore[union-attr]
    assert [type(value) for value in values] == [bool, float, str, int]


@pytest.mark.parametrize(
    "damaged",
    [
        {**document(), "source": {"x": 1}},
        document(handle="a"),
        document(params=[{"name": "steps", "value": [1]}]),
        document(seed="3"),
    ],
)
def test_a_source_that_is_neither_is_refused(damaged: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="source"):
        from_document(Shot, damaged)


def test_params_are_in_order_and_once() -> None:
    assert params_of(b=1, a="x", none=None) == (Param("a", "x"), Param("b", 1))
    assert SOURCE.param("steps") == 30
    assert SOURCE.param("unknown") is None
    with pytest.raises(InvalidInput, match="each once, in order"):
        Generated("wan", "t", "p", params=(Param("b", 1), Param("a", 1)))


def test_its_name_is_of_all_that_is_wished_and_no_handle_of_a_user() -> None:
    assert SOURCE.blob == replace(SOURCE).blob
    others = [replace(SOURCE, prompt="sun"), replace(SOURCE, seed=1), replace(SOURCE, params=())]
    assert len({SOURCE.blob, *(other.blob for other in others)}) == 4
    assert "/" in SOURCE.handle
    assert SOURCE.kind is MediaKind.VIDEO
    assert not is_clip(SOURCE)


def test_shots_have_seeds_of_their_own() -> None:
    seeds = {seed_of(f"s{number}-abcde") for number in range(100)}
    assert len(seeds) == 100
    assert all(0 <= seed < 1 << 63 for seed in seeds)


def test_an_endless_prompt_is_refused() -> None:
    with pytest.raises(InvalidInput, match="4001 characters"):
        Generated("wan", "t", "x" * 4001)
