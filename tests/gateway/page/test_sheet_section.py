"""The contact sheet: a tile for each shot, with what became of it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from services.gateway.page.sheet_section import sheet_section, shot_state, shots_line

JPEG = b"\xff\xd8picture"


def tiles(document: dict[str, Any], thumbnails: dict[str, bytes] | None = None) -> list[str]:
    made = sheet_section(document, thumbnails or {})
    return re.findall(r"<li .*?</li>", made)


def test_every_shot_has_its_tile_in_order(document: dict[str, Any]) -> None:
    made = tiles(document)
    assert [re.findall(r'id="(.*?)"', tile) for tile in made] == [
        ["shot-s1"],
        ["shot-s2"],
        ["shot-s3"],
        ["shot-s4"],
    ]
    assert "film.mp4#t=2.000" in made[2]
    assert "00:02:00" in made[2]
    assert "@coffee" in made[2]


def test_tiles_say_what_became_of_their_shot(document: dict[str, Any]) -> None:
    badges = [re.findall(r'badge \w+">(.*?)<', tile) for tile in tiles(document)]
    assert badges == [["locked", "kept"], ["made"], ["in store"], ["pinned", "kept"]]


def test_picture_is_in_the_page(document: dict[str, Any]) -> None:
    first, second, *_ = tiles(document, {"s1/1": JPEG})
    assert 'src="data:image/jpeg;base64,/9hwaWN0dXJl"' in first
    assert "<img" not in second


@pytest.mark.parametrize(
    ("shot", "state"),
    [
        ({"kept": True, "reused": True}, "kept"),
        ({"kept": False, "reused": True}, "stored"),
        ({"reused": True}, "stored"),
        ({"reused": False}, "made"),
    ],
)
def test_state_of_a_shot(shot: dict[str, Any], state: str) -> None:
    assert shot_state(shot) == state


def test_line_counts_states(document: dict[str, Any]) -> None:
    assert shots_line(document) == "4 shots, 1 made, 1 from the store, 2 kept from the parent"
    document["shots"] = document["shots"][1:2]
    assert shots_line(document) == "1 shot, all made"


def test_hostile_handle_is_text(document: dict[str, Any]) -> None:
    document["shots"][0]["reference"] = "<img src=x onerror=alert(1)>"
    assert "<img" not in tiles(document)[0]


def test_aspect_is_the_deliverys(document: dict[str, Any]) -> None:
    assert "--aspect:720/1280" in sheet_section(document | {"size": "720x1280"}, {})
