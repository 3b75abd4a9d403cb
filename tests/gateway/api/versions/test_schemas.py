"""What is asked of cutdowns and exports."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from services.gateway.api.versions.schemas import NewCutdown, NewExport
from services.gateway.handover.package import formats_named


def test_every_format_that_is_taken_is_one_of_the_handovers() -> None:
    formats = NewExport().formats
    assert len(formats_named(",".join(formats))) == len(formats) == 4


@pytest.mark.parametrize("seconds", [1.9, 601, float("nan")])
def test_lengths_have_bounds(seconds: float) -> None:
    with pytest.raises(ValidationError):
        NewCutdown(seconds=seconds)
