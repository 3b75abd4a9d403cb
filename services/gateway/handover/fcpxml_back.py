"""FCPXML that comes back: its spine as an OTIO timeline, with exact times.

The library's own reader counts whole frames a second, so that 29.97 becomes 29; hence this one.
Read are clips, gaps and transitions of the first spine, and the song. Pure but for `read_fcpxml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as Xml

import opentimelineio as otio

from services.gateway.handover.fcpxml import TRANSITIONS, note_of
from services.gateway.handover.otio_file import BAKED, METADATA, ORIGINAL
from shared.errors import InvalidInput

_KINDS = {name: kind for kind, name in TRANSITIONS.items()}
_TIME = re.compile(r"-?[0-9]{1,18}(?:/0{0,17}[1-9][0-9]{0,17}|\.[0-9]{1,12})?s?")
_CLIPS = ("asset-clip", "clip", "video", "ref-clip", "sync-clip", "mc-clip")


@dataclass(frozen=True, slots=True)
class _Media:
    url: str
    start: Fraction
    duration: Fraction


def read_fcpxml(path: Path) -> otio.schema.Timeline:
    """The first sequence of a file; raises `InvalidInput` for one that has none.

    What is no XML raises what the parser raises.
    """
    root = Xml.parse(path).getroot()  # entities are bounded by the parser, none are fetched
    sequence = root.find(".//sequence")
    spine = sequence.find("spine") if sequence is not None else None
    if sequence is None or spine is None:
        raise InvalidInput(f"{path}: has no sequence with a spine")
    formats = {str(item.get("id")): item for item in root.iter("format")}
    stated = formats.get(str(sequence.get("format")))
    duration = _seconds(stated.get("frameDuration") if stated is not None else None)
    if duration <= 0:
        raise InvalidInput(f"{path}: its sequence has no frame rate; expected a format with one")
    return _timeline(spine, _media(root), 1 / duration)


def _timeline(
    spine: Xml.Element, media: Mapping[str, _Media], rate: Fraction
) -> otio.schema.Timeline:
    timeline = otio.schema.Timeline("fcpxml")
    pictures = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    above = otio.schema.Track("connected clips", kind=otio.schema.TrackKind.Video)
    sound = otio.schema.Track("A1 song", kind=otio.schema.TrackKind.Audio)
    joins: list[tuple[Xml.Element, Fraction]] = []
    for item in spine:
        if item.tag == "transition":
            joins.append((item, _seconds(item.get("offset"))))
            continue
        if "duration" not in item.attrib:
            continue
        if joins:
            pictures.append(_transition(joins.pop()[0], _seconds(item.get("offset")), rate))
        pictures.append(_item(item, media, rate))
        for child in item:
            if child.tag in _CLIPS and child.get("name") == "song":
                sound.append(_item(child, media, rate))
            elif child.tag in _CLIPS and int(child.get("lane", "0")) > 0:
                above.append(_item(child, media, rate))
    timeline.tracks.append(pictures)
    for track in (above, sound):
        if len(track):
            timeline.tracks.append(track)
    return timeline


def _item(
    element: Xml.Element, media: Mapping[str, _Media], rate: Fraction
) -> otio.schema.Clip | otio.schema.Gap:
    length = _seconds(element.get("duration"))
    name = element.get("name", "")
    found = media.get(str(element.get("ref") or _inner(element)))
    if element.tag not in _CLIPS or found is None:
        return otio.schema.Gap(name=name, source_range=_range(Fraction(0), length, rate))
    start = _seconds(element.get("start")) if "start" in element.attrib else found.start
    begin, speed = _played(element, start)
    # The earliest of what is seen, also where it is played backwards.
    earliest = begin if speed > 0 else begin + (length - 1 / rate) * speed
    clip = otio.schema.Clip(name, source_range=_range(earliest, length, rate))
    reference = otio.schema.ExternalReference(found.url, _range(found.start, found.duration, rate))
    shot_id, was = note_of(element.findtext("note", ""))
    key = BAKED if Path(found.url).stem == shot_id else ORIGINAL
    clip.set_media_references({key: reference}, key)
    if speed != 1:
        clip.effects.append(otio.schema.LinearTimeWarp("speed", time_scalar=float(speed)))
    if shot_id:
        told: dict[str, object] = {"shot": shot_id}
        if was is not None:
            told["ranges"] = {key: {"start": float(was * rate), "rate": float(rate)}}
        clip.metadata[METADATA] = told
    return clip


def _inner(element: Xml.Element) -> str | None:
    """The asset of a clip that holds its media as a child."""
    child = element.find("video")
    return child.get("ref") if child is not None else None


def _played(element: Xml.Element, start: Fraction) -> tuple[Fraction, Fraction]:
    """(media second of the clip's first frame, speed) by its time map."""
    points = [
        (_seconds(point.get("time")), _seconds(point.get("value")))
        for point in element.findall("timeMap/timept")
    ]
    if len(points) < 2 or points[-1][0] == points[0][0]:
        return start, Fraction(1)
    (first_time, first_value), (last_time, last_value) = points[0], points[-1]
    speed = (last_value - first_value) / (last_time - first_time)
    return first_value + (start - first_time) * speed, speed or Fraction(1)


def _transition(element: Xml.Element, cut: Fraction, rate: Fraction) -> otio.schema.Transition:
    length = _seconds(element.get("duration"))
    before = min(max(cut - _seconds(element.get("offset")), Fraction(0)), length)
    name = element.get("name", "")
    made = otio.schema.Transition(
        name,
        otio.schema.TransitionTypes.SMPTE_Dissolve if "Dissolve" in name else "Custom_Transition",
        _time(before, rate),
        _time(length - before, rate),
    )
    if name in _KINDS:
        made.metadata[METADATA] = {"kind": _KINDS[name].value}
    return made


def _media(root: Xml.Element) -> dict[str, _Media]:
    out = {}
    for asset in root.iter("asset"):
        inside = asset.find("media-rep")
        source = asset.get("src") or (inside.get("src") if inside is not None else None)
        out[str(asset.get("id"))] = _Media(
            source or "", _seconds(asset.get("start")), _seconds(asset.get("duration"))
        )
    return out


def _seconds(text: str | None) -> Fraction:
    """The value of "1001/30000s"; raises `InvalidInput` for what is no time."""
    stated = text or "0s"
    # Not whatever a fraction is read from: 1e9999999 would take a minute.
    if not _TIME.fullmatch(stated):
        raise InvalidInput(f"{stated[:60]!r} is no time; expected one as 1001/30000s")
    return Fraction(stated.removesuffix("s"))


def _time(seconds: Fraction, rate: Fraction) -> otio.opentime.RationalTime:
    try:
        return otio.opentime.RationalTime(float(seconds * rate), float(rate))
    except OverflowError as error:
        raise InvalidInput("a time is too large to be one") from error


def _range(start: Fraction, length: Fraction, rate: Fraction) -> otio.opentime.TimeRange:
    return otio.opentime.TimeRange(_time(start, rate), _time(length, rate))
