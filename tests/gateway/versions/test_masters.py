"""Masters of a real film: without type, and as ProRes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import av
import numpy as np

from services.gateway.versions.masters import mezzanine, textless_master
from shared.media.audio import decode_audio
from shared.media.video import VideoReader
from tests.gateway.finished import Silent
from tests.gateway.versions.conftest import Approved


def _pixels(path: Path, frames: list[int]) -> list[np.ndarray]:
    with VideoReader(path) as reader:
        times = [frame / reader.frame_rate for frame in frames]
        return [shown.rgb(256, 144).astype(int) for shown in reader.frames_at(times)]


def test_a_textless_master_keeps_shots_without_type_and_the_sound(
    approved: Approved, tmp_path: Path
) -> None:
    out = tmp_path / "textless.mp4"
    master = asyncio.run(textless_master(approved.settings, approved.folder, out, Silent()))
    assert master.frames == approved.timeline.frame_count
    assert 1 <= master.clips_kept < master.clips
    assert master.report["summary"]["expected_packets_share"] == 1
    film = approved.folder / "film.mp4"
    before, after = decode_audio(film, 48_000), decode_audio(out, 48_000)
    assert np.array_equal(before, after)
    starts = approved.timeline.start_frames()
    kept = {shot["id"] for shot in master.report["shots"] if shot["kept"]}
    places = zip(approved.timeline.shots, starts, strict=True)
    plain = next(start for shot, start in places if shot.id in kept)
    typed = [20, plain + 1]  # the title is at rest on frame 20
    one, other = _pixels(film, typed), _pixels(out, typed)
    assert np.abs(one[0] - other[0]).max() > 60
    assert np.array_equal(one[1], other[1])


def test_a_mezzanine_is_rendered_from_the_sources_frame_by_frame(
    approved: Approved, tmp_path: Path
) -> None:
    out = tmp_path / "film.mov"
    master = asyncio.run(mezzanine(approved.settings, approved.folder, out, Silent()))
    count = approved.timeline.frame_count
    assert master.frames == count
    with av.open(str(out)) as container:
        assert container.streams.video[0].codec_context.name == "prores"
        assert container.streams.audio[0].codec_context.name == "pcm_s24le"
        assert sum(1 for _ in container.decode(video=0)) == count
    frames = [5, 20, count - 3]
    film = _pixels(approved.folder / "film.mp4", frames)
    assert np.abs(film[0] - film[1]).mean() > 14  # another frame is another picture
    for one, other in zip(film, _pixels(out, frames), strict=True):
        assert np.abs(one - other).mean() < 7
    heard = decode_audio(out, 48_000)
    assert abs(len(heard) - count * 1600) <= 1
