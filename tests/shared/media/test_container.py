"""Which containers are opened, which streams count, and what headers promise."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

from shared.errors import InvalidInput
from shared.media.container import (
    Extent,
    find_audio,
    find_container_promise_seconds,
    find_promised_seconds,
    find_video,
    format_name,
    is_short,
    open_container,
)
from tests.shared.media.painting import numbered_video


@dataclass(frozen=True)
class Ticks:
    """What `Extent` reads of a packet."""

    pts: int | None
    duration: int | None
    time_base: Fraction | None = Fraction(1, 10)
    is_discard: bool = False


def test_a_container_of_pictures(tmp_path: Path) -> None:
    path = numbered_video(tmp_path / "a.mp4", 30)
    with open_container(path) as container:
        video = find_video(container)
        assert video is not None
        assert find_audio(container) is None
        assert format_name(container) == "mp4"
        assert find_promised_seconds(container, video, path) == pytest.approx(1.0)
        assert find_container_promise_seconds(container, 1) == pytest.approx(1.0)
        assert find_container_promise_seconds(container, 2) is None


def test_matroska_promises_in_its_tags(tmp_path: Path) -> None:
    path = numbered_video(tmp_path / "a.mkv", 45)
    with open_container(path) as container:
        video = find_video(container)
        assert video is not None
        assert video.duration is None
        assert find_promised_seconds(container, video, path) == pytest.approx(1.5, abs=0.01)


def test_a_transport_stream_promises_nothing(tmp_path: Path) -> None:
    path = numbered_video(tmp_path / "a.ts", 30)
    with open_container(path) as container:
        video = find_video(container)
        assert video is not None
        assert find_promised_seconds(container, video, path) is None


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "an empty file"),
        (b"Dear diary,\n\n" * 500, "text"),
        ("Grüße, 你好\n".encode() * 700, "text"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nhttp://127.0.0.1:9/a.ts\n", "text"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "text"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isomiso2\0\0\0\x08free", "a truncated or damaged MP4"),
        (b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + bytes(50), "a HEIC photo"),
        (bytes(5000), "data in no known format"),
    ],
)
def test_what_cannot_be_opened_is_named(tmp_path: Path, data: bytes, found: str) -> None:
    path = tmp_path / "secret-name.mp4"
    path.write_bytes(data)
    with pytest.raises(InvalidInput, match=f"found {found}") as refusal, open_container(path):
        pass
    assert "secret-name" not in str(refusal.value)
    assert "expected a photo" in str(refusal.value)


def test_a_folder_and_a_missing_file_are_refused_too(tmp_path: Path) -> None:
    for path, found in ((tmp_path, "Is a directory"), (tmp_path / "gone.mp4", "No such file")):
        with pytest.raises(InvalidInput, match=found) as refusal, open_container(path):
            pass
        assert str(tmp_path) not in str(refusal.value)


def test_extents() -> None:
    extent = Extent()
    assert extent.seconds == 0
    for packet in (Ticks(20, 5), Ticks(None, 5), Ticks(10, 5), Ticks(90, 5, is_discard=True)):
        extent = extent.with_packet(packet)
    assert extent == Extent(Fraction(1), Fraction(5, 2))
    assert extent.seconds == 1.5
    later = Extent(Fraction(2), Fraction(4))
    assert extent.union(later) == later.union(extent) == Extent(Fraction(1), Fraction(4))
    assert Extent().union(later) == later.union(Extent()) == later


@pytest.mark.parametrize(
    ("seconds", "promised", "short"),
    [
        (10, None, False),
        (10, 10, False),
        (9.6, 10, False),
        (9.4, 10, True),
        (96, 100, False),
        (94, 100, True),
        (0.1, 0.5, False),
        (20, 10, False),
    ],
)
def test_short_means_by_a_part_and_by_a_time(
    seconds: float, promised: float | None, short: bool
) -> None:
    assert is_short(seconds, promised) is short
