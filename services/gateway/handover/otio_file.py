"""A film as OpenTimelineIO: originals as active media, baked clips as alternates."""

from __future__ import annotations

from fractions import Fraction

import opentimelineio as otio

from services.gateway.handover.events import Baked, Event, Original, window_seconds
from services.gateway.handover.sequence import Sequence, Sound
from services.gateway.handover.timecode import from_timecode, is_drop, to_timecode
from shared.errors import InvalidInput
from shared.timeline import Transition, TransitionKind

ORIGINAL, BAKED = "original", "baked"
METADATA = "onbeat"
_CAPTION = "onbeat.caption"
_MARKER = otio.schema.MarkerColor


def write_otio(sequence: Sequence) -> str:
    """The film as .otio JSON; every range is exact to the frame."""
    return str(otio.adapters.write_to_string(otio_timeline(sequence), "otio_json"))


def otio_timeline(sequence: Sequence) -> otio.schema.Timeline:
    """The film as an OTIO timeline: pictures, captions, and a track for each sound."""
    rate = sequence.frame_rate
    timeline = otio.schema.Timeline(sequence.name)
    timeline.global_start_time = _time(record_start(sequence), rate)
    timeline.metadata[METADATA] = {
        "frame_rate": str(rate),
        "drop_frame": is_drop(rate),
        "size": str(sequence.size),
    }
    pictures = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    for event in sequence.events:
        if event.transition is not None:
            pictures.append(_transition(event.transition, rate))
        pictures.append(_clip(event, sequence))
    timeline.tracks.append(pictures)
    if sequence.captions:
        timeline.tracks.append(_captions(sequence))
    for number, sound in enumerate(sequence.sounds, start=1):
        timeline.tracks.append(_sound(number, sound, sequence))
    return timeline


def _clip(event: Event, sequence: Sequence) -> otio.schema.Clip:
    rate = sequence.frame_rate
    references = {}
    if event.original is not None:
        references[ORIGINAL] = _original(event.original, event.frames, rate)
    record = record_start(sequence) + event.record_frame
    if event.baked is not None:
        references[BAKED] = _baked(event.baked, record, rate)
    elif event.is_baked:
        references[BAKED] = otio.schema.MissingReference()
    ranges = {BAKED: _range(record, event.frames, rate)}
    if event.original is not None:
        ranges[ORIGINAL] = _source_range(event, event.original, rate)
    active = BAKED if event.is_baked else ORIGINAL
    clip = otio.schema.Clip(f"{event.number:03d} {event.shot_id}", source_range=ranges[active])
    clip.set_media_references(references, active)
    if active == ORIGINAL and event.speed != 1:
        clip.effects.append(otio.schema.LinearTimeWarp("speed", time_scalar=float(event.speed)))
    clip.metadata[METADATA] = {
        "shot": event.shot_id,
        "handle": event.original.handle if event.original else "",
        "start_seconds": str(event.start_seconds),
        "speed": str(event.speed),
        "only_in_baked": list(event.notes),
        "ranges": {
            name: {"start": found.start_time.value, "rate": found.start_time.rate}
            for name, found in ranges.items()
        },
    }
    if event.original is not None:
        clip.metadata["cmx_3600"] = {"reel": event.original.reel}
    if event.notes:
        marked = otio.opentime.TimeRange(clip.source_range.start_time, _time(1, rate))
        note = "only in the baked clip: " + ", ".join(event.notes)
        colour = _MARKER.RED if event.is_baked else _MARKER.YELLOW
        clip.markers.append(otio.schema.Marker(note, marked, colour))
    return clip


def _source_range(event: Event, original: Original, rate: Fraction) -> otio.opentime.TimeRange:
    """The shot's window in its source, at the source's rate, for as long as it is on screen.

    It begins at the earliest frame, also where an effect plays it backwards.
    """
    media_rate = original.frame_rate or rate
    begin = window_seconds(event, rate)
    start = start_of(original, media_rate) + float(begin * media_rate)
    return otio.opentime.TimeRange(
        otio.opentime.RationalTime(start, float(media_rate)), _time(event.frames, rate)
    )


