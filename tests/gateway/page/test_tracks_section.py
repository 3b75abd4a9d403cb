from __future__ import annotations

from typing import Any

from services.gateway.page.tracks_section import tracks_section

SOUND: dict[str, Any] = {
    "tracks": [
        {
            "name": "song",
            "loudness_lufs": -24.5,
            "true_peak_dbtp": -3.0,
            "turned_down_db": 10.0,
        },
        {"name": "clips", "loudness_lufs": None, "true_peak_dbtp": None, "turned_down_db": 0.0},
    ],
    "speech": [
        {"start_seconds": 1.0, "end_seconds": 2.0, "clear_lu": 9.7},
        {"start_seconds": 3.0, "end_seconds": 4.0, "clear_lu": None},
    ],
    "clips": [
        {
            "shot": "s1-aaaaa",
            "reference": "sea",
            "level": "full",
            "lead_frames": 12,
            "tail_frames": 0,
            "cut": "J",
            "is_heard": True,
        },
        {
            "shot": "s2-bbbbb",
            "reference": "sea",
            "level": "under",
            "lead_frames": 0,
            "tail_frames": 0,
            "cut": None,
            "is_heard": False,
        },
    ],
    "lines": [
        {"start_seconds": 2.0, "end_seconds": 4.3, "text": "Hello <you>.", "guide_voice": True}
    ],
    "stems": {"files": ["stems/song.wav"], "lowered_db": 0.0},
}


def test_levels_cuts_and_lines_are_told(document: dict[str, Any]) -> None:
    text = str(tracks_section(document | {"sound": SOUND}))
    for value in ("−24.5 LUFS", "10.0 dB", "silent", "J", "12 frames", "Hello &lt;you&gt;."):
        assert f">{value}</td>" in text
    assert "left out: changes its speed" in text
    assert "9.7 LU or more above" in text
    assert "synthetic guide voice" in text
    assert "1 stem in the folder stems" in text


def test_a_song_alone_needs_no_section(document: dict[str, Any]) -> None:
    assert tracks_section(document) is None
    assert tracks_section(document | {"sound": None}) is None
