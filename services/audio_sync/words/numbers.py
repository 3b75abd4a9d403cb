"""Numbers as an English speaker says them: "1,250" is "one thousand two hundred fifty"."""

from __future__ import annotations

import re

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS = (
    *("zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty"),
    "ninety",
)
_SCALES = ((10**9, "billion"), (10**6, "million"), (10**3, "thousand"), (100, "hundred"))
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_UNITS = {"$": "dollars", "£": "pounds", "€": "euros", "%": "percent"}
_MAX_DIGITS = 12
_FIRST_YEAR, _LAST_YEAR = 1100, 2099
_NUMBER = re.compile(
    r"(?P<before>[$£€]?)(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<part>\d+))?"
    r"(?P<after>st|nd|rd|th|s|%)?"
)
_CLOCK = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d{2})")


def spoken_number(text: str) -> tuple[str, ...]:
    """The words of a number, empty when the text is none.

    Reads 12, 1,250, 3.14, 3rd, 1990s, $20, 45% and 9:30. A bare 1100 to 2099 is read as a year
    ("nineteen ninety"); more than 12 digits are read one by one.
    """
    if clock := _CLOCK.fullmatch(text):
        return _clock(int(clock["hour"]), clock["minute"])
    match = _NUMBER.fullmatch(text.lower())
    if match is None:
        return ()
    whole, part, after = match["whole"], match["part"], match["after"] or ""
    if "," not in whole and not part and not match["before"] and _is_year(whole):
        words = _year(int(whole))
    else:
        words = (
            cardinal(int(whole.replace(",", ""))) if len(whole) <= _MAX_DIGITS else digits(whole)
        )
    if part:
        words = (*words, "point", *digits(part))
    if after in ("st", "nd", "rd", "th"):
        words = (*words[:-1], _ordinal(words[-1]))
    elif after == "s":
        words = (*words[:-1], _plural(words[-1]))
    unit = _UNITS.get(match["before"] or after)
    return (*words, unit) if unit else words


def cardinal(value: int) -> tuple[str, ...]:
    """0 or more, below a trillion, in words without "and"."""
    if value < len(_ONES):
        return (_ONES[value],)
    if value < 100:
        tens, ones = divmod(value, 10)
        return (_TENS[tens], _ONES[ones]) if ones else (_TENS[tens],)
    size, name = next((size, name) for size, name in _SCALES if value >= size)
    count, rest = divmod(value, size)
    return (*cardinal(count), name, *(cardinal(rest) if rest else ()))


def digits(text: str) -> tuple[str, ...]:
    """Each digit by its name."""
    return tuple(_ONES[int(digit)] for digit in text if digit.isdecimal())


def _is_year(text: str) -> bool:
    return len(text) == 4 and _FIRST_YEAR <= int(text) <= _LAST_YEAR and text[1:3] != "00"


def _year(value: int) -> tuple[str, ...]:
    century, rest = divmod(value, 100)
    if not rest:
        return (*cardinal(century), "hundred")
    return (*cardinal(century), *(("oh",) if rest < 10 else ()), *cardinal(rest))


def _clock(hour: int, minute: str) -> tuple[str, ...]:
    if minute == "00":
        return (*cardinal(hour), "o'clock")
    return (*cardinal(hour), *(("oh",) if minute[0] == "0" else ()), *cardinal(int(minute)))


def _ordinal(word: str) -> str:
    if word in _ORDINALS:
        return _ORDINALS[word]
    return f"{word[:-1]}ieth" if word.endswith("y") else f"{word}th"


def _plural(word: str) -> str:
    if word.endswith("y"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith("x") else f"{word}s"
