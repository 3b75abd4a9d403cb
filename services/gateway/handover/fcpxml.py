"""A film as FCPXML 1.9 for Final Cut Pro (and Resolve): a spine with connected sound and titles."""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree as Xml

from services.gateway.handover.events import Event, window_seconds
from services.gateway.handover.otio_file import record_start
from services.gateway.handover.sequence import Sequence
from services.gateway.handover.timecode import from_timecode, is_drop
from shared.timeline import TransitionKind

TRANSITIONS = {
    TransitionKind.DISSOLVE: "Cross Dissolve",
    TransitionKind.DIP: "Fade To Color",
    TransitionKind.WHIP: "Slide",
}


_NOTE = "onbeat"
_MAX_DENOMINATOR = 1_000_000


def note_of(text: str) -> tuple[str, Fraction | None]:
    """(id of the shot, earliest second of its media at the hand-over) of a clip's note."""
    words = text.split()
    if len(words) < 2 or words[0] != _NOTE:
        return "", None
    try:
        return words[1], Fraction(words[2].removesuffix("s"))
    except (IndexError, ValueError, ZeroDivisionError):
        return words[1], None


def write_fcpxml(sequence: Sequence) -> str:
    """The film as .fcpxml text; all times are exact fractions of a second."""
    root = Xml.Element("fcpxml", version="1.9")
    resources = Xml.SubElement(root, "resources")
    rate = sequence.frame_rate
    Xml.SubElement(
        resources,
        "format",
        id="film",
        frameDuration=_seconds(1 / rate),
        width=str(sequence.size.width),
        height=str(sequence.size.height),
        colorSpace="1-1-1 (Rec. 709)",
    )
    assets = _assets(resources, sequence)
    project = Xml.SubElement(Xml.SubElement(root, "event", name="Onbeat"), "project")
    project.set("name", sequence.name)
    made = Xml.SubElement(
        project,
        "sequence",
        format="film",
        duration=_seconds(sequence.frame_count / rate),
        tcStart=_seconds(_origin(sequence)),
        tcFormat="DF" if is_drop(rate) else "NDF",
        audioRate="48k",
    )
    _spine(Xml.SubElement(made, "spine"), sequence, assets)
    Xml.indent(root)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n'
    return head + Xml.tostring(root, encoding="unicode") + "\n"


def _assets(resources: Xml.Element, sequence: Sequence) -> dict[str, str]:
    """The id of the asset of each path."""
    ids: dict[str, str] = {}
    for event in sequence.events:
        path = _path(event)
        if path in ids:
            continue
        ids[path] = f"r{len(ids) + 1}"
        start, duration = _extent(event, sequence)
        asset = Xml.SubElement(
            resources,
            "asset",
            id=ids[path],
            name=path.rpartition("/")[2],
            start=_seconds(start),
            duration=_seconds(duration),
            hasVideo="1",
            format=_format(resources, event, sequence),
        )
        Xml.SubElement(asset, "media-rep", kind="original-media", src=path)
    for sound in sequence.sounds:
        ids[sound.path] = f"r{len(ids) + 1}"
        asset = Xml.SubElement(
            resources,
            "asset",
            id=ids[sound.path],
            name=sound.name,
            start="0s",
            duration=_seconds(sound.duration_seconds),
            hasAudio="1",
            audioSources="1",
            audioChannels="2",
            audioRate="48000",
        )
        Xml.SubElement(asset, "media-rep", kind="original-media", src=sound.path)
    if sequence.captions:
        Xml.SubElement(
            resources,
            "effect",
            id="text",
            name="Basic Title",
            uid=".../Titles.localized/Bumper:Opener.localized/Basic Title.localized/"
            "Basic Title.moti",
        )
    return ids


def _format(resources: Xml.Element, event: Event, sequence: Sequence) -> str:
    """The id of the format of what a shot plays: the film's, or one of the original's own rate."""
    rate = event.original.frame_rate if event.original and not event.is_baked else None
    if rate is None or rate == sequence.frame_rate:
        return "film"
    name = f"rate-{rate.numerator}-{rate.denominator}"
    if resources.find(f"format[@id='{name}']") is None:
        made = Xml.Element("format", id=name, frameDuration=_seconds(1 / rate))
        resources.insert(1, made)
    return name


