"""The table of a film's other aspects: what was made of it, and how faces stand in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.gateway.page.markup import Markup, element

_COLUMNS = (
    ("aspect", ""),
    ("size", ""),
    ("cuts on their frame", "number"),
    ("shots kept", "number"),
    ("follow", "number"),
    ("over a fill", "number"),
    ("faces whole", "number"),
    ("report", ""),
)


def deliveries_section(report: Mapping[str, Any]) -> Markup | None:
    """All further deliveries of a film; None for a film without."""
    found = report.get("deliveries")
    if not found:
        return None
    head = element("tr", *(element("th", name, class_=style or None) for name, style in _COLUMNS))
    rows = [_row(document) for document in found.values()]
    table = element("table", element("thead", head), element("tbody", *rows))
    return element(
        "section",
        element("h2", "Other aspects"),
        element(
            "div", table, class_="scroll", tabindex=0, role="region", aria_label="Other aspects"
        ),
        element("p", "The same cuts, windows and beats; each has its own framing."),
        id="deliveries",
    )


def _row(document: Mapping[str, Any]) -> Markup:
    summary, framing = document["summary"], document["framing"]
    shots = framing["shots"]
    page = document["file"].replace("film-", "report-").replace(".mp4", ".html")
    straight = summary["cuts"] - summary["transitions"]
    values = (
        element("a", document["aspect"], href=document["file"]),
        document["size"].replace("x", " × "),
        f"{straight - summary['cuts_astray']} of {straight}",
        f"{summary['shots_kept']} of {len(document['shots'])}",
        str(sum(shot["follows"] for shot in shots)),
        str(sum(shot["fit"] == "fill" for shot in shots)),
        f"{framing['faces_whole']} of {framing['faces']}" if framing["faces"] else "–",
        element("a", "open", href=page),
    )
    cells = zip(values, _COLUMNS, strict=True)
    return element(
        "tr", *(element("td", value, class_=style or None) for value, (_, style) in cells)
    )
