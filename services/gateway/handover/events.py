"""What a film is to an editing program: events in order, with originals and baked clips. Pure.

Knows nothing of files but their names. All times are exact: seconds of a source as fractions,
places in the film as frames of its rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from shared.brief import MediaKind
from shared.digest import Digest
from shared.motion import source_seconds
from shared.requests import RenderRequest
from shared.shot import Footage, Grade, MoveKind, Shot
from shared.timeline import Timeline, Transition

# The film's first frame, as is the custom of the trade.
RECORD_START_SECONDS = 3600
HANDLE_FRAMES = 12


@dataclass(frozen=True, slots=True)
class Original:
    """The user's own file that a shot is cut from.

    `path` is relative to the hand-over's folder. `frame_rate` and `duration_seconds` are None for
    a still. `timecode` is that of its first frame ("01:02:03:04"), None if it states none; `reel`
    is its reel name in 8 capital letters or digits.
    """

    handle: str
    blob: Digest
    kind: MediaKind
    path: str
    frame_rate: Fraction | None
    duration_seconds: Fraction | None
    timecode: str | None
    reel: str


@dataclass(frozen=True, slots=True)
class Baked:
    """A shot as it looks in the film, as a clip of its own with handles.

    It has `before` frames ahead of the shot's first and `after` beyond its last, at the film's
    rate, without type.
    """

    path: str
    before: int
    after: int
    frames: int


@dataclass(frozen=True, slots=True)
class Event:
    """One shot on the record side, from `record_frame` for `frames` frames.

    Its source plays from `start_seconds` at `speed` (below 0: backwards), as far as an editing
    program can say so; where it cannot (`is_baked`), the baked clip is the active media. `notes`
    say what of the shot is in the baked clip alone. `transition` leads into it.
    """

    shot_id: str
    number: int
    record_frame: int
    frames: int
    original: Original | None
    start_seconds: Fraction
    speed: Fraction
    is_baked: bool
    notes: tuple[str, ...]
    transition: Transition | None = None
    baked: Baked | None = None


def events_of(
    timeline: Timeline,
    requests: Mapping[str, RenderRequest],
    originals: Mapping[str, Original],
    baked: Mapping[str, Baked],
) -> tuple[Event, ...]:
    """The events of a film; `requests` are what its shots were built from, by id.

    `originals` are by handle, `baked` by shot id.
    """
    out = []
    for number, (shot, start) in enumerate(
        zip(timeline.shots, timeline.start_frames(), strict=True), start=1
    ):
        request = requests[shot.id]
        footage = shot.source if isinstance(shot.source, Footage) else None
        original = originals.get(footage.handle) if footage else None
        speed = request.speed
        begin = request.start_seconds
        if request.time_map:
            begin = source_seconds(request.time_map, 0)
        if request.is_reversed:
            # Played backwards it begins where it would have ended.
            begin += (shot.frames - 1) * speed / timeline.frame_rate
            speed = -speed
        is_baked = original is None or bool(request.time_map)
        out.append(
            Event(
                shot_id=shot.id,
                number=number,
                record_frame=start,
                frames=shot.frames,
                original=original,
                start_seconds=begin,
                speed=speed,
                is_baked=is_baked,
                notes=_notes(shot, request, is_known=original is not None),
                transition=timeline.transition_into(shot.id),
                baked=baked.get(shot.id),
            )
        )
    return tuple(out)


def window_seconds(event: Event, rate: Fraction) -> Fraction:
    """Where the earliest source frame of a shot is: its last one's where it plays backwards."""
    if event.speed > 0:
        return event.start_seconds
    return max(Fraction(0), event.start_seconds + (event.frames - 1) * event.speed / rate)


def handles_of(request: RenderRequest, original: Original | None, wanted: int) -> tuple[int, int]:
    """How many frames a shot's source has before and after it, at most `wanted` each."""
    if request.kind is not MediaKind.VIDEO or original is None or original.duration_seconds is None:
        return (wanted, wanted) if request.kind is MediaKind.IMAGE else (0, 0)
    step = request.speed / request.delivery.frame_rate

    def at(frame: int) -> Fraction:
        if request.time_map:
            return source_seconds(request.time_map, frame)
        return request.start_seconds + frame * step

    # Frame by frame: a ramp is faster at one end than at the other, and a freeze needs no more.
    length = original.duration_seconds
    before = next((n for n in range(wanted) if at(-n - 1) < 0), wanted)
    after = next((n for n in range(wanted) if at(request.frames + n + 1) > length), wanted)
    return (after, before) if request.is_reversed else (before, after)


def _notes(shot: Shot, request: RenderRequest, *, is_known: bool) -> tuple[str, ...]:
    """What an editing program is not told in its own words."""
    notes = []
    if not is_known:
        notes.append("generated")
    if request.time_map:
        notes.append("time warp")
    if shot.move.kind is not MoveKind.HOLD:
        notes.append(f"camera move {shot.move.kind.value.replace('_', ' ')}")
    if request.framing.zoom != 1 or request.framing.follow:
        notes.append("framing")
    if request.grade != Grade():
        notes.append("grade")
    if request.looks:
        notes.append("accents")
    return tuple(notes)
