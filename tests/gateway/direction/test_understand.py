"""Direction in words: what is said becomes the operations it means, or is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.direction.form import match
from services.gateway.direction.understand import _KINDS, FORMS
from services.gateway.edits.parse import parse_operation
from shared.errors import InvalidInput
from tests.gateway.direction.directed import compact, directed, documents, film
from tests.gateway.direction.readings import means

ROOT = Path(__file__).parents[3]


def said(name: str) -> list[tuple[str, str]]:
    """Lines "what is said => operations", without comments."""
    lines = (Path(__file__).parent / name).read_text("utf-8").splitlines()
    pairs = [line.partition(" => ") for line in lines if line and not line.startswith("#")]
    return [(text, meant) for text, _, meant in pairs]


@pytest.mark.parametrize(("text", "meant"), said("said.txt"))
def test_what_is_said_means_these_operations(text: str, meant: str) -> None:
    assert " | ".join(compact(text)) == meant


@pytest.mark.parametrize(("text", "meant"), said("said_unseen.txt"))
def test_what_others_say_means_these_operations(text: str, meant: str) -> None:
    try:
        got = compact(text.removeprefix("~"))
    except InvalidInput:
        assert text.startswith("~") or "REFUSED" in meant
        return
    assert not text.startswith("~"), "understood by now: take off the ~"
    assert any(means(reading, got) for reading in meant.split(" || "))


def test_there_are_well_over_forty_ways() -> None:
    assert len({form.example for form in FORMS if form.example}) >= 100


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.pattern[:40])
def test_every_form_understands_its_example(form: object) -> None:
    assert hasattr(form, "example")
    if form.example:
        clause = form.example.replace('"Live in Berlin"', '"0"')
        for index, quote in enumerate(_quoted(form.example)):
            clause = clause.replace(f'"{quote}"', f'"{index}"')
        assert match(form, clause.lower(), _KINDS) is not None  # type: ignore[arg-type]


def _quoted(text: str) -> list[str]:
    return text.split('"')[1::2]


def test_every_example_is_in_the_documentation() -> None:
    page = (ROOT / "docs" / "direction.md").read_text("utf-8")
    missing = [form.example for form in FORMS if form.example and form.example not in page]
    assert not missing


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("frobnicate the widget", "is not understood"),
        ("keep", "nearest: “keep shots 1 to 4”"),
        ("make shot 99 warmer", "the film has shots 1 to 12"),
        ("replace @ride with @boat", "no clip or photo @boat; the film has @ride, @coast"),
        ("replace @ride with @mug in shot 2", "shot 2 shows @coast, not @ride"),
        ("make the bridge faster", "no section 'bridge' plays in the film; it plays intro, verse"),
        ("cut the third chorus faster", "plays 'chorus' 2 times, not 3"),
        ("make it warmer and cooler", "two changes of one thing"),
        ("remove everything", "expected some to stay"),
        ("make them warmer", "no shot was named before"),
        ("undo, make shot 3 warmer", "say it alone"),
        ("set the contrast of shot 3 to 9", "expected 0 to 2"),
        ("play shot 3 at half speed", "set_speed"),
        ("shots 4 to 2 warmer", "runs backwards"),
        ("dissolve into shot 1", "no cut leads into it"),
        ("insert @mug between shots 3 and 7", "do not meet"),
        ("split at 1:00", "not inside the film"),
        ('replace "zebra" with "horse"', "no caption or title has"),
        ("remove title 9", "the film has 2"),
        ("cut shot 3", "could mean: cut out shot 3 or cut shot 3 in half"),
        ("shot 4 is fine but darker", "could mean the shots named before, or the film"),
        ("warm up the chorus and cut faster", "could mean that part only, or the film"),
        ("keep shot 3, cut it faster", "'it' is a shot here"),
        ("everything is great", "says what is liked"),
        ("play shot 4 at 900%", "expected 0.25 to 4"),
        ("make shot 4 10 times faster", "expected 0.25 to 4"),
        ("shot 3 is too dark, darken it", "pull apart"),
        ("pick up the pace from the chorus on", "say which"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(text: str, message: str) -> None:
    if text == "play shot 3 at half speed":  # a photo: a matter of the operation
        assert documents(text)[0]["op"] == "set_speed"
        return
    with pytest.raises(InvalidInput) as refused:
        _ = directed(text).documents
    assert message in refused.value.message


def test_one_wish_that_is_not_understood_refuses_all_and_keeps_the_rest_readable() -> None:
    direction = directed("make shot 3 warmer, dance a little, remove shot 4")
    assert [wish.said for wish in direction.understood] == ["make shot 3 warmer", "remove shot 4"]
    assert [item.said for item in direction.refused] == ["dance a little"]
    with pytest.raises(InvalidInput, match="dance a little"):
        _ = direction.operations


def test_what_is_understood_is_read_back() -> None:
    direction = directed("keep shots 1 to 3 and 7, make the chorus a bit warmer")
    says = [line for wish in direction.understood for line in wish.says]
    assert says == ["lock shots 1 to 3 and 7", "grade in every chorus by warmth 0.1"]


def test_later_wishes_start_from_what_earlier_ones_left() -> None:
    assert compact("make shot 3 warmer, make it warmer") == [
        "set_grade 3 warmth=0.2",
        "set_grade 3 warmth=0.4",
    ]
    assert compact("unlock shot 8, cool the clips") == [
        "unlock 8",
        *(f"set_grade {n} warmth={0.1 if n == 8 else -0.2}" for n in (1, 2, 4, 6, 8, 9, 11, 12)),
    ]


def test_it_is_the_section_that_was_spoken_of() -> None:
    assert compact("warm up the verse and make it calmer") == [
        "set_pacing pacing=calm section=verse",
        "adjust_grade section=verse warmth=0.2",
    ]


def test_named_shots_are_kept_when_the_film_is_cut_anew_in_the_same_breath() -> None:
    text = "cut on downbeats, replace @image2 with @mug in shot 7, make the chorus faster"
    assert compact(text) == [
        "replace_source 7 source=@Mug",
        "set_pacing pacing=steady cuts_on=downbeats keep=[7]",
        "set_pacing pacing=driving section=chorus keep=[7]",
    ]


def test_operations_are_valid_as_they_stand() -> None:
    for document in directed("keep shots 1 to 4, warmer grade, hold the last shot").documents:
        assert document["op"] == parse_operation(dict(document)).OP


def test_sections_of_a_film_without_sound_are_refused() -> None:
    from services.gateway.direction.understand import understand

    direction = understand("make the chorus faster", film(), None)
    assert "it plays none" in direction.refused[0].reason
