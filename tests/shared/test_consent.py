"""Consent: faces need somebody's word for that very file and tenant."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from shared.consent import (
    Attestation,
    ConsentRequired,
    ConsentSettings,
    check_consent,
    read_attestations,
)
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.schema import to_json

FACE, OTHER, EMPTY = (Digest.of_bytes(name) for name in (b"face", b"other", b"empty"))
_SIGNED = "2026-05-01T12:00:00+02:00"
_WORD = Attestation("acme", FACE, "A. Signer", _SIGNED)


def test_faces_need_a_word_and_others_do_not() -> None:
    check_consent([EMPTY], {EMPTY: 0}, [])
    check_consent([FACE, EMPTY], {FACE: 2, EMPTY: 0}, [_WORD], "acme")
    with pytest.raises(ConsentRequired, match=f"reference {FACE.short} shows 2 faces; expected an"):
        check_consent([FACE], {FACE: 2}, [], "acme")
    with pytest.raises(ConsentRequired, match="shows 1 face;"):
        check_consent([OTHER], {OTHER: 1}, [_WORD], "acme")


def test_another_tenants_word_does_not_count() -> None:
    with pytest.raises(ConsentRequired):
        check_consent([FACE], {FACE: 1}, [_WORD], "elsewhere")


def test_not_having_looked_counts_as_faces() -> None:
    with pytest.raises(ConsentRequired, match="has not been looked at for faces"):
        check_consent([FACE], {}, [])
    check_consent([FACE], {}, [_WORD], "acme")


def test_the_error_is_an_input_error_that_crosses_processes() -> None:
    error = ConsentRequired("why")
    assert isinstance(error, InvalidInput)
    assert type(pickle.loads(pickle.dumps(error))) is ConsentRequired


@pytest.mark.parametrize("moment", ["yesterday", "2026-05-01", "2026-05-01T12:00:00", ""])
def test_a_word_needs_a_moment_with_its_offset(moment: str) -> None:
    with pytest.raises(InvalidInput, match="expected a time with its offset"):
        Attestation("acme", FACE, "A. Signer", moment)


def test_a_word_needs_a_signer() -> None:
    with pytest.raises(InvalidInput, match="without a signer"):
        Attestation("acme", FACE, " ", _SIGNED)


def test_settings_are_read_from_a_file_of_lines(tmp_path: Path) -> None:
    path = tmp_path / "words.jsonl"
    path.write_bytes(to_json(_WORD) + b"\n\n")
    settings = ConsentSettings.from_environment({"ONBEAT_ATTESTATIONS": str(path)})
    assert settings == ConsentSettings((_WORD,))
    assert ConsentSettings.from_environment({}) == ConsentSettings()
    upstream = ConsentSettings.from_environment({"ONBEAT_CONSENT": "upstream"})
    assert upstream.is_checked_upstream
    with pytest.raises(InvalidInput, match="ONBEAT_CONSENT='off': expected 'here' or 'upstream'"):
        ConsentSettings.from_environment({"ONBEAT_CONSENT": "off"})


def test_a_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "words.jsonl"
    path.write_bytes(to_json(_WORD) + b"\nrubbish\n")
    with pytest.raises(InvalidInput, match=r"words\.jsonl, line 2: .*not JSON"):
        read_attestations(path)
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_attestations(tmp_path / "gone")
