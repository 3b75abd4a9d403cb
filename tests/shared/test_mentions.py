"""Mentions: every form of existing clients, and no trick passes for one."""

from __future__ import annotations

import pytest

from shared.brief import MediaKind, Reference
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.mentions import find_mentions, mentioned, with_handles, without_mentions


def reference(handle: str, kind: MediaKind = MediaKind.IMAGE) -> Reference:
    return Reference(handle, kind, Digest.of_bytes(handle.encode()))


REFERENCES = (
    reference("coffee"),
    reference("image1"),
    reference("ride", MediaKind.VIDEO),
    reference("blue-cup"),
    reference("song", MediaKind.AUDIO),
)


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("a cup of @coffee", "coffee"),
        ("a cup of @Coffee.", "coffee"),
        ("@image1 first", "image1"),  # a handle before a place
        ("@Image1", "image1"),
        ("@Image2", "image1"),  # the second image
        ("@image_3", "blue-cup"),
        ("@Video1", "ride"),
        ("@Audio1", "song"),
        ("<<<image_1>>>", "coffee"),
        ("<<< video_1 >>>", "ride"),
        ("<<<blue-cup>>>", "blue-cup"),
        ("<IMAGE_REF_0>", "coffee"),
        ("<IMAGE_REF_2>", "blue-cup"),
        ("<VIDEO_REF_0>", "ride"),
        ("(@blue-cup)", "blue-cup"),
        ("@coffeeを飲む", "coffee"),
    ],
)
def test_every_form_names_its_reference(text: str, handle: str) -> None:
    assert mentioned(text, REFERENCES) == (handle,)


@pytest.mark.parametrize("text", ["me@coffee.com", "at 5 @ noon", "a < b > c", "no mention", "@"])
def test_what_is_no_mention_is_left_alone(text: str) -> None:
    assert find_mentions(text, REFERENCES) == ()
    assert with_handles(text, REFERENCES) == text


@pytest.mark.parametrize(
    "text", ["@latte", "@Video2", "<<<image_9>>>", "<IMAGE_REF_3>", "<<<element_1>>>", "@image_0"]
)
def test_an_unknown_mention_lists_the_handles(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"@coffee, @image1, @ride, @blue-cup, @song") as error:
        find_mentions(f"with {text} here", REFERENCES, "section_prompts: chorus")
    assert text in str(error.value)
    assert str(error.value).startswith("section_prompts: chorus: ")


def test_a_near_miss_is_suggested() -> None:
    with pytest.raises(InvalidInput, match=r"did you mean @coffee\?"):
        find_mentions("@cofee", REFERENCES)


@pytest.mark.parametrize(
    "text",
    [
        "@c\u043effee",  # a Cyrillic o
        "@\u0441offee",  # a Cyrillic c first
        "@coffee\u0301",  # an accent put on the last letter
        "@coffee\u200bx",  # nothing to see
        "@\u200bcoffee",
        "\uff20coffee",  # a wide at
        "@coff\uff45e",  # a wide e
        "@caf\u00e9",
    ],
)
def test_look_alikes_and_invisible_characters_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"looks like a mention but has U\+"):
        find_mentions(f"show {text}", REFERENCES)


def test_texts_are_rewritten_with_handles_and_read_without() -> None:
    text = "<<<image_1>>> beside <IMAGE_REF_1>, then @Video1"
    assert with_handles(text, REFERENCES) == "@coffee beside @image1, then @ride"
    assert mentioned(text, REFERENCES) == ("coffee", "image1", "ride")
    assert without_mentions("@coffee and a @blue-cup on @image1", REFERENCES) == (
        "coffee and a blue cup on"
    )
    assert without_mentions("@image1 @image1!", REFERENCES) is None
    assert without_mentions(None, REFERENCES) is None
