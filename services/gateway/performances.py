"""Takes of the artist performing the song: found in it by their scratch sound.

What does not belong to the song, or has no sound to tell, stays ordinary footage, with a warning.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from services.gateway.pictures import naming
from shared.brief import Brief, MediaKind, Reference, Role
from shared.digest import Digest
from shared.music_edit import MusicEdit
from shared.observation import MediaInfo
from shared.performance import MAX_DRIFT, Performance, TakeSpan
from shared.requests import EditMusicRequest, SyncTakeRequest
from shared.runner import Runner
from shared.schema import from_json
from shared.sync_map import SAMPLE_RATE_HZ
from shared.take_sync import TakeSync

if TYPE_CHECKING:
    from services.gateway.edited_song import Listening
    from services.gateway.material import Material

_MILLI = 1000  # offsets and drifts are told to a thousandth


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the song as the film's audio plays it, in seconds: all of it but for an edit."""

    start_seconds: Fraction
    end_seconds: Fraction
    song_seconds: Fraction


@dataclass(frozen=True, slots=True)
class FoundTakes:
    """The takes that belong to the song, and sentences on those that do not."""

    performances: tuple[Performance, ...] = ()
    notes: tuple[str, ...] = ()


async def find_performances(
    runner: Runner,
    brief: Brief,
    infos: Mapping[Digest, MediaInfo],
    material: Material,
    heard: Listening | None,
    played: Listening | None,
) -> FoundTakes:
    """Place every clip with the role `performance` in the film's audio.

    `heard` is the song as it is, `played` what the film plays: the same, or a music edit of it.
    """
    takes = [item for item in brief.references if is_performance(item)]
    if not takes:
        return FoundTakes()
    if heard is None or played is None:
        return FoundTakes((), tuple(_ordinary(item, "the film has no song") for item in takes))
    song = heard.reference.blob
    silent = [item for item in takes if infos[item.blob].audio_codec is None]
    synced = [item for item in takes if item not in silent]
    found = await asyncio.gather(*(_sync(runner, item, song) for item in synced))
    pieces = await _pieces(runner, brief, heard, played)
    performances, notes = [], [_ordinary(item, "it has no sound to place it by") for item in silent]
    for reference, sync in zip(synced, found, strict=True):
        if (reason := _doubt(sync)) is not None:
            notes.append(_ordinary(reference, reason))
            continue
        performance = placed(reference, sync, material, pieces)
        if performance.spans:
            performances.append(performance)
        else:
            notes.append(_ordinary(reference, "none of it lies in what the film plays"))
    return FoundTakes(tuple(performances), tuple(notes))


def is_performance(reference: Reference) -> bool:
    """Whether a reference is said to be a take of the song being performed."""
    return reference.kind is MediaKind.VIDEO and Role.PERFORMANCE in reference.roles


def placed(
    reference: Reference, sync: TakeSync, material: Material, pieces: Sequence[Piece]
) -> Performance:
    """A take's uncut stretches in the film's audio, where its place is known."""
    offset = Fraction(round((sync.offset_samples or 0.0) * _MILLI), SAMPLE_RATE_HZ * _MILLI)
    ratio = 1 + _drift(sync)
    spans = []
    for stretch in material.stretches:
        if stretch.reference.handle != reference.handle:
            continue
        first = offset + stretch.start_seconds * ratio
        last = offset + stretch.end_seconds * ratio
        for piece in pieces:
            length = piece.end_seconds - piece.start_seconds
            start = max(first, piece.song_seconds)
            end = min(last, piece.song_seconds + length)
            if start < end:
                moved = piece.start_seconds - piece.song_seconds
                spans.append(TakeSpan(start + moved, end + moved, (start - offset) / ratio))
    spans.sort(key=lambda span: span.start_seconds)
    return Performance(reference.handle, 1 / ratio, tuple(spans))


def _drift(sync: TakeSync) -> Fraction:
    return Fraction(round((sync.drift_ppm or 0.0) * _MILLI), 1_000_000 * _MILLI)


def _doubt(sync: TakeSync) -> str | None:
    """Why a take is not used as one, None if it may be."""
    if not sync.is_sure or sync.offset_samples is None:
        return f"its sound was not found in the song (confidence {sync.confidence:.2f}: " + (
            f"{sync.reason})"
        )
    if abs(_drift(sync)) > MAX_DRIFT:
        return f"its speed differs from the song's by {sync.drift_ppm:.0f} millionths"
    return None


def _ordinary(reference: Reference, reason: str) -> str:
    return (
        f"@{reference.handle} is no performance of this song: {reason}; "
        "it is cut as ordinary footage, and lips will not follow the words"
    )


async def _sync(runner: Runner, take: Reference, song: Digest) -> TakeSync:
    action = runner.run(SyncTakeRequest(take.blob, song), take.handle)
    return from_json(TakeSync, runner.blobs.read(await naming(take, action)))


async def _pieces(runner: Runner, brief: Brief, heard: Listening, played: Listening) -> list[Piece]:
    if played.reference.blob == heard.reference.blob or brief.duration_seconds is None:
        return [_whole(heard)]
    target = round(brief.duration_seconds * SAMPLE_RATE_HZ)
    request = EditMusicRequest(heard.reference.blob, heard.sync_map_digest, target)
    digest = await runner.run(request, heard.reference.handle)  # made before: a hit
    return list(_edited(from_json(MusicEdit, runner.blobs.read(digest))))


def _whole(heard: Listening) -> Piece:
    length = Fraction(heard.sync_map.duration_samples, SAMPLE_RATE_HZ)
    return Piece(Fraction(0), length, Fraction(0))


def _edited(edit: MusicEdit) -> Iterator[Piece]:
    starts = [0, *(join.sample for join in edit.joins)]
    songs = [edit.spans[0].start_sample, *(join.to_sample for join in edit.joins)]
    last = starts[-1] + edit.spans[-1].end_sample - songs[-1]
    for start, end, song in zip(starts, [*starts[1:], last], songs, strict=True):
        yield Piece(*(Fraction(sample, SAMPLE_RATE_HZ) for sample in (start, end, song)))
