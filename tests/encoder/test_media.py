"""The encoder "media.probe" (what it finds of which file is tested with `shared.media.probe`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.encoder.media import encode_probe
from shared.errors import InvalidInput
from tests.encoder.photographs import photo
from tests.encoder.scenes import Recorder


def test_a_photo() -> None:
    values, tensors = encode_probe(photo("coffee.png"), Recorder())
    assert (values["kind"], values["width"], values["height"]) == ("image", 600, 400)
    assert values["frame_rate"] is None
    assert tensors == {}


def test_what_is_no_media_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"hello, I am a text\n" * 99)
    with pytest.raises(InvalidInput):
        encode_probe(tmp_path / "a", Recorder())
