"""A film as an edit decision list in CMX 3600: pictures on V, the song on AA."""

from __future__ import annotations

from fractions import Fraction

from services.gateway.handover.events import Event
from services.gateway.handover.otio_file import record_timecode
from services.gateway.handover.sequence import Sequence
from services.gateway.handover.timecode import from_timecode, is_drop, to_timecode
from shared.timing import round_half_up

_MAX_EVENTS = 999


def write_edl(sequence: Sequence) -> str:
    """The film as .edl text; raises `InvalidInput` for a rate without timecode.

    Source timecode counts at the film's rate, as the format has one only. A dissolve is an event
    of two lines; other transitions are written as dissolves and named in a comment. Speed is an M2
    line. A shot whose speed changes plays its baked clip.
    """
    lines = [
        f"TITLE: {sequence.name}",
        f"FCM: {'DROP FRAME' if is_drop(sequence.frame_rate) else 'NON-DROP FRAME'}",
        "",
    ]
    before: Event | None = None
    for number, event in enumerate(sequence.events[:_MAX_EVENTS], start=1):
        following = sequence.events[number] if number < len(sequence.events) else None
        lines += _event(number, event, before, following, sequence)
        before = event
    if len(sequence.events) > _MAX_EVENTS:
        left_out = len(sequence.events) - _MAX_EVENTS
        lines.append(f"* {left_out} EVENTS LEFT OUT: THE FORMAT COUNTS TO 999")
    for sound in sequence.sounds[:1]:
        start = round_half_up(sound.start_seconds * sequence.frame_rate)
        end = start + sequence.frame_count
        number = min(len(sequence.events), _MAX_EVENTS) + 1
        lines.append(
            _line(number, _what("SONG", "AA", "C"), (start, end), (0, end - start), sequence)
        )
        lines.append(f"* SOURCE FILE: {sound.path}")
    return "\n".join(lines) + "\n"


def _event(
    number: int,
    event: Event,
    before: Event | None,
    following: Event | None,
    sequence: Sequence,
) -> list[str]:
    """The lines of a shot: from where it is alone to where the next transition begins."""
    into, out_of = event.transition, following.transition if following else None
    first = -into.frames_before if into else 0
    end = event.frames - (out_of.frames_before if out_of else 0)
    record = event.record_frame
    lines = []
    if into is not None and before is not None:
        # The outgoing side of a dissolve is a cut of no length where it starts.
        leaving = _source(before, before.frames - into.frames_before, sequence)
        reel = reel_of(before)
        place = record - into.frames_before
        lines.append(
            _line(number, _what(reel, "V", "C"), (leaving, leaving), (place, place), sequence)
        )
    # Source times ascend, also of what an M2 line plays backwards.
    start = _source(event, first if _speed(event) > 0 else end - 1, sequence)
    stop = start + round_half_up((end - first) * abs(_speed(event)))
    how = f"D    {into.frames:03d}" if into else "C"
    lines.append(
        _line(
            number,
            _what(reel_of(event), "V", how),
            (start, stop),
            (record + first, record + end),
            sequence,
        )
    )
    if _speed(event) != 1:
        frames_a_second = float(_speed(event) * sequence.frame_rate)
        # Readers take no ";" in this line; the list says above whether numbers are dropped.
        timecode = to_timecode(start, sequence.frame_rate).replace(";", ":")
        lines.append(f"M2   {reel_of(event):<8}       {frames_a_second:06.1f}    {timecode}")
    name = f"{event.number:03d} {event.shot_id}"
    if into is not None and before is not None:
        lines.append(f"* FROM CLIP NAME: {before.number:03d} {before.shot_id}")
        lines.append(f"* TO CLIP NAME: {name}")
        if into.kind.value != "dissolve":
            lines.append(f"* TRANSITION: {into.kind.value.upper()}")
    else:
        lines.append(f"* FROM CLIP NAME: {name}")
    lines.append(f"* SOURCE FILE: {_path(event)}")
    if event.notes:
        lines.append(f"* ONLY IN BAKED CLIP: {', '.join(event.notes).upper()}")
    return lines


def reel_of(event: Event) -> str:
    """The reel of what the shot plays: its original's, or its own number for a baked clip."""
    if event.is_baked or event.original is None:
        return f"ONB{event.number:05d}"
    return event.original.reel


def _speed(event: Event) -> Fraction:
    return Fraction(1) if event.is_baked else event.speed


def _path(event: Event) -> str:
    if event.is_baked or event.original is None:
        return event.baked.path if event.baked else "none"
    return event.original.path


def _source(event: Event, frame: int, sequence: Sequence) -> int:
    """The source frame under a frame of the shot (below 0 before it), at the film's rate."""
    if event.is_baked or event.original is None:
        start = from_timecode(record_timecode(sequence, 0), sequence.frame_rate)
        return start + event.record_frame + frame
    original = event.original
    begin = 0
    if original.timecode and original.frame_rate == sequence.frame_rate:
        begin = from_timecode(original.timecode, sequence.frame_rate)
    seconds = event.start_seconds + frame * event.speed / sequence.frame_rate
    return begin + max(0, round_half_up(seconds * sequence.frame_rate))


def _line(
    number: int, what: str, source: tuple[int, int], record: tuple[int, int], sequence: Sequence
) -> str:
    rate = sequence.frame_rate
    times = [to_timecode(frame, rate) for frame in source]
    times += [record_timecode(sequence, frame) for frame in record]
    return f"{number:03d}  {what} {' '.join(times)}"


def _what(reel: str, track: str, how: str) -> str:
    return f"{reel:<8} {track:<5} {how:<8}"
