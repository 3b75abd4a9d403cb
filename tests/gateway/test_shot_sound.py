from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from services.gateway.shot_sound import with_clip_sound
from shared.brief import Brief, EffectWish, MediaKind, Role
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.observation import MediaInfo
from shared.soundtrack import ClipSound, ShotSound
from tests.gateway.edits.scenes import REFERENCES, SONG, film

SOUND = MediaInfo(
    MediaKind.VIDEO, "mp4", "h264", 640, 360, Fraction(30), 20.0, "aac", 48_000, 2, 20.0
)
MUTE = replace(SOUND, audio_codec=None)
INFOS = {
    item.blob: MUTE if item.handle == "still" else SOUND
    for item in REFERENCES
    if item.kind is MediaKind.VIDEO
}
BRIEF = Brief(SONG, REFERENCES)


def test_clips_that_have_sound_are_heard_as_the_brief_wants() -> None:
    found = with_clip_sound(replace(BRIEF, clip_sound=ClipSound.UNDER), film(), INFOS)
    levels = {shot.source.handle: shot.sound.level for shot in found.shots}
    assert levels["long"] is ClipSound.UNDER
    assert {levels[name] for name in levels if name in ("still", "photo", "tall")} <= {
        ClipSound.OFF
    }
    assert with_clip_sound(BRIEF, film(), INFOS) == film()


def test_beside_talk_other_clips_stay_under_it_and_talk_as_it_is() -> None:
    talker = replace(REFERENCES[0], roles=(Role.TALK,))
    brief = replace(BRIEF, references=(talker,), clip_sound=ClipSound.FULL)
    spoken = ShotSound(ClipSound.FULL, 12)
    first = replace(film().shots[0], sound=spoken)
    timeline = replace(film(), shots=(first, *film().shots[1:]))
    found = with_clip_sound(brief, timeline, INFOS)
    assert found.shots[0].sound == spoken
    assert ClipSound.FULL not in {shot.sound.level for shot in found.shots[1:]}


def test_effects_are_placed_in_order_and_within_the_film() -> None:
    wishes = tuple(
        EffectWish(Digest.of_bytes(name), Fraction(at), -3.0, f"{at}.wav")
        for name, at in ((b"b", "7.5"), (b"a", "1.25"))
    )
    found = with_clip_sound(replace(BRIEF, effects=wishes), film(), INFOS).tracks.effects
    assert [effect.start_sample for effect in found] == [60_000, 360_000]
    late = replace(wishes[0], seconds=Fraction(20))
    with pytest.raises(InvalidInput, match=r"7\.5\.wav: at 20 s; expected .* lasts 20\.00 s"):
        with_clip_sound(replace(BRIEF, effects=(late,)), film(), INFOS)
