"""All that is heard in a new film beside its song: voice, script, clips, effects, loudness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from services.gateway.shot_sound import with_clip_sound
from services.gateway.spoken_lines import with_lines
from services.gateway.voice_over import with_sound
from shared.brief import Brief
from shared.digest import Digest
from shared.observation import MediaInfo
from shared.runner import Runner
from shared.sync_map import SAMPLE_RATE_HZ, SpokenText, SyncMap
from shared.timeline import Timeline
from shared.timing import sample_at_frame


async def add_sound(
    runner: Runner,
    brief: Brief,
    timeline: Timeline,
    sync_map: SyncMap | None,
    infos: Mapping[Digest, MediaInfo],
) -> tuple[Timeline, SyncMap | None]:
    """The timeline with its sound, and the sync map with the words that are to be captions.

    Raises what `with_sound`, `with_clip_sound` and `with_lines` raise.
    """
    voice_seconds = infos[brief.voice.blob].audio_duration_seconds if brief.voice else None
    timeline = with_sound(brief, timeline, sync_map, voice_seconds)
    timeline = with_clip_sound(brief, timeline, infos)
    narrated = await with_lines(runner, brief, timeline, sync_map)
    if not narrated.words:
        return narrated.timeline, sync_map
    return narrated.timeline, _saying(narrated.words, narrated.timeline, sync_map)


def _saying(words: tuple[SpokenText, ...], timeline: Timeline, sync_map: SyncMap | None) -> SyncMap:
    """The map with the script's words for those of the song, on the song's time."""
    if sync_map is None:
        length = sample_at_frame(timeline.frame_count, SAMPLE_RATE_HZ, timeline.frame_rate)
        sync_map = SyncMap(length, 0.0, None, 0.0, (), (), ())
    offset = timeline.sound.start_sample if timeline.sound else 0
    moved = tuple(
        replace(word, start_sample=word.start_sample + offset, end_sample=word.end_sample + offset)
        for word in words
    )
    return replace(sync_map, words=moved, sentences=())
