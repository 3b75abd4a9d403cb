from __future__ import annotations

from shared.digest import Digest
from shared.music_edit import Join, MusicEdit
from shared.schema import from_json, to_json
from shared.sync_map import Span


def test_an_edit_is_read_back_as_it_was_written() -> None:
    edit = MusicEdit(
        Digest.of_bytes(b"sound"),
        Digest.of_bytes(b"map"),
        (Span(0, 100), Span(300, 500)),
        (Join(100, 100, 300, 0.9),),
    )
    assert from_json(MusicEdit, to_json(edit)) == edit
