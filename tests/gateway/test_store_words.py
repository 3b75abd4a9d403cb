"""Sizes and ages as people write and read them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.store_words import Stages, parse_age, said_bytes, said_time
from shared.errors import InvalidInput


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (1_234_567, "1.2 MB"),
        (20_000_000_000, "20.0 GB"),
        (10**18, "1000.0 PB"),
    ],
)
def test_sizes(count: int, said: str) -> None:
    assert said_bytes(count) == said


@given(st.integers(0, 10**17))
def test_a_size_is_short_and_near(count: int) -> None:
    number, unit = said_bytes(count).split()
    scale = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "PB": 10**15}[unit]
    assert abs(float(number) * scale - count) <= 0.051 * scale
    assert len(number) <= 5


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0s", 0),
        ("90m", 5400),
        ("1.5h", 5400),
        ("30d", 2_592_000),
        ("2W", 1_209_600),
        (" 1d ", 86400),
    ],
)
def test_ages(text: str, seconds: float) -> None:
    assert parse_age(text) == seconds


@pytest.mark.parametrize("text", ["", "30", "d", "-1d", "1y", "1d2h", "1e3d", "٣d", "9999999d"])
def test_what_is_no_age_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="expected an age as in 30d"):
        parse_age(text)


def test_a_time_is_local_and_to_the_minute() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", said_time(1_700_000_000))


def test_no_bar_is_drawn_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with Stages() as stages:
        stages.show("Reading", 1, 0)
        stages.show("Reading", 2, 4)
    assert capsys.readouterr() == ("", "")
