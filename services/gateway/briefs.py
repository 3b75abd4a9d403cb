"""Briefs as people write them: command-line flags and BRIEF.yaml, before any file is opened."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from reprlib import repr as shown  # what was found may be as long as it likes
from typing import Any, ClassVar

import yaml

from services.gateway.aspects import Aspect, aspects_of
from services.gateway.brief_values import (
    one_of,
    parse_accents,
    parse_cuts_on,
    parse_duration,
    parse_grade,
    parse_lead,
    parse_loudness,
    parse_pacing,
    parse_seed,
    parse_source,
    parse_switch,
    parse_transitions,
)
from services.gateway.generate_brief import GenerateSpec, generate_of
from services.gateway.prompts import parse_prompt, section_prompts_of
from services.gateway.readable import readable
from services.gateway.scripts import parse_language, parse_speech_model
from services.gateway.sound_brief import (
    EffectSpec,
    effects_of,
    parse_clip_sound,
    parse_say_voice,
)
from services.gateway.titles_brief import (
    BrandSpec,
    brand_of,
    parse_caption_style,
    parse_captions,
    titles_of,
)
from shared.brief import DEFAULT_SIZE, CutsOn, GradeMode, Pacing, Role, Size, SourceChoice
from shared.captions import CaptionDelivery, CaptionStyle, TitleWish
from shared.errors import InvalidInput
from shared.flourish import AccentAmount, TransitionUse
from shared.soundtrack import ClipSound, LoudnessPreset
from shared.timing import parse_frame_rate

# What is read from one text, whether it comes by a flag or in a file.
TEXT_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "pacing": parse_pacing,
    "size": Size.parse,
    "frame_rate": parse_frame_rate,
    "duration_seconds": parse_duration,
    "seed": parse_seed,
    "cuts_on": parse_cuts_on,
    "lead_frames": parse_lead,
    "loudness": parse_loudness,
    "clip_sound": parse_clip_sound,
    "say_voice": parse_say_voice,
    "grade": parse_grade,
    "source": parse_source,
    "accents": parse_accents,
    "transitions": parse_transitions,
    "language": parse_language,
    "prompt": parse_prompt,
    "captions": parse_captions,
    "caption_style": parse_caption_style,
}
_FILES = ("song", "voice", "look", "say", "script")
_SWITCHES = ("words", "music_edit", "stems")
_TAG = "tag:yaml.org,2002:"
_NULL = f"{_TAG}null"


@dataclass(frozen=True, slots=True)
class ReferenceSpec:
    """A reference as named by the user: `handle` None means one is given to it."""

    path: Path
    handle: str | None = None
    roles: tuple[Role, ...] = ()
    input_lut: Path | None = None


@dataclass(frozen=True, slots=True)
class BriefSpec:
    """A brief whose files have not been looked at yet; defaults are those of `shared.brief`."""

    song: Path | None = None
    references: tuple[ReferenceSpec, ...] = ()
    pacing: Pacing = Pacing.STEADY
    size: Size = DEFAULT_SIZE
    frame_rate: Fraction = Fraction(30)
    duration_seconds: Fraction | None = None
    seed: int = 0
    cuts_on: CutsOn = CutsOn.AUTO
    lead_frames: int = 0
    words: bool = False
    script: Path | None = None
    language: str | None = None
    speech_model: str | None = None
    music_edit: bool = False
    loudness: LoudnessPreset = LoudnessPreset.AS_MASTERED
    voice: Path | None = None
    clip_sound: ClipSound = ClipSound.OFF
    say: Path | None = None
    say_voice: str | None = None
    effects: tuple[EffectSpec, ...] = ()
    stems: bool = False
    prompt: str | None = None
    section_prompts: tuple[tuple[str, str], ...] = ()
    captions: CaptionDelivery = CaptionDelivery.OFF
    caption_style: CaptionStyle = CaptionStyle.CAPTION
    titles: tuple[TitleWish, ...] = ()
    brand: BrandSpec | None = None
    also: tuple[Aspect, ...] = ()
    look: Path | None = None
    grade: GradeMode = GradeMode.AUTO
    accents: AccentAmount = AccentAmount.SUBTLE
    source: SourceChoice = SourceChoice.AUTO
    transitions: TransitionUse = TransitionUse.MUSICAL
    generate: GenerateSpec | None = None


def read_brief(path: Path) -> BriefSpec:
    """Read BRIEF.yaml; paths in it are relative to its folder.

    Raises `NotFound` when there is no such file and `InvalidInput` for anything that is not
    understood, unknown keys included.
    """
    try:
        with readable(path, "a brief in YAML"):
            document = yaml.load(path.read_text(encoding="utf-8"), TextLoader)
    except UnicodeDecodeError:
        raise InvalidInput(
            f"{path}: not a brief in YAML: it is no text in UTF-8; expected a song with --song, "
            "clips and photos with --ref"
        ) from None
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise InvalidInput(f"{path}: not a brief in YAML: {reason}") from None
    except RecursionError:
        raise InvalidInput(f"{path}: not a brief in YAML: nested too deeply") from None
    try:
        return _to_spec(document, path.parent)
    except InvalidInput as error:
        raise InvalidInput(f"{path}: {error.message}") from None


def brief_of_document(document: Any, folder: Path) -> BriefSpec:
    """A brief from a document as YAML gives it: every value text; paths are relative to `folder`.

    Raises `InvalidInput` for anything that is not understood, unknown keys included.
    """
    return _to_spec(document, folder)


def parse_reference(text: str) -> ReferenceSpec:
    """Read `[HANDLE=]FILE`; a file whose own name has a "=" in it wins over a handle."""
    handle, separator, name = text.partition("=")
    if not separator or "/" in handle or _exists(Path(text)):
        return ReferenceSpec(Path(text))
    return ReferenceSpec(Path(name), handle.removeprefix("@"))


class TextLoader(yaml.SafeLoader):
    """Every value is text as it was written: no dates, no octal or sexagesimal numbers, no "no".

    Text is then parsed once, by what it is for, as if it had come by a flag.
    """

    yaml_implicit_resolvers: ClassVar[dict[str, list[Any]]] = {  # type: ignore[misc]
        first: [(tag, pattern) for tag, pattern in resolvers if tag == _NULL]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    # The others answer what they do not understand with errors of a dozen unrelated types.
    yaml_constructors: ClassVar[dict[str | None, Any]] = {
        tag: construct
        for tag, construct in yaml.SafeLoader.yaml_constructors.items()
        if tag in (_NULL, f"{_TAG}str", f"{_TAG}seq", f"{_TAG}map", None)
    }


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # for one thing, a name too long for a file
        return False


def _to_spec(document: Any, folder: Path) -> BriefSpec:
    fields = _mapping(document, "a brief", {field.name for field in dataclasses.fields(BriefSpec)})
    # In the order in which what is not understood is told.
    readers: dict[str, Callable[[Any], Any]] = {
        **{name: partial(_path, folder, name) for name in _FILES},
        "effects": lambda value: effects_of(value, folder),
        "speech_model": lambda value: parse_speech_model(_text(value, "speech_model"), folder),
        "section_prompts": section_prompts_of,
        "titles": titles_of,
        "brand": lambda value: brand_of(value, folder),
        "generate": lambda value: generate_of(value, folder),
        "also": aspects_of,
        "references": lambda value: _references(value, folder),
        **{name: partial(_parsed, parse, name) for name, parse in TEXT_PARSERS.items()},
        **{name: partial(_parsed, parse_switch, name) for name in _SWITCHES},
    }
    given = {name: value for name, value in fields.items() if value is not None}
    return BriefSpec(**{name: read(given[name]) for name, read in readers.items() if name in given})


def _references(value: Any, folder: Path) -> tuple[ReferenceSpec, ...]:
    if value and not isinstance(value, list):
        raise InvalidInput(f"references: expected a list, found {shown(value)}")
    return tuple(_to_reference(item, folder) for item in value or ())


def _to_reference(item: Any, folder: Path) -> ReferenceSpec:
    if isinstance(item, str):
        return ReferenceSpec(folder / item)
    fields = _mapping(item, "a reference", {"handle", "path", "roles", "input_lut"})
    if fields.get("path") is None:
        raise InvalidInput(f"references: expected a path in {shown(item)}")
    roles = fields.get("roles") or []
    if not isinstance(roles, list):
        raise InvalidInput(f"roles: expected a list, found {shown(roles)}")
    handle, lut = fields.get("handle"), fields.get("input_lut")
    return ReferenceSpec(
        folder / _text(fields["path"], "path"),
        _text(handle, "handle").removeprefix("@") if handle is not None else None,
        tuple(one_of(Role, _text(role, "roles"), "role") for role in roles),
        folder / _text(lut, "input_lut") if lut is not None else None,
    )


def _mapping(value: Any, what: str, known: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidInput(
            f"expected {what} with keys {', '.join(sorted(known))}; found {shown(value)}"
        )
    if unknown := sorted(str(name) for name in value if name not in known):
        raise InvalidInput(
            f"unknown key {shown(unknown[0])} in {what}; expected {', '.join(sorted(known))}"
        )
    return value


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise InvalidInput(f"{name}: expected a value, found {shown(value)}")
    return value


def _path(folder: Path, name: str, value: Any) -> Path:
    return folder / _text(value, name)


def _parsed(parse: Callable[[str], Any], name: str, value: Any) -> Any:
    return parse(_text(value, name))
