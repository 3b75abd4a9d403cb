from __future__ import annotations

from services.gateway.form_document import form_document
from shared.sync_map import Band, Onset, Phrase, Section, Span, SyncMap

NOTHING = SyncMap(0, 0.0, None, 0.0, (), (), ())


def test_form_is_in_seconds_of_the_song() -> None:
    heard = SyncMap(
        duration_samples=480_000,
        peak=0.9,
        tempo_bpm=120.0,
        beat_confidence=0.9,
        beats=(),
        onsets=(Onset(48_000, 1.0, Band.KICK), Onset(60_000, 0.4, Band.HAT), Onset(72_000, 0.4)),
        energy=(0.5,),
        beats_per_bar=4,
        downbeat_confidence=0.8,
        swing=0.62,
        phrases=(Phrase(96_000, 288_000, 4, 12_000),),
        sections=(Section(96_000, 288_000, "verse", 0.7),),
        builds=(Span(192_000, 288_000),),
        drops=(288_000,),
        breaks=(Span(288_000, 384_000),),
        joins=(24_000,),
    )
    assert form_document(heard) == {
        "beats_per_bar": 4,
        "beat_division": None,
        "downbeat_confidence": 0.8,
        "swing": 0.62,
        "sections": [{"start": 2.0, "end": 6.0, "label": "verse", "energy": 0.7}],
        "phrases": [{"start": 2.0, "end": 6.0, "bars": 4, "pickup": 0.25}],
        "builds": [{"start": 4.0, "end": 6.0}],
        "drops": [6.0],
        "breaks": [{"start": 6.0, "end": 8.0}],
        "joins": [0.5],
        "onsets": {"kick": [1.0], "snare": [], "hat": [1.25], "other": [1.5]},
    }


def test_nothing_heard_is_empty() -> None:
    document = form_document(NOTHING)
    assert document["swing"] is None
    assert document["sections"] == document["phrases"] == document["drops"] == []
    assert not any(document["onsets"].values())
