"""What roles did is read off the film; a role that did nothing is a warning."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.gateway.roles_report import role_notes, roles_document
from shared.brief import MediaKind, Reference, Role
from shared.digest import Digest
from shared.shot import Grade
from shared.soundtrack import ClipSound, ShotSound, Voice
from shared.timeline import Timeline
from tests.gateway.edits import scenes
from tests.gateway.edits.test_resync import film as film_of_takes


def with_roles(timeline: Timeline, **roles: Role) -> Timeline:
    references = tuple(
        replace(item, roles=(roles[item.handle],)) if item.handle in roles else item
        for item in timeline.references
    )
    return replace(timeline, references=references)


def told(timeline: Timeline, rhythm: dict[str, str] | None = None) -> dict[tuple[str, str], Any]:
    documents = roles_document(timeline, scenes.cut_plan(), rhythm)
    return {(item["reference"], item["role"]): item for item in documents}


def handles(timeline: Timeline) -> list[str]:
    return [shot.source.handle for shot in timeline.shots]


def test_what_opens_and_closes_the_film_is_said() -> None:
    film = scenes.film()
    first, last = handles(film)[0], handles(film)[-1]
    other = next(name for name in handles(film) if name not in (first, last))
    opens = told(with_roles(film, **{first: Role.FIRST_FRAME, last: Role.LAST_FRAME}))
    assert opens[first, "first_frame"]["effect"] == "opens the film"
    assert opens[first, "first_frame"]["shots"] == [film.shots[0].id]
    assert opens[last, "last_frame"]["effect"] == "closes the film"
    missed = told(with_roles(film, **{other: Role.FIRST_FRAME}))
    assert missed[other, "first_frame"]["effect"] is None
    assert role_notes(list(missed.values())) == [
        f"the first frame of @{other} was not used: another shot opens the film"
    ]


def test_a_product_is_counted() -> None:
    film = scenes.film()
    count = handles(film).count("photo")
    found = told(with_roles(film, photo=Role.PRODUCT))["photo", "product"]
    frames = sum(shot.frames for shot in film.shots if shot.source.handle == "photo")
    shots = "1 shot" if count == 1 else f"{count} shots"
    assert found["effect"] == f"shown in {shots} ({frames / 30:.1f} s)"
    assert len(found["shots"]) == count > 0


def test_takes_in_time_with_the_song_are_counted_and_others_are_not() -> None:
    film = film_of_takes()
    found = told(film)
    count = handles(film).count("long")
    assert found["long", "performance"]["effect"].startswith(f"{count} shots in time with the song")
    assert "+100 ppm" in found["long", "performance"]["effect"]
    ordinary = told(replace(film, performances=()))
    assert ordinary["long", "performance"]["effect"] is None


def test_a_style_names_the_shots_that_were_graded_after_it() -> None:
    film = with_roles(scenes.film(), short=Role.STYLE)
    assert told(film)["short", "style"]["effect"] is None
    cube = Digest.of_bytes(b"cube")
    shots = (replace(film.shots[0], grade=Grade(style=cube)), *film.shots[1:])
    graded = told(replace(film, shots=shots))["short", "style"]
    assert (graded["effect"], graded["shots"]) == ("lent its look to 1 shot", [shots[0].id])


def test_a_rhythm_is_the_songs_cuts_or_a_clips_pacing() -> None:
    film = scenes.film()
    song = replace(scenes.SONG, roles=(Role.RHYTHM,))
    count = len(scenes.cut_plan().cuts)
    found = told(with_roles(replace(film, song=song), short=Role.RHYTHM), {})
    assert found["song", "rhythm"]["effect"] == f"set {count} of {count} cuts"
    assert found["short", "rhythm"]["effect"] is None
    paced = told(with_roles(film, short=Role.RHYTHM), {"short": "set the pacing to calm"})
    assert paced["short", "rhythm"]["effect"] == "set the pacing to calm"
    edited = told(with_roles(film, short=Role.RHYTHM), None)
    assert edited["short", "rhythm"]["effect"] == "was heeded when the film was first made"


def test_a_voice_and_talk_are_heard_or_not() -> None:
    film = scenes.film()
    assert ("voice", "voice") not in told(film)
    voice = Voice(Digest.of_bytes(b"said"), 0)
    assert told(replace(film, voice=voice))["voice", "voice"]["effect"] == "is heard over the song"
    name = next(shot.source.handle for shot in film.shots if shot.source.kind is MediaKind.VIDEO)
    silent = with_roles(film, **{name: Role.TALK})
    assert told(silent)[name, "talk"]["effect"] is None
    shots = tuple(
        replace(shot, sound=ShotSound(ClipSound.FULL)) if shot.source.handle == name else shot
        for shot in silent.shots
    )
    heard = told(replace(silent, shots=shots))[name, "talk"]
    assert heard["effect"].startswith("is heard in ")
    assert len(heard["shots"]) == handles(film).count(name)


@pytest.mark.parametrize("role", [Role.MOTION, Role.CAMERA])
def test_roles_without_effect_are_warnings_unless_told_already(role: Role) -> None:
    film = with_roles(scenes.film(), short=role)
    documents = roles_document(film, scenes.cut_plan())
    (note,) = role_notes(documents)
    assert note.startswith(f"the {role} of @short was not used: ")
    assert role_notes(documents, [f"the {role} of @short was not used: as was said"]) == []


def test_every_role_is_told_about() -> None:
    names = [
        Reference(f"r{n}", MediaKind.VIDEO, Digest.of_bytes(b"r"), (role,))
        for n, role in enumerate(Role)
    ]
    film = replace(scenes.film(), references=tuple(names), song=None)
    documents = roles_document(film, scenes.cut_plan())
    assert [item["role"] for item in documents] == [role.value for role in Role]
