from __future__ import annotations

from shared.digest import Digest
from shared.schema import from_json, to_json
from shared.speech import Speech
from shared.sync_map import SpokenText


def test_a_speech_reads_back_as_itself() -> None:
    speech = Speech(Digest.of_bytes(b"wav"), 48_000, (SpokenText("Hello", 100, 20_000),))
    assert from_json(Speech, to_json(speech)) == speech
