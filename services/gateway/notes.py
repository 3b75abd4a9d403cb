"""What a user should know about a film that was made but is not quite what was asked for."""

from __future__ import annotations

from fractions import Fraction

from services.gateway.material import is_seen
from shared.brief import MediaKind
from shared.shot import Footage
from shared.sync_map import SyncMap
from shared.timeline import Timeline

_MAX_LISTED = 5
_FRAME_SLACK_SECONDS = 0.5


def notes_on(
    timeline: Timeline, sync_map: SyncMap | None, wanted_seconds: Fraction | None = None
) -> tuple[str, ...]:
    """Sentences for the report and the terminal; empty when there is nothing to say.

    `wanted_seconds` is the length that was asked for, if any was.
    """
    return (
        *_on_length(wanted_seconds, timeline),
        *_on_beats(sync_map),
        *_on_repeats(timeline),
        *_on_speed(timeline),
        *_on_unused(timeline),
    )


def _on_length(wanted: Fraction | None, timeline: Timeline) -> list[str]:
    got = timeline.frame_count / timeline.frame_rate
    if wanted is None or wanted - got < _FRAME_SLACK_SECONDS:
        return []
    return [
        f"{float(wanted):g} s were asked for, but the sound is only {float(got):.2f} s long: "
        "the film ends with it"
    ]


def _on_beats(sync_map: SyncMap | None) -> list[str]:
    if sync_map is None:
        return ["there is no sound: the cuts are steady"]
    if sync_map.beats:
        return []
    follow = "sound onsets" if sync_map.onsets else "the clock"
    return [f"no steady beat was found in the sound: the cuts follow {follow}"]


def _on_repeats(timeline: Timeline) -> list[str]:
    repeats = 0
    shown: list[tuple[Footage, float, float]] = []
    for shot in timeline.shots:
        source = shot.source
        start = float(source.start_seconds)
        end = start + float(shot.frames / timeline.frame_rate * source.speed)
        again = any(
            before.blob == source.blob
            and (source.kind is MediaKind.IMAGE or (start < b - 1e-6 and a < end - 1e-6))
            for before, a, b in shown
        )
        repeats += again
        shown.append((source, start, end))
    if not repeats:
        return []
    shots = "1 shot shows" if repeats == 1 else f"{repeats} shots show"
    return [f"{shots} pictures that were seen before: more or longer references would help"]


def _on_speed(timeline: Timeline) -> list[str]:
    slowed = sum(shot.source.speed != 1 for shot in timeline.shots)
    return [f"{slowed} of {len(timeline.shots)} shots are slowed to fill their room"] * bool(slowed)


def _on_unused(timeline: Timeline) -> list[str]:
    used = {shot.source.handle for shot in timeline.shots}
    seen = [f"@{r.handle}" for r in timeline.references if is_seen(r) and r.handle not in used]
    idle = [f"@{r.handle}" for r in timeline.references if not is_seen(r)]
    notes = []
    if seen:
        notes.append(
            f"not used, others suited the {len(timeline.shots)} shots better: {_listed(seen)}"
        )
    if idle:
        notes.append(f"not used, their roles have no effect yet: {_listed(idle)}")
    return notes


def _listed(handles: list[str]) -> str:
    more = len(handles) - _MAX_LISTED
    return ", ".join(handles[:_MAX_LISTED]) + (f" and {more} more" if more > 0 else "")
