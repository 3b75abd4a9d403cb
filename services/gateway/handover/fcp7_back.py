"""FCP7 XML that comes back: which shot each clip is, where it began, and how fast it plays.

The library reads the format but knows neither ids nor speeds; the hand-over wrote them into the
clips' comments, which editing programs keep.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

import opentimelineio as otio

from services.gateway.handover.otio_file import BAKED, METADATA, ORIGINAL

_NAME = re.compile(r"\d{3} (s\d{1,9}-[a-z2-7]{1,16})\b")
_ID = re.compile(r"s\d{1,9}-[a-z2-7]{1,16}")
_SPEED_EFFECT = "timeremap"


def with_ids(timeline: otio.schema.Timeline) -> otio.schema.Timeline:
    """The timeline with what `edited_timeline` reads of each clip; changed in place."""
    for track in timeline.video_tracks():
        for clip in track.find_clips():
            _tell(clip)
    return timeline


def _tell(clip: Any) -> None:
    effects = [_as_warp(effect) for effect in clip.effects]
    clip.effects[:] = [effect for effect in effects if effect is not None]
    about = _mapping(clip.metadata.get("fcp_xml"))
    comments = _mapping(about.get("comments"))
    named = _NAME.match(clip.name or "")
    stated = str(comments.get("mastercomment1", ""))
    shot_id = stated if _ID.fullmatch(stated) else (named[1] if named else "")
    if not shot_id:
        return
    reference = clip.media_reference
    url = str(getattr(reference, "target_url", "") or "")
    key = BAKED if PurePosixPath(url).stem == shot_id else ORIGINAL
    clip.set_media_references({key: reference}, key)
    told: dict[str, object] = {"shot": shot_id}
    first = str(comments.get("mastercomment2", ""))
    if first.isdigit() and len(first) < 10 and reference.available_range is not None:
        rate = clip.trimmed_range().start_time.rate
        began = reference.available_range.start_time.rescaled_to(rate).value + int(first)
        told["ranges"] = {key: {"start": began, "rate": rate}}
    clip.metadata[METADATA] = told


def _as_warp(effect: Any) -> Any:
    """A "Time Remap" of one speed as the library's own effect, None for one of speed 1."""
    about = _mapping(effect.metadata.get("fcp_xml"))
    if str(about.get("effectid", "")) != _SPEED_EFFECT:
        return effect
    values = about.get("parameter") or ()
    found = {
        str(item.get("parameterid")): str(item.get("value"))
        for item in values
        if isinstance(item, Mapping)
    }
    if found.get("variablespeed", "0") not in ("0", "FALSE"):
        return effect
    try:
        speed = float(found.get("speed", "100")) / 100
    except ValueError:
        return effect
    if not math.isfinite(speed):
        return effect
    speed = -abs(speed) if found.get("reverse") == "TRUE" else speed
    return otio.schema.LinearTimeWarp("speed", time_scalar=speed) if speed != 1 else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
