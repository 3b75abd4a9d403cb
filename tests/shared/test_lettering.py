from __future__ import annotations

from dataclasses import replace

import pytest

from shared.errors import InvalidInput
from shared.lettering import LetteringKind, SafeBox
from tests.shared.typed import lettering, spoken


def test_words_are_those_of_the_lines() -> None:
    item = lettering(LetteringKind.KARAOKE, "one two", "three", words=spoken("one two three"))
    with pytest.raises(InvalidInput, match="are not those of the lines"):
        replace(item, lines=("one two",))


def test_odd_type_is_refused() -> None:
    with pytest.raises(InvalidInput, match="type from frame 5 to 5"):
        lettering(frames=(5, 5))
    with pytest.raises(InvalidInput, match="with 500 characters; expected at most 12 with 400"):
        lettering(LetteringKind.TITLE, "x" * 500)
    with pytest.raises(InvalidInput, match="leave no room"):
        SafeBox(0.5, 0.0, 0.4, 0.0)
