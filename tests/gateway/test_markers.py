"""`markers_of`: everything heard, in order, under the names an editor reads."""

from __future__ import annotations

from services.gateway.markers import MarkerKind, markers_of
from shared.sync_map import Beat, Phrase, Section, Span, SpokenText, SyncMap

SECOND = 48_000


def heard(**found: object) -> SyncMap:
    beats = tuple(Beat(index * SECOND // 2, 0.5) for index in range(1, 10))
    return SyncMap(10 * SECOND, 1.0, 120.0, 0.9, beats, (), (), **found)  # type: ignore[arg-type]


def test_beats_are_counted_in_their_bars() -> None:
    markers = markers_of(heard(downbeats=(SECOND, 3 * SECOND)))
    names = [marker.name for marker in markers if marker.kind is MarkerKind.BEAT]
    assert names == ["pick-up 1", "1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "2.3", "2.4"]
    bars = [marker for marker in markers if marker.kind is MarkerKind.BAR]
    assert [(bar.name, bar.start_sample) for bar in bars] == [
        ("bar 1", SECOND),
        ("bar 2", 3 * SECOND),
    ]


def test_beats_without_bars_are_counted_through() -> None:
    assert [marker.name for marker in markers_of(heard())] == [str(n) for n in range(1, 10)]


def test_of_one_moment_the_largest_form_comes_first() -> None:
    markers = markers_of(
        heard(
            downbeats=(SECOND,),
            phrases=(Phrase(SECOND, 5 * SECOND, 2), Phrase(5 * SECOND, 6 * SECOND, 1)),
            sections=(Section(SECOND, 6 * SECOND, "chorus"),),
            drops=(SECOND,),
            builds=(Span(0, SECOND),),
            breaks=(Span(7 * SECOND, 8 * SECOND),),
            words=(SpokenText("go", SECOND, SECOND + 9, 0.7),),
            sentences=(SpokenText("go now", SECOND, SECOND + 99),),
        )
    )
    at_one = [
        (marker.kind.value, marker.name) for marker in markers if marker.start_sample == SECOND
    ]
    assert at_one == [
        ("section", "chorus"),
        ("drop", "drop"),
        ("phrase", "phrase 1 (2 bars)"),
        ("bar", "bar 1"),
        ("beat", "1.1"),
        ("sentence", "go now"),
        ("word", "go"),
    ]
    assert "phrase 2 (1 bar)" in {marker.name for marker in markers}
    word = next(marker for marker in markers if marker.kind is MarkerKind.WORD)
    assert (word.end_sample - word.start_sample, word.strength) == (9, 0.7)
    assert [marker.start_sample for marker in markers] == sorted(
        marker.start_sample for marker in markers
    )


def test_silence_has_no_markers() -> None:
    assert markers_of(SyncMap(SECOND, 0.0, None, 0.0, (), (), ())) == ()
