"""Assembly: a film from blobs, and refusals that name the segment that does not join."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from services.gateway import assemble, mix
from shared.brief import Size
from shared.digest import Digest
from shared.errors import InvalidInput, MissingBlob, ModelFailure
from shared.media.segment import Segment
from shared.requests import AssembleRequest, MixRequest
from tests.gateway.films import RATES, Here, assembled, segment, shots_of, shown, song, wav

RATE = Fraction(30)
Change = Callable[[Segment], Segment]


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_film_shows_every_segment_at_its_time(rate: Fraction, tmp_path: Path) -> None:
    here = Here()
    path = tmp_path / "film.mp4"
    path.write_bytes(here.blobs.read(assembled(here, shots_of([9, 1, 14], rate), rate)))
    assert shown(path) == ([k / rate for k in range(24)], list(range(100, 124)))


def test_one_segment_may_stand_twice(tmp_path: Path) -> None:
    here = Here()
    path = tmp_path / "film.mp4"
    part = segment(7, 5)
    path.write_bytes(here.blobs.read(assembled(here, [part, segment(50, 3), part])))
    assert shown(path)[1] == [*range(7, 12), *range(50, 53), *range(7, 12)]


def test_same_request_gives_same_film() -> None:
    digests = set()
    for _ in range(2):
        here = Here()
        audio = here.blobs.put(wav(song(2)))
        soundtrack = mix.perform(MixRequest(audio, 0, 32_000, 0), here)
        digests.add(assembled(here, shots_of([12, 8]), RATE, soundtrack))
    assert len(digests) == 1


def test_progress_ends_at_one() -> None:
    here = Here()
    assembled(here, shots_of([3, 3, 3]))
    assert here.told == [pytest.approx(1 / 3), pytest.approx(2 / 3), 1.0]


def _other_size(part: Segment) -> Segment:
    return segment(9, 4, size=Size(192, 108))


def _other_configuration(part: Segment) -> Segment:
    return dataclasses.replace(part, extradata=part.extradata + b"\0")


def _start_codes(part: Segment) -> Segment:
    return dataclasses.replace(part, extradata=b"\0\0\0\1" + part.extradata)


def _other_rate(part: Segment) -> Segment:
    return segment(9, 4, Fraction(25))


def _no_key(part: Segment) -> Segment:
    first = dataclasses.replace(part.packets[0], is_key=False)
    return dataclasses.replace(part, packets=(first, *part.packets[1:]))


def _frame_lost(part: Segment) -> Segment:
    return dataclasses.replace(part, packets=(part.packets[0], *part.packets[2:]))


def _delayed(part: Segment) -> Segment:
    packets = [dataclasses.replace(packet, dts=packet.dts - 1) for packet in part.packets]
    return dataclasses.replace(part, packets=tuple(packets))


def _sound(part: Segment) -> Segment:
    return dataclasses.replace(part, codec="aac")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (_other_size, "192x108, the first is 160x90"),
        (_other_configuration, "extradata"),
        (_start_codes, "avcC"),
        (_other_rate, "time base is 1/25, expected 1/30"),
        (_no_key, "key frame"),
        (_frame_lost, "times are not 0 to"),
        (_delayed, "delayed by 3, the first by 2"),
        (_sound, "found aac"),
    ],
)
def test_odd_segment_is_named(change: Change, fault: str) -> None:
    here = Here()
    parts = shots_of([4, 5, 6])
    odd = change(parts[1])
    with pytest.raises(ModelFailure, match=fault) as caught:
        assembled(here, [parts[0], odd, parts[2]])
    assert "segment 2 of 3" in caught.value.message
    assert Digest.of_bytes(odd.to_bytes()).short in caught.value.message


def test_odd_soundtrack_is_named() -> None:
    here = Here()
    pictures = here.blobs.put(segment(1, 3).to_bytes())
    with pytest.raises(ModelFailure, match=f"soundtrack {pictures.short} .*h264; expected aac"):
        assembled(here, [segment(1, 3)], RATE, pictures)


def test_film_without_segments_is_refused() -> None:
    with pytest.raises(InvalidInput, match="at least one segment"):
        assemble.backend(AssembleRequest((), None, RATE))


def test_missing_and_foreign_blobs_are_refused() -> None:
    here = Here()
    gone = Digest.of_bytes(b"gone")
    with pytest.raises(MissingBlob):
        assemble.perform(AssembleRequest((gone,), None, RATE), here)
    text = here.blobs.put(b"some text that is no segment")
    with pytest.raises(InvalidInput, match="not an Onbeat segment"):
        assemble.perform(AssembleRequest((text,), None, RATE), here)


@pytest.mark.parametrize("module", ["mix", "assemble", "inspect_film"])
def test_importing_the_action_is_cheap(module: str) -> None:
    # The process that only computes keys imports it as well.
    code = (
        f"import sys, services.gateway.{module} as m; "
        "print([n for n in ('av', 'numpy', 'PIL', 'cv2', 'scipy') if n in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
