"""How refusals of unknown names go on."""

from __future__ import annotations

from shared.suggestion import nearest


def test_a_name_that_is_nearly_right_is_suggested() -> None:
    assert nearest("lok", ["lock", "pin"], "expected a or b") == (
        "; did you mean lock? Expected a or b"
    )
    assert nearest("sea", {"seas"}, "the film has @seas", mark="@") == (
        "; did you mean @seas? The film has @seas"
    )


def test_without_a_near_name_the_known_ones_are_told() -> None:
    assert nearest("dance", ["lock", "pin"], "expected a or b") == "; expected a or b"
    assert nearest("dance", [], "") == "; "


def test_how_near_can_be_said() -> None:
    assert "did you mean" not in nearest("wan", ["wan2.1-t2v-1.3b"], "expected it")
    assert "did you mean" in nearest("wan", ["wan2.1-t2v-1.3b"], "expected it", cutoff=0.3)
