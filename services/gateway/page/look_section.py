"""What was done to the colours of the shots, one row a shot that was touched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.gateway.page.markup import Markup, element
from services.gateway.page.wording import count


def look_section(report: Mapping[str, Any]) -> Markup | None:
    """The grades of a film; None where no shot's colours were touched."""
    look = report.get("look")
    if not look:
        return None
    numbered = enumerate(look["shots"], start=1)
    touched = [(number, shot) for number, shot in numbered if shot["done"]]
    if not touched:
        return None
    rows = [
        element("tr", element("td", f"#{number}", class_="number"), element("td", shot["done"]))
        for number, shot in touched
    ]
    head = element("tr", element("th", "shot", class_="number"), element("th", "colours"))
    table = element("table", element("thead", head), element("tbody", *rows))
    return element(
        "section",
        element("h2", "Look"),
        element("p", _lead(look, len(touched)), class_="lead"),
        element("div", table, class_="scroll", tabindex=0, role="region", aria_label="Look"),
        id="look",
    )


def _lead(look: Mapping[str, Any], touched: int) -> str:
    parts = [f"{count(touched, 'shot')} of {len(look['shots'])} graded"]
    if look["matched_shots"]:
        parts.append(f"{look['matched_shots']} matched to the shots beside them")
    if look["style_from"]:
        parts.append("in the style of " + ", ".join(f"@{name}" for name in look["style_from"]))
    return "; ".join(parts) + "."
