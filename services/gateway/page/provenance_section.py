"""Where a film comes from: references, the programs that made it, digests of all that it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.gateway.page.markup import Markup, element


def provenance_section(report: Mapping[str, Any]) -> Markup:
    """References with their roles, then digests and versions."""
    return element(
        "section",
        element("h2", "Provenance"),
        _references(report),
        element(
            "div",
            _pairs("Digests", _digests(report), "code"),
            _pairs("Versions", list(report["versions"].items()), "span"),
            class_="columns",
        ),
        id="provenance",
    )


def _references(report: Mapping[str, Any]) -> Markup:
    song = report["song"]
    rows = [_reference_row(reference) for reference in report["references"]]
    if song is not None:
        rows.insert(0, _row("song", "song", _played(report), song))
    names = (("reference", None), ("roles", None), ("in the film", "number"), ("file", "wide"))
    head = element("tr", *(element("th", name, class_=style) for name, style in names))
    table = element("table", element("thead", head), element("tbody", *rows))
    return element("div", table, class_="scroll")


def _reference_row(reference: Mapping[str, Any]) -> Markup:
    used = f"{reference['seconds_used']:.2f} s" if reference["seconds_used"] else "not used"
    roles = ", ".join(role.replace("_", " ") for role in reference["roles"]) or "–"
    return _row(f"@{reference['handle']}", roles, used, reference["path"] or "–")


def _played(report: Mapping[str, Any]) -> str:
    return f"from {report['song_offset_seconds'] or 0:.2f} s"


def _row(name: str, roles: str, used: str, path: str) -> Markup:
    return element(
        "tr",
        element("td", name, class_="handle"),
        element("td", roles),
        element("td", used, class_="number"),
        element("td", path, class_="wide path"),
    )


def _digests(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    names = ("film", "timeline", "parent")
    return [(name, str(report[name])) for name in names if report.get(name)]


def _pairs(title: str, pairs: list[tuple[str, str]], tag: str) -> Markup:
    items = [
        element("div", element("dt", name), element("dd", element(tag, value)))
        for name, value in pairs
    ]
    return element("div", element("h3", title), element("dl", *items))
