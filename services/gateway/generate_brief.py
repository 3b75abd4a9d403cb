"""The `generate` section of a brief: which shots a model makes, from what words and settings.

Values are text, as from YAML; each is read by what it is for. Settings and their types are those
of the backends (`diffusion_ask.PARAMS`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from reprlib import repr as shown  # what was found may be as long as it likes
from typing import Any

from services.gateway.brief_values import one_of, parse_seed, parse_switch
from services.gateway.continuing import SETTING as CONTINUES
from services.gateway.diffusion_ask import PARAMS
from services.gateway.diffusion_loras import LORA_NAMES
from services.gateway.prompts import parse_prompt
from services.gateway.retiming import FLOW, NEAREST
from services.gateway.retiming import SETTING as RETIME
from shared.errors import InvalidInput
from shared.families.catalogue import MODEL_NAMES
from shared.families.family import Task
from shared.generate_options import GenerateOptions, Setting, SettingValue, ShotWish
from shared.generation import PROCEDURAL
from shared.suggestion import nearest

# How a clip comes to the film's frame rate is no setting of the model, nor what it goes on from.
_TYPES: dict[str, tuple[type, ...]] = {**PARAMS, RETIME: (str,), CONTINUES: (bool,)}
_SETTINGS = tuple(name for name in _TYPES if name != "model")
_OF_A_SHOT = ("prompt", "model", "task", "seed", *_SETTINGS)
_WHICH = ("every", "sections", "shots")
_MAX_DIGITS = 9


@dataclass(frozen=True, slots=True)
class GenerateSpec:
    """The section before any file is opened; in `options` each LoRA is named by its path.

    `loras` are these paths, each once.
    """

    options: GenerateOptions
    loras: tuple[Path, ...] = ()


def generate_of(value: Any, folder: Path) -> GenerateSpec:
    """Read the section; a LoRA's path is relative to `folder`.

    Raises `InvalidInput` naming the field, what was found and what is accepted.
    """
    fields = _mapping(value, "generate", (*_WHICH, *_OF_A_SHOT))
    loras: dict[Path, None] = {}
    which = {name: fields[name] for name in _WHICH if fields.get(name) is not None}
    rest = {name: item for name, item in fields.items() if name not in _WHICH}
    options = GenerateOptions(
        default=_wish(rest, "generate", folder, loras),
        every=_whole(which["every"], "generate.every") if "every" in which else None,
        sections=tuple(
            (label.strip(), _wish(item, f"generate.sections.{label}", folder, loras))
            for label, item in _entries(which, "sections")
        ),
        shots=tuple(
            (_whole(place, "generate.shots"), _wish(item, f"generate.shots.{place}", folder, loras))
            for place, item in _entries(which, "shots")
        ),
    )
    return GenerateSpec(options, tuple(loras))


def parse_model(text: str, where: str = "model") -> str:
    """Read the name of a model of the catalogue, or "procedural"; raises `InvalidInput`."""
    known = (*MODEL_NAMES, PROCEDURAL)
    if text not in known:
        expected = nearest(text, known, f"expected {', '.join(known)}", cutoff=0.5)
        raise InvalidInput(f"{where} {shown(text)} is not known{expected}")
    return text


def _wish(value: Any, where: str, folder: Path, loras: dict[Path, None]) -> ShotWish:
    if isinstance(value, str):
        value = {"prompt": value}
    fields = {
        name: item for name, item in _mapping(value, where, _OF_A_SHOT).items() if item is not None
    }
    read = {name: _text(item, f"{where}.{name}") for name, item in fields.items()}
    settings = []
    for name in sorted(set(read) & set(_SETTINGS)):
        if name in LORA_NAMES:
            path = folder / read[name]
            loras[path] = None
            settings.append(Setting(name, str(path)))
        else:
            settings.append(Setting(name, _setting(name, read[name], f"{where}.{name}")))
    task = read.get("task")
    return ShotWish(
        prompt=_named(where, parse_prompt, read.get("prompt")),
        model=parse_model(read["model"], f"{where}.model") if "model" in read else None,
        task=one_of(Task, task, f"{where}.task").value if task is not None else None,
        seed=_named(where, parse_seed, read.get("seed")),
        settings=tuple(settings),
    )


def _named(where: str, parse: Any, text: str | None) -> Any:
    try:
        return parse(text) if text is not None else None
    except InvalidInput as error:
        raise error.about(where) from None


def _setting(name: str, text: str, where: str) -> SettingValue:
    accepted = _TYPES[name]
    if name == RETIME and text not in (FLOW, NEAREST):
        raise InvalidInput(f"{where} {shown(text)}: expected {FLOW} or {NEAREST}")
    if accepted == (bool,):
        return bool(_named(where, parse_switch, text))
    if accepted == (int,):
        return _whole(text, where)
    if accepted == (str,):
        return text
    try:
        number = float(text) if len(text) <= 3 * _MAX_DIGITS else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InvalidInput(f"{where} {shown(text)}: expected a number")
    return number + 0.0


def _whole(value: Any, where: str) -> int:
    text = str(value).strip()
    if not (text.isascii() and text.isdecimal()) or len(text) > _MAX_DIGITS:
        raise InvalidInput(f"{where} {shown(value)}: expected a whole number")
    return int(text)


def _entries(which: Mapping[str, Any], name: str) -> list[tuple[str, Any]]:
    value = which.get(name, {})
    if not isinstance(value, dict) or (name in which and not value):
        what = "the label of a section" if name == "sections" else "the place of a shot"
        raise InvalidInput(
            f"generate.{name}: expected {what} with a prompt or settings for each, "
            f"found {shown(value)}"
        )
    return [(str(key), item if item is not None else {}) for key, item in value.items()]


def _mapping(value: Any, where: str, known: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidInput(f"{where}: expected keys such as prompt or model; found {shown(value)}")
    for name in value:
        if name not in known:
            expected = nearest(str(name), known, f"expected {', '.join(sorted(known))}")
            raise InvalidInput(f"{where}: unknown key {shown(name)}{expected}")
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise InvalidInput(f"{where}: expected a value, found {shown(value)}")
    return value
