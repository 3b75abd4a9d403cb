"""report.json and sync.json: the promised fields, measured numbers, earned warnings."""

from __future__ import annotations

import dataclasses
import json
from fractions import Fraction
from typing import Any

import pytest

from services.gateway.form_document import form_document
from services.gateway.inspection import FilmInspection, HeardSound, SeenClip, SeenCut
from services.gateway.report import FilmFacts, report_document, sync_document
from shared.actions import ActionRecord
from shared.brief import MediaKind, Reference, Role, Size
from shared.build import Build, BuiltClip
from shared.digest import Digest
from shared.requests import Delivery, Quality
from shared.shot import Footage, Shot
from shared.sync_map import (
    Beat,
    CutEvent,
    CutKind,
    CutPlan,
    PlannedCut,
    Section,
    SpokenText,
    SyncMap,
)
from shared.timeline import SongWindow, Timeline, Transition, TransitionKind

NTSC = Fraction(30000, 1001)
START = 96_000
CLIP, PHOTO = Digest.of_bytes(b"clip"), Digest.of_bytes(b"photo")


def facts(**changes: Any) -> FilmFacts:
    """A good film of three shots, 20 frames each, cut on a beat and by the clock."""
    shots = tuple(
        Shot(f"s{index}-abcde", 20, Footage(handle, blob, kind))
        for index, (handle, blob, kind) in enumerate(
            [
                ("coffee", CLIP, MediaKind.VIDEO),
                ("street", PHOTO, MediaKind.IMAGE),
                ("coffee", CLIP, MediaKind.VIDEO),
            ]
        )
    )
    plan = CutPlan(
        NTSC,
        60,
        START,
        (
            PlannedCut(
                20, START + 32_000, CutEvent.BEAT, CutKind.ON_BEAT, 0.8, "the beat of bar 2"
            ),
            PlannedCut(40, None, CutEvent.CLOCK, CutKind.STEADY, 0.1, "steady"),
        ),
    )
    sound = SongWindow(Digest.of_bytes(b"song"), START, 96_096, 4_800)
    timeline = Timeline(Size(1280, 720), NTSC, shots, sound, Digest.of_bytes(b"heard"), CLIP, 0, 4)
    built = tuple(
        BuiltClip(
            shot_id=shot.id,
            is_transition=False,
            frames=20,
            action_key=f"key{index}",
            request=CLIP,
            segment=Digest.of_bytes(b"%d" % index),
            packets_sha256="00",
            measure=CLIP,
        )
        for index, shot in enumerate(shots)
    )
    film = Digest.of_bytes(b"film")
    base = FilmFacts(
        timeline=timeline,
        cut_plan=plan,
        build=Build(CLIP, Delivery(Size(960, 540), NTSC, Quality.DRAFT), built, CLIP, film),
        inspection=FilmInspection(
            width=960,
            height=540,
            frame_rate=NTSC,
            frame_count=60,
            packet_count=60,
            duration_seconds=60 / NTSC,
            has_exact_times=True,
            cuts=(SeenCut(20, 20, 0.25), SeenCut(40, 40, 0.5)),
            clips=tuple(SeenClip(k, k + 20, True, 20) for k in (0, 20, 40)),
            sound=HeardSound(0, 0.99, 2.002),
            poster_frame=10,
            decoded_frames=60,
        ),
        records=(
            ActionRecord("render", "key0", True, 1.5, "shot s0-abcde", "in the store"),
            ActionRecord("render", "key1", False, 2.5, "shot s1-abcde", "new"),
        ),
        references=(
            Reference("coffee", MediaKind.VIDEO, CLIP, (Role.SOURCE,), "clips/coffee.mp4"),
            Reference("street", MediaKind.IMAGE, PHOTO, (), "street.jpg"),
        ),
        song_path="song.flac",
    )
    return dataclasses.replace(base, **changes)


def seen(**changes: Any) -> FilmFacts:
    good = facts()
    return dataclasses.replace(good, inspection=dataclasses.replace(good.inspection, **changes))


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


def test_cuts_tell_where_they_were_seen_and_how_far_from_the_event() -> None:
    on_beat, steady = report_document(facts())["cuts"]
    # Frame 20 at 30000/1001 is 667.333 ms; the beat is at 666.667 ms.
    assert on_beat == {
        "planned_frame": 20,
        "measured_frame": 20,
        "contrast": 0.25,
        "event": "beat",
        "event_seconds": 0.666667,
        "lead_frames": 0,
        "offset_ms": 0.667,
        "kind": "on_beat",
        "reason": "the beat of bar 2",
        "transition": None,
    }
    assert (steady["event_seconds"], steady["offset_ms"]) == (None, None)
    assert (steady["event"], steady["kind"], steady["reason"]) == ("clock", "steady", "steady")


