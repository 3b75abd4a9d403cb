from __future__ import annotations

from shared.digest import Digest
from shared.schema import from_json, to_json
from shared.stems import (
    TRACK_NAMES,
    SpeechMeasure,
    StemFile,
    Stems,
    TrackMeasure,
    TrackMeasures,
)


def test_measures_and_stems_read_back_as_themselves() -> None:
    measures = TrackMeasures(
        (TrackMeasure(TRACK_NAMES[0], -14.2, -1.0, 10.0), TrackMeasure("voice", None, None)),
        (SpeechMeasure(0, 48_000, 10.5), SpeechMeasure(96_000, 98_000, None)),
    )
    assert from_json(TrackMeasures, to_json(measures)) == measures
    stems = Stems((StemFile("song", Digest.of_bytes(b"wav")),), 0.5)
    assert from_json(Stems, to_json(stems)) == stems
