"""Captions from another language's cues."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from services.gateway.cues import rules_for
from services.gateway.versions.cue_type import Spoken, captions_of, of_cues, of_script
from services.gateway.versions.subtitles import Cue
from shared.captions import CaptionStyle, Place
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.soundtrack import Tracks, VoiceLine
from tests.gateway.typed_film import cue, typed_timeline

FILM = typed_timeline(cue(1, 10, 40, "one"), cue(2, 70, 60, "two"))


def test_cues_come_on_their_frames_with_their_lines() -> None:
    cues = (Cue(1, 2, Fraction(1), Fraction(5, 2), ("Guten Morgen", "Welt"), is_top=True),)
    (caption,) = captions_of(of_cues(cues, FILM), FILM)
    assert (caption.start_frame, caption.frames) == (30, 45)
    assert caption.lines == ("Guten Morgen", "Welt")
    assert caption.place is Place.TOP
    assert caption.words == ()


def test_a_cue_after_the_end_is_refused() -> None:
    late = (Cue(3, 9, Fraction(9), Fraction(10), ("spät",)),)
    with pytest.raises(InvalidInput, match=r"cue 3 \(line 9\) begins at 9.000 s; .* 8.000 s"):
        of_cues(late, FILM)


def test_a_long_cue_is_parted_within_its_time() -> None:
    text = "Ein sehr langer Satz, der in keiner Sprache der Welt auf zwei Zeilen passt, " * 2
    captions = captions_of([Spoken(text, 30, 180)], FILM)
    rules = rules_for(FILM.caption_style, FILM.size)
    assert len(captions) > 1
    assert captions[0].start_frame == 30
    assert captions[-1].end_frame == 180
    for one, other in pairwise(captions):
        assert one.end_frame == other.start_frame
    assert all(len(line) <= rules.characters for item in captions for line in item.lines)
    assert " ".join(item.text for item in captions).split() == text.split()


def test_words_of_karaoke_share_their_cue() -> None:
    film = replace(FILM, caption_style=CaptionStyle.KARAOKE)
    (caption,) = captions_of([Spoken("eins zwei drei", 0, 60)], film)
    assert [word.text for word in caption.words] == ["eins", "zwei", "drei"]
    assert caption.words[0].start_frame == 0
    assert caption.words[-1].end_frame == 60


def test_a_script_takes_the_times_of_cues_or_lines() -> None:
    assert [(s.start_frame, s.end_frame) for s in of_script(("eins", "zwei"), FILM)] == [
        (10, 50),
        (70, 130),
    ]
    line = VoiceLine(Digest.of_bytes(b"l"), 48_000, 96_000, "one")
    said = replace(FILM, tracks=Tracks((line,)))
    assert [(s.start_frame, s.end_frame) for s in of_script(("eins",), said)] == [(30, 90)]
    with pytest.raises(InvalidInput, match="3 lines; expected one for each of the film's 2 cues"):
        of_script(("a", "b", "c"), FILM)
