from __future__ import annotations

from services.audio_sync.hearing import Hearing
from shared.brief import Pacing
from tests.audio_sync.forms import formed


def test_everything_is_of_one_song() -> None:
    heard = formed()
    hearing = Hearing(heard, Pacing.STEADY)
    assert hearing.sync_map is heard
    assert len(hearing.meter.samples) == len(heard.beats)
    assert len(hearing.arcs.builds) == 1
    assert hearing.words.words == ()
    assert hearing.intensity.between(0, 48_000) < 0.5


def test_nothing_heard_is_silence() -> None:
    hearing = Hearing(None, Pacing.CALM)
    assert hearing.sync_map.duration_samples == 0
    assert hearing.meter.samples == []
    assert hearing.arcs.builds == ()
