"""Which shots words mean: "shots 1 to 4", "the last two shots", "the second chorus", "@mug"."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from services.gateway.direction.amounts import AMOUNT, NUMBER, TIME, frames, number, seconds
from services.gateway.direction.film import Film
from services.gateway.direction.shot_words import (
    AFTER,
    AGAIN,
    ALL,
    AND,
    BUT,
    BY_HANDLE,
    ENDS,
    EXCEPT,
    GROUP,
    ID,
    IN_SECTION,
    IN_SPAN,
    KINDS,
    LIST,
    NAME,
    NTH,
    NTHS,
    ONE,
    ONWARD,
    ORDINAL,
    ORDINALS,
    REST,
    SECTION,
    WHOLE_SONG,
)
from shared.brief import MediaKind
from shared.errors import InvalidInput, NotFound

_SYNONYMS = {
    "refrain": "chorus", "hook": "chorus", "choruses": "chorus", "verses": "verse",
    "builds": "build", "build-up": "build", "drops": "drop", "breaks": "break",
    "breakdown": "break",
}  # fmt: skip


def named_shots(text: str, film: Film) -> tuple[str, ...]:
    """Ids of the shots that a `SHOTS` or `SHOT` means, in the film's order.

    Raises `NotFound` for shots, sections or sources that the film does not have.
    """
    for pattern, read in _READERS:
        if re.fullmatch(pattern, text):
            found = set(read(text, film))
            if not found:
                raise NotFound(f"no shot of the film is {text!r}")
            return tuple(item for item in film.ids if item in found)
    raise InvalidInput(f"{text!r} names no shots; expected for example shots 1 to 4")


def open_shots(text: str, film: Film) -> tuple[str, ...]:
    """`named_shots` without locked ones, unless the shots are named one by one."""
    named = named_shots(text, film)
    if any(re.fullmatch(pattern, text) for pattern in (LIST, NTHS, NTH, GROUP)):
        return named
    found = tuple(shot for shot in named if shot not in film.locked)
    if not found:
        raise InvalidInput(f"every shot that {text!r} means is locked; unlock one first")
    return found


def one_shot(text: str, film: Film) -> str:
    """The id of the one shot that a `SHOT` or a bare number means; raises `InvalidInput`."""
    found = named_shots(f"shot {text}" if re.fullmatch(r"#?\d{1,5}", text) else text, film)
    if len(found) != 1:
        raise InvalidInput(f"{text!r} means {len(found)} shots; expected one")
    return found[0]


def is_span(text: str, film: Film) -> bool:
    """Whether words mean a stretch of the film by music or time, or all of it."""
    if text == "it" and not film.spoken_of:
        return True
    return any(re.fullmatch(pattern, text) for pattern in (ALL, IN_SECTION, IN_SPAN))


def section_fields(text: str | None, film: Film) -> list[object]:
    """What words mean as the `section` of operations; [None] for the whole film."""
    rate = film.timeline.frame_rate
    out: list[object] = []
    for label, first, end in spans(text or "everything", film):
        if label is None and (first, end) == (0, film.timeline.frame_count):
            return [None]
        field: object = label or {
            "start_seconds": round(float(first / rate), 4),
            "end_seconds": round(float(end / rate), 4),
        }
        if field not in out:
            out.append(field)
    return out


def spans(text: str, film: Film) -> list[tuple[str | None, int, int]]:
    """(label if that says it all, first frame, one after the last) of each stretch meant."""
    if text == "it" and film.spoken_of:
        raise InvalidInput("'it' is a shot here; expected a part of the film, as in the chorus")
    if text == "it" and film.stretches:
        return list(film.stretches)
    if text == "it" or re.fullmatch(rf"{ALL}|{WHOLE_SONG}", text):
        return [(None, 0, film.timeline.frame_count)]
    inner = re.sub(
        r"^(?:all |every |the )?(?:the )?shots? (?:in|of|during|from|between) ", "", text
    )
    inner = inner.removesuffix(" shots") if re.fullmatch(IN_SECTION, text) else inner
    if re.fullmatch(SECTION, inner):
        return _sections(inner, film)
    return [(None, *_span(inner, film))]


def _sections(text: str, film: Film) -> list[tuple[str | None, int, int]]:
    text = re.sub(r"^(?:(?:all|both|every|each) )?(?:of )?(?:the )?", "", text)
    found = re.fullmatch(rf"(?:({ORDINAL}|last|final) )?({NAME})(?: (\d{{1,2}}|{NUMBER}))?", text)
    if found is None:
        raise InvalidInput(f"{text!r} names no section")
    name = _SYNONYMS.get(found[2], found[2])
    label = name.split()[-1].upper() if name.startswith(("section ", "part ")) else name
    heard = film.sections()
    mine = [item for item in heard if item[0] == label]
    if not mine:
        labels = ", ".join(dict.fromkeys(item[0] for item in heard)) or "none"
        raise NotFound(f"no section {label!r} plays in the film; it plays {labels}")
    which = found[1] or found[3]
    if which is None:
        return [(label, first, end) for _, first, end in mine]
    place = -1 if which in ("last", "final") else _place(which) - 1
    if place >= len(mine):
        raise NotFound(f"the film plays {label!r} {len(mine)} times, not {place + 1}")
    return [(None, *mine[place][1:])]


def _span(text: str, film: Film) -> tuple[int, int]:
    count, rate = film.timeline.frame_count, film.timeline.frame_rate
    at_end = re.fullmatch(rf"the (first|last|final|opening|closing) ({AMOUNT})", text)
    if at_end:
        length = min(count, frames(at_end[2], film))
        is_first = at_end[1] in ("first", "opening")
        return (0, length) if is_first else (count - length, count)
    if re.fullmatch(ONWARD, text):
        section = re.sub(r" on(?:wards?)?$", "", text.removeprefix("from "))
        parts = _sections(section, film)
        if len(parts) > 1:
            raise InvalidInput(f"{section!r} plays {len(parts)} times; say which, as in the first")
        return parts[0][1], count
    times = re.findall(TIME, text)
    first, end = (int(seconds(time, film) * rate + Fraction(1, 2)) for time in times[:2])
    if first >= min(end, count):
        raise InvalidInput(f"{text!r} is no stretch of the film, which is {count} frames long")
    return first, min(end, count)


def _place(text: str) -> int:
    if text in ORDINALS:
        return ORDINALS.index(text) + 1
    digits = re.match(r"\d+", text)
    return int(digits[0]) if digits else int(number(text))


def _list(text: str, film: Film) -> list[str]:
    out: list[str] = []
    for item in re.split(AND, text):
        ends = re.findall(rf"{ID}|#?\d{{1,5}}|\b(?:{NUMBER})\b", item)
        numbers = [film.number(end) if end in film.ids else _known(end, film) for end in ends[:2]]
        if len(numbers) == 2 and numbers[0] > numbers[1]:
            raise InvalidInput(f"{item!r} runs backwards; expected the smaller number first")
        out += [film.nth(n) for n in range(numbers[0], numbers[-1] + 1)]
    return out


def _known(text: str, film: Film) -> int:
    if re.fullmatch(ID, text):
        raise NotFound(f"no shot {text}; the film has shots 1 to {len(film.ids)}")
    value = int(number(text.removeprefix("#")))
    film.nth(value)
    return value


def _nth(text: str, film: Film) -> list[str]:
    places = {"last": -1, "final": -1, "closing": -1, "opening": 0}
    out = []
    for word in re.findall(rf"{ENDS}|{ORDINAL}", text):
        if word in places:
            out.append(film.ids[places[word]])
        elif word in ORDINALS or word[0].isdigit():
            out.append(film.nth(_place(word)))
        else:
            out.append(film.nth(len(film.ids) - 1))
    return out


def _group(text: str, film: Film) -> tuple[str, ...]:
    found = re.search(rf"(first|last|final|opening|closing) ({NUMBER}) shots", text)
    count = int(number(found[2])) if found else 0
    if not 1 <= count <= len(film.ids):
        raise NotFound(f"{text!r}: the film has {len(film.ids)} shots")
    return film.ids[:count] if found and found[1] in ("first", "opening") else film.ids[-count:]


def _rest(text: str, film: Film) -> list[str]:
    spoken = set(film.spoken_of) or film.locked
    if not spoken:
        raise InvalidInput(
            f"{text!r}: no shots were named before; expected for example shots 1 to 4"
        )
    return [item for item in film.ids if item not in spoken]


def _after(text: str, film: Film) -> tuple[str, ...]:
    found = re.search(rf"(after|before|up to|from) (?:the )?shot ({ONE})", text)
    if found is None:
        raise InvalidInput(f"{text!r} names no shots")
    place = _known(found[2], film) if found[2] not in film.ids else film.number(found[2])
    match found[1]:
        case "after":
            return film.ids[place:]
        case "before":
            return film.ids[: place - 1]
        case "up to":
            return film.ids[:place]
    return film.ids[place - 1 :]


def _of_kind(text: str, film: Film) -> list[str]:
    kind = MediaKind.VIDEO if "clip" in text or "video" in text else MediaKind.IMAGE
    return [shot.id for shot in film.timeline.shots if shot.source.kind is kind]


def _by_handle(text: str, film: Film) -> list[str]:
    handle = film.picture(text[text.index("@") :]).handle
    return [shot.id for shot in film.timeline.shots if shot.source.handle == handle]


def _inside(text: str, film: Film) -> list[str]:
    starts = film.timeline.start_frames()
    out = []
    for _, first, end in spans(text, film):
        middles = [
            start + shot.frames / 2 for start, shot in zip(starts, film.timeline.shots, strict=True)
        ]
        inside = [i for i, middle in enumerate(middles) if first <= middle < end]
        centre = (first + end) / 2
        around = max(i for i, start in enumerate(starts) if start <= centre)
        out += [film.ids[i] for i in inside or [around]]
    return out


def _except(text: str, film: Film) -> list[str]:
    meant, _, left_out = re.sub(BUT, "\n", text).partition("\n")
    out = set(named_shots(left_out, film))
    return [item for item in named_shots(meant, film) if item not in out]


def _again(text: str, film: Film) -> tuple[str, ...]:
    if film.stretches and not film.spoken_of:
        inside = set(_inside("it", film))
        return tuple(shot for shot in film.ids if shot in inside)
    if text == "it" and not film.spoken_of:
        return film.ids
    if not film.spoken_of:
        raise InvalidInput(f"{text!r}: no shot was named before; expected for example shot 3")
    return film.spoken_of


_Reader = Callable[[str, Film], "list[str] | tuple[str, ...]"]
_READERS: tuple[tuple[str, _Reader], ...] = (
    (AGAIN, _again),
    (EXCEPT, _except),
    (AFTER, _after),
    (ALL, lambda text, film: film.ids),
    (REST, _rest),
    (LIST, _list),
    (rf"(?:the )?shot {ONE}", _list),
    (GROUP, _group),
    (NTHS, _nth),
    (NTH, _nth),
    (KINDS, _of_kind),
    (BY_HANDLE, _by_handle),
    (IN_SECTION, _inside),
    (IN_SPAN, _inside),
)
