"""Briefs over HTTP: handles and ids become files, and nothing else ever becomes a path."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.gateway.api.films.briefs import read_brief_document
from services.gateway.api.ids import new_id
from services.gateway.api.problems import Problem, not_found
from services.gateway.api.references.service import StoredReference
from shared.brief import Pacing, Role
from shared.digest import Digest
from shared.errors import InvalidInput

REFERENCE = StoredReference(
    new_id("ref"), "mug", "mug.png", "image", 3, Digest.of_bytes(b"mug"), {}, 0.0
)


def find(name: str) -> StoredReference:
    if name in (REFERENCE.id, "@mug"):
        return REFERENCE
    raise not_found("reference", name)


def test_values_are_read_as_the_words_of_a_brief() -> None:
    document = {
        "references": ["@mug", {"path": REFERENCE.id, "handle": "hero", "roles": ["product"]}],
        "pacing": "calm",
        "seed": 7,
        "words": True,
        "frame_rate": 29.97,
        "prompt": None,
        "titles": [{"kind": "end_card", "text": "@mug", "seconds": 2}],
        "brand": {"logo": REFERENCE.id},
    }
    brief = read_brief_document(document, find)
    path = Path(REFERENCE.id, "mug.png")
    assert [one.path for one in brief.spec.references] == [path, path]
    assert [one.handle for one in brief.spec.references] == ["mug", "hero"]
    assert brief.spec.references[1].roles == (Role.PRODUCT,)
    assert (brief.spec.pacing, brief.spec.seed, brief.spec.words) == (Pacing.CALM, 7, True)
    assert brief.spec.brand is not None
    assert brief.spec.brand.logo == path
    assert brief.spec.titles[0].text == "@mug"  # text, not a file
    assert brief.references == (REFERENCE,)
    assert read_brief_document(brief.document, find).spec == brief.spec


@pytest.mark.parametrize(
    "change",
    [
        {"song": "/etc/passwd"},
        {"song": ["@mug"]},
        {"voice": "voice.wav"},
        {"script": "../talk.txt"},
        {"references": ["mug.png"]},
        {"references": [{"path": "/etc/passwd"}]},
        {"references": [{"reference": "@mug", "path": "@mug"}]},
        {"references": [7]},
        {"references": ["@mug"] * 201},
        {"brand": {"display_font": "/usr/share/fonts/x.ttf"}},
        {"brand": {"logo": "mug.png"}},
        {"speech_model": "./weights"},
        {"speech_model": "faster-whisper:/srv"},
        {"prompt": {"a": {"b": {}}}},
        {"shiny": True},
        {"generate": {"prompt": "sea", "lora": "/srv/weights/ink.safetensors"}},
        {"generate": {"prompt": "sea", "model": "/srv/weights/wan"}},
    ],
)
def test_whatever_names_no_reference_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        read_brief_document({"references": ["@mug"], **change}, find)


def test_shots_are_generated_by_models_of_the_catalogue() -> None:
    section = {"model": "wan2.1-t2v-1.3b", "every": 4, "steps": 30, "shots": {"3": "@mug in snow"}}
    brief = read_brief_document({"references": ["@mug"], "generate": section}, find)
    assert brief.spec.generate is not None
    options = brief.spec.generate.options
    assert (options.every, options.default.model) == (4, "wan2.1-t2v-1.3b")
    assert options.shots[0][1].prompt == "@mug in snow"


def test_a_reference_that_is_not_there_is_not_found() -> None:
    with pytest.raises(Problem, match="no reference"):
        read_brief_document({"song": new_id("ref")}, find)


def test_a_deep_brief_is_refused() -> None:
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(InvalidInput, match="nested"):
        read_brief_document({"titles": deep}, find)
