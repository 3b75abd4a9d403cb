"""Names that callers choose."""

from __future__ import annotations

import pytest

from services.gateway.api.references.names import parse_filename, parse_handle
from shared.errors import InvalidInput


def test_names_of_all_languages_are_taken() -> None:
    for name in ("clip 1.mp4", "\u6620\u753b.mov", "caf\u00e9.jpg", "a.b.c.wav"):
        assert parse_filename(name) == name
    assert parse_filename("cafe\u0301.jpg") == "caf\u00e9.jpg"
    assert parse_handle("@Coffee_1") == parse_handle("Coffee_1") == "Coffee_1"


LONG = "\u00e9" * 101


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "..",
        "a/b",
        "a\\b",
        "a\0b",
        "x\u2028y",
        "a\ufeffb",
        "\ud800.mp4",
        "\u2100.mp4",
        LONG,
    ],
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        parse_filename(name)
