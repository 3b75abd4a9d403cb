"""From fields to a brief."""

from __future__ import annotations

from typing import Any

import pytest

from services.gateway.api.problems import Problem
from services.gateway.api.references.service import StoredReference
from services.gateway.compat.openai_videos.attachments import Attached
from services.gateway.compat.openai_videos.wishes import (
    brief_with,
    check_mentions,
    handle_of,
    names_in,
    read_seconds,
    read_wish,
    seconds_text,
)
from shared.digest import Digest
from shared.errors import InvalidInput


def attached(kind: str, number: int, handle: str | None = None, **more: Any) -> Attached:
    id_ = f"ref_{number:026d}"
    stored = StoredReference(id_, handle, f"a.{kind}", kind, 1, Digest.of_bytes(b"a"), {}, 0.0)
    return Attached(stored, more.get("field", "references"), more.get("role"))


def test_defaults_are_those_of_the_api() -> None:
    wish = read_wish({"prompt": "a"})
    assert (wish.seconds, wish.size, wish.model) == ("4", "720x1280", "onbeat")
    assert wish.brief == {"prompt": "a", "size": "720x1280", "duration_seconds": "4"}


def test_fields_of_other_servers_are_read() -> None:
    wish = read_wish({"prompt": "a", "num_frames": "48", "fps": 24, "seed": 7, "size": "128x72"})
    assert wish.seconds == "2"
    assert wish.brief["frame_rate"] == "24"
    assert wish.brief["seed"] == "7"
    assert read_wish({"prompt": "a", "num_frames": 45}).seconds == "1.5"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prompt", "a" * 1001),
        ("size", "big"),
        ("seconds", "soon"),
        ("seconds", -1),
        ("seconds", True),
        ("fps", "0"),
        ("seed", "-1"),
        ("num_frames", "0"),
        ("model", {}),
    ],
)
def test_what_cannot_be_used_names_its_field(field: str, value: Any) -> None:
    with pytest.raises(Problem) as refused:
        read_wish({"prompt": "a", field: value})
    assert (refused.value.status, refused.value.more["param"]) == (400, field)


def test_an_extension_has_to_say_how_long() -> None:
    assert read_seconds({"seconds": "2.5"}) == 2.5
    with pytest.raises(Problem, match="missing"):
        read_seconds({})


def test_what_has_no_handle_gets_one_by_its_kind_and_place() -> None:
    found = [
        attached("image", 1),
        attached("video", 2),
        attached("image", 3, "mug"),
        attached("audio", 4),
    ]
    document = brief_with({"prompt": "a"}, found)
    assert [item["handle"] for item in document["references"]] == ["image1", "video1", "mug"]
    assert document["song"] == found[3].reference.id


def test_a_handle_that_is_taken_is_not_given_twice() -> None:
    document = brief_with({}, [attached("image", 1, "image1"), attached("image", 2)])
    assert [item["handle"] for item in document["references"]] == ["image1", "image2"]


def test_a_first_frame_is_one_only_among_others() -> None:
    first = attached("image", 1, field="input_reference", role="first_frame")
    alone = brief_with({}, [first])
    both = brief_with({}, [first, attached("video", 2)])
    assert "roles" not in alone["references"][0]
    assert both["references"][0]["roles"] == ["first_frame"]


def test_two_sounds_and_unknown_roles_are_refused() -> None:
    with pytest.raises(Problem, match="two sounds"):
        brief_with({}, [attached("audio", 1), attached("audio", 2)])
    with pytest.raises(Problem, match="expected one of"):
        brief_with({}, [attached("image", 1, role="hero"), attached("image", 2)])


def test_names_and_handles() -> None:
    assert names_in("@mug and <<<fox>>> at me@example.com, @mug") == ("mug", "fox")
    assert handle_of("Mossy the fox!") == "Mossy-the-fox"
    assert handle_of("狐") is None
    assert seconds_text(2.0) == "2"
    assert seconds_text(1.0333333) == "1.033"


def test_a_mention_of_nothing_is_refused_with_the_handles_that_there_are() -> None:
    found = [attached("image", 1), attached("audio", 2)]
    document = brief_with({}, found)
    check_mentions("@image1, <<<image_1>>> and <IMAGE_REF_0> to @song", document, found)
    with pytest.raises(InvalidInput, match="@image1"):
        check_mentions("@fox runs", document, found)
