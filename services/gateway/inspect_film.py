"""`inspect`: observe a finished film from its packets and frames, against what was made for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from services.gateway.audio_lag import MAX_SECONDS, MIN_SIMILARITY, measure_lag
from services.gateway.film_pictures import FilmPictures, MadeClip
from services.gateway.inspection import FilmInspection, HeardSound
from services.gateway.mix import shape_window, take_window
from shared.actions import Backend, Context, environment_of
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.measurement import SegmentMeasure
from shared.requests import InspectRequest
from shared.schema import from_json, to_json
from shared.sync_map import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from shared.media.audio import Samples
    from shared.media.film import FilmFrame, FilmPackets

_DECIMALS = 4
_PROGRESS_FRAMES = 8
_SOUND_SHARE = 0.1


def backend(request: InspectRequest) -> Backend:
    """Who inspects; raises `InvalidInput` unless every clip has its measure."""
    clips, joins = len(request.measures), request.known_contrasts
    if not clips or clips != len(request.packets_sha256):
        raise InvalidInput(
            f"{clips} measures for {len(request.packets_sha256)} clips; expected one for each clip"
        )
    if joins is not None and len(joins) != clips - 1:
        raise InvalidInput(f"{len(joins)} known contrasts for {clips - 1} joins")
    return Backend("inspect/film", 1, environment_of("av", "numpy", "xxhash"))


def perform(request: InspectRequest, context: Context) -> Digest:
    """Inspect a stored film; the result is a `FilmInspection` as JSON."""
    clips = [
        MadeClip(packets, from_json(SegmentMeasure, context.blobs.read(measure)).frame_hashes)
        for packets, measure in zip(request.packets_sha256, request.measures, strict=True)
    ]
    with context.blobs.local_path(request.film) as path:
        found = inspect_film(
            path,
            clips,
            request.frame_rate,
            original=_original(request, context),
            dissolves=request.dissolves,
            known_contrasts=request.known_contrasts,
            progress=context.progress,
        )
    return context.blobs.put(to_json(found))


def inspect_film(
    path: Path,
    clips: Sequence[MadeClip],
    frame_rate: Fraction,
    original: Samples | None = None,
    *,
    dissolves: Sequence[int] = (),
    known_contrasts: Sequence[float | None] | None = None,
    progress: Callable[[float], None] = lambda fraction: None,
) -> FilmInspection:
    """Demux a film, decode it (or what is new of it), and compare it with its clips.

    `frame_rate` is the rate it should have. `original` is the start of the sound as mixed, float32
    [num_samples, 2] at 48 kHz, None for a silent film. `dissolves` and `known_contrasts` are as in
    `InspectRequest`. Raises `InvalidInput` for a file that is not a film.
    """
    from shared.media.film import read_packets

    packets = read_packets(path, [len(clip.frame_hashes) for clip in clips])
    sound = None if original is None else _hear(path, packets, original)
    pictures = FilmPictures(clips, frame_rate, packets.group_sha256, dissolves, known_contrasts)
    for done, (index, frame) in enumerate(_frames(path, clips, pictures)):
        pictures.add(index, frame)
        if done % _PROGRESS_FRAMES == 0:
            share = index / max(1, len(packets.times))
            progress(min(1.0, _SOUND_SHARE + (1 - _SOUND_SHARE) * share))
    return FilmInspection(
        width=packets.width,
        height=packets.height,
        frame_rate=packets.frame_rate,
        frame_count=pictures.frame_count,
        packet_count=len(packets.times),
        duration_seconds=packets.end,
        has_exact_times=pictures.has_exact_times and _are_exact(packets, frame_rate),
        cuts=tuple(pictures.cuts()),
        clips=tuple(pictures.seen_clips()),
        sound=sound,
        poster_frame=pictures.poster_frame,
        decoded_frames=pictures.decoded_frames,
        midpoints=tuple(pictures.midpoints()),
    )


def _frames(
    path: Path, clips: Sequence[MadeClip], pictures: FilmPictures
) -> Iterator[tuple[int, FilmFrame]]:
    from shared.media.film import decode_frames, decode_groups

    if all(pictures.is_decoded):
        # All of it as a player would, across the joins.
        yield from enumerate(decode_frames(path))
    else:
        lengths = [len(clip.frame_hashes) for clip in clips]
        yield from decode_groups(path, lengths, pictures.is_decoded)


def _are_exact(packets: FilmPackets, frame_rate: Fraction) -> bool:
    times = enumerate(packets.times)
    return packets.end == len(packets.times) / frame_rate and all(
        time == index / frame_rate for index, time in times
    )


def _original(request: InspectRequest, context: Context) -> Samples | None:
    from shared.media.audio import decode_audio

    if request.sound is None:
        return None
    with context.blobs.local_path(request.sound.audio) as path:
        song = decode_audio(path)
    # With its fades, or the difference between the two would pull the lag of a dull sound.
    window = take_window(song, request.sound.start_sample, request.sound.length_samples)
    starts_inside = request.sound.start_sample > 0
    shape_window(window, request.sound.fade_out_samples, starts_inside=starts_inside)
    return window[: MAX_SECONDS * SAMPLE_RATE_HZ].copy()


def _hear(path: Path, packets: FilmPackets, original: Samples) -> HeardSound:
    from shared.media.audio import decode_audio

    if packets.audio_end is None:
        return HeardSound(None, 0.0, 0.0)
    # A copy of the part that is compared lets the rest go.
    sound = decode_audio(path)[: MAX_SECONDS * SAMPLE_RATE_HZ].copy()
    lag = measure_lag(sound, original)
    similarity = 0.0 if lag is None else lag.similarity
    is_same = lag is not None and similarity >= MIN_SIMILARITY
    return HeardSound(
        lag_samples=lag.samples if lag is not None and is_same else None,
        similarity=round(similarity, _DECIMALS),
        end_seconds=round(float(packets.audio_end), 6),
    )
