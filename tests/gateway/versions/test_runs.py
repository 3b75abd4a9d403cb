"""What lies over the stretches that a shorter film plays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.gateway.versions.choice import Piece
from services.gateway.versions.runs import (
    Run,
    captions_in,
    check_small_print,
    moved,
    runs_of,
    titles_in,
    tracks_in,
)
from shared.captions import Anchor, Title, TitleKind
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.soundtrack import Effect, Tracks, VoiceLine
from tests.gateway.typed_film import cue, title, typed_timeline

WHOLE = [Piece(0, 60), Piece(1, 60), Piece(3, 60)]  # the third of four shots is left out


def test_whole_shots_that_follow_each_other_are_one_run() -> None:
    assert runs_of(typed_timeline(), WHOLE) == (Run(0, 120, 0), Run(180, 240, 120))
    trimmed = [Piece(0, 30), Piece(1, 60)]
    assert runs_of(typed_timeline(), trimmed) == (Run(0, 30, 0), Run(60, 120, 30))


def test_a_span_moves_with_its_run_and_the_longer_part_of_two_counts() -> None:
    runs = runs_of(typed_timeline(), WHOLE)
    assert moved((190, 200), runs) == (130, 140)
    assert moved((130, 170), runs) is None
    assert moved((110, 220), runs) == (120, 160)


def test_cues_that_are_cut_in_two_are_left_out() -> None:
    film = typed_timeline(cue(1, 10, 40, "one"), cue(2, 100, 60, "two"), cue(3, 190, 30, "three"))
    kept = captions_in(film, runs_of(film, WHOLE))
    assert [(item.id, item.start_frame) for item in kept] == [("c1", 10), ("c3", 130)]


def test_titles_go_with_what_they_stand_on() -> None:
    first = title(offset_frames=10)
    name = replace(title(), id="t2", anchor=Anchor.SHOT, shot="s4-aaaaa")
    gone = replace(title(), id="t3", offset_frames=125)
    film = typed_timeline(titles=(first, name, gone))
    kept = titles_in(film, runs_of(film, WHOLE), WHOLE)
    assert [item.id for item in kept] == ["t1", "t2"]


def test_an_end_card_follows_the_length_of_its_shot() -> None:
    card = title(TitleKind.END_CARD, frames=69, anchor=Anchor.END, offset_frames=69, enter_frames=9)
    film = typed_timeline(titles=(card,))
    chosen = [Piece(0, 60), Piece(3, 45)]
    (kept,) = titles_in(film, runs_of(film, chosen), chosen)
    assert (kept.frames, kept.offset_frames) == (54, 54)
    without = [Piece(0, 60), Piece(1, 60)]
    assert titles_in(film, runs_of(film, without), without) == ()


def test_small_print_that_cannot_be_read_is_refused_with_the_figures() -> None:
    card = Title("t1", TitleKind.END_CARD, ("End",), 60, Anchor.END, 60, legal=("Terms apply.",))
    film = typed_timeline(titles=(card,))
    check_small_print(replace(card, frames=72), film)
    with pytest.raises(InvalidInput, match=r"t1 needs 2.4 s to be read, it would be held for 2.0"):
        check_small_print(card, film)
    legal = Title("t2", TitleKind.LEGAL, ("Terms apply.",), 80, offset_frames=110)
    film = typed_timeline(titles=(legal,))
    with pytest.raises(InvalidInput, match=r"t2 needs 2\.4 s"):
        titles_in(film, runs_of(film, WHOLE), WHOLE)


def test_lines_and_effects_go_with_their_stretch_or_are_left_out() -> None:
    audio = Digest.of_bytes(b"line")
    second = 48_000
    lines = tuple(
        VoiceLine(audio, start * second, second, f"line {start}") for start in (0, 3, 5, 6)
    )
    effects = (Effect(audio, 5 * second), Effect(audio, 7 * second))
    film = replace(typed_timeline(), tracks=Tracks(lines, effects))
    kept = tracks_in(film, runs_of(film, WHOLE))
    assert [(line.text, line.start_sample // second) for line in kept.lines] == [
        ("line 0", 0),
        ("line 3", 3),
        ("line 6", 4),
    ]
    assert [effect.start_sample // second for effect in kept.effects] == [5]
