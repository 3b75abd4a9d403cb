from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from services.gateway.embedded import embedded_runner
from services.gateway.film_sound import add_sound
from shared.brief import Brief, Narration
from shared.settings import Settings
from shared.soundtrack import LoudnessPreset
from shared.sync_map import SpokenText
from tests.gateway.test_voice_over import START, film, phrase, sync_map


def test_captions_are_of_the_script_where_one_is_said(tmp_path: Path) -> None:
    pytest.importorskip("hibari")
    sung = replace(sync_map(phrases=(phrase(9),)), words=(SpokenText("la", 0, 100),))

    async def run() -> None:
        async with embedded_runner(Settings(tmp_path)) as runner:
            brief = Brief(None, (), loudness=LoudnessPreset.WEB)
            timeline, heard = await add_sound(runner, brief, film(), sung, {})
            assert heard is sung
            assert timeline.loudness is LoudnessPreset.WEB
            said = replace(brief, say=Narration(runner.blobs.put(b"Good night.")))
            timeline, heard = await add_sound(runner, said, film(), sung, {})
            assert heard is not None
            assert [word.text for word in heard.words] == ["Good", "night."]
            # On the song's time, as the words of a song are.
            (line,) = timeline.tracks.lines
            assert 0 <= heard.words[0].start_sample - START - line.start_sample < 48_000
            silent = replace(film(), sound=None)
            timeline, heard = await add_sound(runner, said, silent, None, {})
            assert heard is not None
            assert len(heard.words) == 2

    asyncio.run(run())
