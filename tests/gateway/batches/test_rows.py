"""Rows: what is wrong with one does not stop the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.batches.rows import parse_csv, parse_json, read_rows
from services.gateway.batches.slots import Slot, SlotType
from shared.errors import InvalidInput, NotFound

SLOTS = {
    "headline": Slot("headline", SlotType.TEXT, max_characters=10),
    "seconds": Slot("seconds", SlotType.NUMBER, is_required=False, default="6"),
    "hero": Slot("hero", SlotType.IMAGE, is_required=False),
}


def test_csv_rows_are_read_and_errors_stay_with_their_row(tmp_path: Path) -> None:
    (tmp_path / "mug.png").touch()
    text = 'headline,seconds,hero\n"New, now",7,mug.png\n,x,no.png\nTwo,,\nonly\n'
    good, bad, plain, short = parse_csv(text, SLOTS, tmp_path)
    assert good.values == {
        "headline": "New, now",
        "seconds": "7",
        "hero": str(tmp_path / "mug.png"),
    }
    assert not good.errors
    assert [(error.column, error.found) for error in bad.errors] == [
        ("headline", "nothing"),
        ("seconds", "'x'"),
        ("hero", "'no.png'"),
    ]
    assert str(bad.errors[1]) == "row 2, seconds: found 'x'; expected a number"
    assert plain.values == {"headline": "Two"}
    assert str(short.errors[0]) == "row 4: found 1 columns; expected 3, as the header has"


def test_json_rows_are_read(tmp_path: Path) -> None:
    text = '[{"headline": "One", "seconds": 7.5, "hero": null}, {"headline": true, "b": 1}, 3]'
    good, bad, none = parse_json(text, SLOTS, tmp_path)
    assert good.values == {"headline": "One", "seconds": "7.5"}
    assert [error.column for error in bad.errors] == ["headline", "b", "headline"]
    assert none.errors[0].expected == "an object of slots"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no column headline"),
        ("seconds\n7\n", "no column headline"),
        ("headline,size\na,b\n", "column 'size' is no slot"),
        ("headline,headline\na,b\n", "is there twice"),
        ("headline\n", "0 rows"),
        ('headline\n"a', "not CSV"),
    ],
)
def test_a_table_of_other_columns_is_refused(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=words):
        parse_csv(text, SLOTS, tmp_path)


@pytest.mark.parametrize("text", ["{", "{}", "[]", "[" * 100_000])
def test_what_is_no_list_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        parse_json(text, SLOTS, tmp_path)


def test_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    with pytest.raises(NotFound, match="no such file"):
        read_rows(path, SLOTS)
    with pytest.raises(InvalidInput, match=r"in \.csv or \.json"):
        read_rows(tmp_path / "rows.xlsx", SLOTS)
    path.write_bytes(b"\xff")
    with pytest.raises(InvalidInput, match=r"rows\.csv: not UTF-8"):
        read_rows(path, SLOTS)
    path.write_text("\ufeffheadline\r\nÄpfel\r\n", encoding="utf-8")
    assert read_rows(path, SLOTS)[0].values == {"headline": "Äpfel"}
