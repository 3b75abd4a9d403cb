"""What the roles of references did in a film, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.gateway.page.markup import Markup, element


def roles_section(report: Mapping[str, Any]) -> Markup | None:
    """One row for each role; None for a film whose references have none."""
    roles = report.get("roles")
    if not roles:
        return None
    head = element("tr", element("th", "reference"), element("th", "role"), element("th", "effect"))
    rows = [
        element(
            "tr",
            element("td", f"@{item['reference']}"),
            element("td", item["role"].replace("_", " ")),
            element("td", item["effect"] or "none"),
        )
        for item in roles
    ]
    table = element("table", element("thead", head), element("tbody", *rows))
    return element(
        "section",
        element("h2", "Roles"),
        element("div", table, class_="scroll", tabindex=0, role="region", aria_label="Roles"),
        id="roles",
    )