def start_of(original: Original, media_rate: Fraction) -> int:
    """The first frame's number by the original's own timecode, 0 without one."""
    return from_timecode(original.timecode, media_rate) if original.timecode else 0


def _original(original: Original, frames: int, rate: Fraction) -> otio.schema.ExternalReference:
    media_rate = original.frame_rate or rate
    length = frames
    if original.duration_seconds is not None:
        length = int(original.duration_seconds * media_rate)
    start = start_of(original, media_rate)
    reference = otio.schema.ExternalReference(
        original.path, otio.opentime.TimeRange(_time(start, media_rate), _time(length, media_rate))
    )
    reference.name = original.handle
    reference.metadata[METADATA] = {"digest": str(original.blob), "reel": original.reel}
    return reference


def _baked(baked: Baked, record: int, rate: Fraction) -> otio.schema.ExternalReference:
    # Its timecode is the film's own, so that a switch to it needs no other range.
    available = _range(record - baked.before, baked.frames, rate)
    return otio.schema.ExternalReference(baked.path, available)


def _transition(transition: Transition, rate: Fraction) -> otio.schema.Transition:
    kind = otio.schema.TransitionTypes.SMPTE_Dissolve
    if transition.kind is not TransitionKind.DISSOLVE:
        kind = otio.schema.TransitionTypes.Custom
    made = otio.schema.Transition(
        transition.kind.value,
        kind,
        _time(transition.frames_before, rate),
        _time(transition.frames_after, rate),
    )
    made.metadata[METADATA] = {"kind": transition.kind.value}
    return made


def _captions(sequence: Sequence) -> otio.schema.Track:
    rate = sequence.frame_rate
    track = otio.schema.Track("Captions", kind=otio.schema.TrackKind.Video)
    place = 0
    for caption in sequence.captions:
        if caption.start_frame > place:
            gap = _range(0, caption.start_frame - place, rate)
            track.append(otio.schema.Gap(source_range=gap))
        start = max(place, caption.start_frame)
        text = otio.schema.GeneratorReference(
            caption.id, _CAPTION, parameters={"text": "\n".join(caption.lines)}
        )
        length = _range(0, caption.end_frame - start, rate)
        track.append(otio.schema.Clip(caption.text, text, length))
        place = caption.end_frame
    return track


def _sound(number: int, sound: Sound, sequence: Sequence) -> otio.schema.Track:
    track = otio.schema.Track(f"A{number} {sound.name}", kind=otio.schema.TrackKind.Audio)
    samples = 48_000
    available = otio.opentime.TimeRange(
        otio.opentime.RationalTime(0, samples),
        otio.opentime.RationalTime(float(sound.duration_seconds * samples), samples),
    )
    start = otio.opentime.RationalTime(float(sound.start_seconds * samples), samples)
    played = otio.opentime.TimeRange(start, _time(sequence.frame_count, sequence.frame_rate))
    reference = otio.schema.ExternalReference(sound.path, available)
    track.append(otio.schema.Clip(sound.name, reference, played))
    return track


def record_start(sequence: Sequence) -> int:
    """01:00:00:00 in frames: fewer than its number where timecode drops numbers."""
    rate = sequence.frame_rate
    try:
        return from_timecode("01:00:00;00" if is_drop(rate) else "01:00:00:00", rate)
    except InvalidInput:
        return sequence.record_start


def record_timecode(sequence: Sequence, frame: int) -> str:
    """The timecode of a film frame on the record side."""
    return to_timecode(record_start(sequence) + frame, sequence.frame_rate)


def _time(frames: float, rate: Fraction) -> otio.opentime.RationalTime:
    return otio.opentime.RationalTime(frames, float(rate))


def _range(start: float, frames: float, rate: Fraction) -> otio.opentime.TimeRange:
    return otio.opentime.TimeRange(_time(start, rate), _time(frames, rate))
