"""A report.json of an edited film with everything in it: kept, stored, made, a dissolve."""

from __future__ import annotations

from typing import Any

import pytest


def cut(frame: int, **changes: Any) -> dict[str, Any]:
    base = {
        "planned_frame": frame,
        "measured_frame": frame,
        "contrast": 0.43,
        "event": "beat",
        "event_seconds": frame / 25,
        "offset_ms": -4.5,
        "kind": "on_beat",
        "lead_frames": 0,
        "reason": "strong beat",
        "transition": None,
    }
    return base | changes


def shot(name: str, start: int, end: int, **changes: Any) -> dict[str, Any]:
    base = {
        "id": name,
        "start_frame": start,
        "end_frame": end,
        "clip": f"{name}/1",
        "reused": False,
        "kept": False,
        "locked": False,
        "pinned": False,
        "reference": "coffee",
        "source_start_seconds": 0.0,
        "speed": 1.0,
        "move": "push_in",
        "has_expected_packets": True,
    }
    return base | changes


@pytest.fixture
def document() -> dict[str, Any]:
    """Four shots at 25 fps, 100 frames; the third cut is a dissolve of ten frames."""
    dissolve = {
        "kind": "dissolve",
        "frames": 10,
        "start_frame": 70,
        "end_frame": 80,
        "midpoint_frame": None,
        "clip": "d/1",
        "reused": True,
        "kept": True,
    }
    return {
        "song": "music/song.wav",
        "song_offset_seconds": 2.0,
        "frame_rate": "25",
        "frame_count": 100,
        "audio_lag_samples": 0,
        "cuts": [
            cut(25),
            cut(50, offset_ms=12.0),
            cut(75, measured_frame=None, contrast=None, offset_ms=None, transition=dissolve),
        ],
        "sections": [
            {
                "label": "verse",
                "start_frame": 0,
                "end_frame": 75,
                "shots": 3,
                "mean_seconds": 1.0,
                "mean_beats": 2.0,
                "spread": 0.25,
                "lag1_autocorrelation": -0.5,
            },
            {
                "label": None,
                "start_frame": 75,
                "end_frame": 100,
                "shots": 1,
                "mean_seconds": 1.0,
                "mean_beats": None,
                "spread": None,
                "lag1_autocorrelation": None,
            },
        ],
        "shots": [
            shot("s1", 0, 25, kept=True, reused=True, locked=True),
            shot("s2", 25, 50),
            shot("s3", 50, 75, reused=True),
            shot("s4", 75, 100, kept=True, reused=True, pinned=True),
        ],
        "actions": [
            {
                "action": "render",
                "key": "0123456789abcdef",
                "hit": False,
                "seconds": 2.5,
                "subject": "shot s2",
                "reason": "new",
                "changed": ["frames 58 -> 44"],
            },
            {
                "action": "mix",
                "key": "fedcba9876543210",
                "hit": True,
                "seconds": 0.5,
                "subject": "sound",
                "reason": "in the store",
                "changed": [],
            },
        ],
        "size": "1280x720",
        "quality": "final",
        "duration_seconds": 4.0,
        "summary": {"mean_abs_offset_ms": 8.25, "decoded_frames": 35},
        "references": [
            {"handle": "coffee", "path": "coffee.mp4", "roles": ["first_frame"], "seconds_used": 4},
            {"handle": "spare", "path": None, "roles": [], "seconds_used": 0.0},
        ],
        "warnings": [],
        "film": "f" * 64 + "/9",
        "timeline": "7" * 64 + "/8",
        "parent": "a" * 64 + "/7",
        "versions": {"onbeat": "0.1.0"},
    }
