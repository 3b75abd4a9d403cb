"""Versioned JSON: every noun reads back as itself, and nothing else is read."""

from __future__ import annotations

import dataclasses
import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared import requests
from shared.brief import Brief, MediaKind, Reference
from shared.digest import is_added
from shared.errors import InvalidInput
from shared.schema import from_document, from_json, to_document, to_json, type_tag
from shared.shot import Accent, Fit, Framing, Move, MoveKind
from shared.sync_map import (
    SyncMap,
)
from shared.timeline import Timeline
from tests.shared.nouns import BLOB, NOUNS

_NAMES = [type(noun).__name__ for noun in NOUNS]


def _edited(noun: object, change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(to_json(noun))
    change(document)
    return document


@pytest.mark.parametrize("noun", NOUNS, ids=_NAMES)
def test_a_noun_reads_back_as_itself(noun: Any) -> None:
    assert from_json(type(noun), to_json(noun)) == noun
    assert to_json(from_json(type(noun), to_json(noun))) == to_json(noun)
    assert from_document(type(noun), to_document(noun)) == noun


@pytest.mark.parametrize("noun", NOUNS, ids=_NAMES)
def test_stored_documents_are_still_read(noun: Any, golden: Callable[[str, bytes], None]) -> None:
    pretty = json.dumps(json.loads(to_json(noun)), indent=1, sort_keys=True) + "\n"
    golden(f"schema/{type_tag(type(noun)).replace('/', '.')}.json", pretty.encode())
    assert from_json(type(noun), pretty) == noun


def test_every_versioned_type_has_a_baseline() -> None:
    names = [path.stem for path in Path(requests.__file__).parent.glob("[a-z]*.py")]
    modules = [importlib.import_module(f"shared.{name}") for name in names]
    nouns = {
        value.__name__
        for module in modules
        for value in vars(module).values()
        if dataclasses.is_dataclass(value) and isinstance(value, type) and "VERSION" in vars(value)
        if value.__module__ == module.__name__
    }
    assert {name for name in nouns if not name.endswith("Request")} == set(_NAMES)


@pytest.mark.parametrize("noun", NOUNS, ids=_NAMES)
def test_every_missing_field_is_named(noun: Any) -> None:
    for field in dataclasses.fields(noun):
        if is_added(field) and getattr(noun, field.name) == field.default:
            continue
        document = _edited(noun, lambda d, name=field.name: d.pop(name))  # type: ignore[misc]
        with pytest.raises(InvalidInput, match=rf"{type_tag(type(noun))}.*missing.*{field.name}"):
            from_document(type(noun), document)


def test_a_field_that_came_later_may_be_missing_and_is_not_stored_at_its_default() -> None:
    plain = Framing(0.25, 0.5)
    assert to_document(plain)["fit"] == "crop"
    assert not {"fit", "follow"} & json.loads(to_json(plain)).keys()
    assert from_json(Framing, to_json(plain)) == plain
    other = Framing(fit=Fit.FILL)
    assert json.loads(to_json(other))["fit"] == "fill"
    assert from_json(Framing, to_json(other)) == other


@pytest.mark.parametrize("noun", NOUNS, ids=_NAMES)
def test_an_unknown_field_is_refused(noun: Any) -> None:
    with pytest.raises(InvalidInput, match="colour"):
        from_document(type(noun), _edited(noun, lambda document: document.update(colour=1)))


@pytest.mark.parametrize("tag", ["Brief/3", "Brief/1", "Brief", "Timeline/2", "", None, 1])
def test_another_type_or_version_is_refused(tag: object) -> None:
    with pytest.raises(InvalidInput, match="expected a document of type Brief/2"):
        from_document(Brief, _edited(NOUNS[0], lambda document: document.update(type=tag)))


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff", b"[1]", b'"Brief/2"', b"null", b"[" * 100_000]
)
def test_what_is_not_an_object_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="Brief/2"):
        from_json(Brief, data)


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("seed", "3"),
        ("seed", 3.5),
        ("seed", None),
        ("frame_rate", 30),
        ("frame_rate", "60000/2002"),
        ("frame_rate", "30/0"),
        ("frame_rate", "1e999999999"),
        ("pacing", "brisk"),
        ("references", {}),
        ("references", None),
        ("size", {"width": 1080, "height": 1921}),
        ("size", [1080, 1920]),
        ("song", "song.wav"),
    ],
)
def test_values_in_another_form_are_refused(where: str, value: object) -> None:
    with pytest.raises(InvalidInput, match=rf"Brief/2 cannot be read: .*{where}"):
        from_document(Brief, _edited(NOUNS[0], lambda document: document.update({where: value})))


def test_a_fault_deep_inside_is_located() -> None:
    document = _edited(NOUNS[4], lambda document: document["shots"][0]["move"].pop("amount"))
    with pytest.raises(InvalidInput, match=r"missing \('amount'\) @ \$\.shots\[0\]\.move"):
        from_document(Timeline, document)


def test_equal_nouns_give_equal_bytes() -> None:
    assert to_json(Move(MoveKind.HOLD, 0)) == to_json(Move(MoveKind.HOLD, -0.0))
    assert to_json(Accent(1, 1)) == to_json(Accent(1, 1.0))


def test_no_noun_holds_a_number_that_json_lacks() -> None:
    with pytest.raises(ValueError, match="JSON"):
        to_json(Accent(1, float("nan")))
    text = to_json(NOUNS[2]).replace(b"120.5", b"NaN")
    with pytest.raises(InvalidInput, match="tempo_bpm"):
        from_json(SyncMap, text)


def test_commentary_is_for_people_and_not_for_the_store() -> None:
    here = Reference("ride", MediaKind.VIDEO, BLOB, (), "here.mp4")
    there = Reference("ride", MediaKind.VIDEO, BLOB, (), "there.mp4")
    assert to_json(here) == to_json(there)
    assert to_document(here)["path"] == "here.mp4"
    assert from_json(Reference, to_json(here)).path is None
    assert from_document(Reference, to_document(here)).path == "here.mp4"
