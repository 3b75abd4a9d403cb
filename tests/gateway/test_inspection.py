"""The inspection is stored and read back as it was."""

from __future__ import annotations

from fractions import Fraction

from services.gateway.inspection import FilmInspection, HeardSound, SeenClip, SeenCut
from shared.schema import from_json, to_json

INSPECTION = FilmInspection(
    width=1280,
    height=720,
    frame_rate=Fraction(30000, 1001),
    frame_count=60,
    packet_count=60,
    duration_seconds=Fraction(1001, 500),
    has_exact_times=True,
    cuts=(SeenCut(20, 20, 0.25), SeenCut(40, None, 0.0)),
    clips=(SeenClip(0, 20, True, 20), SeenClip(20, 40, True, 20), SeenClip(40, 60, False, 0)),
    sound=HeardSound(-3, 0.98, 2.002),
    poster_frame=10,
    decoded_frames=60,
)


def test_inspection_survives_storage() -> None:
    assert from_json(FilmInspection, to_json(INSPECTION)) == INSPECTION
