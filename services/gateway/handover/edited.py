"""What an editing program has made of a film, as the next timeline of it. A pure function.

Read is the first track of pictures and the song. Clips are known by the id that the hand-over gave
them, else by the name of their file. What cannot be done is listed, never done halfway.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any

import opentimelineio as otio

from services.gateway.edits.place import is_picture
from services.gateway.handover.otio_file import BAKED, METADATA, ORIGINAL
from shared.brief import MediaKind
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.shot import Accent, Footage, Shot, new_shot_id
from shared.sync_map import SAMPLE_RATE_HZ
from shared.timeline import SongWindow, Timeline, Transition, TransitionKind
from shared.timing import round_half_up, sample_at_frame

_CAPTIONS = "Captions"
_KINDS = {kind.value: kind for kind in TransitionKind}
_MIN_SPEED, _MAX_SPEED = Fraction(1, 4), Fraction(4)


@dataclass(frozen=True, slots=True)
class Edited:
    """The next timeline, its clips locked, and what the program did that a film cannot have."""

    timeline: Timeline
    left_out: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(slots=True)
class _Reading:
    film: Timeline
    lengths: Mapping[Digest, Fraction]
    shots: list[Shot] = field(default_factory=list)
    transitions: list[Transition] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    used: Counter[str] = field(default_factory=Counter)
    number: int = 0
    pending: tuple[TransitionKind, int] | None = None


def edited_timeline(
    edited: otio.schema.Timeline, film: Timeline, lengths: Mapping[Digest, Fraction]
) -> Edited:
    """The film as it was edited; `lengths` are the seconds of its clips.

    Raises `InvalidInput` for a timeline without pictures, or without a clip of this film.
    """
    tracks = [t for t in edited.video_tracks() if t.name != _CAPTIONS and len(t)]
    if not tracks:
        raise InvalidInput("the timeline has no pictures; expected a track of clips")
    reading = _Reading(film, lengths, number=film.next_shot_number)
    for item in tracks[0]:
        _read(item, reading)
    reading.left_out += [f"track {t.name!r}: only the first has a place" for t in tracks[1:]]
    if not reading.shots:
        raise InvalidInput("no clip of the timeline is of this film; expected some")
    frames = sum(shot.frames for shot in reading.shots)
    before = {shot.id: replace(shot, is_locked=True) for shot in film.shots}
    changed = tuple(shot.id for shot in reading.shots if before.get(shot.id) != shot)
    timeline = replace(
        film,
        shots=tuple(reading.shots),
        transitions=tuple(_possible(reading)),
        sound=_sound(edited, film, frames, reading.left_out),
        next_shot_number=reading.number,
    )
    return Edited(timeline, tuple(reading.left_out), changed)


def _read(item: Any, reading: _Reading) -> None:
    name = item.name or type(item).__name__
    if isinstance(item, otio.schema.Transition):
        kind = _KINDS.get(str(item.metadata.get(METADATA, {}).get("kind", "")))
        if kind is None:
            is_dissolve = item.transition_type == otio.schema.TransitionTypes.SMPTE_Dissolve
            kind = TransitionKind.DISSOLVE
            if not is_dissolve:
                reading.left_out.append(f"transition {name!r}: made a dissolve")
        length = _frames(item.in_offset, reading) + _frames(item.out_offset, reading)
        reading.pending = (kind, length)
        return
    frames = _frames(item.trimmed_range().duration, reading)
    if frames < 1:
        reading.left_out.append(f"{name!r}: shorter than a frame")
        return
    shot = _shot(item, frames, name, reading) if isinstance(item, otio.schema.Clip) else None
    if shot is None:
        _fill(frames, name, reading)
        return
    if reading.pending and reading.shots:
        reading.transitions.append(Transition(shot.id, *reading.pending))
    reading.pending = None
    reading.shots.append(shot)


def _shot(clip: Any, frames: int, name: str, reading: _Reading) -> Shot | None:
    """The shot of a clip, None for one that the film has nothing for."""
    about = _mapping(clip.metadata.get(METADATA))
    known = {shot.id: shot for shot in reading.film.shots}.get(str(about.get("shot", "")))
    speed = _speed(clip, name, reading)
    if known is None:
        return _new(clip, frames, speed, name, reading)
    shot = known
    if reading.used[known.id]:
        shot = replace(known, id=_next_id(reading), is_pinned=False)
    reading.used[known.id] += 1
    if isinstance(known.source, Footage):
        key = clip.active_media_reference_key
        was = _mapping(_mapping(about.get("ranges")).get(key))
        shown = _moved(clip, known, was, key, speed, frames, reading)
        shot = replace(shot, source=_within(shown, frames, name, reading))
    elif speed is not None:
        reading.left_out.append(f"{name!r}: a generated shot keeps its speed")
    if frames != known.frames:
        inside = [accent for accent in shot.accents if accent.frame < frames]
        shot = replace(shot, frames=frames, accents=tuple(inside), looks=_looks(shot, frames))
    return replace(shot, is_locked=True)


def _mapping(value: Any) -> Mapping[str, Any]:
    """What a program has left of our metadata, which may be anything."""
    return value if isinstance(value, Mapping) else {}


def _looks(shot: Shot, frames: int) -> tuple[Any, ...]:
    return tuple(look for look in shot.looks if look.frame < frames)


def _moved(
    clip: Any,
    shot: Shot,
    was: Mapping[str, Any],
    key: str,
    speed: Fraction | None,
    frames: int,
    reading: _Reading,
) -> Footage:
    """The window as far as the clip's range was moved since the hand-over."""
    source = shot.source
    assert isinstance(source, Footage)
    start = clip.trimmed_range().start_time
    began = was.get("start")
    if isinstance(began, int | float) and math.isfinite(began) and source.kind is MediaKind.VIDEO:
        rate = Fraction(str(start.rate)).limit_denominator(1001)
        ticks = Fraction(str(start.value)) - Fraction(str(began))
        seconds = ticks / rate * (source.speed if key == BAKED else 1)
        if key == BAKED and source.is_reversed:
            # The baked clip runs forwards through what the window shows from its end.
            shorter = (shot.frames - frames) / reading.film.frame_rate
            seconds = shorter * source.speed - seconds
        # A tick of the number's last digit is no move.
        if abs(seconds * rate) > Fraction(1, 100):
            source = replace(source, start_seconds=source.start_seconds + seconds)
    wanted = abs(speed) if speed is not None else Fraction(1)
    has_speed = key == ORIGINAL and source.kind is MediaKind.VIDEO and not source.levels
    if has_speed and abs(wanted - source.speed) > Fraction(1, 1000):
        source = replace(source, speed=wanted)
    if has_speed:
        source = replace(source, is_reversed=speed is not None and speed < 0)
    return source


