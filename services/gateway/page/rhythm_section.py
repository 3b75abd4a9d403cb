"""The table of sections: how many shots, how long, how even."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.gateway.page.markup import Markup, element
from services.gateway.page.wording import frame_rate_of, timecode

_COLUMNS = ("section", "from", "shots", "mean", "beats", "spread", "lag 1")


def rhythm_section(report: Mapping[str, Any]) -> Markup | None:
    """How each section is cut; None for a film of one shot."""
    if not report["cuts"]:
        return None
    head = element("tr", *(element("th", name, class_=_style(name)) for name in _COLUMNS))
    rows = [_row(section, report) for section in report["sections"]]
    table = element("table", element("thead", head), element("tbody", *rows))
    note = (
        "Spread is the standard deviation of the shots' lengths over their mean; lag 1 above 0 "
        "says that short shots follow short ones."
    )
    return element(
        "section",
        element("h2", "Rhythm"),
        element("div", table, class_="scroll", tabindex=0, role="region", aria_label="Rhythm"),
        element("p", note),
        id="rhythm",
    )


def _row(section: Mapping[str, Any], report: Mapping[str, Any]) -> Markup:
    values = (
        section["label"] or "film",
        timecode(section["start_frame"], frame_rate_of(report)),
        str(section["shots"]),
        f"{section['mean_seconds']:.2f} s",
        _number(section["mean_beats"], 1),
        _number(section["spread"], 2),
        _number(section["lag1_autocorrelation"], 2),
    )
    cells = (
        element("td", value, class_=_style(name))
        for name, value in zip(_COLUMNS, values, strict=True)
    )
    return element("tr", *cells)


def _style(name: str) -> str | None:
    return None if name == "section" else "number"


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}")
