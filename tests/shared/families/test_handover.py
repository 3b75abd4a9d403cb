"""How many pictures a take that goes on from another one has."""

from __future__ import annotations

import pytest

from shared.diffusion import BundleCondition, DiffusionRequest, shown_by
from shared.digest import canonical_bytes
from shared.families.catalogue import find_model
from shared.families.family import Part, Task
from shared.families.handover import Handover, clip_frames, dropped_frames
from tests.shared.families.shots import digest, image, shot, size

_WAN = find_model("wan2.1-vace-1.3b")[1].grid
_LTX2 = find_model("ltx-2")[1].grid


@pytest.mark.parametrize(
    ("grid", "frames", "before", "expected", "dropped"),
    [(_WAN, 17, 0, 17, 0), (_WAN, 17, 1, 20, 1), (_WAN, 17, 9, 20, 33), (_LTX2, 25, 3, 32, 17)],
)
def test_with_latents_before_it_the_first_latent_frame_is_as_long_as_all(
    grid: object, frames: int, before: int, expected: int, dropped: int
) -> None:
    assert isinstance(grid, type(_WAN))
    taken = Handover(digest("latents"), 2, before)
    assert clip_frames(grid, size(320, 256, frames), taken) == expected
    assert dropped_frames(grid, taken) == dropped
    assert clip_frames(grid, size(320, 256, frames), None) == frames


def test_who_goes_on_shows_what_the_earlier_take_was_made_from_and_other_keys_stay() -> None:
    plain = shot("wan2.1-vace-1.3b", (Part.SUBJECT, image("hero")))
    assert b"handover" not in canonical_bytes(plain)
    taken = Handover(digest("latents"), 2, 3, (image("other"), image("hero")))
    given = shot("wan2.1-vace-1.3b", (Part.SUBJECT, image("hero")), handover=taken)
    assert canonical_bytes(given) != canonical_bytes(plain)
    conditions = (BundleCondition("text.pos", digest("text")),)
    request = DiffusionRequest(Task.CONTINUE, given, size(320, 256, 17), conditions, 0, 4)
    assert shown_by(request) == (image("hero"), image("other"))