def test_offset_is_of_the_measured_frame_and_not_of_the_plan() -> None:
    moved = seen(cuts=(SeenCut(20, 21, 0.25), SeenCut(40, 40, 0.5)))
    document = report_document(moved)
    assert document["cuts"][0]["offset_ms"] == pytest.approx(0.667 + 33.367, abs=0.001)
    assert document["summary"]["cuts_on_planned_frame"] == 1
    assert document["warnings"] == ["1 of 2 cuts were not seen on their planned frame"]


def test_cut_that_was_not_seen_has_no_offset() -> None:
    document = report_document(seen(cuts=(SeenCut(20, None, 0.0), SeenCut(40, 40, 0.5))))
    assert document["cuts"][0]["measured_frame"] is None
    assert document["cuts"][0]["offset_ms"] is None
    assert document["summary"]["mean_abs_offset_ms"] is None


def test_events_are_counted_from_the_window_that_is_heard() -> None:
    good = facts()
    sound = SongWindow(CLIP, START - 4_800, 96_096, 0)
    later = dataclasses.replace(good, timeline=dataclasses.replace(good.timeline, sound=sound))
    assert report_document(later)["cuts"][0]["event_seconds"] == pytest.approx(0.766667)
    silent = dataclasses.replace(good, timeline=dataclasses.replace(good.timeline, sound=None))
    document = report_document(silent)
    assert document["song_offset_seconds"] is None
    assert document["cuts"][0]["event_seconds"] == 0.666667


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


def dissolved(midpoint: float | None) -> FilmFacts:
    """The good film with a dissolve of eight frames at its first cut."""
    good = facts()
    shots = good.timeline.shots
    timeline = dataclasses.replace(
        good.timeline, transitions=(Transition(shots[1].id, TransitionKind.DISSOLVE, 8),)
    )
    first, second, third = good.build.clips
    overlap = dataclasses.replace(second, is_transition=True, frames=8, action_key="overlap")
    clips = (
        dataclasses.replace(first, frames=16),
        overlap,
        dataclasses.replace(second, frames=16),
        third,
    )
    seen_clips = tuple(
        SeenClip(start, end, True, end - start)
        for start, end in ((0, 16), (16, 24), (24, 40), (40, 60))
    )
    return dataclasses.replace(
        good,
        timeline=timeline,
        build=dataclasses.replace(good.build, clips=clips),
        # The joins of the overlap with its neighbours are no cuts of the film.
        inspection=dataclasses.replace(
            good.inspection,
            cuts=(SeenCut(16, 16, 0.01), SeenCut(24, 24, 0.01), SeenCut(40, 40, 0.5)),
            clips=seen_clips,
        ),
        midpoints=() if midpoint is None else (midpoint,),
    )


def test_transition_without_midpoint_is_not_astray() -> None:
    document = report_document(dissolved(None))
    assert len(document["cuts"]) == 2
    assert document["warnings"] == []
    summary = document["summary"]
    assert (summary["cuts"], summary["transitions"], summary["cuts_astray"]) == (2, 1, 0)
    assert summary["cuts_on_planned_frame"] == 1


@pytest.mark.parametrize(("midpoint", "warnings"), [(20.9, []), (17.2, ["its middle at 17.2"])])
def test_midpoint_far_from_the_cut_is_warned_of(midpoint: float, warnings: list[str]) -> None:
    said = report_document(dissolved(midpoint))["warnings"]
    assert len(said) == len(warnings)
    assert all(part in text for part, text in zip(warnings, said, strict=True))


def test_straight_cut_astray_is_counted_without_the_transitions() -> None:
    film = dissolved(None)
    astray = dataclasses.replace(film.inspection, cuts=(SeenCut(40, None, 0.0),))
    document = report_document(dataclasses.replace(film, inspection=astray))
    assert document["warnings"] == ["1 of 1 cuts were not seen on their planned frame"]


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


def test_cut_without_plan_is_told_as_it_is() -> None:
    good = facts()
    bare = dataclasses.replace(good, cut_plan=dataclasses.replace(good.cut_plan, cuts=()))
    cut = report_document(bare)["cuts"][0]
    assert (cut["measured_frame"], cut["event"], cut["kind"]) == (20, None, None)
    assert cut["reason"] == "the plan has no cut here"


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
