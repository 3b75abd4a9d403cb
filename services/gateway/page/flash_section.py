"""Whether a film is safe for people whom flashes harm: what was measured, in a sentence or two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.gateway.page.markup import Markup, element

_VERDICTS = {True: "Safe", False: "Not safe", None: "Not wholly measured"}


def flash_section(report: Mapping[str, Any]) -> Markup | None:
    """Flashes of the film; None for a report of an earlier version."""
    flashes = report.get("flashes")
    if not flashes:
        return None
    parts = [
        f"{_said(flashes['general'], 'flashes')}; {_said(flashes['red'], 'red flashes')}",
        f"at most {flashes['limit_per_second']} in any second are safe by WCAG 2.2, 2.3.1",
    ]
    return element(
        "section",
        element("h2", "Flashes"),
        element("p", f"{_VERDICTS[flashes['passes']]}: {', '.join(parts)}.", class_="lead"),
        id="flashes",
    )


def _said(worst: Mapping[str, Any] | None, kind: str) -> str:
    if worst is None:
        return f"{kind} were not measured"
    if not worst["flashes"]:
        return f"no {kind}"
    return f"{worst['flashes']:g} {kind} in the worst second, from {worst['start_seconds']:.2f} s"
