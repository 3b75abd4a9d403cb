"""A shot rendered in part: the same frames as in the whole, and beyond its ends."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.generator import render
from shared.brief import MediaKind, Size
from shared.errors import InvalidInput
from shared.media.decode import decode_segment, frame_hash
from shared.requests import Delivery
from shared.shot import Accent, Grade, Move, MoveKind
from tests.generator.conftest import HereContext, MakeRequest, Render
from tests.generator.test_photo import chart, square
from tests.shared.media.painting import numbered_video, read_number

PUSH = Move(MoveKind.PUSH_IN, 0.3)


@pytest.fixture
def sources(tmp_path: Path) -> dict[MediaKind, Path]:
    return {
        MediaKind.VIDEO: numbered_video(tmp_path / "v.mp4", 90),
        MediaKind.IMAGE: chart(tmp_path / "p.png", 900, 600),
    }


def finished(
    make_request: MakeRequest, context: HereContext, *how: Any, **fields: Any
) -> list[str]:
    frames = render.finished_frames(make_request(*how, **fields), context)
    return [frame_hash(planes) for planes in frames]


def shown(render_segment: Render, *how: Any, **fields: Any) -> list[int]:
    segment = render_segment(*how, **fields)
    return [read_number(planes.y) for planes in decode_segment(segment)]


@pytest.mark.parametrize("kind", [MediaKind.VIDEO, MediaKind.IMAGE])
@pytest.mark.parametrize("move", [Move(), PUSH, Move(MoveKind.PAN_LEFT, 0.2)])
def test_the_span_of_the_whole_shot_gives_the_same_bytes(
    sources: dict[MediaKind, Path], render_segment: Render, kind: MediaKind, move: Move
) -> None:
    fields = {"kind": kind, "move": move, "accents": (Accent(12, 1.0),)}
    whole = render_segment(sources[kind], 20, **fields)
    assert render_segment(sources[kind], 20, span=(0, 20), **fields).to_bytes() == whole.to_bytes()


@pytest.mark.parametrize("kind", [MediaKind.VIDEO, MediaKind.IMAGE])
@pytest.mark.parametrize("move", [Move(), PUSH])
@pytest.mark.parametrize("span", [(0, 7), (5, 13), (11, 20)])
def test_a_part_has_the_frames_of_the_whole(
    sources: dict[MediaKind, Path],
    make_request: MakeRequest,
    context: HereContext,
    kind: MediaKind,
    move: Move,
    span: tuple[int, int],
) -> None:
    fields: dict[str, Any] = {
        "kind": kind,
        "move": move,
        "accents": (Accent(12, 1.0),),
        "grade": Grade(warmth=0.5),
    }
    if kind is MediaKind.VIDEO:
        fields |= {"start_seconds": Fraction(2, 3), "speed": Fraction(4, 5)}
    whole = finished(make_request, context, sources[kind], 20, **fields)
    part = finished(make_request, context, sources[kind], 20, span=span, **fields)
    assert part == whole[span[0] : span[1]]
    if move is PUSH:
        assert len(set(part)) == len(part)


def test_the_source_plays_on_beyond_the_shot(
    sources: dict[MediaKind, Path], render_segment: Render
) -> None:
    path = sources[MediaKind.VIDEO]
    start = Fraction(1)
    assert shown(render_segment, path, 20, start_seconds=start, span=(-6, 4)) == [*range(24, 34)]
    assert shown(render_segment, path, 20, start_seconds=start, span=(17, 25)) == [*range(47, 55)]
    assert shown(render_segment, path, 20, start_seconds=start, span=(-30, -28)) == [0, 1]
    slow = {"start_seconds": start, "speed": Fraction(1, 2), "span": (-6, 4)}
    assert shown(render_segment, path, 20, **slow) == [(60 + k) // 2 for k in range(-6, 4)]


def test_the_camera_rests_beyond_the_shot(
    sources: dict[MediaKind, Path], render_segment: Render
) -> None:
    fields: dict[str, Any] = {
        "kind": MediaKind.IMAGE,
        "move": Move(MoveKind.PUSH_IN, 0.4),
        "accents": (Accent(20, 1.0),),
        "delivery": Delivery(Size(320, 180), Fraction(30)),
    }
    path = sources[MediaKind.IMAGE]
    whole = [square(p)[2] for p in decode_segment(render_segment(path, 30, **fields))]
    before = [
        square(p)[2] for p in decode_segment(render_segment(path, 30, span=(-8, 0), **fields))
    ]
    after = [
        square(p)[2] for p in decode_segment(render_segment(path, 30, span=(30, 38), **fields))
    ]
    assert whole[-1] / whole[0] == pytest.approx(1 / 0.6, rel=0.02)
    assert before == pytest.approx([whole[0]] * 8, rel=0.01)
    assert after == pytest.approx([whole[-1]] * 8, rel=0.01)
    assert np.ptp(after) < 0.01 * after[0]


def test_a_source_without_enough_room_is_refused(
    sources: dict[MediaKind, Path], render_segment: Render
) -> None:
    path = sources[MediaKind.VIDEO]  # 3 s
    with pytest.raises(InvalidInput, match=r"from -0\.067 s; the clip begins at 0 s"):
        render_segment(path, 20, start_seconds=Fraction(1, 10), span=(-5, 5))
    with pytest.raises(InvalidInput, match=r"ends at 3\.000 s.*up to 3\.167 s"):
        render_segment(path, 20, start_seconds=Fraction(7, 3), span=(15, 25))
    assert len(shown(render_segment, path, 20, start_seconds=Fraction(7, 3), span=(10, 20))) == 10


def test_progress_counts_the_frames_of_the_span(
    sources: dict[MediaKind, Path], make_request: MakeRequest, context: HereContext
) -> None:
    request = make_request(sources[MediaKind.VIDEO], 20, span=(4, 16))
    render.perform(request, context)
    assert context.reports == [0, 4 / 12, 8 / 12]
