"""The .cube format (Adobe Cube LUT Specification 1.0), read strictly and written.

Lines of keywords (`LUT_3D_SIZE` or `LUT_1D_SIZE`; `TITLE`, `DOMAIN_MIN` and `DOMAIN_MAX` may be
left out), then one colour a line; in three dimensions red runs fastest. `#` begins a comment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from shared.errors import InvalidInput
from shared.look.cube import MAX_SIDE_1D, MAX_SIDE_3D, Cube

MAX_CUBE_BYTES = 80 << 20  # 129 to the third lines
_MAX_VALUE = 1000.0  # beyond any scene-linear table; a larger one is a slip
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
_SIZES = {"LUT_3D_SIZE": MAX_SIDE_3D, "LUT_1D_SIZE": MAX_SIDE_1D}
_EDGES = ("DOMAIN_MIN", "DOMAIN_MAX")
# Of Resolve; with the default range they say nothing, with another they would shift every colour.
_RANGES = ("LUT_3D_INPUT_RANGE", "LUT_1D_INPUT_RANGE")


@dataclass(slots=True)
class _Head:
    """The keywords before the table; `start` is the line on which the table begins."""

    size: tuple[str, int] | None = None
    edges: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    start: int = 0


def parse_cube(data: bytes) -> Cube:
    """The table in a .cube file.

    Raises `InvalidInput`, naming the line, for what is not in the format, for sizes outside 2..129
    (3D) or 2..65536 (1D), and for values that are not numbers of -1000..1000.
    """
    if len(data) > MAX_CUBE_BYTES:
        raise InvalidInput(f"{len(data)} bytes; expected a .cube of at most {MAX_CUBE_BYTES}")
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise InvalidInput("is not text; expected a table in the .cube format") from None
    head = _read_head(lines)
    if head.size is None:
        raise InvalidInput("has neither LUT_3D_SIZE nor LUT_1D_SIZE; expected a .cube table")
    keyword, side = head.size
    wanted = side**3 if keyword == "LUT_3D_SIZE" else side
    rows = _read_rows(lines, head.start, wanted)
    low = head.edges.get("DOMAIN_MIN", (0.0, 0.0, 0.0))
    high = head.edges.get("DOMAIN_MAX", (1.0, 1.0, 1.0))
    if any(one >= other for one, other in zip(low, high, strict=True)):
        raise InvalidInput(f"DOMAIN_MIN {low} is not below DOMAIN_MAX {high}")
    if keyword == "LUT_1D_SIZE":
        return Cube(rows, (low, high))
    return Cube(rows.reshape(side, side, side, 3).transpose(2, 1, 0, 3).copy(), (low, high))


def write_cube(cube: Cube, title: str) -> bytes:
    """A .cube file of a three-dimensional table over 0..1, with six decimals."""
    name = "".join(c for c in title if c.isprintable() and c != '"')
    rows = cube.table.transpose(2, 1, 0, 3).reshape(-1, 3)
    head = f'TITLE "{name}"\nLUT_3D_SIZE {cube.side}\n'
    return (head + "".join(f"{r:.6f} {g:.6f} {b:.6f}\n" for r, g, b in rows.tolist())).encode()


def _read_head(lines: list[str]) -> _Head:
    head = _Head()
    for number, line in enumerate(lines, start=1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        if _NUMBER.fullmatch(words[0]):
            head.start = number - 1
            return head
        keyword = words[0]
        if keyword in head.seen:
            raise InvalidInput(f"line {number}: {keyword} is given twice")
        head.seen.add(keyword)
        _read_keyword(head, keyword, words[1:], number)
    head.start = len(lines)
    return head


def _read_keyword(head: _Head, keyword: str, words: list[str], number: int) -> None:
    if keyword == "TITLE":
        return
    if keyword in _SIZES:
        most = _SIZES[keyword]
        if head.size is not None:
            raise InvalidInput(f"line {number}: {keyword} after {head.size[0]}; expected only one")
        if len(words) != 1 or not words[0].isascii() or not words[0].isdigit():
            raise InvalidInput(f"line {number}: {keyword} takes one whole number")
        if len(words[0]) > 6 or not 2 <= int(words[0]) <= most:
            raise InvalidInput(f"line {number}: {keyword} is {words[0][:12]}; expected 2 to {most}")
        head.size = (keyword, int(words[0]))
    elif keyword in _EDGES:
        values = _numbers(words, 3, number)
        head.edges[keyword] = (values[0], values[1], values[2])
    elif keyword in _RANGES:
        if _numbers(words, 2, number) != [0.0, 1.0]:
            raise InvalidInput(f"line {number}: {keyword} is {' '.join(words)}; expected 0 1")
    else:
        known = ", ".join(("TITLE", *_SIZES, *_EDGES))
        raise InvalidInput(f"line {number}: {keyword[:40]!r} is not known; expected {known}")


def _read_rows(lines: list[str], start: int, wanted: int) -> np.ndarray:
    rows: list[list[float]] = []
    for number, line in enumerate(lines[start:], start=start + 1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        if len(rows) == wanted:
            raise InvalidInput(f"line {number}: more than the {wanted} colours of the table's size")
        rows.append(_numbers(words, 3, number))
    if len(rows) < wanted:
        raise InvalidInput(f"ends after {len(rows)} of {wanted} colours, at line {len(lines)}")
    return np.array(rows, np.float64)


def _numbers(words: list[str], count: int, number: int) -> list[float]:
    values = [float(word) if _NUMBER.fullmatch(word) else float("nan") for word in words]
    # Written so that it is false for what is not a number.
    if len(values) != count or not all(abs(value) <= _MAX_VALUE for value in values):
        shown = " ".join(words)[:60]
        raise InvalidInput(
            f"line {number}: {shown!r}; expected {count} numbers of -{_MAX_VALUE:g} to "
            f"{_MAX_VALUE:g}"
        )
    return values
