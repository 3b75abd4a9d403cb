"""Reading what a film says in another language, before anything is done with it."""

from __future__ import annotations

from pathlib import Path

from services.gateway.readable import readable
from services.gateway.scripts import parse_language
from services.gateway.titles_brief import parse_captions
from services.gateway.versions.localize import Translation
from services.gateway.versions.subtitles import read_subtitles
from services.gateway.versions.title_words import read_title_words
from shared.errors import InvalidInput

_MAX_BYTES, _MAX_CHARACTERS = 1 << 20, 1_000


def read_translation(
    language: str,
    *,
    captions: Path | None = None,
    script: Path | None = None,
    titles: Path | None = None,
    voice: Path | None = None,
    shown: str | None = None,
) -> Translation:
    """Read all files of a translation; raises `NotFound` and `InvalidInput`, naming the file."""
    if captions is not None and script is not None:
        raise InvalidInput("localize: expected either --captions or --script, found both")
    if captions is script is titles is voice is None:
        raise InvalidInput(
            "localize: expected something in the other language: --captions, --script, --titles "
            "or --voice"
        )
    return Translation(
        parse_language(language),
        read_subtitles(captions) if captions else (),
        read_lines(script) if script else (),
        read_title_words(titles) if titles else (),
        voice,
        parse_captions(shown) if shown else None,
    )


def read_lines(path: Path) -> tuple[str, ...]:
    """The lines of a script that are not empty; raises `NotFound` and `InvalidInput`."""
    with readable(path, "a script, plain text in UTF-8"), path.open("rb") as file:
        data = file.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise InvalidInput(f"{path}: larger than {_MAX_BYTES >> 20} MiB; expected a script")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput(f"{path}: not UTF-8; expected a script, plain text") from None
    try:
        return parse_lines(text)
    except InvalidInput as error:
        raise InvalidInput(f"{path}: {error.message}") from None


def parse_lines(text: str) -> tuple[str, ...]:
    """The lines of a text that are not empty; raises `InvalidInput`, not naming the file."""
    lines = tuple(" ".join(line.split()) for line in text.splitlines() if line.strip())
    if not lines:
        raise InvalidInput("no line; expected one for each cue")
    for number, line in enumerate(lines, start=1):
        if len(line) > _MAX_CHARACTERS:
            raise InvalidInput(f"line {number} has more than {_MAX_CHARACTERS} characters")
    return lines
