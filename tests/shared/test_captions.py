from __future__ import annotations

import pytest

from shared.captions import Anchor, Caption, CaptionDelivery, Title, TitleKind
from shared.errors import InvalidInput


def test_where_captions_go() -> None:
    burned = {item.value: (item.is_burned, item.has_files) for item in CaptionDelivery}
    assert burned == {
        "off": (False, False),
        "files": (False, True),
        "burned": (True, False),
        "both": (True, True),
    }


def test_a_cue_has_words_and_time() -> None:
    cue = Caption("c1", 10, 5, ("one", "two"))
    assert (cue.end_frame, cue.text) == (15, "one two")
    for frames, lines in ((0, ("one",)), (5, ()), (5, ("",))):
        with pytest.raises(InvalidInput, match="cue c1 has"):
            Caption("c1", 0, frames, lines)


def test_a_title_is_anchored_to_a_shot_or_not() -> None:
    Title("t1", TitleKind.TITLE, ("A",), 10)
    Title("t1", TitleKind.LOWER_THIRD, ("A",), 10, Anchor.SHOT, 0, "s1-abcde")
    with pytest.raises(InvalidInput, match="anchored to shot with shot None"):
        Title("t1", TitleKind.TITLE, ("A",), 10, Anchor.SHOT)
    with pytest.raises(InvalidInput, match="title t1 has 0 frames"):
        Title("t1", TitleKind.TITLE, ("A",), 0)
