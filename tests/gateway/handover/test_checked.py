"""A timeline that somebody else wrote is refused soon where it holds what no film can."""

from __future__ import annotations

import zipfile
from pathlib import Path

import opentimelineio as otio
import pytest

from services.gateway.handover import checked
from services.gateway.handover.returned import read_edited
from shared.errors import InvalidInput

Time, Range = otio.opentime.RationalTime, otio.opentime.TimeRange


def timeline(*items: otio.core.Composable) -> otio.schema.Timeline:
    made = otio.schema.Timeline("edited")
    made.tracks.append(otio.schema.Track("V1", list(items), kind="Video"))
    return made


def clip(start: float = 0, length: float = 30, rate: float = 30) -> otio.schema.Clip:
    return otio.schema.Clip("one", source_range=Range(Time(start, rate), Time(length, rate)))


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (clip(length=1e300), "one: length: .* seconds; expected 0 to 172800"),
        (clip(length=float("nan")), "one: length: nan seconds"),
        (clip(length=-30), "one: length: -1 seconds"),
        (clip(start=float("inf")), "one: start: inf seconds"),
        (clip(rate=0), "one: .* 0 a second; expected 1 to 192000"),
        (clip(rate=float("nan")), "nan a second"),
        (otio.schema.Clip("one"), "one: has no range"),
        (
            otio.schema.Transition("x", "SMPTE_Dissolve", Time(-40, 30), Time(4, 30)),
            "x: in: .* expected 0",
        ),
    ],
)
def test_impossible_times_are_refused(item: otio.core.Composable, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        checked.check_timeline(timeline(item), "edited.otio")


def test_a_speed_that_is_no_number_is_refused() -> None:
    item = clip()
    item.effects.append(otio.schema.LinearTimeWarp("speed", time_scalar=float("nan")))
    with pytest.raises(InvalidInput, match="speed nan"):
        checked.check_timeline(timeline(item), "edited.otio")


def test_a_possible_timeline_passes() -> None:
    checked.check_timeline(timeline(clip(), clip(start=-12)), "edited.otio")


def test_deep_nesting_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / "deep.otio"
    path.write_text("[" * 1_000_000 + "]" * 1_000_000)
    with pytest.raises(InvalidInput, match="nested deeper than 200"):
        read_edited(path)


def test_brackets_in_texts_are_no_nesting(tmp_path: Path) -> None:
    item = clip()
    item.name = '[{"' * 300 + "\\"
    path = tmp_path / "odd.otio"
    otio.adapters.write_to_file(timeline(item), str(path))
    assert read_edited(path).name == "edited"


def test_too_many_clips_and_bytes_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "many.otio"
    otio.adapters.write_to_file(timeline(*(clip() for _ in range(5))), str(path))
    monkeypatch.setattr(checked, "MAX_ITEMS", 4)
    with pytest.raises(InvalidInput, match="5 clips; expected at most 4"):
        read_edited(path)
    monkeypatch.setattr(checked, "MAX_BYTES", 1 << 10)
    with pytest.raises(InvalidInput, match="bytes of timeline"):
        read_edited(path)


def test_a_bundle_is_measured_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checked, "MAX_BYTES", 1 << 20)
    path = tmp_path / "bomb.otioz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("content.otio", b" " * (8 << 20))
    with pytest.raises(InvalidInput, match="1048577 bytes of timeline; expected at most 1 MiB"):
        read_edited(path)
    path.write_bytes(b"PK nothing")
    with pytest.raises(InvalidInput, match=r"no \.otioz bundle"):
        read_edited(path)


def test_a_timeline_without_tracks_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "none.otio"
    path.write_text('{"OTIO_SCHEMA": "Timeline.1", "metadata": {}, "name": "x", "tracks": null}')
    with pytest.raises(InvalidInput, match="has no tracks"):
        read_edited(path)
