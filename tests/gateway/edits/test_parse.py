"""JSON to operations and back; a refusal names operation, field, what was got and accepted."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from services.gateway.edits.catalogue import OPERATIONS
from services.gateway.edits.extend import Extend, Side
from services.gateway.edits.locks import Lock
from services.gateway.edits.motion import SetSpeed
from services.gateway.edits.pacing import SetPacing
from services.gateway.edits.parse import operation_document, parse_operation, parse_operations
from services.gateway.edits.section import FilmSpan
from services.gateway.edits.undo import Undo
from shared.brief import Pacing
from shared.errors import InvalidInput

EXAMPLES: list[dict[str, Any]] = [
    {"op": "lock", "shot": "s3-ab2cd"},
    {"op": "unlock", "shot": "#3"},
    {"op": "pin", "shot": "#3"},
    {"op": "unpin", "shot": "#3"},
    {"op": "reseed", "shot": "#3", "seed": 7},
    {"op": "replace_source", "shot": "#3", "source": "@walk"},
    {"op": "set_pacing", "pacing": "frantic"},
    {"op": "set_pacing", "pacing": "calm", "section": "chorus"},
    {"op": "set_pacing", "pacing": "calm", "section": {"start_seconds": 1.5, "end_seconds": 8.0}},
    {"op": "set_speed", "shot": "#3", "speed": 0.5},
    {"op": "set_clip_sound", "shot": "#3", "level": "full"},
    {"op": "set_sound_lead", "shot": "#3", "lead_frames": 12, "tail_frames": -4},
    {"op": "ramp_speed", "shot": "#3", "start": 2.0, "end": 0.5, "frame": 20},
    {"op": "freeze", "shot": "#3", "frame": 30, "frames": 12},
    {"op": "reverse", "shot": "#3", "backwards": False},
    {"op": "set_accent_look", "shot": "#3", "kind": "shake", "strength": 0.3},
    {"op": "set_framing", "shot": "#3", "zoom": 1.5},
    {"op": "set_move", "shot": "#3", "kind": "push_in", "amount": 0.2},
    {"op": "adjust_grade", "section": "chorus", "warmth": 0.2},
    {"op": "set_grade", "shot": "#3", "warmth": 0.5},
    {"op": "set_look", "look": "film.cube", "strength": 0.5},
    {"op": "match_to", "shot": "#3", "to": "#2"},
    {"op": "disable_accents", "shot": "#3"},
    {"op": "enable_accents", "shot": "#3"},
    {"op": "split", "shot": "#3", "event": "beat"},
    {"op": "insert", "source": "walk", "after": "#3", "beats": 2},
    {"op": "remove", "shot": "#3", "ripple": True},
    {"op": "extend", "shot": "#3", "frames": -4, "side": "start"},
    {"op": "move_cut", "cut": "#3", "frame": 40},
    {"op": "set_transition", "cut": "#3", "kind": "dissolve"},
    {"op": "remove_transition", "cut": "#3"},
    {"op": "set_caption", "cue": "c3", "text": "Other words", "place": "top"},
    {"op": "remove_caption", "cue": "#3"},
    {"op": "set_title", "title": "t1", "text": "Another", "seconds": 2.5},
    {"op": "remove_title", "title": "t1"},
    {"op": "add_title", "text": "Hello", "at_seconds": 1.5, "place": "top"},
    {"op": "add_logo", "source": "mark", "corner": "top_left", "opacity": 0.5},
    {"op": "remove_logo"},
    {"op": "tag", "shot": "#5", "tag": "must"},
    {"op": "untag", "shot": "#1", "tag": "hook"},
    {
        "op": "edit_region",
        "shot": "#3",
        "region": {"x": 0.1, "y": 0.2, "width": 0.3, "height": 0.4},
        "prompt": "a red balloon",
    },
    {"op": "restyle", "shot": "#3", "prompt": "a watercolour of the same street"},
    {"op": "instruct", "shot": "#3", "prompt": "make it rain", "seed": 4},
    {"op": "keyframe", "shot": "#3", "prompt": "a lighthouse at dusk"},
    {"op": "animate", "shot": "#3", "prompt": "the lamp turns", "seed": 3},
    {"op": "continue_shot", "shot": "#3", "after": "#1", "overlap_frames": 2},
    {"op": "regenerate", "shot": "#3", "seed": 4},
    {"op": "replace_source", "shot": "#3", "source": "generate", "prompt": "sea", "model": "ltx-2"},
    {"op": "set_prompt", "shot": "#3", "prompt": "a city of sand"},
    {"op": "undo"},
]


@pytest.mark.parametrize("document", EXAMPLES, ids=lambda item: str(item["op"]))
def test_operations_are_read_and_written_back(document: dict[str, Any]) -> None:
    operation = parse_operation(document)
    assert operation_document(operation) == document
    assert parse_operation(json.loads(json.dumps(operation_document(operation)))) == operation


def test_every_operation_has_an_example() -> None:
    assert {document["op"] for document in EXAMPLES} == OPERATIONS.keys()


def test_values_are_typed() -> None:
    assert parse_operation(EXAMPLES[0]) == Lock("s3-ab2cd")
    assert parse_operation({"op": "set_speed", "shot": "#1", "speed": 1.1}) == SetSpeed(
        "#1", Fraction(11, 10)
    )
    assert parse_operation({"op": "extend", "shot": "#1", "frames": 3}) == Extend(
        "#1", 3, Side.END, False
    )
    assert parse_operation(EXAMPLES[8]) == SetPacing(
        Pacing.CALM, FilmSpan(Fraction(3, 2), Fraction(8))
    )


def test_texts_hold_one_operation_or_a_list() -> None:
    lock = '{"op": "lock", "shot": "#1"}'
    assert parse_operations([lock, f"[{lock}, {lock}]"]) == (Lock("#1"),) * 3
    assert parse_operations(['{"op": "undo"}']) == (Undo(),)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (
            {"op": "lok", "shot": "#1"},
            r"op 'lok' is not known; did you mean lock\? \(expected .*undo",
        ),
        ({"shot": "#1"}, "an operation without op; expected one of lock, unlock"),
        ({"op": ["lock"]}, "is not known"),
        ("lock", 'expected an operation such as {"op": "lock"'),
        ({"op": "lock"}, "lock: shot is missing; expected the id of a shot"),
        ({"op": "lock", "shot": 3}, "lock: shot is 3; expected the id of a shot"),
        (
            {"op": "lock", "shto": "#3"},
            r"unknown field 'shto'; did you mean shot\? \(lock takes shot",
        ),
        ({"op": "undo", "x": 1}, r"undo: unknown field 'x' \(undo takes no fields"),
        ({"op": "remove", "shot": "#3", "ripple": "yes"}, "remove: ripple is 'yes'; expected true"),
        ({"op": "split", "shot": "#3", "frame": None}, "split: frame is None; expected a whole"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_is_accepted(document: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        parse_operation(document)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["{op: lock}"], "is not JSON"),
        (["[" * 100_000], "is not JSON"),
        (['{"op": "lock", "op": "undo"}'], "'op' is given twice"),
        (["[]"], "found 0 operations; expected 1 to 1000"),
        (["[" + ",".join(['{"op": "undo"}'] * 1001) + "]"], "found 1001 operations"),
        (['"lock"'], "expected an operation such as"),
    ],
)
def test_texts_that_are_no_operations(texts: list[str], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        parse_operations(texts)


def test_operations_made_in_python_are_checked_too() -> None:
    with pytest.raises(InvalidInput, match=r"set_speed: speed is 9\.0; expected a number from"):
        SetSpeed("#1", Fraction(9))
    with pytest.raises(InvalidInput, match="lock: shot is 'third'; expected the id"):
        Lock("third")
