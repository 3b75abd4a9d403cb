"""OTIO: every range resolves into its media, at the frame that the film shows."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import opentimelineio as otio
import pytest

from services.gateway.handover.otio_file import BAKED, METADATA, ORIGINAL, otio_timeline
from shared.brief import MediaKind
from shared.shot import Footage
from tests.gateway.handover.conftest import HandedOver
from tests.gateway.handover.odd import odd_film
from tests.gateway.handover.pictures import frames, nearest, rate_of


@pytest.fixture(scope="module")
def timeline(handed: HandedOver) -> otio.schema.Timeline:
    return otio.adapters.read_from_file(str(handed.folder / "film.otio"))


def clips(timeline: otio.schema.Timeline) -> list[otio.schema.Clip]:
    return [item for item in timeline.video_tracks()[0] if isinstance(item, otio.schema.Clip)]


def test_the_record_side_is_the_film(handed: HandedOver, timeline: otio.schema.Timeline) -> None:
    rate = handed.timeline.frame_rate
    assert otio.opentime.to_timecode(timeline.global_start_time) == "01:00:00:00"
    lengths = [clip.trimmed_range().duration.value for clip in clips(timeline)]
    assert lengths == [shot.frames for shot in handed.timeline.shots]
    assert Fraction(timeline.duration().rate).limit_denominator(1001) == rate
    starts = [
        timeline.video_tracks()[0].range_of_child(c).start_time.value for c in clips(timeline)
    ]
    assert starts == list(handed.timeline.start_frames())


def test_media_paths_are_relative_and_there(
    handed: HandedOver, timeline: otio.schema.Timeline
) -> None:
    for clip in timeline.find_clips():
        for reference in clip.media_references().values():
            if isinstance(reference, otio.schema.ExternalReference):
                assert not reference.target_url.startswith(("/", "file:"))
                assert (handed.folder / reference.target_url).is_file()


def test_originals_are_active_and_their_ranges_show_what_the_film_shows(
    handed: HandedOver, timeline: otio.schema.Timeline
) -> None:
    film = frames(handed.film / "film.mp4")
    rate = handed.timeline.frame_rate
    checked = 0
    for clip, shot, start in zip(
        clips(timeline), handed.timeline.shots, handed.timeline.start_frames(), strict=True
    ):
        if clip.active_media_reference_key != ORIGINAL:
            assert clip.metadata[METADATA]["only_in_baked"]
            continue
        assert isinstance(shot.source, Footage)
        if shot.source.kind is not MediaKind.VIDEO:
            continue
        path = handed.folder / clip.media_reference.target_url
        media, media_rate = frames(path), rate_of(path)
        speed = next((e.time_scalar for e in clip.effects), 1.0)
        first = clip.source_range.start_time
        middle = shot.frames // 2
        seconds = first.value / first.rate + middle / float(rate) * speed
        expected = round(seconds * float(media_rate))
        # The frame on screen at a moment may be the one before the nearest.
        assert abs(nearest(film[start + middle], media) - expected) <= 1
        checked += 1
    assert checked >= 2


def test_baked_clips_are_the_shots_of_the_film_with_handles(
    handed: HandedOver, timeline: otio.schema.Timeline
) -> None:
    film = frames(handed.film / "film.mp4")
    for event in handed.sequence.events:
        assert event.baked is not None
        baked = frames(handed.folder / event.baked.path)
        assert (
            len(baked)
            == event.baked.frames
            == (event.baked.before + event.frames + event.baked.after)
        )
        middle = event.frames // 2
        mine = baked[event.baked.before + middle]
        difference = abs(mine - film[event.record_frame + middle]).mean()
        assert difference < 0.12, event.shot_id
    assert any(event.baked and event.baked.before for event in handed.sequence.events)


def test_speed_transitions_and_what_is_baked_are_said(
    handed: HandedOver, timeline: otio.schema.Timeline
) -> None:
    track = timeline.video_tracks()[0]
    joins = [item for item in track if isinstance(item, otio.schema.Transition)]
    assert [(j.name, j.in_offset.value, j.out_offset.value) for j in joins] == [("dissolve", 2, 2)]
    speeds = [e.time_scalar for clip in clips(timeline) for e in clip.effects]
    warped = [event for event in handed.sequence.events if event.is_baked]
    assert 0.8 in speeds or warped
    for clip, event in zip(clips(timeline), handed.sequence.events, strict=True):
        assert list(clip.metadata[METADATA]["only_in_baked"]) == list(event.notes)
        assert set(clip.media_references()) == {ORIGINAL, BAKED}


def test_the_song_lies_under_the_film(handed: HandedOver, timeline: otio.schema.Timeline) -> None:
    (track,) = timeline.audio_tracks()
    (song,) = track.find_clips()
    assert handed.timeline.sound is not None
    start = song.source_range.start_time
    assert start.rate == 48_000
    assert start.value == handed.timeline.sound.start_sample
    assert (handed.folder / song.media_reference.target_url).is_file()


def test_captions_are_a_track(handed: HandedOver) -> None:
    from dataclasses import replace

    from shared.captions import Caption

    captions = (Caption("c1", 5, 10, ("Hello",)), Caption("c2", 30, 10, ("there",)))
    made = otio_timeline(replace(handed.sequence, captions=captions))
    (track,) = [t for t in made.video_tracks() if t.name == "Captions"]
    spans = [track.range_of_child(clip).start_time.value for clip in track.find_clips()]
    assert spans == [5, 30]
    texts = [clip.media_reference.parameters["text"] for clip in track.find_clips()]
    assert texts == ["Hello", "there"]


def test_a_shot_that_nothing_was_baked_for_yet_is_said(handed: HandedOver) -> None:
    first, *others = handed.sequence.events
    drawn = replace(first, original=None, is_baked=True, baked=None, notes=("generated",))
    made = otio_timeline(replace(handed.sequence, events=(drawn, *others)))
    assert clips(made)[0].active_media_reference_key == BAKED
    assert clips(made)[0].media_reference.is_missing_reference


def test_what_plays_backwards_has_its_window_inside_its_clip(handed: HandedOver) -> None:
    sequence, film = odd_film(handed)
    clip = clips(otio_timeline(sequence))[0]
    assert [effect.time_scalar for effect in clip.effects] == [-1]
    start = clip.source_range.start_time - clip.available_range().start_time
    source = film.shots[0].source
    assert isinstance(source, Footage)
    assert abs(start.to_seconds() - float(source.start_seconds)) < 1e-6
    assert otio.opentime.to_timecode(otio_timeline(sequence).global_start_time) == "01:00:00;00"
