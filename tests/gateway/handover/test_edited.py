"""What an editing program changed becomes the next timeline; what cannot be is listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import opentimelineio as otio
import pytest

from services.gateway.handover.edited import Edited, edited_timeline
from services.gateway.handover.otio_file import otio_timeline
from shared.errors import InvalidInput
from shared.shot import Footage
from tests.gateway.handover.conftest import HandedOver
from tests.gateway.handover.odd import odd_film


def opened(handed: HandedOver) -> otio.schema.Timeline:
    return otio_timeline(handed.sequence)


def pictures(timeline: otio.schema.Timeline) -> Iterator[otio.schema.Clip]:
    return (item for item in timeline.video_tracks()[0] if isinstance(item, otio.schema.Clip))


def read(timeline: otio.schema.Timeline, handed: HandedOver) -> Edited:
    lengths = {
        event.original.blob: event.original.duration_seconds
        for event in handed.sequence.events
        if event.original and event.original.duration_seconds
    }
    return edited_timeline(timeline, handed.timeline, lengths)


def trim(clip: otio.schema.Clip, start_frames: int, frames: int) -> None:
    was = clip.source_range
    rate = was.duration.rate
    clip.source_range = otio.opentime.TimeRange(
        was.start_time + otio.opentime.RationalTime(start_frames, rate).rescaled_to(was.start_time),
        otio.opentime.RationalTime(was.duration.value + frames, rate),
    )


def test_an_untouched_timeline_is_the_film_with_its_clips_locked(handed: HandedOver) -> None:
    result = read(opened(handed), handed)
    assert result.left_out == ()
    assert result.changed == ()
    locked = [replace(shot, is_locked=True) for shot in handed.timeline.shots]
    assert list(result.timeline.shots) == locked
    assert result.timeline.transitions == handed.timeline.transitions
    assert result.timeline.sound == handed.timeline.sound


def test_order_and_lengths_follow_the_program(handed: HandedOver) -> None:
    timeline = opened(handed)
    track = timeline.video_tracks()[0]
    first, second, *_ = list(pictures(timeline))
    for item in [i for i in track if isinstance(i, otio.schema.Transition)]:
        track.remove(item)
    trim(first, 0, -3)
    trim(second, 0, 3)
    last = track.pop(len(track) - 1)
    track.insert(0, last)
    result = read(timeline, handed)
    shots = result.timeline.shots
    before = handed.timeline.shots
    assert [shot.id for shot in shots] == [before[-1].id, *(shot.id for shot in before[:-1])]
    assert [s.frames for s in shots[1:3]] == [before[0].frames - 3, before[1].frames + 3]
    assert result.timeline.frame_count == handed.timeline.frame_count
    assert result.timeline.transitions == ()
    assert set(result.changed) == {before[0].id, before[1].id}


def test_a_slipped_clip_shows_another_moment(handed: HandedOver) -> None:
    timeline = opened(handed)
    index = next(
        i for i, event in enumerate(handed.sequence.events)
        if event.original and event.original.duration_seconds and not event.is_baked
        and event.start_seconds > Fraction(1, 2)
    )  # fmt: skip
    trim(list(pictures(timeline))[index], -5, 0)
    shot, was = (t.shots[index] for t in (read(timeline, handed).timeline, handed.timeline))
    assert isinstance(shot.source, Footage)
    assert isinstance(was.source, Footage)
    moved = was.source.start_seconds - shot.source.start_seconds
    assert abs(moved - 5 / handed.timeline.frame_rate) < Fraction(1, 1000)


def test_the_second_use_of_a_shot_is_a_new_shot(handed: HandedOver) -> None:
    timeline = opened(handed)
    track = timeline.video_tracks()[0]
    track.append(next(pictures(timeline)).deepcopy())
    result = read(timeline, handed)
    ids = [shot.id for shot in result.timeline.shots]
    assert len(set(ids)) == len(ids) == len(handed.timeline.shots) + 1
    assert result.timeline.shots[-1].source == result.timeline.shots[0].source


def test_a_clip_of_a_known_file_without_an_id_is_a_new_shot(handed: HandedOver) -> None:
    timeline = opened(handed)
    clip = list(pictures(timeline))[-1]
    del clip.metadata["onbeat"]
    result = read(timeline, handed)
    new = result.timeline.shots[-1]
    assert new.id not in {shot.id for shot in handed.timeline.shots}
    assert new.source.blob == handed.timeline.shots[-1].source.blob


def test_what_a_film_cannot_have_is_listed(handed: HandedOver) -> None:
    timeline = opened(handed)
    track = timeline.video_tracks()[0]
    clips = list(pictures(timeline))
    clips[0].effects.append(otio.schema.Effect("blur", "Gaussian Blur"))
    gap = otio.opentime.TimeRange(duration=otio.opentime.RationalTime(4, 30))
    track.append(otio.schema.Gap(source_range=gap))
    stranger = otio.schema.Clip(
        "stranger", otio.schema.ExternalReference("media/other.mov"), clips[0].source_range
    )
    track.append(stranger)
    timeline.tracks.append(otio.schema.Track("V2", [clips[0].deepcopy()]))
    listed = "\n".join(read(timeline, handed).left_out)
    assert "effect 'Gaussian Blur'" in listed
    assert "goes on for its 4 frames" in listed
    assert "none of this film's references" in listed
    assert "track 'V2'" in listed


def test_nothing_to_make_a_film_of_is_refused(handed: HandedOver) -> None:
    with pytest.raises(InvalidInput, match="no pictures"):
        read(otio.schema.Timeline("empty"), handed)


def test_a_baked_clip_that_plays_backwards_is_trimmed_from_the_right_end(
    handed: HandedOver,
) -> None:
    sequence, film = odd_film(handed)
    first, *others = sequence.events
    events = (replace(first, is_baked=True), *others)
    timeline = otio_timeline(replace(sequence, events=events))
    clip = next(pictures(timeline))
    trim(clip, 4, -10)  # 4 frames off its head, 6 off its tail
    for item in [i for i in timeline.video_tracks()[0] if isinstance(i, otio.schema.Transition)]:
        timeline.video_tracks()[0].remove(item)
    shot = edited_timeline(timeline, film, {}).timeline.shots[0]
    assert isinstance(shot.source, Footage)
    assert isinstance(film.shots[0].source, Footage)
    # Its tail is the window's start.
    moved = shot.source.start_seconds - film.shots[0].source.start_seconds
    assert abs(moved - 6 / film.frame_rate) < Fraction(1, 1000)


def test_metadata_that_a_program_has_broken_is_passed_over(handed: HandedOver) -> None:
    timeline = opened(handed)
    one, two, *_ = pictures(timeline)
    one.metadata["onbeat"] = "mine"
    shot = handed.timeline.shots[1].id
    two.metadata["onbeat"] = {"shot": shot, "ranges": {"original": {"start": "x"}}}
    result = read(timeline, handed)
    assert len(result.timeline.shots) == len(handed.timeline.shots)
    assert result.timeline.shots[1].id == shot


def test_a_song_that_was_rounded_to_a_frame_stays(handed: HandedOver) -> None:
    timeline = opened(handed)
    song = next(c for t in timeline.audio_tracks() for c in t.find_clips() if c.name == "song")
    was = song.source_range
    for samples, is_kept in ((700, True), (900, False)):
        moved = was.start_time + otio.opentime.RationalTime(samples, 48_000)
        song.source_range = otio.opentime.TimeRange(moved, was.duration)
        result = read(timeline, handed)
        assert (result.timeline.sound == handed.timeline.sound) is is_kept
        assert bool(result.left_out) is not is_kept
