"""What `onbeat make` takes: wishes in their order, a folder to write to, help for every flag."""

from __future__ import annotations

import argparse

import pytest

from services.gateway.make_arguments import add_make, add_verify, add_words


def _make() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    add_make(parser.add_subparsers())
    return parser


def test_references_come_in_the_order_given() -> None:
    options = _make().parse_args(["make", "--ref", "a.mp4", "--ref", "hero=b.mp4", "-o", "out"])
    assert options.references == ["a.mp4", "hero=b.mp4"]


def test_a_film_needs_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        _make().parse_args(["make", "--ref", "a.mp4"])
    assert "-o/--out" in capsys.readouterr().err


@pytest.mark.parametrize("add", [add_verify, add_words])
def test_every_flag_says_what_it_does(add: object) -> None:
    parser = argparse.ArgumentParser()
    assert callable(add)
    add(parser)
    assert all(action.help for action in parser._actions)
