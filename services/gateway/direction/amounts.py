"""Numbers, lengths, times and degrees in words: "half a second", "2 beats", "0:12", "a bit"."""

from __future__ import annotations

import re
from fractions import Fraction

from services.gateway.direction.film import Film

_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_TEENS = ("eleven", "twelve")
NUMBERS = {word: value for value, word in enumerate((*_WORDS, *_TEENS))}
_WORD = "|".join(NUMBERS)
_DIGITS = r"\d{1,6}(?:\.\d{1,3})?"
NUMBER = rf"(?:{_DIGITS}|{_WORD})"
PERCENT = rf"(?:by )?{_DIGITS} ?(?:%|percent|per cent)"
_COUNT = rf"(?:{NUMBER}|half an?|a half|half|an?|another|a couple(?: of)?|a few|one and a half)"
_UNIT = r"(?:seconds?|secs?|sec|s|frames?|beats?|bars?|ms|milliseconds?)"
AMOUNT = rf"(?:{_COUNT} {_UNIT}(?: and a half)?|{_DIGITS}(?:s|f|ms))"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:\.\d{1,3})?"
TIME = rf"(?:{_CLOCK}|{_DIGITS} ?(?:seconds?|secs?|s)|the (?:start|beginning|end)|start|end)"
DEGREE = (
    r"(?:(?:just )?an? (?:little|tiny)(?: bit)?|a (?:bit|touch|tad|hint|lot|good deal)|slightly"
    r"|somewhat|subtly|gently|much|a lot|far|way|very|really|noticeably|considerably|even"
    r"|quite)"
)
_SLIGHT = ("little", "tiny", "bit", "touch", "tad", "hint", "slightly", "somewhat", "subtly")
_STRONG = ("much", "lot", "far", "way", "very", "really", "good deal", "considerably")
_BEATS_A_BAR = 4


def number(text: str) -> Fraction:
    """The value of a `NUMBER`."""
    return Fraction(NUMBERS[text]) if text in NUMBERS else Fraction(text)


def share(text: str) -> Fraction:
    """The value of a `PERCENT`: 1/5 for "20 %"."""
    found = re.search(_DIGITS, text)
    return Fraction(found[0] if found else 0) / 100


def degree(text: str | None) -> float:
    """How strongly something is meant: 0.5, 1 or 2 times the usual step."""
    words = text or ""
    if any(word in words for word in _SLIGHT):
        return 0.5
    return 2.0 if any(word in words for word in _STRONG) else 1.0


def frames(text: str, film: Film) -> int:
    """The value of an `AMOUNT` in film frames; raises `NotFound` for beats where none are heard."""
    count, unit = _amount(text)
    if unit.startswith("f"):
        return max(1, int(count + Fraction(1, 2)))
    if unit.startswith("bar"):
        return film.beat_frames(count * _BEATS_A_BAR)
    if unit.startswith("beat"):
        return film.beat_frames(count)
    return film.frames(count / 1000 if unit.startswith("m") else count)


def beats(text: str) -> int | None:
    """The value of an `AMOUNT` in whole beats, None if it is in another unit."""
    count, unit = _amount(text)
    if not unit.startswith("b"):
        return None
    count *= _BEATS_A_BAR if unit.startswith("bar") else 1
    return int(count) if count.denominator == 1 and count >= 1 else None


def _amount(text: str) -> tuple[Fraction, str]:
    short = re.fullmatch(rf"({_DIGITS})(s|f|ms)", text)
    if short:
        return Fraction(short[1]), short[2]
    extra = Fraction(1, 2) if text.endswith(" and a half") and "one and" not in text else 0
    text = text.removesuffix(" and a half") if extra else text
    words, _, unit = text.rpartition(" ")
    return _count(words) + extra, unit


def _count(words: str) -> Fraction:
    named = {
        "one and a half": Fraction(3, 2),
        "a couple": Fraction(2),
        "a couple of": Fraction(2),
        "a few": Fraction(3),
    }
    if words in named:
        return named[words]
    if "half" in words:
        return Fraction(1, 2)
    return Fraction(1) if words in ("a", "an", "another") else number(words)


def seconds(text: str, film: Film) -> Fraction:
    """The value of a `TIME` in seconds of the film."""
    if "start" in text or "beginning" in text:
        return Fraction(0)
    if text.endswith("end"):
        return film.timeline.frame_count / film.timeline.frame_rate
    if ":" in text:
        total = Fraction(0)
        for part in text.split(":"):
            total = total * 60 + Fraction(part)
        return total
    found = re.match(_DIGITS, text)
    return Fraction(found[0] if found else 0)
