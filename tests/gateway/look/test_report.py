"""What was done to each shot's colours, and why."""

from __future__ import annotations

from dataclasses import replace

from services.gateway.look.report import look_document
from shared.brief import MediaKind, Role
from shared.digest import Digest
from shared.shot import Footage, Grade, Match
from shared.timeline import Timeline
from tests.gateway.edits.scenes import film
from tests.gateway.synthetic import reference

LOOK = Digest.of_bytes(b"look")


def graded(*grades: Grade) -> Timeline:
    before = film()
    shots = list(before.shots)
    for index, grade in enumerate(grades):
        shots[index] = replace(shots[index], grade=grade)
    mood = reference("mood", MediaKind.IMAGE, Role.STYLE)
    return replace(before, shots=tuple(shots), references=(*before.references, mood))


def test_each_step_is_said_in_its_order() -> None:
    ids = [shot.id for shot in film().shots]
    match = Match(0.123, -0.051, 0.0, (ids[0], ids[2]))
    full = Grade(-0.5, 1.2, 1, 0.25, -0.1, match, LOOK, LOOK, 0.7)
    timeline = graded(Grade(), full, Grade(match=Match(-0.2)))
    source = timeline.shots[1].source
    assert isinstance(source, Footage)
    shots = list(timeline.shots)
    shots[1] = replace(shots[1], source=replace(source, input_lut=LOOK))
    document = look_document(replace(timeline, shots=tuple(shots)))
    assert document["shots"][1]["done"] == (
        "input table, for log footage; 0.12 stops brighter, 0.05 cooler, to meet #1 and #3; "
        "0.5 stops darker, contrast 1.2, 0.25 warmer, 0.1 more green, as set; the style of @mood; "
        "a look at 70%"
    )
    assert document["shots"][2]["done"] == "0.2 stops darker, as its source has elsewhere"
    assert document["shots"][1]["match"] == {"exposure_stops": 0.123, "warmth": -0.051, "tint": 0.0}
    assert document["matched_shots"] == 2
    assert document["style_from"] == ["mood"]
    assert document["looks"] == [str(LOOK)]


def test_an_ungraded_film_says_nothing() -> None:
    document = look_document(graded())
    assert {shot["done"] for shot in document["shots"]} == {""}
    assert (document["matched_shots"], document["style_from"], document["looks"]) == (0, [], [])
