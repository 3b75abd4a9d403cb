"""report.json and sync.json: the promised fields, measured numbers, earned warnings."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from services.gateway.form_document import form_document
from services.gateway.inspection import HeardSound, SeenClip
from services.gateway.report import report_document, sync_document
from shared.digest import Digest
from shared.sync_map import (
    Beat,
    Section,
    SpokenText,
    SyncMap,
)
from tests.gateway.reported import PHOTO, facts, seen


def test_promised_fields_come_first_and_are_json() -> None:
    document = report_document(facts())
    assert list(document)[:8] == [
        "song",
        "song_offset_seconds",
        "frame_rate",
        "frame_count",
        "audio_lag_samples",
        "cuts",
        "shots",
        "actions",
    ]
    assert document["song"] == "song.flac"
    assert document["song_offset_seconds"] == 2.0
    assert document["frame_rate"] == "30000/1001"
    assert (document["frame_count"], document["audio_lag_samples"]) == (60, 0)
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_shots_say_what_was_reused() -> None:
    first, second, third = report_document(facts())["shots"]
    assert (first["id"], first["start_frame"], first["end_frame"]) == ("s0-abcde", 0, 20)
    assert first["clip"] == str(Digest.of_bytes(b"0"))
    # A hit, an action that ran, and a shot kept from the parent's Build, which ran nothing.
    assert (first["reused"], second["reused"], third["reused"]) == (True, False, True)


def test_actions_are_listed_with_their_reasons() -> None:
    document = report_document(facts())
    assert document["actions"][1] == {
        "action": "render",
        "key": "key1",
        "hit": False,
        "seconds": 2.5,
        "subject": "shot s1-abcde",
        "reason": "new",
        "changed": [],
    }
    assert (document["summary"]["actions_run"], document["summary"]["actions_hit"]) == (1, 1)


def test_actions_of_an_edit_say_what_changed_in_their_clip() -> None:
    changed = {("s1-abcde", False): ("frames 30 -> 20",), ("s1-abcde", True): ("kind dip -> whip",)}
    kept, ran = report_document(facts(changed=changed))["actions"]
    assert (kept["changed"], ran["changed"]) == ([], ["frames 30 -> 20"])


def test_kept_shots_are_told_from_hits() -> None:
    # The second shot's key ran in this film too, for another clip that asks for the same.
    kept = frozenset({("s1-abcde", False), ("s2-abcde", False), ("s0-abcde", True)})
    document = report_document(facts(kept=kept))
    shots = document["shots"]
    assert [shot["kept"] for shot in shots] == [False, True, True]
    assert [shot["reused"] for shot in shots] == [True, True, True]
    assert document["summary"]["shots_kept"] == 2


def test_locks_and_pins_are_told() -> None:
    good = facts()
    first, second, third = good.timeline.shots
    shots = (
        dataclasses.replace(first, is_locked=True),
        second,
        dataclasses.replace(third, is_pinned=True),
    )
    timeline = dataclasses.replace(good.timeline, shots=shots)
    documents = report_document(dataclasses.replace(good, timeline=timeline))["shots"]
    assert [(shot["locked"], shot["pinned"]) for shot in documents] == [
        (True, False),
        (False, False),
        (False, True),
    ]


def test_frames_known_by_their_packets_are_not_called_decoded() -> None:
    assert report_document(seen(decoded_frames=20))["summary"]["decoded_frames"] == 20


def test_parent_is_named() -> None:
    good = facts()
    assert report_document(good)["parent"] is None
    child = dataclasses.replace(good.timeline, parent=PHOTO)
    assert report_document(dataclasses.replace(good, timeline=child))["parent"] == str(PHOTO)


def test_size_and_quality_are_the_deliverys() -> None:
    document = report_document(facts())
    assert (document["size"], document["quality"]) == ("960x540", "draft")
    assert document["duration_seconds"] == 2.002


def test_references_say_how_long_they_are_seen() -> None:
    coffee, street = report_document(facts())["references"]
    assert coffee == {
        "handle": "coffee",
        "path": "clips/coffee.mp4",
        "roles": ["source"],
        "seconds_used": 1.334667,
    }
    assert street["seconds_used"] == 0.667333


def test_good_film_has_no_warnings_but_those_passed_on() -> None:
    assert report_document(facts())["warnings"] == []
    assert report_document(facts(warnings=("no beats",)))["warnings"] == ["no beats"]


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        ({"frame_count": 59}, "59 frames in 60 packets; 60 were planned"),
        ({"has_exact_times": False}, "exactly its time"),
        ({"clips": (SeenClip(0, 20, False, 20),) * 3}, "not the packets or pictures"),
        ({"clips": (SeenClip(0, 20, True, 19),) * 3}, "not the packets or pictures"),
        ({"sound": HeardSound(480, 0.9, 2.0)}, "480 samples late"),
        ({"sound": HeardSound(-7, 0.9, 2.0)}, "7 samples early"),
        ({"sound": HeardSound(None, 0.1, 2.0)}, "not the planned window"),
    ],
)
def test_faults_are_warned_of(change: dict[str, Any], warning: str) -> None:
    warnings = report_document(seen(**change))["warnings"]
    assert len(warnings) == 1
    assert warning in warnings[0]


def test_sync_is_in_seconds_of_the_song() -> None:
    heard = SyncMap(
        duration_samples=480_000,
        peak=0.9,
        tempo_bpm=120.00000049,
        beat_confidence=2 / 3,
        beats=(Beat(16_000, 0.5), Beat(40_000, 1.0)),
        onsets=(),
        energy=(0.5,),
        downbeats=(16_000,),
        sections=(Section(0, 240_000, "A"),),
        words=(SpokenText("hey", 48_000, 60_000),),
        sentences=(SpokenText("hey you", 48_000, 96_000),),
    )
    assert sync_document(heard) == {
        "duration": 10.0,
        "tempo_bpm": 120.0,
        "beat_confidence": 0.666667,
        "beats": [0.333333, 0.833333],
        "downbeats": [0.333333],
        **form_document(heard),
        "words": [{"text": "hey", "start": 1.0, "end": 1.25, "confidence": 1.0}],
        "sentences": [{"text": "hey you", "start": 1.0, "end": 2.0, "confidence": 1.0}],
        "language": None,
        "speech": [],
    }


def test_sync_of_nothing_is_empty() -> None:
    document = sync_document(None)
    assert (document["duration"], document["tempo_bpm"]) == (0.0, None)
    assert [name for name, value in document.items() if value == []] == [
        "beats",
        "downbeats",
        "sections",
        "phrases",
        "builds",
        "drops",
        "breaks",
        "joins",
        "words",
        "sentences",
        "speech",
    ]
