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


def test_an_estimate_needs_no_folder() -> None:
    options = _make().parse_args(["make", "--ref", "a.mp4", "--estimate", "--generate", "every=4"])
    assert (options.out, options.estimate, options.generate) == (None, True, ["every=4"])


@pytest.mark.parametrize("add", [add_verify, add_words])
def test_every_flag_says_what_it_does(add: object) -> None:
    parser = argparse.ArgumentParser()
    assert callable(add)
    add(parser)
    assert all(action.help for action in parser._actions)


def test_every_flag_of_make_is_in_a_group_that_says_what_it_is_about() -> None:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    add_make(commands)
    make = commands.choices["make"]
    groups = {group.title: group._group_actions for group in make._action_groups}
    assert {flag for action in groups["options"] for flag in action.option_strings} == {
        "-h", "--help", "-o", "--out"
    }  # fmt: skip
    assert all(action.help for actions in groups.values() for action in actions)
    assert all(3 <= len(groups[title]) <= 8 for title in list(groups)[2:])
