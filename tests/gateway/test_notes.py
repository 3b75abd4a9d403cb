"""What a user is told about a film that is not quite what was asked for."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from services.gateway.notes import notes_on
from shared.brief import MediaKind, Role
from shared.sync_map import Onset, SyncMap
from tests.gateway.conftest import Played
from tests.gateway.drawn import drawn_film
from tests.gateway.synthetic import reference

HEARD = SyncMap(192_000, 0.9, 120.0, 0.9, (), (), ())


def with_beats(sync_map: SyncMap) -> SyncMap:
    from shared.sync_map import Beat

    return replace(sync_map, beats=(Beat(0, 1.0),))


def test_nothing_to_say_about_a_film_as_asked_for(played: Played) -> None:
    shots = tuple({shot.source.handle: shot for shot in played.timeline.shots}.values())
    used = {shot.source.handle for shot in shots}
    references = tuple(r for r in played.timeline.references if r.handle in used)
    timeline = replace(played.timeline, shots=shots, references=references)
    assert notes_on(timeline, with_beats(HEARD)) == ()


def test_a_film_that_ends_with_its_song(played: Played) -> None:
    notes = notes_on(played.timeline, with_beats(HEARD), Fraction(60))
    assert any("60 s were asked for, but the sound is only 4.00 s" in note for note in notes)


def test_what_the_cuts_follow_without_beats(played: Played) -> None:
    onsets = replace(HEARD, onsets=(Onset(5, 1.0),))
    assert "the clock" in " ".join(notes_on(played.timeline, HEARD))
    assert "sound onsets" in " ".join(notes_on(played.timeline, onsets))
    assert "no sound: the cuts are steady" in " ".join(notes_on(played.timeline, None))


def test_pictures_seen_before_and_references_not_used(played: Played) -> None:
    shots = played.timeline.shots
    clip = next(shot for shot in shots if shot.source.kind is MediaKind.VIDEO)
    twice = replace(clip, id="s98-again")
    idle = reference("look", MediaKind.IMAGE, Role.STYLE)
    unseen = reference("late", MediaKind.IMAGE)
    references = (*played.timeline.references, idle, unseen)
    timeline = replace(played.timeline, shots=(*shots, twice), references=references)
    notes = " / ".join(notes_on(timeline, with_beats(HEARD)))
    assert "seen before" in notes
    assert "@late" in notes
    assert "@look" not in notes  # the report of roles tells


def test_a_photo_may_come_back_once_before_it_is_a_repeat(played: Played) -> None:
    photo = next(s for s in played.timeline.shots if s.source.kind is MediaKind.IMAGE)

    def notes(times: int) -> str:
        shots = tuple(replace(photo, id=f"s{n}-photo") for n in range(90, 90 + times))
        return " / ".join(notes_on(replace(played.timeline, shots=shots), with_beats(HEARD)))

    assert "seen before" not in notes(2)
    assert "1 shot shows pictures that were seen before" in notes(3)


def test_slow_motion_is_said(played: Played) -> None:
    shots = list(played.timeline.shots)
    shots[0] = replace(shots[0], source=replace(shots[0].source, speed=Fraction(1, 2)))
    timeline = replace(played.timeline, shots=tuple(shots))
    notes = notes_on(timeline, with_beats(HEARD))
    assert f"1 of {len(shots)} shots are slowed to fill their room" in notes


def test_a_drawn_film_says_so_and_where_its_colours_are_from() -> None:
    notes = notes_on(drawn_film(), None)
    assert "every shot is drawn, not filmed; the colours are neon, for the prompt's 'neon'" in notes
    shown = replace(drawn_film(), references=(reference("sea", MediaKind.VIDEO),))
    assert "not shown, for the film is drawn: @sea" in notes_on(shown, None)
