from __future__ import annotations

import asyncio
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from services.gateway.build_plan import mix_request
from services.gateway.clip_parts import Window, clip_parts
from services.gateway.embedded import embedded_runner
from services.gateway.track_report import (
    FilmTracks,
    film_tracks,
    split_name,
    track_findings,
    tracks_document,
)
from shared.brief import MediaKind
from shared.digest import Digest
from shared.requests import MixRequest
from shared.settings import Settings
from shared.soundtrack import ClipSound, Effect, ShotSound, Tracks, VoiceLine
from shared.stems import SpeechMeasure, TrackMeasure, TrackMeasures
from shared.timeline import Timeline
from tests.gateway.edits.scenes import film, first_of
from tests.gateway.films import wav
from tests.gateway.test_ducking import noise

MEASURES = TrackMeasures(
    (TrackMeasure("song", -20.0, -3.0, 10.0),), (SpeechMeasure(48_000, 96_000, 5.5),)
)


def told(speed: Fraction) -> tuple[Timeline, FilmTracks]:
    clip = first_of(film(), MediaKind.VIDEO)
    sound = ShotSound(ClipSound.FULL, 12, 0)
    shots = tuple(replace(s, sound=sound) if s.id == clip.id else s for s in film().shots)
    line = VoiceLine(Digest.of_bytes(b"line"), 48_000, 24_000, "Hello.")
    effects = (Effect(Digest.of_bytes(b"whoosh"), 96_000, -3.0),)
    timeline = replace(film(), shots=shots, tracks=Tracks((line,), effects))
    parts = clip_parts(timeline, {clip.id: Window(Fraction(1), speed)})
    request = mix_request(timeline, parts)
    assert request is not None
    return timeline, FilmTracks(request, MEASURES)


def test_tracks_speech_cuts_and_lines_are_told() -> None:
    timeline, found = told(Fraction(1))
    document = tracks_document(timeline, found)
    assert document["tracks"][0]["turned_down_db"] == 10.0
    assert document["speech"] == [{"start_seconds": 1.0, "end_seconds": 2.0, "clear_lu": 5.5}]
    (clip,) = document["clips"]
    assert (clip["cut"], clip["lead_frames"], clip["is_heard"]) == ("J", 12, True)
    assert document["lines"][0]["guide_voice"] is True
    assert document["effects"] == [{"start_seconds": 2.0, "gain_db": -3.0}]
    assert document["stems"] is None
    assert tracks_document(timeline, None) == {}


def test_what_cannot_be_heard_is_said() -> None:
    timeline, found = told(Fraction(2))
    left_out, unclear, guide = track_findings(timeline, found)
    assert left_out.endswith(
        "it plays at 2 to 2 times its speed, and sound is heard from 0.8 to 1.25"
    )
    assert unclear == (
        "speech at 1.0 s is only 5.5 LU louder than what plays under it; 8 are wanted"
    )
    assert guide == "the script is said by a synthetic guide voice; record it for delivery"
    assert track_findings(timeline, None) == []


def test_editors_names_of_split_cuts() -> None:
    assert [split_name(*frames) for frames in ((0, 0), (3, 0), (0, 3), (3, 3), (-2, 0))] == [
        None,
        "J",
        "L",
        "J and L",
        None,
    ]


def test_stems_are_written_where_they_are_wanted(tmp_path: Path) -> None:
    async def run() -> None:
        async with embedded_runner(Settings(tmp_path / "store")) as runner:
            song = runner.blobs.put(wav(noise(1, 0.1)))
            request = MixRequest(song, 0, 48_000, 0)
            assert await film_tracks(runner, tmp_path, request, stems=False) is None
            assert await film_tracks(runner, tmp_path, None, stems=True) is None
            found = await film_tracks(runner, tmp_path, request, stems=True)
            assert found is not None
            assert found.stems is not None
            assert [path.name for path in (tmp_path / "stems").iterdir()] == ["song.wav"]

    asyncio.run(run())
