"""The table of formats says what libav and Pillow call them, and what people name them."""

from __future__ import annotations

import pytest
from av.format import ContainerFormat
from PIL import Image

from shared.brief import MediaKind
from shared.media.formats import (
    ACCEPTED,
    ACCEPTED_SOUND,
    DEMUXERS,
    EXTENSIONS,
    PHOTO_FORMATS,
    TABLE,
    format_of,
    may_be_named,
    usual_extensions,
)


def test_every_demuxer_exists_and_none_opens_other_files() -> None:
    for name in DEMUXERS.split(","):
        assert ContainerFormat(name, "r").is_input, name
    assert not {"hls", "dash", "concat", "image2", "sdp"} & set(DEMUXERS.split(","))


def test_every_photo_format_is_one_of_pillows() -> None:
    Image.init()
    assert set(PHOTO_FORMATS) <= set(Image.OPEN)
    assert "WEBP" in PHOTO_FORMATS


def test_formats_have_short_names() -> None:
    assert format_of("mov,mp4,m4a,3gp,3g2,mj2") == "mp4"
    assert format_of("matroska,webm") == "matroska"
    assert format_of("wav") == "wav"


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (MediaKind.IMAGE, ".jpg .jfif .png .gif"),
        (MediaKind.VIDEO, ".mp4 .mov .flv .wmv .asf .webm .ogg"),
        (MediaKind.AUDIO, ".wav .caf .w64 .m4b .mp2 .mka .wma .mp4 .mkv .flv"),
    ],
)
def test_correct_names_are_accepted(kind: MediaKind, names: str) -> None:
    assert set(names.split()) <= set(EXTENSIONS[kind])


def test_names_that_contradict_a_kind_are_not() -> None:
    assert not {".jpg", ".gif", ".mp3", ".m4a"} & set(EXTENSIONS[MediaKind.VIDEO])
    assert not {".mp4", ".wav"} & set(EXTENSIONS[MediaKind.IMAGE])
    assert not {".jpg", ".txt"} & set(EXTENSIONS[MediaKind.AUDIO])


def test_animated_pictures_are_named_as_pictures_are() -> None:
    assert may_be_named(MediaKind.VIDEO, "gif", ".gif")
    assert may_be_named(MediaKind.VIDEO, "webp", ".webp")
    assert not may_be_named(MediaKind.VIDEO, "gif", ".mp4")
    assert not may_be_named(MediaKind.VIDEO, "mp4", ".gif")


def test_the_usual_names_come_first() -> None:
    assert usual_extensions(MediaKind.AUDIO, "mp4")[0] == ".m4a"
    assert usual_extensions(MediaKind.VIDEO, "mp4")[0] == ".mp4"
    assert usual_extensions(MediaKind.AUDIO, "avi")[0] == ".avi"
    assert usual_extensions(MediaKind.IMAGE, "jpeg")[0] == ".jpg"


def test_extensions_are_in_lower_case_with_their_dot() -> None:
    for row in TABLE:
        assert row.extensions, row
        assert all(name.startswith(".") and name == name.lower() for name in row.extensions), row


def test_the_texts_name_every_format() -> None:
    for row in TABLE:
        assert row.words in ACCEPTED
        assert row.kind is not MediaKind.AUDIO or row.words in ACCEPTED_SOUND
