"""`plan`: look at the references, listen to the song, plan the cuts, direct."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from services.gateway.captions import add_type
from services.gateway.casting import Take
from services.gateway.director import Directed, Heard, direct_film
from services.gateway.edited_song import Listening, edited_song
from services.gateway.material import gather_material, is_seen
from services.gateway.music import song_window
from services.gateway.pictures import naming, see_clips, see_photos
from services.gateway.recognise import find_dissolves, recognise
from services.gateway.titles import holding_request
from services.gateway.voice_over import with_sound
from shared.brief import Brief, MediaKind, Reference
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.media.limits import MAX_SOUND_SECONDS
from shared.observation import MediaInfo
from shared.requests import AnalyzeRequest, PlanCutsRequest
from shared.runner import Runner
from shared.schema import from_json, to_json
from shared.sync_map import SAMPLE_RATE_HZ, CutPlan, SyncMap
from shared.timeline import SongWindow, Timeline
from shared.timing import frame_at_seconds

MIN_FILM_SECONDS = Fraction(1)
_SILENCE_PEAK = 10 ** (-60 / 20)
_SECONDS_PER_PHOTO = Fraction(3)
_MAX_SILENT_FILM_SECONDS = Fraction(60)


async def plan(runner: Runner, brief: Brief, infos: Mapping[Digest, MediaInfo]) -> Timeline:
    """The timeline of a brief; `infos` says what each of its files is.

    Raises what `plan_film` raises.
    """
    return (await plan_film(runner, brief, infos)).timeline


@dataclass(frozen=True, slots=True)
class Planned:
    """A timeline with how it was cast; `notes` say what could not be looked at."""

    timeline: Timeline
    directed: Directed
    notes: tuple[str, ...] = ()


async def plan_film(
    runner: Runner,
    brief: Brief,
    infos: Mapping[Digest, MediaInfo],
    others: Sequence[Take] = (),
) -> Planned:
    """The film of a brief, unlike the takes before, in `others`.

    Raises `InvalidInput` for what cannot become a film: no picture, silence, less than a second.
    """
    seen = [reference for reference in brief.references if is_seen(reference)]
    if not seen:
        raise InvalidInput("the brief has no clip or photo to show; add one with --ref")
    prompts = [brief.prompt, *(words for _, words in brief.section_prompts)]
    motions, styles, listening, sight = await asyncio.gather(
        see_clips(runner, seen),
        see_photos(runner, seen),
        _listen(runner, brief, infos),
        recognise(runner, seen, [words for words in prompts if words]),
    )
    sight = replace(sight, shots=await find_dissolves(runner, seen, motions))
    listening, is_edited = await edited_song(runner, brief, listening)
    seconds = _film_seconds(brief, infos, listening, is_whole_song=is_edited)
    frame_count = max(1, frame_at_seconds(seconds, brief.frame_rate))
    request = PlanCutsRequest(
        sync_map=listening.sync_map_digest if listening else None,
        pacing=brief.pacing,
        frame_rate=brief.frame_rate,
        window_start_sample=None if listening and not is_edited else 0,
        frame_count=frame_count,
        cuts_on=brief.cuts_on,
        lead_frames=brief.lead_frames,
    )
    digest = await runner.run(request, "cuts")
    cut_plan = from_json(CutPlan, runner.blobs.read(digest))
    sync_map = listening.sync_map if listening else None
    if (held := holding_request(brief, request, cut_plan, sync_map)) is not None:
        digest = await runner.run(held, "cuts")
        cut_plan = from_json(CutPlan, runner.blobs.read(digest))
    heard = Heard(
        sync_map,
        listening.sync_map_digest if listening else None,
        cut_plan,
        digest,
    )
    material = gather_material(brief.references, motions, styles, sight)
    # Casting a long film takes seconds; in a thread it holds up neither progress nor Ctrl-C.
    sound = _sound(listening, cut_plan)
    directed = await asyncio.to_thread(direct_film, brief, material, heard, sound, sight, others)
    if directed.dropped:
        runner.blobs.put(to_json(directed.cut_plan))
    voice_seconds = infos[brief.voice.blob].audio_duration_seconds if brief.voice else None
    timeline = with_sound(brief, directed.timeline, sync_map, voice_seconds)
    timeline = await add_type(runner, brief, timeline, sync_map)
    return Planned(timeline, directed, sight.notes)


async def _listen(
    runner: Runner, brief: Brief, infos: Mapping[Digest, MediaInfo]
) -> Listening | None:
    reference = brief.song or _first_with_sound(brief, infos)
    if reference is None:
        return None
    action = runner.run(AnalyzeRequest(reference.blob, brief.speech), reference.handle)
    digest = await naming(reference, action)
    sync_map = from_json(SyncMap, runner.blobs.read(digest))
    if brief.song is not None:
        _check_song(brief.song, sync_map)
    elif sync_map.peak < _SILENCE_PEAK or sync_map.duration_samples < SAMPLE_RATE_HZ:
        return None  # A silent clip is no song; the film gets steady cuts and no sound.
    return Listening(reference, sync_map, digest)


def _first_with_sound(brief: Brief, infos: Mapping[Digest, MediaInfo]) -> Reference | None:
    clips = (r for r in brief.references if r.kind is MediaKind.VIDEO and is_seen(r))
    return next((clip for clip in clips if _can_be_heard(infos[clip.blob])), None)


def _can_be_heard(info: MediaInfo) -> bool:
    return info.audio_codec is not None and (info.audio_duration_seconds or 0) <= MAX_SOUND_SECONDS


def _check_song(song: Reference, sync_map: SyncMap) -> None:
    seconds = sync_map.duration_samples / sync_map.sample_rate_hz
    if seconds < MIN_FILM_SECONDS:
        raise InvalidInput(
            f"{song.path}: only {seconds:.2f} s long; expected at least {MIN_FILM_SECONDS} s of "
            "music or speech"
        )
    if sync_map.peak < _SILENCE_PEAK:
        raise InvalidInput(
            f"{song.path}: silent from start to end; expected music or speech "
            "(leave --song out for a film without sound)"
        )


def _film_seconds(
    brief: Brief,
    infos: Mapping[Digest, MediaInfo],
    listening: Listening | None,
    *,
    is_whole_song: bool,
) -> Fraction:
    if listening is not None:
        available = Fraction(listening.sync_map.duration_samples, SAMPLE_RATE_HZ)
        wanted = None if is_whole_song else brief.duration_seconds
        seconds = min(wanted or available, available)
    else:
        seconds = brief.duration_seconds or _silent_length(brief, infos)
    if seconds < MIN_FILM_SECONDS:
        raise InvalidInput(
            f"a film of {float(seconds):.2f} s is too short; expected at least {MIN_FILM_SECONDS} s"
        )
    return seconds


def _silent_length(brief: Brief, infos: Mapping[Digest, MediaInfo]) -> Fraction:
    lengths = [
        Fraction(infos[reference.blob].duration_seconds or 0) or _SECONDS_PER_PHOTO
        for reference in brief.references
        if is_seen(reference)
    ]
    return min(sum(lengths, Fraction(0)), _MAX_SILENT_FILM_SECONDS)


def _sound(listening: Listening | None, cut_plan: CutPlan) -> SongWindow | None:
    if listening is None:
        return None
    return song_window(
        listening.reference.blob,
        cut_plan.window_start_sample,
        cut_plan.frame_count,
        cut_plan.frame_rate,
        listening.sync_map.duration_samples,
    )
