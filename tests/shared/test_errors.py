"""The error tree: stable codes, exit codes, and a way through process boundaries."""

from __future__ import annotations

import pickle

import pytest

from shared.errors import ERRORS_BY_CODE, OnbeatError

# Codes are in stored rows and reports, and scripts test exit codes: neither may change.
EXPECTED = {
    "internal": ("OnbeatError", 1, False),
    "invalid_input": ("InvalidInput", 2, False),
    "not_found": ("NotFound", 2, False),
    "conflict": ("Conflict", 1, False),
    "missing_blob": ("MissingBlob", 1, False),
    "model_failure": ("ModelFailure", 1, False),
    "unavailable": ("Unavailable", 1, True),
    "cancelled": ("Cancelled", 130, False),
}


def test_codes_are_the_recorded_ones() -> None:
    found = {
        code: (error.__name__, error.exit_code, error.retryable)
        for code, error in ERRORS_BY_CODE.items()
    }
    assert found == EXPECTED


def test_every_class_of_the_tree_has_a_code_of_its_own() -> None:
    here = [error for error in OnbeatError.__subclasses__() if error.__module__ == "shared.errors"]
    assert {error.code for error in here} == set(ERRORS_BY_CODE) - {"internal"}
    assert len({error.code for error in here}) == len(here)


@pytest.mark.parametrize("error_class", ERRORS_BY_CODE.values(), ids=lambda error: error.code)
def test_errors_cross_processes(error_class: type[OnbeatError]) -> None:
    error = error_class("song.mp3: found 0.3 s, expected at least 2 s")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is error_class
    assert str(copy) == copy.message == str(error)
