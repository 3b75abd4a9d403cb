"""The table of cuts: planned, measured, and why each is where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.gateway.page.markup import Child, Markup, element
from services.gateway.page.sound_section import film_link
from services.gateway.page.wording import frame_rate_of, signed_ms, timecode

_COLUMNS = (
    ("cut", "number"),
    ("time", "number"),
    ("planned", "number"),
    ("measured", "number"),
    ("offset", "number"),
    ("contrast", "number"),
    ("event", ""),
    ("kind", ""),
    ("reason", "wide"),
    ("transition", ""),
)


def cuts_section(report: Mapping[str, Any]) -> Markup | None:
    """All cuts of a film; None for a film without one."""
    if not report["cuts"]:
        return None
    has_transitions = any(cut["transition"] is not None for cut in report["cuts"])
    columns = _COLUMNS if has_transitions else _COLUMNS[:-1]
    head = element("tr", *(element("th", name, class_=style or None) for name, style in columns))
    rows = [_row(index, cut, report, columns) for index, cut in enumerate(report["cuts"])]
    table = element("table", element("thead", head), element("tbody", *rows))
    return element(
        "section",
        element("h2", "Cuts"),
        element("div", table, class_="scroll", tabindex=0, role="region", aria_label="Cuts"),
        id="cuts",
    )


def _row(
    index: int,
    cut: Mapping[str, Any],
    report: Mapping[str, Any],
    columns: Sequence[tuple[str, str]],
) -> Markup:
    rate, transition = frame_rate_of(report), cut["transition"]
    at = float(cut["planned_frame"] / rate)
    link = element("a", f"{index + 1}", href=film_link(at), data_seconds=f"{at:.6f}")
    values: tuple[Child, ...] = (
        link,
        timecode(cut["planned_frame"], rate),
        str(cut["planned_frame"]),
        _measured(cut),
        signed_ms(cut["offset_ms"]),
        "–" if cut["contrast"] is None else f"{cut['contrast']:.2f}",
        cut["event"] or "–",
        (cut["kind"] or "–").replace("_", " "),
        cut["reason"],
        "–" if transition is None else f"{transition['kind']}, {transition['frames']} frames",
    )
    cells = (
        element("td", value, class_=style or None)
        # The last column is left out where nothing is in it.
        for value, (_, style) in zip(values, columns, strict=False)
    )
    is_astray = transition is None and cut["measured_frame"] != cut["planned_frame"]
    return element("tr", *cells, class_="astray" if is_astray else None)


def _measured(cut: Mapping[str, Any]) -> str:
    midpoint = (cut["transition"] or {}).get("midpoint_frame")
    if midpoint is not None:
        return f"{midpoint:.1f}"
    return "–" if cut["measured_frame"] is None else str(cut["measured_frame"])
