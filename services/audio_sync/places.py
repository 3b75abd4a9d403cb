"""Where in a song a moment is, in words: "the downbeat of bar 17, where the chorus begins"."""

from __future__ import annotations

from collections.abc import Sequence

from services.audio_sync.meter import BarPlace
from shared.sync_map import CutEvent

_MAX_LETTERS = 2  # "A", "B2": such labels are no words


def beat_place(bar: BarPlace | None, landmarks: Sequence[tuple[CutEvent, str]]) -> str:
    """A beat by its bar and what begins there (event and name, the greatest last).

    "" where neither is known.
    """
    events = [event for event, _ in landmarks]
    where = ""
    if bar is not None and bar.bar > 0:
        is_first = bar.beat == 1 or CutEvent.DOWNBEAT in events
        where = (
            f"the downbeat of bar {bar.bar}" if is_first else f"beat {bar.beat} of bar {bar.bar}"
        )
    elif bar is not None:
        where = "a beat before the first bar"
    begins = [landmark_place(*item) for item in reversed(landmarks) if _is_named(item[0])]
    if not begins:
        return where
    if not where:
        return begins[0]
    if events[-1] is CutEvent.DROP:
        return ", ".join([begins[0], where, *begins[1:2]])
    return f"{where}, {begins[0]}"


def landmark_place(event: CutEvent, name: str) -> str:
    """What begins at a landmark, for itself or after "the downbeat of bar 17, "."""
    if event is CutEvent.DROP:
        return "the drop"
    if event is CutEvent.SECTION:
        what = f"section {name}" if len(name) <= _MAX_LETTERS else f"the {name}"
        return f"where {what} begins"
    if event is CutEvent.PHRASE:
        return f"where a phrase of {name} bars begins"
    return "a downbeat"


def _is_named(event: CutEvent) -> bool:
    return event in (CutEvent.DROP, CutEvent.SECTION, CutEvent.PHRASE)
