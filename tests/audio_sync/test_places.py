from __future__ import annotations

import pytest

from services.audio_sync.meter import BarPlace
from services.audio_sync.places import beat_place, landmark_place
from shared.sync_map import CutEvent

DOWNBEAT = (CutEvent.DOWNBEAT, "")
PHRASE = (CutEvent.PHRASE, "8")
CHORUS = (CutEvent.SECTION, "chorus")
DROP = (CutEvent.DROP, "")


@pytest.mark.parametrize(
    ("bar", "landmarks", "text"),
    [
        (None, [], ""),
        (BarPlace(17, 3), [], "beat 3 of bar 17"),
        (BarPlace(0, 0), [], "a beat before the first bar"),
        (BarPlace(17, 1), [DOWNBEAT], "the downbeat of bar 17"),
        (
            BarPlace(17, 1),
            [DOWNBEAT, PHRASE],
            "the downbeat of bar 17, where a phrase of 8 bars begins",
        ),
        (
            BarPlace(17, 1),
            [DOWNBEAT, PHRASE, CHORUS],
            "the downbeat of bar 17, where the chorus begins",
        ),
        (
            BarPlace(17, 1),
            [DOWNBEAT, CHORUS, DROP],
            "the drop, the downbeat of bar 17, where the chorus begins",
        ),
        (None, [CHORUS], "where the chorus begins"),
        (None, [DROP], "the drop"),
    ],
)
def test_beats_are_named_by_bar_and_by_what_begins(
    bar: BarPlace | None, landmarks: list[tuple[CutEvent, str]], text: str
) -> None:
    assert beat_place(bar, landmarks) == text


def test_letters_are_sections_and_words_are_names() -> None:
    assert landmark_place(CutEvent.SECTION, "A") == "where section A begins"
    assert landmark_place(CutEvent.SECTION, "bridge") == "where the bridge begins"
    assert landmark_place(CutEvent.DOWNBEAT, "") == "a downbeat"
