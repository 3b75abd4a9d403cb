from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from services.generator import render, transition
from services.generator.footage.encode import encode_segment
from shared.actions import action_key
from shared.brief import MediaKind, Size
from shared.errors import Cancelled, InvalidInput
from shared.media.decode import decode_segment, frame_hash
from shared.media.midpoint import fit_midpoint
from shared.media.mux import mux_film
from shared.media.segment import Segment
from shared.media.video import VideoReader
from shared.requests import Delivery, Quality, RenderRequest, TransitionRequest
from shared.shot import Move, MoveKind
from shared.timeline import TransitionKind
from tests.generator.conftest import HereContext, MakeRequest
from tests.generator.test_photo import chart
from tests.shared.media.painting import numbered_video

FRAMES = 20
KINDS = list(TransitionKind)

# A mezzanine is ProRes, every frame by itself: nothing is joined of it.
JOINABLE = [Quality.FINAL, Quality.DRAFT]


def pair(
    make_request: MakeRequest, folder: Path, length: int = 8, **fields: Any
) -> tuple[RenderRequest, RenderRequest]:
    """Two whole shots: a clip that pushes in, and a photo that pans."""
    before, after = length // 2, length - length // 2
    clip = numbered_video(folder / "clip.mp4", 60)
    outgoing = make_request(
        clip,
        FRAMES,
        move=Move(MoveKind.PUSH_IN, 0.2),
        start_seconds=Fraction(1, 2),
        span=(FRAMES - before, FRAMES + after),
        **fields,
    )
    incoming = make_request(
        chart(folder / "p.png", 400, 300),
        FRAMES,
        kind=MediaKind.IMAGE,
        move=Move(MoveKind.PAN_RIGHT, 0.1),
        span=(-before, after),
        **fields,
    )
    return outgoing, incoming


def painted(path: Path, seed: int) -> Path:
    """A photo of big blocks of light and dark."""
    blocks = np.random.default_rng(seed).integers(30, 220, (9, 12), np.uint8)
    Image.fromarray(np.kron(blocks, np.ones((40, 40), np.uint8))).save(path)
    return path


