"""The same film in another size: what stays, and what is decided anew."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from services.gateway.reframe import Reframed, item_of, reframe, window_of
from shared.brief import MediaKind, Size
from shared.captions import Caption, CaptionDelivery, CueWord, Title, TitleKind
from shared.digest import Digest
from shared.schema import to_json
from shared.shot import Accent, Footage, Framing, Grade, Move, MoveKind, Shot
from shared.timeline import Timeline
from tests.gateway.synthetic import material, motion, style

SIZE, UPRIGHT = Size(1280, 720), Size(720, 1280)
STANDS = Move()
MATERIAL = material({"clip": motion(6)}, {"photo": style(), "wide": style(3000, 1000)})


def _shot(name: str, handle: str, kind: MediaKind, move: Move = STANDS, **fields: object) -> Shot:
    footage = Footage(handle, Digest.of_bytes(handle.encode()), kind, Fraction(0))
    accents = (Accent(10, 0.5),)
    return replace(Shot(name, 45, footage, Framing(0.4, 0.5), move, accents=accents), **fields)  # type: ignore[arg-type]


def _film(*shots: Shot, **fields: object) -> Timeline:
    film = Timeline(SIZE, Fraction(30), shots, None, None, Digest.of_bytes(b"cuts"), 0, 9)
    return replace(film, **fields)  # type: ignore[arg-type]


FILM = _film(
    _shot("s1", "clip", MediaKind.VIDEO),
    _shot("s2", "wide", MediaKind.IMAGE, Move(MoveKind.PUSH_IN, 0.1)),
    _shot("s3", "photo", MediaKind.IMAGE, Move(MoveKind.PULL_OUT, 0.1)),
)


def test_cuts_windows_accents_and_sound_stay() -> None:
    made = reframe(FILM, UPRIGHT, MATERIAL)
    assert made.size == UPRIGHT
    assert made.parent is None
    assert made.start_frames() == FILM.start_frames()
    for one, other in zip(FILM.shots, made.shots, strict=True):
        assert replace(one, framing=other.framing, move=other.move) == other
    # Of a photo much wider than the frame a travel shows the rest.
    assert made.shots[1].move.kind in (MoveKind.PAN_RIGHT, MoveKind.PAN_LEFT)
    assert made.shots[2].move.kind is not made.shots[1].move.kind


def test_shots_that_are_seen_alike_keep_their_framing_in_a_revision() -> None:
    first = reframe(FILM, UPRIGHT, MATERIAL)
    odd = Framing(0.123, 0.5)
    first = replace(first, shots=(replace(first.shots[0], framing=odd), *first.shots[1:]))
    graded = replace(FILM.shots[0], grade=Grade(warmth=0.5), is_locked=True)
    moved = replace(FILM.shots[1], framing=Framing(0.9, 0.5))
    edited = replace(FILM, shots=(graded, moved, FILM.shots[2]))
    made = reframe(edited, UPRIGHT, MATERIAL, Reframed(FILM, first))
    assert made.shots[0].framing == odd
    assert made.shots[1].framing == Framing(0.9, 0.5)  # as it was framed by hand
    assert made.shots[0].is_locked
    assert made.shots[0].grade == Grade(warmth=0.5)
    assert made.shots[2] == first.shots[2]
    assert made.parent == Digest.of_bytes(to_json(first))


def test_nothing_is_locked_in_a_delivery_that_was_never_made() -> None:
    locked = replace(FILM, shots=(replace(FILM.shots[0], is_locked=True), *FILM.shots[1:]))
    assert not reframe(locked, UPRIGHT, MATERIAL).shots[0].is_locked


def test_cues_that_fit_stay_and_longer_ones_are_shared_out() -> None:
    texts = [
        "this",
        "line",
        "is",
        "far",
        "too",
        "long",
        "for",
        "an",
        "upright",
        "picture",
        "and",
        "has",
        "to",
        "be",
        "cut",
        "into",
        "parts",
    ]
    words = tuple(CueWord(text, 4 * i, 4 * i + 4) for i, text in enumerate(texts))
    short = Caption("c1", 0, 30, ("short enough",))
    long = Caption("c2", 40, 80, (" ".join(texts[:8]), " ".join(texts[8:])), words)
    film = _film(*FILM.shots, captions=(short, long), caption_delivery=CaptionDelivery.FILES)
    made = reframe(film, UPRIGHT, MATERIAL).captions
    assert made[0] == short
    parts = made[1:]
    assert len(parts) > 1
    assert [part.id for part in parts] == ["c2.1", "c2.2"][: len(parts)]
    assert " ".join(" ".join(part.lines) for part in parts).split() == texts
    assert parts[0].start_frame == 40
    assert parts[-1].start_frame + parts[-1].frames == 120
    assert all(len(line) <= 24 for part in parts for line in part.lines)
    wide = reframe(film, Size(1920, 1080), MATERIAL).captions
    assert [cue.id for cue in wide] == ["c1", "c2"]
    assert wide[1].words == words


def test_titles_are_broken_for_the_aspect() -> None:
    title = Title("t1", TitleKind.TITLE, ("A morning on Earth and above",), 60)
    made = reframe(_film(*FILM.shots, titles=(title,)), UPRIGHT, MATERIAL).titles[0]
    assert len(made.lines) > 1
    assert " ".join(made.lines) == title.lines[0]


def test_a_shots_item_and_window_are_found_by_its_source() -> None:
    shot = FILM.shots[0]
    assert item_of(shot, MATERIAL) is MATERIAL.stretches[0]
    assert item_of(FILM.shots[2], MATERIAL) is MATERIAL.photos[0]
    assert window_of(shot, FILM) == (0.0, 1.5) == window_of(FILM.shots[1], FILM)
