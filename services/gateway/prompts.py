"""Prompts of a brief: what to show, in words, for the whole film and for sections of its song."""

from __future__ import annotations

from dataclasses import replace
from reprlib import repr as shown
from typing import Any

from shared.brief import Brief, Reference
from shared.errors import InvalidInput
from shared.generate_options import GenerateOptions, ShotWish
from shared.mentions import with_handles
from shared.sync_map import SyncMap

MAX_PROMPT_CHARACTERS = 1000


def parse_prompt(text: str) -> str:
    """Read a prompt: 1 to `MAX_PROMPT_CHARACTERS` characters, white space made single."""
    words = " ".join(text.split())
    if not 0 < len(words) <= MAX_PROMPT_CHARACTERS:
        raise InvalidInput(
            f"prompt: found {len(words)} characters; expected 1 to {MAX_PROMPT_CHARACTERS}"
        )
    return words


def section_prompts_of(value: Any) -> tuple[tuple[str, str], ...]:
    """Read prompts by the label of a section, such as {"chorus": "people dancing"}."""
    if not isinstance(value, dict) or not all(
        isinstance(words, str) and isinstance(label, str) for label, words in value.items()
    ):
        raise InvalidInput(
            f"section_prompts: expected a prompt for each section's label, found {shown(value)}"
        )
    return tuple((label.strip(), parse_prompt(words)) for label, words in value.items())


def mentionable(brief: Brief) -> tuple[Reference, ...]:
    """The references that a brief's prompts can mention, in order."""
    sounds = (item for item in (brief.song, brief.voice) if item is not None)
    return (*brief.references, *sounds)


def section_notes(brief: Brief, sync_map: SyncMap | None) -> tuple[str, ...]:
    """Warnings for prompts of sections that the song does not have, listing those that it has."""
    heard = dict.fromkeys(section.label for section in sync_map.sections) if sync_map else {}
    listed = ", ".join(heard) or "none were found"
    return tuple(
        f"the prompt for {label!r} was not used: the song has no such section ({listed})"
        for label, _ in brief.section_prompts
        if label not in heard
    )


def resolve_mentions(brief: Brief) -> Brief:
    """The brief with every mention in its prompts written as "@handle".

    Raises `InvalidInput` for a mention of no reference, naming the prompt and listing the handles.
    """
    references = mentionable(brief)
    return replace(
        brief,
        prompt=with_handles(brief.prompt, references) if brief.prompt else None,
        section_prompts=tuple(
            (label, with_handles(text, references, f"section_prompts: {label}"))
            for label, text in brief.section_prompts
        ),
        generate=_resolved(brief.generate, references),
    )


def _resolved(
    options: GenerateOptions | None, references: tuple[Reference, ...]
) -> GenerateOptions | None:
    if options is None:
        return None

    def resolved(wish: ShotWish, where: str) -> ShotWish:
        prompt = wish.prompt
        return replace(wish, prompt=with_handles(prompt, references, where) if prompt else None)

    return replace(
        options,
        default=resolved(options.default, "generate.prompt"),
        sections=tuple(
            (label, resolved(wish, f"generate.sections.{label}"))
            for label, wish in options.sections
        ),
        shots=tuple(
            (place, resolved(wish, f"generate.shots.{place}")) for place, wish in options.shots
        ),
    )
