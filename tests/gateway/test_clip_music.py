from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from services.gateway.clip_music import with_music
from services.gateway.music import Music
from shared.generation import PROCEDURAL, Generated
from shared.shot import Shot
from tests.gateway.edits.scenes import BEAT_FRAMES, RATE, SYNC_MAP, film

MUSIC = Music(SYNC_MAP, 0, RATE)
SHOT = Shot("s1-aaaaa", 60, Generated(PROCEDURAL, "flow", ""))


def source(shot: Shot) -> Generated:
    assert isinstance(shot.source, Generated)
    return shot.source


def test_the_curve_is_that_of_the_song_under_the_clip() -> None:
    # The song is quiet for 5 s and loud for 5.
    quiet, loud = (source(with_music(SHOT, start, MUSIC)) for start in (0, 160))
    assert len(quiet.energy) == 21
    assert set(quiet.energy) == {0.3}
    assert set(loud.energy) == {0.9}
    assert [frame for frame, _ in quiet.accents] == [0, 15, 30, 45]
    assert source(with_music(SHOT, 5, MUSIC)).accents[0][0] == BEAT_FRAMES - 5


def test_a_later_part_of_a_clip_hears_the_music_from_the_clips_start() -> None:
    whole = with_music(SHOT, 100, MUSIC)
    part = replace(
        SHOT,
        frames=40,
        source=replace(source(SHOT), start_seconds=Fraction(20, 30), seconds=Fraction(2)),
    )
    moved = source(with_music(part, 120, MUSIC))
    assert moved.energy == source(whole).energy
    assert moved.accents == source(whole).accents


def test_other_shots_and_silent_films_stay_as_they_are() -> None:
    assert with_music(film().shots[0], 0, MUSIC) is film().shots[0]
    assert with_music(SHOT, 0, Music(None, 0, RATE)) is SHOT
    other = replace(SHOT, source=replace(source(SHOT), backend="wan"))
    assert with_music(other, 0, MUSIC) is other
