"""Which log curve a video says it was filmed with: by its transfer tag or its maker's metadata."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import av

# ISO/IEC 23091-2: 9 is logarithmic 100:1, 10 is 100 * sqrt(10):1.
_LOG_TRANSFERS = {9: "logarithmic (100:1)", 10: "logarithmic (316:1)"}
# What cameras and phones write into titles of metadata and into their values.
_NAMED = (
    (re.compile(r"s-?log-?(3|2)\b", re.IGNORECASE), "S-Log{}"),
    (re.compile(r"s-?log\b", re.IGNORECASE), "S-Log"),
    (re.compile(r"v-?log\b", re.IGNORECASE), "V-Log"),
    (re.compile(r"(?:canon[ -]?|\bc-?)log[ -]?(3|2)\b", re.IGNORECASE), "Canon Log {}"),
    (re.compile(r"(?:canon[ -]?|\bc-)log\b", re.IGNORECASE), "Canon Log"),
    (re.compile(r"log-?c ?(3|4)?\b", re.IGNORECASE), "LogC{}"),
    (re.compile(r"n-?log\b", re.IGNORECASE), "N-Log"),
    (re.compile(r"f-?log ?(2)?\b", re.IGNORECASE), "F-Log{}"),
    (re.compile(r"d-?log(?:[ -]?m)?\b", re.IGNORECASE), "D-Log"),
    (re.compile(r"apple ?log ?(2)?\b|com\.apple\.log", re.IGNORECASE), "Apple Log"),
    (re.compile(r"log3g10|redlogfilm", re.IGNORECASE), "REDLog"),
    (re.compile(r"blackmagic.*(?:film|log)|bmdfilm", re.IGNORECASE), "Blackmagic Film"),
)
# Where a name of a curve stands; titles and comments are people's words and prove nothing.
_KEYS = re.compile(
    r"gamma|transfer|curve|colou?r|picture.?profile|photo.?style|log|lut|look", re.IGNORECASE
)


def find_log_curve(
    stream: av.VideoStream, frame: av.VideoFrame | None, container_tags: Mapping[str, str]
) -> str | None:
    """The name of the curve, None for footage that does not say it is log.

    `frame` is the stream's first, if one was decoded.
    """
    for coded in (stream.codec_context, frame):
        transfer = getattr(coded, "color_trc", None)
        if transfer is not None and int(transfer) in _LOG_TRANSFERS:
            return _LOG_TRANSFERS[int(transfer)]
    return named_curve((*container_tags.items(), *stream.metadata.items()))


def named_curve(tags: Iterable[tuple[str, str]]) -> str | None:
    """The curve that metadata (key, value) names, None if it names none."""
    for key, value in tags:
        if not _KEYS.search(key):
            continue
        for pattern, name in _NAMED:
            if found := pattern.search(value) or pattern.search(key):
                number = next((group for group in found.groups() if group), "")
                return name.format(number).strip()
    return None
