"""The table of type: captions and titles, where they stand, and which rules they break."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from services.gateway.page.markup import Markup, element
from services.gateway.page.sound_section import film_link
from services.gateway.page.wording import frame_rate_of, timecode

_COLUMNS = (
    ("type", ""),
    ("from", "number"),
    ("to", "number"),
    ("text", "wide"),
    ("char/s", "number"),
    ("place", ""),
    ("behind", ""),
    ("contrast", "number"),
    ("not as it should be", "wide"),
)


def type_section(report: Mapping[str, Any]) -> Markup | None:
    """All captions and titles of a film; None for a film without."""
    found = report.get("type")
    if not found:
        return None
    head = element("tr", *(element("th", name, class_=style or None) for name, style in _COLUMNS))
    rows = [_row(item, report) for item in (*found["titles"], *found["captions"])]
    table = element("table", element("thead", head), element("tbody", *rows))
    return element(
        "section",
        element("h2", "Type"),
        element("div", table, class_="scroll", tabindex=0, role="region", aria_label="Type"),
        element("p", _note(found)),
        id="type",
    )


def _note(found: Mapping[str, Any]) -> str:
    where = {
        "off": "Captions are off.",
        "files": "Captions are in captions.srt and captions.vtt.",
        "burned": "Captions are in the picture.",
        "both": "Captions are in the picture, and in captions.srt and captions.vtt.",
    }[found["delivery"]]
    return f"{where} {found['shots_with_type']} shots show type. Contrast is the worst measured."


def _row(item: Mapping[str, Any], report: Mapping[str, Any]) -> Markup:
    rate = frame_rate_of(report)
    link = element(
        "a", item["id"], href=film_link(item["start"]), data_seconds=f"{item['start']:.6f}"
    )
    speed = item.get("characters_per_second")
    values = (
        link,
        _time(item["start"], rate),
        _time(item["end"], rate),
        " / ".join(item["lines"]),
        "–" if speed is None else f"{speed:.1f}",
        item["place"] or "–",
        item["backing"] or "–",
        "–" if item["contrast"] is None else f"{item['contrast']:.1f}",
        "; ".join(item["problems"]) or "–",
    )
    cells = (
        element("td", value, class_=style or None)
        for value, (_, style) in zip(values, _COLUMNS, strict=True)
    )
    return element("tr", *cells, class_="astray" if item["problems"] else None)


def _time(seconds: float, rate: Fraction) -> str:
    return timecode(round(seconds * rate), rate)
