"""Shots that a model makes from words: prompts set anew, footage replaced."""

from __future__ import annotations

from fractions import Fraction

import pytest

from shared.brief import Role
from shared.errors import Conflict, InvalidInput
from shared.shot import Grade, Move
from shared.timeline import Timeline
from tests.gateway.drawn import film as drawn_film
from tests.gateway.drawn import source_of
from tests.gateway.edits.scenes import changed, edited, film

_MODEL = "wan2.1-t2v-1.3b"


def _made(prompt: str = "a city of glass", **fields: str) -> Timeline:
    return edited(film(), "replace_source", shot="#3", source="generate", prompt=prompt, **fields)


def test_footage_is_replaced_by_what_a_model_makes_of_words() -> None:
    shot = film().shots[2]
    after = _made()
    assert changed(film(), after) == [shot.id]
    made = after.shots[2]
    source = source_of(made)
    assert (source.backend, source.task, source.param("model")) == ("wan", "text_to_video", _MODEL)
    assert (made.frames, made.move, made.grade.match) == (shot.frames, Move(), Grade().match)
    assert not made.accents
    assert (
        edited(after, "replace_source", shot="#3", source="long").shots[2].source.handle == "long"
    )


def test_mentions_are_inputs_and_a_model_can_be_named() -> None:
    source = source_of(_made("@photo  comes alive").shots[2])
    assert [(one.handle, one.role) for one in source.inputs] == [("photo", Role.SUBJECT)]
    assert (source.prompt, source.param("model")) == ("photo comes alive", "wan2.1-vace-1.3b")
    assert source_of(_made(model="ltx-2").shots[2]).backend == "ltx2"


def test_a_second_shot_takes_the_first_ones_manner() -> None:
    after = edited(_made(), "replace_source", shot="#1", source="generate", prompt="fire")
    assert source_of(after.shots[0]).params == source_of(after.shots[2]).params


def test_a_prompt_is_set_anew_and_all_else_stays() -> None:
    before = edited(_made(), "regenerate", shot="#3", seed=9)
    after = edited(before, "set_prompt", shot="#3", prompt="a city of sand")
    assert changed(before, after) == [before.shots[2].id]
    one, other = source_of(before.shots[2]), source_of(after.shots[2])
    assert other.prompt == "a city of sand"
    assert (other.seed, other.params, other.speed) == (9, one.params, Fraction(1))
    shown = source_of(edited(before, "set_prompt", shot="#3", prompt="@photo burns").shots[2])
    assert (shown.task, shown.param("model")) == ("references", "wan2.1-vace-1.3b")


def test_a_drawn_shot_keeps_its_scene_and_says_the_new_words() -> None:
    before = drawn_film()
    words = next(shot for shot in before.shots if source_of(shot).task == "words")
    after = edited(before, "set_prompt", shot=words.id, prompt="letters to a friend")
    source = source_of(next(shot for shot in after.shots if shot.id == words.id))
    assert (source.task, source.prompt) == ("words", "letters to a friend")
    assert "FRIEND" in str(source.param("lines"))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"source": "generate"}, "generate without a prompt"),
        ({"source": "long", "model": _MODEL}, "without a prompt"),
        ({"source": "long", "prompt": "sea"}, "a prompt with source 'long'"),
        ({"source": "generate", "prompt": " "}, "prompt is ' '; expected what to show in words"),
        ({"source": "generate", "prompt": "sea", "model": "sora"}, "model is 'sora'; expected one"),
        ({"source": "generate", "prompt": "@nobody"}, "no reference @nobody"),
        ({"source": "generate", "prompt": "@photo", "model": _MODEL}, "says nothing|has no task"),
    ],
)
def test_what_cannot_be_made_is_refused(fields: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        edited(film(), "replace_source", shot="#3", **fields)


def test_what_is_made_from_a_still_or_a_clip_is_said_anew_by_its_own_edit() -> None:
    still = edited(_made(), "keyframe", shot="#3")
    with pytest.raises(InvalidInput, match="is made from a still; expected keyframe or animate"):
        edited(still, "set_prompt", shot="#3", prompt="sea")
    fresh = edited(still, "replace_source", shot="#1", source="generate", prompt="fire")
    assert source_of(fresh.shots[0]).opening is None


def test_footage_has_no_prompt_and_a_locked_shot_keeps_its_own() -> None:
    with pytest.raises(InvalidInput, match="was not generated"):
        edited(film(), "set_prompt", shot="#1", prompt="sea")
    locked = edited(_made(), "lock", shot="#3")
    with pytest.raises(Conflict, match="locked"):
        edited(locked, "set_prompt", shot="#3", prompt="sea")
