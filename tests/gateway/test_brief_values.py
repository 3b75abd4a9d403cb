"""Values of a brief: what is odd is refused."""

from __future__ import annotations

import pytest

from services.gateway.brief_values import parse_duration, parse_seed, parse_source
from shared.brief import SourceChoice
from shared.errors import InvalidInput


@pytest.mark.parametrize("text", ["", "-1", "1e3", "٣", str(1 << 63), "9" * 5000])
def test_odd_seeds_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="seed"):
        parse_seed(text)


@pytest.mark.parametrize("text", ["", "0", "nan", "inf", "1/0", "99999999"])
def test_odd_durations_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="duration"):
        parse_duration(text)


def test_sources_are_read_by_name() -> None:
    assert [parse_source(item) for item in SourceChoice] == list(SourceChoice)
    with pytest.raises(InvalidInput, match="expected one of auto, footage, procedural"):
        parse_source("crayons")
