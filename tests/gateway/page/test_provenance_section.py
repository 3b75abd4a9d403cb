"""Where a film comes from, down to its digests."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from services.gateway.page.provenance_section import provenance_section


def cells(document: dict[str, Any]) -> list[list[str]]:
    root = ElementTree.fromstring(provenance_section(document))
    return [["".join(cell.itertext()) for cell in row] for row in root.iter("tr")]


def pairs(document: dict[str, Any]) -> dict[str, str]:
    root = ElementTree.fromstring(provenance_section(document))
    rows = [row for dl in root.iter("dl") for row in dl]
    return {"".join(row[0].itertext()): "".join(row[1].itertext()) for row in rows}


def test_references_come_with_roles_and_use(document: dict[str, Any]) -> None:
    _, *rows = cells(document)
    assert rows == [
        ["song", "song", "from 2.00 s", "music/song.wav"],
        ["@coffee", "first frame", "4.00 s", "coffee.mp4"],
        ["@spare", "–", "not used", "–"],
    ]


def test_film_without_song_names_none(document: dict[str, Any]) -> None:
    document |= {"song": None, "song_offset_seconds": None}
    assert cells(document)[1][0] == "@coffee"


def test_digests_and_versions_are_whole(document: dict[str, Any]) -> None:
    said = pairs(document)
    assert said["film"] == document["film"]
    assert said["parent"] == document["parent"]
    assert said["onbeat"] == "0.1.0"


def test_first_revision_has_no_parent(document: dict[str, Any]) -> None:
    assert "parent" not in pairs(document | {"parent": None})


def test_hostile_path_is_text(document: dict[str, Any]) -> None:
    document["references"][0]["path"] = '"><script>alert(1)</script>'
    assert cells(document)[2][3] == '"><script>alert(1)</script>'
