"""Switching between takes: who is seen when, and who is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from services.gateway.casting import Cast, Take
from services.gateway.director import slots_of
from services.gateway.material import Material
from services.gateway.multicam import Stage, cast_takes, is_sung, punched_in
from services.gateway.music import Music
from shared.brief import Role
from shared.errors import InvalidInput
from shared.performance import Performance, TakeSpan
from shared.shot import Framing, Shot
from shared.sync_map import SAMPLE_RATE_HZ, Section, Span, SpokenText, SyncMap
from tests.gateway.edits.scenes import RATE, SYNC_MAP
from tests.gateway.synthetic import material, motion, style

SUNG = replace(SYNC_MAP, sections=())
SPANS = tuple(pairwise(range(0, 601, 30)))  # a shot a second


def take(handle: str, start: int = 0, end: int = 30) -> Performance:
    span = TakeSpan(Fraction(start), Fraction(end), Fraction(0))
    return Performance(handle, Fraction(1), (span,))


def stage(
    takes: Sequence[Performance],
    *,
    others: bool = True,
    heard: SyncMap = SUNG,
    mentions: dict[int, frozenset[str]] | None = None,
    roles: dict[str, tuple[Role, ...]] | None = None,
) -> Stage:
    clips = {item.handle: motion(30) for item in takes}
    found = material(
        {**clips, **({"ride": motion(30)} if others else {})},
        {"photo": style()} if others else {},
        roles,
    )
    music = Music(heard, 0, RATE)
    return Stage(SPANS, slots_of(list(SPANS), music), music, found, takes, mentions or {})


def cast(of: Stage, seed: int = 0, others: Sequence[Take] = ()) -> dict[int, str]:
    found = cast_takes(of, seed, None, 16 / 9, others)
    return {index: one.reference.handle for index, one in found.items()}


def test_every_take_is_at_the_songs_position() -> None:
    of = stage([take("a"), take("b", 3)])
    for index, one in cast_takes(of, 0, None, 16 / 9).items():
        begins = 3 if one.reference.handle == "b" else 0
        assert one.start_seconds == index + Fraction(1, 60) - begins
        assert one.speed == 1


@pytest.mark.parametrize("count", [2, 3, 4])
def test_no_take_follows_itself_and_all_are_seen(count: int) -> None:
    names = "abcd"[:count]
    found = cast(stage([take(name) for name in names], others=False))
    assert sorted(found) == list(range(20))
    assert not any(found[i] == found[i + 1] for i in range(19))
    assert set(found.values()) == set(names)


def test_one_shot_in_four_is_a_cutaway_one_in_two_with_one_camera() -> None:
    two, one = cast(stage([take("a"), take("b")])), cast(stage([take("a")]))
    assert [index for index in range(20) if index not in two] == [3, 7, 11, 15]
    assert [index for index in range(20) if index not in one] == list(range(1, 19, 2))
    assert 19 in one  # a line is seen to its end


def test_where_only_one_take_was_filming_the_other_is_seen_before() -> None:
    found = cast(stage([take("a"), take("b", 0, 10)], others=False))
    assert found[9] == "b"
    assert {found[index] for index in range(10, 20)} == {"a"}


def test_other_footage_is_seen_where_no_take_was_filming() -> None:
    found = cast(stage([take("a", 5, 12), take("b", 5, 12)]))
    assert set(found) < set(range(5, 12))
    with pytest.raises(InvalidInput, match=r"no take covers 12\.00 to 13\.00 s of the song \(@a"):
        cast(stage([take("a", 0, 12)], others=False))


def test_takes_are_seen_where_words_are_sung() -> None:
    words = tuple(
        SpokenText("la", n * SAMPLE_RATE_HZ // 2, n * SAMPLE_RATE_HZ // 2 + 20_000)
        for n in range(10, 20)
    )
    assert set(cast(stage([take("a"), take("b")], heard=replace(SUNG, words=words)))) <= set(
        range(5, 10)
    )


def test_without_words_speech_decides_then_the_sections_label_then_nothing() -> None:
    second = SAMPLE_RATE_HZ
    spoken = Music(replace(SUNG, speech=(Span(2 * second, 4 * second),)), 0, RATE)
    assert [is_sung(spoken, n * 30, n * 30 + 30) for n in range(5)] == [0, 0, 1, 1, 0]
    sections = (
        Section(0, 2 * second, "intro"),
        Section(2 * second, 4 * second, "chorus"),
        Section(4 * second, 9 * second, "break"),
        Section(9 * second, 30 * second, "B"),
    )
    labelled = Music(replace(SUNG, sections=sections), 0, RATE)
    assert [is_sung(labelled, n * 30, n * 30 + 30) for n in (0, 2, 5, 10)] == [0, 1, 0, 1]
    assert is_sung(Music(None, 0, RATE), 0, 30)


def test_what_a_section_mentions_is_seen_in_it() -> None:
    mentions = dict.fromkeys(range(4, 8), frozenset({"b"}))
    mentions |= dict.fromkeys(range(10, 14), frozenset({"photo"}))
    found = cast(stage([take("a"), take("b")], mentions=mentions))
    assert [found[index] for index in range(4, 8)] == ["b"] * 4
    assert not set(range(10, 14)) & found.keys()


def test_the_ends_are_left_to_roles() -> None:
    takes = [take("a"), take("b")]
    roles: dict[str, tuple[Role, ...]] = {"photo": (Role.FIRST_FRAME,), "ride": (Role.LAST_FRAME,)}
    assert not {0, 19} & cast(stage(takes, roles=roles)).keys()
    opening = cast(stage(takes, roles={"b": (Role.FIRST_FRAME,)}))
    assert opening[0] == "b"


def test_another_cut_of_the_brief_switches_elsewhere() -> None:
    of = stage([take("a"), take("b"), take("c")], others=False)
    first = cast_takes(of, 0, None, 16 / 9)
    shown: list[tuple[Cast, Fraction]] = [(first[index], Fraction(1)) for index in range(20)]
    second = cast(of, others=[shown])
    same = sum(second[index] == first[index].reference.handle for index in range(20))
    assert same <= 5


def test_a_take_that_goes_on_over_a_cut_is_seen_closer() -> None:
    of = stage([take("a")], others=False)
    found = cast_takes(of, 0, None, 16 / 9)
    shots = [shot_of(found[index], index) for index in range(4)]
    zooms = [shot.framing.zoom for shot in punched_in(shots, of.performances)]
    assert zooms == [1.0, 1.25, 1.0, 1.25]
    assert punched_in(shots, ()) == shots


def shot_of(one: Cast, number: int) -> Shot:
    from services.gateway.director import footage_of

    return Shot(f"s{number}-take", 30, footage_of(one), Framing())


def test_a_film_without_takes_is_left_to_casting() -> None:
    assert cast_takes(replace(stage([]), material=Material((), ())), 0, None, 16 / 9) == {}
