"""`undo` as an operation; how it is loaded is tested with `apply`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.gateway.edits.scene import Scene
from shared.errors import InvalidInput
from tests.gateway.edits.scenes import film, operation


def test_the_result_is_the_parent_itself() -> None:
    parent = film()
    child = replace(parent, seed=99)
    assert operation("undo").apply_to(child, Scene(parent=parent)) is parent


def test_the_first_revision_has_none() -> None:
    with pytest.raises(InvalidInput, match="undo: this film is the first revision"):
        operation("undo").apply_to(film(), Scene())
