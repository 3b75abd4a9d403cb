"""Rows over HTTP: references only, and every mistake is its row's."""

from __future__ import annotations

from typing import Any

import pytest

from services.gateway.api.batches.rows import read_batch
from services.gateway.api.problems import not_found
from services.gateway.api.references.service import StoredReference
from shared.digest import Digest
from shared.errors import InvalidInput

PHOTO = "ref_" + "0" * 26
TEMPLATE: dict[str, Any] = {
    "slots": {"hero": "image", "words": {"type": "text", "required": False, "max_characters": 9}},
    "references": ["{{hero}}"],
    "titles": [{"kind": "title", "text": "{{words}}"}],
}


def find(name: str) -> StoredReference:
    if name not in (PHOTO, "@mug"):
        raise not_found("reference", name)
    return StoredReference(PHOTO, "mug", "mug.png", "image", 1, Digest.of_bytes(b""), {}, 0.0)


def test_handles_become_ids_and_tables_are_read_as_lists_are() -> None:
    listed = read_batch(TEMPLATE, [{"hero": "@mug", "words": "Tea"}], "{words}", find)
    table = read_batch(TEMPLATE, "hero,words\n@mug,Tea\n", "{words}", find)
    assert [row.name for row in listed] == ["Tea"]
    assert listed[0].brief is not None
    assert listed[0].brief.document["references"] == [{"path": PHOTO, "handle": "mug"}]
    assert listed == table


@pytest.mark.parametrize(
    "value", ["/etc/passwd", "../mug.png", "mug.png", "@none", f"file:{3 * '/'}a"]
)
def test_nothing_but_a_reference_fills_a_slot_for_a_file(value: str) -> None:
    (row,) = read_batch(TEMPLATE, [{"hero": value}], "{row}", find)
    assert row.brief is None
    assert [(e.row, e.column) for e in row.errors] == [(1, "hero")]


def test_a_text_that_stands_where_a_file_does_is_no_path() -> None:
    template = {"references": ["{{hero:text}}"]}
    good, bad = read_batch(template, [{"hero": PHOTO}, {"hero": "/etc/passwd"}], "{row}", find)
    assert good.brief is not None
    assert bad.brief is None
    assert "no reference" in bad.errors[0].found


def test_default_of_a_slot_for_a_file_is_a_reference_too() -> None:
    for default, is_right in (("@mug", True), ("/etc/passwd", False)):
        slots = {"hero": {"type": "image", "default": default}}
        template = {"slots": slots, "references": ["{{hero}}", PHOTO]}
        (row,) = read_batch(template, [{}], "{row}", find)
        assert (row.brief is not None) == is_right


def test_two_rows_of_one_name_and_a_text_that_is_too_long_are_errors_of_their_rows() -> None:
    rows = [{"hero": "@mug", "words": word} for word in ("Tea", "tea", "Much too long")]
    found = read_batch(TEMPLATE, rows, "{words}", find)
    assert [bool(row.errors) for row in found] == [False, True, True]


def test_a_template_without_slots_is_refused() -> None:
    with pytest.raises(InvalidInput, match="slots"):
        read_batch({"references": [PHOTO]}, [{}], "{row}", find)


def test_templates_that_are_too_deep_too_long_or_grow_too_much_are_refused() -> None:
    deep: Any = "{{words:text}}"
    for _ in range(500):
        deep = [deep]
    titles = [{"kind": "title", "text": "{{words:text}}"}] * 9
    asked: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [
        ({"titles": deep}, [{"words": "a"}]),
        ({"prompt": "{{words:text}}" + "a" * (1 << 16)}, [{"words": "a"}]),
        ({"references": [PHOTO], "titles": titles}, [{"words": "a" * 300}] * 900),
        ({"slots": {"hero": {"type": "image", "default": ["a"]}}, "song": "{{hero}}"}, [{}]),
    ]
    for template, rows in asked:
        with pytest.raises(InvalidInput):
            read_batch(template, rows, "{row}", find)
