"""A script said over a film: each of its lines on a phrase of the song, with its words' times."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.brief import Brief
from shared.errors import InvalidInput
from shared.requests import SpeakRequest
from shared.runner import Runner
from shared.schema import from_json
from shared.script import read_script, script_words
from shared.soundtrack import VoiceLine
from shared.speech import Speech
from shared.sync_map import SAMPLE_RATE_HZ, SpokenText, SyncMap
from shared.timeline import Timeline
from shared.timing import sample_at_frame

# The music is heard for a moment before somebody speaks, after, and between two lines.
_LEAD_SAMPLES = SAMPLE_RATE_HZ // 2
_TAIL_SAMPLES = SAMPLE_RATE_HZ // 2
_GAP_SAMPLES = SAMPLE_RATE_HZ * 3 // 10
# A line waits this long at most for a phrase on which nobody sings.
_MAX_WAIT_SAMPLES = 8 * SAMPLE_RATE_HZ
MAX_LINES = 200


@dataclass(frozen=True, slots=True)
class Narrated:
    """A film with its lines; `words` are what is said, in samples of the film."""

    timeline: Timeline
    words: tuple[SpokenText, ...] = ()


async def with_lines(
    runner: Runner, brief: Brief, timeline: Timeline, sync_map: SyncMap | None
) -> Narrated:
    """The timeline with the brief's script said over it; the same one without a script.

    Raises `InvalidInput` for a script that takes longer than the film, and what `speak` raises.
    """
    if brief.say is None:
        return Narrated(timeline)
    if brief.voice is not None:
        raise InvalidInput("voice and say: expected a recorded voice or a script to say, not both")
    voice = brief.say.voice
    texts = lines_of(read_script(runner.blobs.read(brief.say.script)))
    requests = [SpeakRequest(runner.blobs.put(text.encode()), voice) for text in texts]
    digests = await asyncio.gather(*(runner.run(request, "guide voice") for request in requests))
    said = [from_json(Speech, runner.blobs.read(digest)) for digest in digests]
    starts = line_starts(timeline, sync_map, [speech.num_samples for speech in said])
    lines = tuple(
        VoiceLine(speech.audio, start, speech.num_samples, text)
        for speech, start, text in zip(said, starts, texts, strict=True)
    )
    words = tuple(
        replace(word, start_sample=word.start_sample + start, end_sample=word.end_sample + start)
        for speech, start in zip(said, starts, strict=True)
        for word in speech.words
    )
    return Narrated(replace(timeline, tracks=replace(timeline.tracks, lines=lines)), words)


def lines_of(script: str) -> tuple[str, ...]:
    """The lines of a script that have words in them; each is said in one go."""
    lines = tuple(line.strip() for line in script.splitlines() if script_words(line))
    if len(lines) > MAX_LINES:
        raise InvalidInput(f"a script of {len(lines)} lines; expected at most {MAX_LINES}")
    return lines


def line_starts(
    timeline: Timeline, sync_map: SyncMap | None, lengths: Sequence[int]
) -> tuple[int, ...]:
    """The samples of the film at which lines of these lengths begin, in order.

    Each begins with the phrase (else bar, else beat) under which least is sung, soon after the
    line before, and leaves room for all that follow. Raises `InvalidInput` if they do not fit.
    """
    end = sample_at_frame(timeline.frame_count, SAMPLE_RATE_HZ, timeline.frame_rate)
    least = sum(lengths) + _GAP_SAMPLES * (len(lengths) - 1)
    if least > end:
        raise InvalidInput(
            f"say: the script takes {least / SAMPLE_RATE_HZ:.2f} s to say; expected at most "
            f"{end / SAMPLE_RATE_HZ:.2f} s, the length of the film"
        )
    spare = end - least
    lead, tail = min(_LEAD_SAMPLES, spare // 2), min(_TAIL_SAMPLES, spare // 2)
    starts: list[int] = []
    earliest = lead
    for index, length in enumerate(lengths):
        following = lengths[index + 1 :]
        latest = end - tail - length - sum(following) - _GAP_SAMPLES * len(following)
        start = _musical(timeline, sync_map, length, earliest, max(earliest, latest))
        starts.append(start)
        earliest = start + length + _GAP_SAMPLES
    return tuple(starts)


def _musical(
    timeline: Timeline, sync_map: SyncMap | None, length: int, earliest: int, latest: int
) -> int:
    if sync_map is None or timeline.sound is None:
        return earliest
    offset = timeline.sound.start_sample
    phrases = (phrase.start_sample for phrase in sync_map.phrases)
    beats = (beat.sample for beat in sync_map.beats)
    for events in (phrases, sync_map.downbeats, beats):
        places = [sample - offset for sample in events]
        places = [
            place
            for place in places
            if earliest <= place <= min(latest, earliest + _MAX_WAIT_SAMPLES)
        ]
        if places:
            return min(places, key=lambda place: (_sung(sync_map, offset + place, length), place))
    return earliest


def _sung(sync_map: SyncMap, start: int, length: int) -> float:
    """How much of a stretch of the song is sung, to a quarter of its length."""
    spans = ((span.start_sample, span.end_sample) for span in sync_map.speech)
    overlap = sum(max(0, min(last, start + length) - max(first, start)) for first, last in spans)
    return round(4 * overlap / max(1, length))
