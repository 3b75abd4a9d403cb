"""A film as Final Cut Pro 7 XML (xmeml 5), which Premiere Pro and Resolve read."""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree as Xml

from services.gateway.handover.events import Event, Original
from services.gateway.handover.otio_file import record_timecode
from services.gateway.handover.sequence import Sequence, Sound
from services.gateway.handover.timecode import from_timecode, is_drop, nominal
from shared.errors import InvalidInput
from shared.timeline import Transition, TransitionKind
from shared.timing import round_half_up

_EFFECTS = {
    TransitionKind.DISSOLVE: ("Cross Dissolve", "Cross Dissolve", "Dissolve"),
    TransitionKind.DIP: ("Dip to Color Dissolve", "Dip to Color Dissolve", "Dissolve"),
    TransitionKind.WHIP: ("Push Slide", "Push Slide", "Slide"),
}


def write_fcp7(sequence: Sequence) -> str:
    """The film as .xml text; file paths are relative to the hand-over's folder."""
    root = Xml.Element("xmeml", version="5")
    made = Xml.SubElement(root, "sequence", id="sequence-1")
    _text(made, "name", sequence.name)
    _text(made, "duration", sequence.frame_count)
    _rate(made, sequence.frame_rate)
    _timecode(made, sequence)
    media = Xml.SubElement(made, "media")
    _pictures(Xml.SubElement(media, "video"), sequence)
    sound = Xml.SubElement(media, "audio")
    for number, item in enumerate(sequence.sounds, start=1):
        _sound(Xml.SubElement(sound, "track"), number, item, sequence)
    Xml.indent(root)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n'
    return head + Xml.tostring(root, encoding="unicode") + "\n"


def _pictures(video: Xml.Element, sequence: Sequence) -> None:
    characteristics = Xml.SubElement(Xml.SubElement(video, "format"), "samplecharacteristics")
    _rate(characteristics, sequence.frame_rate)
    _text(characteristics, "width", sequence.size.width)
    _text(characteristics, "height", sequence.size.height)
    _text(characteristics, "pixelaspectratio", "square")
    track = Xml.SubElement(video, "track")
    known: set[str] = set()
    for index, event in enumerate(sequence.events):
        if event.transition is not None:
            _transition(track, event.transition, event.record_frame, sequence)
        following = sequence.events[index + 1] if index + 1 < len(sequence.events) else None
        _clip(track, event, following, sequence, known)
    if sequence.captions:
        _captions(Xml.SubElement(video, "track"), sequence)


def _clip(
    track: Xml.Element,
    event: Event,
    following: Event | None,
    sequence: Sequence,
    known: set[str],
) -> None:
    rate = sequence.frame_rate
    item = Xml.SubElement(track, "clipitem", id=f"clipitem-{event.number}")
    _text(item, "name", f"{event.number:03d} {event.shot_id}")
    before = event.transition.frames_before if event.transition else 0
    leaving = following.transition if following else None
    after = leaving.frames_after if leaving else 0
    # Beside a transition a clip's own edge is -1: the transition says where it is.
    first = event.record_frame - before
    end = event.record_frame + event.frames + after
    earliest = -before if _speed(event) > 0 else event.frames + after - 1
    start = max(0, _source_frame(event, earliest, rate))
    length = round_half_up((end - first) * abs(_speed(event)))
    _text(item, "duration", _duration(event, rate))
    _rate(item, rate)
    _text(item, "start", -1 if event.transition else first)
    _text(item, "end", -1 if leaving else end)
    _text(item, "in", start)
    _text(item, "out", start + length)
    _file(item, event, sequence, known)
    if _speed(event) != 1:
        _time_remap(item, float(_speed(event)) * 100)
    if event.notes:
        logging = Xml.SubElement(item, "logginginfo")
        _text(logging, "lognote", "only in the baked clip: " + ", ".join(event.notes))
    comments = Xml.SubElement(item, "comments")
    _text(comments, "mastercomment1", event.shot_id)
    # Where the shot itself began, without its transition: what came of it is read back from here.
    _text(comments, "mastercomment2", max(0, start + round_half_up(_ahead(event, before, after))))


def _ahead(event: Event, before: int, after: int) -> Fraction:
    """Source frames that a transition shows earlier than the shot itself does."""
    return before * _speed(event) if _speed(event) > 0 else after * -_speed(event)


def _file(item: Xml.Element, event: Event, sequence: Sequence, known: set[str]) -> None:
    original = None if event.is_baked else event.original
    path = original.path if original else (event.baked.path if event.baked else "")
    file = Xml.SubElement(item, "file", id=f"file-{path}")
    if path in known:
        return
    known.add(path)
    rate = (original.frame_rate if original else None) or sequence.frame_rate
    _text(file, "name", path.rpartition("/")[2])
    _text(file, "pathurl", path)
    _rate(file, rate)
    _text(file, "duration", _media_frames(event, original, rate))
    timecode = Xml.SubElement(file, "timecode")
    _rate(timecode, rate)
    stated = original.timecode if original and original.timecode else "00:00:00:00"
    if original is None:
        stated = _record(sequence, event.record_frame - (event.baked.before if event.baked else 0))
    _text(timecode, "string", stated)
    _text(timecode, "frame", _counted(stated, rate))
    _text(timecode, "displayformat", "DF" if ";" in stated else "NDF")
    if original is not None:
        _text(Xml.SubElement(timecode, "reel"), "name", original.reel)
    Xml.SubElement(Xml.SubElement(file, "media"), "video")


def _media_frames(event: Event, original: Original | None, rate: Fraction) -> int:
    if original is None:
        return event.baked.frames if event.baked else event.frames
    if original.duration_seconds is None:
        return event.frames
    return int(original.duration_seconds * rate)


