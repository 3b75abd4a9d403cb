"""Edits of sound change no picture's request."""

from __future__ import annotations

import pytest

from services.gateway.build_plan import delivery_of, planned_clips
from shared.brief import MediaKind
from shared.errors import Conflict, InvalidInput
from shared.soundtrack import ClipSound, ShotSound
from tests.gateway.edits.scenes import changed, edited, film, first_of


def test_only_the_shot_s_sound_changes_and_no_request_of_a_clip() -> None:
    before = film()
    shot = first_of(before, MediaKind.VIDEO)
    after = edited(before, "set_clip_sound", shot=shot.id, level="full")
    assert changed(before, after) == [shot.id]
    delivery = delivery_of(before, draft=False)
    assert planned_clips(after, delivery) == planned_clips(before, delivery)
    led = edited(after, "set_sound_lead", shot=shot.id, lead_frames=9)
    led = edited(led, "set_sound_lead", shot=shot.id, tail_frames=-4)
    index = [item.id for item in led.shots].index(shot.id)
    assert led.shots[index].sound == ShotSound(ClipSound.FULL, 9, -4)
    assert planned_clips(led, delivery) == planned_clips(before, delivery)


def test_what_has_no_sound_is_refused() -> None:
    photo = first_of(film(), MediaKind.IMAGE)
    with pytest.raises(InvalidInput, match=r"shows @.*, which has no sound"):
        edited(film(), "set_clip_sound", shot=photo.id, level="under")
    clip = first_of(film(), MediaKind.VIDEO)
    with pytest.raises(InvalidInput, match="is off; set_clip_sound turns it on"):
        edited(film(), "set_sound_lead", shot=clip.id, lead_frames=3)
    with pytest.raises(InvalidInput, match="expected at least one of lead_frames, tail_frames"):
        edited(film(), "set_sound_lead", shot=clip.id)
    on = edited(film(), "set_clip_sound", shot=clip.id, level="full")
    with pytest.raises(InvalidInput, match="would be left, expected at least 1"):
        edited(on, "set_sound_lead", shot=clip.id, lead_frames=-clip.frames)
    locked = edited(film(), "lock", shot=clip.id)
    with pytest.raises(Conflict, match="is locked"):
        edited(locked, "set_clip_sound", shot=clip.id, level="full")


def test_a_split_leaves_the_sound_as_it_was() -> None:
    clip = first_of(film(), MediaKind.VIDEO)
    on = edited(film(), "set_clip_sound", shot=clip.id, level="full")
    on = edited(on, "set_sound_lead", shot=clip.id, lead_frames=9, tail_frames=5)
    after = edited(on, "split", shot=clip.id, frame=clip.frames // 2)
    halves = [shot for shot in after.shots if shot.id in changed(on, after)]
    assert [shot.sound for shot in halves] == [
        ShotSound(ClipSound.FULL, 9, 0),
        ShotSound(ClipSound.FULL, 0, 5),
    ]
