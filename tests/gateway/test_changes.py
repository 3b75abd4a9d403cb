"""What a request has changed, in words."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from services.gateway.alignment import ClipRequest, MotionWish
from services.gateway.changes import Asked, ClipName, changed_clips
from services.gateway.changes import changed_fields as changed_with_wishes
from shared.brand import Corner
from shared.brief import MediaKind, Size
from shared.corner_logo import LogoMark
from shared.digest import Digest
from shared.lettering import LetteringKind, SafeBox
from shared.motion import MotionWindow, TimeKnot
from shared.requests import Delivery, Quality, RenderRequest, TransitionRequest
from shared.shot import Accent, AccentLook, AccentLookKind, Framing, Grade, Match, Move, MoveKind
from shared.timeline import TransitionKind
from tests.shared.typed import lettering

COFFEE, STREET = Digest.of_bytes(b"coffee"), Digest.of_bytes(b"street")
HANDLES = {COFFEE: "coffee", STREET: "street"}


def changed_fields(
    old: ClipRequest, new: ClipRequest, handles: dict[Digest, str] | None = None
) -> tuple[str, ...]:
    """What differs between clips that wish for no alignment."""
    return changed_with_wishes(Asked(old), Asked(new), handles)


def request(**changes: Any) -> RenderRequest:
    base = RenderRequest(
        source=COFFEE,
        kind=MediaKind.VIDEO,
        start_seconds=Fraction(3, 2),
        speed=Fraction(1),
        frames=58,
        framing=Framing(),
        move=Move(MoveKind.PUSH_IN, 0.06),
        grade=Grade(),
        accents=(Accent(15, 0.5), Accent(29, 0.5)),
        delivery=Delivery(Size(1280, 720), Fraction(30000, 1001)),
    )
    return dataclasses.replace(base, **changes)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"move": Move(MoveKind.PUSH_IN, 0.12)}, ["move.amount 0.06 -> 0.12"]),
        (
            {"move": Move(MoveKind.HOLD, 0.0)},
            ["move.kind push_in -> hold", "move.amount 0.06 -> 0"],
        ),
        ({"frames": 44}, ["frames 58 -> 44"]),
        ({"source": STREET}, ["source @coffee -> @street"]),
        ({"start_seconds": Fraction(7, 3)}, ["start_seconds 1.5 -> 2.3333"]),
        ({"speed": Fraction(1, 2)}, ["speed 1 -> 0.5"]),
        ({"grade": Grade(warmth=-0.25)}, ["grade.warmth 0 -> -0.25"]),
        (
            {"grade": Grade(match=Match(0.2, toward=("s1-aa",)), look=STREET)},
            ["grade.match.exposure_stops 0 -> 0.2", "grade.look None -> @street"],
        ),
        ({"input_lut": STREET}, ["input_lut None -> @street"]),
        ({"framing": Framing(0.5, 0.5, 1.5)}, ["framing.zoom 1 -> 1.5"]),
        ({"accents": ()}, ["accents at 15, 29 -> none"]),
        (
            {"accents": tuple(Accent(k, 0.5) for k in range(3, 60, 5))},
            ["accents at 15, 29 -> 12 from frame 3"],
        ),
        ({"span": (6, 58)}, ["span whole -> 6..58"]),
        (
            {"delivery": Delivery(Size(960, 540), Fraction(25), Quality.DRAFT)},
            [
                "delivery.size 1280x720 -> 960x540",
                "delivery.frame_rate 30000/1001 -> 25",
                "delivery.quality final -> draft",
            ],
        ),
    ],
)
def test_each_field_that_differs_is_named(change: dict[str, Any], said: list[str]) -> None:
    assert list(changed_fields(request(), request(**change), HANDLES)) == said


def test_every_field_of_a_request_is_compared() -> None:
    other = RenderRequest(
        source=STREET,
        kind=MediaKind.IMAGE,
        start_seconds=Fraction(0),
        speed=Fraction(2),
        frames=1,
        framing=Framing(zoom=2.0),
        move=Move(),
        grade=Grade(contrast=2.0),
        accents=(),
        delivery=Delivery(Size(64, 64), Fraction(30000, 1001)),
        span=(0, 1),
        time_map=(TimeKnot(0, Fraction(1), Fraction(1, 30)),),
        lettering=(lettering(),),
        input_lut=STREET,
        is_reversed=True,
        looks=(AccentLook(AccentLookKind.FLASH, 0, 1.0),),
        logo=LogoMark(STREET, Corner.TOP_LEFT, 1.0, 0.5, SafeBox(0.05, 0.05, 0.05, 0.05)),
    )
    named = {text.partition(" ")[0].partition(".")[0] for text in changed_fields(request(), other)}
    assert named == {field.name for field in dataclasses.fields(RenderRequest)}


def test_type_is_told_by_its_words() -> None:
    one, other = lettering(), lettering(LetteringKind.CAPTION, "Good", "bye")
    changes = [((), (one,)), ((one,), (one, other)), ((one,), (replace(one, end_frame=9),))]
    said = [
        list(changed_fields(request(lettering=old), request(lettering=new))) for old, new in changes
    ]
    assert said == [
        ['lettering none -> "Hello there"'],
        ['lettering none -> "Good bye"'],
        ['lettering "Hello there" -> the same words, otherwise'],
    ]


def test_a_time_map_is_told_by_its_frames() -> None:
    knots = tuple(TimeKnot(frame, Fraction(frame, 30), Fraction(1, 30)) for frame in (0, 40))
    (said,) = changed_fields(request(), request(time_map=knots))
    assert said == "time_map even -> eased at 0, 40"


def test_equal_requests_have_no_changed_field() -> None:
    assert changed_fields(request(), request()) == ()


def test_values_that_differ_by_a_hair_are_told_apart() -> None:
    (said,) = changed_fields(
        request(start_seconds=Fraction(1, 3)), request(start_seconds=Fraction(100_000, 300_001))
    )
    assert said == "start_seconds 1/3 -> 100000/300001"


def test_accents_that_differ_in_strength_alone_are_told_apart() -> None:
    (said,) = changed_fields(request(), request(accents=(Accent(15, 0.5), Accent(29, 0.9))))
    assert said == "accents at 15, 29 -> the same frames, other strengths"


def test_unknown_reference_goes_by_its_digest() -> None:
    (said,) = changed_fields(request(), request(source=STREET), {COFFEE: "coffee"})
    assert said == f"source @coffee -> {STREET.sha256[:12]}"


def transition(**changes: Any) -> TransitionRequest:
    base = TransitionRequest(
        TransitionKind.DISSOLVE, request(span=(52, 64)), request(source=STREET, span=(-6, 6))
    )
    return dataclasses.replace(base, **changes)


def test_transition_names_the_neighbour_that_changed() -> None:
    new = transition(kind=TransitionKind.DIP, incoming=request(source=STREET, span=(-8, 6)))
    assert changed_fields(transition(), new) == (
        "kind dissolve -> dip",
        "incoming.span -6..6 -> -8..6",
    )


def test_another_sort_of_clip_is_told_as_such() -> None:
    assert changed_fields(request(), transition()) == ("a shot -> a dissolve",)


def test_only_clips_that_were_asked_for_differently_are_listed() -> None:
    old: dict[ClipName, Asked] = {
        ("s1", False): Asked(request()),
        ("s2", False): Asked(request()),
        ("s9", False): Asked(request()),
    }
    new: dict[ClipName, Asked] = {
        ("s1", False): Asked(request()),
        ("s2", False): Asked(request(frames=44)),
        ("s2", True): Asked(transition(), (None, None)),
        ("s3", False): Asked(request(source=STREET)),
    }
    assert changed_clips(old, new, HANDLES) == {("s2", False): ("frames 58 -> 44",)}


def test_changes_of_an_alignment_are_said_beside_those_of_the_request() -> None:
    window = MotionWindow(
        Fraction(1), Fraction(1), 58, Fraction(30), (Accent(15, 0.5),), Fraction(0), Fraction(1, 4)
    )
    wish = MotionWish(COFFEE, window)
    other = MotionWish(COFFEE, dataclasses.replace(window, accents=(), later_seconds=Fraction(0)))
    asked = Asked(request(), (wish,))
    assert changed_with_wishes(asked, Asked(request(), (other,))) == (
        "motion.accents at 15 -> none",
        "motion.later_seconds 0.25 -> 0",
    )
    (said,) = changed_with_wishes(Asked(request()), asked)
    assert said == "motion follows the accents"
    (said,) = changed_with_wishes(asked, Asked(request()))
    assert said == "motion plays as it is"