def perform(request: TransitionRequest, context: HereContext) -> Segment:
    return Segment.from_bytes(context.blobs.read(transition.perform(request, context)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("length", [2, 3, 8])
def test_it_has_the_frames_of_its_span(
    tmp_path: Path,
    context: HereContext,
    make_request: MakeRequest,
    kind: TransitionKind,
    length: int,
) -> None:
    request = TransitionRequest(kind, *pair(make_request, tmp_path, length))
    segment = perform(request, context)
    assert len(list(decode_segment(segment))) == length
    assert perform(request, context) == segment


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("quality", JOINABLE)
def test_a_film_with_a_transition_joins_and_decodes_as_its_parts(
    tmp_path: Path,
    context: HereContext,
    make_request: MakeRequest,
    kind: TransitionKind,
    quality: Quality,
) -> None:
    delivery = Delivery(Size(160, 90), Fraction(30), quality)
    outgoing, incoming = pair(make_request, tmp_path, delivery=delivery)
    parts: list[RenderRequest | TransitionRequest] = [
        replace(outgoing, span=(0, FRAMES - 4)),
        TransitionRequest(kind, outgoing, incoming),
        replace(incoming, span=(4, FRAMES)),
    ]
    segments = [
        perform(part, context)
        if isinstance(part, TransitionRequest)
        else Segment.from_bytes(context.blobs.read(render.perform(part, context)))
        for part in parts
    ]
    assert len({segment.extradata for segment in segments}) == 1
    alone = [frame_hash(planes) for segment in segments for planes in decode_segment(segment)]
    mux_film(tmp_path / "film.mp4", segments, None, Fraction(30), 2 * FRAMES)
    with VideoReader(tmp_path / "film.mp4") as reader:
        assert [frame_hash(frame.planes()) for frame in reader.frames()] == alone


def test_each_frame_mixes_the_frames_that_render_makes(
    tmp_path: Path, context: HereContext, make_request: MakeRequest
) -> None:
    from services.generator.transitions.dissolve import dissolve

    outgoing, incoming = pair(make_request, tmp_path)
    pictures = zip(
        render.finished_frames(outgoing, context),
        render.finished_frames(incoming, context),
        strict=True,
    )
    mixed = [dissolve(one, other, k, 8) for k, (one, other) in enumerate(pictures)]
    expected = encode_segment(mixed, outgoing.delivery)
    assert (
        perform(TransitionRequest(TransitionKind.DISSOLVE, outgoing, incoming), context) == expected
    )


@pytest.mark.parametrize("length", [6, 9, 16])
def test_the_midpoint_of_a_dissolve_is_seen_in_its_segment(
    tmp_path: Path, context: HereContext, make_request: MakeRequest, length: int
) -> None:
    outgoing, incoming = (
        replace(
            request,
            kind=MediaKind.IMAGE,
            start_seconds=Fraction(0),
            source=context.blobs.put_file(painted(tmp_path / f"{seed}.png", seed)),
        )
        for seed, request in enumerate(pair(make_request, tmp_path, length))
    )
    segment = perform(TransitionRequest(TransitionKind.DISSOLVE, outgoing, incoming), context)
    first = [*render.finished_frames(replace(outgoing, span=(0, FRAMES - length // 2)), context)]
    last = next(
        render.finished_frames(replace(incoming, span=(length - length // 2, FRAMES)), context)
    )
    frames = [planes.y for planes in decode_segment(segment)]
    assert fit_midpoint(first[-1].y, frames, last.y) == pytest.approx(length / 2, abs=0.5)


def test_requests_that_make_no_sense_are_refused_before_work(
    tmp_path: Path, context: HereContext, make_request: MakeRequest
) -> None:
    outgoing, incoming = pair(make_request, tmp_path)
    other = Delivery(Size(160, 90), Fraction(25))
    bad = {
        "outgoing shot of a dissolve has no span": (replace(outgoing, span=None), incoming),
        "incoming shot of a dissolve has no span": (outgoing, replace(incoming, span=None)),
        "spans of 8 and 7 frames": (outgoing, replace(incoming, span=(-3, 4))),
        "spans of 1 and 1 frames": (
            replace(outgoing, span=(19, 20)),
            replace(incoming, span=(0, 1)),
        ),
        "different deliveries": (outgoing, replace(incoming, delivery=other)),
        "zoom is 0": (outgoing, replace(incoming, framing=replace(incoming.framing, zoom=0))),
    }
    for message, requests in bad.items():
        request = TransitionRequest(TransitionKind.DISSOLVE, *requests)
        with pytest.raises(InvalidInput, match=message):
            transition.backend(request)
        with pytest.raises(InvalidInput, match=message):
            transition.perform(request, context)


def test_a_source_that_ends_under_the_transition_is_refused(
    tmp_path: Path, context: HereContext, make_request: MakeRequest
) -> None:
    outgoing, incoming = pair(make_request, tmp_path)
    late = replace(outgoing, start_seconds=Fraction(2) - Fraction(FRAMES, 30))
    with pytest.raises(InvalidInput, match=r"ends at 2\.000 s.*up to 2\.133 s"):
        transition.perform(TransitionRequest(TransitionKind.WHIP, late, incoming), context)


def test_the_backend_names_the_kind_and_the_key_depends_on_both_shots(
    tmp_path: Path, make_request: MakeRequest
) -> None:
    outgoing, incoming = pair(make_request, tmp_path)
    keys = set()
    for kind in KINDS:
        request = TransitionRequest(kind, outgoing, incoming)
        backend = transition.backend(request)
        assert (backend.name, backend.version) == (f"transition/{kind}", 3)
        assert backend.environment == render.backend(outgoing).environment
        for changed in (
            request,
            replace(request, outgoing=replace(outgoing, speed=Fraction(1, 2))),
            replace(request, incoming=replace(incoming, move=Move())),
        ):
            keys.add(action_key(backend, changed))
    assert len(keys) == 3 * len(KINDS)


def test_it_can_be_cancelled(
    tmp_path: Path, context: HereContext, make_request: MakeRequest
) -> None:
    context.patience = 1
    with pytest.raises(Cancelled):
        perform(TransitionRequest(TransitionKind.DIP, *pair(make_request, tmp_path)), context)
