"""Markers as files: CSV for spreadsheets and scripts, OpenTimelineIO for editing programs."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

from services.gateway.markers import Marker, MarkerKind, markers_of
from shared.errors import InvalidInput
from shared.sync_map import SAMPLE_RATE_HZ, SyncMap
from shared.timing import format_frame_rate, frame_at_sample

_COLUMNS = ("seconds", "end_seconds", "frame", "end_frame", "kind", "name", "strength")
# Sections stand out, beats recede; the words are the names of OTIO's marker colours.
_COLORS = {
    MarkerKind.SECTION: "RED",
    MarkerKind.BREAK: "PURPLE",
    MarkerKind.BUILD: "ORANGE",
    MarkerKind.DROP: "MAGENTA",
    MarkerKind.PHRASE: "YELLOW",
    MarkerKind.BAR: "GREEN",
    MarkerKind.BEAT: "CYAN",
    MarkerKind.SENTENCE: "BLUE",
    MarkerKind.WORD: "WHITE",
}

Writer = Callable[[SyncMap, Path, Fraction], bytes]


def marker_file(sync_map: SyncMap, audio: Path, frame_rate: Fraction, path: Path) -> bytes:
    """What to write to a file of markers, by its ending: .csv or .otio.

    Seconds are exact to the microsecond; frames are the nearest at `frame_rate`. Raises
    `InvalidInput` for another ending.
    """
    return writer_for(path)(sync_map, audio, frame_rate)


def writer_for(path: Path) -> Writer:
    """Who writes markers to such a file; raises `InvalidInput` if nobody does."""
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise InvalidInput(f"{path}: markers are written as {' or '.join(WRITERS)}")
    return writer


def _csv(sync_map: SyncMap, audio: Path, frame_rate: Fraction) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for marker in markers_of(sync_map):
        start, end = _frames(marker, frame_rate)
        rows.writerow(
            (
                f"{marker.start_sample / SAMPLE_RATE_HZ:.6f}",
                f"{marker.end_sample / SAMPLE_RATE_HZ:.6f}",
                start,
                end,
                marker.kind.value,
                marker.name,
                f"{marker.strength:.4f}",
            )
        )
    return text.getvalue().encode("utf-8")


def _otio(sync_map: SyncMap, audio: Path, frame_rate: Fraction) -> bytes:
    """A timeline of one audio clip that carries the markers, in whole frames.

    The exact sample of each stands in its metadata, under "onbeat".
    """
    import opentimelineio as otio

    rate = float(frame_rate)

    def time_range(start: int, length: int) -> otio.opentime.TimeRange:
        return otio.opentime.TimeRange(
            otio.opentime.RationalTime(start, rate), otio.opentime.RationalTime(length, rate)
        )

    length = max(1, frame_at_sample(sync_map.duration_samples, SAMPLE_RATE_HZ, frame_rate))
    clip = otio.schema.Clip(
        name=audio.name,
        media_reference=otio.schema.ExternalReference(
            target_url=audio.resolve().as_uri(), available_range=time_range(0, length)
        ),
        source_range=time_range(0, length),
    )
    for marker in markers_of(sync_map):
        start, end = _frames(marker, frame_rate)
        clip.markers.append(
            otio.schema.Marker(
                name=marker.name,
                marked_range=time_range(start, end - start),
                color=_COLORS[marker.kind],
                metadata={
                    "onbeat": {
                        "kind": marker.kind.value,
                        "start_sample": marker.start_sample,
                        "end_sample": marker.end_sample,
                        "sample_rate_hz": SAMPLE_RATE_HZ,
                        "strength": marker.strength,
                    }
                },
            )
        )
    track = otio.schema.Track(name="song", kind=otio.schema.TrackKind.Audio, children=[clip])
    timeline = otio.schema.Timeline(name=audio.stem, tracks=[track])
    timeline.metadata["onbeat"] = {
        "frame_rate": format_frame_rate(frame_rate),
        "tempo_bpm": sync_map.tempo_bpm,
    }
    return bytes(otio.adapters.write_to_string(timeline, "otio_json").encode("utf-8"))


def _frames(marker: Marker, frame_rate: Fraction) -> tuple[int, int]:
    start, end = (
        frame_at_sample(sample, SAMPLE_RATE_HZ, frame_rate)
        for sample in (marker.start_sample, marker.end_sample)
    )
    return start, end


WRITERS: dict[str, Writer] = {".csv": _csv, ".otio": _otio}


def counts_in_words(markers: Sequence[Marker]) -> str:
    """How many markers there are of each kind: "64 beats, 16 bars"; "none" of nothing."""
    counts = Counter(marker.kind for marker in markers)
    return ", ".join(_count(kind, counts[kind]) for kind in MarkerKind if counts[kind]) or "none"


def _count(kind: MarkerKind, number: int) -> str:
    return f"{number} {kind.value}{'s' if number != 1 else ''}"
