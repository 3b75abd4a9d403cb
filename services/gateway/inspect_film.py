"""`inspect`: observe a finished film from its packets and frames, against what was made for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from services.gateway.audio_lag import MAX_SECONDS, MIN_SIMILARITY, measure_lag
from services.gateway.inspection import FilmInspection, HeardSound
from services.gateway.mix import mix_down
from services.gateway.poster import best_poster
from shared.actions import Backend, Context, environment_of
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.measurement import read_measure
from shared.requests import InspectRequest
from shared.schema import to_json
from shared.sync_map import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from services.gateway.film_pictures import FilmPictures, MadeClip
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
    environment = environment_of("av", "numpy", "opencv-python-headless", "xxhash")
    return Backend("inspect/film", 3, environment)


def perform(request: InspectRequest, context: Context) -> Digest:
    """Inspect a stored film; the result is a `FilmInspection` as JSON."""
    from services.gateway.film_pictures import MadeClip

    measures = [read_measure(context.blobs.read(digest)) for digest in request.measures]
    clips = list(map(MadeClip.of, request.packets_sha256, measures))
    with context.blobs.local_path(request.film) as path:
        found = inspect_film(
            path,
            clips,
            request.frame_rate,
            original=_original(request, context),
            dissolves=request.dissolves,
            known_contrasts=request.known_contrasts,
            poster_frame=best_poster([(one.frames, one.still_score) for one in measures]),
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
    poster_frame: int = 0,
    progress: Callable[[float], None] = lambda fraction: None,
) -> FilmInspection:
    """Demux a film, decode it (or what shows its joins), and compare it with its clips.

    `frame_rate` is the rate it should have. `original` is the start of the sound as mixed, float32
    [num_samples, 2] at 48 kHz, None for a silent film. `dissolves` and `known_contrasts` are as in
    `InspectRequest`; `poster_frame` is passed on. Raises `InvalidInput` for a file that is not a
    film.
    """
    from services.gateway.film_pictures import FilmPictures
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
        poster_frame=poster_frame,
        decoded_frames=pictures.decoded_frames,
        midpoints=tuple(pictures.midpoints()),
    )


def _frames(
    path: Path, clips: Sequence[MadeClip], pictures: FilmPictures
) -> Iterator[tuple[int, FilmFrame]]:
    from shared.media.film import Wanted, decode_frames, decode_groups

    if all(part is Wanted.ALL for part in pictures.wanted):
        # All of it as a player would, across the joins.
        yield from enumerate(decode_frames(path))
    else:
        lengths = [len(clip.frame_hashes) for clip in clips]
        yield from decode_groups(path, lengths, pictures.wanted)


def _are_exact(packets: FilmPackets, frame_rate: Fraction) -> bool:
    times = enumerate(packets.times)
    return packets.end == len(packets.times) / frame_rate and all(
        time == index / frame_rate for index, time in times
    )


def _original(request: InspectRequest, context: Context) -> Samples | None:
    if request.sound is None:
        return None
    # As mixed, fades and voice included: what differs would pull the lag of a dull sound.
    return mix_down(request.sound, context.blobs)[: MAX_SECONDS * SAMPLE_RATE_HZ].copy()


def _hear(path: Path, packets: FilmPackets, original: Samples) -> HeardSound:
    from shared.media.audio import decode_audio
    from shared.media.loudness import measure_loudness

    if packets.audio_end is None:
        return HeardSound(None, 0.0, 0.0)
    sound = decode_audio(path)
    loudness = measure_loudness(sound)
    # A copy of the part that is compared lets the rest go.
    sound = sound[: MAX_SECONDS * SAMPLE_RATE_HZ].copy()
    lag = measure_lag(sound, original)
    similarity = 0.0 if lag is None else lag.similarity
    is_same = lag is not None and similarity >= MIN_SIMILARITY
    return HeardSound(
        lag_samples=lag.samples if lag is not None and is_same else None,
        similarity=round(similarity, _DECIMALS),
        end_seconds=round(float(packets.audio_end), 6),
        loudness_lufs=loudness.integrated_lufs,
        true_peak_dbtp=loudness.true_peak_dbtp,
    )