def _duration(event: Event, rate: Fraction) -> int:
    original = None if event.is_baked else event.original
    if original is None or original.duration_seconds is None:
        return event.frames
    return int(original.duration_seconds * rate)


def _source_frame(event: Event, frame: int, rate: Fraction) -> int:
    """The source frame under a frame of the shot, counted at the sequence's rate."""
    if event.is_baked or event.original is None:
        return (event.baked.before if event.baked else 0) + frame
    if event.original.duration_seconds is None:
        return 0
    return round_half_up((event.start_seconds + frame * event.speed / rate) * rate)


def _speed(event: Event) -> Fraction:
    return Fraction(1) if event.is_baked else event.speed


def _time_remap(item: Xml.Element, percent: float) -> None:
    effect = Xml.SubElement(Xml.SubElement(item, "filter"), "effect")
    for name, value in (
        ("name", "Time Remap"),
        ("effectid", "timeremap"),
        ("effectcategory", "motion"),
        ("effecttype", "motion"),
        ("mediatype", "video"),
    ):
        _text(effect, name, value)
    for name, value in (
        ("variablespeed", "0"),
        ("speed", f"{abs(percent):g}"),
        ("reverse", "TRUE" if percent < 0 else "FALSE"),
        ("frameblending", "FALSE"),
    ):
        parameter = Xml.SubElement(effect, "parameter")
        _text(parameter, "parameterid", name)
        _text(parameter, "name", name)
        _text(parameter, "value", value)


def _transition(track: Xml.Element, transition: Transition, cut: int, sequence: Sequence) -> None:
    item = Xml.SubElement(track, "transitionitem")
    _text(item, "start", cut - transition.frames_before)
    _text(item, "end", cut + transition.frames_after)
    _text(item, "alignment", "center")
    _rate(item, sequence.frame_rate)
    name, effect_id, category = _EFFECTS[transition.kind]
    effect = Xml.SubElement(item, "effect")
    _text(effect, "name", name)
    _text(effect, "effectid", effect_id)
    _text(effect, "effectcategory", category)
    _text(effect, "effecttype", "transition")
    _text(effect, "mediatype", "video")


def _captions(track: Xml.Element, sequence: Sequence) -> None:
    for caption in sequence.captions:
        item = Xml.SubElement(track, "generatoritem", id=f"caption-{caption.id}")
        _text(item, "name", caption.text)
        _text(item, "duration", caption.frames)
        _rate(item, sequence.frame_rate)
        _text(item, "start", caption.start_frame)
        _text(item, "end", caption.end_frame)
        _text(item, "in", 0)
        _text(item, "out", caption.frames)
        effect = Xml.SubElement(item, "effect")
        for name, value in (
            ("name", "Text"),
            ("effectid", "Text"),
            ("effectcategory", "Text"),
            ("effecttype", "generator"),
            ("mediatype", "video"),
        ):
            _text(effect, name, value)
        parameter = Xml.SubElement(effect, "parameter")
        _text(parameter, "parameterid", "str")
        _text(parameter, "name", "Text")
        _text(parameter, "value", "\n".join(caption.lines))


def _sound(track: Xml.Element, number: int, sound: Sound, sequence: Sequence) -> None:
    rate = sequence.frame_rate
    item = Xml.SubElement(track, "clipitem", id=f"sound-{number}")
    _text(item, "name", sound.name)
    _text(item, "duration", int(sound.duration_seconds * rate))
    _rate(item, rate)
    start = round_half_up(sound.start_seconds * rate)
    for name, value in (
        ("start", 0),
        ("end", sequence.frame_count),
        ("in", start),
        ("out", start + sequence.frame_count),
    ):
        _text(item, name, value)
    file = Xml.SubElement(item, "file", id=f"file-{sound.path}")
    _text(file, "name", sound.path.rpartition("/")[2])
    _text(file, "pathurl", sound.path)
    _rate(file, rate)
    _text(file, "duration", int(sound.duration_seconds * rate))
    Xml.SubElement(Xml.SubElement(file, "media"), "audio")
    source = Xml.SubElement(item, "sourcetrack")
    _text(source, "mediatype", "audio")
    _text(source, "trackindex", 1)


def _timecode(parent: Xml.Element, sequence: Sequence) -> None:
    timecode = Xml.SubElement(parent, "timecode")
    _rate(timecode, sequence.frame_rate)
    _text(timecode, "string", _record(sequence, 0))
    _text(timecode, "frame", _counted(_record(sequence, 0), sequence.frame_rate))
    _text(timecode, "displayformat", "DF" if is_drop(sequence.frame_rate) else "NDF")


def _record(sequence: Sequence, frame: int) -> str:
    try:
        return record_timecode(sequence, frame)
    except InvalidInput:  # a rate without timecode
        return "01:00:00:00"


def _counted(text: str, rate: Fraction) -> int:
    """The frame of a timecode, also at a rate that has none: nothing is dropped there."""
    try:
        return from_timecode(text, rate)
    except InvalidInput:
        hours, minutes, seconds, frames = (int(part) for part in text.replace(";", ":").split(":"))
        return ((hours * 60 + minutes) * 60 + seconds) * nominal(rate) + frames


def _rate(parent: Xml.Element, rate: Fraction) -> None:
    element = Xml.SubElement(parent, "rate")
    _text(element, "timebase", nominal(rate))
    _text(element, "ntsc", "TRUE" if rate.denominator == 1001 else "FALSE")


def _text(parent: Xml.Element, name: str, value: object) -> None:
    Xml.SubElement(parent, name).text = str(value)
