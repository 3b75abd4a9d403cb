"""The catalogue: every operation once, described, and documented for users."""

from __future__ import annotations

import dataclasses
import importlib
import json
import pkgutil
import re
from pathlib import Path

import pytest

from services.gateway import edits
from services.gateway.edits.catalogue import OPERATIONS
from services.gateway.edits.operation import Operation, kind_of
from services.gateway.edits.parse import parse_operation

DOCUMENTATION = (Path(__file__).parents[3] / "docs" / "edits.md").read_text("utf-8")


# What only cut lists say: a film that came back from an editing program, and an extended one.
NOT_ASKED_FOR = {"import", "continue"}


def all_operations(base: type[Operation] = Operation) -> set[type[Operation]]:
    return {deeper for one in base.__subclasses__() for deeper in {one, *all_operations(one)}}


def test_no_operation_is_missing() -> None:
    for module in pkgutil.iter_modules(edits.__path__):
        importlib.import_module(f"{edits.__name__}.{module.name}")
    # A dataclass with slots is made twice; the first one is no more than its shadow.
    assert set(OPERATIONS) == {one.OP for one in all_operations()} - NOT_ASKED_FOR


def test_every_operation_is_found_by_its_own_name() -> None:
    assert all(name == operation.OP for name, operation in OPERATIONS.items())
    assert "dance" not in OPERATIONS
    with pytest.raises(KeyError, match="dance"):
        OPERATIONS["dance"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_and_field_is_documented(name: str) -> None:
    assert OPERATIONS[name].__doc__
    section = DOCUMENTATION.partition(f"### `{name}`\n")[2].partition("\n### ")[0]
    assert section, f"docs/edits.md has no section on {name}"
    examples = re.findall(r"^`(\{.*\})`$", section, re.MULTILINE)
    assert all(name == parse_operation(json.loads(example)).OP for example in examples)
    assert examples
    for field in dataclasses.fields(OPERATIONS[name]):
        assert f"`{field.name}`" in section
        assert kind_of(field).accepts
