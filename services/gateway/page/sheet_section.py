"""The contact sheet: a tile for each shot, which shows the film from there."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from services.gateway.page.markup import Markup, element
from services.gateway.page.sound_section import film_link
from services.gateway.page.wording import count, frame_rate_of, timecode


def sheet_section(report: Mapping[str, Any], thumbnails: Mapping[str, bytes]) -> Markup:
    """One tile for each shot, in order; `thumbnails` are JPEGs by the digest of the clip."""
    width, _, height = report["size"].partition("x")
    tiles = [
        _tile(index, shot, frame_rate_of(report), thumbnails.get(shot["clip"]))
        for index, shot in enumerate(report["shots"])
    ]
    return element(
        "section",
        element("h2", "Shots"),
        element("ol", *tiles, class_="sheet", style=f"--aspect:{int(width)}/{int(height)}"),
        id="shots",
    )


def shots_line(report: Mapping[str, Any]) -> str:
    """How many shots were made for this film, and how many were there already."""
    states = [shot_state(shot) for shot in report["shots"]]
    kept, stored = states.count("kept"), states.count("stored")
    parts = [count(len(states), "shot")]
    parts += [f"{states.count('made')} made"] if kept or stored else ["all made"]
    parts += [f"{stored} from the store"] if stored else []
    parts += [f"{kept} kept from the parent"] if kept else []
    return ", ".join(parts)


def shot_state(shot: Mapping[str, Any]) -> str:
    """One word: "kept" from the parent's Build, "stored" found in the store, "made" anew."""
    if shot.get("kept"):
        return "kept"
    return "stored" if shot["reused"] else "made"


def _tile(
    index: int, shot: Mapping[str, Any], frame_rate: Fraction, thumbnail: bytes | None
) -> Markup:
    at = float(shot["start_frame"] / frame_rate)
    return element(
        "li",
        element(
            "a",
            _picture(thumbnail),
            element(
                "span",
                element("b", f"{index + 1:02d}"),
                element("span", timecode(shot["start_frame"], frame_rate), class_="time"),
                class_="row",
            ),
            element(
                "span",
                element("span", f"@{shot['reference']}", class_="handle"),
                element("span", *_badges(shot), class_="badges"),
                class_="row",
            ),
            element("span", _details(shot), class_="details"),
            href=film_link(at),
            data_seconds=f"{at:.6f}",
            data_end=f"{float(shot['end_frame'] / frame_rate):.6f}",
        ),
        id=f"shot-{shot['id']}",
    )


def _badges(shot: Mapping[str, Any]) -> list[Markup]:
    state = shot_state(shot)
    marks = [name for name in ("locked", "pinned") if shot.get(name)]
    said = {"stored": "in store"}.get(state, state)
    return [
        *(element("span", mark, class_=f"badge {mark}") for mark in marks),
        element("span", said, class_=f"badge {state}"),
    ]


def _picture(thumbnail: bytes | None) -> Markup:
    if thumbnail is None:
        return element("span", class_="picture missing")
    source = "data:image/jpeg;base64," + base64.b64encode(thumbnail).decode("ascii")
    return element("img", src=source, alt="", loading="lazy", class_="picture")


def _details(shot: Mapping[str, Any]) -> str:
    frames = shot["end_frame"] - shot["start_frame"]
    parts = [shot["id"], f"{frames} f", shot["move"].replace("_", " ")]
    return " · ".join(parts)
