"""What a model is asked for by edits and stills is known before anything is made."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from services.gateway.diffusion_ask import ask_of
from services.gateway.generating import GenerateWish
from services.gateway.model_wish import model_wish
from shared.blobs import MemoryBlobs
from shared.brief import Size
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.families.family import Part, Task
from shared.generation import PROCEDURAL, STILL, Generated, Kept, params_of
from shared.region import Region, box

CLIP = Digest.of_bytes(b"clip")
SCENE = Generated(PROCEDURAL, "flow", "", seed=1)
VACE = params_of(model="wan2.1-vace-1.3b", retime="flow")
TI2V = params_of(model="wan2.2-ti2v-5b", retime="flow")
OPENING = Generated("wan", "text_to_video", "a lighthouse", params=TI2V, seed=5)


def wish(source: Generated) -> GenerateWish:
    return GenerateWish(source, source.seed or 0, 60, 0, Size(640, 360), Fraction(30))


@pytest.mark.parametrize("kept", [Kept("x", None, CLIP), Kept("x", None, generated=SCENE)])
@pytest.mark.parametrize("region", [None, box(0.1, 0.1, 0.5, 0.5), Region(painted=CLIP)])
def test_an_edit_asks_with_its_original_and_region(kept: Kept, region: Region | None) -> None:
    task = Task.MASKED if region else Task.CONTROL
    kept = replace(kept, region=region)
    source = Generated("wan", task.value, "rain", params=VACE, seed=2, keeps=kept)
    asked = ask_of(wish(source), MemoryBlobs(), "shot 1").request
    parts = [picture.part for picture in asked.shot.pictures]
    assert parts == ([Part.VIDEO, Part.MASK] if region else [Part.VIDEO])
    assert (asked.task, asked.seed) == (task, 2)
    assert source.shown == ((CLIP,) if kept.blob else ())


def test_a_still_asks_for_one_frame_and_its_clip_for_all() -> None:
    held = Generated("wan", STILL, "a lighthouse", seed=5, opening=OPENING)
    moving = Generated("wan", "first_frame", "waves", params=TI2V, seed=7, opening=OPENING)
    still, clip = (ask_of(wish(source), MemoryBlobs(), "").request for source in (held, moving))
    assert (still.task, still.geometry.frames, still.seed) == (Task.TEXT, 1, 5)
    assert (clip.task, clip.geometry.frames, clip.seed) == (Task.FIRST_FRAME, 49, 7)


def test_a_plain_take_is_left_alone() -> None:
    plain = replace(OPENING, params=params_of(model="wan2.2-ti2v-5b"))
    assert model_wish(wish(plain)) == wish(plain)


def test_what_its_model_cannot_do_is_refused_before_the_original_is_made() -> None:
    params = params_of(model="wan2.1-t2v-1.3b")
    kept = Kept("x", box(0.1, 0.1, 0.5, 0.5), generated=SCENE)
    source = Generated("wan", "masked_edit", "rain", params=params, keeps=kept)
    with pytest.raises(InvalidInput, match="shot 1"):
        ask_of(wish(source), MemoryBlobs(), "shot 1")
