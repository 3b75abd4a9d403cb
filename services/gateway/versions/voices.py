"""A voice in another language over locked picture: it fits into its time, or is refused.

Pure but for the store; how long a recording lasts is measured by whoever calls.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from services.gateway.versions.cue_type import Spoken
from shared.digest import Digest
from shared.errors import InvalidInput, NotFound
from shared.soundtrack import Tracks, Voice, VoiceLine
from shared.sync_map import SAMPLE_RATE_HZ
from shared.timeline import Timeline
from shared.timing import sample_at_frame

SOUND_SUFFIXES = (".wav", ".flac", ".mp3", ".m4a", ".ogg", ".opus")
_LEAD_SAMPLES = SAMPLE_RATE_HZ * 4 // 5
# A decoder's padding is no overrun.
_SLACK_SAMPLES = SAMPLE_RATE_HZ // 100
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording in the store, `length_samples` at 48 kHz; `name` is what people call it."""

    name: str
    audio: Digest
    length_samples: int


@dataclass(frozen=True, slots=True)
class Slot:
    """Where something is said: from a sample of the film, at most up to another."""

    text: str
    start_sample: int
    end_sample: int


def line_files(folder: Path) -> tuple[Path, ...]:
    """The recordings in a folder, one for each line, in the order of the number in their names.

    Raises `NotFound` and `InvalidInput` for other names, or numbers that do not count from 1.
    """
    if not folder.is_dir():
        raise NotFound(f"{folder}: no such folder; expected recordings, one for each line")
    files = [path for path in folder.iterdir() if path.suffix.lower() in SOUND_SUFFIXES]
    numbered: dict[int, Path] = {}
    for path in sorted(files):
        found = _NUMBER.findall(path.stem)
        if len(found) != 1 or int(found[0]) in numbered:
            raise InvalidInput(
                f"{path}: expected one number in each name, each number once (line 1 is 01.wav)"
            )
        numbered[int(found[0])] = path
    if sorted(numbered) != list(range(1, len(numbered) + 1)) or not numbered:
        raise InvalidInput(
            f"{folder}: recordings of the lines {sorted(numbered)}; expected 1, 2, 3 and so on"
        )
    return tuple(numbered[number] for number in sorted(numbered))


def slots_of(film: Timeline, spoken: Sequence[Spoken]) -> tuple[Slot, ...]:
    """Where a film's lines are said: its spoken lines, else the cues of the new captions."""
    rate, end = film.frame_rate, sample_at_frame(film.frame_count, SAMPLE_RATE_HZ, film.frame_rate)
    if film.tracks.lines:
        starts = [line.start_sample for line in film.tracks.lines]
        texts = [line.text for line in film.tracks.lines]
        if len(spoken) == len(texts):
            texts = [item.text for item in spoken]
    else:
        starts = [sample_at_frame(item.start_frame, SAMPLE_RATE_HZ, rate) for item in spoken]
        texts = [item.text for item in spoken]
    ends = [*starts[1:], end]
    return tuple(Slot(*slot) for slot in zip(texts, starts, ends, strict=True))


def voice_over(film: Timeline, recording: Recording, spoken: Sequence[Spoken]) -> Voice:
    """One recording, from where the film's voice begins; raises `InvalidInput` with the overrun."""
    end = sample_at_frame(film.frame_count, SAMPLE_RATE_HZ, film.frame_rate)
    start = _first(film, spoken)
    if start is None:
        start = max(0, min(_LEAD_SAMPLES, end - recording.length_samples))
    over = start + recording.length_samples - end
    if over > _SLACK_SAMPLES:
        raise InvalidInput(
            f"{recording.name}: lasts {_s(recording.length_samples)} s from {_s(start)} s on, "
            f"{_s(over)} s longer than the film; the picture is locked, expected a voice of at "
            f"most {_s(end - start)} s"
        )
    duck = {"duck_db": film.voice.duck_db} if film.voice else {}
    return Voice(recording.audio, start, **duck)


def voice_lines(recordings: Sequence[Recording], slots: Sequence[Slot]) -> tuple[VoiceLine, ...]:
    """One recording for each line, each in its place.

    Raises `InvalidInput` that names every line that is too long, with its overrun.
    """
    if len(recordings) != len(slots):
        raise InvalidInput(
            f"{len(recordings)} recordings for {len(slots)} lines; expected one for each"
        )
    told = []
    for number, (recording, slot) in enumerate(zip(recordings, slots, strict=True), start=1):
        room = slot.end_sample - slot.start_sample
        over = recording.length_samples - room
        if over > _SLACK_SAMPLES:
            told.append(
                f"line {number} ({recording.name}) is {_s(over)} s too long: "
                f"{_s(recording.length_samples)} s in {_s(room)} s"
            )
    if told:
        raise InvalidInput("; ".join(told))
    return tuple(
        VoiceLine(one.audio, slot.start_sample, one.length_samples, slot.text, is_guide=False)
        for one, slot in zip(recordings, slots, strict=True)
    )


def with_lines(film: Timeline, lines: tuple[VoiceLine, ...]) -> Tracks:
    """The film's tracks with other lines."""
    return Tracks(lines, film.tracks.effects)


def _first(film: Timeline, spoken: Sequence[Spoken]) -> int | None:
    if film.voice is not None:
        return film.voice.start_sample
    if film.tracks.lines:
        return film.tracks.lines[0].start_sample
    if spoken:
        return sample_at_frame(spoken[0].start_frame, SAMPLE_RATE_HZ, film.frame_rate)
    return None


def _s(samples: int) -> str:
    return f"{samples / SAMPLE_RATE_HZ:.2f}"
