from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.gateway.prompts import (
    parse_prompt,
    resolve_mentions,
    section_notes,
    section_prompts_of,
)
from shared.brief import Brief, MediaKind
from shared.errors import InvalidInput
from shared.sync_map import Section, SyncMap
from tests.gateway.synthetic import reference


def test_white_space_is_made_single() -> None:
    assert parse_prompt(" a  dog\n runs ") == "a dog runs"


@pytest.mark.parametrize("text", ["", "  ", "x" * 1001])
def test_nothing_and_too_much_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="expected 1 to 1000"):
        parse_prompt(text)


def test_sections_have_prompts_by_label() -> None:
    assert section_prompts_of({"chorus": "people dance", "verse": "a street"}) == (
        ("chorus", "people dance"),
        ("verse", "a street"),
    )


@pytest.mark.parametrize("value", [["chorus"], "chorus", {"chorus": ["a"]}, {"chorus": None}])
def test_anything_else_is_refused(value: Any) -> None:
    with pytest.raises(InvalidInput, match="section_prompts"):
        section_prompts_of(value)


def test_mentions_are_written_as_handles_and_unknown_ones_name_their_prompt() -> None:
    references = (reference("cup", MediaKind.IMAGE), reference("ride", MediaKind.VIDEO))
    song = reference("song", MediaKind.AUDIO)
    brief = Brief(song, references, prompt="<<<image_1>>> at dawn to @Audio1")
    chorus = (("chorus", "@Video1"),)
    found = resolve_mentions(replace(brief, section_prompts=chorus))
    assert found.prompt == "@cup at dawn to @song"
    assert found.section_prompts == (("chorus", "@ride"),)
    assert resolve_mentions(Brief(None, ())).prompt is None
    with pytest.raises(InvalidInput, match=r"section_prompts: verse: no reference @cap; did you"):
        resolve_mentions(replace(brief, section_prompts=(("verse", "@cap"),)))


def test_a_prompt_for_a_section_that_is_not_there_is_said() -> None:
    sections = (Section(0, 100, "verse", 0.5), Section(100, 200, "chorus", 0.9))
    heard = SyncMap(200, 0.9, 120.0, 0.9, (), (), (), sections=sections)
    brief = Brief(None, (), section_prompts=(("verse", "a street"), ("bridge", "a river")))
    assert section_notes(brief, heard) == (
        "the prompt for 'bridge' was not used: the song has no such section (verse, chorus)",
    )
    assert len(section_notes(brief, None)) == 2
