"""The summary of a film: what was made, and only what there is to say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.gateway.film_summary import print_summary, summary_rows

FILM = Path("first-cut")


def report(**changes: Any) -> dict[str, Any]:
    summary = {
        "transitions": 1,
        "cuts_astray": 1,
        "shots_kept": 2,
        "mean_abs_offset_ms": 9.66,
        **changes.pop("summary", {}),
    }
    return {
        "duration_seconds": 8.0,
        "size": "1280x720",
        "frame_rate": "30",
        "shots": [{}, {}, {}],
        "cuts": [{}, {}],
        "parent": None,
        "actions": [{"hit": False}, {"hit": True}, {"hit": True}],
        "audio_lag_samples": 0,
        "summary": summary,
        **changes,
    }


def test_a_film_is_told_line_by_line() -> None:
    assert summary_rows(FILM, report()) == [
        ("film", "first-cut/film.mp4"),
        ("", "8.00 s, 1280x720 at 30"),
        ("shots", "3"),
        (
            "cuts",
            "0 of 1 on their planned frame, 1 transitions, 9.7 ms from the music on average",
        ),
        ("sound", "0 samples late"),
        ("work", "1 actions ran, 2 were in the store"),
        ("report", "first-cut/report.html (and report.json)"),
    ]


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({"parent": "3f2a"}, ("shots", "3, 2 kept from the film before")),
        (
            {"summary": {"transitions": 0, "cuts_astray": 0, "mean_abs_offset_ms": None}},
            ("cuts", "2 of 2 on their planned frame"),
        ),
        (
            {"sound": {"loudness_lufs": -14.02, "true_peak_dbtp": -1.0}},
            ("sound", "0 samples late, -14.0 LUFS, peaks at -1.0 dBTP"),
        ),
        (
            {"deliveries": {"a": {"aspect": "9:16", "file": "film-9x16.mp4", "size": "720x1280"}}},
            ("9:16", "first-cut/film-9x16.mp4, 720x1280"),
        ),
        ({"warnings": ["not used: @mug"]}, ("note", "not used: @mug")),
    ],
)
def test_what_there_is_to_say_is_said(changes: dict[str, Any], row: tuple[str, str]) -> None:
    assert row in summary_rows(FILM, report(**changes))


def test_a_silent_film_has_no_line_of_sound() -> None:
    rows = summary_rows(FILM, report(audio_lag_samples=None))
    assert "sound" not in [name for name, _ in rows]


def test_names_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    print_summary(Path("[red]x"), report())
    assert "film    [red]x/film.mp4\n" in capsys.readouterr().out
