"""Encoders run on a file through real workers; a prompt is compared with what they find."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from services.encoder.encode import ENCODER_NAMES
from services.gateway.encoding import ENCODERS, encode_reference
from shared.brief import MediaKind
from shared.errors import InvalidInput
from shared.settings import Settings
from tests.encoder.photographs import photo


def test_every_encoder_has_a_kind() -> None:
    assert {name for names in ENCODERS.values() for name in names} == set(ENCODER_NAMES)
    assert set(ENCODERS) == set(MediaKind)


def test_a_prompt_brings_its_encoder(tmp_path: Path) -> None:
    found = asyncio.run(
        encode_reference(
            Settings(tmp_path, workers=1), photo("coffee.png"), ["media.probe"], "a cup of coffee"
        )
    )
    assert list(found.conditions) == ["media.probe", "image.labels"]
    assert found.kind is MediaKind.IMAGE
    assert found.similarities[0] > 0.4


def test_a_prompt_needs_a_picture(tmp_path: Path) -> None:
    text = tmp_path / "a.md"
    text.write_text("words")
    with pytest.raises(InvalidInput, match="compared with pictures, found text"):
        asyncio.run(encode_reference(Settings(tmp_path / "store"), text, (), "words"))
