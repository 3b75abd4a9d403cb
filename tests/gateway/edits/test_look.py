"""Framing, grade and look: what is given is set, what is not given stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.gateway.look.colors import graded, shot_color
from shared.digest import Digest
from shared.errors import Conflict, InvalidInput, NotFound
from shared.shot import Framing, Grade, Match
from shared.timeline import Timeline
from tests.gateway.edits.scenes import applied, changed, edited, film, operation, scene

LOOK = Digest.of_bytes(b"look")


def test_only_the_given_fields_change() -> None:
    before = film()
    framed = edited(before, "set_framing", shot="#1", zoom=2, center_y=0.25)
    old = before.shots[0]
    assert framed.shots[0] == replace(old, framing=Framing(old.framing.center_x, 0.25, 2.0))
    graded = edited(framed, "set_grade", shot="#1", warmth=-0.5)
    graded = edited(graded, "set_grade", shot="#1", exposure_stops=1, contrast=1.5, saturation=0)
    assert graded.shots[0].grade == Grade(1.0, 1.5, 0.0, -0.5)
    assert graded.shots[0].framing == framed.shots[0].framing
    assert changed(before, graded) == [old.id]


def with_grade(timeline: Timeline, index: int, grade: Grade) -> Timeline:
    shots = list(timeline.shots)
    shots[index] = replace(shots[index], grade=grade)
    return replace(timeline, shots=tuple(shots))


def test_a_correction_leaves_match_and_look() -> None:
    own = Grade(match=Match(0.2), style=LOOK, look=LOOK, look_strength=0.5)
    after = edited(with_grade(film(), 1, own), "set_grade", shot="#2", tint=0.25)
    assert after.shots[1].grade == replace(own, tint=0.25)


def test_a_look_goes_to_every_shot_that_is_not_locked() -> None:
    locked = edited(film(), "lock", shot="#2")
    seen = replace(scene(), looks={"film.cube": LOOK})
    after = applied(locked, operation("set_look", look="film.cube", strength=0.5), seen)
    assert changed(locked, after) == [shot.id for n, shot in enumerate(locked.shots) if n != 1]
    assert {shot.grade for n, shot in enumerate(after.shots) if n != 1} == {
        Grade(look=LOOK, look_strength=0.5)
    }
    taken = edited(edited(after, "unlock", shot="#2"), "set_look", shot="#2", look="#1")
    assert taken.shots[1].grade == Grade(look=LOOK)
    styled = with_grade(taken, 1, Grade(look=LOOK, style=LOOK))
    bare = edited(styled, "set_look", shot="#2", look="none", style=False)
    assert bare.shots[1].grade == Grade()


def test_a_locked_shot_and_a_file_that_was_not_read_are_refused() -> None:
    with pytest.raises(Conflict, match="locked"):
        edited(edited(film(), "lock", shot="#2"), "set_look", shot="#2", strength=0)
    with pytest.raises(InvalidInput, match=r"secret\.cube was not read"):
        edited(film(), "set_look", look="/etc/secret.cube")


def test_a_shot_is_matched_to_another_as_that_one_is_graded() -> None:
    before = film()
    photo = next(n for n, s in enumerate(before.shots) if s.source.handle == "photo")
    clip = next(n for n, s in enumerate(before.shots) if s.source.handle == "long")
    dark = edited(before, "set_grade", shot=before.shots[photo].id, exposure_stops=-0.5)
    one, other = dark.shots[clip], dark.shots[photo]
    after = edited(dark, "match_to", shot=one.id, to=other.id)
    assert changed(dark, after) == [one.id]
    assert after.shots[clip].grade.match.toward == (other.id,)
    seen = scene()
    colors = [
        shot_color(shot, seen.stretches, seen.photos, dark.frame_rate) for shot in (one, other)
    ]
    assert colors[0] is not None
    assert colors[1] is not None
    found = graded(colors[0], after.shots[clip].grade)
    assert found == pytest.approx(graded(colors[1], other.grade), abs=1.5)
    assert edited(after, "match_to", shot=one.id).shots[clip] == one


def test_matching_needs_another_shot_that_is_there() -> None:
    with pytest.raises(InvalidInput, match="to itself; expected another shot"):
        edited(film(), "match_to", shot="#1", to="#1")
    with pytest.raises(NotFound, match="no shot #999"):
        edited(film(), "match_to", shot="#1", to="#999")


@pytest.mark.parametrize(
    ("op", "fields", "message"),
    [
        ("set_framing", {"zoom": 0.9}, "set_framing: zoom is 0.9; expected a number from 1 to 8"),
        ("set_framing", {"center_x": 1.1}, "center_x is 1.1; expected a number from 0 to 1"),
        ("set_framing", {}, "expected at least one of center_x, center_y, zoom"),
        ("set_grade", {"exposure_stops": 3}, "exposure_stops is 3.0; expected a number from -2 to"),
        ("set_grade", {"contrast": "high"}, "contrast is 'high'; expected a number from 0 to 2"),
        ("set_grade", {}, "at least one of exposure_stops, contrast, saturation, warmth, tint"),
        ("set_look", {}, "expected at least one of look, strength, style"),
        ("set_look", {"look": "film.png"}, "look is 'film.png'; expected a .cube file, a shot"),
        ("set_look", {"strength": 1.5}, "strength is 1.5; expected a number from 0 to 1"),
        ("set_look", {"style": True}, "style is True; expected false"),
    ],
)
def test_out_of_bounds_is_refused(op: str, fields: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        operation(op, shot="#1", **fields)
