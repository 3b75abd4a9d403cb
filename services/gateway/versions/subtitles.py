"""Reading SubRip and WebVTT, strictly: a cue is taken as it is written, or the file is refused.

WebVTT after https://www.w3.org/TR/webvtt1/, without regions; SubRip has no standard.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from reprlib import repr as shown

from services.gateway.readable import readable
from shared.errors import InvalidInput

MAX_BYTES, MAX_CUES = 4 << 20, 10_000
_MAX_CHARACTERS = 1_000
_SRT_TIMES = re.compile(
    r"(\d{2,3}):([0-5]\d):([0-5]\d),(\d{3}) --> (\d{2,3}):([0-5]\d):([0-5]\d),(\d{3})\s*"
)
_VTT_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_VTT_TIMES = re.compile(rf"{_VTT_TIME}[ \t]+-->[ \t]+{_VTT_TIME}((?:[ \t]+\S+)*)\s*")
_SETTING = re.compile(r"(vertical|line|position|size|align|region):\S+")
_TAG = re.compile(r"</?[A-Za-z0-9:.][^<>]*>|</?>")
_LINE_PERCENT = re.compile(r"line:(\d{1,3})(?:\.\d+)?%")


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue of a file: `number` counts from 1, `line` is where its times are written."""

    number: int
    line: int
    start_seconds: Fraction
    end_seconds: Fraction
    lines: tuple[str, ...]
    is_top: bool = False

    @property
    def text(self) -> str:
        """Its lines as one."""
        return " ".join(self.lines)


@dataclass(frozen=True, slots=True)
class _Block:
    first_line: int
    lines: tuple[str, ...]


def read_subtitles(path: Path) -> tuple[Cue, ...]:
    """The cues of an .srt or .vtt file, in order.

    Raises `NotFound`, and `InvalidInput` that names the line, for what is not such a file: other
    encodings than UTF-8, times that do not rise, cues that overlap, cues without text.
    """
    with readable(path, "captions in SRT or WebVTT"):
        data = path.read_bytes() if path.stat().st_size <= MAX_BYTES else None
    if data is None:
        raise InvalidInput(f"{path}: larger than {MAX_BYTES >> 20} MiB; expected captions")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InvalidInput(f"{path} line {line}: not UTF-8; expected captions in UTF-8") from None
    try:
        return parse_subtitles(text, is_vtt=path.suffix.lower() == ".vtt")
    except InvalidInput as error:
        raise InvalidInput(f"{path} {error.message}") from None


def parse_subtitles(text: str, *, is_vtt: bool) -> tuple[Cue, ...]:
    """The cues of a text; raises `InvalidInput` whose message begins with "line N: "."""
    blocks = list(_blocks(text.replace("\r\n", "\n").replace("\r", "\n")))
    if is_vtt:
        blocks = _vtt_body(blocks)
    cues: list[Cue] = []
    for block in blocks:
        if is_vtt and block.lines[0].split(" ")[0] in ("NOTE", "STYLE", "REGION"):
            continue
        cue = _vtt_cue(block, len(cues) + 1) if is_vtt else _srt_cue(block, len(cues) + 1)
        if cue.end_seconds <= cue.start_seconds:
            raise _refused(cue.line, "the cue ends before it begins; expected a later end")
        if cues and cue.start_seconds < cues[-1].end_seconds:
            raise _refused(
                cue.line,
                f"cue {cue.number} begins {float(cues[-1].end_seconds - cue.start_seconds):.3f} s "
                "before the cue before it ends; expected cues one after the other",
            )
        cues.append(cue)
        if len(cues) > MAX_CUES:
            raise _refused(cue.line, f"more than {MAX_CUES} cues")
    if not cues:
        raise _refused(1, "no cue; expected at least one")
    return tuple(cues)


def _blocks(text: str) -> Iterator[_Block]:
    """Lines between blank ones, with the number of the first."""
    held: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        if line.strip():
            held.append(line.rstrip())
        elif held:
            yield _Block(number - len(held), tuple(held))
            held = []


def _vtt_body(blocks: list[_Block]) -> list[_Block]:
    first = blocks[0].lines[0] if blocks else ""
    if not re.fullmatch(r"WEBVTT([ \t].*)?", first) or blocks[0].first_line != 1:
        raise _refused(1, f"{shown(first)}; expected WEBVTT")
    return blocks[1:]  # with WEBVTT stand headers, if anything


def _srt_cue(block: _Block, number: int) -> Cue:
    if not block.lines[0].strip().isdecimal():
        raise _refused(block.first_line, f"{shown(block.lines[0])}; expected a cue's number")
    at = block.first_line + 1
    times = _SRT_TIMES.fullmatch(block.lines[1]) if len(block.lines) > 1 else None
    if times is None:
        found = shown(block.lines[1]) if len(block.lines) > 1 else "nothing"
        raise _refused(at, f"{found}; expected times as 00:00:01,000 --> 00:00:02,500")
    return Cue(
        number,
        at,
        _seconds(times.groups()[:4]),
        _seconds(times.groups()[4:]),
        _text(block.lines[2:], at + 1, is_vtt=False),
    )


def _vtt_cue(block: _Block, number: int) -> Cue:
    lines, at = block.lines, block.first_line
    if "-->" not in lines[0]:  # an identifier
        lines, at = lines[1:], at + 1
    times = _VTT_TIMES.fullmatch(lines[0]) if lines else None
    if times is None:
        found = shown(lines[0]) if lines else "nothing"
        raise _refused(at, f"{found}; expected times as 00:01.000 --> 00:02.500")
    settings = times[9].split()
    if unknown := [item for item in settings if not _SETTING.fullmatch(item)]:
        raise _refused(at, f"setting {shown(unknown[0])} is not known")
    percent = next((m for item in settings if (m := _LINE_PERCENT.fullmatch(item))), None)
    return Cue(
        number,
        at,
        _seconds(times.groups()[:4]),
        _seconds(times.groups()[4:8]),
        _text(lines[1:], at + 1, is_vtt=True),
        is_top=percent is not None and int(percent[1]) < 50,
    )


def _text(lines: tuple[str, ...], at: int, *, is_vtt: bool) -> tuple[str, ...]:
    found = []
    for line in lines:
        if "-->" in line:
            raise _refused(at, "times inside a cue's text; expected a blank line before a cue")
        plain = _TAG.sub("", line)
        plain = html.unescape(plain) if is_vtt else plain
        if plain.strip():
            found.append(" ".join(plain.split()))
    if not found:
        raise _refused(at, "a cue without text")
    if len(" ".join(found)) > _MAX_CHARACTERS:
        raise _refused(at, f"a cue of more than {_MAX_CHARACTERS} characters")
    return tuple(found)


def _seconds(parts: tuple[str | None, ...]) -> Fraction:
    hours, minutes, seconds, milliseconds = (int(part or 0) for part in parts)
    return Fraction(((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds, 1000)


def _refused(line: int, reason: str) -> InvalidInput:
    return InvalidInput(f"line {line}: {reason}")
