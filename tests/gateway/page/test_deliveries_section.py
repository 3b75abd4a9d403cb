from __future__ import annotations

from typing import Any

from services.gateway.page.deliveries_section import deliveries_section


def test_each_aspect_is_a_row_with_its_film_and_report(document: dict[str, Any]) -> None:
    shots = [{"follows": True, "fit": "crop"}, {"follows": False, "fit": "fill"}]
    made = {
        "aspect": "9:16",
        "file": "film-9x16.mp4",
        "size": "1080x1920",
        "shots": shots,
        "summary": {"cuts": 5, "transitions": 1, "cuts_astray": 1, "shots_kept": 2},
        "framing": {"faces": 8, "faces_whole": 7, "shots": shots},
    }
    text = str(deliveries_section(document | {"deliveries": {"9:16": made}}))
    for value in ("3 of 4", "2 of 2", "7 of 8", "1080 × 1920"):
        assert f">{value}</td>" in text
    assert 'href="film-9x16.mp4"' in text
    assert 'href="report-9x16.html"' in text


def test_a_film_in_one_aspect_has_no_table(document: dict[str, Any]) -> None:
    assert deliveries_section(document) is None
