"""What a cutdown is chosen from."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from services.gateway.material import Material
from services.gateway.versions.choice import Piece
from services.gateway.versions.joins import Joins
from services.gateway.versions.shorter import Shorter, can_be_trimmed
from shared.brief import MediaKind
from shared.captions import Anchor, Title, TitleKind
from shared.shot import Footage
from shared.speed import SpeedLevel
from shared.timeline import Timeline
from tests.gateway.edits.scenes import PHOTOS, SYNC_MAP, film
from tests.shared.typed import brand


def _shorter(timeline: Timeline) -> Shorter:
    return Shorter(timeline, Joins(timeline, replace(SYNC_MAP, energy=())), Material((), ()))


def _with(*titles: Title) -> Timeline:
    return replace(film(), titles=titles, brand=brand())


def test_tagged_shots_are_kept_and_others_cost_by_how_rare_they_are() -> None:
    question = _shorter(film()).question(300)
    assert question.kept == {0}
    assert question.target_frames == 300
    counts = [shot.source.handle for shot in film().shots]
    rare = min(range(len(counts)), key=lambda i: counts.count(counts[i]))
    assert question.dropped[rare] == max(question.dropped)


def test_shots_are_trimmed_on_beats_alone() -> None:
    starts = film().start_frames()
    for index, pieces in enumerate(_shorter(film()).question(300).pieces):
        assert pieces[-1] == Piece(index, film().shots[index].frames)
        for piece in pieces[:-1]:
            assert (starts[index] + piece.frames) % 15 == 0
            assert piece.frames >= 18  # 0.6 s
            assert piece.cost > 0


def test_the_end_card_is_held_for_its_small_print() -> None:
    legal = "one two three four five six seven eight nine ten"  # 10 words: 2 + 3 s
    card = Title("t1", TitleKind.END_CARD, ("End",), 60, Anchor.END, 60, legal=(legal,))
    last = film().shots[-1]
    timeline = _with(card)
    longer = replace(timeline, shots=(*timeline.shots[:-1], replace(last, frames=300)))
    ending = _shorter(longer).question(300).endings[-1]
    assert ending is not None
    assert ending.least == 150


def test_small_print_in_the_film_keeps_its_shots_whole() -> None:
    starts = film().start_frames()
    legal = Title("t1", TitleKind.LEGAL, ("Terms apply.",), 30, offset_frames=starts[2] + 1)
    question = _shorter(_with(legal)).question(300)
    assert 2 in question.kept
    assert len(question.pieces[2]) == 1


def test_a_photo_may_go_on_at_the_end_and_a_ramp_is_not_trimmed() -> None:
    photos = [i for i, shot in enumerate(film().shots) if shot.source.handle in PHOTOS]
    ending = _shorter(film()).question(300).endings[photos[0]]
    assert ending is not None
    assert ending.most == film().shots[photos[0]].frames + 60
    clip = next(shot for shot in film().shots if shot.source.kind is MediaKind.VIDEO)
    assert isinstance(clip.source, Footage)
    half = Fraction(1, 2)
    levels = (SpeedLevel(Fraction(0), half), SpeedLevel(half, 3 * half))
    ramped = replace(clip, source=replace(clip.source, speed=Fraction(1), levels=levels))
    assert can_be_trimmed(clip)
    assert not can_be_trimmed(ramped)


def test_going_on_is_free_and_a_later_start_is_not() -> None:
    shorter = _shorter(film())
    whole = Piece(0, film().shots[0].frames)
    assert shorter.join_cost(whole, 1) == 0 == shorter.join_cost(None, 0)
    assert shorter.join_cost(whole, 2) > 0
    assert shorter.join_cost(None, 1) > 0
