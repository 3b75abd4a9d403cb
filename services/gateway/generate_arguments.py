"""Flags of `onbeat make` for generated shots: the words of the brief's `generate` section."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from reprlib import repr as shown
from typing import TYPE_CHECKING, Any

from shared.errors import InvalidInput

if TYPE_CHECKING:
    from services.gateway.generate_brief import GenerateSpec

_BY_NAME = ("sections", "shots")


def add_generate(make: argparse._ActionsContainer) -> None:
    """Add what is generated, and what that would cost."""
    make.add_argument(
        "--generate",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help='shots that a model makes: every=4, sections.chorus="a city of glass", shots.3="...", '
        "model=wan2.1-t2v-1.3b, steps=30, lora=F ...; may be given many times (docs/generate.md)",
    )
    make.add_argument(
        "--estimate",
        action="store_true",
        help="only say which shots would be generated, and what that costs",
    )


def with_flags(spec: GenerateSpec | None, flags: Sequence[str]) -> GenerateSpec | None:
    """The section with flags on top, each "key=value"; a LoRA's path is relative to where we are.

    Raises `InvalidInput` for what the section has no word for.
    """
    if not flags:
        return spec
    from services.gateway.generate_brief import GenerateSpec, generate_of
    from shared.generate_options import GenerateOptions

    added = generate_of(_document(flags), Path())
    if spec is None:
        return added
    one, other = added.options, spec.options
    options = GenerateOptions(
        default=one.default.over(other.default),
        every=one.every if one.every is not None else other.every,
        sections=tuple({**dict(other.sections), **dict(one.sections)}.items()),
        shots=tuple({**dict(other.shots), **dict(one.shots)}.items()),
    )
    return GenerateSpec(options, tuple(dict.fromkeys((*spec.loras, *added.loras))))


def _document(flags: Sequence[str]) -> dict[str, Any]:
    """The flags as the section's document; "shots.3.steps=9" is a setting of the third shot."""
    document: dict[str, Any] = {}
    for flag in flags:
        key, separator, value = flag.partition("=")
        if not separator or not key.strip():
            raise InvalidInput(f"--generate {shown(flag)}: expected KEY=VALUE, such as every=4")
        path = key.strip().split(".", 2)
        if path[0] not in _BY_NAME or len(path) == 1:
            document[key.strip()] = value
            continue
        shots = document.setdefault(path[0], {})
        shot = shots.setdefault(path[1], {})
        shot["prompt" if len(path) == 2 else path[2]] = value
    return document
