"""Segments with type: what `render` and `transition` make of lettering, seen after decoding."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from services.generator import render, transition
from shared.digest import Digest
from shared.lettering import Lettering, LetteringKind
from shared.media.color import Planes
from shared.media.decode import decode_segment
from shared.media.segment import Segment
from shared.requests import TransitionRequest
from shared.timeline import TransitionKind
from tests.generator.conftest import HereContext, MakeRequest
from tests.shared.media.painting import numbered_video
from tests.shared.typed import brand, lettering


def pictures(context: HereContext, segment: Digest) -> list[Planes]:
    return list(decode_segment(Segment.from_bytes(context.blobs.read(segment))))


def wash(context: HereContext, first: int, end: int) -> Lettering:
    """A card that covers the picture: nothing is easier to see after encoding."""
    kit = brand(context.blobs, card="#ffffff", ink="#000000", accent="#000000")
    return lettering(LetteringKind.END_CARD, "x", frames=(first, end), brand=kit)


def is_covered(planes: Planes) -> bool:
    return bool(np.median(planes.y) > 220)


def test_type_is_on_its_frames_of_a_shot_and_of_a_part_of_it(
    tmp_path: Path, context: HereContext, make_request: MakeRequest
) -> None:
    request = make_request(numbered_video(tmp_path / "v.mp4", 30), 20)
    typed = replace(request, lettering=(wash(context, 8, 14),))
    seen = [is_covered(p) for p in pictures(context, render.perform(typed, context))]
    assert seen == [8 <= k < 14 for k in range(20)]
    part = replace(typed, span=(6, 12))
    seen = [is_covered(p) for p in pictures(context, render.perform(part, context))]
    assert seen == [False, False, True, True, True, True]


def test_a_shot_without_type_is_the_same_packets_as_ever(
    tmp_path: Path, context: HereContext, make_request: MakeRequest
) -> None:
    request = make_request(numbered_video(tmp_path / "v.mp4", 30), 20)
    later = replace(request, lettering=(wash(context, 25, 30),))
    assert render.perform(request, context) == render.perform(later, context)


def test_under_a_transition_type_does_not_dissolve(
    tmp_path: Path, context: HereContext, make_request: MakeRequest
) -> None:
    outgoing = replace(make_request(numbered_video(tmp_path / "v.mp4", 40), 20), span=(15, 25))
    incoming = replace(outgoing, span=(0, 10))
    request = TransitionRequest(TransitionKind.DIP, outgoing, incoming, (wash(context, -30, 40),))
    assert all(is_covered(p) for p in pictures(context, transition.perform(request, context)))
    bare = replace(request, lettering=())
    assert not any(is_covered(p) for p in pictures(context, transition.perform(bare, context)))
