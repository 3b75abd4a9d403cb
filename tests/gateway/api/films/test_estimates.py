"""Estimates: as much work as there can be, priced by what it took before."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from services.gateway.api.films.briefs import ReadBrief
from services.gateway.api.films.estimates import estimate
from services.gateway.api.services import Services
from services.gateway.briefs import BriefSpec, ReferenceSpec
from shared.errors import InvalidInput
from tests.gateway.api.films.test_briefs import REFERENCE

ROW = """
INSERT INTO executions (key, backend, request, state, attempt, progress, cancel_requested,
    queued_at, cpu_seconds)
VALUES (:key, :backend, :request, 'done', 1, 1.0, FALSE, 0, :cpu)
"""


def test_frames_are_priced_by_what_frames_took(services: Services) -> None:
    spec = BriefSpec(
        references=(ReferenceSpec(Path(REFERENCE.id, REFERENCE.filename)),),
        duration_seconds=Fraction(10),
    )
    brief = ReadBrief(spec, (REFERENCE,), {})
    empty = estimate(services.database, brief)
    assert (empty.frames, empty.cpu_seconds) == (300, 0.0)
    assert {line.action for line in empty.lines} >= {"encode", "render", "assemble"}
    row = {"key": "k", "backend": "render/footage", "request": '{"frames": 50}', "cpu": 5.0}
    services.database.write((ROW, row))
    priced = {line.action: line.cpu_seconds for line in estimate(services.database, brief).lines}
    assert priced["render"] == pytest.approx(30.0)
    assert priced["encode"] is None
    with pytest.raises(InvalidInput, match="without references"):
        estimate(services.database, ReadBrief(BriefSpec(), (), {}))