def _spine(spine: Xml.Element, sequence: Sequence, assets: dict[str, str]) -> None:
    rate = sequence.frame_rate
    origin = _origin(sequence)
    first: Xml.Element | None = None
    first_start = Fraction(0)
    for event in sequence.events:
        if event.transition is not None:
            cut = event.record_frame - event.transition.frames_before
            Xml.SubElement(
                spine,
                "transition",
                name=TRANSITIONS[event.transition.kind],
                offset=_seconds(origin + cut / rate),
                duration=_seconds(event.transition.frames / rate),
            )
        start, _ = _extent(event, sequence)
        if event.is_baked or event.original is None:
            begin = start + Fraction(event.baked.before if event.baked else 0) / rate
        else:
            begin = start + _clip_time(event, sequence)
        clip = Xml.SubElement(
            spine,
            "asset-clip",
            ref=assets[_path(event)],
            name=f"{event.number:03d} {event.shot_id}",
            offset=_seconds(origin + event.record_frame / rate),
            start=_seconds(begin),
            duration=_seconds(event.frames / rate),
            format="film",
        )
        _retime(clip, event, sequence)
        earliest = begin
        if not event.is_baked and event.original is not None:
            earliest = start + window_seconds(event, rate)
        told = Xml.Element("note")
        told.text = f"{_NOTE} {event.shot_id} {_seconds(earliest)}"
        clip.insert(0, told)
        if event.notes:
            note = "only in the baked clip: " + ", ".join(event.notes)
            marked = _seconds(1 / rate)
            Xml.SubElement(clip, "marker", start=_seconds(begin), duration=marked, value=note)
        if first is None:
            first, first_start = clip, begin
    if first is not None:
        _connected(first, first_start, sequence, assets)


def _clip_time(event: Event, sequence: Sequence) -> Fraction:
    """Where the shot begins in its clip's time, which passes as fast as the clip plays."""
    if event.speed > 0:
        return event.start_seconds / event.speed
    _, duration = _extent(event, sequence)
    return (duration - event.start_seconds) / -event.speed


def _retime(clip: Xml.Element, event: Event, sequence: Sequence) -> None:
    if event.is_baked or event.original is None or event.speed == 1:
        return
    start, duration = _extent(event, sequence)
    speed = abs(event.speed)
    ends = [(start, start), (start + duration / speed, start + duration)]
    if event.speed < 0:
        ends = [(start, start + duration), (start + duration / speed, start)]
    times = Xml.Element("timeMap")
    for time, value in ends:
        Xml.SubElement(times, "timept", time=_seconds(time), value=_seconds(value), interp="linear")
    clip.insert(0, times)


def _connected(
    clip: Xml.Element, start: Fraction, sequence: Sequence, assets: dict[str, str]
) -> None:
    """Sounds and captions hang on the first clip; their offsets count in its time."""
    rate = sequence.frame_rate
    at = len(clip) - (clip.find("marker") is not None)
    for lane, sound in enumerate(sequence.sounds, start=1):
        element = Xml.Element(
            "asset-clip",
            ref=assets[sound.path],
            lane=str(-lane),
            name=sound.name,
            offset=_seconds(start),
            start=_seconds(sound.start_seconds),
            duration=_seconds(sequence.frame_count / rate),
            audioRole="music" if sound.name == "song" else "dialogue",
        )
        clip.insert(at, element)
        at += 1
    for caption in sequence.captions:
        title = Xml.Element(
            "title",
            ref="text",
            lane="1",
            name=caption.text,
            offset=_seconds(start + caption.start_frame / rate),
            start="0s",
            duration=_seconds(caption.frames / rate),
        )
        Xml.SubElement(Xml.SubElement(title, "text"), "text-style").text = "\n".join(caption.lines)
        clip.insert(at, title)
        at += 1


def _extent(event: Event, sequence: Sequence) -> tuple[Fraction, Fraction]:
    """Start, by its own timecode, and length in seconds of what a shot plays."""
    rate = sequence.frame_rate
    if event.is_baked or event.original is None:
        frames = event.baked.frames if event.baked else event.frames
        return Fraction(0), frames / rate
    original = event.original
    if original.duration_seconds is None or original.frame_rate is None:
        return Fraction(0), event.frames / rate
    start = Fraction(0)
    if original.timecode:
        start = from_timecode(original.timecode, original.frame_rate) / original.frame_rate
    return start, original.duration_seconds


def _origin(sequence: Sequence) -> Fraction:
    """The film's first frame, 01:00:00:00, in seconds: on a frame's edge at every rate."""
    return record_start(sequence) / sequence.frame_rate


def _path(event: Event) -> str:
    if event.is_baked or event.original is None:
        return event.baked.path if event.baked else ""
    return event.original.path


def _seconds(value: Fraction) -> str:
    """Seconds as FCPXML writes them: "1001/30000s", "12s"; exact to a millionth.

    Its readers take a 64-bit number over a 32-bit one.
    """
    exact = Fraction(value).limit_denominator(_MAX_DENOMINATOR)
    if exact.denominator == 1:
        return f"{exact.numerator}s"
    return f"{exact.numerator}/{exact.denominator}s"
