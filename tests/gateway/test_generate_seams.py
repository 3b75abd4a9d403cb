"""Which shots of a brief go on from the one before them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from services.gateway.generate_brief import generate_of
from services.gateway.generate_seams import going_on, without_seams
from services.gateway.generate_slots import made_slots, slowed, with_made
from shared.errors import InvalidInput
from shared.generate_options import GenerateOptions, Setting, ShotWish
from shared.generation import Generated, params_of
from shared.shot import Shot
from shared.timeline import Transition, TransitionKind
from tests.gateway.test_generate_slots import _MUSIC, _SPANS, _brief, _directed

_FOLDER = Path()
_ON = (Setting("continues", True),)
_ALL = GenerateOptions(ShotWish("waves", seed=7, settings=_ON))


def test_in_a_film_of_made_shots_each_goes_on_but_the_first() -> None:
    sources = made_slots(_brief(_ALL), _SPANS, _MUSIC).sources
    tasks = [sources[index].task for index in sorted(sources)]
    assert tasks == ["text_to_video", *["continue"] * 9]
    assert {str(sources[index].param("model")) for index in range(1, 10)} == {"wan2.1-vace-1.3b"}
    assert all(source.param("continues") is None for source in sources.values())


def test_the_director_writes_on_each_shot_which_one_it_goes_on_from() -> None:
    shots = {2: ShotWish("fog"), 3: ShotWish("a hill", settings=_ON)}
    film = _directed(_brief(GenerateOptions(shots=tuple(shots.items())))).timeline
    third = film.shots[2].source
    assert isinstance(third, Generated)
    assert third.continues == film.shots[1].id
    assert film.transition_into(film.shots[2].id) is None


def test_a_cut_into_a_shot_that_goes_on_is_plain() -> None:
    film = _directed(_brief(_ALL)).timeline
    seams = tuple(Transition(film.shots[n].id, TransitionKind.DIP, 4) for n in (1, 2))
    assert without_seams(replace(film, transitions=seams)).transitions == ()
    plain = replace(film.shots[1], source=Generated("wan", "text_to_video", "x"))
    shots: tuple[Shot, ...] = (film.shots[0], plain, *film.shots[2:])
    kept = without_seams(replace(film, shots=shots, transitions=seams))
    assert kept.transitions == seams[:1]
    assert without_seams(kept) is kept
    assert with_made(film, _brief(None), _MUSIC) is film


def test_a_shot_that_was_named_is_refused_where_no_model_makes_the_one_before() -> None:
    wish = ShotWish("waves", settings=_ON)
    named = GenerateOptions(shots=((1, wish), (3, wish)))
    with pytest.raises(InvalidInput, match=r"shots\.3\.continues: no model makes shot 2; expected"):
        going_on(wish, None, "generate.shots.3", named, 3)
    with pytest.raises(InvalidInput, match=r"shots\.1\.continues: it is the film's first"):
        going_on(wish, None, "generate.shots.1", named, 1)
    drawn = Generated("procedural", "flow", "")
    assert not going_on(wish, drawn, "generate", GenerateOptions(), 3).settings
    made = Generated("wan", "text_to_video", "")
    assert going_on(wish, made, "generate", GenerateOptions(), 3) is wish


def test_what_both_shots_show_leaves_less_of_the_clip_for_the_later_one() -> None:
    source = Generated(
        "wan", "continue", "waves", params=params_of(model="wan2.1-vace-1.3b", overlap_frames=4)
    )
    plain = replace(source, task="text_to_video", params=params_of(model="wan2.1-vace-1.3b"))
    assert slowed(plain, Fraction(22, 5)).speed == 1
    assert slowed(source, Fraction(22, 5)).speed < 1
    with pytest.raises(InvalidInput, match=r"makes at most 4\.45 s"):
        slowed(source, Fraction(5))
    assert slowed(plain, Fraction(5)).speed < 1


def test_a_brief_says_it_as_a_switch() -> None:
    spec = generate_of({"continues": "true", "shots": {"3": {"continues": "no"}}}, _FOLDER)
    assert spec.options.default.settings == _ON
    assert spec.options.shots[0][1].settings == (Setting("continues", False),)
    with pytest.raises(InvalidInput, match=r"generate\.continues"):
        generate_of({"continues": "perhaps"}, _FOLDER)
    task = {"continues": "true", "task": "extend"}
    with pytest.raises(InvalidInput, match="task extend with continues: true; expected one of th"):
        made_slots(_brief(generate_of({**task, "prompt": "x"}, _FOLDER).options), _SPANS, _MUSIC)
