"""Which slots of a cut plan are made, and what the director does with the others."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from services.gateway.director import Directed, Heard, direct_film
from services.gateway.draw_film import is_drawn
from services.gateway.generate_slots import (
    is_cut,
    made_notes,
    made_slots,
    makes_all,
    options_of,
    slowed,
    wished,
)
from services.gateway.music import Music
from shared.brief import Brief, MediaKind, Pacing, Role, Size, SourceChoice
from shared.errors import InvalidInput
from shared.generate_options import GenerateOptions, ShotWish
from shared.generation import Generated, params_of
from shared.shot import Footage, MoveKind
from tests.gateway.edits.scenes import SYNC_MAP
from tests.gateway.synthetic import material, motion, reference, style
from tests.gateway.test_director import ANY, plan

_SHOTS = plan(600, *range(60, 600, 60))
_SPANS = [(start, start + 60) for start in range(0, 600, 60)]
_MUSIC = Music(SYNC_MAP, 0, Fraction(30))
_SILENT = Music(None, 0, Fraction(30))
_FOUND = material({"ride": motion(40), "coast": motion(20, speed=0.3)}, {"hero": style()})
_REFERENCES = (
    reference("ride", MediaKind.VIDEO),
    reference("coast", MediaKind.VIDEO),
    reference("hero", MediaKind.IMAGE),
)


def _brief(generate: GenerateOptions | None, **fields: Any) -> Brief:
    given = Brief(None, _REFERENCES, Pacing.STEADY, Size(1280, 720), generate=generate)
    return replace(given, **fields)


def _directed(brief: Brief, others: Any = ()) -> Directed:
    return direct_film(brief, _FOUND, Heard(None, None, _SHOTS, ANY), None, others=others)


def test_one_in_every_four_is_made_and_footage_is_cast_into_the_others() -> None:
    brief = _brief(GenerateOptions(ShotWish("waves", seed=7), every=4))
    film = _directed(brief)
    made = [index for index, shot in enumerate(film.timeline.shots) if _is_made(shot.source)]
    assert made == [3, 7]
    seeds = [shot.source.seed for shot in film.timeline.shots if isinstance(shot.source, Generated)]
    assert seeds == [7, 8]
    for index in made:
        shot = film.timeline.shots[index]
        assert (shot.frames, shot.move.kind, shot.accents) == (60, MoveKind.HOLD, ())
    shown = {shot.source.handle for shot in film.timeline.shots if isinstance(shot.source, Footage)}
    assert shown <= {"ride", "coast", "hero"}
    # The stand-ins are nowhere but in the slots that are made.
    inside = [cast.reference.handle for cast in film.casting.casts]
    assert [name for name in inside if name.startswith("to-be")] == [
        f"to-be-generated-{index + 1}" for index in made
    ]


def test_another_take_of_a_mixed_film_differs_and_makes_the_same_shots() -> None:
    brief = _brief(GenerateOptions(ShotWish("waves"), every=4))
    first = _directed(brief)
    second = _directed(brief, [first.take])
    assert second.timeline.shots[3].source == first.timeline.shots[3].source
    assert second.casting.casts[0] != first.casting.casts[0]


def test_a_film_without_the_section_is_cast_as_before() -> None:
    assert _directed(_brief(None)).timeline.shots == _directed(_brief(None)).timeline.shots
    assert options_of(_brief(None)) is None
    assert not made_slots(_brief(None), _SPANS, _MUSIC).sources


def test_places_come_before_sections_and_sections_before_every() -> None:
    options = GenerateOptions(
        ShotWish("waves"),
        every=2,
        sections=(("chorus", ShotWish("glass")), ("bridge", ShotWish("x"))),
        shots=((4, ShotWish("fire")), (99, ShotWish("x"))),
    )
    made = made_slots(_brief(options), _SPANS, _MUSIC)
    # The verse lasts for 5 s, slots for 2.
    assert {index: source.prompt for index, source in made.sources.items()} == {
        1: "waves", 3: "fire", 2: "glass", 4: "glass", 5: "glass", 6: "glass", 7: "waves",
        9: "waves",
    }  # fmt: skip
    assert made.notes == (
        "generate.shots.99 was not used: the film has 10 shots",
        "generate.sections.bridge was not used: the song has no such section "
        "(verse, chorus, outro)",
    )


def test_words_of_the_film_and_its_sections_are_used_where_the_shot_has_none() -> None:
    brief = _brief(GenerateOptions(every=1), prompt="sea", section_prompts=(("chorus", "dancers"),))
    made = made_slots(brief, _SPANS, _MUSIC).sources
    assert {source.prompt for source in made.values()} == {"sea", "dancers"}
    assert made[4].prompt == "dancers"
    assert {wish.prompt for _, wish in wished(brief)} == {"sea", "dancers"}
    with pytest.raises(InvalidInput, match=r"^generate: no prompt"):
        made_slots(replace(brief, prompt=None), _SPANS, _MUSIC)


def test_source_generate_alone_makes_every_shot_and_casts_none() -> None:
    brief = _brief(None, source=SourceChoice.GENERATE, prompt="sea")
    assert makes_all(brief)
    assert is_drawn(brief)
    assert len(made_slots(brief, _SPANS, _SILENT).sources) == len(_SPANS)
    mixed = replace(brief, generate=GenerateOptions(every=3))
    assert not is_drawn(mixed)
    assert is_drawn(replace(mixed, references=()))


def test_what_a_model_is_shown_is_not_cut_unless_it_is_a_source() -> None:
    brief = _brief(GenerateOptions(ShotWish("@hero walks"), every=4))
    assert [is_cut(brief, item) for item in _REFERENCES] == [True, True, False]
    both = reference("hero", MediaKind.IMAGE, Role.SUBJECT, Role.SOURCE)
    assert is_cut(replace(brief, references=(both,)), both)


def test_a_clip_is_slowed_to_cover_its_shot_and_no_further() -> None:
    source = Generated("wan", "text_to_video", "sea", params=params_of(model="wan2.1-t2v-1.3b"))
    assert slowed(source, Fraction(4)).speed == 1
    speed = slowed(source, Fraction(5)).speed
    assert Fraction(4, 5) < speed < 1
    assert abs(float(speed) * 5 - (81 / 16 - 0.5)) < 0.01
    with pytest.raises(InvalidInput, match=r"lasts 6.00 s; wan2.1-t2v-1.3b makes at most 5.70 s"):
        slowed(source, Fraction(6))


def test_a_shot_too_long_for_its_model_is_refused_if_it_was_named_and_left_if_not() -> None:
    spans = [(0, 300), (300, 360)]
    brief = _brief(GenerateOptions(ShotWish("sea"), every=2))
    assert list(made_slots(brief, [(0, 60), (60, 360)], _SILENT).sources) == []
    timeline = _directed(brief).timeline
    assert made_notes(timeline, brief, None) == ()
    named = _brief(GenerateOptions(shots=((1, ShotWish("sea")),)))
    with pytest.raises(InvalidInput, match=r"^generate.shots.1: shot 1: it lasts 10.00 s"):
        made_slots(named, spans, _SILENT)


def _is_made(source: object) -> bool:
    return isinstance(source, Generated)
