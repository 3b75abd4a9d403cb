"""`plan`: look at the references, listen to the song, plan the cuts, direct."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from services.gateway.captions import add_type
from services.gateway.casting import Take
from services.gateway.director import Directed, Heard, direct_film
from services.gateway.draw_film import (
    draw_film,
    film_palette,
    in_palette,
    is_drawn,
    pictures_for_palette,
    ready_to_draw,
)
from services.gateway.edited_song import Listening, edited_song
from services.gateway.film_sound import add_sound
from services.gateway.generate_slots import is_cut
from services.gateway.look.grade_film import grade_film
from services.gateway.look.log_footage import log_notes
from services.gateway.material import gather_material, is_seen
from services.gateway.music import song_window
from services.gateway.performances import find_performances
from services.gateway.pictures import naming, see_clips, see_photos
from services.gateway.prompts import mentionable, section_notes
from services.gateway.recognise import find_dissolves, recognise
from services.gateway.rhythm_role import rhythm_clips, rhythm_of
from services.gateway.talk import Looked, has_talk, plan_talk
from services.gateway.titles import holding_request
from shared.brief import Brief, MediaKind, Reference
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.media.limits import MAX_SOUND_SECONDS
from shared.mentions import without_mentions
from shared.observation import MediaInfo
from shared.requests import AnalyzeRequest, PlanCutsRequest
from shared.runner import Runner
from shared.schema import from_json, to_json
from shared.soundtrack import ClipSound
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
    """A timeline with how it was cast; `notes` say what could not be looked at.

    `rhythm` is what references did to the pacing, by handle (see `rhythm_role`).
    """

    timeline: Timeline
    directed: Directed | None
    notes: tuple[str, ...] = ()
    rhythm: Mapping[str, str] = field(default_factory=dict)


async def plan_film(
    runner: Runner,
    brief: Brief,
    infos: Mapping[Digest, MediaInfo],
    others: Sequence[Take] = (),
) -> Planned:
    """The film of a brief, unlike the takes before, in `others`.

    Raises `InvalidInput` for what cannot become a film: no picture, silence, less than a second.
    """
    if is_drawn(brief):
        return await _plan_drawn(runner, brief, infos, len(others))
    seen = [reference for reference in brief.references if is_cut(brief, reference)]
    prompts = [
        without_mentions(words, mentionable(brief))
        for words in (brief.prompt, *(words for _, words in brief.section_prompts))
    ]
    motions, styles, listening, sight = await asyncio.gather(
        see_clips(runner, dict.fromkeys([*seen, *rhythm_clips(brief)])),
        see_photos(runner, seen),
        _listen(runner, brief, infos),
        recognise(runner, seen, [words for words in prompts if words]),
    )
    sight = replace(sight, shots=await find_dissolves(runner, seen, motions))
    if has_talk(brief):
        material = gather_material(tuple(seen), motions, styles, sight)
        talk = await plan_talk(runner, brief, infos, Looked(material, sight, listening, others))
        timeline = await grade_film(runner, brief, talk.timeline, material)
        timeline, spoken = await add_sound(runner, brief, timeline, talk.sync_map, infos)
        timeline = await add_type(runner, brief, timeline, spoken)
        return Planned(timeline, None, (*sight.notes, *talk.notes, *log_notes(brief, infos)))
    as_heard = listening
    rhythm = rhythm_of(brief, motions, as_heard.sync_map.tempo_bpm if as_heard else None)
    brief = replace(brief, pacing=rhythm.pacing)
    heard, listening = await _hear(runner, brief, infos, as_heard)
    cut_plan, sync_map = heard.cut_plan, heard.sync_map
    material = gather_material(tuple(seen), motions, styles, sight)
    takes = await find_performances(runner, brief, infos, material, as_heard, listening)
    # Casting a long film takes seconds; in a thread it holds up neither progress nor Ctrl-C.
    sound = _sound(listening, cut_plan)
    directed = await asyncio.to_thread(
        direct_film, brief, material, heard, sound, sight, others, takes.performances
    )
    if directed.cut_plan is not cut_plan:
        runner.blobs.put(to_json(directed.cut_plan))
    timeline = await grade_film(runner, brief, directed.timeline, material)
    timeline, spoken = await add_sound(runner, brief, timeline, sync_map, infos)
    timeline = await add_type(runner, brief, timeline, spoken)
    notes = (*sight.notes, *takes.notes, *rhythm.notes, *section_notes(brief, sync_map))
    notes = (*notes, *log_notes(brief, infos))
    return Planned(timeline, directed, notes, rhythm.effects)


async def _plan_drawn(
    runner: Runner, brief: Brief, infos: Mapping[Digest, MediaInfo], take: int
) -> Planned:
    """A film whose every shot is drawn; references give it their colours, and none is shown."""
    brief = await ready_to_draw(runner, brief)
    as_heard, styles = await asyncio.gather(
        _listen(runner, brief, infos), see_photos(runner, pictures_for_palette(brief))
    )
    heard, listening = await _hear(runner, brief, infos, as_heard)
    palette = await film_palette(runner, brief, styles)
    brief = in_palette(brief, palette)
    timeline = draw_film(brief, heard, _sound(listening, heard.cut_plan), palette, take)
    timeline, spoken = await add_sound(runner, brief, timeline, heard.sync_map, infos)
    return Planned(await add_type(runner, brief, timeline, spoken), None)


async def _hear(
    runner: Runner,
    brief: Brief,
    infos: Mapping[Digest, MediaInfo],
    listening: Listening | None,
) -> tuple[Heard, Listening | None]:
    """The cut plan of a brief, and what the film plays, brought to length where that is asked."""
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
    return heard, listening


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
    if brief.clip_sound is not ClipSound.OFF or has_talk(brief):
        return None  # The clips are heard with their pictures; a second time would be an echo.
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
