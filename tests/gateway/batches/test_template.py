"""A template becomes a brief for every row."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from services.gateway.batches.slots import SlotType
from services.gateway.batches.template import Template, parse_template, read_template
from shared.brief import Pacing
from shared.errors import InvalidInput, NotFound

TEXT = """
slots:
  sub: {type: text, required: false}
  mood: {type: choice, choices: [calm, driving], default: driving}
  song: {type: audio, default: song.wav}
song: "{{song}}"
references:
  - {handle: hero, path: "{{ hero : image }}", roles: [product]}
  - logo.png
pacing: "{{mood}}"
duration_seconds: "{{seconds:number}}"
titles:
  - {kind: title, text: "{{headline:text}} today", details: "{{sub}}"}
  - {kind: lower_third, text: "{{sub}}", at_seconds: 3}
"""


@pytest.fixture
def template(tmp_path: Path) -> Template:
    path = tmp_path / "ad.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return read_template(path)


def test_values_take_their_places_and_defaults_fill_the_rest(
    template: Template, tmp_path: Path
) -> None:
    assert template.slots["hero"].type is SlotType.IMAGE
    values = {"hero": "/x/mug.png", "seconds": "7.5", "headline": "{{sub}}", "sub": "more"}
    spec = template.fill(values)
    assert spec.song == tmp_path / "song.wav"
    assert [item.path for item in spec.references] == [Path("/x/mug.png"), tmp_path / "logo.png"]
    assert spec.pacing is Pacing.DRIVING
    assert spec.duration_seconds == Fraction(15, 2)
    # A value is text, whatever it looks like.
    assert [title.text for title in spec.titles] == ["{{sub}} today", "more"]
    assert spec.titles[0].details == "more"


def test_an_empty_slot_takes_its_key_and_a_title_without_text_is_none(template: Template) -> None:
    spec = template.fill({"hero": "/x/mug.png", "seconds": "7", "headline": "New"})
    assert len(spec.titles) == 1
    assert spec.titles[0].details == ""


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "expected a brief with slots"),
        ({"song": "a.wav"}, "0 slots"),
        ({"song": "{{song}}"}, "slot song has no type"),
        ({"song": "{{song:sound}}"}, "expected one of text"),
        ({"song": "{{a:audio}}", "voice": "{{a:image}}"}, "is audio and image"),
        ({"song": "music/{{a:audio}}"}, "expected nothing beside it"),
        ({"song": "{{a"}, "expected a slot such as"),
        ({"song": "{{A b:text}}"}, "a small letter"),
        ({"slots": {"a": "text"}, "song": "{{b:text}}"}, "slot a stands nowhere"),
        ({"slots": ["a"]}, "expected names with types"),
    ],
)
def test_what_is_no_template_is_refused(document: Any, words: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=words):
        parse_template(document, tmp_path, b"")


def test_a_row_that_makes_no_brief_is_refused(template: Template, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text("size: '{{size:text}}'", encoding="utf-8")
    with pytest.raises(InvalidInput, match="is not WIDTHxHEIGHT"):
        read_template(path).fill({"size": "big"})
    with pytest.raises(NotFound, match="a template in YAML"):
        read_template(tmp_path / "none.yaml")
