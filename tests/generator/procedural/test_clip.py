"""A clip has exactly its frames and times, and comes out of its file as it was drawn."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest

from services.generator.procedural import clip
from shared.brand import Font
from shared.digest import Digest
from shared.errors import Cancelled, InvalidInput
from shared.media.color import Planes
from shared.media.video import VideoReader
from shared.procedural import SceneKind
from tests.generator.conftest import HereContext
from tests.generator.procedural.conftest import asked, drawn
from tests.shared.typed import brand

NTSC = Fraction(30000, 1001)


@pytest.mark.parametrize("rate", [Fraction(25), NTSC])
def test_a_clip_is_what_was_drawn_at_the_films_own_times(rate: Fraction) -> None:
    context = HereContext()
    request = asked(SceneKind.FLOW, frame_rate=rate, frames=7)
    digest = clip.perform(request, context)
    times = [index / rate for index in range(7)]
    with context.blobs.local_path(digest) as path, VideoReader(path) as reader:
        shown = [frame.planes() for frame in reader.frames_at(times)]
    for got, expected in zip(shown, drawn(request), strict=True):
        assert all(np.array_equal(getattr(got, p), getattr(expected, p)) for p in "yuv")
    with context.blobs.local_path(digest) as path, av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.pts is not None]
        assert [(packet.pts or 0) * Fraction(packet.time_base or 1) for packet in packets] == times


def test_the_same_request_gives_the_same_blob() -> None:
    contexts = HereContext(), HereContext()
    one, other = (clip.perform(asked(frames=3), context) for context in contexts)
    assert one == other


def test_words_are_drawn_with_the_requests_font() -> None:
    context = HereContext()
    font = brand(context.blobs).display
    request = asked(SceneKind.WORDS, font=font, frames=3)
    assert context.blobs.contains(clip.perform(request, context))
    unread = replace(request, font=Font(context.blobs.put(b"no font at all")))
    with pytest.raises(InvalidInput, match="no font"):
        clip.perform(unread, context)


def test_it_stops_when_it_is_no_longer_wanted() -> None:
    context = HereContext(patience=1)
    with pytest.raises(Cancelled):
        clip.perform(asked(frames=40), context)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"frames": 0}, "0 frames; expected 1 to 20000"),
        ({"frames": 20_001}, "20001 frames"),
        ({"palette": ("#000000",)}, "palette of 1 colours"),
        ({"palette": ("#000000", "red")}, "is not a colour"),
        ({"energy": (0.5,)}, "energy of 1 frames"),
        ({"energy": (1.5,) * 12}, "outside 0 to 1"),
        ({"accents": ((12, 0.5),)}, "accent at frame 12"),
        ({"lines": ("HELLO",)}, "expected both for words"),
        ({"scene": SceneKind.WORDS, "lines": ()}, "expected both for words"),
        ({"scene": SceneKind.WORDS, "lines": ("A",) * 7, "font": Font(Digest.of_bytes(b""))},
         "7 lines"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_before_any_work(
    fields: dict[str, object], message: str
) -> None:
    request = asked(fields.pop("scene", SceneKind.FLOW), **fields)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match=message):
        clip.backend(request)


def test_planes_of_the_clip_fit_deliveries() -> None:
    planes = drawn(asked(frames=1))[0]
    assert isinstance(planes, Planes)
    assert planes.y.min() >= 16
    assert planes.y.max() <= 235
