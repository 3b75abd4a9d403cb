from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from services.gateway.subtitle_files import subtitle_files, to_srt, to_vtt
from shared.captions import Caption, CaptionDelivery, Place
from tests.gateway.typed_film import cue, typed_timeline

CUES = (
    cue(1, 0, 60, "Rock & roll", "<forever>"),
    replace(cue(2, 75, 45, "Again"), place=Place.TOP),
)


def test_srt() -> None:
    assert to_srt(CUES, Fraction(30)) == (
        "1\n00:00:00,000 --> 00:00:02,000\nRock & roll\n<forever>\n\n"
        "2\n00:00:02,500 --> 00:00:04,000\nAgain\n"
    )


def test_vtt_escapes_text_and_times_words() -> None:
    assert to_vtt(CUES, Fraction(30)) == (
        "WEBVTT\n\n"
        "c1\n00:00:00.000 --> 00:00:02.000\n"
        "Rock <00:00:00.500>&amp; <00:00:01.000>roll\n<00:00:01.500>&lt;forever&gt;\n\n"
        "c2\n00:00:02.500 --> 00:00:04.000 line:8%\nAgain\n"
    )


def test_times_are_exact_at_broadcast_rates_and_after_an_hour() -> None:
    late = Caption("c1", 30 * 3661, 30, ("Late",))
    assert "01:01:04,661 --> 01:01:05,662" in to_srt([late], Fraction(30000, 1001))


def test_files_are_written_where_they_are_asked_for() -> None:
    timeline = typed_timeline(*CUES)
    assert set(subtitle_files(timeline)) == {"captions.srt", "captions.vtt"}
    burned = replace(timeline, caption_delivery=CaptionDelivery.BURNED)
    assert subtitle_files(burned) == {}
