"""The .cube format: what programs write is read, everything else is refused with its line."""

from __future__ import annotations

import numpy as np
import pytest

from shared.errors import InvalidInput
from shared.look.cube import Cube, grid
from shared.look.cube_file import parse_cube, write_cube

ROWS = "\n".join(f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1))
SMALL = f"LUT_3D_SIZE 2\n{ROWS}\n"


def test_red_runs_fastest() -> None:
    assert (parse_cube(SMALL.encode()).table == grid(2)).all()


def test_what_is_written_is_read_back() -> None:
    cube = Cube(np.random.default_rng(3).random((9, 9, 9, 3)))
    data = write_cube(cube, 'a "title"\nof two lines')
    assert data.splitlines()[0] == b'TITLE "a titleof two lines"'
    assert parse_cube(data).table == pytest.approx(cube.table, abs=5e-7)


def test_what_programs_write_besides_is_read() -> None:
    text = (
        '\ufeffTITLE "Film"\r\n# a comment\r\n\r\nDOMAIN_MIN 0 0 0\r\nDOMAIN_MAX 2 2 2\r\n'
        "LUT_3D_INPUT_RANGE 0.0 1.0\r\n" + SMALL.replace("\n", " # here\r\n")
    )
    cube = parse_cube(text.encode())
    assert cube.domain == ((0.0, 0.0, 0.0), (2.0, 2.0, 2.0))
    assert cube.apply(np.array([1.0, 2.0, 0.0])) == pytest.approx([0.5, 1, 0])


def test_curves_are_read() -> None:
    cube = parse_cube(b"LUT_1D_SIZE 3\n0 0 0\n.5 2.5e-1 +0.5\n1. 1 1\n")
    assert cube.apply(np.array([0.5, 0.5, 0.25])) == pytest.approx([0.5, 0.25, 0.25])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "neither LUT_3D_SIZE nor LUT_1D_SIZE"),
        ("LUT_3D_SIZE 1\n0 0 0", "line 1: LUT_3D_SIZE is 1; expected 2 to 129"),
        ("LUT_3D_SIZE 130\n0 0 0", "line 1: LUT_3D_SIZE is 130; expected 2 to 129"),
        ("LUT_1D_SIZE 65537\n0 0 0", "line 1: LUT_1D_SIZE is 65537; expected 2 to 65536"),
        ("LUT_3D_SIZE 99999999999999\n", "line 1: LUT_3D_SIZE is 999999999999; expected"),
        ("LUT_3D_SIZE two\n", "line 1: LUT_3D_SIZE takes one whole number"),
        ("LUT_3D_SIZE 2\nLUT_1D_SIZE 2\n", "line 2: LUT_1D_SIZE after LUT_3D_SIZE"),
        ("LUT_3D_SIZE 2\nLUT_3D_SIZE 2\n", "line 2: LUT_3D_SIZE is given twice"),
        (f"GAIN 2\n{SMALL}", "line 1: 'GAIN' is not known; expected TITLE"),
        (f"LUT_3D_INPUT_RANGE 0 2\n{SMALL}", "line 1: LUT_3D_INPUT_RANGE is 0 2; expected 0 1"),
        (f"DOMAIN_MIN 0 0\n{SMALL}", "line 1: '0 0'; expected 3 numbers"),
        (f"DOMAIN_MIN 1 0 0\n{SMALL}", "is not below DOMAIN_MAX"),
        (SMALL.replace("1 1 1", "1 1"), "line 9: '1 1'; expected 3 numbers"),
        (SMALL.replace("1 1 1", "1 nan 1"), "line 9: '1 nan 1'; expected 3 numbers"),
        (SMALL.replace("1 1 1", "1 1e9 1"), "line 9: '1 1e9 1'; expected 3 numbers of -1000"),
        (SMALL.replace("1 1 1", "TITLE x"), "line 9: 'TITLE x'; expected 3 numbers"),
        (SMALL.replace("1 1 1\n", ""), "ends after 7 of 8 colours, at line 8"),
        (SMALL + "0 0 0\n", "line 10: more than the 8 colours"),
    ],
)
def test_what_is_not_in_the_format_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message.replace("(", r"\(")):
        parse_cube(text.encode())


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(InvalidInput, match="is not text"):
        parse_cube(b"LUT_3D_SIZE 2\n\xff\xfe\x00")
