"""The film that was handed over, made odd: dropped timecode, a reversed and a baked-only shot."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from services.gateway.handover.edited import Edited, edited_timeline
from services.gateway.handover.package import FORMATS
from services.gateway.handover.returned import read_edited
from services.gateway.handover.sequence import Sequence
from shared.shot import Footage
from shared.sync_map import SAMPLE_RATE_HZ
from shared.timeline import Timeline
from shared.timing import sample_at_frame
from tests.gateway.handover.conftest import HandedOver

NTSC = Fraction(30000, 1001)


def odd_film(handed: HandedOver) -> tuple[Sequence, Timeline]:
    """At 29.97: shot 1 plays backwards, shot 2 is in its baked clip alone; others as they were."""
    first, second, *others = handed.sequence.events
    source = handed.timeline.shots[0].source
    assert isinstance(source, Footage)
    assert first.original is not None
    backwards = replace(
        first,
        original=replace(first.original, timecode="10:00:00;00", frame_rate=NTSC),
        start_seconds=source.start_seconds + (first.frames - 1) / NTSC,
        speed=Fraction(-1),
    )
    events = (backwards, replace(second, is_baked=True, notes=("generated",)), *others)
    shots = list(handed.timeline.shots)
    shots[0] = replace(shots[0], source=replace(source, is_reversed=True))
    sound = handed.timeline.sound
    assert sound is not None
    length = sample_at_frame(handed.timeline.frame_count, SAMPLE_RATE_HZ, NTSC)
    sound = replace(sound, length_samples=length)
    return (
        replace(handed.sequence, frame_rate=NTSC, events=events),
        replace(handed.timeline, frame_rate=NTSC, shots=tuple(shots), sound=sound),
    )


def back(text: str, file_name: str, film: Timeline, handed: HandedOver, folder: Path) -> Edited:
    """What a file of an editing program makes of the film."""
    path = folder / file_name
    path.write_text(text, encoding="utf-8")
    lengths = {
        event.original.blob: event.original.duration_seconds
        for event in handed.sequence.events
        if event.original and event.original.duration_seconds
    }
    return edited_timeline(read_edited(path), film, lengths)


def written(name: str, sequence: Sequence) -> tuple[str, str]:
    """(file name, text) of a format."""
    file_name, write = FORMATS[name]
    return file_name, write(sequence)
