"""Titles come to rest on beats, hold long enough, and small print decides about cuts."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from services.gateway.titles import (
    card_of,
    hold_seconds,
    holding_request,
    legal_seconds,
    planned_titles,
    small_print,
    title_lines,
)
from shared.brief import Brief, Pacing, Size
from shared.captions import Anchor, TitleKind, TitleWish
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.requests import PlanCutsRequest
from shared.sync_map import SAMPLE_RATE_HZ, Beat, CutPlan, SyncMap
from shared.timeline import SongWindow
from tests.gateway.typed_film import typed_timeline

RATE = Fraction(30)
WIDE = Size(1920, 1080)
SONG = Digest.of_bytes(b"song")
BEATS = tuple(Beat(n * SAMPLE_RATE_HZ // 2, 0.5) for n in range(40))
HEARD = SyncMap(
    20 * SAMPLE_RATE_HZ, 0.9, 120.0, 0.9, BEATS, (), (), tuple(b.sample for b in BEATS[::4])
)
PLAN = CutPlan(RATE, 300, 0, ())
REQUEST = PlanCutsRequest(SONG, Pacing.STEADY, RATE, None, 300)
CARD = TitleWish(TitleKind.END_CARD, "Bye")


def film(**fields: Any) -> Any:
    sound = SongWindow(SONG, 0, 8 * SAMPLE_RATE_HZ)
    return typed_timeline(sound=sound, sync_map=SONG, **fields)


def test_small_print_is_held_by_its_words() -> None:
    assert legal_seconds("Terms apply") == Fraction(2, 5) + 2
    assert legal_seconds("word " * 10) == 5
    long = replace(CARD, legal="word " * 20, seconds=Fraction(3))
    assert hold_seconds(long) == 7
    assert hold_seconds(replace(CARD, seconds=Fraction(4))) == 4


def test_the_end_card_takes_its_hold_from_the_cut_plan_on_a_downbeat() -> None:
    brief = Brief(None, (), titles=(replace(CARD, seconds=Fraction(3)),))
    held = holding_request(brief, REQUEST, PLAN, HEARD)
    # 10 s of film: at least 7 s before the card, on the downbeat at 6 s (one every two seconds).
    assert held is not None
    assert held.locked_spans == ((180, 300),)
    assert held.window_start_sample == 0
    silent = holding_request(brief, REQUEST, PLAN, None)
    assert silent is not None
    assert silent.locked_spans == ((210, 300),)


def test_without_a_card_cuts_are_planned_once() -> None:
    assert holding_request(Brief(None, ()), REQUEST, PLAN, HEARD) is None


def test_a_film_too_short_for_its_card_is_refused() -> None:
    brief = Brief(None, (), titles=(replace(CARD, seconds=Fraction(9, 1) + Fraction(1, 2)),))
    with pytest.raises(InvalidInput, match=r"held for 9\.5 s; the film has 10\.0 s"):
        holding_request(brief, REQUEST, PLAN, HEARD)
    with pytest.raises(InvalidInput, match="2 end cards"):
        card_of((CARD, CARD))


def test_a_title_rests_on_the_next_beat() -> None:
    wish = TitleWish(TitleKind.TITLE, "Hello", at_seconds=Fraction(1))
    (title,) = planned_titles((wish,), film(), HEARD)
    rest = title.offset_frames + title.enter_frames
    assert rest == 45  # 1 s and 9 frames of coming: the beat at 1.5 s
    (silent,) = planned_titles((wish,), replace(film(), sound=None), None)
    assert silent.offset_frames == 30


def test_a_card_is_all_there_when_its_shot_begins() -> None:
    (card,) = planned_titles((replace(CARD, seconds=Fraction(2)),), film(), HEARD)
    assert card.anchor is Anchor.END
    assert 240 - card.offset_frames + card.enter_frames == 180


def test_a_lower_third_stays_with_whom_it_names() -> None:
    wish = TitleWish(TitleKind.LOWER_THIRD, "Ann", "Baker", on="@photo")
    (title,) = planned_titles((wish,), film(), HEARD)
    assert title.anchor is Anchor.SHOT
    assert title.shot == "s1-aaaaa"
    assert title.offset_frames + title.frames <= 60
    with pytest.raises(InvalidInput, match="on @nobody, which no shot shows"):
        planned_titles((replace(wish, on="nobody"),), film(), HEARD)


def test_legal_alone_ends_the_film_and_a_late_title_is_refused() -> None:
    (legal,) = planned_titles((TitleWish(TitleKind.LEGAL, "Terms apply."),), film(), HEARD)
    assert (legal.anchor, legal.offset_frames, legal.frames) == (Anchor.END, 72, 72)
    late = TitleWish(TitleKind.TITLE, "Late", at_seconds=Fraction(8))
    with pytest.raises(InvalidInput, match=r"a title at 8 s; expected a time within .* 8\.00 s"):
        planned_titles((late,), film(), HEARD)


def test_headlines_are_broken_short_and_small_print_long() -> None:
    assert title_lines(TitleKind.TITLE, "Burning Through the Night", WIDE) == (
        "Burning Through",
        "the Night",
    )
    assert title_lines(TitleKind.TITLE, "Mind\nthe gap", WIDE) == ("Mind", "the gap")
    text = "While stocks last. Prices include VAT. Full terms at example.com."
    assert small_print(text, WIDE) == (text,)
    assert len(small_print(text, Size(1080, 1920))) == 2
    assert title_lines(TitleKind.LEGAL, text, WIDE) == (text,)
