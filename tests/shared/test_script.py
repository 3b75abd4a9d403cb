from __future__ import annotations

import pytest

from shared.errors import InvalidInput
from shared.script import (
    MAX_SCRIPT_BYTES,
    Difference,
    differences,
    plain_word,
    read_script,
    script_words,
)


def test_plain_text_is_read() -> None:
    assert read_script("\ufeffGrüße — “hello”,\r\n\tworld!".encode()) == (
        "Grüße — “hello”,\r\n\tworld!"
    )
    assert script_words("Grüße — “hello”,\n world!") == ("Grüße", "“hello”,", "world!")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "no words"),
        (b" \n\t ", "no words"),
        (b"... - !", "no words"),
        (b"caf\xe9", r"not UTF-8 text \(byte 3 is 0xe9\)"),
        ("text".encode("utf-16"), "not UTF-8"),
        (b"abc\x00def", r"binary \(found the control character U\+0000\)"),
        (b"a" * (MAX_SCRIPT_BYTES + 1), "at most 1 MiB"),
    ],
)
def test_what_is_no_script_is_refused(data: bytes, found: str) -> None:
    with pytest.raises(InvalidInput, match=found):
        read_script(data)


def test_spelling_is_no_difference() -> None:
    assert plain_word("“Don’t!”") == plain_word("don't") == "don't"
    assert differences(("The", "Café,"), ("the", "cafe")) == ()


def test_differences_are_in_order() -> None:
    written = ["We", "all", "had", "nine", "long", "days."]
    spoken = ["we", "had", "three", "long", "days", "today"]
    assert differences(written, spoken) == (
        Difference(("all",), (), 1),
        Difference(("nine",), ("three",), 2),
        Difference((), ("today",), 5),
    )
