"""What a user should know about a film that was made but is not quite what was asked for."""

from __future__ import annotations

from fractions import Fraction

from services.gateway.material import is_seen
from shared.brief import MediaKind, Role
from shared.generation import PROCEDURAL, Generated
from shared.shot import Footage, Source
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
        *([] if _is_talk(timeline) else _on_beats(sync_map)),
        *_on_drawn(timeline),
        *_on_repeats(timeline),
        *_on_speed(timeline),
        *_on_unused(timeline),
    )


def _is_talk(timeline: Timeline) -> bool:
    """Whether the film is cut to what its clips say."""
    return any(Role.TALK in reference.roles for reference in timeline.references)


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


def _on_drawn(timeline: Timeline) -> list[str]:
    sources = [shot.source for shot in timeline.shots]
    drawn = [one for one in sources if isinstance(one, Generated) and one.backend == PROCEDURAL]
    if not drawn:
        return []
    shots = "every shot is" if len(drawn) == len(sources) else f"{len(drawn)} shots are"
    shots = "1 shot is" if len(drawn) == 1 < len(sources) else shots
    return [f"{shots} drawn, not filmed; the colours are {drawn[0].param('palette_from')}"]


def _on_repeats(timeline: Timeline) -> list[str]:
    repeats = 0
    shown: list[tuple[Source, float, float]] = []
    for shot in timeline.shots:
        source = shot.source
        start = float(source.start_seconds)
        end = start + float(shot.frames / timeline.frame_rate * source.speed)
        times = sum(
            before.blob == source.blob
            and (source.kind is MediaKind.IMAGE or (start < b - 1e-6 and a < end - 1e-6))
            for before, a, b in shown
        )
        # A photo's second shot shows another part of it, as casting counts (`shows_again`).
        repeats += times > (source.kind is MediaKind.IMAGE)
        shown.append((source, start, end))
    if not repeats:
        return []
    shots = "1 shot shows" if repeats == 1 else f"{repeats} shots show"
    return [f"{shots} pictures that were seen before: more or longer references would help"]


def _on_speed(timeline: Timeline) -> list[str]:
    # The speed of a take follows another clock, by less than anybody sees.
    takes = {item.handle for item in timeline.performances}
    slowed = sum(
        shot.source.speed < 1 and not _is_played(shot.source) and shot.source.handle not in takes
        for shot in timeline.shots
    )
    return [f"{slowed} of {len(timeline.shots)} shots are slowed to fill their room"] * bool(slowed)


def _is_played(source: Source) -> bool:
    """Whether its speed is somebody's wish: a ramp, a freeze."""
    return isinstance(source, Footage) and bool(source.levels)


def _on_unused(timeline: Timeline) -> list[str]:
    used = {shot.source.handle for shot in timeline.shots}
    made = [shot.source for shot in timeline.shots if isinstance(shot.source, Generated)]
    used |= {given.handle for source in made for given in source.inputs}
    used |= {source.keeps.handle for source in made if source.keeps}
    seen = [f"@{r.handle}" for r in timeline.references if is_seen(r) and r.handle not in used]
    if not seen:
        return []
    if all(isinstance(shot.source, Generated) for shot in timeline.shots):
        return [f"not shown, for the film is drawn: {_listed(seen)}"]
    return [f"not used, others suited the {len(timeline.shots)} shots better: {_listed(seen)}"]


def _listed(handles: list[str]) -> str:
    more = len(handles) - _MAX_LISTED
    return ", ".join(handles[:_MAX_LISTED]) + (f" and {more} more" if more > 0 else "")
