"""The base of all operations: it checks fields and how they go together."""

from __future__ import annotations

import dataclasses

import pytest

from services.gateway.edits.extend import MoveCut
from services.gateway.edits.locks import Lock
from services.gateway.edits.look import SetFraming
from services.gateway.edits.operation import is_required, kind_of
from shared.errors import InvalidInput
from tests.gateway.edits.scenes import film


def test_fields_say_their_kind_and_whether_they_are_required() -> None:
    fields = {field.name: field for field in dataclasses.fields(SetFraming)}
    assert [name for name, field in fields.items() if is_required(field)] == ["shot"]
    assert kind_of(fields["zoom"]).accepts == "a number from 1 to 8"


def test_fields_that_need_or_exclude_each_other() -> None:
    with pytest.raises(InvalidInput, match="set_framing: expected at least one of center_x"):
        SetFraming("#1")
    with pytest.raises(InvalidInput, match="move_cut: expected either frame or event"):
        MoveCut("#1")
    assert MoveCut("#2", frame=3).frame == 3


def test_an_operation_looks_at_nothing_unless_it_says_so() -> None:
    assert Lock("#1").looks_at(film()) == ()
    assert not Lock.HEARS
