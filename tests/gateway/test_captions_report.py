from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image

from services.gateway.captions_report import backed_contrast, type_document
from services.gateway.embedded import embedded_runner
from shared.captions import Anchor, Backing, CaptionDelivery, TitleKind
from shared.legibility import MIN_CONTRAST
from shared.settings import Settings
from shared.timeline import Timeline
from tests.gateway.typed_film import cue, title, typed_timeline
from tests.shared.sourced import footage
from tests.shared.typed import brand, lettering


async def told(timeline: Timeline, folder: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What is reported of a film over a white photo."""
    Image.new("RGB", (640, 360), "white").save(folder / "white.png")
    async with embedded_runner(Settings(folder / "store")) as runner:
        brand(runner.blobs)
        blob = runner.blobs.put_file(folder / "white.png")
        shots = tuple(
            replace(shot, source=replace(footage(shot), blob=blob)) for shot in timeline.shots
        )
        document, notes = await type_document(runner, replace(timeline, shots=shots))
    assert document is not None
    return document, notes


async def test_each_cue_is_reported_with_what_was_measured(tmp_path: Path) -> None:
    bare = cue(1, 0, 60, "White on white", backing=Backing.SHADOW)
    fast = cue(2, 60, 20, "Much too much to read in this time", backing=Backing.PLATE)
    document, notes = await told(typed_timeline(bare, fast, shots=2), tmp_path)
    one, other = document["captions"]
    assert one["contrast"] == 1.0
    assert one["problems"] == ["has a contrast of 1.0:1, at least 4.5:1 can be read"]
    assert other["contrast"] >= MIN_CONTRAST
    assert other["characters_per_second"] == 51.0
    assert (other["start"], other["end"], other["place"]) == (2.0, 2.667, "bottom")
    assert document["shots_with_type"] == 2
    assert any('cue c1 "White on white" has a contrast of 1.0:1' in note for note in notes)
    assert any("shows 51.0 characters a second" in note for note in notes)


async def test_titles_say_what_keeps_them_from_being_read(tmp_path: Path) -> None:
    legal = replace(
        title(TitleKind.LEGAL, 30, anchor=Anchor.END, offset_frames=30, backing=Backing.PLATE),
        lines=("one two three four five six seven eight nine ten",),
    )
    gone = replace(title(anchor=Anchor.SHOT, shot="s9-aaaaa"), id="t2")
    document, notes = await told(typed_timeline(titles=(legal, gone), shots=2), tmp_path)
    assert any("holds its small print for 1.0 s, 5.0 s are needed" in note for note in notes)
    assert any(note.endswith("is not shown: its shot is gone") for note in notes)
    assert document["titles"][1]["place"] is None


async def test_a_film_without_type_says_nothing_unless_captions_were_wanted(
    tmp_path: Path,
) -> None:
    async with embedded_runner(Settings(tmp_path / "store")) as runner:
        plain = typed_timeline(caption_delivery=CaptionDelivery.OFF)
        assert await type_document(runner, plain) == (None, ())
        document, notes = await type_document(runner, typed_timeline())
    assert document is None
    assert notes == ("captions were asked for, but no words were heard in the film",)


def test_backings_are_counted_at_their_worst() -> None:
    for backing in (Backing.PLATE, Backing.SCRIM, Backing.OUTLINE):
        ratio = backed_contrast(lettering(backing=backing), None)
        assert ratio is not None
        assert ratio >= MIN_CONTRAST
    assert backed_contrast(lettering(backing=Backing.SHADOW), None) is None
