"""From the fields of `POST /v1/videos` to a brief of ours. Pure, but for looking references up."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from services.gateway.brief_values import parse_duration, parse_seed
from services.gateway.compat.openai_videos.attachments import Attached
from services.gateway.compat.openai_videos.errors import bad_field
from services.gateway.compat.openai_videos.forms import text_field
from services.gateway.prompts import MAX_PROMPT_CHARACTERS
from shared.brief import MediaKind, Reference, Role, Size
from shared.errors import InvalidInput
from shared.mentions import find_mentions
from shared.timing import format_frame_rate, parse_frame_rate

DEFAULT_MODEL, DEFAULT_SECONDS, DEFAULT_SIZE = "onbeat", "4", "720x1280"
_T = TypeVar("_T")
_MAX_MODEL_CHARS = 100
_MAX_FRAMES = 1 << 20
_NAMED = re.compile(
    r"(?<![\w@.+-])@([A-Za-z][A-Za-z0-9_-]{0,63})|<<<\s*([A-Za-z][\w-]{0,63})\s*>>>"
)
_HANDLE_CHARS = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a video is asked to be, checked; `brief` lacks its references only."""

    prompt: str
    model: str
    seconds: str
    size: str
    brief: Mapping[str, Any]


def read_wish(body: Mapping[str, Any]) -> Wish:
    """The fields of a request that are no files; raises `Problem` 400 that names the field."""
    prompt = text_field(body, "prompt", MAX_PROMPT_CHARACTERS)
    model = text_field(body, "model", _MAX_MODEL_CHARS, default=DEFAULT_MODEL)
    size = str(_read(body, "size", Size.parse, DEFAULT_SIZE))
    brief: dict[str, Any] = {"prompt": prompt, "size": size}
    rate = _read(body, "fps", parse_frame_rate, "30")
    if body.get("fps") is not None:
        brief["frame_rate"] = format_frame_rate(rate)
    if body.get("seed") is not None:
        brief["seed"] = str(_read(body, "seed", parse_seed, "0"))
    seconds = _length(body, rate)
    brief["duration_seconds"] = str(float(seconds)) if seconds % 1 else str(int(seconds))
    return Wish(prompt, model, seconds_text(float(seconds)), size, brief)


def seconds_text(seconds: float) -> str:
    """A length as clients expect it: "4", "2.5"."""
    return f"{round(seconds, 3):g}"


def read_seconds(body: Mapping[str, Any]) -> Fraction:
    """The field `seconds`, which has to be there; raises `Problem` 400."""
    if body.get("seconds") is None:
        raise bad_field("seconds", "seconds: is missing", "missing_required_parameter")
    return _read(body, "seconds", parse_duration, DEFAULT_SECONDS)


def _length(body: Mapping[str, Any], rate: Fraction) -> Fraction:
    if body.get("num_frames") is None:
        return _read(body, "seconds", parse_duration, DEFAULT_SECONDS)
    if body.get("seconds") is not None:
        raise bad_field("num_frames", "expected either seconds or num_frames, found both")
    text = str(body["num_frames"])
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text[:12]) <= _MAX_FRAMES:
        raise bad_field("num_frames", f"num_frames {text[:20]!r}: expected 1 to {_MAX_FRAMES}")
    return int(text) / rate


def _read(body: Mapping[str, Any], name: str, parse: Callable[[str], _T], default: str) -> _T:
    value = body.get(name)
    value = default if value is None or value == "" else value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise bad_field(name, f"{name}: expected text such as {default!r}")
    text = f"{value:g}" if isinstance(value, float) else str(value)
    try:
        return parse(text)
    except InvalidInput as error:
        raise bad_field(name, f"{name}: {error.message}") from None


def names_in(prompt: str) -> tuple[str, ...]:
    """Names that a prompt mentions as "@name" or "<<<name>>>", each once."""
    return tuple(dict.fromkeys(at or triple for at, triple in _NAMED.findall(prompt)))


def handle_of(name: str) -> str | None:
    """A handle for a character's name ("Mossy the fox": "Mossy-the-fox"), None without letters."""
    handle = _HANDLE_CHARS.sub("-", name).strip("-_0123456789")[:64]
    return handle or None


def brief_with(wish: Mapping[str, Any], attached: Sequence[Attached]) -> dict[str, Any]:
    """The brief with its references; a sound is what the film is cut to.

    What has no handle gets one by its kind and place, so that `@image1`, `<<<image_1>>>` and
    `<IMAGE_REF_0>` mean the first image. A single picture is the whole film, whatever its role.
    Raises `Problem` 400 for two sounds.
    """
    sounds = [item for item in attached if item.reference.kind == "audio"]
    pictures = [item for item in attached if item.reference.kind in ("image", "video")]
    if len(sounds) > 1:
        raise bad_field(sounds[1].field, "found two sounds; expected one, which the film is cut to")
    for item in attached:
        if item.reference.kind not in ("image", "video", "audio"):
            raise bad_field(item.field, f"{item.reference.filename} is no picture, clip or sound")
    document = dict(wish)
    if sounds:
        document["song"] = sounds[0].reference.id
    counts: dict[str, int] = {}
    taken = {item.reference.handle for item in pictures if item.reference.handle}
    references, seen = [], set()
    for item in pictures:
        if item.reference.id in seen:
            continue
        seen.add(item.reference.id)
        entry: dict[str, Any] = {"path": item.reference.id}
        handle = item.reference.handle
        while handle is None or (item.reference.handle is None and handle in taken):
            kind = item.reference.kind
            counts[kind] = counts.get(kind, 0) + 1
            handle = f"{kind}{counts[kind]}"
        entry["handle"] = handle
        if item.role is not None and len(pictures) > 1 and _suits(item):
            entry["roles"] = [item.role]
        references.append(entry)
    if references:
        document["references"] = references
    return document


def check_mentions(prompt: str, document: Mapping[str, Any], attached: Sequence[Attached]) -> None:
    """Refuse a prompt that mentions what the brief does not have, before anything is made.

    Raises `InvalidInput` with the handles that there are.
    """
    stored = {item.reference.id: item.reference for item in attached}
    references = [
        Reference(item["handle"], MediaKind(stored[item["path"]].kind), stored[item["path"]].blob)
        for item in document.get("references", [])
    ]
    if "song" in document:
        references.append(Reference("song", MediaKind.AUDIO, stored[document["song"]].blob))
    find_mentions(prompt, references)


def _suits(item: Attached) -> bool:
    if item.role == "first_frame" and item.field == "input_reference":
        return item.reference.kind == "image"
    if item.role not in [role.value for role in Role]:
        raise bad_field(item.field, f"role {str(item.role)[:40]!r}: expected one of {_ROLES}")
    return True


_ROLES = ", ".join(role.value for role in Role)
