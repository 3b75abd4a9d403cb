"""References called by name: "the coast footage" and "<<<image_1>>>" become "@coast", "@image1".

Only names that no form uses as a word are taken without an @: a clip called "title" keeps its @.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from services.gateway.direction.text import Written
from shared.brief import Reference
from shared.errors import InvalidInput
from shared.mentions import with_handles

_KINDS = "footage|clip|photo|picture|image|video|still"


def with_mentions(
    written: Written, references: Sequence[Reference], words: frozenset[str]
) -> Written:
    """The text with every reference as "@handle"; `words` are those that mean something else.

    What mentions a reference that the film does not have stays as it is written.
    """
    names = [item.handle.lower() for item in references if item.handle.lower() not in words]
    named = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    plain = re.compile(rf"(?<![@\w])the ({named})(?: (?:{_KINDS}))?(?![\w-])") if names else None

    def called(piece: str) -> str:
        with suppress(InvalidInput):
            piece = with_handles(piece, references).lower()
        return plain.sub(r"@\1", piece) if plain else piece

    return replace(written, pieces=tuple(called(piece) for piece in written.pieces))
