"""Lines of a script on phrases of the song, and their words in the film's time."""

from __future__ import annotations

import asyncio
import dataclasses
from dataclasses import replace
from pathlib import Path

import pytest

from services.gateway.embedded import embedded_runner
from services.gateway.spoken_lines import line_starts, lines_of, with_lines
from shared.brief import Brief, MediaKind, Narration, Reference
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.settings import Settings
from shared.sync_map import SAMPLE_RATE_HZ, Phrase, Span, SyncMap
from shared.timeline import Timeline
from tests.gateway.test_voice_over import film, phrase, sync_map

S = SAMPLE_RATE_HZ


def starts(heard: SyncMap | None, *seconds: float, timeline: Timeline | None = None) -> list[float]:
    lengths = [round(length * S) for length in seconds]
    return [start / S for start in line_starts(timeline or film(), heard, lengths)]


def test_lines_begin_with_phrases_one_after_the_other() -> None:
    heard = sync_map(phrases=(phrase(5.1), phrase(9), phrase(13), phrase(17)))  # the film is 5..25
    assert starts(heard, 3.0, 3.0, 2.0) == [4.0, 8.0, 12.0]


def test_a_phrase_on_which_nobody_sings_is_worth_waiting_for() -> None:
    sung = (Span(9 * S, 13 * S),)
    heard = sync_map(phrases=(phrase(9), phrase(13)), speech=sung)
    assert starts(heard, 3.0) == [8.0]
    everywhere = replace(heard, speech=(Span(0, 40 * S),))
    assert starts(everywhere, 3.0) == [4.0]


def test_a_full_script_leaves_room_for_what_follows() -> None:
    heard = sync_map(phrases=tuple(Phrase(k * 4 * S, (k + 1) * 4 * S, 2) for k in range(10)))
    found = starts(heard, 6.0, 6.0, 6.0)
    for start, following in zip(found, [*found[1:], 20.3], strict=True):
        assert start + 6.0 + 0.29 <= following
    with pytest.raises(InvalidInput, match=r"takes 20\.60 s to say; expected at most 20\.00 s"):
        starts(heard, 10.0, 10.3)


def test_without_a_song_lines_follow_each_other() -> None:
    silent = dataclasses.replace(film(), sound=None)
    assert starts(None, 2.0, 2.0, timeline=silent) == [0.5, 2.8]


def test_lines_are_those_with_words() -> None:
    assert lines_of("One.\n\n  Two, three! \n--\n") == ("One.", "Two, three!")


def test_a_script_is_said_and_its_words_are_known(tmp_path: Path) -> None:
    pytest.importorskip("hibari")

    async def run() -> None:
        async with embedded_runner(Settings(tmp_path)) as runner:
            script = runner.blobs.put(b"Hello film.\nGood night.")
            brief = Brief(None, (), say=Narration(script))
            heard = sync_map(phrases=(phrase(9), phrase(13)))
            found = await with_lines(runner, brief, film(), heard)
            assert [line.text for line in found.timeline.tracks.lines] == [
                "Hello film.",
                "Good night.",
            ]
            assert [line.start_sample for line in found.timeline.tracks.lines] == [4 * S, 8 * S]
            assert all(line.is_guide for line in found.timeline.tracks.lines)
            assert [word.text for word in found.words] == ["Hello", "film.", "Good", "night."]
            assert 8 * S < found.words[2].start_sample < 9 * S
            assert (await with_lines(runner, Brief(None, ()), film(), heard)).timeline == film()
            voice = Reference("voice", MediaKind.AUDIO, Digest.of_bytes(b""))
            with pytest.raises(InvalidInput, match="not both"):
                await with_lines(runner, replace(brief, voice=voice), film(), heard)

    asyncio.run(run())
