"""The pages agree with the program and with each other: links, commands, flags, files."""

from __future__ import annotations

import argparse
import re
from functools import cache
from pathlib import Path

import pytest

from services.gateway.cli import _parser

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
# Pages that a user reads; ADRs are history and may name what is gone.
GUIDES = [README, *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "infra").glob("*.md"))]
PAGES = [*GUIDES, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs" / "adr").glob("*.md"))]

_FENCE = re.compile(r"^```.*?^```[ ]*$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+?)\s*$", re.MULTILINE)
# At the start of a line or a command: `kubectl -n onbeat create` is another program's.
_SHOWN = r"(?:^|[;&|$] *|^[A-Z_]+=\S+ +)onbeat +(?=[a-z])"
_COMMAND = re.compile(_SHOWN + r"([^\n#;`]*)", re.MULTILINE)
_FLAG = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")
_FILE = re.compile(
    r"(?<![\w./$-])(?:docs|shared|services|tests|benchmarks|examples|infra|requirements)/"
    r"[\w./-]*\.(?:md|py|txt|proto|jpg|png|yaml|sh|lock)\b"
)


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


_each_page = pytest.mark.parametrize("page", PAGES, ids=_name)
_each_guide = pytest.mark.parametrize("page", GUIDES, ids=_name)


@cache
def _text(page: Path) -> str:
    return page.read_text("utf-8")


def _prose(page: Path) -> str:
    return _FENCE.sub("", _text(page))


def _code(page: Path) -> str:
    """What a reader would type: fenced blocks, lines that go on joined, and spans in prose."""
    blocks = [block.partition("\n")[2] for block in _FENCE.findall(_text(page))]
    return "\n".join([*blocks, *_SPAN.findall(_prose(page))]).replace("\\\n", " ")


def _anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to a page's headings."""
    words = [_SPAN.sub(r"\1", _LINK.sub("", line)) for line in _HEADING.findall(_prose(page))]
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in words}


def _links(page: Path) -> list[str]:
    found = _LINK.findall(_SPAN.sub("", _prose(page)))
    return [link for link in found if not re.match(r"[a-z]+:", link)]


@cache
def _parsers() -> dict[str, argparse.ArgumentParser]:
    """Every command by its words: "make", "store gc"."""
    return _below(_parser(), ())


def _below(
    parser: argparse.ArgumentParser, words: tuple[str, ...]
) -> dict[str, argparse.ArgumentParser]:
    found = {" ".join(words): parser} if words else {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, child in action.choices.items():
                found |= _below(child, (*words, name))
    return found


def _flags(command: str) -> set[str]:
    return set(_parsers()[command]._option_string_actions)


def _command_of(line: str) -> str:
    """The command that a line begins with, by its first one or two words."""
    words = line.split()
    both = " ".join(words[:2])
    return both if both in _parsers() else words[0]


def _names(alternatives: str) -> list[str]:
    return alternatives.split("|")


@_each_page
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in _links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(link)
    assert not broken


def test_every_page_is_reached_from_the_readme() -> None:
    seen, ahead = {README}, [README]
    while ahead:
        page = ahead.pop()
        targets = {(page.parent / link.partition("#")[0]).resolve() for link in _links(page)}
        new = {path for path in targets if path.suffix == ".md" and path.exists()} - seen
        seen |= new
        ahead += new
    missing = [_name(path) for path in PAGES if path not in seen]
    assert not missing, "no link leads to these pages"


@_each_guide
def test_every_command_that_is_shown_exists(page: Path) -> None:
    # "store ls|show" and "export OUT; onbeat import" each show two.
    shown = re.compile(_SHOWN + r"([a-z][\w|]*)(?: +([a-z][\w|]*))?", re.MULTILINE)
    for first, second in shown.findall(_code(page)):
        for name in _names(first):
            assert name in _parsers(), f"onbeat {first}"
            children = {words.split()[1] for words in _parsers() if words.startswith(f"{name} ")}
            if children and second:
                assert set(_names(second)) <= children, f"onbeat {first} {second}"


@_each_guide
def test_every_flag_that_is_shown_with_a_command_exists(page: Path) -> None:
    for line in _COMMAND.findall(_code(page)):
        command = _command_of(line)
        if command in _parsers():
            unknown = set(_FLAG.findall(line)) - _flags(command)
            assert not unknown, f"onbeat {line}: expected flags of `onbeat {command}`"


@_each_guide
def test_every_flag_in_prose_is_one_of_a_command(page: Path) -> None:
    # A page on other programs (a server, ffmpeg) shows their flags in a block, or has them here.
    known = set().union(*map(_flags, _parsers())) | {"--version", "--build-arg", "--concurrency"}
    shown = set(_FLAG.findall("\n".join(_FENCE.findall(_text(page)))))
    spans = [span for span in _SPAN.findall(_prose(page)) if span.startswith("--")]
    unknown = set(_FLAG.findall("\n".join(spans))) - known - shown
    assert not unknown


def test_the_readme_has_every_flag_of_make_and_no_other() -> None:
    rows = [line for line in _text(README).splitlines() if line.startswith("| `")]
    table = rows[: next(i for i, row in enumerate(rows) if "film.mp4" in row)]
    first_cells = "\n".join(row.split("|")[1] for row in table)
    assert set(_FLAG.findall(first_cells)) <= _flags("make")
    wanted = {flag for flag in _flags("make") if flag.startswith("--")} - {"--help", "--out"}
    assert not wanted - set(_FLAG.findall("\n".join(table)))


@_each_guide
def test_every_file_of_the_tree_that_is_named_exists(page: Path) -> None:
    missing = {name for name in _FILE.findall(_text(page)) if not (ROOT / name).exists()}
    assert not missing


def test_every_command_has_an_example_in_its_help_or_that_of_its_group() -> None:
    parsers = _parsers()
    without = [
        name
        for name, parser in parsers.items()
        if f"onbeat {name}" not in f"{parser.epilog}{parsers[name.split()[0]].epilog}"
    ]
    assert not without