def _within(source: Footage, frames: int, name: str, reading: _Reading) -> Footage:
    """The window inside its clip; one that reaches out is moved, and that is listed."""
    length = reading.lengths.get(source.blob)
    if length is None or source.kind is not MediaKind.VIDEO:
        return source
    latest = length - frames * source.speed / reading.film.frame_rate
    start = min(max(source.start_seconds, Fraction(0)), max(latest, Fraction(0)))
    if start != source.start_seconds:
        reading.left_out.append(f"{name!r}: reached out of its clip; moved inside")
        source = replace(source, start_seconds=start)
    if latest < 0:
        speed = length * reading.film.frame_rate / frames
        reading.left_out.append(f"{name!r}: longer than its clip; slowed to fill its room")
        source = replace(source, speed=speed)
    return source


def _new(
    clip: Any, frames: int, speed: Fraction | None, name: str, reading: _Reading
) -> Shot | None:
    url = str(getattr(clip.media_reference, "target_url", "") or "")
    stem = PurePosixPath(url).stem.lower()
    found = next(
        (r for r in reading.film.references if r.handle.lower() == stem and is_picture(r)), None
    )
    if found is None:
        reading.left_out.append(f"{name!r}: {url or 'its media'} is none of this film's references")
        return None
    source = Footage(found.handle, found.blob, found.kind)
    if found.kind is MediaKind.VIDEO:
        start = clip.trimmed_range().start_time
        available = clip.media_reference.available_range
        begin = Fraction(str(start.value)) / Fraction(str(start.rate)).limit_denominator(1001)
        if available is not None:
            at = available.start_time
            begin -= Fraction(str(at.value)) / Fraction(str(at.rate)).limit_denominator(1001)
        is_reversed = speed is not None and speed < 0
        speed = abs(speed or Fraction(1))
        source = replace(source, start_seconds=begin, speed=speed, is_reversed=is_reversed)
        source = _within(source, frames, name, reading)
    accents: tuple[Accent, ...] = ()
    return Shot(_next_id(reading), frames, source, accents=accents, is_locked=True)


