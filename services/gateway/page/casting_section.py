"""Why these pictures: the score of the cast, its parts, and how the runner-up did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.gateway.page.markup import Markup, element
from services.gateway.page.wording import count, figure

_SAID = {
    "content": "motion, sharpness, faces, prompt",
    "neighbours": "how shots meet",
    "repeats": "frames shown again",
    "variety": "all references seen, none too often",
}


def casting_section(report: Mapping[str, Any]) -> Markup | None:
    """How the film was cast; None for an edited film, whose cast people have changed."""
    casting = report.get("casting")
    if not casting:
        return None
    rows = [
        element("tr", element("td", said), element("td", figure(terms, 2), class_="number"))
        for name, said in _SAID.items()
        if (terms := casting["terms"].get(name)) is not None
    ]
    head = element(
        "tr", element("th", "part of the score"), element("th", "worth", class_="number")
    )
    table = element("table", element("thead", head), element("tbody", *rows))
    return element(
        "section",
        element("h2", "Casting"),
        element("p", _lead(casting), class_="lead"),
        element("div", table, class_="scroll", tabindex=0, role="region", aria_label="Casting"),
        element("p", "One shot whose motion fits its music wholly is worth 1."),
        id="casting",
    )


def _lead(casting: Mapping[str, Any]) -> str:
    shots = count(casting["shots"], "shot")
    parts = [f"{shots} cast at a score of {figure(casting['score'], 2)}"]
    second = casting["runner_up"]
    if second is not None:
        differs = count(second["shots_that_differ"], "shot")
        parts.append(f"the runner-up, other in {differs}, had {figure(second['score'], 2)}")
    if casting["cuts_left_out"]:
        parts.append(f"{count(casting['cuts_left_out'], 'cut')} left out for want of footage")
    if casting["repeating_shots"]:
        parts.append(f"{count(casting['repeating_shots'], 'shot')} repeating pictures")
    return "; ".join(parts) + "."
