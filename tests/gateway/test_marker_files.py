"""Marker files, read back by the csv module and by OpenTimelineIO."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pytest

from services.gateway.marker_files import counts_in_words, marker_file
from services.gateway.markers import markers_of
from shared.errors import InvalidInput
from shared.sync_map import Beat, Section, SpokenText, SyncMap

SECOND = 48_000
NTSC = Fraction(30000, 1001)
HEARD = SyncMap(
    10 * SECOND,
    1.0,
    120.0,
    0.9,
    (Beat(24_001, 0.25), Beat(48_001, 1.0)),
    (),
    (),
    downbeats=(24_001,),
    sections=(Section(24_001, 9 * SECOND, "verse, quiet"),),
    words=(SpokenText('said "go"', 60_000, 72_000, 0.5),),
)
SONG = Path("a song #1.wav")


def test_csv_has_a_row_for_each_marker_with_exact_seconds() -> None:
    rows = list(csv.DictReader(io.StringIO(marker_file(HEARD, SONG, NTSC, Path("m.csv")).decode())))
    assert [row["kind"] for row in rows] == ["section", "bar", "beat", "beat", "word"]
    assert [row["name"] for row in rows] == ["verse, quiet", "bar 1", "1.1", "1.2", 'said "go"']
    assert rows[2]["seconds"] == "0.500021"
    assert rows[2]["frame"] == "15"  # 14.99 at 29.97
    assert (rows[0]["end_seconds"], rows[0]["end_frame"]) == ("9.000000", "270")
    assert rows[4]["strength"] == "0.5000"


def test_otio_carries_the_markers_on_the_song() -> None:
    text = marker_file(HEARD, SONG, NTSC, Path("m.OTIO")).decode()
    timeline = otio.adapters.read_from_string(text, "otio_json")
    (clip,) = timeline.find_clips()
    assert clip.media_reference.target_url.endswith("a%20song%20%231.wav")
    assert clip.source_range.duration.value == 300
    assert [marker.metadata["onbeat"]["start_sample"] for marker in clip.markers] == [
        marker.start_sample for marker in markers_of(HEARD)
    ]
    section, word = clip.markers[0], clip.markers[4]
    assert (section.name, section.color) == ("verse, quiet", "RED")
    assert section.marked_range.start_time.value == 15
    assert section.marked_range.end_time_exclusive().value == 270
    assert section.marked_range.start_time.rate == pytest.approx(29.97, abs=1e-3)
    assert (word.name, word.metadata["onbeat"]["strength"]) == ('said "go"', 0.5)


def test_silence_is_a_clip_without_markers() -> None:
    silent = SyncMap(SECOND, 0.0, None, 0.0, (), (), ())
    timeline = otio.adapters.read_from_string(
        marker_file(silent, SONG, Fraction(30), Path("m.otio")).decode(), "otio_json"
    )
    (clip,) = timeline.find_clips()
    assert list(clip.markers) == []


@pytest.mark.parametrize("name", ["m.txt", "m"])
def test_another_ending_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match=r"m.*: markers are written as \.csv or \.otio"):
        marker_file(HEARD, SONG, NTSC, Path(name))


def test_counts_are_said_in_words() -> None:
    assert counts_in_words(markers_of(HEARD)) == "2 beats, 1 bar, 1 section, 1 word"
    assert counts_in_words(()) == "none"