def _speed(clip: Any, name: str, reading: _Reading) -> Fraction | None:
    """The speed that a clip's effects ask for; others are listed."""
    speed = None
    for effect in clip.effects:
        if type(effect) is otio.schema.LinearTimeWarp and effect.time_scalar:
            speed = Fraction(str(effect.time_scalar)).limit_denominator(10_000)
            if not _MIN_SPEED <= abs(speed) <= _MAX_SPEED:
                reading.left_out.append(f"{name!r}: speed {float(speed):g} is out of range")
                size = min(max(abs(speed), _MIN_SPEED), _MAX_SPEED)
                speed = size if speed > 0 else -size
        else:
            what = effect.effect_name or effect.name or type(effect).__name__
            reading.left_out.append(f"{name!r}: effect {what!r}")
    return speed


def _fill(frames: int, name: str, reading: _Reading) -> None:
    """A hole is filled by the shot before it, or by none if it is the first."""
    if not reading.shots:
        reading.left_out.append(f"{name!r}: the film begins with its first clip")
        return
    last = reading.shots[-1]
    reading.left_out.append(f"{name!r}: shot {last.id} goes on for its {frames} frames")
    longer = last
    if isinstance(last.source, Footage):
        kept = _within(last.source, last.frames + frames, last.id, reading)
        longer = replace(last, source=kept)
    reading.shots[-1] = replace(longer, frames=last.frames + frames)


def _possible(reading: _Reading) -> list[Transition]:
    """Transitions that leave every shot a frame of its own; others are listed."""
    own = {shot.id: shot.frames for shot in reading.shots}
    ids = [shot.id for shot in reading.shots]
    out = []
    for item in reading.transitions:
        before = ids[ids.index(item.into) - 1]
        fits = own[before] > item.frames_before and own[item.into] > item.frames_after
        if item.frames < 2 or not fits:
            reading.left_out.append(f"transition into {item.into}: too long or too short")
            continue
        own[before] -= item.frames_before
        own[item.into] -= item.frames_after
        out.append(item)
    return out


def _sound(
    edited: otio.schema.Timeline, film: Timeline, frames: int, left_out: list[str]
) -> SongWindow | None:
    window = film.sound
    if window is None:
        return None
    start = window.start_sample
    for track in edited.audio_tracks():
        for clip in track.find_clips():
            if clip.name == "song":
                begin = clip.trimmed_range().start_time
                start = round_half_up(
                    Fraction(str(begin.value)) / Fraction(str(begin.rate)) * SAMPLE_RATE_HZ
                )
    # XML places sounds on frames: what is moved by less than half of one was not moved.
    if abs(start - window.start_sample) * 2 * film.frame_rate <= SAMPLE_RATE_HZ:
        start = window.start_sample
    if start != window.start_sample:
        left_out.append("the song was moved against the pictures: cuts are where they were put")
    length = sample_at_frame(frames, SAMPLE_RATE_HZ, film.frame_rate)
    return replace(window, start_sample=start, length_samples=length)


def _next_id(reading: _Reading) -> str:
    made = new_shot_id(reading.film.seed, reading.number)
    reading.number += 1
    return made


def _frames(time: Any, reading: _Reading) -> int:
    seconds = Fraction(str(time.value)) / Fraction(str(time.rate)).limit_denominator(1001)
    return round_half_up(seconds * reading.film.frame_rate)
