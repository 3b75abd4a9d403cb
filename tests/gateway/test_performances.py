"""Performance takes: placed by their sound, shown at the song's position to the frame."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from benchmarks.take_scenes import Take, song
from services.gateway.briefs import BriefSpec, ReferenceSpec
from services.gateway.edits.parse import parse_operation
from services.gateway.make import make_film
from services.gateway.material import Material, Stretch
from services.gateway.performances import Piece, placed
from services.gateway.revise import edit_film
from shared.brief import MediaKind, Pacing, Role, Size
from shared.performance import TakeSpan
from shared.schema import from_document
from shared.settings import Settings
from shared.sync_map import SAMPLE_RATE_HZ
from shared.take_sync import TakeSync
from shared.timeline import Timeline
from tests.gateway.synthetic import motion, reference
from tests.gateway.take_films import write_mono, write_take
from tests.gateway.test_make import Watcher

SECONDS = 13.5
FLASHES = tuple(float(time) for time in np.arange(0.53, SECONDS - 0.3, 0.837))
RATE = Fraction(30)
PERFORMANCE = (Role.PERFORMANCE,)


@dataclass(frozen=True)
class Filmed:
    settings: Settings
    folder: Path
    timeline: Timeline
    report: dict[str, Any]


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> Filmed:
    """Two takes of one song, of other rates and places, and one of another song."""
    folder = tmp_path_factory.mktemp("takes")
    samples = song(SECONDS, 21)
    write_mono(folder / "song.wav", samples)
    close, wide = folder / "close.mp4", folder / "wide.mp4"
    write_take(close, samples, Take(-0.7123, 15, 180), FLASHES, hue=0)
    delayed = Take(-1.291, 15.5, -120)
    rate = Fraction(30000, 1001)
    write_take(wide, samples, delayed, FLASHES, frame_rate=rate, hue=1, sound_delay_seconds=0.3)
    write_take(folder / "other.mp4", song(12, 99), Take(0.0, 9.0), (), hue=2)
    references = tuple(
        ReferenceSpec(folder / f"{name}.mp4", name, PERFORMANCE)
        for name in ("close", "wide", "other")
    )
    spec = BriefSpec(
        song=folder / "song.wav",
        references=references,
        pacing=Pacing.DRIVING,
        size=Size(160, 90),
        frame_rate=RATE,
    )
    settings = Settings(tmp_path_factory.mktemp("store"))
    made = asyncio.run(make_film(settings, spec, folder / "film", draft=False, watcher=Watcher()))
    return Filmed(settings, made.folder, timeline_of(made.folder), made.report)


def timeline_of(folder: Path) -> Timeline:
    return from_document(Timeline, json.loads((folder / "timeline.json").read_text()))


def test_flashes_of_the_takes_are_seen_at_their_time_of_the_song(filmed: Filmed) -> None:
    assert_flashes_in_time(filmed.folder, filmed.timeline)


def test_takes_are_switched_and_never_follow_themselves(filmed: Filmed) -> None:
    handles = [shot.source.handle for shot in filmed.timeline.shots]
    takes = {item.handle: item for item in filmed.timeline.performances}
    assert takes.keys() == {"close", "wide"}
    assert float(takes["close"].speed) == pytest.approx(1 - 180e-6, abs=4e-6)
    assert float(takes["wide"].speed) == pytest.approx(1 + 120e-6, abs=4e-6)
    assert {"close", "wide"} <= set(handles)
    assert not any(one == other for one, other in pairwise(handles) if one in takes)


def test_no_shot_of_a_take_is_slipped_or_warped(filmed: Filmed) -> None:
    shots = {shot["id"]: shot for shot in filmed.report["shots"]}
    for shot in filmed.timeline.shots:
        if shot.source.handle != "other":
            assert shot.source.earlier_seconds == shot.source.later_seconds == 0
            assert shots[shot.id]["motion"] is None


def test_a_take_of_another_song_is_a_warning_and_ordinary_footage(filmed: Filmed) -> None:
    (warning,) = [text for text in filmed.report["warnings"] if "no performance" in text]
    assert warning.startswith("@other is no performance of this song: its sound was not found")
    assert "ordinary footage" in warning
    assert not any("slowed" in text for text in filmed.report["warnings"])


def test_shots_that_move_are_in_time_again(filmed: Filmed, tmp_path: Path) -> None:
    shots = filmed.timeline.shots
    index = next(
        i for i, shot in enumerate(shots[2:-2], 2) if shot.source.handle in ("close", "wide")
    )
    operations = [
        {"op": "extend", "shot": shots[index].id, "frames": 4, "side": "start"},
        {"op": "split", "shot": shots[index].id, "frame": 12},
        {"op": "remove", "shot": shots[1].id, "ripple": True},
    ]
    made = asyncio.run(
        edit_film(
            filmed.settings,
            filmed.folder,
            [parse_operation(operation) for operation in operations],
            tmp_path / "edited",
            verify_all=False,
            watcher=Watcher(),
        )
    )
    after = timeline_of(made.folder)
    assert after.frame_count < filmed.timeline.frame_count
    assert_flashes_in_time(made.folder, after)


def assert_flashes_in_time(folder: Path, timeline: Timeline) -> None:
    """Every flash is seen within a frame of its time, in every shot of a take, and no other."""
    takes = {item.handle for item in timeline.performances}
    assert timeline.sound is not None
    start = timeline.sound.start_sample / SAMPLE_RATE_HZ
    lumas = luma_of(folder / "film.mp4")
    seen = {index for index, luma in enumerate(lumas) if luma > 200}
    shown = {
        index
        for shot, first in zip(timeline.shots, timeline.start_frames(), strict=True)
        if shot.source.handle in takes
        for index in range(first, first + shot.frames)
    }
    assert len(shown) > 0.5 * timeline.frame_count
    expected = [(time - start) * float(RATE) for time in FLASHES]
    inside = [at for at in expected if {round(at) + n for n in (-2, -1, 0, 1, 2)} <= shown]
    assert len(inside) >= 5
    # A picture is seen for its whole frame: its middle is compared. The take's own frame, which
    # may be lit by a flash at its edge, lasts 1.2 frames of the film at 25 a second.
    offsets = [min((frame + 0.5 - at for frame in seen), key=abs) for at in inside]
    assert max(map(abs, offsets)) <= 1.0
    assert abs(sum(offsets) / len(offsets)) < 0.35
    assert all(min(abs(frame + 0.5 - at) for at in expected) <= 1.7 for frame in seen)


def luma_of(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        frames = container.decode(video=0)
        return [float(frame.to_ndarray(format="gray").mean()) for frame in frames]


def test_a_take_is_placed_in_every_piece_of_an_edited_song() -> None:
    clip = reference("take", MediaKind.VIDEO, Role.PERFORMANCE)
    seen = motion(20)
    stretch = Stretch(clip, seen, 0, len(seen.pts) - 1, (50.0, 0.0, 0.0))
    sync = TakeSync(5.0 * SAMPLE_RATE_HZ, 100.0, 0.9, True, "found")
    first = Piece(Fraction(0), Fraction(8), Fraction(2))
    second = Piece(Fraction(8), Fraction(12), Fraction(21))
    found = placed(clip, sync, Material((stretch,), ()), [first, second])
    assert found.speed == 1 / (1 + Fraction(1, 10_000))
    early, late = found.spans
    # 5 s of the song, where the take begins, are 3 s of the edit.
    assert early == TakeSpan(Fraction(3), Fraction(8), Fraction(0))
    assert late == TakeSpan(Fraction(8), Fraction(12), 16 * found.speed)
    assert found.window_start(Fraction(7), 45, RATE) is None  # over the join
    window = found.window_start(Fraction(9), 30, RATE)
    assert window == (17 + Fraction(1, 60)) * found.speed
