"""SubRip and WebVTT are read as they are written, or refused with the line."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.subtitle_files import to_srt, to_vtt
from services.gateway.versions.subtitles import parse_subtitles, read_subtitles
from shared.errors import InvalidInput, NotFound
from tests.gateway.typed_film import cue

SRT = "1\n00:00:01,000 --> 00:00:02,500\nGuten Morgen\n<i>Welt</i>\n"
SRT += "\n2\n00:00:03,000 --> 00:00:04,000\nTschüs\n"
VTT = """WEBVTT - film

NOTE nothing
to read

intro
00:01.000 --> 00:02.500 line:8% align:center
<v Ana>Guten &amp; Morgen</v>

01:00:00.000 --> 01:00:01.000
spät
"""


def test_srt_is_read() -> None:
    one, two = parse_subtitles(SRT, is_vtt=False)
    assert (one.number, one.line, one.lines) == (1, 2, ("Guten Morgen", "Welt"))
    assert (one.start_seconds, one.end_seconds) == (Fraction(1), Fraction(5, 2))
    assert (two.line, two.text) == (7, "Tschüs")


def test_vtt_is_read() -> None:
    one, two = parse_subtitles(VTT.replace("\n", "\r\n"), is_vtt=True)
    assert (one.text, one.is_top, one.line) == ("Guten & Morgen", True, 7)
    assert two.start_seconds == 3600


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "no cue"),
        ("one\n00:00:01,000 --> 00:00:02,000\na", 1, "a cue's number"),
        ("1\n00:00:01.000 --> 00:00:02.000\na", 2, "expected times as 00:00:01,000"),
        ("1\n00:00:61,000 --> 00:01:02,000\na", 2, "expected times"),
        ("1\n00:00:02,000 --> 00:00:01,000\na", 2, "ends before it begins"),
        ("1\n00:00:01,000 --> 00:00:02,000\n", 3, "without text"),
        ("1\n00:00:01,000 --> 00:00:02,000\na\n2\n00:00:03,000 --> 00:00:04,000\nb", 3, "blank"),
        (
            "1\n00:00:01,000 --> 00:00:02,000\na\n\n2\n00:00:01,500 --> 00:00:04,000\nb",
            6,
            "begins 0.500 s before",
        ),
        ("1", 2, "found nothing|nothing; expected times"),
    ],
)
def test_what_is_no_srt_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(InvalidInput, match=rf"^line {line}: .*({words})"):
        parse_subtitles(text, is_vtt=False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1\n00:01.000 --> 00:02.000\na", "line 1: .*expected WEBVTT"),
        ("WEBVTT\n\n00:01,000 --> 00:02,000\na", "line 3: .*expected times"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000 loud:9\na", "line 3: setting 'loud:9'"),
        ("WEBVTT\n\nid", "line 4: .*expected times"),
    ],
)
def test_what_is_no_vtt_is_refused(text: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        parse_subtitles(text, is_vtt=True)


def test_what_onbeat_writes_is_read_back() -> None:
    captions = [cue(1, 30, 45, "Good morning", "world"), cue(2, 90, 30, "<bye> & good")]
    srt = parse_subtitles(to_srt(captions[:1], Fraction(30)), is_vtt=False)
    vtt = parse_subtitles(to_vtt(captions, Fraction(30)), is_vtt=True)
    assert srt[0].lines == vtt[0].lines == captions[0].lines
    assert [c.start_seconds for c in vtt] == [1, 3]
    assert vtt[1].text == "<bye> & good"


@given(st.text(max_size=200), st.booleans())
def test_any_text_is_cues_or_a_refusal(text: str, is_vtt: bool) -> None:
    refused = ""
    try:
        assert parse_subtitles(text, is_vtt=is_vtt)
    except InvalidInput as error:
        refused = error.message
    assert not refused or refused.startswith("line ")


def test_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such file; expected captions"):
        read_subtitles(tmp_path / "none.srt")
    path = tmp_path / "a.srt"
    path.write_bytes(b"1\n\xff")
    with pytest.raises(InvalidInput, match=r"a\.srt line 2: not UTF-8"):
        read_subtitles(path)
    path.write_text("\ufeff" + SRT, encoding="utf-8")
    assert len(read_subtitles(path)) == 2
    path.write_text("x")
    with pytest.raises(InvalidInput, match=r"a\.srt line 1: "):
        read_subtitles(path)
