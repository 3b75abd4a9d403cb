"""The brief of `onbeat make`: that of its file, with every flag that was given on top."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Any

from services.gateway.aspects import aspects_of
from services.gateway.briefs import TEXT_PARSERS, BriefSpec, parse_reference, read_brief
from services.gateway.generate_arguments import with_flags
from services.gateway.scripts import parse_speech_model
from shared.brief import Role

# Flags whose text is a word of the brief, and what that is called there.
TEXT_FLAGS = {
    **{name: name for name in TEXT_PARSERS if name not in ("frame_rate", "duration_seconds")},
    "fps": "frame_rate",
    "duration": "duration_seconds",
    "speech_model": "speech_model",
}
FILE_FLAGS = ("song", "voice", "say", "script", "look")
SWITCH_FLAGS = ("words", "stems", "music_edit")


def brief_of(options: argparse.Namespace) -> BriefSpec:
    """The brief of `onbeat make`: the file's, with every flag that was given on top.

    Raises `NotFound` and `InvalidInput` as `read_brief` does, and for flags not understood.
    """
    spec = read_brief(options.brief) if options.brief else BriefSpec()
    references = tuple(parse_reference(text) for text in options.references)
    talk = [parse_reference(text) for text in options.talk]
    talk = [dataclasses.replace(item, roles=(Role.TALK,)) for item in talk]
    changes: dict[str, Any] = {
        "references": (*spec.references, *references, *talk),
        "generate": with_flags(spec.generate, options.generate),
    }
    if options.also:
        changes["also"] = aspects_of(options.also)
    given = {flag: getattr(options, flag) for flag in FILE_FLAGS}
    changes |= {flag: path for flag, path in given.items() if path is not None}
    changes |= {flag: True for flag in SWITCH_FLAGS if getattr(options, flag)}
    parsers = {**TEXT_PARSERS, "speech_model": parse_speech_model}
    for flag, name in TEXT_FLAGS.items():
        text = getattr(options, flag)
        if text is not None:
            changes[name] = parsers[name](text)
    return dataclasses.replace(spec, **changes)
